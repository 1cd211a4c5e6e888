/** The times that a range query asks for, in requests which Prometheus does not refuse. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { areInSeconds, inSeconds, isInSecondsBeside } from "../../core/time/epoch.ts";

/** Which times: `start`, `start + stepMs` and so on, up to `end`, which is one of them if a step falls on it. */
export interface PrometheusRange {
  /** Epoch milliseconds. */
  readonly start: number;
  /** Epoch milliseconds. */
  readonly end: number;
  /** Milliseconds from one time to the next. */
  readonly stepMs: number;
}

/** What one request asks for. */
export interface RangePart {
  readonly start: number;
  readonly end: number;
}

/** Prometheus refuses more for a series ("exceeded maximum resolution of 11,000 points"). */
const MOST_IN_REQUEST = 11_000;
const MOST_POINTS = 1_000_000;
/** Prometheus reads years of four digits. */
const LAST_MS = Date.UTC(9999, 11, 31);
const LONGEST_STEP_MS = 3_153_600_000_000;

/**
 * Cuts a range so that the parts have its times, each once; refuses what makes no sense or more than a million points.
 *
 * @param now - what the clock says: beside one that stands in the early seventies, as in a test, a range of then may be meant
 */
export function rangeParts(
  range: PrometheusRange,
  seriesCount: number,
  now: () => number = () => Infinity,
): readonly RangePart[] {
  checkOptions(range, "a range", ["start", "end", "stepMs"]);
  const { start, end, stepMs } = range;
  checkWhole("start", start, 0, LAST_MS);
  checkWhole("end", end, 0, LAST_MS);
  checkWhole("stepMs", stepMs, 1, LONGEST_STEP_MS);
  checkOrder(start, end);
  if (areInSeconds(start, end) && isInSecondsBeside(start, now())) throw invalid("start", inSeconds(start));
  const steps = Math.floor((end - start) / stepMs) + 1;
  if (steps * seriesCount > MOST_POINTS) {
    const asked = `${String(steps)} times of ${String(seriesCount)} ${seriesCount === 1 ? "query" : "queries"}`;
    throw invalid("stepMs", `these are ${asked}, more than ${String(MOST_POINTS)} points; take longer steps`);
  }
  const parts: RangePart[] = [];
  for (let first = 0; first < steps; first += MOST_IN_REQUEST) {
    const last = Math.min(steps, first + MOST_IN_REQUEST) - 1;
    parts.push({ start: start + first * stepMs, end: start + last * stepMs });
  }
  return parts;
}

/** Refuses what is no time in epoch milliseconds that Prometheus reads, judged beside a clock. Undefined is no time yet, and fine. */
export function checkTime(name: string, value: unknown, now: () => number): void {
  if (value === undefined) return;
  checkWhole(name, value, 0, LAST_MS);
  if (isInSecondsBeside(value as number, now())) throw invalid(name, inSeconds(value as number));
}

/** Refuses an end that is before its start. */
export function checkOrder(start: number | undefined, end: number | undefined): void {
  if (start === undefined || end === undefined || start <= end) return;
  throw invalid("end", `${String(end)} is before start, ${String(start)}`);
}

function checkWhole(name: string, value: unknown, least: number, most: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw invalid(name, `${show(value)} is out of range; write whole milliseconds, ${String(least)} to ${String(most)}`);
}
