import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { DashboardSlo, DashboardSteps } from "../../../src/dashboard/model.ts";
import {
  axisEnd,
  burnDown,
  evenPace,
  projectedAt,
  projectionOf,
} from "../../../src/dashboard/page/charts/burn-down.ts";
import { stepsWithin } from "../../../src/dashboard/page/charts/steps.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 1);

function slo(changes: Partial<DashboardSlo>): DashboardSlo {
  return {
    ...{
      id: "shop/availability",
      name: "availability",
      kind: "availability",
      objective: "99.9%",
      objectiveRatio: 0.999,
    },
    ...{ window: "30 d", range: { start: START, end: START + 30 * DAY }, verdict: "healthy", reasons: [] },
    ...{ state: "measured", good: 0, total: 0, coverage: 1, burns: [] },
    ...changes,
  };
}

const steps = (start: number, stepMs: number, bad: (number | null)[]): DashboardSteps => ({
  ...{ start, stepMs, bad },
  total: bad.map((count) => (count === null ? null : 1_000)),
});

describe("the burn-down of an error budget", () => {
  test("spends what the status says, at the times at which requests failed", () => {
    const past = [steps(START, DAY, [0, 6, 0]), steps(START + 3 * DAY, HOUR, [2, 2])];
    const at = START + 3 * DAY + 2 * HOUR;
    expect(burnDown(slo({ past, remainingRatio: 0.5 }), at)).toEqual([
      { at: START, remaining: 1 },
      { at: START + DAY, remaining: 1 },
      { at: START + 2 * DAY, remaining: 0.7 },
      { at: START + 3 * DAY, remaining: 0.7 },
      { at: START + 3 * DAY + HOUR, remaining: 0.6 },
      { at, remaining: 0.5 },
    ]);
  });

  test("has a gap where nobody looked, and goes on with what was left before it", () => {
    const points = burnDown(slo({ past: [steps(START, DAY, [5, null, null, 5])], remainingRatio: 0 }), START + 4 * DAY);
    expect(points).toEqual([
      { at: START, remaining: 1 },
      { at: START + DAY, remaining: 0.5 },
      { at: START + 2 * DAY, remaining: null },
      { at: START + 3 * DAY, remaining: 0.5 },
      { at: START + 4 * DAY, remaining: 0 },
    ]);
  });

  test("has a gap before the first step, between two parts, and after the last one that was watched", () => {
    const past = [steps(START + DAY, DAY, [1]), steps(START + 4 * DAY, DAY, [1, null])];
    const points = burnDown(slo({ past, remainingRatio: 0.8 }), START + 6 * DAY);
    const gaps = points.flatMap(({ at, remaining }) => (remaining === null ? [(at - START) / DAY] : []));
    expect(gaps).toEqual([0.5, 3, 5.5]);
    expect(points.at(-1)).toEqual({ at: START + 6 * DAY, remaining: 0.8 });
  });

  test("stays whole where nothing failed, and tells the status at the end even so", () => {
    const past = [steps(START, DAY, [0, 0])];
    const told = (remainingRatio: number): unknown[] =>
      burnDown(slo({ past, remainingRatio }), START + 2 * DAY).map(({ remaining }) => remaining);
    expect(told(1)).toEqual([1, 1, 1]);
    expect(told(0.9)).toEqual([1, 1, 0.9]);
  });

  test("leaves out what was before the window and what is after now", () => {
    const past = [steps(START - 2 * DAY, DAY, [100, 100, 1, 1, 100])];
    const points = burnDown(slo({ past, remainingRatio: 0.4 }), START + 2 * DAY);
    expect(points.map(({ remaining }) => remaining)).toEqual([1, 0.7, 0.4]);
  });

  test("goes on to now where the last steps are older, and moves with what the status says", () => {
    const past = [steps(START, DAY, [1, 1])];
    const before = burnDown(slo({ past, remainingRatio: 0.8 }), START + 2 * DAY);
    const after = burnDown(slo({ past, remainingRatio: 0.7 }), START + 2 * DAY + HOUR);
    expect(before.at(-1)).toEqual({ at: START + 2 * DAY, remaining: 0.8 });
    expect(after.at(-1)).toEqual({ at: START + 2 * DAY + HOUR, remaining: 0.7 });
  });

  test("has a gap at its end where the steps end long before now, and none where one is only under way", () => {
    const past = [steps(START, DAY, [1, 1]), steps(START + 2 * DAY, HOUR, [1])];
    const end = START + 2 * DAY + HOUR;
    const drawn = (at: number): unknown[] =>
      burnDown(slo({ past, remainingRatio: 0.4 }), at)
        .slice(-2)
        .map(({ at: time, remaining }) => [time, remaining]);
    expect(drawn(end + HOUR)).toEqual([
      [end, 0.4],
      [end + HOUR, 0.4],
    ]);
    expect(drawn(end + 3 * HOUR)).toEqual([
      [end + 1.5 * HOUR, null],
      [end + 3 * HOUR, 0.4],
    ]);
  });

  test.each([
    ["the past", { remainingRatio: 0.5 }],
    ["a step of the past", { past: [], remainingRatio: 0.5 }],
    ["anybody who looked", { past: [steps(START, HOUR, [null, null])], remainingRatio: 0.5 }],
    ["what is left", { past: [steps(START, DAY, [1])] }],
    ["any number", { past: [steps(START, DAY, [1])], remainingRatio: NaN }],
  ])("is empty where it does not know %s", (_, changes: Partial<DashboardSlo>) => {
    expect(burnDown(slo(changes), START + DAY)).toEqual([]);
  });

  const count = fc.option(fc.nat({ max: 1_000_000 }), { freq: 5 });
  const remaining = fc.oneof(
    fc.double({ min: -100, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1e-18, noNaN: true }),
    fc.constantFrom(0, 1, -0.1, 1e-300),
  );
  const course = fc.record({
    coarse: fc.array(count, { minLength: 1, maxLength: 40 }),
    fine: fc.array(count, { maxLength: 40 }),
    left: remaining,
    late: fc.integer({ min: 0, max: 20 * HOUR }),
  });
  const drawn = ({
    coarse,
    fine,
    left,
    late,
  }: {
    coarse: (number | null)[];
    fine: (number | null)[];
    left: number;
    late: number;
  }) => {
    const split = START + coarse.length * DAY;
    const past = [steps(START, DAY, coarse), steps(split, HOUR, fine)];
    const at = split + fine.length * HOUR + late;
    return { at, past, points: burnDown(slo({ past, remainingRatio: left }), at) };
  };

  test("begins whole, ends with what the status says to the last bit, and never rises in between", () => {
    fc.assert(
      fc.property(course, (told) => {
        const { at, points } = drawn(told);
        if ([...told.coarse, ...told.fine].every((count) => count === null)) {
          expect(points).toEqual([]);
          return;
        }
        expect(points[0]).toEqual({ at: START, remaining: 1 });
        expect(Object.is(points.at(-1)?.remaining, told.left)).toBe(true);
        expect(points.at(-1)?.at).toBe(at);
        const known = points.flatMap((point) => (point.remaining === null ? [] : [point.remaining]));
        expect(known.every((value, index) => Number.isFinite(value) && value <= (known[index - 1] ?? 1))).toBe(true);
      }),
    );
  });

  test("has a gap for each stretch that nobody watched, of which none touches the other, in the order of time", () => {
    fc.assert(
      fc.property(course, (told) => {
        const { points } = drawn(told);
        const all = [...told.coarse, ...told.fine];
        if (told.late > (told.fine.length > 0 ? HOUR : DAY)) all.push(null);
        const isWatched = all.some((value) => value !== null);
        const stretches = all.filter((value, index) => value === null && all[index - 1] !== null).length;
        expect(points.filter((point) => point.remaining === null)).toHaveLength(isWatched ? stretches : 0);
        expect(points.every((point, index) => index === 0 || point.at > (points[index - 1]?.at ?? 0))).toBe(true);
        expect(points.some((point, index) => point.remaining === null && points[index + 1]?.remaining === null)).toBe(
          false,
        );
      }),
    );
  });

  test("has spent in proportion to a sum made by hand", () => {
    fc.assert(
      fc.property(course, fc.nat({ max: 79 }), (told, nth) => {
        const { at, past, points } = drawn(told);
        const until = past.flatMap(({ start, stepMs, bad }) => bad.map((_, index) => start + (index + 1) * stepMs))[
          nth
        ];
        const point = points.find((one) => one.at === until && one.remaining !== null && one.at < at);
        if (point === undefined) return;
        const badUntil = (time: number): number =>
          past
            .flatMap(({ start, stepMs, bad }) =>
              bad.map((value, index) => (start + (index + 1) * stepMs <= time ? (value ?? 0) : 0)),
            )
            .reduce((sum, value) => sum + value, 0);
        const all = badUntil(Infinity);
        const spent = all === 0 ? 0 : ((1 - told.left) * badUntil(point.at)) / all;
        expect(point.remaining).toBeCloseTo(1 - spent, 9);
      }),
    );
  });
});

