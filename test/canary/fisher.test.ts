import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { fisherTail } from "../../src/canary/hypergeometric.ts";
import { chanceOfTables, everyTable, fisherByCounting, table } from "./oracle.ts";

describe("Fisher's exact test", () => {
  it("has the lady tasting tea guess three of four cups with 0.2429, and all four with 0.0143", () => {
    expect(fisherTail(table(1, 4, 3, 4))).toBeCloseTo(17 / 70, 15);
    expect(fisherTail(table(0, 4, 4, 4))).toBeCloseTo(1 / 70, 15);
  });

  // fisher.test(matrix(c(xc, nc - xc, xb, nb - xb), 2), alternative = "greater") and phyper() of R 4.2.2.
  it.each([
    [2, 10_000, 5, 1_000, 1.1047820024851883e-4],
    [100, 10_000, 20, 1_000, 5.5920441780755569e-3],
    [3, 50, 0, 50, 1],
    [0, 10, 10, 10, 5.4125441122345148e-6],
    [900, 100_000, 120, 10_000, 2.3178731867997539e-3],
    [1, 300, 7, 300, 0.034245587062109707],
    [2_000, 1_000_000, 2_100, 1_000_000, 6.0841108145706549e-2],
    [100, 2_000, 300, 2_000, 5.013948676974987e-27],
    [29_750, 1e9, 30_250, 1e9, 0.020815080050691562],
    [0, 1_000, 600, 1_000, 6.557443890585391e-239],
  ])(
    "finds what R finds for %d of %d against %d of %d",
    (baselineBad, baselineTotal, canaryBad, canaryTotal, chance) => {
      const found = fisherTail(table(baselineBad, baselineTotal, canaryBad, canaryTotal));
      // R's own digits end where the logarithms of its factorials do.
      expect(Math.abs(found / chance - 1)).toBeLessThan(1e-7);
    },
  );

  it("is the quotient of sums of whole numbers", () => {
    const counts = fc
      .tuple(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 80 }))
      .chain(([baseline, canary]) =>
        fc.tuple(
          fc.integer({ min: 0, max: baseline }),
          fc.constant(baseline),
          fc.integer({ min: 0, max: canary }),
          fc.constant(canary),
        ),
      );
    fc.assert(
      fc.property(counts, (four) => {
        const one = table(...four);
        const truth = fisherByCounting(one);
        expect(Math.abs(fisherTail(one) - truth)).toBeLessThanOrEqual(1e-12 * truth + 1e-29);
      }),
      { numRuns: 300 },
    );
  });

  it("deceives no more often than it says, for every pair of sizes up to 30 and every common ratio", () => {
    let worst = 0;
    for (let baseline = 1; baseline <= 30; baseline += 1) {
      for (let canary = 1; canary <= 30; canary += baseline < 10 ? 1 : 3) {
        const found = everyTable(baseline, canary, fisherTail);
        for (const level of [0.05, 0.005]) {
          const held = found.map((row) => row.map((chance) => chance <= level));
          for (const ratio of [0.001, 0.02, 0.1, 0.25, 0.5, 0.8, 0.99]) {
            const chance = chanceOfTables(held, { baseline: ratio, canary: ratio });
            worst = Math.max(worst, chance / level);
          }
        }
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
    // It is not merely silent.
    expect(worst).toBeGreaterThan(0.5);
  });

  it.each([
    [0, 1, 0, 1, 1],
    [5, 5, 5, 5, 1],
    [0, 1_000_000_000, 0, 1_000_000_000, 1],
    [1_000_000_000, 1_000_000_000, 1_000_000_000, 1_000_000_000, 1],
    [0, 1, 1, 1, 0.5],
  ])("says %d of %d against %d of %d with %d", (baselineBad, baselineTotal, canaryBad, canaryTotal, chance) => {
    expect(fisherTail(table(baselineBad, baselineTotal, canaryBad, canaryTotal))).toBe(chance);
  });
});
