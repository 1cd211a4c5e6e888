/** An exact test that the canary is not worse by a margin, whatever the error ratios are. */
import { BinomialWindow, likelyReach } from "./binomial.ts";
import { distance, restrictedRatios } from "./restricted.ts";
import type { Arm, Table } from "./tables.ts";

/** The chance that is left to a ratio's being outside of where it is looked for. */
const OUTSIDE = 1e-8;
/** Width of the cells of ratios, in standard deviations of the difference: it makes a chance a few percent too high at most. */
const CELL = 0.02;
/** Rounding must not tell apart what is equal. */
const TIE = 1e-10;

/**
 * The chance at most of so small a difference or a smaller one if the canary were worse by `margin` or more, whatever the error
 * ratios are.
 *
 * Tables are ordered by the likelihood ratio against the margin, which grows with each failure that the canary has less and the
 * baseline more. So the chance of the tables that say as much or more falls as the canary gets worse or the baseline better,
 * and it is greatest where the canary is worse by just the margin (Barnard 1947; Röhmel and Mansmann 1999). There it is bounded
 * cell by cell, by the ratios at the favourable end of each; only cells that the counts of the larger version leave possible
 * are looked at, and the chance that these deceive is added (Berger and Boos 1994).
 */
export function unconditionalTail(table: Table, margin: number): number {
  const seen = evidence(table, margin);
  if (seen === 0) return 1;
  const atMost = boundOf(seen);
  if (atMost < OUTSIDE) return atMost;
  const sides = sidesOf(table, margin);
  const [from, to] = possibleRatios(sides);
  if (from > to) return OUTSIDE;
  const limits = limitsOf(sides, { seen: seen * (1 - TIE), from, to });
  const windows = { small: new BinomialWindow(), large: new BinomialWindow() };
  let greatest = 0;
  for (let start = from; start <= to;) {
    const end = Math.min(to, start + CELL * deviationAt(sides, start));
    windows.large.fill(sides.large.total, start);
    windows.small.fill(sides.small.total, sides.sum - end);
    greatest = Math.max(greatest, chanceOf(windows, limits));
    if (end <= start) break;
    start = end === to ? Infinity : end;
  }
  return Math.min(1, greatest + OUTSIDE);
}

/**
 * By Chernoff's bound an arm is as far from its ratio with a chance of 2 exp(-distance) at most, whatever the ratio is; two
 * arms together, as far as a sum of two exponential variables and 2 ln 2 lets them.
 */
function boundOf(seen: number): number {
  const exponent = Math.max(0, seen - 2 * Math.LN2);
  return (1 + exponent) * Math.exp(-exponent);
}

/** How far the counts are from being worse by the margin; 0 if they are that bad or worse. */
function evidence(table: Table, margin: number): number {
  const { canary, baseline } = table;
  if (canary.bad / canary.total - baseline.bad / baseline.total >= margin) return 0;
  const ratios = restrictedRatios(table, margin);
  return distance(canary, ratios.canary) + distance(baseline, ratios.baseline);
}

/**
 * Failures of the canary and successes of the baseline: of both, few speak for the canary, so that the two can change places.
 * It is worse by just the margin where the ratios of the two add up to `sum`.
 */
interface Sides {
  readonly small: Side;
  readonly large: Side;
  readonly margin: number;
  readonly sum: number;
  readonly tableOf: (small: number, large: number) => Table;
}

interface Side {
  readonly count: number;
  readonly total: number;
}

function sidesOf({ canary, baseline }: Table, margin: number): Sides {
  const failures: Side = { count: canary.bad, total: canary.total };
  const successes: Side = { count: baseline.total - baseline.bad, total: baseline.total };
  const tableOf = (bad: number, good: number): Table => ({
    canary: { bad, total: canary.total },
    baseline: { bad: baseline.total - good, total: baseline.total },
  });
  const sum = 1 + margin;
  if (canary.total <= baseline.total) return { small: failures, large: successes, margin, sum, tableOf };
  return { small: successes, large: failures, margin, sum, tableOf: (good, bad) => tableOf(bad, good) };
}

/**
 * Ratios of the larger side that its count does not rule out, by Chernoff's bound (so the chance to be outside is at most
 * {@link OUTSIDE}), and at which the smaller one's is a ratio.
 */
function possibleRatios({ large, margin }: Sides): readonly [from: number, to: number] {
  const arm: Arm = { bad: large.count, total: large.total };
  const most = Math.log(2 / OUTSIDE);
  const seen = large.count / large.total;
  const end = (outer: number): number => {
    let [inside, outside] = [seen, outer];
    if (distance(arm, outer) <= most) return outer;
    for (let round = 0; round < 60; round += 1) {
      const middle = (inside + outside) / 2;
      if (distance(arm, middle) <= most) inside = middle;
      else outside = middle;
    }
    return outside;
  };
  return [Math.max(margin, end(0)), end(1)];
}

function deviationAt({ small, large, sum }: Sides, ratio: number): number {
  const other = sum - ratio;
  return Math.sqrt((ratio * (1 - ratio)) / large.total + (other * (1 - other)) / small.total);
}

/** For counts of the smaller side from `first` on: up to which count of the larger one the table says as much as was seen. */
interface Limits {
  readonly first: number;
  readonly limits: readonly number[];
}

function limitsOf(sides: Sides, { seen, from, to }: { seen: number; from: number; to: number }): Limits {
  const { small, large, margin, sum, tableOf } = sides;
  const [least, most] = [sum - to, sum - from];
  const first = Math.max(0, Math.floor(small.total * least - likelyReach(small.total, least)));
  const last = Math.min(small.total, Math.ceil(small.total * most + likelyReach(small.total, most)));
  const says = (count: number, other: number): boolean => evidence(tableOf(count, other), margin) >= seen;
  const limits: number[] = [];
  let [limit, step] = [large.total, large.total];
  for (let count = first; count <= last; count += 1) {
    // The limit falls from count to count, about as far as it last did: it is looked for from there.
    let known = -1;
    let open = limit;
    if (says(count, open)) known = open;
    for (let width = Math.max(1, step); known < 0 && open >= 0; width *= 2) {
      const tried = Math.max(0, open - width);
      if (says(count, tried)) known = tried;
      else if (tried === 0) break;
      else open = tried;
    }
    if (known < 0) break;
    while (open - known > 1) {
      const middle = Math.floor((known + open) / 2);
      if (says(count, middle)) known = middle;
      else open = middle;
    }
    step = limit - known;
    limit = known;
    limits.push(known);
  }
  return { first, limits };
}

function chanceOf(windows: { small: BinomialWindow; large: BinomialWindow }, { first, limits }: Limits): number {
  const { small, large } = windows;
  // Below the first count there is next to nothing, and it is taken to belong to it.
  let chance = 0;
  for (let count = small.first; count <= Math.min(small.last, first + limits.length - 1); count += 1) {
    chance += small.chance(count) * (count < first ? 1 : large.atMost(limits[count - first] as number));
  }
  return chance;
}
