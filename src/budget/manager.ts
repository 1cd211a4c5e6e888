/** One SLO's error budget through time. */
import { systemClock, type Clock } from "../core/time/clock.ts";
import { MILLISECONDS, parseDuration } from "../core/time/duration.ts";
import { checkTime } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import { Events, type Listener } from "../core/events.ts";
import { type Measurement, NOTHING_MEASURED } from "../core/measurement.ts";
import { Objective } from "../core/objective.ts";
import { readWindow, rollingWindow, type TimeRange, type Window } from "../core/time/window.ts";
import { toldOfListeners } from "../ports/logger.ts";
import {
  BUDGET_EVENTS,
  noticeChanges,
  QUIET,
  type AlertState,
  type BudgetEvents,
  USUAL_MINIMUM_FAILURES,
} from "./alerting.ts";
import { assessed, burnRate, type BudgetMeasurements } from "./assess.ts";
import { EventLedger, type EventCounts } from "./counted-events.ts";
import { Exclusions, type Exclusion } from "./exclusions.ts";
import type { BudgetLedger } from "./ledger.ts";
import { budgetQuestions, checkInstant, type BudgetQuestions } from "./questions.ts";
import { alertStateOf, type BudgetState, burningTiers, readBudgetState } from "./state.ts";
import type { BudgetStatus, BudgetSubject, BurnRate, Exhaustion } from "./status.ts";
import { wholeNumber } from "./subject.ts";
import {
  checkEventFields,
  checkHaltOptions,
  checkLookBacks,
  checkManagerOptions,
  type ErrorBudgetOptions,
  type HaltOptions,
} from "./manager-options.ts";
import { burnTiersFor, checkTiers, type BurnTier } from "./tiers.ts";
import { ViolationLedger, type Violation } from "./violations.ts";

export type { ErrorBudgetOptions };

/**
 * Keeps one error budget: told of events (good, total) or of violations (when, how long, how grave), it answers what is
 * spent, what is left, how fast it goes and when it ends, and emits an event whenever that changes its meaning.
 *
 * A manager holds either events or violations. For counts that live elsewhere (the golden signals, Prometheus) ask
 * {@link ErrorBudgetManager.questions}, measure, and hand the answers to {@link observe}.
 *
 * @example
 * ```ts
 * import { ErrorBudgetManager } from "nines";
 *
 * const budget = new ErrorBudgetManager({ objective: "99.9%", window: "30d" });
 * budget.addViolation({ timestamp: Date.now() - 3_600_000, minutes: 21.6 });
 * const status = budget.status();
 * if (status.state !== "measured" || status.consumedRatio !== 0.5) throw new Error("half of 43.2 minutes");
 * ```
 */
export class ErrorBudgetManager {
  /** What the budget is of. */
  readonly subject: BudgetSubject;
  /** When a burn rate is reported. */
  readonly tiers: readonly BurnTier[];
  readonly #clock: Clock;
  readonly #now = (): number => this.#clock.now();
  readonly #events: Events<BudgetEvents>;
  readonly #exclusions = new Exclusions();
  readonly #written = new Exclusions();
  readonly #lookBackMs: readonly number[];
  readonly #minimumFailures: number | undefined;
  #ledger: BudgetLedger | undefined;
  #alerts: AlertState = QUIET;

  /** @throws {@link ConfigurationError} if an option cannot be used */
  constructor(options: ErrorBudgetOptions) {
    checkManagerOptions(options);
    const { id = "budget", minimumEvents = 1, minimumFailures, clock = systemClock } = options;
    this.#clock = clock;
    const objective = Objective.parse(options.objective).withBudget();
    const window = readWindow(options.window);
    this.subject = { id, objective, window, minimumEvents: wholeNumber("minimumEvents", minimumEvents) };
    this.#minimumFailures = minimumFailures === undefined ? undefined : wholeNumber("minimumFailures", minimumFailures);
    this.tiers = checkTiers(options.tiers ?? burnTiersFor(window));
    const ofTiers = this.tiers.flatMap(({ longMs, shortMs }) => [shortMs, longMs]);
    this.#lookBackMs = [...new Set([...ofTiers, ...checkLookBacks(options.lookBacksMs ?? [])])].sort((a, b) => a - b);
    (options.exclusions ?? []).forEach((exclusion, index) => {
      this.#written.add(exclusion, ["exclusions", index], this.#now);
      this.#exclusions.add(exclusion, [], this.#now);
    });
    this.#ledger = options.ledger;
    this.#keep(this.exclusions);
    if (options.spentIn === "violations") this.#ledger = new ViolationLedger(this.#now);
    if (options.spentIn === "events") this.#ledger = this.#newEventLedger();
    this.#events = new Events({ onListenerError: toldOfListeners(options), names: BUDGET_EVENTS });
  }

