import { describe, expect, it } from "vitest";

import { neededEvents } from "../../src/canary/needed-events.ts";
import { restrictedRatios } from "../../src/canary/restricted.ts";
import { isLarge, scoreInterval, scoreTail } from "../../src/canary/score.ts";
import { unconditionalTail } from "../../src/canary/unconditional.ts";
import { seededRandom } from "../../src/core/random.ts";
import { table } from "./oracle.ts";

describe("the interval of the difference", () => {
  // Newcombe 1998, table II, Mee's method.
  it.each([
    [56, 70, 48, 80, 0.0533, 0.3377],
    [9, 10, 3, 10, 0.1821, 0.837],
    [6, 7, 2, 7, 0.0544, 0.8478],
    [5, 56, 0, 29, -0.0313, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 20, 0.7225, 1],
  ])("of %d of %d and %d of %d is the published one", (xc, nc, xb, nb, low, high) => {
    const found = scoreInterval(table(xb, nb, xc, nc), 0.025, 0.025);
    expect(found[0]).toBeCloseTo(low, 4);
    expect(found[1]).toBeCloseTo(high, 4);
  });

  it("is mirrored when the versions change places", () => {
    const [low, high] = scoreInterval(table(7, 90, 3, 40), 0.01, 0.03);
    const [otherLow, otherHigh] = scoreInterval(table(3, 40, 7, 90), 0.03, 0.01);
    expect(low).toBeCloseTo(-otherHigh, 10);
    expect(high).toBeCloseTo(-otherLow, 10);
  });
});

describe("the likeliest ratios of a difference", () => {
  it("are those that trying many finds", () => {
    const random = seededRandom("ratios");
    for (let trial = 0; trial < 200; trial += 1) {
      const [nb, nc] = [random.integer(1, 400), random.integer(1, 400)];
      const [xb, xc] = [random.integer(0, nb), random.integer(0, nc)];
      const difference = random.pick([0, 0.05, -0.05, 0.5, -0.9]);
      const log = (count: number, ratio: number): number => (count === 0 ? 0 : count * Math.log(ratio));
      const likelihood = (ratio: number): number => {
        const other = ratio - difference;
        return log(xc, ratio) + log(nc - xc, 1 - ratio) + log(xb, other) + log(nb - xb, 1 - other);
      };
      const { canary, baseline } = restrictedRatios(table(xb, nb, xc, nc), difference);
      expect(canary - baseline).toBeCloseTo(difference, 12);
      const [low, high] = [Math.max(0, difference), Math.min(1, 1 + difference)];
      const best = Math.max(
        ...Array.from({ length: 2_000 }, (_, index) => likelihood(low + ((index + 0.5) / 2_000) * (high - low))),
      );
      expect(likelihood(canary)).toBeGreaterThanOrEqual(best - 1e-9 * Math.abs(best));
    }
  });

  it("keep their digits where failures are rare", () => {
    const { canary, baseline } = restrictedRatios(table(1_000, 1e9, 1_200, 1e9), 1e-7);
    // For so rare events the equation is Poisson's: 1200 / c + 1000 / b = 2e9, with c = b + 1e-7.
    expect(1_200 / canary + 1_000 / baseline).toBeCloseTo(2e9, -3);
  });
});

describe("the score test", () => {
  it("agrees with the exact one where it takes over", () => {
    const random = seededRandom("switch");
    let tried = 0;
    for (let trial = 0; trial < 120; trial += 1) {
      const ratio = random.pick([0.002, 0.03, 0.4]);
      const margin = ratio * random.pick([0.1, 0.25]);
      const nb = Math.ceil((random.pick([1, 1.5, 20]) * 1_000) / ratio);
      const nc = Math.ceil((random.pick([1, 1.5, 20]) * 1_000) / ratio);
      const xb = Math.round(nb * ratio * (1 + 0.03 * random.next()));
      const xc = Math.round(nc * ratio * (1 + 0.03 * random.next()));
      const one = table(xb, nb, xc, nc);
      const exact = unconditionalTail(one, margin);
      if (!isLarge(one, margin) || exact > 0.3 || exact < 1e-5) continue;
      tried += 1;
      const ratioOfChances = scoreTail(one, margin) / exact;
      expect(ratioOfChances, JSON.stringify([one, margin])).toBeGreaterThan(0.9);
      expect(ratioOfChances, JSON.stringify([one, margin])).toBeLessThan(1.06);
    }
    expect(tried).toBeGreaterThan(10);
  });

  it("is not trusted where few failures or few successes are to be expected", () => {
    expect(isLarge(table(2_000, 1e6, 2_000, 1e6), 0.0005)).toBe(true);
    expect(isLarge(table(2_000, 1e6, 20, 1e4), 0.0005)).toBe(false);
    expect(isLarge(table(1e6 - 20, 1e6, 1e6 - 20, 1e6), 0.0005)).toBe(false);
    expect(isLarge(table(0, 1e9, 0, 1e9), 1e-3)).toBe(false);
  });
});

describe("the needed events", () => {
  const question = {
    ratio: 0.01,
    margin: 0.005,
    perEvent: 1,
    levels: { worse: 0.05, notWorse: 0.05 },
    power: { worse: 0.95, notWorse: 0.95 },
  };

  it("are about those of the textbook's formula", () => {
    // Fleiss: (1.645 sqrt(2 * 0.0125 * 0.9875) + 1.645 sqrt(0.0099 + 0.014775))^2 / 0.005^2, and 1 / margin more for continuity.
    const textbook = 1.6449 ** 2 * (Math.sqrt(2 * 0.0125 * 0.9875) + Math.sqrt(0.0099 + 0.014775)) ** 2;
    expect(neededEvents(question) / (textbook / 0.005 ** 2 + 2 / 0.005)).toBeCloseTo(1, 1);
  });

  it("are more for a smaller margin, a lower rate of errors, and a baseline with less traffic", () => {
    const base = neededEvents(question);
    expect(neededEvents({ ...question, margin: 0.004 })).toBeGreaterThan(base);
    expect(neededEvents({ ...question, levels: { worse: 0.01, notWorse: 0.05 } })).toBeGreaterThan(base);
    expect(neededEvents({ ...question, perEvent: 0.1 })).toBeGreaterThan(base);
    expect(neededEvents({ ...question, ratio: 1, margin: 0.999 })).toBeGreaterThan(0);
  });
});
