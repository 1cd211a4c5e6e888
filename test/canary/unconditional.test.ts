import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { seededRandom } from "../../src/core/random.ts";
import type { Table } from "../../src/canary/tables.ts";
import { unconditionalTail } from "../../src/canary/unconditional.ts";
import { binomial, chanceOfTables, everyTable, table } from "./oracle.ts";

/** Sizes of both versions; unequal ones and small ones are where tests go wrong. */
const SIZES = [
  [1, 1],
  [1, 30],
  [30, 1],
  [2, 7],
  [8, 3],
  [10, 10],
  [13, 29],
  [30, 12],
  [30, 30],
] as const;
const GRID = Array.from({ length: 41 }, (_, index) => index / 40);

describe("the exact test that the canary is not worse by the margin", () => {
  it.each(SIZES)("promotes what is worse no more often than it says, of %d and %d events", (baseline, canary) => {
    for (const margin of [0.02, 0.1, 0.4]) {
      const found = everyTable(baseline, canary, (one) => unconditionalTail(one, margin));
      for (const level of [0.2, 0.05, 0.01, 0.001]) {
        const held = found.map((row) => row.map((chance) => chance <= level));
        for (const ratio of GRID) {
          // Worse by the margin, and by more.
          for (const canaryRatio of [ratio + margin, ratio + margin * 1.3, ratio + margin + 0.3]) {
            if (canaryRatio > 1) continue;
            const chance = chanceOfTables(held, { baseline: ratio, canary: canaryRatio });
            expect(chance, `${baseline} ${canary} ${margin} ${level} ${ratio} ${canaryRatio}`).toBeLessThanOrEqual(
              level,
            );
          }
        }
      }
    }
  });

  it("is nearly the greatest chance that there is, found by trying all tables and many ratios", () => {
    const random = seededRandom("tables");
    for (let trial = 0; trial < 60; trial += 1) {
      const [baseline, canary] = [random.integer(1, 25), random.integer(1, 25)];
      const one = table(random.integer(0, baseline), baseline, random.integer(0, canary), canary);
      const margin = random.pick([0.05, 0.15, 0.3]);
      const [least, greatest] = chancesByTrying(one, margin);
      const found = unconditionalTail(one, margin);
      expect(found, JSON.stringify([one, margin])).toBeGreaterThanOrEqual(least * (1 - 1e-9));
      expect(found, JSON.stringify([one, margin])).toBeLessThanOrEqual(Math.min(1, greatest * 1.1 + 1e-7));
    }
  });

  it("is the chance of no failures where there was none", () => {
    for (const [events, margin] of [
      [10, 0.3],
      [100, 0.05],
      [5_000, 0.001],
    ] as const) {
      const chance = (1 - margin) ** events;
      const found = unconditionalTail(table(0, events * 1_000, 0, events), margin);
      expect(found).toBeGreaterThanOrEqual(chance);
      expect(found).toBeLessThan(chance * 1.5);
    }
  });

  it("falls with each failure less of the canary and each more of the baseline", () => {
    const counts = fc.record({
      baseline: fc.integer({ min: 2, max: 60 }),
      canary: fc.integer({ min: 2, max: 60 }),
      margin: fc.constantFrom(0.01, 0.1, 0.5),
      ofBaseline: fc.double({ min: 0, max: 1, noNaN: true }),
      ofCanary: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(counts, ({ baseline, canary, margin, ofBaseline, ofCanary }) => {
        const baselineBad = Math.floor(ofBaseline * (baseline - 1));
        const canaryBad = 1 + Math.floor(ofCanary * (canary - 1));
        const chance = unconditionalTail(table(baselineBad, baseline, canaryBad, canary), margin);
        // The cells lie elsewhere for each table, which may hide so much of a fall.
        const most = Math.min(1, chance * 1.04 + 1e-9);
        expect(unconditionalTail(table(baselineBad, baseline, canaryBad - 1, canary), margin)).toBeLessThanOrEqual(
          most,
        );
        expect(unconditionalTail(table(baselineBad + 1, baseline, canaryBad, canary), margin)).toBeLessThanOrEqual(
          most,
        );
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [0, 1, 1, 1, 0.1, 1, 1],
    [0, 100, 20, 100, 0.1, 1, 1],
    // Both fail always: a canary that is worse by 1 % would need a baseline that succeeds now and then.
    [5_000, 5_000, 5_000, 5_000, 0.01, 0, 1e-7],
    [50, 50, 50, 50, 0.01, 0.6, 0.65],
    [3, 100, 1_000_000, 1_000_000_000, 0.001, 0, 1e-7],
    [500_000_000, 1_000_000_000, 10, 50, 0.3, 0, 1e-7],
    [10, 50, 500_000_000, 1_000_000_000, 0.5, 0, 1e-4],
    [1_000_000, 1_000_000_000, 0, 1, 0.5, 0.49, 0.51],
  ])("answers for %d of %d against %d of %d at %d", (xb, nb, xc, nc, margin, low, high) => {
    const found = unconditionalTail(table(xb, nb, xc, nc), margin);
    expect(found).toBeGreaterThanOrEqual(low);
    expect(found).toBeLessThanOrEqual(high);
  });
});

/** Chance of the tables that say as much as `seen`, at the likeliest ratios and at the worst ones, in steps of a thousandth. */
function chancesByTrying(seen: Table, margin: number): [likeliest: number, worst: number] {
  const steps = Array.from({ length: 1_001 }, (_, index) => (index / 1_000) * (1 - margin));
  const { baseline, canary } = seen;
  const chances = steps.map((ratio) => ({
    baseline: binomial(baseline.total, ratio),
    canary: binomial(canary.total, ratio + margin),
  }));
  const likelihoods = (one: Table): number[] =>
    chances.map((of) => (of.baseline[one.baseline.bad] as number) * (of.canary[one.canary.bad] as number));
  const says = (one: Table): number => {
    const [ofBaseline, ofCanary] = [one.baseline.bad / baseline.total, one.canary.bad / canary.total];
    if (ofCanary - ofBaseline >= margin) return 1;
    const own =
      (binomial(baseline.total, ofBaseline)[one.baseline.bad] as number) *
      (binomial(canary.total, ofCanary)[one.canary.bad] as number);
    return Math.max(...likelihoods(one)) / own;
  };
  const known = says(seen);
  const held = everyTable(baseline.total, canary.total, (one) => says(one) <= known * (1 + 1e-4));
  const totals = chances.map((of) => {
    let chance = 0;
    held.forEach((row, bad) =>
      row.forEach((is, other) => (chance += is ? (of.baseline[bad] as number) * (of.canary[other] as number) : 0)),
    );
    return chance;
  });
  const of = likelihoods(seen);
  const likeliest = of.indexOf(Math.max(...of));
  return [known === 1 ? 1 : (totals[likeliest] as number), known === 1 ? 1 : Math.max(...totals)];
}
