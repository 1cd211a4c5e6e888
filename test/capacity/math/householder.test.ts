import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Householder } from "../../../src/capacity/math/householder.ts";

const MATRICES = fc
  .integer({ min: 1, max: 5 })
  .chain((count) =>
    fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: count, maxLength: count }), {
      minLength: count,
      maxLength: 12,
    }),
  )
  // A weight on the diagonal keeps the columns apart.
  .map((rows) =>
    (rows[0] as number[]).map((_, column) =>
      rows.map((row, place) => (row[column] as number) + (place === column ? 150 : 0)),
    ),
  );

const times = (columns: readonly number[][], x: ArrayLike<number>): Float64Array =>
  Float64Array.from(columns[0] as number[], (_, row) =>
    columns.reduce((sum, column, place) => sum + (column[row] as number) * (x[place] as number), 0),
  );

const expectNear = (found: ArrayLike<number>, expected: ArrayLike<number>): void => {
  expect(found.length).toBe(expected.length);
  for (let place = 0; place < expected.length; place += 1)
    expect(found[place]).toBeCloseTo(expected[place] as number, 8);
};

describe("a QR decomposition", () => {
  it("turns vectors there and back, and keeps their length", () => {
    fc.assert(
      fc.property(MATRICES, (columns) => {
        const qr = new Householder(columns);
        const vector = Float64Array.from(columns[0] as number[], (_, place) => place - 2.5);
        const turned = qr.turn(vector.slice());
        expect(Math.hypot(...turned)).toBeCloseTo(Math.hypot(...vector), 9);
        expectNear(qr.turnBack(turned), vector);
      }),
    );
  });

  it("leaves of a column nothing below the triangle, and of the triangle what solves it", () => {
    fc.assert(
      fc.property(MATRICES, (columns) => {
        const qr = new Householder(columns);
        const x = columns.map((_, place) => place * 3 - 4);
        const turned = qr.turn(times(columns, x));
        expectNear(turned.subarray(columns.length), new Float64Array(turned.length - columns.length));
        expectNear(qr.solve(turned), x);
        for (const [place, column] of columns.entries()) {
          const own = qr.turn(Float64Array.from(column));
          expect(own[place]).toBeCloseTo(qr.diagonal[place] as number, 8);
          expectNear(own.subarray(place + 1), new Float64Array(own.length - place - 1));
        }
      }),
    );
  });

  it("solves the transposed triangle: its square is the columns' own", () => {
    fc.assert(
      fc.property(MATRICES, (columns) => {
        const qr = new Householder(columns);
        const x = columns.map((_, place) => 2 - place);
        // Transposed A times A is transposed R times R.
        const right = columns.map((column) => {
          const product = times(columns, x);
          return column.reduce((sum, value, row) => sum + value * (product[row] as number), 0);
        });
        expectNear(qr.solve(qr.solveTransposed(right)), x);
      }),
    );
  });

  it("leaves the matrix as it is, and shows a column that the others make", () => {
    const columns = [
      [1, 1, 1],
      [1, 2, 3],
      [3, 4, 5],
    ];
    const qr = new Householder(columns);
    expect(Math.abs(qr.diagonal[2] as number)).toBeLessThan(1e-14);
    expect(columns[0]).toEqual([1, 1, 1]);
    expect(new Householder([[0, 0]]).diagonal[0]).toBe(0);
    expect(new Householder([]).diagonal).toHaveLength(0);
  });

  it("passes over a column of zeros", () => {
    const qr = new Householder([
      [0, 0, 0],
      [1, 2, 3],
    ]);
    // The first row stays, and what is below it is turned onto the second.
    expect(Array.from(qr.diagonal)).toEqual([0, expect.closeTo(-Math.sqrt(13), 14)]);
    const turned = qr.turn(Float64Array.of(1, 2, 3));
    expectNear(turned, [1, -Math.sqrt(13), 0]);
    expectNear(qr.turnBack(turned), [1, 2, 3]);
  });

  it("has a diagonal of the other sign than what it is made of", () => {
    expect(Array.from(new Householder([[3, 4]]).diagonal)).toEqual([-5]);
    expect(Array.from(new Householder([[-3, 4]]).diagonal)).toEqual([5]);
    expect(Array.from(new Householder([[0, 4]]).diagonal)).toEqual([4]);
    // By hand: R of (3, 4) and (1, 2) has -5 and -11/5 in its first row, and -2/5 in its second.
    const qr = new Householder([
      [3, 4],
      [1, 2],
    ]);
    expect(Array.from(qr.diagonal)).toEqual([-5, expect.closeTo(-0.4, 14)]);
    expectNear(qr.solve(Float64Array.of(-5 * 2 - 2.2 * 3, -0.4 * 3)), [2, 3]);
    expectNear(qr.solveTransposed([-5 * 2, -2.2 * 2 - 0.4 * 3]), [2, 3]);
  });
});
