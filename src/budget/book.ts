/** All budgets of a document, each with the place where its counts come from. */
import type { Clock } from "../core/time/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { invalid, show } from "../core/errors.ts";
import { durationText } from "../core/time/duration-text.ts";
import type { ListenerFailure } from "../core/events.ts";
import { type Measurement, NOTHING_MEASURED } from "../core/measurement.ts";
import { publicReason } from "../core/public-reason.ts";
import type { TimeRange } from "../core/time/window.ts";
import { errorOfThrown } from "../core/thrown.ts";
import type { Logger } from "../ports/logger.ts";
import type { SliAnswer, SliQuestion, SliSource, SliTraits } from "../ports/sli-source.ts";
import type { CallOptions } from "../ports/store.ts";
import type { InProcessSliSource } from "../signals/source.ts";
import type { Slo } from "../slo/model.ts";
import { type BudgetEvents, minimumFailuresOf } from "./alerting.ts";
import { askAll, soundTraits } from "./ask.ts";
import type { Exclusion } from "./exclusions.ts";
import { ErrorBudgetManager } from "./manager.ts";
import { tiersFor } from "./slo-tiers.ts";
import type { BudgetState } from "./state.ts";
import type { BudgetStatus } from "./status.ts";
import { type BurnTier, nominalMs, usualTiers } from "./tiers.ts";

/** One SLO and how its budget stands. */
export interface SloStanding {
  readonly slo: Slo;
  readonly budget: BudgetStatus;
}

/** What a {@link BudgetBook} is made of. */
export interface BudgetBookOptions {
  readonly slos: readonly Slo[];
  /** This process' own counts. */
  readonly own: InProcessSliSource;
  /** Who measures the others; they have no data without it. */
  readonly source: SliSource<Slo> | undefined;
  /** Look-backs that somebody wants to read, in milliseconds, beside those of the burn tiers. */
  readonly lookBacksMs: (slo: Slo) => readonly number[];
  /** Time that does not count, as the document says. */
  readonly exclusions?: (slo: Slo) => readonly Exclusion[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onListenerError: ((failure: ListenerFailure) => void) | undefined;
}

const BUDGET_EVENTS = ["burnStarted", "burnCleared", "exhausted", "recovered"] as const;
/** A source that never answers must not freeze what is known: it is as good as one that fails. */
const SOURCE_TIMEOUT_MS = 5_000;

interface Look extends CallOptions {
  readonly at: number;
  readonly number: number;
  readonly tell: boolean;
}

/** Keeps one manager for each SLO, and asks the right source for its counts; so it is a source of all of them, too. */
export class BudgetBook implements SliSource<Slo> {
  readonly #slos: readonly Slo[];
  readonly #own: InProcessSliSource;
  readonly #source: SliSource<Slo> | undefined;
  readonly #budgets: ReadonlyMap<string, ErrorBudgetManager>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** The last look whose findings were told, by SLO. Looks are counted, not timed: a wall clock may be set back. */
  readonly #told = new Map<string, number>();
  #looks = 0;

  constructor(options: BudgetBookOptions) {
    const { slos, own, clock, onListenerError } = options;
    this.#slos = slos;
    this.#own = own;
    this.#source = options.source;
    this.#clock = clock;
    this.#logger = options.logger;
    this.#budgets = new Map(
      slos.map((slo) => {
        const ledger = own.has(slo.id) ? { ledger: own.ledgerOf(slo) } : {};
        const lookBacksMs = options.lookBacksMs(slo);
        const exclusions = options.exclusions?.(slo) ?? [];
        const alerts = alertsOf(slo, this.traits(slo).resolutionMs);
        const given = { ...slo, ...ledger, ...alerts, lookBacksMs, exclusions, clock, onListenerError };
        return [slo.id, new ErrorBudgetManager(given)];
      }),
    );
  }

  /** The budget of that SLO. @throws {@link ConfigurationError} if there is none */
  get(id: string): ErrorBudgetManager {
    const budget = this.#budgets.get(id);
    if (budget !== undefined) return budget;
    throw invalid("id", `there is no SLO ${show(id)}; there are: ${[...this.#budgets.keys()].slice(0, 20).join(", ")}`);
  }

