/** Points as elements of SVG: as many as can be told apart, and none outside of the axis. */
import { fix } from "../../core/picture/axis.ts";
import { stretches, stretchSvg, type Told } from "../../core/picture/line.ts";

import type { ChartBandPoint, ChartPoint } from "./model.ts";
import { bounded, type Extent } from "./scale.ts";

/** Where lines are drawn: `x` and `y` in pixels, and what the axis of values has room for. */
export interface Plot {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  readonly values: Extent;
}

/** What was measured, with a gap where nothing is known for a pixel or more. */
export function historySvg(history: readonly ChartPoint[], plot: Plot): string[] {
  const known = stretches(history).map((points) => points.map(({ at, value }) => ({ at, value: bounded(value) })));
  const joined: Told[][] = [];
  let open: Told[] = [];
  for (const points of known) {
    const [before, next] = [open.at(-1), points[0]];
    const isSeen = before === undefined || next === undefined || plot.x(next.at) - plot.x(before.at) >= 1.5;
    if (isSeen) joined.push((open = [...points]));
    else for (const point of points) open.push(point);
  }
  return joined.map((points) => stretchSvg(thinned(points, plot.x), "history", plot.x, plot.y));
}

/** The interval as an area and the mean as a line, as far as the axis goes. */
export function forecastSvg(forecast: readonly ChartBandPoint[], plot: Plot): string[] {
  if (forecast.length === 0) return [];
  const line = (key: "mean" | "lower" | "upper"): readonly Told[] => {
    const points = forecast.map((point) => ({ at: point.at, value: bounded(point[key]) }));
    return withEdges(thinned(points, plot.x), plot.values);
  };
  const area = [...line("upper"), ...line("lower").toReversed()];
  const places = area.map(({ at, value }) => `${fix(plot.x(at))},${fix(plot.y(within(value, plot.values)))}`);
  return [
    `<polygon class="nines-interval" points="${places.join(" ")}"/>`,
    ...insideOf(line("mean"), plot.values).map((points) => stretchSvg(points, "forecast", plot.x, plot.y)),
  ];
}

/** `value`, or the end of the axis that it is beyond. */
export function within(value: number, { low, high }: Extent): number {
  return Math.min(high, Math.max(low, value));
}

/** Of each column of pixels the least and the greatest point, in their order: the line looks the same. */
export function thinned(points: readonly Told[], x: (at: number) => number): readonly Told[] {
  const kept: Told[] = [];
  let column = NaN;
  let least: Told | undefined;
  let greatest: Told | undefined;
  const flush = (): void => {
    if (least === undefined || greatest === undefined) return;
    if (least === greatest) kept.push(least);
    else kept.push(...(least.at < greatest.at ? [least, greatest] : [greatest, least]));
  };
  for (const point of points) {
    const next = Math.floor(x(point.at));
    if (next !== column) {
      flush();
      [column, least, greatest] = [next, point, point];
      continue;
    }
    if (least === undefined || point.value < least.value) least = point;
    if (greatest === undefined || point.value > greatest.value) greatest = point;
  }
  flush();
  return kept;
}

/** With a point wherever the line meets an end of the axis. */
function withEdges(points: readonly Told[], { low, high }: Extent): readonly Told[] {
  return [low, high].reduce(
    (line, edge) =>
      line.flatMap((point, index) => {
        const before = line[index - 1];
        if (before === undefined || (before.value - edge) * (point.value - edge) >= 0) return [point];
        const part = (edge - before.value) / (point.value - before.value);
        return [{ at: before.at + (point.at - before.at) * part, value: edge }, point];
      }),
    points,
  );
}

/** The stretches of a line that are on the axis. */
function insideOf(points: readonly Told[], { low, high }: Extent): readonly (readonly Told[])[] {
  const found: Told[][] = [];
  let open: Told[] | undefined;
  for (const point of points) {
    if (point.value < low || point.value > high) open = undefined;
    else if (open === undefined) found.push((open = [point]));
    else open.push(point);
  }
  return found;
}
