import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { AvailabilityCalculator } from "../../src/availability/calculator.ts";

const calculator = new AvailabilityCalculator();

describe("the number of nines", () => {
  test.each([
    ["90%", 1],
    ["99%", 2],
    ["99.9%", 3],
    ["99.99%", 4],
    ["99.999%", 5],
    ["99.9999999%", 9],
    ["100%", Infinity],
  ])("of %s is exactly %s", (availability, expected) => {
    expect(calculator.nines(availability)).toBe(expected);
  });

  test("of what is never up is 0", () => {
    expect(calculator.nines({ availabilityRatio: 0 })).toBe(0);
  });

  test("of 99.95% is 3.30, and 3.5 nines are 99.968%", () => {
    expect(calculator.nines("99.95%")).toBeCloseTo(3.30103, 5);
    expect(calculator.fromNines(3.5).availabilityRatio).toBeCloseTo(0.99968377, 8);
  });

  test("turns into availability and back, whole ones exactly", () => {
    for (let nines = 0; nines <= 300; nines += 1) expect(calculator.nines(calculator.fromNines(nines))).toBe(nines);
    expect(calculator.fromNines(5)).toEqual({ availabilityRatio: 0.99999, unavailabilityRatio: 0.00001 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 300, noNaN: true }), (nines) => {
        expect(Math.abs(calculator.nines(calculator.fromNines(nines)) - nines)).toBeLessThan(
          1e-13 * Math.max(1, nines),
        );
      }),
    );
  });

  test("of few nines keeps the digits of the availability", () => {
    expect(calculator.fromNines(1e-10).availabilityRatio / (1e-10 * Math.LN10)).toBeCloseTo(1, 9);
  });
});

describe("MTBF without the repair, and MTTR", () => {
  test.each([
    [999, 1, 0.999],
    [720, 0, 1],
    [0, 4, 0],
    [9, 1, 0.9],
    [3, 3, 0.5],
  ])("of %s and %s hours give %s", (mtbfHours, mttrHours, expected) => {
    expect(calculator.fromMtbf({ mtbfHours, mttrHours }).availabilityRatio).toBe(expected);
  });

  test("come back from the availability", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e4, noNaN: true }),
        (mtbfHours, mttrHours) => {
          const availability = calculator.fromMtbf({ mtbfHours, mttrHours });
          expect(calculator.mtbfHours({ availability, mttrHours }) / mtbfHours).toBeCloseTo(1, 12);
          expect(calculator.mttrHours({ availability, mtbfHours }) / mttrHours).toBeCloseTo(1, 12);
        },
      ),
    );
  });

  test("keep the digits of a repair of a microsecond in a century", () => {
    const availability = calculator.fromMtbf({ mtbfHours: 876_582, mttrHours: 1e-6 / 3600 });
    expect(availability.unavailabilityRatio / (1e-6 / 3600 / 876_582)).toBeCloseTo(1, 12);
  });

  test("99.9% with a repair of one hour asks for 999 hours between failures", () => {
    expect(calculator.mtbfHours({ availability: "99.9%", mttrHours: 1 })).toBe(999);
    expect(calculator.mttrHours({ availability: "100%", mtbfHours: 5 })).toBe(0);
  });

  const REFUSED: Array<[string, () => unknown, string]> = [
    [
      "no time at all",
      () => calculator.fromMtbf({ mtbfHours: 0, mttrHours: 0 }),
      "mtbfHours: 0 with an mttrHours of 0",
    ],
    [
      "negative time",
      () => calculator.fromMtbf({ mtbfHours: -1, mttrHours: 0 }),
      "mtbfHours: -1 is not an amount of hours",
    ],
    ["text", () => calculator.fromMtbf({ mtbfHours: "9" as never, mttrHours: 0 }), 'mtbfHours: "9" is not an amount'],
    [
      "a repair in words",
      () => calculator.fromMtbf({ mtbfHours: 9, mttrHours: "1" as never }),
      'mttrHours: "1" is not an amount of hours; write a number of at least 0',
    ],
    [
      "an endless repair",
      () => calculator.mtbfHours({ availability: "99%", mttrHours: Infinity }),
      "mttrHours: Infinity is not an amount of hours",
    ],
    [
      "an MTBF below nothing",
      () => calculator.mttrHours({ availability: "99%", mtbfHours: -1 }),
      "mtbfHours: -1 is not an amount of hours",
    ],
    [
      "the MTBF of what never fails",
      () => calculator.mtbfHours({ availability: "100%", mttrHours: 1 }),
      "availability: 1 never fails",
    ],
    [
      "the MTTR of what is never up",
      () => calculator.mttrHours({ availability: { availabilityRatio: 0 }, mtbfHours: 1 }),
      "availability: 0 is never up",
    ],
  ];
  test.each(REFUSED)("%s is refused", (_, attempt, message) => {
    expect(attempt).toThrow(
      expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }),
    );
  });
});
