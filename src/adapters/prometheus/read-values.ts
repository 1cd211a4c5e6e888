/** The pieces that answers are made of: labels, times and values. */
import type { SeriesPoint } from "../../capacity/series/samples.ts";

import type { SeriesLabels } from "./result.ts";

const LAST_SECOND = 8.64e12;
const LONGEST_NUMBER = 400;
const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i;

/** The value, if it is an object and no list. */
export function mapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** A pair of seconds and a text. */
export function pointOf(pair: unknown): SeriesPoint | undefined {
  const [seconds, text] = Array.isArray(pair) ? (pair as unknown[]) : [];
  const value = valueOf(text);
  if (typeof seconds !== "number" || !(Math.abs(seconds) <= LAST_SECOND) || value === undefined) return undefined;
  return { at: Math.round(seconds * 1_000), value };
}

/** Values are texts, since JSON has no NaN and no infinity. One that is beyond all numbers is none. */
function valueOf(text: unknown): number | undefined {
  if (typeof text !== "string" || text.length > LONGEST_NUMBER) return undefined;
  if (text === "NaN") return NaN;
  if (text === "+Inf" || text === "Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Labels of which each is a text. Without a prototype: a label may have any name, `__proto__` and `constructor` too. */
export function labelsOf(value: unknown): SeriesLabels | undefined {
  const labels = mapping(value);
  if (labels === undefined || !Object.values(labels).every((text) => typeof text === "string")) return undefined;
  return Object.setPrototypeOf(labels, null) as SeriesLabels;
}

/** The same for the same labels only, in whatever order they are told. */
export function labelsKey(labels: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What `read` makes of each item of a list; undefined if it is no list, or one of them cannot be read. */
export function listOf<Item>(value: unknown, read: (item: unknown) => Item | undefined): readonly Item[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: Item[] = [];
  for (const each of value as unknown[]) {
    const item = read(each);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}
