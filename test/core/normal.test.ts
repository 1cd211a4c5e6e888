import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { normalQuantile, normalTail } from "../../src/core/normal.ts";

describe("the normal distribution", () => {
  // pnorm(z, lower.tail = FALSE) of R 4.2.2.
  it.each([
    [-40, 1],
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

  it("leads back from a share to the value", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 0.5, noNaN: true }), (tail) => {
        const back = normalTail(-normalQuantile(tail));
        expect(Math.abs(back - tail)).toBeLessThanOrEqual(1e-11 * tail);
      }),
    );
  });
});
