import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { between, RunningSums } from "../../src/backtest/running-sums.ts";
import { stepsOf } from "../../src/backtest/steps.ts";
import { steady } from "./pasts.ts";

describe("samples in steps", () => {
  test("may come in any order; a step has its first instant and not its last", () => {
    const samples = [
      { at: 20, good: 1, total: 2 },
      { at: 9, good: 3, total: 3 },
      { at: 10, good: 0, total: 4 },
      { at: 0, good: 5, total: 5 },
    ];
    const { start, stepMs, good, total } = stepsOf(samples, { start: 0, end: 30, stepMs: 10 });
    expect([start, stepMs, [...Array.from(good)], [...Array.from(total)]]).toEqual([0, 10, [8, 0, 1], [8, 4, 2]]);
  });

  test("outside of the range are not counted", () => {
    const samples = [-1, 0, 9, 10].map((at) => ({ at, good: 1, total: 1 }));
    expect(Array.from(stepsOf(samples, { start: 0, end: 10, stepMs: 5 }).total)).toEqual([1, 1]);
  });

  test("in seconds are refused, and so is a past that begins in them", () => {
    const start = Date.UTC(2026, 4, 4);
    const range = { start, end: start + 60_000, stepMs: 60_000 };
    const samples = [{ at: start / 1_000, good: 1, total: 1 }];
    expect(() => stepsOf(samples, range)).toThrow(
      /^samples\[0\]\.at: 1777852800 is 1970-.* was it meant in seconds\?$/,
    );
    expect(() => new RunningSums(steady(10, { start: start / 1_000 }))).toThrow(/^data\.start: 1777852800 is 1970-/);
  });

  test("a step without one is idle, or was not watched if that is said", () => {
    const samples = [{ at: 1, good: 0, total: 0 }];
    const options = { start: 0, end: 10, stepMs: 5 };
    expect(Array.from(stepsOf(samples, options).total)).toEqual([0, 0]);
    const unwatched = stepsOf(samples, { ...options, withoutSamples: "unwatched" });
    expect([Array.from(unwatched.good), Array.from(unwatched.total)]).toEqual([
      [0, NaN],
      [0, NaN],
    ]);
  });

  test("no sample is lost, and none is counted twice", () => {
    const sample = fc.record({ at: fc.integer({ min: 0, max: 999 }), good: fc.nat(50), more: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(sample), fc.constantFrom(1, 10, 250, 1_000), (list, stepMs) => {
        const samples = list.map(({ at, good, more }) => ({ at, good, total: good + more }));
        const { good, total } = stepsOf(samples, { start: 0, end: 1_000, stepMs });
        const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((all, value) => all + value, 0);
        expect(sum(good)).toBe(samples.reduce((all, one) => all + one.good, 0));
        expect(sum(total)).toBe(samples.reduce((all, one) => all + one.total, 0));
        expect(total.length).toBe(1_000 / stepMs);
      }),
    );
  });
});

describe("running sums", () => {
  test("of fractions lose nothing that matters over a million steps, and idle steps are exactly nothing", () => {
    const steps = 1_000_000;
    const data = steady(steps, { stepMs: 1, each: 0.1, bad: (step) => (step === 999_000 ? 0.1 : 0) });
    const sums = new RunningSums(data);
    expect(between(sums.bad, steps - 999, steps)).toBe(0);
    expect(between(sums.bad, steps - 1_000, steps)).toBeCloseTo(0.1, 9);
    expect(between(sums.total, steps - 10, steps)).toBeCloseTo(1, 9);
  });

  test("take of a step the part that lies within, and reach no further back than the past", () => {
    const sums = new RunningSums(steady(4, { bad: (step) => step * 10 }));
    expect(between(sums.bad, 1.5, 3)).toBe(0.5 * 10 + 20);
    expect(between(sums.total, 0.25, 0.75)).toBe(50);
    expect(between(sums.bad, -7.5, 4)).toBe(60);
  });
});