  /**
   * Adds counted events; `at` is now without it.
   *
   * @throws {@link ConfigurationError} if they are not counts, or `at` is no time in epoch milliseconds
   */
  recordEvents(counts: Omit<EventCounts, "at"> & { readonly at?: number | undefined }): void {
    checkEventFields(counts);
    const { good, total, at = this.#clock.now() } = counts;
    this.#eventLedger().add({ at, good, total });
  }

  /** Adds a violation, in any order. @throws {@link ConfigurationError} naming the field that is wrong */
  addViolation(violation: Violation): void {
    this.#violationLedger().add(violation);
  }

  /** Adds violations; all or, if one is wrong, those before it. */
  addViolations(violations: Iterable<Violation>): void {
    const ledger = this.#violationLedger();
    let index = 0;
    for (const violation of violations) {
      ledger.add(violation, ["violations", index]);
      index += 1;
    }
  }

  /** Takes a stretch of time out of the budget, before or after the fact. */
  exclude(exclusion: Exclusion): void {
    this.#exclusions.add(exclusion, [], this.#now);
    this.#keep([exclusion]);
  }

  /** Takes an exclusion back, by its start and end; false if there is none of these. */
  removeExclusion(range: TimeRange): boolean {
    return this.#exclusions.remove(range);
  }

  /** What has been excluded. */
  get exclusions(): readonly Exclusion[] {
    return this.#exclusions.all;
  }

  /** How the budget stands at `at` (epoch milliseconds; now without it), that millisecond included. Tells no listener. */
  status(at: number = this.#clock.now()): BudgetStatus {
    return assessed(this.subject, this.#measure(this.subject.window, this.#lookBackMs, at), at);
  }

  /** The pace over the last `window` (a duration such as `"1h"`, or milliseconds) before `at`. */
  burnRate(window: string | number, at: number = this.#clock.now()): BurnRate {
    const windowMs = typeof window === "number" ? window : parseDuration(window, "window");
    if (!(windowMs > 0 && windowMs < Infinity)) throw invalid("window", `${show(window)} is not a length of time`);
    const [lookBack] = this.#measure(rollingWindow(Math.ceil(windowMs)), [windowMs], at).lookBacks;
    return burnRate(this.subject.objective, windowMs, (lookBack as { measurement: Measurement }).measurement);
  }

  /** When the budget runs out at the present pace. */
  timeToExhaustion(at: number = this.#clock.now()): Exhaustion {
    const status = this.status(at);
    return status.state === "measured" ? status.exhaustion : { kind: "unknown" };
  }

  /**
   * Whether more than `consumedRatio` of the budget is spent (or, at the default of 1, whether nothing is left);
   * undefined if that cannot be told. A `PolicyEngine` decides with reasons, hysteresis and overrides.
   */
  shouldHaltReleases(options: HaltOptions = {}): boolean | undefined {
    checkHaltOptions(options);
    const { consumedRatio = 1, at = this.#clock.now() } = options;
    const status = this.status(at);
    if (status.state !== "measured") return undefined;
    return consumedRatio === 1 ? status.verdict !== "within" : status.consumedRatio > consumedRatio;
  }

  /** What has to be measured to tell how the budget stands at `at`; for counts that live elsewhere. */
  questions(at: number = this.#clock.now()): BudgetQuestions {
    return budgetQuestions(this.subject.window, this.#lookBackMs, this.#exclusions, checkTime(at, "at", this.#now));
  }

  /** Looks at the budget now and tells the listeners what has changed since the last look. */
  evaluate(at: number = this.#clock.now()): BudgetStatus {
    return this.#notice(this.status(at));
  }

  /**
   * {@link status} with answers to {@link ErrorBudgetManager.questions} that were measured elsewhere, in their order, as of when
   * the questions are of.
   *
   * @throws {@link ConfigurationError} if `at` is another instant
   */
  assess(questions: BudgetQuestions, answers: readonly Measurement[], at: number = questions.at): BudgetStatus {
    checkInstant(questions, at);
    return assessed(this.subject, questions.fold(answers), at);
  }

  /** {@link evaluate} with answers to {@link ErrorBudgetManager.questions} that were measured elsewhere, in their order. */
  observe(questions: BudgetQuestions, answers: readonly Measurement[], at: number = questions.at): BudgetStatus {
    return this.#notice(this.assess(questions, answers, at));
  }

  /** What is remembered beside the counts: exclusions, and what was told last. Plain JSON. */
  exportState(): BudgetState {
    const { exhausted } = this.#alerts;
    const oldest = this.#clock.now() - this.#longestMs();
    const exclusions = this.exclusions.filter((one) => one.end > oldest && !this.#written.has(one));
    return { version: 1, exclusions, burning: burningTiers(this.tiers, this.#alerts), exhausted };
  }

  /**
   * Goes on from what {@link exportState} gave, as an object or as JSON text; the exclusions are added to those there are.
   *
   * @throws {@link ConfigurationError} with all that is wrong with it; nothing is changed then
   */
  restoreState(state: string | object): void {
    const saved = readBudgetState(state);
    // Whatever the clock says of them; and all are looked at before the first is taken.
    const checked = new Exclusions();
    saved.exclusions.forEach((exclusion, index) => {
      checked.add(exclusion, ["exclusions", index], () => 0);
    });
    for (const exclusion of checked.all) this.#exclusions.add(exclusion, [], () => 0);
    this.#keep(checked.all);
    this.#alerts = alertStateOf(this.tiers, saved);
  }

  /** Listens to `burnStarted`, `burnCleared`, `exhausted` or `recovered`; returns how to stop. */
  on<Name extends keyof BudgetEvents>(name: Name, listener: Listener<BudgetEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  #keep(ranges: readonly TimeRange[]): void {
    this.#ledger?.keep?.(ranges.flatMap(({ start, end }) => [start, end]));
  }

  #measure(window: Window, lookBackMs: readonly number[], at: number): BudgetMeasurements {
    const ledger = this.#ledger ?? UNTOLD;
    checkTime(at, "at", this.#now);
    const { ranges, fold } = budgetQuestions(window, lookBackMs, this.#exclusions, at, ledger.instantMs);
    return fold(ranges.map((range) => ledger.measure(range)));
  }

  #notice(status: BudgetStatus): BudgetStatus {
    const minimumFailures =
      this.#minimumFailures ?? (this.#ledger instanceof ViolationLedger ? 0 : USUAL_MINIMUM_FAILURES);
    const { state, changes } = noticeChanges(this.#alerts, status, { tiers: this.tiers, minimumFailures });
    this.#alerts = state;
    for (const change of changes) this.#events.emit(change.name, change.payload);
    return status;
  }

  #eventLedger(): EventLedger {
    this.#ledger ??= this.#newEventLedger();
    if (this.#ledger instanceof EventLedger) return this.#ledger;
    throw invalid("recordEvents", `this budget ${this.#holds()}; give events a manager of their own`);
  }

  #violationLedger(): ViolationLedger {
    this.#ledger ??= new ViolationLedger(this.#now);
    if (this.#ledger instanceof ViolationLedger) return this.#ledger;
    throw invalid("addViolation", `this budget ${this.#holds()}; give violations a manager of their own`);
  }

  #holds(): string {
    if (this.#ledger instanceof EventLedger) return "holds events";
    return this.#ledger instanceof ViolationLedger ? "holds violations" : "takes its counts from elsewhere";
  }

  /** The longest look-back that can be asked for, with room to spare. */
  #longestMs(): number {
    const { window } = this.subject;
    const windowMs = window.kind === "rolling" ? window.durationMs : 367 * MILLISECONDS.d;
    return Math.max(windowMs, ...this.#lookBackMs) + MILLISECONDS.h;
  }

  #newEventLedger(): EventLedger {
    const keptMs = this.#longestMs();
    return new EventLedger({ now: this.#now, keptMs });
  }
}

/** Before it is known what a budget is spent in, nobody watches. */
const UNTOLD: BudgetLedger = { instantMs: 0, measure: () => NOTHING_MEASURED };
