/** The composition root: one object that wires the rooms into the loop, from requests to decisions. */
import { readTextFile } from "./adapters/file/text.ts";
import { nodeProcessProbe } from "./adapters/process/index.ts";
import { BUDGET_EVENTS, type BudgetEvents } from "./budget/alerting.ts";
import { BudgetBook, type SloStanding } from "./budget/book.ts";
import { type CountedHistory, countedHistory } from "./budget/history.ts";
import type { Exclusion } from "./budget/exclusions.ts";
import type { ErrorBudgetManager } from "./budget/manager.ts";
import { budgetMetrics } from "./budget/metrics.ts";
import type { BudgetStatus } from "./budget/status.ts";
import { type Clock, systemClock } from "./core/time/clock.ts";
import { withDeadline } from "./core/deadline.ts";
import { AdapterError, invalid, isReliabilityError, show } from "./core/errors.ts";
import { Events, type Listener } from "./core/events.ts";
import { checkMethods, checkOptions } from "./core/options.ts";
import { repeat } from "./core/repeat.ts";
import type { TimeRange } from "./core/time/window.ts";
import { messageOfThrown } from "./core/thrown.ts";
import { namesIn, parseReliabilityDocument, type ReliabilityDocument } from "./policy/shared-document.ts";
import { PolicyEngine, type PolicyEngineOptions } from "./policy/engine.ts";
import { lookBacksOf } from "./policy/judge.ts";
import { POLICY_EVENTS, type PolicyEvents } from "./policy/events.ts";
import type { PolicyStanding } from "./policy/outcome.ts";
import { overrideText } from "./policy/transition.ts";
import { checkLogger, harmless, type Logger, silentLogger, toldOfListeners } from "./ports/logger.ts";
import type { PolicyActionRunner } from "./ports/policy-actions.ts";
import type { SliSource } from "./ports/sli-source.ts";
import type { CallOptions, StateStore } from "./ports/store.ts";
import { GoldenSignalsCollector } from "./signals/collector.ts";
import { ScrapedMetric } from "./signals/scraped-metric.ts";
import type { MetricsExposition } from "./signals/exposition.ts";
import type { ExpositionFormat } from "./signals/metric.ts";
import type { GoldenSignalsOptions } from "./signals/options.ts";
import type { SaturationReading } from "./signals/saturation.ts";
import { exclusionsOf } from "./status/exclusions.ts";
import type { ServiceStatus, StatusQuestion, StatusTeller } from "./status/model.ts";
import { SloStatusReader } from "./status/reader.ts";
import type { SloDocument } from "./slo/document.ts";
import type { Slo } from "./slo/model.ts";
import type { SloDocumentInput } from "./slo/written.ts";

