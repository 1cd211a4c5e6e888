/** The room's face: sources and answers in, a report out, and what is remembered of it. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { parsePositiveDuration } from "../core/time/duration.ts";
import { checkTime } from "../core/time/epoch.ts";
import { invalid, show, within } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { Turns } from "../core/turns.ts";
import { checkWords } from "../core/words.ts";
import type { CallOptions, StateStore } from "../ports/store.ts";

import { checkAnswers, checkInstant } from "./answers.ts";
import { assessMaturity } from "./assess.ts";
import { checkCriteria, checkId } from "./check-criteria.ts";
import { collectEvidence, type MaturityProbe } from "./collect.ts";
import { MATURITY_CRITERIA } from "./criteria.ts";
import { groupsOf } from "./evidence/alerts.ts";
import type { GateAsked } from "./evidence/look.ts";
import { Ledger } from "./ledger.ts";
import type { MaturityAnswers, MaturityCriterion, MaturityEvidence, MaturityHistory, MaturityReport } from "./model.ts";
import type { MaturitySources } from "./sources.ts";

/** What a {@link MaturityModel} is made of. */
export interface MaturityModelOptions {
  /** What is looked at; nothing unless told. */
  readonly sources?: MaturitySources | undefined;
  /** What people say; nothing unless told. `assess` takes newer ones. */
  readonly answers?: MaturityAnswers | undefined;
  /** `MATURITY_CRITERIA` unless told. */
  readonly criteria?: readonly MaturityCriterion[] | undefined;
  /** Evidence of your own, by the id of the criterion; it takes the place of what a source shows. */
  readonly probes?: Readonly<Record<string, MaturityProbe>> | undefined;
  /** Where the history is kept; in memory unless told. */
  readonly store?: StateStore | undefined;
  /** The key in the store; `"maturity"` unless told. */
  readonly key?: string | undefined;
  /** Records that are kept; 500 unless told. */
  readonly history?: number | undefined;
  /** How long each source, and each call to the store, may take, such as `"10s"`; that unless told. */
  readonly timeout?: string | undefined;
  readonly clock?: Clock | undefined;
}

/** What {@link MaturityModel.assess} and `record` are asked. */
export interface MaturityCall extends CallOptions {
  /** As of when, in epoch milliseconds; now unless told. */
  readonly at?: number | undefined;
  /** Instead of those that the model was made with. */
  readonly answers?: MaturityAnswers | undefined;
}

const OPTIONS: readonly (keyof MaturityModelOptions)[] = [
  "sources",
  "answers",
  "criteria",
  "probes",
  "store",
  "key",
  "history",
  "timeout",
  "clock",
];
const CALL: readonly (keyof MaturityCall)[] = ["at", "answers", "signal"];
/** What each source is asked by; what is a plain value is not here. */
const METHODS: Readonly<Partial<Record<keyof MaturitySources, readonly string[]>>> = {
  statuses: ["getSloStatus"],
  signals: ["saturation"],
  onCall: ["gaps"],
  incidents: ["list", "get"],
  runbooks: ["runbooks", "runbookFor", "list", "get"],
  policies: ["policyFor", "auditEntries"],
  gate: ["on"],
  capacity: ["analyzeGrowthTrends", "predictCapacityNeeds"],
};
const SOURCES: readonly (keyof MaturitySources)[] = [
  ...(["services", "slos", "rules", "chaos", "postmortems", "scaledByForecastAt"] as const),
  ...(Object.keys(METHODS) as (keyof MaturitySources)[]),
];
const MOST_HISTORY = 10_000;

/**
 * Assesses how mature reliability is, from what nines sees and what people answer, and remembers it. A source that throws or hangs
 * makes its criteria unknown, with the reason; nothing else.
 *
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { generateRules, MaturityModel, maturityTable, parseSloDocument } from "nines";
 *
 * const slos = parseSloDocument({
 *   service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } },
 * });
 * const model = new MaturityModel({
 *   sources: { services: ["shop", "search"], slos, rules: generateRules(slos) },
 *   answers: { by: "ann", at: Date.now(), answers: { release_pipeline: "yes" } },
 * });
 * const report = await model.record();
 * const defined = report.criteria.find(({ id }) => id === "slos_defined");
 * if (defined?.text !== "1 of 2 services have SLOs; without: search") throw new Error(maturityTable(report));
 * ```
 */
export class MaturityModel {
  /** What is asked, in its order. */
  readonly criteria: readonly MaturityCriterion[];
  readonly #sources: MaturitySources;
  readonly #answers: MaturityAnswers | undefined;
  readonly #probes: Readonly<Record<string, MaturityProbe>>;
  readonly #known: ReadonlySet<string>;
  readonly #ledger: Ledger;
  readonly #turns = new Turns();
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #stop: () => void;
  #asked: GateAsked | undefined;

