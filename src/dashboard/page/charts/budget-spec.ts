/** The chart of an error budget: what was left of it, an even pace, and how it may go on. */
import { percentText } from "../../../core/figures.ts";
import type { DashboardSlo } from "../../model.ts";
import { burnDown, evenPace, projectedAt, projectionOf, type Projection } from "./burn-down.ts";
import { SHARE } from "./quantity.ts";
import type { ChartSpec, Extent, Line, Look, Reading } from "./spec.ts";

const LEFT: Look = { tone: "main", dash: "solid" };
const PACE: Look = { tone: "muted", dash: "long" };
const FORECAST: Look = { tone: "main", dash: "dashed" };
const PRESENT_PACE: Look = { tone: "main", dash: "dotted" };

/** Instants after now at which something is told, besides those at which something happens. */
const AHEAD = 24;
/** The least that the axis shows: steps smaller than a hundredth of that are no news. */
const LEAST_SHARE = 0.02;

export function budgetSpec(slo: DashboardSlo, at: number, until: number): ChartSpec {
  const points = burnDown(slo, at);
  const projection = projectionOf(slo, at);
  const ahead = instantsAhead(at, until, projection);
  const times = [...points.map((point) => point.at), ...ahead];
  const past = points.length;

  const left = times.map((_, index) => points[index]?.remaining ?? null);
  const pace = times.map((time) => (time <= Math.max(slo.range.end, at) ? evenPace(slo.range, time) : null));
  const course = (emptyAt: number | undefined, known: boolean): (number | null)[] =>
    times.map((time, index) => {
      if (projection === undefined || !known || index < past - 1) return null;
      return projectedAt(projection, emptyAt, time);
    });
  const expected = course(projection?.expectedAt, projection?.expectedAt !== undefined).map((value, index) =>
    // What is empty stays so: the line ends there.
    (times[index] as number) > (projection?.expectedAt ?? Infinity) ? null : value,
  );
  const isForecast = projection?.kind === "forecast";
  const low = course(projection?.earliestAt ?? projection?.expectedAt, isForecast);
  const high = course(projection?.latestAt, isForecast);

  const lines: Line[] = [
    { look: LEFT, values: left, shape: "line", fits: true },
    { look: PACE, values: pace, shape: "line", fits: false },
  ];
  const readings: Reading[] = [
    { label: "Budget left", look: LEFT, text: (index) => (index < past ? shareText(left[index]) : undefined) },
    { label: "Even pace", look: PACE, text: (index) => (pace[index] === null ? undefined : shareText(pace[index])) },
  ];
  if (projection !== undefined) {
    const look = isForecast ? FORECAST : PRESENT_PACE;
    lines.push({ look, values: expected, shape: "line", fits: true });
    readings.push({
      label: isForecast ? "Forecast" : "At the present pace",
      look,
      text(index) {
        if (index < past) return undefined;
        const interval = isForecast ? `${shareText(low[index])} to ${shareText(high[index])}` : undefined;
        const mean = expected[index] ?? null;
        if (mean === null) return interval;
        return interval === undefined ? percentText(mean) : `${percentText(mean)} (${interval})`;
      },
    });
  }
  const edge = { look: LEFT, shape: "edge", fits: false } as const;
  const band = isForecast
    ? { upper: lines.push({ ...edge, values: high }) - 1, lower: lines.push({ ...edge, values: low }) - 1 }
    : undefined;

  const why = points.length === 0 ? emptyText(slo, at) : undefined;
  return {
    id: "budget",
    title: "Error budget left",
    quantity: SHARE,
    subject: "Budget left",
    times,
    lines,
    ...(band !== undefined && { band }),
    levels: [],
    regions: [],
    ...(slo.remainingRatio !== undefined && { dot: { at, value: slo.remainingRatio } }),
    readings,
    verticalOf,
    keeps: "last",
    size: "tall",
    ...(why !== undefined && { empty: why }),
  };
}

/** From nothing to all of it, and below where it is overspent; closer where somebody has zoomed. */
function verticalOf(extent: Extent | undefined, whole: boolean): Extent {
  const [lowest, highest] = extent ?? [0, 1];
  if (whole) return [Math.min(0, lowest * 1.05), Math.max(1, highest)];
  const spare = Math.max(LEAST_SHARE, highest - lowest) * 0.15;
  const middle = (lowest + highest) / 2;
  const half = Math.max(LEAST_SHARE / 2, (highest - lowest) / 2) + spare;
  return [middle - half, middle + half];
}

/** When something is told of the time after now: evenly, and whenever a line ends. */
function instantsAhead(at: number, until: number, projection: Projection | undefined): readonly number[] {
  if (!(until > at)) return [];
  const ends = [projection?.expectedAt, projection?.earliestAt, projection?.latestAt];
  const evenly = Array.from({ length: AHEAD }, (_, index) => at + ((until - at) * (index + 1)) / AHEAD);
  const known = ends.filter((time): time is number => time !== undefined && time > at && time < until);
  return [...new Set([...evenly, ...known])].sort((one, other) => one - other);
}

function shareText(value: number | null | undefined): string {
  return value === null || value === undefined ? "not watched" : percentText(value);
}

function emptyText({ remainingRatio, range }: DashboardSlo, at: number): string {
  if (remainingRatio === undefined) return "What is left of the budget is not known.";
  return at > range.start ? "How the budget has gone is not known." : "The window has only begun.";
}