/** What a {@link Reliability} is made of: a document, and whatever the defaults do not fit. */
export interface ReliabilityOptions {
  /** Path of the SLO document; it may hold the policies too. */
  readonly file?: string | undefined;
  /** The SLO document itself, as YAML or JSON text or as a plain object, instead of `file`. */
  readonly document?: string | SloDocumentInput | undefined;
  /** The service that this process is; may be left out if the document has only one. */
  readonly service?: string | undefined;
  /**
   * Policies, if they are not in the document (each service is under a `ConservativePolicy` without any), and how the
   * engine applies them: its margin, its holds, its audit log.
   */
  readonly policies?: Omit<
    PolicyEngineOptions,
    "actions" | "state" | "knownServices" | "knownSlos" | "clock" | "logger" | "onListenerError"
  >;
  /** Does what the policies ask for. */
  readonly actions?: PolicyActionRunner;
  /** Measures the SLOs that have an `sli` expression; without it they have no data. */
  readonly source?: SliSource<Slo>;
  /** Keeps the counts and the decisions over restarts; nothing is kept without it. */
  readonly store?: StateStore;
  /** How the golden signals are collected: the registry, buckets, which statuses count as errors. */
  readonly signals?: Omit<GoldenSignalsOptions, "slos" | "clock" | "logger">;
  /** How often budgets and policies are looked at, in seconds; 5 without it, 0 for never. */
  readonly evaluateEverySeconds?: number;
  /** How often the state is saved, in seconds; 60 without it. */
  readonly saveEverySeconds?: number;
  /** Told of faults that nobody is there to be thrown at. Without it the process warns of what listeners throw. */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** One service: whether it may release, and its SLOs. */
export interface ServiceStanding extends PolicyStanding {
  /** Why, in sentences. */
  readonly reasons: readonly string[];
  /** What people should do. */
  readonly recommendations: readonly string[];
  readonly slos: readonly SloStanding[];
}

/** How everything stands. */
export interface ReliabilityStatus {
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  /** When the policies were applied last: the decisions are of then. Undefined if they never were. */
  readonly evaluatedAt: number | undefined;
  readonly services: readonly ServiceStanding[];
  /** How full this process is, by resource. */
  readonly saturation: SaturationReading;
}

/** What a {@link Reliability} tells its listeners: what its budgets and its policy engine tell. */
export interface ReliabilityEvents extends BudgetEvents, PolicyEvents {
  /** A look at everything has ended. */
  evaluated: ReliabilityStatus;
}

const STATE_KEY = "nines-state";
/** So many states that were refused are kept; then the latest takes the place of the last. */
const MOST_REFUSED = 9;
/** How long a store may take. */
const STORE_TIMEOUT_MS = 10_000;
const FIRST_SAVE_MS = 1_000;

/**
 * The loop of one service in one object: requests become golden signals, these SLIs, these error budgets, and these a
 * policy's decision. Hand it to a middleware, and read `status()` or listen.
 *
 * @example
 * ```ts
 * import { Reliability } from "nines";
 *
 * const reliability = await Reliability.open({
 *   document: { service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } } },
 * });
 * reliability.signals.record({ method: "GET", route: "/cart", statusCode: 200, durationSeconds: 0.012 });
 * const { services } = await reliability.evaluate();
 * if (services[0]?.decision !== "allow") throw new Error(services[0]?.reasons.join());
 * await reliability.close();
 * ```
 */
export class Reliability implements StatusTeller {
  /** Counts the requests; hand it, or this object, to a middleware. */
  readonly signals: GoldenSignalsCollector;
  /** The SLOs as they were read. */
  readonly slos: SloDocument;
  /** The policies, and overrides of them. */
  readonly policies: PolicyEngine;
  readonly #budgets: BudgetBook;
  readonly #reader: SloStatusReader;
  readonly #reasons = new Map<
    string,
    { readonly reasons: readonly string[]; readonly recommendations: readonly string[] }
  >();
  readonly #store: StateStore | undefined;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #events: Events<ReliabilityEvents>;
  readonly #metrics: readonly ScrapedMetric[];
  readonly #loops: (() => void)[] = [];
  #scraped: { readonly at: number; readonly status: Promise<ReliabilityStatus> } | undefined;
  #evaluations = 0;
  #decided = 0;
  #evaluatedAt: number | undefined;
  #evaluated: ReliabilityStatus | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: ReliabilityOptions, document: ReliabilityDocument) {
    // Who has no compiler cannot see that this is private.
    if ((document as unknown) === undefined) throw invalid([], "write `await Reliability.open(...)` instead of `new`");
    const { slos, policies, beside } = document;
    this.#clock = options.clock ?? systemClock;
    this.#logger = harmless(options.logger ?? silentLogger);
    this.#store = options.store;
    this.slos = slos;
    const onListenerError = toldOfListeners({ logger: options.logger });
    this.#events = new Events({ onListenerError, names: [...BUDGET_EVENTS, ...POLICY_EVENTS, "evaluated"] });
    const clock = this.#clock;
    this.policies = new PolicyEngine({
      ...policies,
      ...options.policies,
      ...(options.actions === undefined ? {} : { actions: options.actions }),
      ...namesIn(document),
      clock,
      ...(onListenerError === undefined ? {} : { onListenerError }),
    });
    this.signals = new GoldenSignalsCollector({
      probe: nodeProcessProbe(),
      ...options.signals,
      slos: slos.forService(ownService(options.service, slos)),
      logger: this.#logger,
      clock,
    });
    this.#budgets = new BudgetBook({
      slos: slos.slos,
      own: this.signals.source,
      source: options.source,
      lookBacksMs: (slo) => lookBacksOf(this.policies.policyFor(slo.service), slo.window),
      exclusions: (slo) => exclusionsOf(beside.exclusions, slo).all,
      clock,
      logger: this.#logger,
      onListenerError,
    });
    this.#reader = new SloStatusReader({
      slos,
      source: this.#budgets,
      composites: beside.composites,
      exclusions: (slo) => this.#budgets.get(slo.id).exclusions,
      logger: this.#logger,
      clock,
    });
    this.#forwardEvents();
    this.#metrics = budgetMetrics(() => this.#labelledStatuses()).map((metric) => new ScrapedMetric(metric));
    const { registry } = this.signals;
    const taken = this.#metrics.find(({ name }) => registry.getSingleMetric(name) !== undefined);
    if (taken !== undefined) {
      this.signals.close();
      throw invalid("registry", `already has a metric named ${taken.name}; give each Reliability one of its own`);
    }
    for (const metric of this.#metrics) metric.publishOn(registry);
  }

  /**
   * Reads the document and restores what a store has kept. Then everything is looked at in the background, for the first
   * time right after those who waited for this have added their listeners; nothing of it keeps the process alive.
   *
   * @throws {@link ConfigurationError} with every fault of the document, or for an option that cannot be used
   * @throws {@link AdapterError} if the file or the store cannot be read
   */
  static async open(options: ReliabilityOptions): Promise<Reliability> {
    checkOptions(options, "Reliability.open", OPTIONS);
    checkMethods(options.store, "store", ["load", "save"]);
    checkMethods(options.source, "source", ["measure"]);
    checkMethods(options.actions, "actions", ["run"]);
    checkLogger(options.logger);
    const document = await readDocuments(options);
    const evaluateSeconds = seconds("evaluateEverySeconds", options.evaluateEverySeconds ?? 5);
    const saveSeconds = seconds("saveEverySeconds", options.saveEverySeconds ?? 60);
    const reliability = new Reliability(options, document);
    try {
      await reliability.#restore();
    } catch (error) {
      // The registry may be the user's, who may try again.
      reliability.#letGo();
      throw error;
    }
    reliability.#repeat("evaluate", evaluateSeconds, () => reliability.evaluate());
    if (options.store !== undefined) reliability.#repeat("save", saveSeconds, () => reliability.save());
    return reliability;
  }

  /** The budget of an SLO (`service/name`): to exclude maintenance from it, say. @throws {@link ConfigurationError} if there is none */
  budget(id: string): ErrorBudgetManager {
    return this.#budgets.get(id);
  }

  /**
   * How one service stands, judged: each SLO with its verdict and reasons, composites of them, and a summary in one line.
   *
   * @throws {@link ConfigurationError} if there is no such service, or the window is none
   */
  async getSloStatus(service: string, question: StatusQuestion = {}): Promise<ServiceStatus> {
    return this.#reader.getSloStatus(service, question);
  }

  /** How all services stand, from one round of questions. */
  async getSloStatuses(question: StatusQuestion = {}): Promise<readonly ServiceStatus[]> {
    return this.#reader.getSloStatuses(question);
  }

  /** Names of all services of the document. */
  get services(): readonly string[] {
    return this.#reader.services;
  }

  /** Who counts: this process for its own SLOs, {@link ReliabilityOptions.source} for the others. */
  get source(): SliSource<Slo> {
    return this.#budgets;
  }

  /** Time that is taken out of the budget of `slo`. */
  exclusionsOf(slo: Slo): readonly Exclusion[] {
    return this.#budgets.get(slo.id).exclusions;
  }

  /** How everything stands now. Tells nobody and runs nothing; decisions are those of the last {@link evaluate}. */
  async status(options: CallOptions = {}): Promise<ReliabilityStatus> {
    return this.#look({ ...options, tell: false });
  }

  /**
   * What was good and what was all of each SLO in equal stretches of `range`: the course of an incident, for a picture of
   * it. A stretch is told at its end; where nobody looked there is none. What has not come yet is left out. An SLO whose
   * source cannot tell has no stretches, and a `reason`; the others are told all the same.
   *
   * @throws {@link ConfigurationError} if the range is none, or there is no such SLO
   */
  async history(
    range: TimeRange,
    options: CallOptions & { readonly points?: number; readonly slos?: readonly string[] } = {},
  ): Promise<readonly CountedHistory[]> {
    checkOptions(options, "history", ["points", "slos", "signal"]);
    const { points = 60, slos, signal } = options;
    for (const id of slos ?? []) this.#budgets.get(id);
    const asked = this.slos.slos.filter(({ id }) => slos === undefined || slos.includes(id));
    return countedHistory(range, {
      points,
      slos: asked,
      at: this.#clock.now(),
      measure: (slo, ranges) => this.#budgets.measure(slo, ranges, signal === undefined ? {} : { signal }),
      onFailure: ({ id }, error) => {
        this.#logger.warn(`the course of ${id} could not be measured`, { error });
      },
      signal,
    });
  }

  /** Looks at everything, tells the listeners what changed, and applies the policies with their actions. */
  async evaluate(options: CallOptions = {}): Promise<ReliabilityStatus> {
    this.#evaluations += 1;
    const number = this.#evaluations;
    const looked = await this.#look({ ...options, tell: true });
    // A slow source may answer an older look after a newer one; what is decided already is not decided back. They are
    // counted, not timed: a clock that is set back must not keep old decisions.
    if (number < this.#decided) return looked;
    this.#decided = number;
    this.#evaluatedAt = looked.at;
    for (const { service, slos } of looked.services) {
      const inputs = slos.map(({ slo, budget }) => ({ slo, status: budget }));
      if (!slos.some(({ slo }) => this.#budgets.canMeasure(slo))) continue;
      const outcome = await this.policies.applyPolicy(service, inputs, { at: looked.at, ...options });
      const reasons = outcome.reasons.map(({ message }) => message);
      this.#reasons.set(service, { reasons, recommendations: outcome.recommendations });
    }
    const services = looked.services.map(({ service, slos }) => this.#standing(service, slos));
    const status = { ...looked, services, evaluatedAt: looked.at };
    this.#evaluated = status;
    this.#events.emit("evaluated", status);
    return status;
  }

  /** Everything on the registry, in the text format of {@link contentType}. */
  metrics(): Promise<string> {
    return this.signals.metrics();
  }

  /** The same in the format asked for, in pieces; in the registry's own without it. */
  exposition(format?: ExpositionFormat): Promise<MetricsExposition> {
    return this.signals.exposition(format);
  }

  /** The media type of {@link metrics}. */
  get contentType(): string {
    return this.signals.contentType;
  }

  /** Listens to one of the {@link ReliabilityEvents}; returns how to stop. */
  on<Name extends keyof ReliabilityEvents>(name: Name, listener: Listener<ReliabilityEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  /** Saves the counts and the decisions to the store now; does nothing without one. @throws {@link AdapterError} */
  async save(options: CallOptions = {}): Promise<void> {
    const state: SavedState = {
      signals: this.signals.save(),
      budgets: this.#budgets.exportState(),
      policies: this.policies.exportState(),
    };
    await this.#saveAs(STATE_KEY, JSON.stringify(state), options);
  }

  /** Stops looking, saves once more, and takes the metrics off the registry. */
  close(): Promise<void> {
    // Whoever asks again waits for the same save: a process that is told twice to end must not end before it.
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const cancel of this.#loops) cancel();
    this.#letGo();
    await this.save();
  }

  #letGo(): void {
    this.signals.close();
    for (const { fullName } of this.#metrics) this.signals.registry.removeSingleMetric(fullName);
  }

  async #restore(): Promise<void> {
    const store = this.#store;
    if (store === undefined) return;
    const text = await this.#call("load", (signal) => store.load(STATE_KEY, { signal }));
    if (text === undefined) return;
    // A service must come up all the same: each part for itself, and what was saved stays for whoever wants to look at it.
    const refused: { readonly part: string; readonly error: unknown }[] = [];
    const part = (name: string, restore: () => unknown): void => {
      try {
        restore();
      } catch (error) {
        refused.push({ part: name, error });
      }
    };
    part("all", () => {
      const { policies, budgets, signals } = readSaved(text);
      if (signals !== undefined) part("what was counted", () => this.signals.restore(signals));
      if (budgets !== undefined) part("budgets", () => this.#budgets.restoreState(budgets));
      if (policies !== undefined) part("policies", () => this.policies.restoreState(policies));
    });
    if (refused.length === 0) return;
    const tell = (what: (afresh: string) => string): void => {
      for (const { part: name, error } of refused) {
        const [whole, afresh] = name === "all" ? ["", "all starts"] : [` of ${name}`, "that starts"];
        this.#logger.error(`the saved state${whole} cannot be used; ${what(afresh)}`, { error });
      }
    };
    try {
      const kept = await this.#keepRefused(text);
      tell((afresh) => `${afresh} afresh, and what was saved is kept as ${show(kept)}`);
    } catch (error) {
      // The next save would take its place, and nothing would be left of it.
      tell(() => "nor could it be kept elsewhere, so that nothing is begun");
      throw error;
    }
  }

  /** Keeps a document that was refused beside those of earlier times, up to nine of them; returns its key. */
  async #keepRefused(text: string): Promise<string> {
    for (let number = 1; ; number += 1) {
      const key = `${STATE_KEY}-refused${number === 1 ? "" : `-${String(number)}`}`;
      // What cannot be looked at is left as it is.
      const isFree = await this.#call("load", async (signal) => this.#store?.load(key, { signal })).then(
        (there) => there === undefined || there === text,
        () => false,
      );
      if (!isFree && number < MOST_REFUSED) continue;
      await this.#saveAs(key, text);
      return key;
    }
  }

  async #saveAs(key: string, document: string, options: CallOptions = {}): Promise<void> {
    const store = this.#store;
    if (store !== undefined) await this.#call("save", (signal) => store.save(key, document, { signal }), options);
  }

  /** A store that hangs must hang neither the start nor the end of a service. */
  async #call<T>(operation: string, call: (signal: AbortSignal) => Promise<T>, options: CallOptions = {}): Promise<T> {
    const deadline = { clock: this.#clock, timeoutMs: STORE_TIMEOUT_MS, operation: `the store's ${operation}` };
    try {
      return await withDeadline(call, { ...deadline, signal: options.signal });
    } catch (error) {
      if (isReliabilityError(error)) throw error;
      const why = messageOfThrown(error);
      throw new AdapterError(why, {
        adapter: "the store",
        operation: `${operation} the state`,
        retryable: true,
        cause: error,
      });
    }
  }

  async #look(options: CallOptions & { readonly tell: boolean }): Promise<ReliabilityStatus> {
    const at = this.#clock.now();
    const standings = await this.#budgets.look(at, options);
    const services = this.slos.services.map((service) =>
      this.#standing(
        service,
        standings.filter(({ slo }) => slo.service === service),
      ),
    );
    return { at, evaluatedAt: this.#evaluatedAt, services, saturation: this.signals.saturation() };
  }

  #standing(service: string, slos: readonly SloStanding[]): ServiceStanding {
    const standing = this.policies.current(service);
    const measurable = slos.some(({ slo }) => this.#budgets.canMeasure(slo));
    const unknown = measurable ? "not looked at yet" : "this process cannot measure any of its SLOs";
    const told = this.#reasons.get(service) ?? { reasons: [unknown], recommendations: [] };
    // Somebody may have overridden the policy since; that comes first.
    const override = standing.override === undefined ? [] : [overrideText(standing.override)];
    return { ...standing, ...told, reasons: [...new Set([...override, ...told.reasons])], slos };
  }

  async #labelledStatuses(): Promise<readonly { service: string; slo: string; status: BudgetStatus }[]> {
    const { services } = await this.#scrapedStatus();
    return services.flatMap(({ service, slos }) =>
      slos.map(({ slo, budget }) => ({ service, slo: slo.name, status: budget })),
    );
  }

  #scrapedStatus(): ReliabilityStatus | Promise<ReliabilityStatus> {
    // Who scrapes shall neither wait for a source nor ask it once more: what was evaluated last has to do.
    if (this.#evaluated !== undefined && !this.#budgets.asksNobody) return this.#evaluated;
    const at = this.#clock.monotonic();
    // One scrape reads several gauges; they shall tell of the same instant.
    if (this.#scraped === undefined || at - this.#scraped.at > 200) this.#scraped = { at, status: this.status() };
    return this.#scraped.status;
  }

  #forwardEvents(): void {
    this.#budgets.onAny((name, payload) => {
      this.#events.emit(name, payload);
    });
    for (const name of POLICY_EVENTS) {
      this.policies.on(name, (payload) => {
        this.#forward(name, payload);
      });
    }
  }

  #forward<Name extends keyof ReliabilityEvents>(name: Name, payload: ReliabilityEvents[Name]): void {
    this.#events.emit(name, payload);
  }

  #repeat(what: string, everySeconds: number, task: () => Promise<unknown>): void {
    if (everySeconds === 0) return;
    const onError = (error: unknown): void => {
      this.#logger.error(`could not ${what}`, { error });
    };
    const evaluates = what === "evaluate";
    const usualMs = everySeconds * 1_000;
    // The first requests of a service are looked at soon: until then its decision is unknown.
    const everyMs = (): number => (evaluates && this.#awaitsTraffic() ? Math.min(usualMs, 1_000) : usualMs);
    // A store that cannot be written is told of as the service comes up, not a minute later.
    const firstMs = evaluates ? 0 : Math.min(usualMs, FIRST_SAVE_MS);
    this.#loops.push(repeat(task, { clock: this.#clock, firstMs, everyMs, onError }));
  }

  #awaitsTraffic(): boolean {
    const own = this.slos.slos.find(({ id }) => this.signals.source.has(id));
    // A source that cannot tell is not asked more often for it.
    return own !== undefined && this.#budgets.asksNobody && this.policies.current(own.service).decision === "unknown";
  }
}

