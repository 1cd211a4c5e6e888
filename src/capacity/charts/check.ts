/** What is wrong with a chart that somebody without a compiler made. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";

import type { CapacityChart, ChartCrossing } from "./model.ts";

const KEYS = [
  ...["title", "metric", "unit", "history", "forecast", "confidence"],
  ...["model", "limit", "crossing", "shifts"],
];
/** From the year 1 to the year 9999: those that dates of ten letters can show, in every zone. */
const [FIRST, LAST] = [-62_135_510_400_000, 253_402_214_400_000];

/** @throws {@link ConfigurationError} naming the first field that cannot be drawn */
export function checkChart(chart: CapacityChart): void {
  checkOptions(chart, "a capacity chart", KEYS);
  const { title, metric, unit, history, forecast, confidence, model, limit, crossing, shifts } = chart;
  checkText(title, "title");
  checkText(metric, "metric");
  for (const [key, text] of Object.entries({ unit, model })) if (text !== undefined) checkText(text, key);
  checkTimes(history, "history", (point, path) => {
    const value: unknown = point.value;
    // JSON writes null for what is no number.
    if (value === undefined || value === null || typeof value === "number") return;
    throw invalid([...path, "value"], `${show(value)} is no number; leave it out where it is not known`);
  });
  checkTimes(forecast, "forecast", (point, path) => {
    for (const key of ["mean", "lower", "upper"] as const) checkNumber(point[key], [...path, key]);
    if (point.lower > point.upper)
      throw invalid([...path, "lower"], `${show(point.lower)} is above upper, ${show(point.upper)}`);
  });
  if (typeof confidence !== "number" || !(confidence > 0 && confidence < 1)) {
    throw invalid("confidence", `${show(confidence)} is not above 0 and below 1; write 0.95 for 95 %`);
  }
  if (limit !== undefined) checkNumber(limit, ["limit"]);
  if (crossing !== undefined) checkCrossing(crossing);
  if (shifts !== undefined) checkTimes(shifts, "shifts", ({ text }, path) => checkText(text, [...path, "text"]));
}

/** @throws {@link ConfigurationError} if `at` is no time that can be shown */
export function checkTime(at: unknown, path: string | readonly (string | number)[]): asserts at is number {
  if (typeof at === "number" && at >= FIRST && at <= LAST) return;
  throw invalid(path, `${show(at)} is not a time in epoch milliseconds, from the year 1 to 9999`);
}

function checkCrossing(crossing: ChartCrossing): void {
  checkOptions(crossing, "crossing", ["at", "from", "until", "text"]);
  const { at, from, until, text } = crossing;
  checkText(text, ["crossing", "text"]);
  for (const [key, time] of Object.entries({ at, from, until })) {
    if (time !== undefined) checkTime(time, ["crossing", key]);
  }
  if ((from ?? -Infinity) > (until ?? Infinity)) {
    throw invalid(["crossing", "from"], `${show(from)} is after until, ${show(until)}`);
  }
  if (at !== undefined && (at < (from ?? -Infinity) || at > (until ?? Infinity))) {
    throw invalid(["crossing", "at"], `${show(at)} is not between from and until`);
  }
}

function checkText(text: unknown, path: string | readonly (string | number)[]): void {
  if (typeof text !== "string") throw invalid(path, `${show(text)} is no text`);
}

function checkNumber(value: unknown, path: readonly (string | number)[]): void {
  if (!Number.isFinite(value)) throw invalid(path, `${show(value)} is no finite number`);
}

/** Points whose times increase. */
function checkTimes<Point extends { readonly at: number }>(
  points: readonly Point[],
  key: string,
  check: (point: Point, path: readonly (string | number)[]) => void,
): void {
  if (!isList(points)) throw invalid(key, `${show(points)} is no list`);
  let last = -Infinity;
  for (const [index, point] of points.entries()) {
    const path = [key, index];
    if (typeof point !== "object" || (point as unknown) === null) throw invalid(path, `${show(point)} is no point`);
    checkTime(point.at, [...path, "at"]);
    if (point.at <= last)
      throw invalid([...path, "at"], `${show(point.at)} is not after the one before, ${show(last)}`);
    last = point.at;
    check(point, path);
  }
}

function isList(points: unknown): boolean {
  return Array.isArray(points);
}