  /** Whether this process counts for every SLO that can be measured at all: then a look asks nobody outside. */
  get asksNobody(): boolean {
    return this.#source === undefined || this.#slos.every(({ id }) => this.#own.has(id));
  }

  /** Whether somebody can tell the counts of `slo`. */
  canMeasure(slo: Slo): boolean {
    return this.#own.has(slo.id) || this.#source !== undefined;
  }

  /**
   * How each SLO's budget stands at `at`; the listeners are told what has changed if `tell`, unless a later look, answered
   * sooner by its source, has told them already. Never rejects.
   */
  async look(at: number, options: CallOptions & { readonly tell: boolean }): Promise<readonly SloStanding[]> {
    this.#looks += 1;
    const look = { at, number: this.#looks, ...options };
    const outside = this.#slos.filter(({ id }) => !this.#own.has(id));
    const answers = this.#askOutside(outside, look);
    return Promise.all(
      this.#slos.map(async (slo) => {
        if (this.#own.has(slo.id)) return { slo, budget: this.#lookAt(slo, undefined, look) };
        return { slo, budget: this.#lookAt(slo, (await answers).get(slo.id), look) };
      }),
    );
  }

  /**
   * What was counted for `slo` in each of `ranges`, which lie in the past. Rejects if its source cannot tell.
   */
  async measure(slo: Slo, ranges: readonly TimeRange[], { signal }: CallOptions = {}): Promise<readonly Measurement[]> {
    if (this.#own.has(slo.id)) return this.#own.measureNow(slo, ranges);
    const source = this.#source;
    if (source === undefined) return ranges.map(() => NOTHING_MEASURED);
    return withDeadline((abort) => source.measure(slo, ranges, { signal: abort }), {
      clock: this.#clock,
      signal,
      timeoutMs: SOURCE_TIMEOUT_MS,
      operation: `to measure ${slo.id}`,
    });
  }

  /** The same of many SLOs: those that this process counts, and the others together. */
  async measureAll(questions: readonly SliQuestion<Slo>[], options: CallOptions = {}): Promise<readonly SliAnswer[]> {
    const source = this.#source;
    const outside = questions.filter(({ subject }) => !this.#own.has(subject.id));
    const limits = { clock: this.#clock, timeoutMs: SOURCE_TIMEOUT_MS, ...options };
    const answers = source === undefined ? [] : await askAll(outside, { source, ...limits });
    return questions.map((question): SliAnswer => {
      const { subject, ranges } = question;
      if (this.#own.has(subject.id)) return { measurements: this.#own.measureNow(subject, ranges) };
      return answers[outside.indexOf(question)] ?? { measurements: ranges.map(() => NOTHING_MEASURED) };
    });
  }

  /** Percentiles of latencies, of whoever counts for each. */
  async latenciesMs(
    slos: readonly Slo[],
    question: { readonly quantile: number; readonly range: TimeRange },
    options: CallOptions = {},
  ): Promise<readonly (number | undefined)[]> {
    const outside = slos.filter(({ id }) => !this.#own.has(id));
    const [own, told] = await Promise.all([
      this.#own.latenciesMs(slos, question),
      outside.length === 0 ? undefined : this.#source?.latenciesMs?.(outside, question, options),
    ]);
    return slos.map((slo, index) => (this.#own.has(slo.id) ? own[index] : told?.[outside.indexOf(slo)]));
  }

  /** What is known of an SLO's counts, of whoever counts for it. */
  traits(slo: Slo): SliTraits {
    const own = this.#own.traits(slo);
    return this.#own.has(slo.id)
      ? own
      : ((this.#source === undefined ? undefined : soundTraits(this.#source, slo)) ?? own);
  }

  /** Listens to the events of all budgets. */
  onAny(listener: (name: keyof BudgetEvents, payload: BudgetEvents[keyof BudgetEvents]) => void): void {
    for (const budget of this.#budgets.values()) {
      for (const name of BUDGET_EVENTS) {
        budget.on(name, (payload) => {
          listener(name, payload);
        });
      }
    }
  }

  /** What every budget remembers beside its counts, by the SLO's id. */
  exportState(): Readonly<Record<string, BudgetState>> {
    return Object.fromEntries([...this.#budgets].map(([id, budget]) => [id, budget.exportState()]));
  }

  /** Goes on from {@link exportState}; SLOs that are no more are passed over. @throws {@link ConfigurationError} */
  restoreState(state: Readonly<Record<string, object>>): void {
    const given: unknown = state;
    if (typeof given !== "object" || given === null)
      throw invalid("budgets", `${show(given)} is no mapping of states by SLO`);
    for (const [id, saved] of Object.entries(state)) this.#budgets.get(id)?.restoreState(saved);
  }

  /** What a source says of the SLOs that this process does not count, by their ids; nothing without one. */
  async #askOutside(slos: readonly Slo[], { at, signal }: Look): Promise<ReadonlyMap<string, SliAnswer>> {
    const source = this.#source;
    if (source === undefined) return new Map();
    const questions = slos.map((slo) => ({ subject: slo, ranges: this.get(slo.id).questions(at).ranges }));
    const limits = { clock: this.#clock, timeoutMs: SOURCE_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
    try {
      const answers = await askAll(questions, { source, ...limits });
      return new Map(slos.map(({ id }, index) => [id, answers[index] as SliAnswer]));
    } catch (error) {
      const aborted: SliAnswer = { error: errorOfThrown(error) };
      return new Map(slos.map(({ id }) => [id, aborted]));
    }
  }

  #lookAt(slo: Slo, answer: SliAnswer | undefined, { at, number, tell }: Look): BudgetStatus {
    const budget = this.get(slo.id);
    const questions = budget.questions(at);
    const tellOf = (answers: readonly Measurement[]): BudgetStatus => {
      if (!tell || number < (this.#told.get(slo.id) ?? 0)) return budget.assess(questions, answers, at);
      const status = budget.observe(questions, answers, at);
      this.#told.set(slo.id, number);
      return status;
    };
    const blind = (reason: string): BudgetStatus => {
      const status = tellOf(questions.ranges.map(() => NOTHING_MEASURED));
      return status.state === "no_data" ? { ...status, reason } : status;
    };
    if (this.#own.has(slo.id)) {
      const status = tellOf(this.#own.measureNow(slo, questions.ranges));
      if (slo.kind !== "throughput" || status.state === "measured" || status.state === "no_data") return status;
      if (status.state === "no_traffic") return { ...status, reason: "watched, and no time slice is over yet" };
      const slices = `${String(status.total)} of the ${String(slo.minimumEvents)} slices of ${durationText(slo.sliceMs)}`;
      return { ...status, reason: `${slices} that are needed to judge` };
    }
    if (answer === undefined) {
      return blind(slo.expression === undefined ? "another service measures it" : "its `sli` needs a source to ask");
    }
    try {
      if ("error" in answer) throw answer.error;
      return tellOf(answer.measurements);
    } catch (error) {
      this.#logger.warn(`${slo.id} could not be measured`, { error });
      return blind(`its source could not tell: ${publicReason(error)}`);
    }
  }
}

/** When the budget's burn rates are told, as far as the SLO's own alerts differ from the usual ones. */
function alertsOf(
  slo: Slo,
  leastMs: number,
): { readonly tiers?: readonly BurnTier[]; readonly minimumFailures: number } {
  const { kind, window, objective, alerting = {} } = slo;
  const { page, ticket, tiers } = alerting;
  // Half a slice is as good or bad as the whole one: an alert over less would come and go with each.
  const isTooFine = kind === "throughput" && usualTiers(nominalMs(window)).some(({ shortMs }) => shortMs < leastMs);
  const isUsual = page !== false && ticket !== false && tiers === undefined && !isTooFine;
  return {
    ...(isUsual ? {} : { tiers: tiersFor({ windowMs: nominalMs(window), objective, alerting, leastMs }).tiers }),
    minimumFailures: minimumFailuresOf(slo),
  };
}
