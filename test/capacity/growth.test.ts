import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { growthTrend, type GrowthTrend, type KnownTrend } from "../../src/capacity/growth.ts";
import { DAY, HOUR, MINUTE, noise, points, START, wave } from "./series/made-up.ts";
import { refusal } from "../support/refusal.ts";

function known(trend: GrowthTrend): KnownTrend {
  if (trend.state === "trend") return trend;
  throw new Error(trend.reason);
}
const random = noise("growth");
const jitter = Array.from({ length: 1_000 }, () => random());

describe("how a metric has grown", () => {
  test("an exact line is told exactly", () => {
    const trend = known(
      growthTrend(
        points(60, DAY, (place) => 100 + 2 * place),
        { limit: 400 },
      ),
    );
    expect(trend.perDay.mean).toBeCloseTo(2, 9);
    expect(trend.robustPerDay).toBeCloseTo(2, 9);
    expect(trend).toMatchObject({
      direction: "growing",
      samples: 60,
      from: START,
      until: START + 59 * DAY,
      seasons: [],
      shifts: [],
    });
    expect(trend.rSquared).toBeCloseTo(1, 9);
    if (trend.exhaustion?.state !== "between") throw new Error(trend.exhaustion?.text);
    expect((trend.exhaustion.expected - START) / DAY).toBeCloseTo(150, 3);
  });

  test.each<[string, number, string]>([
    ["growing", 0.5, "growing"],
    ["falling", -0.5, "falling"],
    ["noise alone", 0, "steady"],
  ])("%s", (_, slope, direction) => {
    const trend = known(growthTrend(points(200, HOUR, (place) => 100 + slope * place + jitter[place]!)));
    expect(trend.direction).toBe(direction);
    expect(trend.perDay.lower <= slope * 24 && slope * 24 <= trend.perDay.upper).toBe(true);
  });

  test("noise is called steady as often as the confidence says", () => {
    const steady = Array.from({ length: 100 }, (_, seed) => {
      const error = noise(`steady ${String(seed)}`);
      return (
        known(
          growthTrend(
            points(100, HOUR, () => 50 + error()),
            { confidence: 0.9 },
          ),
        ).direction === "steady"
      );
    }).filter(Boolean).length;
    expect(steady).toBeGreaterThanOrEqual(83);
  });

  test("what hangs together from value to value is less sure", () => {
    let left = 0;
    const sticky = points(300, HOUR, (place) => (left = 0.9 * left + jitter[place]!));
    const keys = new Map(sticky.map((point, place) => [point, jitter[500 + place]!]));
    const mixed = sticky.toSorted((a, b) => keys.get(a)! - keys.get(b)!);
    const shaken = sticky.map(({ at }, place) => ({ at, value: mixed[place]!.value }));
    const width = (given: typeof sticky): number => {
      const { perDay, checks } = known(growthTrend(given));
      expect(checks.independent).toBe(given === shaken);
      return perDay.upper - perDay.lower;
    };
    expect(width(sticky)).toBeGreaterThan(2 * width(shaken));
  });

  test("a season does not bend the line, nor an outlier the robust one", () => {
    const daily = known(growthTrend(points(24 * 14 + 9, HOUR, (place) => 100 + place / 10 + 40 * wave(place, 24))));
    expect(daily.seasons).toEqual(["day"]);
    expect(Math.abs(daily.perDay.mean - 2.4)).toBeLessThan(0.1);
    const spiky = known(growthTrend(points(50, DAY, (place) => 100 + place + (place === 45 ? 1_000 : 0))));
    expect(Math.abs(spiky.robustPerDay - 1)).toBeLessThan(0.01);
    expect(spiky.perDay.mean).toBeGreaterThan(2);
  });

  test("a shift and a flat top are told", () => {
    const moved = known(growthTrend(points(100, HOUR, (place) => (place < 60 ? 10 : 30) + jitter[place]!)));
    expect(moved.shifts.map(({ at }) => at)).toEqual([START + 60 * HOUR]);
    const full = known(
      growthTrend(
        points(100, HOUR, (place) => Math.min(1, place / 70)),
        { cap: 1 },
      ),
    );
    expect(full.saturatedShare).toBeCloseTo(0.3, 9);
  });

  test.each<[string, number, number, number, string]>([
    ["a cleaning of a disk that grows", -100, 2, 60, "growing"],
    ["a cleaning lately", -100, 2, 80, "growing"],
    ["a step up of what does not grow", 80, 0, 45, "steady"],
    ["a step up lately", 80, 0, 78, "steady"],
  ])("%s is no growth: the line is of what came since", (_, jump, slope, place, direction) => {
    let within = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      const error = noise(`jump ${String(seed)}`);
      const given = points(90, DAY, (day) => 100 + slope * day + (day < place ? 0 : jump) + error());
      const { perDay, shifts, remarks, from, line, robustPerDay } = known(growthTrend(given));
      expect(shifts.map(({ at }) => (at - START) / DAY)).toEqual([place]);
      expect(remarks).toContainEqual({
        code: "shifts",
        text: "the level shifted 1 time; the line is of what came since the last",
      });
      expect([from, line.count]).toEqual([START, 90 - place]);
      expect(Math.abs(robustPerDay - slope)).toBeLessThan(0.5);
      if (perDay.lower <= slope && slope <= perDay.upper) within += 1;
    }
    expect(within).toBeGreaterThanOrEqual(35);
    const exact = known(growthTrend(points(90, DAY, (day) => 100 + slope * day + (day < place ? 0 : jump))));
    expect([exact.direction, exact.perDay.mean.toFixed(6)]).toEqual([direction, slope.toFixed(6)]);
  });

  test.each([
    ["up", 100, "growing"],
    ["down", -100, "falling"],
  ])("what goes %s by steps, and only that way, is of all its steps", (_, size, direction) => {
    const stairs = points(180, DAY, (day) => 1_000 + size * Math.floor(day / 30) + jitter[day]!);
    const { perDay, shifts, remarks, line, direction: told } = known(growthTrend(stairs));
    expect(shifts.length).toBe(5);
    expect([told, line.count]).toEqual([direction, 180]);
    expect(Math.abs(perDay.mean - size / 30)).toBeLessThan(0.4);
    expect(remarks).toContainEqual({ code: "shifts", text: "the level shifted 5 times; the line is of all values" });
    // Up and down again is no staircase.
    const back = known(growthTrend(points(90, DAY, (day) => 10 + (day >= 30 && day < 60 ? size : 0) + jitter[day]!)));
    expect([back.direction, back.line.count]).toEqual(["steady", 30]);
  });

  type Case = readonly [string, number, number, number, (place: number) => number, string];
  test.each<Case>([
    ["a disk that is cleaned twice", 90, DAY, 5, (day) => 700 + 5 * day - 300 * Math.floor(day / 30), "growing"],
    ["what falls, and was moved up twice", 90, DAY, -2, (day) => 700 - 2 * day + 300 * Math.floor(day / 30), "falling"],
    ["a ramp behind a plain", 90, DAY, 10, (day) => 500 + 10 * Math.max(0, day - 60), "growing"],
    ["a staircase that ended long ago", 120, DAY, 0, (day) => 100 * Math.min(2, Math.floor(day / 20)), "steady"],
    // The last restart is at least six hours ago.
    ...[0, 9, 18, 27, 36, 54, 63].map((phase): Case => {
      const title = `a leak between restarts, ${String(phase)} hours after one`;
      return [title, 168, HOUR, 240, (hour) => 10 * ((hour + phase) % 70), "growing"];
    }),
  ])("%s goes as it goes between its jumps", (_, count, step, perDay, level, direction) => {
    let within = 0;
    for (let seed = 0; seed < 10; seed += 1) {
      const error = noise(`between ${String(seed)}`);
      const trend = known(growthTrend(points(count, step, (place) => level(place) + 2 * error())));
      const off = Math.abs(trend.perDay.mean - perDay);
      if (trend.direction === direction && off <= Math.max(1, Math.abs(perDay) / 5)) within += 1;
    }
    expect(within).toBeGreaterThanOrEqual(9);
  });

  test.each([10, 20, 24, 30, 40])("a jump %i hours ago, less than two seasons, is not multiplied", (hours) => {
    const last = 28 * 24 - hours;
    const given = points(
      28 * 24,
      HOUR,
      (hour) => 500 + (5 * hour) / 24 + 100 * wave(hour, 24) + (hour < last ? 0 : 300) + jitter[hour]!,
    );
    const { perDay, line } = known(growthTrend(given));
    expect(line.count).toBe(28 * 24);
    expect(perDay.mean).toBeLessThan(10);
    expect(perDay.lower).toBeLessThan(5);
  });

  test.each([8, 9, 10])("a trend that pauses, by even steps every %i days, goes on", (days) => {
    const { perDay } = known(growthTrend(points(120, DAY, (day) => 100 * Math.floor(day / days))));
    expect(Math.abs(perDay.mean - 100 / days)).toBeLessThan(0.5);
  });

  test("of fewer than six values since a shift there is no trend of their own", () => {
    const of = (since: number): KnownTrend =>
      known(
        growthTrend(
          points(60, DAY, (day) => (day >= 60 - since ? 500 : 10) + jitter[day]!).filter(
            ({ at }) => since > 6 || (at - START) / DAY !== 57,
          ),
        ),
      );
    expect(of(8).line.count).toBe(8);
    const few = of(6);
    expect([few.shifts.length, few.line.count]).toEqual([1, 59]);
  });

  test("steps, statistics and counters as in forecasts", () => {
    const peaks = points(24 * 60, MINUTE, (place) => (place % 60 === 0 ? 90 + place / 60 : 10));
    const trend = known(growthTrend(peaks, { stepMs: HOUR, statistic: "max" }));
    expect(trend.perDay.mean).toBeCloseTo(24, 6);
    const counter = known(
      growthTrend(
        points(100, MINUTE, (place) => place * place),
        { kind: "counter" },
      ),
    );
    expect(counter.perDay.mean).toBeCloseTo((2 / 60) * 1_440, 6);
  });

  test.each([
    ["nothing", 0, "there are no values"],
    ["one", 1, "1 value is no trend; it needs 3 at different steps"],
    ["two", 2, "2 values are no trend; it needs 3 at different steps"],
  ])("%s is unknown", (_, count, reason) => {
    expect(growthTrend(points(count, HOUR, () => 1))).toMatchObject({ state: "unknown", samples: count, reason });
  });

  test("of a constant the line explains nothing", () => {
    const trend = known(growthTrend(points(10, HOUR, () => 4)));
    expect(trend).toMatchObject({ direction: "steady", perDay: { mean: 0, lower: 0, upper: 0 }, rSquared: NaN });
    expect(trend.remarks.map(({ code }) => code)).toEqual(["constant"]);
  });

  test.each<[string, object, string]>([
    ["a misspelt option", { confidance: 0.9 }, 'confidance: is no option of growthTrend; did you mean "confidence"?'],
    ["another kind", { kind: "conter" }, 'kind: "conter" is neither gauge nor counter'],
    ["another statistic", { statistic: "p99" }, 'statistic: "p99" is neither mean nor max'],
    ["a step of nothing", { stepMs: -1 }, "stepMs: -1 is not a step"],
    ["a floor above the cap", { floor: 3, cap: 2 }, "floor: 3 is not below the cap, 2"],
    ["a limit of no side", { limit: { value: 3, side: "up" } }, 'limit.side: "up" is neither above nor below'],
    ["a limit as text", { limit: "3" }, 'limit: "3" is no limit; write a number'],
  ])("%s is refused", (_, options, message) => {
    expect(
      refusal(() =>
        growthTrend(
          points(9, HOUR, () => 1),
          options,
        ),
      ),
    ).toContain(message);
  });

  test("law: the order of the points does not matter, and a unit is only a unit", () => {
    const list = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(list, fc.integer({ min: 0, max: 40 }), (numbers, power) => {
        const given = numbers.map((value, place) => ({ at: START + place * HOUR, value }));
        const trend = known(growthTrend(given));
        const { remarks, ...turned } = known(growthTrend(given.toReversed()));
        expect({ ...turned, remarks: trend.remarks }).toEqual(trend);
        expect(remarks.length).toBe(trend.remarks.length + 1);
        const larger = known(growthTrend(given.map(({ at, value }) => ({ at, value: value * 2 ** power }))));
        expect(larger.perDay.mean / 2 ** power).toBeCloseTo(trend.perDay.mean, 9);
        expect(larger.direction).toBe(trend.direction);
      }),
      { numRuns: 50 },
    );
  });
});
