/** How an SLO might have gone: counts through a window, made up, and the figures that follow from them. */
import type { DashboardBurn, DashboardSlo, DashboardSteps } from "../../../src/dashboard/model.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A stretch of time in which more fails than usual. */
export interface Episode {
  readonly from: number;
  readonly until: number;
  readonly errorRatio: number;
}

/** What an SLO is made up of. */
export interface Course {
  readonly objectiveRatio: number;
  readonly range: { readonly start: number; readonly end: number };
  readonly at: number;
  /** Requests a second, by day. */
  readonly rate: number;
  readonly errorRatio: number;
  readonly episodes?: readonly Episode[];
  readonly seed?: number;
  /** Nobody looked before it. */
  readonly watchedFrom?: number;
}

/** The same numbers from 0 to 1 at each run. */
export function dice(seed: number): () => number {
  let state = seed * 48_271 + 11;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const COARSE = 120;
const FINE = 72;

/** Past, counts, budget and burn rates that agree with each other. */
export function wentLike(
  course: Course,
): Pick<DashboardSlo, "past" | "good" | "total" | "sliRatio" | "burns" | "coverage"> &
  Pick<DashboardSlo, "remainingRatio" | "remainingMinutes" | "remainingEvents" | "exhaustion" | "range"> {
  const { at, range, objectiveRatio, watchedFrom = range.start } = course;
  const budget = 1 - objectiveRatio;
  const windowMs = range.end - range.start;
  const split = at - Math.round(windowMs / COARSE);
  const past = [steps(course, range.start, split, COARSE), steps(course, split, at, FINE)];
  const total = past.flatMap((part) => part.total).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const bad = past.flatMap((part) => part.bad).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const remainingRatio = 1 - bad / (total * budget);
  const burns = burnsOf(course, windowMs);
  const pace = burns[0]?.longRate ?? 0;
  const lastsMs = (remainingRatio * windowMs) / Math.max(pace, 1e-9);
  return {
    range,
    past,
    burns,
    total,
    good: total - bad,
    coverage: Number(Math.min(1, (at - watchedFrom) / (at - range.start)).toPrecision(6)),
    sliRatio: (total - bad) / total,
    remainingRatio,
    remainingMinutes: (remainingRatio * budget * windowMs) / MINUTE,
    remainingEvents: Math.floor(remainingRatio * budget * total),
    exhaustion:
      remainingRatio <= 0
        ? { kind: "exhausted" }
        : lastsMs < windowMs
          ? { kind: "in", at: Math.round(at + lastsMs) }
          : { kind: "never" },
  };
}

function steps(course: Course, start: number, end: number, count: number): DashboardSteps {
  const chance = dice((course.seed ?? 1) + count);
  const stepMs = Math.round((end - start) / count);
  const cells = Array.from({ length: count }, (_, index) => {
    const from = start + index * stepMs;
    if (from < (course.watchedFrom ?? 0)) return { bad: null, total: null };
    const hour = (from / HOUR) % 24;
    const total = Math.round(
      course.rate *
        (stepMs / 1_000) *
        (0.65 + 0.35 * Math.sin(((hour - 9) / 24) * 2 * Math.PI)) *
        (0.9 + chance() * 0.2),
    );
    return {
      total,
      bad: Math.min(total, Math.round(total * errorsAt(course, from, from + stepMs) * (0.6 + chance() * 0.8))),
    };
  });
  return { start, stepMs, bad: cells.map(({ bad }) => bad), total: cells.map(({ total }) => total) };
}

/** The mean over a stretch. */
function errorsAt({ errorRatio, episodes = [] }: Course, from: number, until: number): number {
  return episodes.reduce((sum, episode) => {
    const shared = Math.max(0, Math.min(until, episode.until) - Math.max(from, episode.from));
    return sum + (episode.errorRatio * shared) / (until - from);
  }, errorRatio);
}

const TIERS = [
  { name: "fast", severity: "page", share: 0.02, longMs: HOUR, of: 720 },
  { name: "medium", severity: "page", share: 0.05, longMs: 6 * HOUR, of: 120 },
  { name: "slow", severity: "ticket", share: 0.1, longMs: DAY, of: 30 },
  { name: "trickle", severity: "ticket", share: 0.1, longMs: 3 * DAY, of: 10 },
] as const;

function burnsOf(course: Course, windowMs: number): DashboardBurn[] {
  return TIERS.map(({ name, severity, share, longMs, of }) => {
    const long = windowMs < 28 * DAY ? Math.round(windowMs / of) : longMs;
    const rateOver = (lookBackMs: number): number =>
      Number((errorsAt(course, course.at - lookBackMs, course.at) / (1 - course.objectiveRatio)).toPrecision(5));
    const factor = Number(((share * windowMs) / long).toPrecision(5));
    const [longRate, shortRate] = [rateOver(long), rateOver(long / 12)];
    const burning = longRate > factor && shortRate > factor;
    return { name, severity, factor, longMs: long, shortMs: long / 12, longRate, shortRate, burning };
  });
}
