/** The fault behind an alert: since when it piled up, and when it was over. */
import type { SloTier } from "../budget/slo-tiers.ts";
import type { Objective } from "../core/objective.ts";
import type { Run, Stretch } from "./alerts.ts";
import type { RunningSums } from "./running-sums.ts";

/** Nearer than this, as a share of the curve's height, is equal: rounding must not tell when a fault began. */
const NEAR = 1e-9;

/**
 * The fault behind each of `runs`, which are in order. Failures less those that the tier's factor allows are a curve that falls in
 * good times and rises in bad ones. A fault begins where that curve was lowest in the long look-back of the alert's first
 * moment (the last such place), and ends where it was highest from there to the alert's end (the first such place). That
 * is the estimate of a CUSUM chart for when a process changed (Page, "Continuous inspection schemes", 1954).
 */
export function faultsBehind(sums: RunningSums, objective: Objective, tier: SloTier, runs: readonly Run[]): Stretch[] {
  const allowed = tier.factor * objective.budgetRatio;
  const curve = (place: number): number => (sums.bad[place] as number) - allowed * (sums.total[place] as number);
  const long = tier.longMs / sums.stepMs;
  const lowest = new Extreme(sums.length, (one, other) => curve(one) <= curve(other) + slack(curve(one)));
  const highest = new Extreme(sums.length, (one, other) => curve(one) > curve(other) + slack(curve(one)));
  return runs.map((run) => {
    const from = lowest.between(Math.max(0, Math.floor(run.from - long)), run.from);
    return { from, until: highest.between(from, run.until) };
  });
}

/** The extreme place of a stretch whose ends only move on: all stretches together are one pass. */
class Extreme {
  /** Places that are or could become the extreme one: none of them is beaten by a later one. */
  readonly #places: Int32Array;
  readonly #beats: (one: number, earlier: number) => boolean;
  #first = 0;
  #end = 0;
  #next = 0;

  constructor(last: number, beats: (one: number, earlier: number) => boolean) {
    this.#places = new Int32Array(last + 1);
    this.#beats = beats;
  }

  /** Of the places from `from` to `until`, both included. */
  between(from: number, until: number): number {
    for (; this.#next <= until; this.#next += 1) {
      while (this.#end > this.#first && this.#beats(this.#next, this.#places[this.#end - 1] as number)) this.#end -= 1;
      this.#places[this.#end] = this.#next;
      this.#end += 1;
    }
    while ((this.#places[this.#first] as number) < from) this.#first += 1;
    return this.#places[this.#first] as number;
  }
}

function slack(value: number): number {
  return NEAR * Math.max(1, Math.abs(value));
}
