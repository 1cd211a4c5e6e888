/** What it cost: time, users, money and error budgets. */
import type { BudgetStatus } from "../budget/status.ts";
import { cut } from "../core/cut.ts";
import { type TimeRange, windowAt, windowText } from "../core/time/window.ts";
import { plain } from "../core/figures.ts";
import { violationsOf } from "../incident/charging.ts";
import type { Incident } from "../incident/model.ts";
import { incidentDuration } from "../incident/questions.ts";

import { alertName } from "./alerts.ts";
import type {
  BudgetFigure,
  BudgetPoint,
  PostmortemBudget,
  PostmortemChart,
  PostmortemImpact,
  SliPoint,
} from "./model.ts";
import { lookedAt, type PostmortemSources, type SloHistory, type StandingLike } from "./sources.ts";

const MS_PER_MINUTE = 60_000;
const MOST_BUDGETS = 50;
const MOST_CHARTS = 6;
const MOST_POINTS = 2_000;
const LONGEST_REASON = 300;

/** The impact, as far as it is known. */
export function impactOf(sources: PostmortemSources): PostmortemImpact {
  const { incident, facts = {}, at } = sources;
  const { usersAffected, revenue, impactRatio = 1 } = facts;
  const violations = violationsOf(incident, { impact: impactRatio, at });
  const why = sources.unmeasured?.history ?? sources.unmeasured?.standing;
  const chargedMinutes = violations.reduce((sum, { minutes }) => sum + minutes * impactRatio, 0);
  const countedFromAlert = firingAtStart(incident);
  return {
    durationMs: incidentDuration(incident, at),
    usersAffected: typeof usersAffected === "number" ? plain(usersAffected, 0) : usersAffected,
    revenue,
    chargedMinutes,
    ...(countedFromAlert === undefined ? {} : { countedFromAlert }),
    budgets: slosOf(sources).map((slo) => budgetOf(slo, sources, chargedMinutes)),
    ...(why === undefined ? {} : { unmeasured: cut(why, LONGEST_REASON) }),
  };
}

/** Name of the alert whose time is the incident's start: what it had looked back on failed before. */
function firingAtStart({ alerts, startedAt }: Incident): string | undefined {
  const alert = [...alerts.values()].find(({ startsAt }) => startsAt === startedAt);
  return alert === undefined ? undefined : cut(alertName(alert), LONGEST_REASON);
}

/** Ids of all SLOs that anything is known of: those that the incident names, else all that were handed in. */
function slosOf({ incident, before = [], after = [], history = [] }: PostmortemSources): readonly string[] {
  const told = [...after, ...before].map(({ slo }) => slo.id);
  const all = incident.slos.length > 0 ? incident.slos : [...told, ...history.map(({ slo }) => slo)];
  return [...new Set(all)].slice(0, MOST_BUDGETS);
}

function budgetOf(slo: string, sources: PostmortemSources, chargedMinutes: number): PostmortemBudget {
  const { before, after } = standingsOf(slo, sources);
  const known = after ?? before;
  const { points = [], reason = sources.unmeasured?.history } =
    sources.history?.find((history) => history.slo === slo) ?? {};
  const counted = countedIn(points, {
    start: sources.incident.startedAt,
    end: sources.incident.resolvedAt ?? sources.at,
  });
  const unmeasured = counted === undefined && reason !== undefined ? { unmeasured: cut(reason, LONGEST_REASON) } : {};
  if (known === undefined) return { slo, ...(counted === undefined ? unmeasured : { measured: counted }) };
  const { objective, window } = known.slo;
  const range = windowAt(window, sources.at);
  const allowedMinutes = ((range.end - range.start) * objective.budgetRatio) / MS_PER_MINUTE;
  return {
    slo,
    objective: objective.percentText,
    window: windowText(window),
    allowedMinutes,
    chargedRatio: chargedMinutes / allowedMinutes,
    ...(counted === undefined ? unmeasured : { measured: measuredOf(counted, allowedEvents(before, after)) }),
    before: before === undefined ? undefined : figureOf(before.budget),
    after: after === undefined ? undefined : figureOf(after.budget),
  };
}

