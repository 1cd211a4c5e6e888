/** Rows at any times, as means over equal steps. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { formatDuration } from "../../src/core/time/duration.ts";
import { rowsOf, type Row } from "./rows.ts";

/** Values at equal steps. */
export interface EvenSeries {
  /** The file's, without its ending. */
  readonly name: string;
  readonly stepMs: number;
  /** NaN where a step has no value. */
  readonly values: Float64Array;
  readonly notes: readonly string[];
}

/** A file that nothing can be done with, and why. */
export interface Skipped {
  readonly name: string;
  readonly skipped: string;
  readonly notes: readonly string[];
}

/** A single wrong year in a file would ask for more memory than there is. */
const MOST_STEPS = 2_000_000;

/** Reads a file as a series of steps of `stepMs`, or of the file's own step where that is longer. */
export function readSeries(folder: string, file: string, stepMs: number): EvenSeries | Skipped {
  const name = basename(file).replace(/\.csv$/i, "");
  const { rows, notes } = rowsOf(readFileSync(join(folder, file), "utf8"), file);
  const known = rows.filter(({ value }) => !Number.isNaN(value));
  if (known.length === 0) return { name, skipped: "no row has a time and a value", notes };
  const own = ownStepOf(known);
  const step = Math.max(stepMs, own);
  const more =
    own > stepMs
      ? [`${file}: its own step is taken, ${formatDuration(own)}, which is longer than ${formatDuration(stepMs)}`]
      : [];
  const values = meansOf(known, step);
  if (values === undefined)
    return { name, skipped: `its times are too far apart for steps of ${formatDuration(step)}`, notes };
  const gaps = values.filter((value) => Number.isNaN(value)).length;
  if (gaps > 0)
    more.push(`${file}: ${gaps.toLocaleString("en")} of ${values.length.toLocaleString("en")} steps without a value`);
  return { name, stepMs: step, values, notes: [...notes, ...more] };
}

/** How far apart times usually are: the median, in whole milliseconds; 0 of one time. */
function ownStepOf(rows: readonly Row[]): number {
  const times = Float64Array.from(rows, ({ at }) => at).sort();
  const apart = times.slice(1).map((at, place) => at - (times[place] as number));
  const positive = apart.filter((gap) => gap > 0).sort();
  return Math.round(positive[positive.length >> 1] ?? 0);
}

/** The mean of each step's values; steps begin at whole multiples of `stepMs` since 1970, so an hour is one of the clock. */
function meansOf(rows: readonly Row[], stepMs: number): Float64Array | undefined {
  const places = rows.map(({ at }) => Math.floor(at / stepMs));
  const first = places.reduce((least, place) => Math.min(least, place), Infinity);
  const length = places.reduce((most, place) => Math.max(most, place), -Infinity) - first + 1;
  if (length > MOST_STEPS) return undefined;
  const totals = new Float64Array(length);
  const counts = new Uint32Array(length);
  for (const [index, { value }] of rows.entries()) {
    const place = (places[index] as number) - first;
    totals[place] = (totals[place] as number) + value;
    counts[place] = (counts[place] as number) + 1;
  }
  return totals.map((total, place) => (counts[place] === 0 ? NaN : total / (counts[place] as number)));
}
