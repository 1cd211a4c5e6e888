/** Answers to a range query, read as far as they can be trusted. */
import type { SeriesPoint } from "../../capacity/series/samples.ts";
import { cut } from "../../core/cut.ts";
import { show } from "../../core/errors.ts";

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
  /** What Prometheus has to say besides. */
  readonly notes: readonly string[];
}

/** Why there is neither. */
export interface RangeTrouble {
  readonly trouble: string;
  readonly retryable: boolean;
}

const MOST_CHARACTERS = 300;
const MOST_NOTES = 10;
const LAST_SECOND = 8.64e12;
const NO_ANSWER: RangeTrouble = {
  trouble: "it was answered with something that is no answer of Prometheus",
  retryable: true,
};

/** Reads the body of an answer that came with `status`. */
export function readAnswer(status: number, text: string): RangeSeries | RangeTrouble {
  const answer = parsed(text);
  if (answer?.status === "error" && typeof answer.error === "string") {
    // It is about the query, and whoever wrote that needs it.
    return { trouble: `Prometheus says: ${oneLine(answer.error)}`, retryable: status >= 500 };
  }
  if (status >= 400) return { trouble: `it was answered with ${String(status)}`, retryable: status >= 500 };
  const data = answer?.status === "success" ? mapping(answer.data) : undefined;
  if (data?.resultType !== "matrix" || !Array.isArray(data.result)) return NO_ANSWER;
  const series = (data.result as unknown[]).map(mapping);
  if (series.length > 1) return { trouble: tooMany(series), retryable: false };
  const notes = [answer?.warnings, answer?.infos].flatMap(noteTexts).slice(0, MOST_NOTES);
  return series.length === 0 ? { points: [], labels: undefined, notes } : readSeries(series[0], notes);
}

function readSeries(series: Record<string, unknown> | undefined, notes: readonly string[]): RangeSeries | RangeTrouble {
  if (series?.histograms !== undefined) {
    return { trouble: "it gives histograms; make numbers of them by histogram_quantile()", retryable: false };
  }
  if (!Array.isArray(series?.values)) return NO_ANSWER;
  const points: SeriesPoint[] = [];
  for (const pair of series.values as unknown[]) {
    const [seconds, text] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const value = valueOf(text);
    if (typeof seconds !== "number" || !(Math.abs(seconds) <= LAST_SECOND) || value === undefined) return NO_ANSWER;
    points.push({ at: Math.round(seconds * 1_000), value });
  }
  return { points, labels: labelsOf(series), notes };
}

/** Values are texts, since JSON has no NaN and no infinity. */
function valueOf(text: unknown): number | undefined {
  if (text === "NaN") return NaN;
  if (text === "+Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  const value = typeof text === "string" && /^[-+]?\.?\d/.test(text) ? Number(text) : NaN;
  return Number.isNaN(value) ? undefined : value;
}

function tooMany(series: readonly (Record<string, unknown> | undefined)[]): string {
  const shown = series
    .slice(0, 2)
    .map((one) => labelsOf(one).text)
    .join(", ");
  const more = series.length > 2 ? ", ..." : "";
  return `it gives ${String(series.length)} series (${shown}${more}); ${AGGREGATE}`;
}

function labelsOf(series: Record<string, unknown> | undefined): Labels {
  const pairs = Object.entries(mapping(series?.metric) ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = pairs.map(([name, value]) => `${name}=${show(value)}`).join(", ");
  return { text: cut(oneLine(`{${text}}`), MOST_CHARACTERS / 3), key: JSON.stringify(pairs) };
}

function noteTexts(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((note) => typeof note === "string").map(oneLine) : [];
}

function oneLine(text: string): string {
  return cut(
    text
      .slice(0, 10 * MOST_CHARACTERS)
      .replace(/[\s\p{C}]+/gu, " ")
      .trim(),
    MOST_CHARACTERS,
  );
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return mapping(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function mapping(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