function measuredOf(counted: { good: number; total: number }, allowed: number): PostmortemBudget["measured"] {
  if (!(allowed > 0)) return counted;
  return { ...counted, consumedRatio: (counted.total - counted.good) / allowed };
}

/**
 * How many events may fail in the whole window, as the statuses have it: of the traffic so far in a rolling one, of what a
 * calendar period is expected to bring in all. 0 if nobody knows.
 */
function allowedEvents(before: StandingLike | undefined, after: StandingLike | undefined): number {
  const standings = [after, before].filter((standing) => standing !== undefined);
  const measured = standings.map(({ budget }) => budget).find((budget) => budget.state === "measured");
  if (measured !== undefined) {
    const { bad, consumedRatio, remainingEvents } = measured;
    return bad > 0 ? bad / consumedRatio : remainingEvents;
  }
  const known = standings.find(({ budget }) => budget.total > 0);
  return known === undefined ? 0 : (known.slo.objective.budgetRatio * known.budget.total) / passedShare(known.budget);
}

/** How much of a calendar period has passed; all of a rolling window has. */
function passedShare({ window, range, at }: BudgetStatus): number {
  return window.kind === "rolling" ? 1 : Math.max(1, at - range.start) / (range.end - range.start);
}

function figureOf(budget: BudgetStatus): BudgetFigure {
  const { at, state } = budget;
  if (budget.state !== "measured") return { at, state, reason: budget.reason };
  const { consumedRatio, sliRatio, remainingMinutes } = budget;
  return { at, state, consumedRatio, sliRatio, remainingMinutes };
}

function standingsOf(
  id: string,
  { before, after }: PostmortemSources,
): { readonly before: StandingLike | undefined; readonly after: StandingLike | undefined } {
  const of = (standings: readonly StandingLike[] = []): StandingLike | undefined =>
    standings.find(({ slo }) => slo.id === id);
  return { before: of(before), after: of(after) };
}

function countedIn(
  points: readonly SliPoint[],
  { start, end }: TimeRange,
): { good: number; total: number } | undefined {
  const within = points.filter(({ at }) => at > start && at <= end);
  if (within.length === 0) return undefined;
  return within.reduce((sum, { good, total }) => ({ good: sum.good + good, total: sum.total + total }), {
    good: 0,
    total: 0,
  });
}

/** What the pictures show: one for each SLO that there is a history of. */
export function chartsOf(sources: PostmortemSources): readonly PostmortemChart[] {
  const { start, end } = lookedAt(sources);
  // Of what could not be told there is nothing to draw.
  const told = (sources.history ?? []).filter(({ reason, points }) => reason === undefined || points.length > 0);
  return told.slice(0, MOST_CHARTS).map((history) => {
    const { before, after } = standingsOf(history.slo, sources);
    const points = history.points.filter(({ at }) => at >= start && at <= end).slice(0, MOST_POINTS);
    return {
      slo: history.slo,
      objectiveRatio: (after ?? before)?.slo.objective.ratio,
      from: start,
      until: end,
      points,
      budget: (history.budget ?? remaining({ ...history, points }, before, after)).filter(
        ({ at }) => at >= start && at <= end,
      ),
    };
  });
}

/**
 * What was left of the budget at each point: counted on from how it stood before, or back from how it stood after, in the
 * events that {@link allowedEvents} allows. The window's traffic (that of the whole calendar period) is taken as constant, and what
 * leaves a rolling window meanwhile as nothing: over an incident both are.
 */
function remaining(
  { points }: SloHistory,
  before: StandingLike | undefined,
  after: StandingLike | undefined,
): readonly BudgetPoint[] {
  const known = before?.budget.state === "measured" ? before : after;
  if (known?.budget.state !== "measured") return [];
  const allowed = allowedEvents(before, after);
  if (!(allowed > 0)) return [];
  const bads = points.map(({ good, total }) => total - good);
  const { at: knownAt, remainingRatio } = known.budget;
  // What was bad by the time that is known of is in it already.
  const known0 = points.reduce((sum, { at }, index) => (at <= knownAt ? sum + (bads[index] ?? 0) : sum), 0);
  let sum = 0;
  return points.map(({ at }, index) => {
    sum += bads[index] ?? 0;
    return { at, remainingRatio: remainingRatio - (sum - known0) / allowed };
  });
}
