/** A gate's answer, a past that is asked for and replayed, and alerts, against the same by hand. */
import {
  type AlertEpisode,
  askSteps,
  backtest,
  backtestCandidate,
  type CandidateReport,
  type CountedSteps,
} from "../../../src/index.ts";
import { assessBudget } from "../../../src/budget/assess.ts";
import type { Measurement } from "../../../src/core/measurement.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { ReleaseGate } from "../../../src/gate/gate.ts";
import { PolicyEngine } from "../../../src/policy/engine.ts";
import type { SliSource } from "../../../src/ports/sli-source.ts";
import type { AlertingRule } from "../../../src/rules/model.ts";
import type { Slo } from "../../../src/slo/model.ts";
import type { StatusTeller } from "../../../src/status/model.ts";
import type { PastService } from "./past-services.ts";

const DECISIONS = { allow: "pass", warn: "warn", halt: "block", unknown: "unknown" } as const;

/** Whether a gate decides as the policy does on budgets counted by hand, give or take a hundredth of what failed. */
export async function checkGate(
  service: string,
  {
    statuses,
    counted,
    at,
  }: {
    readonly statuses: StatusTeller;
    /** What of each SLO was counted by hand. */
    readonly counted: readonly {
      readonly slo: Slo;
      readonly good: number;
      readonly total: number;
      readonly period: { readonly passedMs: number; readonly wholeMs: number };
      readonly lookBack: (windowMs: number) => { readonly good: number; readonly total: number };
    }[];
    readonly at: number;
  },
): Promise<void> {
  const clock = new ManualClock(at);
  const gate = new ReleaseGate({ statuses, whenUnknown: "closed", clock, timeoutMs: 120_000 });
  const { verdict } = await gate.check(service, { at });
  const expected = await Promise.all(
    [0.99, 1, 1.01].map(async (factor) => {
      const engine = new PolicyEngine({ clock });
      const measured = ({ good, total }: { readonly good: number; readonly total: number }): Measurement => {
        const bad = Math.min(total, (total - good) * factor);
        return { good: total - bad, total, coverage: 1 };
      };
      const inputs = counted.map(({ slo, good, total, period, lookBack }) => {
        const lookBacks = engine
          .policyFor(service)
          .lookBacksMs(slo.window)
          .map((windowMs) => ({ windowMs, measurement: measured(lookBack(windowMs)) }));
        return { slo, status: assessBudget(slo, { window: measured({ good, total }), lookBacks, period }, at) };
      });
      return DECISIONS[(await engine.applyPolicy(service, inputs, { at })).decision];
    }),
  );
  if (!expected.includes(verdict))
    throw new Error(`${service}: the gate says ${verdict} where ${expected.join()} is right`);
}

/** What became of a past. */
export interface ReplayFigures {
  readonly steps: number;
  readonly episodes: number;
  readonly pages: number;
  /** Worst difference of what was left of a budget. */
  readonly worst: number;
  readonly report: CandidateReport;
}

