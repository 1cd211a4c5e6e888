/** Answers to a range query that is to give one series, read as far as they can be trusted. */
import type { SeriesPoint } from "../../capacity/series/samples.ts";
import { cut } from "../../core/cut.ts";
import { show } from "../../core/errors.ts";

import { HISTOGRAMS } from "./read-series.ts";
import { labelsKey, listOf, mapping, pointOf } from "./read-values.ts";
import { oneLine } from "./texts.ts";
import { noAnswer, Trouble } from "./trouble.ts";

/** The labels of a series. */
export interface Labels {
  /** For people, and may be cut. */
  readonly text: string;
  /** The same for the same labels only. */
  readonly key: string;
}

/** What to do about several series. */
export const AGGREGATE = "make one of them by sum(), avg() or max()";

/** One series, or none. */
export interface RangeSeries {
  readonly points: readonly SeriesPoint[];
  /** Undefined if there is none. */
  readonly labels: Labels | undefined;
}

const MOST_LABEL_CHARACTERS = 100;

/** Reads the data of an answer. */
export function readOneSeries(data: unknown): RangeSeries | Trouble {
  const { resultType, result } = mapping(data) ?? {};
  if (resultType !== "matrix" || !Array.isArray(result)) return noAnswer();
  const series = (result as unknown[]).map(mapping);
  if (series.length > 1) return new Trouble("refused", tooMany(series), false);
  const [only] = series;
  if (series.length === 0) return { points: [], labels: undefined };
  if (only?.histograms !== undefined) return HISTOGRAMS;
  const points = listOf(only?.values, pointOf);
  return points === undefined ? noAnswer() : { points, labels: labelsOf(only) };
}

function tooMany(series: readonly (Readonly<Record<string, unknown>> | undefined)[]): string {
  const shown = series
    .slice(0, 2)
    .map((one) => labelsOf(one).text)
    .join(", ");
  const more = series.length > 2 ? ", ..." : "";
  return `it gives ${String(series.length)} series (${shown}${more}); ${AGGREGATE}`;
}

function labelsOf(series: Readonly<Record<string, unknown>> | undefined): Labels {
  const labels = mapping(series?.metric) ?? {};
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = pairs.map(([name, value]) => `${name}=${show(value)}`).join(", ");
  return { text: cut(oneLine(`{${text}}`), MOST_LABEL_CHARACTERS), key: labelsKey(labels) };
}