  constructor(options: MaturityModelOptions = {}) {
    checkOptions(options, "MaturityModel", OPTIONS);
    const { sources = {}, answers, probes = {}, store, key = "maturity", history = 500, clock = systemClock } = options;
    this.criteria = checkCriteria(options.criteria ?? MATURITY_CRITERIA);
    this.#known = new Set(this.criteria.map(({ id }) => id));
    this.#sources = checkSources(sources, clock);
    checkAnswers(answers, this.#known);
    this.#answers = answers;
    this.#probes = checkProbes(probes, this.#known);
    checkMethods(store, "store", ["load", "save"]);
    checkWords(key, 200, (message) => {
      throw invalid("key", message);
    });
    if (!Number.isInteger(history) || history < 1 || history > MOST_HISTORY) {
      throw invalid(
        "history",
        `${show(history)} is out of range; write a whole number from 1 to ${String(MOST_HISTORY)}`,
      );
    }
    this.#clock = clock;
    this.#timeoutMs = parsePositiveDuration(options.timeout ?? "10s", "timeout");
    this.#ledger = new Ledger({ store, key, most: history, clock, timeoutMs: this.#timeoutMs });
    this.#stop = this.#listen(sources.gate);
  }

  /** What the sources show, by the id of the criterion. Rejects only with the reason of `signal`. */
  async collect(call: Omit<MaturityCall, "answers"> = {}): Promise<MaturityEvidence> {
    checkOptions(call, "collect", ["at", "signal"]);
    const { at = this.#clock.now(), signal } = call;
    checkInstant(["at"], at);
    const [sources, probes, asked] = [this.#sources, this.#probes, this.#asked];
    const [clock, timeoutMs] = [this.#clock, this.#timeoutMs];
    return collectEvidence({ at, sources, probes, asked, clock, timeoutMs, signal }, this.#known);
  }

  /**
   * How it stands, beside what is remembered; nothing is recorded.
   *
   * Rejects with a {@link ConfigurationError} for a call that cannot be meant, and with an `AdapterError` or `TimeoutError` if the
   * history cannot be read.
   */
  async assess(call: MaturityCall = {}): Promise<MaturityReport> {
    checkOptions(call, "assess", CALL);
    const { at = this.#clock.now(), answers = this.#answers, signal } = call;
    checkAnswers(answers, this.#known);
    const rest = signal === undefined ? {} : { signal };
    const [evidence, history] = await Promise.all([this.collect({ at, ...rest }), this.#ledger.read(rest)]);
    return assessMaturity({ at, evidence, answers, criteria: this.criteria, history });
  }

  /**
   * The same, and remembers the level, the scores, and since when each criterion stands as it does. Calls at the same time are
   * one after the other.
   */
  async record(call: MaturityCall = {}): Promise<MaturityReport> {
    return this.#turns.take("record", async () => {
      const report = await this.assess(call);
      await this.#ledger.add(report, call.signal === undefined ? {} : { signal: call.signal });
      return report;
    });
  }

  /** What is remembered. */
  async history(options: CallOptions = {}): Promise<MaturityHistory> {
    return this.#ledger.read(options);
  }

  /** Stops listening to the gate. */
  close(): void {
    this.#stop();
  }

  #listen(gate: MaturitySources["gate"]): () => void {
    if (gate === undefined) return () => undefined;
    this.#asked = { since: this.#clock.now(), count: 0, lastAt: undefined };
    return gate.on("checked", () => {
      const { since, count } = this.#asked as GateAsked;
      // Not the instant that was asked about, which may be any.
      this.#asked = { since, count: count + 1, lastAt: this.#clock.now() };
    });
  }
}

function checkSources(sources: MaturitySources, clock: Clock): MaturitySources {
  checkOptions(sources, "sources", SOURCES, ["sources"]);
  within(["sources"], () => {
    for (const [name, methods] of Object.entries(METHODS)) {
      checkMethods(sources[name as keyof MaturitySources], name, methods);
    }
  });
  const { services, scaledByForecastAt } = sources;
  checkRules(sources);
  if (services !== undefined && !(Array.isArray(services) && services.every((one) => typeof one === "string"))) {
    throw invalid(["sources", "services"], `${show(services)} is no list of names`);
  }
  if (scaledByForecastAt !== undefined) {
    const path = ["sources", "scaledByForecastAt"];
    checkInstant(path, scaledByForecastAt);
    checkTime(scaledByForecastAt, path, () => clock.now());
  }
  return services === undefined ? sources : { ...sources, services: [...new Set(services)] };
}

/** Rules of another shape would be no rules at all, and so a proof that nothing alerts. */
function checkRules(sources: MaturitySources): void {
  if (sources.rules === undefined) return;
  try {
    if (groupsOf(sources.rules) !== undefined) return;
  } catch {
    // As of any source that throws: its criteria will be unknown.
    return;
  }
  const allowed =
    "give what generateRules gives, a rule file as it is parsed, or a PrometheusRule with its spec.groups";
  throw invalid(["sources", "rules"], `${show(sources.rules)} has no list of groups; ${allowed}`);
}

function checkProbes(
  probes: Readonly<Record<string, MaturityProbe>>,
  known: ReadonlySet<string>,
): Readonly<Record<string, MaturityProbe>> {
  checkOptions(probes, "probes", [...known], ["probes"]);
  for (const [id, probe] of Object.entries(probes)) {
    checkId(id, known, ["probes", id]);
    if (typeof probe !== "function") throw invalid(["probes", id], `${show(probe)} is no function`);
  }
  return { ...probes };
}
