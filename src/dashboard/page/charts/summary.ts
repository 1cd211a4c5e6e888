/** A chart in words: one sentence, and a table of few rows. */
import { indexAt, indexToldAt, instantOf, isStepped, lastTold, type ChartSpec } from "./spec.ts";
import type { Times } from "./times.ts";
import type { Span } from "./view.ts";

/** As many rows as somebody reads. */
const MOST_ROWS = 60;

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What somebody must know who does not see it: first, last, least and most. */
export function summaryOf(spec: ChartSpec, [from, until]: Span, times: Times): string {
  const values = spec.lines[0]?.values ?? [];
  const seen = indicesWithin(spec, from, until).filter((index) => (values[index] ?? null) !== null);
  const [first, last] = [seen[0], seen.at(-1)];
  const head = `${spec.title}, ${times.range(from, until)}.`;
  if (first === undefined || last === undefined) return `${head} Nothing is known of this time.`;
  const value = (index: number): number => values[index] as number;
  const least = seen.reduce((best, index) => (value(index) < value(best) ? index : best), first);
  const most = seen.reduce((best, index) => (value(index) > value(best) ? index : best), first);
  const told = (index: number): string => spec.quantity.text(value(index));
  return [
    `${head} ${spec.subject}: first ${told(first)}, last ${told(last)},`,
    `least ${told(least)} at ${times.full(spec.times[least] as number)},`,
    `most ${told(most)} at ${times.full(spec.times[most] as number)}.`,
    ...spec.levels.map(({ label }) => `A line marks ${label}.`),
    ...spec.regions.map((region) => `${region.label}: ${times.range(region.from, region.until)}.`),
  ].join(" ");
}

/** All that is told of what is in sight; of many rows some. */
export function tableOf(spec: ChartSpec, [from, until]: Span, times: Times): Table {
  const seen = indicesWithin(spec, from, until);
  const kept = keptOf(spec, seen);
  const size = Math.ceil(seen.length / MOST_ROWS);
  const note =
    kept.length === seen.length
      ? ""
      : ` ${spec.keeps === "highest" ? "The highest" : "The last"} of each ${size} values.`;
  return {
    caption: `${spec.title}, ${times.range(from, until)}.${note}`,
    columns: ["Time", ...spec.readings.map(({ label }) => label)],
    rows: kept.map((index) => [
      whenOf(spec, index, times),
      ...spec.readings.map((reading) => reading.text(index) ?? ""),
    ]),
  };
}

/** Of the times of which something is told, those in sight. */
function indicesWithin(spec: ChartSpec, from: number, until: number): number[] {
  const first = indexAt(spec.times, from);
  // The step that is under way when it begins is in sight as well.
  const start = Math.max(0, isStepped(spec) || spec.times[first] === from ? first : first + 1);
  const end = Math.min(lastTold(spec), indexAt(spec.times, until));
  return Array.from({ length: Math.max(0, end - start + 1) }, (_, index) => start + index);
}

/** When that was: a moment, or a step from its beginning to its end. */
export function whenOf(spec: ChartSpec, index: number, times: Times): string {
  const at = spec.times[index] as number;
  return isStepped(spec) ? times.range(at, spec.times[index + 1] ?? at) : times.full(at);
}

/** All that is told of one time, in a line. */
export function lineOf(spec: ChartSpec, index: number, times: Times): string {
  const told = spec.readings.flatMap((reading) => {
    const text = reading.text(index);
    return text === undefined ? [] : [`${reading.label} ${text}`];
  });
  return `${whenOf(spec, index, times)}: ${told.join(", ")}`;
}

/** The index that many times later, or earlier, among those in sight. */
export function indexFrom(
  spec: ChartSpec,
  at: number | undefined,
  by: number,
  [from, until]: Span,
): number | undefined {
  const seen = indicesWithin(spec, from, until).filter(
    (index) => instantOf(spec, index) >= from && instantOf(spec, index) <= until,
  );
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const told = at === undefined ? undefined : indexToldAt(spec, at);
  // From nowhere, one goes in at the end that one comes from.
  if (told === undefined) return by === Infinity || (by < 0 && by > -Infinity) ? last : first;
  return Math.min(last, Math.max(first, told + by));
}

function keptOf({ lines, keeps }: ChartSpec, seen: readonly number[]): readonly number[] {
  if (seen.length <= MOST_ROWS) return seen;
  const size = Math.ceil(seen.length / MOST_ROWS);
  const value = (index: number): number => lines[0]?.values[index] ?? -Infinity;
  return Array.from({ length: Math.ceil(seen.length / size) }, (_, part) => {
    const group = seen.slice(part * size, (part + 1) * size);
    const last = group.at(-1) as number;
    return keeps === "last"
      ? last
      : group.reduce((best, index) => (value(index) > value(best) ? index : best), group[0] ?? last);
  });
}
