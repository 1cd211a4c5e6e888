import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Availability } from "../../src/availability/availability.ts";
import { AvailabilityCalculator } from "../../src/availability/calculator.ts";
import { plus, type Rational, rational, relativeError, times } from "./rational.ts";

const calculator = new AvailabilityCalculator();
const BILLION = 1_000_000_000;

// Parts by parts per billion that fail, with whole ones, dead ones and everything between.
const failing = fc.oneof(
  fc.integer({ min: 0, max: BILLION }),
  fc.integer({ min: 0, max: 1000 }),
  fc.integer({ min: BILLION - 1000, max: BILLION }),
);
const part = (ppb: number): Availability => ({
  availabilityRatio: (BILLION - ppb) / BILLION,
  unavailabilityRatio: ppb / BILLION,
});

interface Exact {
  readonly up: Rational;
  readonly down: Rational;
}

/** By enumeration of all 2^n states, without rounding. */
function bruteForce(required: number, parts: readonly number[]): Exact {
  let up = rational(0);
  let down = rational(0);
  for (let state = 0; state < 2 ** parts.length; state += 1) {
    let chance = 1n;
    let count = 0;
    parts.forEach((ppb, index) => {
      const isUp = (state >> index) % 2 === 1;
      count += isUp ? 1 : 0;
      chance *= BigInt(isUp ? BILLION - ppb : ppb);
    });
    if (count >= required) up = { n: up.n + chance, d: 1n };
    else down = { n: down.n + chance, d: 1n };
  }
  const d = BigInt(BILLION) ** BigInt(parts.length);
  return { up: { n: up.n, d }, down: { n: down.n, d } };
}

function expectClose(actual: Availability, exact: Exact): void {
  expect(relativeError(actual.availabilityRatio, exact.up)).toBeLessThan(1e-14);
  expect(relativeError(actual.unavailabilityRatio, exact.down)).toBeLessThan(1e-14);
}

describe("known systems", () => {
  test("two of 99.9% in series leave 99.8001%", () => {
    expect(calculator.series(["99.9%", "99.9%"]).availabilityRatio).toBe(0.998001);
  });
  test("two of 99% in parallel are 99.99%", () => {
    expect(calculator.parallel(["99%", "99%"])).toEqual({ availabilityRatio: 0.9999, unavailabilityRatio: 0.0001 });
  });
  test("two of three at 99% are 99.9702%", () => {
    const { availabilityRatio } = calculator.kOfN({ required: 2, components: { count: 3, each: "99%" } });
    expect(availabilityRatio).toBe(0.999702);
  });
  test("five dependencies of 99.99% bring 99.99% of one's own to 99.94%", () => {
    const { availabilityRatio } = calculator.series({ count: 6, each: "99.99%" });
    expect(availabilityRatio.toFixed(4)).toBe("0.9994");
  });
  test("each of ten dependencies needs a nine more than the whole", () => {
    const { unavailabilityRatio } = calculator.dependencyTarget({ target: "99.9%", dependencies: 10 });
    expect(unavailabilityRatio).toBeCloseTo(0.0001, 7);
  });
});

describe("near 1 no digit is lost", () => {
  test("a million million million to one against: three of 1e-6 in parallel are 1e-18", () => {
    const { unavailabilityRatio } = calculator.parallel({ count: 3, each: "99.9999%" });
    expect(relativeError(unavailabilityRatio, rational(1, 10n ** 18n))).toBeLessThan(1e-15);
  });
  test("a thousand of 0.9999999 in series", () => {
    const exact = 10n ** 7000n - (10n ** 7n - 1n) ** 1000n;
    const { unavailabilityRatio } = calculator.series({ count: 1000, each: 0.9999999 });
    expect(relativeError(unavailabilityRatio, { n: exact, d: 10n ** 7000n })).toBeLessThan(1e-13);
  });
  test("unavailabilities of 1e-18 in series add up, where their availabilities are all 1", () => {
    const system = calculator.series({ count: 10, each: { unavailabilityRatio: 1e-18 } });
    expect(system.availabilityRatio).toBe(1);
    expect(system.unavailabilityRatio).toBeCloseTo(1e-17, 30);
  });
  test("a quorum of five: the leading term is 10 u^3", () => {
    const quorum = calculator.kOfN({ required: 3, components: { count: 5, each: { unavailabilityRatio: 1e-6 } } });
    expect(relativeError(quorum.unavailabilityRatio, rational(9_999_985_000_006n, 10n ** 30n))).toBeLessThan(1e-14);
  });
});

