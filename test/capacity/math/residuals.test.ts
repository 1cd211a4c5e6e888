import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { fitLine } from "../../../src/capacity/math/line.ts";
import { checkResiduals, isNormal, spreadOverTime } from "../../../src/capacity/math/residuals.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { CARS, ISLANDS, LH, NILE } from "./r.ts";

const line = fitLine(CARS);
const LEFT_OF_CARS = CARS.y.map((value, place) => value - line.at(CARS.x[place] as number));

function normals(seed: string | number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  );
}

const share = (rounds: number, holds: (round: number) => boolean): number =>
  Array.from({ length: rounds }, (_, round) => holds(round)).filter(Boolean).length / rounds;

describe("whether residuals are independent", () => {
  // acf(x)$acf[2]; Box.test(x, lag = 10, type = "Ljung")$p.value
  test.each([
    ["lh, p = 0.0047185565952562181", LH, 0.5755244755244755, false],
    ["Nile, p = 1.2545520178264269e-14", NILE, undefined, false],
    ["what a line leaves of cars, p = 0.35911593813540699", LEFT_OF_CARS, 0.16043221072446684, true],
  ])("is what Ljung and Box's test says of %s", (_, values, first, independent) => {
    const checks = checkResiduals(values);
    if (first !== undefined) expect(checks.autocorrelation).toBeCloseTo(first, 12);
    expect(checks.independent).toBe(independent);
  });

  it("is denied of one in a hundred of those that are, and of nearly all that are not", () => {
    const denied = share(600, (round) => !checkResiduals(normals(round, 200)).independent);
    expect(denied).toBeLessThan(0.03);
    const seen = share(100, (round) => {
      let last = 0;
      return !checkResiduals(normals(round, 100).map((value) => (last = 0.6 * last + value))).independent;
    });
    expect(seen).toBeGreaterThan(0.95);
  });

  it("is denied of what swings, and of what stays", () => {
    const swinging = Array.from({ length: 40 }, (_, place) => (place % 2 === 0 ? 1 : -1));
    expect(checkResiduals(swinging).autocorrelation).toBeCloseTo(-39 / 40, 12);
    expect(checkResiduals(swinging).independent).toBe(false);
    expect(checkResiduals(Array.from({ length: 1_000 }, (_, place) => place)).independent).toBe(false);
  });
});

describe("whether residuals are normal", () => {
  // n / 6 * (g1^2 + g2^2 / 4), the moments uncorrected; its p is exp(-JB / 2)
  test.each([
    ["cars, p = 0.07314987440262552", CARS.y, true],
    ["what a line leaves of cars, p = 0.016665879147925642", LEFT_OF_CARS, true],
    ["lh, p = 0.41547596682423915", LH, true],
    ["Nile, p = 0.34655901834299097", NILE, true],
    ["islands, p = 2.745937065604202e-63", ISLANDS, false],
  ])("is what Jarque and Bera's test says of %s", (_, values, normal) => {
    expect(isNormal(values)).toBe(normal);
    expect(checkResiduals(values).normal).toBe(normal);
  });

  test.each([20, 100, 500])("is denied of at most one in fifty that are, of %d values", (count) => {
    expect(share(500, (round) => !isNormal(normals(`normal ${String(round)}`, count)))).toBeLessThan(0.03);
  });

  it("is granted to a handful, which cannot tell, and to what is all the same", () => {
    expect(isNormal([0, 0, 0, 0, 0, 0, 1e9])).toBe(true);
    expect(isNormal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1e9])).toBe(false);
    expect(isNormal([5, 5, 5, 5, 5, 5, 5, 5, 5])).toBe(true);
  });

  it("does not change with the unit or with where zero is", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000 }),
        fc.integer({ min: -20, max: 20 }),
        fc.integer({ min: -9, max: 9 }),
        (seed, power, shift) => {
          const values = normals(seed, 40).map((value) => value ** 3);
          expect(isNormal(values.map((value) => (value + shift) * 2 ** power))).toBe(isNormal(values));
        },
      ),
    );
  });
});

