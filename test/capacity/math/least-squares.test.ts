import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { leastSquares } from "../../../src/capacity/math/least-squares.ts";
import { fitLine } from "../../../src/capacity/math/line.ts";
import { MTCARS, STACKLOSS } from "./r.ts";

const near = (found: readonly number[], expected: readonly number[], relative = 1e-12): void => {
  expect(found).toHaveLength(expected.length);
  for (const [place, value] of expected.entries()) {
    const error = Math.abs((found[place] as number) - value) / Math.abs(value);
    expect(error, `${String(found[place])} beside ${String(value)}`).toBeLessThanOrEqual(relative);
  }
};

describe("least squares of several columns", () => {
  it("are those of R's lm with an intercept", () => {
    const { mpg, wt, hp, qsec, am } = MTCARS;
    const fit = leastSquares([mpg.map(() => 1), wt, hp, qsec, am], mpg);
    // m <- lm(mpg ~ wt + hp + qsec + am, mtcars); coef(m); summary(m)
    near(
      fit.coefficients,
      [17.440191102055387, -3.2380968198705062, -0.017646542516629598, 0.81060254196535741, 2.9255039413585755],
    );
    near(
      fit.deviations,
      [9.3188687677376425, 0.88989858173203618, 0.01415060319355281, 0.43887026403046875, 1.3971471010806091],
    );
    near([fit.deviation, fit.rSquared], [2.4348280051114091, 0.85785101906236083]);
    near(Array.from(fit.residuals).slice(0, 3), [-2.2832795392738277, -1.9115022737073768, -3.4974952732431408]);
    expect(fit.degrees).toBe(27);
  });

  it("are those of R's lm without one, where R squared is of the squares", () => {
    const { airFlow, waterTemperature, acidConcentration, loss } = STACKLOSS;
    const fit = leastSquares([airFlow, waterTemperature, acidConcentration], loss);
    // summary(lm(stack.loss ~ . - 1, stackloss))
    near(fit.coefficients, [0.79676520229442027, 1.1114224590760997, -0.62499326000319044]);
    near(fit.deviations, [0.16624217645853737, 0.45600104499658256, 0.084714217063057498]);
    near([fit.deviation, fit.rSquared], [4.0639865582184225, 0.96509887750447976]);
  });

  it("are a line's, with ones and x for columns", () => {
    const value = fc.integer({ min: -100_000, max: 100_000 }).map((whole) => whole / 1_000);
    fc.assert(
      fc.property(fc.array(value, { minLength: 3, maxLength: 50 }), (y) => {
        const x = y.map((_, place) => place / 3);
        const [fit, line] = [leastSquares([x.map(() => 1), x], y), fitLine({ x, y })];
        const size = Math.max(1e-3, ...y.map(Math.abs));
        for (const [found, expected] of [
          [fit.coefficients[0], line.intercept],
          [fit.coefficients[1], line.slope],
          [fit.deviations[0], line.interceptDeviation],
          [fit.deviations[1], line.slopeDeviation],
          [fit.deviation, line.deviation],
        ] as const)
          expect(Math.abs((found as number) - expected)).toBeLessThan(1e-11 * size);
        if (Number.isNaN(line.rSquared)) expect(fit.rSquared).toBeNaN();
        else expect(fit.rSquared).toBeCloseTo(line.rSquared, 10);
      }),
    );
  });

  it("find whole coefficients exactly, however far apart the columns' sizes are", () => {
    const case_ = fc.record({
      coefficients: fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 4, maxLength: 4 }),
      powers: fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 4, maxLength: 4 }),
      unit: fc.integer({ min: -200, max: 200 }),
    });
    const base = Array.from({ length: 12 }, (_, row) => [1, row, row ** 2, row ** 3]);
    fc.assert(
      fc.property(case_, ({ coefficients, powers, unit }) => {
        const columns = powers.map((power, place) => base.map((row) => (row[place] as number) * 2 ** power));
        const y = base.map((row) => row.reduce((sum, x, place) => sum + x * (coefficients[place] as number), 0));
        const fit = leastSquares(
          columns,
          y.map((value) => value * 2 ** unit),
        );
        for (const [place, coefficient] of coefficients.entries()) {
          const found = ((fit.coefficients[place] as number) * 2 ** (powers[place] as number)) / 2 ** unit;
          expect(Math.abs(found - coefficient)).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it("find whole coefficients to the last digit beside residuals that are a billion times as large", () => {
    const x = Array.from({ length: 21 }, (_, row) => row);
    const columns = Array.from({ length: 8 }, (_, power) => x.map((at) => at ** power));
    // Differences of the eighth order are at right angles to all polynomials of a lower one.
    const difference = [1, -8, 28, -56, 70, -56, 28, -8, 1];
    const residuals = x.map((row) => 1e12 * (difference[row - 3] ?? 0));
    const y = x.map((_, row) => columns.reduce((sum, column) => sum + column[row]!, residuals[row]!));
    const fit = leastSquares(columns, y);
    expect(fit.coefficients).toEqual(columns.map(() => 1));
    expect(Array.from(fit.residuals, (residual) => Math.round(residual) + 0)).toEqual(residuals);
  });

  it("hold with values whose squares are no doubles", () => {
    const y = [1, 2, 3.5];
    const usual = leastSquares([[1, 2, 4]], y);
    const factor = 2 ** 700;
    const large = leastSquares(
      [[1, 2, 4]],
      y.map((value) => value * factor),
    );
    expect(large.coefficients[0]).toBe((usual.coefficients[0] as number) * factor);
    expect([large.deviation, large.rSquared]).toEqual([usual.deviation * factor, usual.rSquared]);
    for (const scale of [factor, 1 / factor]) {
      const fit = leastSquares([[scale, 2 * scale, 4 * scale]], y);
      expect(fit.coefficients[0]).toBe((usual.coefficients[0] as number) / scale);
      expect(fit.deviations[0]).toBe((usual.deviations[0] as number) / scale);
    }
  });

  it("leave residuals at right angles to each column", () => {
    const row = fc.tuple(
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: -500, max: 500 }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 6, maxLength: 30 }), (rows) => {
        const columns = [
          rows.map(() => 1),
          rows.map(([a], place) => a + place * 1.5),
          rows.map(([, b], place) => b + place ** 2),
        ];
        const y = rows.map(([, , c]) => c);
        const fit = leastSquares(columns, y);
        for (const column of columns) {
          const along = column.reduce((sum, value, place) => sum + value * (fit.residuals[place] as number), 0);
          expect(Math.abs(along)).toBeLessThan(1e-8);
        }
        for (const [place, value] of y.entries()) {
          const told = columns.reduce(
            (sum, column, at) => sum + (column[place] as number) * (fit.coefficients[at] as number),
            0,
          );
          expect(told + (fit.residuals[place] as number)).toBeCloseTo(value, 8);
        }
      }),
    );
  });

  it("of as many columns as rows go through every row, and do not know how sure they are", () => {
    const fit = leastSquares(
      [
        [1, 1],
        [1, 3],
      ],
      [10, 20],
    );
    near(fit.coefficients, [5, 5], 1e-15);
    expect([fit.degrees, fit.deviation, ...fit.deviations]).toEqual([0, NaN, NaN, NaN]);
  });

  it("of nothing but zeros explain nothing", () => {
    const fit = leastSquares(
      [
        [1, 1, 1],
        [1, 2, 4],
      ],
      [0, 0, 0],
    );
    expect([fit.coefficients, fit.deviation, fit.rSquared]).toEqual([[0, 0], 0, NaN]);
  });

  it("of a constant explain nothing, whatever rounding leaves", () => {
    const fits = Array.from({ length: 60 }, (_, tenth) => {
      const x = [0.1, 0.7, 0.3, 1.9, 4.3, 0.9, 7.7];
      return leastSquares(
        [x.map(() => 1), x, x.map((at) => at ** 2)],
        x.map(() => (tenth + 1) / 10),
      );
    });
    expect(fits.map(({ rSquared }) => rSquared)).toEqual(fits.map(() => NaN));
    expect(fits.some(({ residuals }) => Array.from(residuals).some((left) => left !== 0))).toBe(true);
  });

  it("take typed arrays, and leave them as they are", () => {
    const columns = [Float64Array.of(1, 1, 1, 1), Float32Array.of(0, 1, 2, 3)];
    const y = Object.freeze([1, 6, 17, 34]);
    expect(leastSquares(columns, y).degrees).toBe(2);
    expect(columns).toEqual([Float64Array.of(1, 1, 1, 1), Float32Array.of(0, 1, 2, 3)]);
  });

  test.each<[string, () => unknown, string]>([
    ["no columns", () => leastSquares([], [1]), "columns: there are none; a constant is a column of ones"],
    ["no list of them", () => leastSquares(undefined as never, [1]), "columns: undefined is not a list of columns"],
    ["null for y", () => leastSquares([[1]], null as never), "y: null is not a list of numbers"],
    [
      "doubles of which the last is none",
      () => leastSquares([[1, 1, 1]], Float64Array.of(1, 2, NaN)),
      "y[2]: NaN is no finite number",
    ],
    [
      "doubles of which one is endless",
      () => leastSquares([[1, 1]], Float64Array.of(1, -Infinity)),
      "y[1]: -Infinity is no finite number",
    ],
    ["no y", () => leastSquares([[1]], undefined as never), "y: undefined is not a list of numbers"],
    ["a column that is none", () => leastSquares([[1], 7 as never], [1]), "columns[1]: 7 is not a list of numbers"],
    ["a short column", () => leastSquares([[1, 1], [1]], [1, 2]), "columns[1]: has 1 values and y 2"],
    [
      "NaN",
      () =>
        leastSquares(
          [
            [1, 1],
            [1, NaN],
          ],
          [1, 2],
        ),
      "columns[1][1]: NaN is no finite number",
    ],
    ["a text", () => leastSquares([[1, 1]], [1, "2"] as never), 'y[1]: "2" is no finite number'],
    ["fewer rows than columns", () => leastSquares([[1], [2]], [3]), "y: 1 rows cannot tell 2 columns apart"],
    [
      "the same column twice",
      () =>
        leastSquares(
          [
            [1, 2, 4],
            [2, 4, 8],
          ],
          [1, 2, 3],
        ),
      "columns[1]: is a sum of the columns",
    ],
    [
      "a sum of two",
      () =>
        leastSquares(
          [
            [1, 1, 1, 1],
            [0.1, 0.2, 0.4, 0.7],
            [1.1, 1.2, 1.4, 1.7],
          ],
          [1, 2, 3, 4],
        ),
      "columns[2]: is a sum of the columns before it; leave it out",
    ],
    ["zeros", () => leastSquares([[0, 0, 0]], [1, 2, 3]), "columns[0]: is nothing but zeros; leave it out"],
  ])("refuse %s", (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }));
  });
});
