import { describe, expect, test } from "vitest";

import { spreadOf } from "../../../src/capacity/forecast/band.ts";
import { type Choice, choose } from "../../../src/capacity/forecast/choose.ts";
import { variancesOf } from "../../../src/capacity/forecast/variances.ts";
import { spreadOverTime } from "../../../src/capacity/math/residuals.ts";
import { type Fitted, Series, STILL, type Values } from "../../../src/capacity/models/types.ts";
import { noise, values } from "../series/made-up.ts";

const errors = (seed: string, length: number): Values => {
  const next = noise(seed);
  return values(length, () => next());
};
const fittedWith = (residuals: Values): Fitted => ({
  forecast: (steps) => new Float64Array(steps),
  residuals,
  parameters: 1,
  ripple: () => STILL,
  parameterVariance: () => 0,
});
const UNTRIED: Choice = {
  shares: [],
  backtest: { origins: [], horizon: 1, trials: [] },
  meanAbsoluteError: 0,
  forecasts: [],
  blind: [],
};

describe("how far a model is off", () => {
  test("is what it is now, where its errors have grown", () => {
    const growing = errors("spread", 400).map((error, place) => error * (1 + place / 100));
    const { deviation } = spreadOf(fittedWith(growing), UNTRIED, growing);
    const widths = spreadOverTime(growing);
    // By the end they are five times as wide as at the beginning.
    expect(widths.at(-1)! / widths[0]!).toBeGreaterThan(3);
    expect(deviation).toBeGreaterThan(4.5);
    expect(deviation).toBeLessThan(5.5);
  });

  test("is what it was, where they have not", () => {
    const even = errors("spread", 400);
    expect([...new Set(spreadOverTime(even))]).toEqual([1]);
    const { deviation, degrees } = spreadOf(fittedWith(even), UNTRIED, even);
    expect(deviation).toBeCloseTo(Math.sqrt(even.reduce((sum, error) => sum + error ** 2, 0) / 399), 12);
    expect(degrees).toBe(399);
  });
});

describe("the variances of steps", () => {
  test("of a walk are the number of its errors, each a smaller part of the whole", () => {
    let at = 0;
    const walk = { ripple: () => ({ step: (error: number) => (at += error) }), parameterVariance: () => 0 };
    const { total, single } = variancesOf(walk, 4);
    expect([...total]).toEqual([1, 2, 3, 4]);
    expect([...single]).toEqual([1, 1 / 2, 1 / 3, 1 / 4]);
  });
});

describe("a forecast that is to be judged", () => {
  test("is of models that other origins chose, with two of them too", () => {
    // Of noise each origin believes other models: some of these are forecast otherwise when they do not judge themselves.
    const judged = Array.from({ length: 40 }, (_, seed) => {
      const series = new Series(errors(`choice ${String(seed)}`, 11));
      return choose(series, { horizon: 1, origins: 2 });
    }).filter(({ backtest, shares }) => backtest.origins.length === 2 && shares.length > 1);
    expect(judged.length).toBeGreaterThan(3);
    for (const { forecasts, blind } of judged) expect(blind).toHaveLength(forecasts.length);
    const others = judged.filter(({ forecasts, blind }) =>
      blind.some((one, place) => one[0] !== forecasts[place]?.[0]),
    );
    expect(others).not.toEqual([]);
  });
});