describe("whether residuals spread evenly", () => {
  it("is what a line through their sizes says", () => {
    // a <- abs(Nile - mean(Nile)); summary(lm(a ~ seq_along(a))): slope -1.1372223222322235, p = 0.00046243145632149471
    const centre = NILE.reduce((sum, value) => sum + value, 0) / NILE.length;
    const left = NILE.map((value) => value - centre);
    const sizes = left.map(Math.abs);
    const usual = sizes.reduce((sum, value) => sum + value, 0) / sizes.length;
    const widths = spreadOverTime(left);
    expect(checkResiduals(NILE).evenSpread).toBe(false);
    expect(((widths[1] as number) - (widths[0] as number)) * usual).toBeCloseTo(-1.1372223222322235, 9);
    // Of what a line leaves of cars: slope 0.20161506330999518, p = 0.033203559722409327
    expect(checkResiduals(LEFT_OF_CARS).evenSpread).toBe(true);
    expect(spreadOverTime(LEFT_OF_CARS)).toEqual(new Float64Array(50).fill(1));
  });

  it("tells how wide at each place, in units of the usual one, and never that there is none", () => {
    const growing = normals("growing", 200).map((value, place) => value * (place + 1));
    const widths = spreadOverTime(growing);
    expect(widths.at(-1)).toBeGreaterThan(1.6);
    expect(widths[0]).toBe(0.2);
    expect((widths[99] as number) + (widths[100] as number)).toBeCloseTo(2, 1);
    for (const [place, width] of widths.entries()) expect(width).toBeGreaterThanOrEqual(widths[place - 1] ?? 0.2);
  });

  it("is seen past holes", () => {
    const growing = normals("holes", 300).map((value, place) => (place % 3 === 0 ? NaN : value * (place + 1)));
    const widths = spreadOverTime(growing);
    expect(widths).toHaveLength(300);
    expect(widths.at(-1)).toBeGreaterThan(1.5);
    expect(widths.every(Number.isFinite)).toBe(true);
  });

  it("is denied of about one in a hundred that do", () => {
    expect(share(600, (round) => !checkResiduals(normals(`even ${String(round)}`, 100)).evenSpread)).toBeLessThan(0.03);
  });

  it("is granted to few, and to sizes that are all one", () => {
    expect(spreadOverTime([1, -2, 3, -4, 5, -6, 7])).toEqual(new Float64Array(7).fill(1));
    expect(spreadOverTime([1, -1, 1, -1, 1, -1, 1, -1, 1])).toEqual(new Float64Array(9).fill(1));
    expect(spreadOverTime([])).toHaveLength(0);
  });
});

describe("residuals", () => {
  it("that lie far off are counted, and missing ones are not looked at", () => {
    const values = normals("outliers", 100);
    expect(checkResiduals(values).outliers).toBe(0);
    const holed = [...values.slice(0, 50), NaN, 40, ...values.slice(50), NaN, -40];
    expect(checkResiduals(holed).outliers).toBe(2);
    const without = holed.filter((value) => !Number.isNaN(value));
    expect(checkResiduals(holed)).toEqual(checkResiduals(without));
  });

  test.each([
    ["none", []],
    ["three", [1, -2, 1]],
    ["only holes", [NaN, NaN, NaN, NaN, NaN]],
  ])("of which there are %s tell nothing, and pass", (_, values) => {
    expect(checkResiduals(values)).toEqual({
      autocorrelation: NaN,
      independent: true,
      normal: true,
      evenSpread: true,
      outliers: 0,
    });
  });

  it("of nothing but zeros pass", () => {
    expect(checkResiduals(new Float64Array(50))).toEqual({
      autocorrelation: 0,
      independent: true,
      normal: true,
      evenSpread: true,
      outliers: 0,
    });
  });
});