describe("steps of the past", () => {
  test("cover the time from the window's beginning to now, but for a step that is under way, without hole or overlap, whatever is told", () => {
    const part = fc.record({
      start: fc.integer({ min: -5, max: 30 }).map((hour) => START + hour * HOUR),
      stepMs: fc.constantFrom(HOUR / 2, HOUR, 3 * HOUR, 0),
      bad: fc.array(fc.option(fc.constantFrom(0, 3, -1, NaN, Infinity)), { maxLength: 8 }),
      total: fc.array(fc.option(fc.constantFrom(0, 7)), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (past) => {
        const until = START + 24 * HOUR;
        const told = stepsWithin(past, START, until);
        expect(
          told.every(({ from, until: end }, index) => end > from && from === (told[index - 1]?.until ?? START)),
        ).toBe(true);
        expect(told.every(({ until: end }) => end <= until)).toBe(true);
        expect(until - (told.at(-1)?.until ?? START)).toBeLessThanOrEqual(
          Math.max(0, ...past.map(({ stepMs }) => stepMs)),
        );
        expect(
          told.every(({ counts }) => counts === undefined || (counts.bad >= 0 && Number.isFinite(counts.bad))),
        ).toBe(true);
      }),
    );
  });
});

describe("the way ahead of a budget", () => {
  const at = START + 10 * DAY;
  const rolling = { range: { start: at - 30 * DAY, end: at } };
  const forecast = { text: "", kind: "forecast", level: 0.8, horizonAt: at + 30 * DAY } as const;

  test("an even pace leads from all at the window's beginning to nothing at its end", () => {
    const range = { start: START, end: START + 30 * DAY };
    expect(
      [START - DAY, START, START + 15 * DAY, range.end, range.end + DAY].map((time) => evenPace(range, time)),
    ).toEqual([1, 1, 0.5, 0, 0]);
    expect(evenPace({ start: START, end: START }, START)).toBe(0);
  });

  test("is the forecast if there is one, with its interval as far as it lies ahead", () => {
    const told = { ...forecast, expectedAt: at + 4 * DAY, earliestAt: at - DAY, latestAt: at + 9 * DAY };
    expect(projectionOf(slo({ remainingRatio: 0.4, forecast: told }), at)).toEqual({
      ...{ kind: "forecast", from: { at, remaining: 0.4 }, level: 0.8 },
      ...{ expectedAt: at + 4 * DAY, latestAt: at + 9 * DAY },
    });
  });

  test("is the present pace where there is no forecast, and nothing where neither tells a time", () => {
    const exhaustion = { kind: "in", at: at + 2 * DAY } as const;
    const unknown = { ...forecast, kind: "unknown" } as const;
    expect(projectionOf(slo({ remainingRatio: 0.4, exhaustion, forecast: unknown }), at)).toEqual({
      ...{ kind: "pace", from: { at, remaining: 0.4 }, expectedAt: at + 2 * DAY },
    });
    expect(projectionOf(slo({ remainingRatio: 0.4, exhaustion, forecast }), at)).toBeUndefined();
    expect(projectionOf(slo({ remainingRatio: 0.4, exhaustion: { kind: "never" } }), at)).toBeUndefined();
    expect(projectionOf(slo({ remainingRatio: -0.1, exhaustion: { kind: "exhausted" } }), at)).toBeUndefined();
  });

  test("goes straight from what is left to nothing, and stays there", () => {
    const projection = projectionOf(slo({ remainingRatio: 0.4, exhaustion: { kind: "in", at: at + 4 * DAY } }), at)!;
    const way = [0, 1, 4, 5].map((days) => projectedAt(projection, projection.expectedAt, at + days * DAY));
    expect(way[0]).toBe(0.4);
    expect(way[1]).toBeCloseTo(0.3, 12);
    expect(way.slice(2)).toEqual([0, 0]);
    expect(projectedAt(projection, undefined, at + 99 * DAY)).toBe(0.4);
  });

  test("is seen to the end of a calendar period, and of a rolling window as far as something is expected, within reason", () => {
    const calendar = slo({ remainingRatio: 0.4 });
    expect(axisEnd(calendar, at, undefined)).toBe(calendar.range.end);
    const near = slo({ ...rolling, remainingRatio: 0.4, exhaustion: { kind: "in", at: at + 4 * DAY } });
    expect(axisEnd(near, at, projectionOf(near, at))).toBeCloseTo(at + 4.4 * DAY, -1);
    const far = slo({ ...rolling, remainingRatio: 0.4, exhaustion: { kind: "in", at: at + 400 * DAY } });
    expect(axisEnd(far, at, projectionOf(far, at))).toBeCloseTo(at + 10.5 * DAY, -1);
    expect(axisEnd(slo({ ...rolling, remainingRatio: 0.4 }), at, undefined)).toBe(at);
  });
});
