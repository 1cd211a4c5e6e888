/** Which alerts a timeline is to make fire: the burn rates worked out from what happened, and not by the rules. */
import { MILLISECONDS } from "../../core/time/duration.ts";
import type { SloTier } from "../../budget/slo-tiers.ts";
import type { Timeline } from "./timeline.ts";

/** What is known of an SLO for that. */
export interface BurnQuestion {
  readonly tiers: readonly SloTier[];
  readonly budgetRatio: number;
  /** The look-backs that are sums of parts, and so can lag by one. */
  readonly summed: ReadonlySet<number>;
  /** Undefined where time is counted, of which there is no least number. */
  readonly minimumFailures: number | undefined;
  readonly minimumEvents: number;
  /** What the SLO's window is made of: so long it may lag. */
  readonly windowLagMs: number;
}

/** The tiers that certainly fire at a moment, and those that certainly do not. What is near a threshold is in neither. */
export interface Verdict {
  readonly firing: readonly SloTier[];
  readonly quiet: readonly SloTier[];
}

/** So far from a threshold it is clear. */
const CLEAR = 0.1;
/** Parts of look-backs have five minutes; and where time is counted a rate sees a change late. */
const LAG_MS = 5 * MILLISECONDS.m;

/** What fires at a moment of the timeline. */
export function verdictAt(timeline: Timeline, atMs: number, question: BurnQuestion): Verdict {
  const judged = question.tiers.map((tier) => ({ tier, fires: firesAt(timeline, atMs, tier, question) }));
  const those = (fires: boolean): SloTier[] => judged.filter((one) => one.fires === fires).map(({ tier }) => tier);
  return { firing: those(true), quiet: those(false) };
}

/** The burn rate over a look-back: the lowest and the highest that it may be taken for. */
export function paceAt(
  timeline: Timeline,
  atMs: number,
  lookBackMs: number,
  { budgetRatio, summed }: Pick<BurnQuestion, "budgetRatio" | "summed">,
): { readonly least: number; readonly most: number; readonly failures: number } {
  const paces: number[] = [];
  const failures: number[] = [];
  // Counted from the counters themselves a look-back may be wrong by a sample at each end.
  const lagMs = summed.has(lookBackMs) || timeline.unit === "time" ? LAG_MS : timeline.stepMs;
  for (const end of [atMs, atMs - lagMs]) {
    for (const shiftMs of [-lagMs, 0, lagMs]) {
      const start = Math.max(-timeline.badBeforeMs, atMs - lookBackMs + shiftMs);
      if (start >= end) continue;
      const { events, errors } = timeline.counts(start, end);
      paces.push(events === 0 ? 0 : errors / events / budgetRatio);
      failures.push(errors);
    }
  }
  return { least: Math.min(...paces), most: Math.max(...paces), failures: Math.min(...failures) };
}

/** Undefined where it is not clear. */
function firesAt(timeline: Timeline, atMs: number, tier: SloTier, question: BurnQuestion): boolean | undefined {
  const { minimumFailures = 0, minimumEvents, windowLagMs } = question;
  const long = paceAt(timeline, atMs, tier.longMs, question);
  const short = paceAt(timeline, atMs, tier.shortMs, question);
  const limit = tier.factor;
  if (long.most < limit * (1 - CLEAR) || short.most < limit * (1 - CLEAR)) return false;
  if (long.least <= limit * (1 + CLEAR) || short.least <= limit * (1 + CLEAR)) return undefined;
  if (long.failures < minimumFailures * (1 + CLEAR)) return undefined;
  const counted = timeline.counts(0, Math.max(0, atMs - windowLagMs)).events;
  return minimumEvents > 1 && counted < minimumEvents * (1 + CLEAR) ? undefined : true;
}
