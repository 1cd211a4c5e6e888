/** A chart as data: what is drawn, what is told of each point in time, and nothing of how. */
import type { Quantity } from "./quantity.ts";

/** A colour by its role; the style sheet knows it in each theme. */
export const TONES = ["main", "muted", "area", "band", "bad", "limit", "one", "two", "three", "four", "five"] as const;

export type Tone = (typeof TONES)[number];

export type Dash = "solid" | "dashed" | "dotted" | "long";

/** How a line looks, on the chart and beside its name. */
export interface Look {
  readonly tone: Tone;
  readonly dash: Dash;
}

/** One line of a chart. */
export interface Line {
  readonly look: Look;
  /** One for each of the chart's times; null for a gap. */
  readonly values: readonly (number | null)[];
  /** `step`: a value holds until the next one; `edge`: not drawn, only the edge of a band. */
  readonly shape: "line" | "step" | "edge";
  /** Whether it is filled down to zero. */
  readonly filled?: boolean;
  /** Whether the values must be in sight. */
  readonly fits: boolean;
}

/** What is told of a point in time: an entry of the legend, a column of the table. */
export interface Reading {
  readonly label: string;
  readonly look?: Look;
  /** Of the time with that index; undefined where there is nothing to tell. */
  text(index: number): string | undefined;
}

/** A level that does not change. */
export interface Level {
  readonly label: string;
  readonly value: number;
  readonly look: Look;
}

/** Something that lies between two instants. */
export interface Region {
  readonly label: string;
  readonly from: number;
  readonly until: number;
}

/** From the lowest to the highest of what is in sight. */
export type Extent = readonly [lowest: number, highest: number];

export interface ChartSpec {
  /** Tells it from others of its group. */
  readonly id: string;
  readonly title: string;
  readonly quantity: Quantity;
  /** Of the first line that fits, for its summary: such as `Budget left`. */
  readonly subject: string;
  /** In epoch milliseconds, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  /** Between two lines, by their indices. */
  readonly band?: { readonly upper: number; readonly lower: number };
  readonly levels: readonly Level[];
  readonly regions: readonly Region[];
  /** A point that stands out, such as the last one known. */
  readonly dot?: { readonly at: number; readonly value: number };
  readonly readings: readonly Reading[];
  /** A second scale at the right: the first one times `factor`. */
  readonly right?: { readonly factor: number; readonly quantity: Quantity };
  /** What the vertical axis shows; undefined where nothing is in sight. */
  verticalOf(extent: Extent | undefined, whole: boolean): Extent;
  /** Which of many rows the table keeps: the one with the highest value, or the last. */
  readonly keeps: "highest" | "last";
  /** How high it is drawn. */
  readonly size: "tall" | "low";
  /** Why there is no chart, in a sentence. */
  readonly empty?: string;
}

/** The lowest and the highest of the values from one instant to another, with those that the lines come from and go to. */
export function extentOf({ times, lines }: ChartSpec, from: number, until: number): Extent | undefined {
  const first = Math.max(0, indexAt(times, from));
  let last = Math.max(0, indexAt(times, until));
  if ((times[last] ?? until) < until) last += 1;
  let [lowest, highest] = [Infinity, -Infinity];
  for (const { values } of lines.filter(({ fits }) => fits)) {
    for (let index = first; index <= Math.min(last, values.length - 1); index += 1) {
      const value = values[index] ?? null;
      if (value === null) continue;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  }
  return lowest <= highest ? [lowest, highest] : undefined;
}

/** Index of the last time that is not after `at`; -1 where all are. */
export function indexAt(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether its values hold from one time to the next, so that the last time is an end only. */
export function isStepped({ lines }: ChartSpec): boolean {
  return lines[0]?.shape === "step";
}

/** Index of the last time of which something is told; -1 where there is none. */
export function lastTold(spec: ChartSpec): number {
  return spec.times.length - (isStepped(spec) ? 2 : 1);
}

/** Index of the time that is told at `at`: the step that it is in, or the nearest point. */
export function indexToldAt(spec: ChartSpec, at: number): number | undefined {
  const { times } = spec;
  const last = lastTold(spec);
  if (last < 0) return undefined;
  const before = Math.min(last, Math.max(0, indexAt(times, at)));
  if (isStepped(spec)) return before;
  const after = Math.min(times.length - 1, before + 1);
  return at - (times[before] as number) <= (times[after] as number) - at ? before : after;
}

/** Where the cursor stands for the time with that index: amid its step, if it is one. */
export function instantOf(spec: ChartSpec, index: number): number {
  const at = spec.times[index] as number;
  return isStepped(spec) ? (at + (spec.times[index + 1] ?? at)) / 2 : at;
}
