import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { normalQuantile, normalTail } from "../../src/core/normal.ts";

describe("the normal distribution", () => {
  // pnorm(z, lower.tail = FALSE) of R 4.2.2.
  it.each([
    [-40, 1],
    [-3, 0.9986501019683699],
    [3, 0.0013498980316300933],
    [-5, 0.99999971334842808],
    [-1, 0.84134474606854293],
    [0, 0.5],
    [0.5, 0.30853753872598694],
    [1.96, 0.024997895148220428],
    [2.9999, 0.001350341282954925],
    [3.0001, 0.0013494549132607172],
    [8, 6.2209605742717849e-16],
    [37.5, 4.6053530095819552e-308],
    [50, 0],
  ])("leaves above %d what R says", (z, tail) => {
    expect(Math.abs(normalTail(z) - tail)).toBeLessThanOrEqual(1e-13 * tail);
  });

  it("has no tail above what is no number", () => {
    expect(normalTail(Number.NaN)).toBeNaN();
  });

  // qnorm(probability) of R 4.2.2.
  it.each([
    [0.5, 0],
    [0.6, 0.25334710313579978],
    [0.25, -0.67448975019608171],
    [0.925, 1.4395314709384559],
    [0.075, -1.4395314709384557],
    [0.926, 1.4466320671589785],
    [0.074, -1.4466320671589785],
    [0.975, 1.9599639845400536],
    [0.999, 3.0902323061678132],
    [0.9999999, 5.1993375822906618],
    [1e-10, -6.3613409024040557],
    [1e-11, -6.7060231554951359],
    [2e-11, -6.604077590405633],
    [1e-20, -9.2623400897984052],
    [1e-300, -37.047096299361201],
  ])("has the share %d below what R says", (probability, value) => {
    expect(Math.abs(normalQuantile(probability) - value)).toBeLessThanOrEqual(4e-15 * Math.abs(value));
  });

  it("is without end on both sides, and has no value for what is no share", () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it("leads back from a share to the value", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 0.5, noNaN: true }), (tail) => {
        const back = normalTail(-normalQuantile(tail));
        expect(Math.abs(back - tail)).toBeLessThanOrEqual(1e-11 * tail);
      }),
    );
  });
});
