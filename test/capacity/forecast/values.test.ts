import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { forecastSeries } from "../../../src/capacity/forecast/forecast.ts";
import { forecastValues, type ValuesForecastOptions } from "../../../src/capacity/forecast/values.ts";
import { HOUR, noise, points, values, wave } from "../series/made-up.ts";
import { refusal } from "../../support/refusal.ts";

const random = noise("values");
const daily = values(240, (place) => 100 + 10 * wave(place, 24) + place / 10 + random());

describe("forecasts of bare values", () => {
  test("are those of a series, where the steps are the same", () => {
    const bare = forecastValues(daily, { steps: 48, seasons: [24, 168], floor: 0 });
    const timed = forecastSeries(
      points(240, HOUR, (place) => daily[place]!),
      { horizonMs: 48 * HOUR },
    );
    if (timed.state !== "forecast") throw new Error(timed.reason);
    expect([...bare.mean]).toEqual(timed.points.map(({ mean }) => mean));
    expect([...bare.lower]).toEqual(timed.points.map(({ lower }) => lower));
    expect([...bare.upper]).toEqual(timed.points.map(({ upper }) => upper));
    expect(bare.seasons).toEqual([24]);
    expect(bare.models.map(({ name, weight }) => [name, weight])).toEqual(
      timed.backtest.models.map(({ name, weight }) => [name, weight]),
    );
  });

  test("look for no season that was not named", () => {
    expect(forecastValues(daily, { steps: 1 }).seasons).toEqual([]);
  });

  test("tell each model's own forecast", () => {
    const { models, mean } = forecastValues(daily, { steps: 5, models: ["naive", "drift"] });
    expect(models.map(({ name }) => name).sort()).toEqual(["drift", "naive"]);
    const mixed = mean.map((_, step) => models.reduce((sum, one) => sum + one.weight * one.forecast()[step]!, 0));
    expect([...mixed].map((value) => value.toFixed(9))).toEqual([...mean].map((value) => value.toFixed(9)));
    expect([...models.find(({ name }) => name === "naive")!.forecast()]).toEqual(Array(5).fill(daily[239]));
  });

  test("do not change what they were given", () => {
    const copy = Float64Array.from(daily);
    forecastValues(copy, { steps: 3, seasons: [24] });
    expect(copy).toEqual(daily);
  });

  test("of one value it is that value, and anything that it can be", () => {
    const { mean, lower, upper, models } = forecastValues([7], { steps: 2, floor: 0 });
    expect([[...mean], [...lower], [...upper]]).toEqual([
      [7, 7],
      [0, 0],
      [Infinity, Infinity],
    ]);
    expect(models.every(({ meanAbsoluteError }) => meanAbsoluteError === undefined)).toBe(true);
  });

  test("of more than 200,000 values are refused before anything is looked at", () => {
    expect(() => forecastValues(new Float64Array(200_001), { steps: 1 })).toThrow(
      "values: are 200,001; at most 200,000 are looked at",
    );
  });

  test("of many values at the top are made as well", () => {
    const many = values(130_001, (place) => (place % 3 === 0 ? place % 7 : 7));
    expect(forecastValues(many, { steps: 1, models: ["naive"] }).mean[0]).toBe(7);
  });

  test.each<[string, ArrayLike<number>, Partial<ValuesForecastOptions>, string]>([
    ["no steps", [1], { steps: 0 }, "steps: 0 is not a whole number from 1 to 100,000"],
    ["half a step", [1], { steps: 1.5 }, "steps: 1.5 is not a whole number"],
    ["too many", [1], { steps: 1e6 }, "steps: 1000000 is not a whole number"],
    ["a season of one", [1], { seasons: [7, 1] }, "seasons[1]: 1 is not a whole number of 2 or more steps"],
    ["a confidence of 1", [1], { confidence: 1 }, "confidence: 1 is not a confidence; write a share such as 0.95"],
    ["a floor at the cap", [1], { floor: 1, cap: 1 }, "floor: 1 is not below the cap, 1"],
    ["a floor of NaN", [1], { floor: NaN }, "floor: NaN is no number"],
    [
      "a misspelt option",
      [1],
      { season: [7] } as object,
      'season: is no option of forecastValues; did you mean "seasons"?',
    ],
    ["a model that there is not", [1], { models: ["prophet" as never] }, 'models[0]: "prophet" is no model; there are'],
    ["no values", [], {}, "values: none of them is known"],
    ["none known", [NaN, NaN], {}, "values: none of them is known"],
    [
      "an infinite one",
      [1, Infinity],
      {},
      "values[1]: Infinity is no number from -1e+150 to 1e+150; NaN says that it is not known",
    ],
    ["one whose square is too large", [-1e200], {}, "values[0]: -1e+200 is no number from"],
    ["text", ["1" as never], {}, 'values[0]: "1" is no number'],
  ])("%s is refused", (_, list, options, message) => {
    expect(refusal(() => forecastValues(list, { steps: 3, ...options }))).toContain(message);
  });

  test("law: finite and in order for anything finite of two values and more", () => {
    const numbers = fc.oneof(fc.double({ min: -1e150, max: 1e150, noNaN: true }), fc.integer({ min: -5, max: 5 }));
    const lists = fc.array(fc.oneof({ weight: 8, arbitrary: numbers }, { weight: 1, arbitrary: fc.constant(NaN) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(lists, fc.constantFrom([], [4], [3, 12]), fc.constantFrom(0.5, 0.95), (list, seasons, confidence) => {
        fc.pre(list.filter((value) => !Number.isNaN(value)).length > 0);
        const { mean, lower, upper } = forecastValues(list, { steps: 15, seasons, confidence });
        expect(mean.every(Number.isFinite)).toBe(true);
        expect(mean.every((value, step) => lower[step]! <= value && value <= upper[step]!)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
