/** Counts of any stretch of the past by a subtraction. */
import { invalid, show } from "../core/errors.ts";
import { checkCounts } from "../core/measurement.ts";
import { checkOptions } from "../core/options.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { CountedSteps } from "./model.ts";
import { stepCount } from "./steps.ts";

const FIELDS = ["start", "stepMs", "good", "total"] as const;

/**
 * Running sums over steps. Places in the past are told in steps from its start: 0 is the start, 1 the end of the first
 * step, 1.5 the middle of the second. What was not watched adds nothing. Sums of whole numbers are exact below 2^53.
 */
export class RunningSums {
  readonly range: TimeRange;
  readonly stepMs: number;
  /** How many steps. */
  readonly length: number;
  /** What failed before the start of each step, and before the end of the last. */
  readonly bad: Float64Array;
  /** What came by then. */
  readonly total: Float64Array;
  /** Whether a step was watched. */
  readonly isWatched: Uint8Array;
  /** The first step that was watched: the past is known from there on. As many as there are steps if none was. */
  readonly knownFrom: number;
  /** How many steps were watched. */
  readonly watched: number;

  /**
   * @param path - where the steps are in what the user wrote
   * @throws {@link ConfigurationError} naming the first count that is none
   */
  constructor(steps: CountedSteps, path: readonly (string | number)[] = ["data"]) {
    checkOptions(steps, "counted steps", FIELDS, path);
    const { start, stepMs, good, total } = steps;
    checkList(good, [...path, "good"]);
    checkList(total, [...path, "total"]);
    if (good.length !== total.length) {
      const lengths = `there are ${String(good.length)} of good and ${String(total.length)} of total`;
      throw invalid([...path, "good"], `${lengths}; each step needs both`);
    }
    if (total.length === 0) throw invalid([...path, "total"], "has no steps; there has to be one");
    this.range = { start, end: start + total.length * stepMs };
    this.stepMs = stepMs;
    this.length = stepCount(this.range, stepMs, path.map(String));
    this.bad = new Float64Array(this.length + 1);
    this.total = new Float64Array(this.length + 1);
    this.isWatched = new Uint8Array(this.length);
    let [failed, all, watched, knownFrom] = [0, 0, 0, this.length];
    for (let step = 0; step < this.length; step += 1) {
      const counts = { good: good[step] as number, total: total[step] as number };
      if (!(Number.isNaN(counts.good) && Number.isNaN(counts.total))) {
        checkCounts(counts, (field) => [...path, field, step]);
        failed += counts.total - counts.good;
        all += counts.total;
        watched += 1;
        this.isWatched[step] = 1;
        knownFrom = Math.min(knownFrom, step);
      }
      this.bad[step + 1] = failed;
      this.total[step + 1] = all;
    }
    this.watched = watched;
    this.knownFrom = knownFrom;
  }

  /** The epoch millisecond of a place. */
  timeAt(place: number): number {
    return this.range.start + place * this.stepMs;
  }
}

/**
 * What `sums` (one of the columns of {@link RunningSums}) grew by between two places. Of a step that lies within in part,
 * that part is counted: its events are taken to have been spread evenly.
 */
export function between(sums: Float64Array, from: number, to: number): number {
  return Math.max(0, at(sums, to) - at(sums, Math.max(0, from)));
}

function at(sums: Float64Array, place: number): number {
  const step = Math.floor(place);
  const before = sums[step] as number;
  return step === place ? before : before + (place - step) * ((sums[step + 1] as number) - before);
}

function checkList(values: unknown, path: readonly (string | number)[]): void {
  const length = typeof values === "object" && values !== null && "length" in values ? values.length : undefined;
  if (!Number.isSafeInteger(length)) throw invalid(path, `${show(values)} is not a list of counts`);
}