describe("laws", () => {
  const parts = fc.array(failing, { minLength: 1, maxLength: 8 });

  test("k of n is what enumerating all states gives, up and down", () => {
    fc.assert(
      fc.property(parts, fc.nat(), (ppbs, pick) => {
        const required = 1 + (pick % ppbs.length);
        expectClose(calculator.kOfN({ required, components: ppbs.map(part) }), bruteForce(required, ppbs));
      }),
    );
  });

  test("series is n of n, and parallel 1 of n", () => {
    fc.assert(
      fc.property(parts, (ppbs) => {
        expectClose(calculator.series(ppbs.map(part)), bruteForce(ppbs.length, ppbs));
        expectClose(calculator.parallel(ppbs.map(part)), bruteForce(1, ppbs));
      }),
    );
  });

  test("the order of the parts does not matter, to the last bit", () => {
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.nat()), (ppbs, keys) => {
        const shuffled = ppbs.map((ppb) => ({ ppb, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key);
        const [one, other] = [ppbs.map(part), shuffled.map(({ ppb }) => part(ppb))];
        expect(calculator.series(other)).toEqual(calculator.series(one));
        expect(calculator.parallel(other)).toEqual(calculator.parallel(one));
        expect(calculator.kOfN({ required: 1, components: other })).toEqual(
          calculator.kOfN({ required: 1, components: one }),
        );
      }),
    );
  });

  test("nor does it where only what is missing to 1 tells the parts from each other", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 2, maxLength: 8 }), (missing) => {
        const tiny = (count: number): { unavailabilityRatio: number } => ({ unavailabilityRatio: count * 1e-19 });
        const [one, other] = [missing.map(tiny), [...missing].reverse().map(tiny)];
        expect(calculator.series(other)).toEqual(calculator.series(one));
      }),
    );
  });

  test("parts that are alike follow the binomial distribution", () => {
    fc.assert(
      fc.property(failing, fc.integer({ min: 1, max: 40 }), fc.nat(), (ppb, count, pick) => {
        const required = 1 + (pick % count);
        let [up, down] = [rational(0), rational(0)];
        let choices = 1n;
        for (let j = 0; j <= count; j += 1) {
          const chance = times(
            rational(choices * BigInt(BILLION - ppb) ** BigInt(j)),
            rational(BigInt(ppb) ** BigInt(count - j), BigInt(BILLION) ** BigInt(count)),
          );
          if (j >= required) up = { n: up.n + chance.n, d: chance.d };
          else down = { n: down.n + chance.n, d: chance.d };
          choices = (choices * BigInt(count - j)) / BigInt(j + 1);
        }
        const system = calculator.kOfN({ required, components: { count, each: part(ppb) } });
        // Below the smallest normal double digits get fewer: there the last one that is left is right.
        const bound = (ratio: number): number => (ratio >= 2 ** -1022 ? 2e-14 : (2 * Number.MIN_VALUE) / ratio);
        const { availabilityRatio, unavailabilityRatio } = system;
        expect(relativeError(availabilityRatio, up)).toBeLessThan(bound(availabilityRatio));
        expect(relativeError(unavailabilityRatio, down)).toBeLessThan(bound(unavailabilityRatio));
        expect(plus(up, down).n).toBe(plus(up, down).d);
      }),
      { numRuns: 60 },
    );
  });

  test("more parts needed is never better, and the two ratios add up to 1", () => {
    fc.assert(
      fc.property(parts, (ppbs) => {
        const systems = ppbs.map((_, index) => calculator.kOfN({ required: index + 1, components: ppbs.map(part) }));
        for (const [index, { availabilityRatio, unavailabilityRatio }] of systems.entries()) {
          expect(availabilityRatio + unavailabilityRatio).toBeCloseTo(1, 15);
          expect(unavailabilityRatio).toBeGreaterThanOrEqual(
            (systems[index - 1]?.unavailabilityRatio ?? 0) * (1 - 1e-14),
          );
        }
      }),
    );
  });

  test("parts as good as their target make the whole as good as it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: BILLION }), fc.integer({ min: 1, max: 100 }), (ppb, count) => {
        const target = part(BILLION - ppb);
        const each = calculator.dependencyTarget({ target, dependencies: count });
        const whole = calculator.series({ count, each });
        expect(whole.availabilityRatio / target.availabilityRatio).toBeCloseTo(1, 12);
        if (ppb < BILLION) expect(whole.unavailabilityRatio / target.unavailabilityRatio).toBeCloseTo(1, 12);
      }),
    );
  });
});

test("a thousand dependencies are not too many, and those of what is never up are never up", () => {
  const { unavailabilityRatio } = calculator.dependencyTarget({ target: "90%", dependencies: 1000 });
  expect(unavailabilityRatio).toBeCloseTo(1.0535e-4, 8);
  const dead = { availabilityRatio: 0, unavailabilityRatio: 1 };
  expect(calculator.dependencyTarget({ target: dead, dependencies: 3 })).toEqual(dead);
});

describe("what cannot be composed is refused", () => {
  const REFUSED: Array<[string, () => unknown, string]> = [
    ["no parts", () => calculator.series([]), "components: there are 0; allowed are 1 to 1000"],
    ["too many parts", () => calculator.parallel({ count: 1001, each: "99%" }), "components: there are 1001"],
    [
      "half a part",
      () => calculator.series({ count: 1.5, each: "99%" }),
      "components.count: 1.5 is not a whole number",
    ],
    ["a list in words", () => calculator.series("99%" as never), 'components: "99%" is not a list of availabilities'],
    [
      "bad parts that are alike",
      () => calculator.series({ count: 2, each: "x" }),
      'components.each: "x" is not an objective',
    ],
    [
      "a part with a bad ratio",
      () => calculator.series(["99%", { availabilityRatio: 2 }]),
      "components[1].availabilityRatio: 2 is not a ratio",
    ],
    [
      "too many dependencies",
      () => calculator.dependencyTarget({ target: "99%", dependencies: 1001 }),
      "dependencies: 1001 is not a number of dependencies; write one from 1 to 1000",
    ],
    ["no list", () => calculator.series(null as never), "components: null is not a list"],
    ["a bad part, by its index", () => calculator.series(["99%", "x"]), 'components[1]: "x" is not an objective'],
    [
      "more than there are",
      () => calculator.kOfN({ required: 3, components: ["99%", "99%"] }),
      "required: 3 of 2 is not possible; write a whole number from 1 to the number of components, 2",
    ],
    ["none of them", () => calculator.kOfN({ required: 0, components: ["99%"] }), "required: 0 of 1 is not possible"],
    [
      "no dependencies",
      () => calculator.dependencyTarget({ target: "99%", dependencies: 0 }),
      "dependencies: 0 is not a number of dependencies",
    ],
  ];
  test.each(REFUSED)("%s", (_, attempt, message) => {
    expect(attempt).toThrow(
      expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }),
    );
  });
});