/** Asks for the past of an SLO in steps, and replays it: against the same steps counted by hand. */
export async function checkReplay(
  slo: Slo,
  past: PastService,
  {
    source,
    range,
    stepMs,
    lateMs,
  }: {
    readonly source: SliSource<Slo>;
    readonly range: { readonly start: number; readonly end: number };
    readonly stepMs: number;
    /** How long before the end of a step it was counted: rules are not evaluated at full minutes. */
    readonly lateMs: number;
  },
): Promise<ReplayFigures> {
  const told = await askSteps(slo, { source, range, stepMs });
  const count = slo.kind === "latency" ? past.fast : past.counted;
  const places = Array.from({ length: told.total.length }, (_, place) => range.start + place * stepMs);
  const counted = places.map((start) => count({ start: start - lateMs, end: start - lateMs + stepMs }));
  const truth: CountedSteps = {
    ...told,
    good: counted.map(({ good }) => good),
    total: counted.map(({ total }) => total),
  };
  const where = `${slo.id} from ${new Date(range.start).toISOString()}`;
  const [ours, theirs] = [told, truth].map(
    (data) => backtest([backtestCandidate(slo, {}, { leastMs: Math.max(120_000, stepMs) })], data).candidates[0],
  ) as [CandidateReport, CandidateReport];
  const sums = (data: CountedSteps): number =>
    Array.from(data.total).reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
  if (Math.abs(sums(told) - sums(truth)) > 0.01 * sums(truth))
    throw new Error(`${where}: ${String(sums(told))} events of ${String(sums(truth))}`);
  const worst = Math.max(
    Math.abs((ours.leastRemaining ?? 0) - (theirs.leastRemaining ?? 0)) /
      Math.max(1, Math.abs(theirs.leastRemaining ?? 0)),
    Math.abs((ours.lastRemaining ?? 0) - (theirs.lastRemaining ?? 0)) /
      Math.max(1, Math.abs(theirs.lastRemaining ?? 0)),
  );
  if (worst > 0.01)
    throw new Error(
      `${where}: least left ${String(ours.leastRemaining)} where ${String(theirs.leastRemaining)} is right`,
    );
  // Those that begin within a step of each other may come in either order.
  const byTier = ({ episodes }: CandidateReport): AlertEpisode[] =>
    [...episodes].sort((a, b) => (a.tier < b.tier ? -1 : a.tier > b.tier ? 1 : a.start - b.start));
  const [own, others] = [byTier(ours), byTier(theirs)];
  const shown = ({ episodes }: CandidateReport): string =>
    episodes
      .map(
        ({ tier, start, end }) => `${tier} ${new Date(start).toISOString()} for ${String((end - start) / 60_000)} min`,
      )
      .join("; ");
  const same =
    own.length === others.length &&
    own.every((episode, index) => {
      const other = others[index];
      return (
        other?.tier === episode.tier &&
        Math.abs(other.start - episode.start) <= stepMs &&
        Math.abs(other.end - episode.end) <= stepMs
      );
    });
  if (!same || ours.pages !== theirs.pages) throw new Error(`${where}: ${shown(ours)} where ${shown(theirs)} is right`);
  return { steps: places.length, episodes: ours.episodes.length, pages: ours.pages, worst, report: ours };
}

/** Recorded look-backs lag by a minute, sums of parts by five more. */
const LONGEST_LAG_MS = 8 * 60_000;

/**
 * Whether the alerts of a replay fire when those of the rules do, minute by minute; they may differ near an edge.
 *
 * @returns how many minutes of alerts agree
 */
export async function checkAlerts(
  { episodes }: CandidateReport,
  alerts: readonly AlertingRule[],
  { url, from, to }: { readonly url: string; readonly from: number; readonly to: number },
): Promise<number> {
  let agreeing = 0;
  for (const { expr, labels = {} } of alerts) {
    const body = new URLSearchParams({ query: expr, start: String(from), end: String(to), step: "60" });
    const reply = (await (await fetch(`${url}/api/v1/query_range`, { method: "POST", body })).json()) as {
      readonly data: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] };
    };
    const firing = new Set(reply.data.result.flatMap(({ values }) => values.map(([at]) => at)));
    const own = episodes.filter(({ tier }) => tier === labels.tier);
    for (let at = from; at <= to; at += 60) {
      const ms = at * 1_000;
      const ours = own.some(({ start, end }) => ms >= start && ms < end);
      if (ours === firing.has(at)) {
        agreeing += ours ? 1 : 0;
        continue;
      }
      const near = own.some(({ start, end }) => Math.min(Math.abs(ms - start), Math.abs(ms - end)) <= LONGEST_LAG_MS);
      if (!near)
        throw new Error(
          `${labels.slo ?? ""} ${labels.tier ?? ""} at ${new Date(ms).toISOString()}: the rules ${ours ? "do not fire" : "fire"}`,
        );
    }
  }
  return agreeing;
}