interface SavedState {
  readonly signals?: string;
  readonly budgets?: Readonly<Record<string, object>>;
  readonly policies?: object;
}

const OPTIONS: readonly (keyof ReliabilityOptions)[] = [
  "file",
  "document",
  "service",
  "policies",
  "actions",
  "source",
  "store",
  "signals",
  "evaluateEverySeconds",
  "saveEverySeconds",
  "logger",
  "clock",
];

async function readDocuments({ file, document }: ReliabilityOptions): Promise<ReliabilityDocument> {
  if (file !== undefined && document !== undefined) throw invalid("file", "give either a file or a document, not both");
  if (file !== undefined) return parseReliabilityDocument(await readTextFile(file), { file, hasAllServices: true });
  if (document === undefined) throw invalid("file", "give a file or a document");
  if (typeof document === "string" && /^\S+\.(ya?ml|json)$/.test(document)) {
    throw invalid("document", `${show(document)} is a file's name; give it as file`);
  }
  return parseReliabilityDocument(document, { hasAllServices: true });
}

function ownService(service: string | undefined, slos: SloDocument): string {
  const [first = "", ...others] = slos.services;
  if (service === undefined && others.length === 0) return first;
  const choice = slos.services.map(show).join(", ");
  if (service === undefined)
    throw invalid(
      "service",
      `say which service this process is, as in { service: ${show(first)} }; the document has ${choice}`,
    );
  if (slos.services.includes(service)) return service;
  throw invalid("service", `${show(service)} is not in the document; it has ${choice}`);
}

function seconds(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw invalid(name, `${show(value)} is not a number of seconds; write 0 for never`);
}

function readSaved(text: string | undefined): SavedState {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below, like any other text that is not ours.
  }
  throw invalid("store", `the document ${show(STATE_KEY)} is not a state that was saved here`);
}
