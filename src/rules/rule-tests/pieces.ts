/** How much traffic a test has, and how much of it fails at a burn rate. */
import { MILLISECONDS } from "../../core/time/duration.ts";
import { noDataRules, type AlertSettings } from "../alert-rules.ts";
import type { RuleSubject } from "../sli-rules.ts";
import type { SloTier } from "../../budget/slo-tiers.ts";
import type { Load } from "./load.ts";
import type { BurnQuestion } from "./oracle.ts";
import type { Piece } from "./timeline.ts";

/** An SLO whose rules are to be tested. */
export interface TestedSlo {
  readonly subject: RuleSubject;
  readonly tiers: readonly SloTier[];
  readonly settings: AlertSettings;
}

const SHORTEST_MS = 15 * MILLISECONDS.m;
const PART_MS = 5 * MILLISECONDS.m;

/** What all tests of an SLO are made by. */
export class Traffic {
  readonly tested: TestedSlo;
  readonly load: Load;
  /** How often there are samples. */
  readonly stepMs: number;
  /** A burn rate that no alert minds. */
  readonly calm: number;
  /** Burn rates end here: all fails. */
  readonly highest: number;
  readonly question: BurnQuestion;
  readonly #eventsPerStep: number;

  constructor(tested: TestedSlo, load: Load, stepMs: number) {
    const { subject, tiers, settings } = tested;
    const { slo, indicator, lookBacks } = subject;
    const { budgetRatio } = slo.objective;
    this.tested = tested;
    this.load = load;
    this.stepMs = stepMs;
    this.highest = 1 / budgetRatio;
    this.calm = this.isTime ? 0 : 0.5 * Math.min(1, ...tiers.map(({ factor }) => factor));
    const failures = settings.minimumFailures / load.weight;
    const least =
      Math.max(10, 2 * failures) / ((0.5 * Math.min(1, ...tiers.map(({ factor }) => factor))) / this.highest);
    this.#eventsPerStep = rounded(Math.max(100, least, slo.minimumEvents / load.weight));
    this.question = {
      tiers,
      budgetRatio,
      summed: new Set([...lookBacks.short, lookBacks.window].filter((one) => one.sumOf).map((one) => one.durationMs)),
      minimumFailures: indicator.unit === "events" ? failures : undefined,
      minimumEvents: indicator.unit === "events" ? slo.minimumEvents / load.weight : 1,
      windowLagMs: lookBacks.window.sumOf?.durationMs ?? 0,
    };
  }

  /** Whether time is counted: a step is then all good or all bad. */
  get isTime(): boolean {
    return this.tested.subject.indicator.unit === "time";
  }

  /** As long as it takes until all that is recorded has data. */
  get settleMs(): number {
    return Math.max(SHORTEST_MS, this.question.windowLagMs + 2 * PART_MS);
  }

  /** At least so long, and made of whole parts of the window: what is recorded over it is then exact at the end. */
  wholeParts(leastMs: number): number {
    return ceil(leastMs, Math.max(PART_MS, this.question.windowLagMs));
  }

  /** Whether nothing of a test of this length has left the SLO's window at its end. */
  fits(lengthMs: number): boolean {
    return lengthMs <= 0.9 * this.tested.subject.lookBacks.window.durationMs;
  }

  /** So much of the usual traffic, burning the budget at a pace. */
  piece(lengthMs: number, pace: number, share = 1): Piece {
    if (this.isTime) return { lengthMs, good: pace > 0 ? 0 : 1, bad: pace > 0 ? 1 : 0 };
    const events = Math.round(this.#eventsPerStep * share);
    const bad = Math.min(events, Math.round((pace / this.highest) * events));
    return { lengthMs, good: events - bad, bad };
  }

  /** No traffic at all. */
  idle(lengthMs: number): Piece {
    return { lengthMs, good: 0, bad: 0 };
  }

  /** The exact burn rate of some pieces together. */
  paceOf(...pieces: readonly Piece[]): number {
    const errors = pieces.reduce((sum, { lengthMs, bad }) => sum + lengthMs * bad, 0);
    const events = pieces.reduce((sum, { lengthMs, good, bad }) => sum + lengthMs * (good + bad), 0);
    return events === 0 ? 0 : (errors / events) * this.highest;
  }

  /** Why it alerts without data; undefined if it does not. */
  get noDataReason(): string | undefined {
    const { subject, settings } = this.tested;
    return noDataRules(subject, settings).alerts[0]?.labels?.reason;
  }
}

/** Up to whole steps. */
export function ceil(lengthMs: number, stepMs: number): number {
  return Math.ceil(lengthMs / stepMs) * stepMs;
}

/** Up to two digits. */
function rounded(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / unit - 1e-9) * unit;
}
