/** Writes a count over a window. */
import { formatDuration, parseDuration } from "../../core/time/duration.ts";
import { groupingText, offsetText, printPromql } from "../promql/print.ts";
import { numberText, selectorText } from "../promql/write.ts";
import type { Count, CountWindow } from "./model.ts";
import type { Grouping, Selector } from "../promql/expression.ts";
import type { CountSource, CountTerm } from "./terms.ts";

const TERM = "nines_term";

/** The sum of the terms, with the labels of the grouping. Empty if no term has a series. */
export function countOf(terms: readonly CountTerm[], grouping: Grouping): Count {
  return (window) => sumOf(terms, grouping, (source) => sourceText(source, window));
}

/** The same per second, over a range. */
export function rateOf(terms: readonly CountTerm[], grouping: Grouping): (range: string) => string {
  return (range) => sumOf(terms, grouping, (source) => sourceText(source, { text: range, exact: false }, "rate"));
}

/** A total: where all is one sum, no series is 0. */
export function totalOf(count: Count, grouping: Grouping): Count {
  if (grouping.kind !== "none") return count;
  return (window) => `${count(window)} or vector(0)`;
}

function sumOf(terms: readonly CountTerm[], grouping: Grouping, write: (source: CountSource) => string): string {
  const texts = terms.map(({ weight, source }) => weighted(weight, write(source)));
  if (texts.length === 1) return sumText(grouping, texts[0] ?? "");
  // A label tells them apart: `or` would drop what has the same labels, and `+` what one side lacks.
  const named = texts.map((text, index) => `label_replace(${text}, "${TERM}", "${String(index + 1)}", "", "")`);
  const without: Grouping =
    grouping.kind === "without" ? { kind: "without", labels: [...grouping.labels, TERM] } : grouping;
  return sumText(without, named.join(" or "));
}

/** `sum by (a) (text)`. */
export function sumText(grouping: Grouping, text: string): string {
  const by = groupingText(grouping);
  return by === "" ? `sum(${text})` : `sum${by} (${text})`;
}

/** The window of a count whose samples are not to be counted twice: without its first moment, as Prometheus 3 has it. */
export function halfOpen({ text, exact }: CountWindow): string {
  const ms = parseDuration(text);
  return exact && ms > 1 ? formatDuration(ms - 1) : text;
}

function weighted(weight: number, text: string): string {
  if (weight === 1) return text;
  const factor = numberText(weight);
  return `${weight < 0 ? `(${factor})` : factor} * ${text}`;
}

function sourceText(source: CountSource, window: CountWindow, name: "increase" | "rate" = "increase"): string {
  const offset = offsetText(source.offsetMs);
  if (source.kind === "samples") {
    const range = halfOpen(window);
    const of = printPromql(source.of);
    if (!source.isSubquery) return `${source.name}(${of}[${range}]${offset})`;
    const step = source.stepMs === undefined ? "" : formatDuration(source.stepMs);
    return `${source.name}((${of})[${range}:${step}]${offset})`;
  }
  const grown = `${name}(${selectorText(source.selector)}[${window.text}]${offset})`;
  if (source.kind === "native") return `histogram_count(${grown})`;
  return window.exact ? grownText(source.selector, source.offsetMs, window.text) : grown;
}

/**
 * What the counter grew by from the last sample before the window to the last one in it, so that windows which follow each
 * other add up. In turn: there was no reset since the sample before; there was one, from a value that is still in sight; there was no
 * sample before, and what the first one found is not known; anything else, where `increase()` has to guess.
 */
function grownText(selector: Selector, offsetMs: number, range: string): string {
  const rangeMs = parseDuration(range);
  const name = selectorText(selector);
  const offset = offsetText(offsetMs);
  const earlier = offsetText(offsetMs + rangeMs);
  const both = formatDuration(2 * rangeMs);
  const last = `last_over_time(${name}[${range}]${offset})`;
  const before = `last_over_time(${name}[${range}]${earlier})`;
  const resets = `resets(${name}[${both}]${offset})`;
  const highest = `max_over_time(${name}[${both}]${offset})`;
  const ways = [
    `(${last} - ${before}) unless (${resets} - (resets(${name}[${range}]${earlier}) or 0 * ${resets}) > 0)`,
    `(${last} - ${before} + ${highest}) and (${resets} == 1) and (${last} < ${highest})`,
    `(${last} - min_over_time(${name}[${range}]${offset})) unless (resets(${name}[${range}]${offset}) > 0)`,
    `increase(${name}[${range}]${offset})`,
  ];
  return `(\n${ways.join("\nor ")}\n)`;
}
