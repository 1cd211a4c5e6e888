import { describe, expect, it } from "vitest";

import { type Random, seededRandom } from "../../src/core/random.ts";
import { faultNow } from "../../src/forecast/fault.ts";
import { Futures } from "../../src/forecast/futures.ts";
import { gravityOf } from "../../src/forecast/gravity.ts";
import { type Blocks, blocksOf, pastOf } from "../../src/forecast/past.ts";
import { trendOf } from "../../src/forecast/trend.ts";

const HOUR = 3_600_000;
const AT = Date.UTC(2026, 5, 1);

/** Hours that end at `AT`; undefined where nobody watched. */
function hours(counts: readonly (readonly [bad: number, total: number] | undefined)[]) {
  const points = counts.flatMap((count, index) => {
    if (count === undefined) return [];
    return [{ at: AT - (counts.length - 1 - index) * HOUR, good: count[1] - count[0], total: count[1] }];
  });
  return pastOf(points, AT, HOUR);
}

const repeat = (count: number, bad: number, total = 100) => Array.from({ length: count }, () => [bad, total] as const);

describe("the past", () => {
  it("has a step for each hour, those too that nobody watched", () => {
    const { bad, total, watched } = hours([[1, 10], undefined, [2, 20], undefined]);
    expect([...bad]).toEqual([1, NaN, 2, NaN]);
    expect([...total]).toEqual([10, NaN, 20, NaN]);
    expect(watched).toBe(2);
  });

  it("is cut into days, the latest first, without those that were hardly watched", () => {
    const day = repeat(24, 1);
    const dark = day.map((hour, index) => (index < 13 ? undefined : hour));
    const blocks = blocksOf(hours([...repeat(5, 9), ...day, ...day, ...dark, ...day]));
    expect(blocks).toEqual({
      length: 24,
      starts: [77, 29, 5],
      ages: [1, 3, 4],
      bad: [24, 24, 24],
      total: [2_400, 2_400, 2_400],
    });
  });

  it("is cut into blocks as long as its root if it is short", () => {
    expect(blocksOf(hours(repeat(90, 1)))).toMatchObject({ length: 9, starts: [81, 72, 63, 54, 45, 36, 27, 18, 9, 0] });
  });
});

describe("a trend", () => {
  /** Blocks from the oldest to the latest, turned round. */
  const blocks = (oldestFirst: readonly number[], events = 1_000_000): Blocks => {
    const bad = [...oldestFirst].reverse();
    const ages = bad.map((_, index) => index + 1);
    return { length: 24, ages, starts: ages, bad, total: bad.map(() => events) };
  };
  const slopes = (one: Blocks): number[] => {
    const random = seededRandom("slopes");
    const trend = trendOf(one, 720);
    return trend === undefined ? [] : Array.from({ length: 400 }, () => trend.draw(random)).sort((a, b) => a - b);
  };

  it("is found where the error ratio grows, and grows as fast", () => {
    const found = slopes(blocks(Array.from({ length: 30 }, (_, day) => Math.round(100 * 1.1 ** day))));
    expect(found[0]).toBeCloseTo(Math.log(1.1), 2);
    expect(found.at(-1)).toBeCloseTo(Math.log(1.1), 2);
  });

  it("is found where it falls", () => {
    expect(slopes(blocks(Array.from({ length: 30 }, (_, day) => Math.round(5_000 * 0.9 ** day)))).at(-1)).toBeLessThan(
      -0.08,
    );
  });

  it("is not found where one day was bad, whichever", () => {
    for (let day = 0; day < 30; day += 1) {
      const bad = Array.from({ length: 30 }, (_, index) => (index === day ? 50_000 : 100 + ((index * 7) % 5)));
      expect(trendOf(blocks(bad), 720)).toBeUndefined();
    }
  });

  it("is found by chance in about one of twenty", () => {
    const random = seededRandom("chance");
    let found = 0;
    for (let trial = 0; trial < 1_000; trial += 1) {
      if (trendOf(blocks(Array.from({ length: 30 }, () => random.integer(50, 5_000))), 720) !== undefined) found += 1;
    }
    expect(found).toBeGreaterThan(25);
    expect(found).toBeLessThan(80);
  });

  it("has slopes among which the true one is as often as the chances say", () => {
    const random = seededRandom("sen");
    let [inside, tried] = [0, 0];
    for (let trial = 0; trial < 400; trial += 1) {
      const bad = Array.from({ length: 20 }, (_, day) =>
        Math.round(1_000 * Math.exp(0.1 * day) * (0.5 + random.next())),
      );
      const found = slopes(blocks(bad));
      if (found.length === 0) continue;
      tried += 1;
      if (0.1 >= (found[40] as number) && 0.1 <= (found[360] as number)) inside += 1;
    }
    expect(tried).toBeGreaterThan(350);
    expect(inside / tried).toBeGreaterThan(0.72);
    expect(inside / tried).toBeLessThan(0.9);
  });

  it("looks no further back than ahead, or ten blocks", () => {
    const bad = [
      ...Array.from({ length: 20 }, (_, day) => 100 + 50 * day),
      ...Array.from({ length: 10 }, (_, day) => 5_000 + ((day * 7) % 5)),
    ];
    expect(trendOf(blocks(bad), 7 * 24)).toBeUndefined();
    expect(trendOf(blocks(bad), 30 * 24)).toBeDefined();
  });

  it("is not told from blocks without events, or of nothing", () => {
    expect(
      trendOf(
        blocks(
          Array.from({ length: 30 }, (_, day) => day),
          0,
        ),
        720,
      ),
    ).toBeUndefined();
    expect(trendOf(blocks([]), 720)).toBeUndefined();
  });
});

describe("a fault that goes on", () => {
  const BUDGET = 0.01;
  const median = (random: Random, draw: (random: Random) => number): number =>
    Array.from({ length: 2_001 }, () => draw(random)).sort((a, b) => a - b)[1_000] as number;

  it.each([
    ["is none in a calm hour", [...repeat(5, 50), ...repeat(1, 1)]],
    ["is none at twice the pace", repeat(5, 2)],
    ["is none of two failures", [...repeat(5, 0), [2, 10] as const]],
    ["is none where there is no past", []],
    ["is none where all is idle", repeat(5, 0, 0)],
  ])("%s", (_title, past) => {
    expect(faultNow(hours(past), BUDGET)).toBeUndefined();
  });

  it("lasts as long again as it has lasted with one chance in two, if it is the first", () => {
    const fault = faultNow(hours([...repeat(20, 0), ...repeat(6, 50)]), BUDGET);
    expect(fault?.ratios).toEqual(Array.from({ length: 6 }, () => 0.5));
    expect(median(seededRandom("first"), (random) => fault?.drawSteps(random) ?? 0)).toBeCloseTo(6, 0);
  });

  it("lasts less long where faults have ended before, idle and dark hours aside", () => {
    const past = [
      ...[1, 2, 3].flatMap(() => [...repeat(2, 30), ...repeat(9, 0)]),
      [30, 100] as const,
      [0, 0] as const,
      undefined,
      [40, 100] as const,
    ];
    const fault = faultNow(hours(past), BUDGET);
    expect(fault?.ratios).toEqual([0.4, 0.3]);
    // Three have ended in eight hours of faults: (8 / (8 + t)) ^ 4 is a half at t = 1.51.
    expect(median(seededRandom("fourth"), (random) => fault?.drawSteps(random) ?? 0)).toBeCloseTo(
      8 * (2 ** 0.25 - 1),
      1,
    );
  });
});

describe("the gravity of faults", () => {
  const day = (faulty: number, bad: number) => [...repeat(24 - faulty, 2), ...repeat(faulty, bad)];
  const of = (...days: (readonly (readonly [number, number])[])[]) => {
    const past = hours(days.flat());
    return gravityOf(past, blocksOf(past));
  };
  const calm = day(0, 0);

  it("is the less known the fewer there were", () => {
    expect(of(calm, calm, calm, calm, day(1, 50)).deviation).toBeCloseTo(1.5, 9);
    expect(of(calm, calm, calm, day(1, 50), calm, calm, day(2, 27), day(1, 50), day(1, 50)).deviation).toBeCloseTo(
      0.75,
      9,
    );
    expect(of(calm, calm, calm, day(1, 100), calm, day(1, 5), day(1, 5)).deviation).toBeGreaterThan(1.4);
  });

  it("is nothing to speak of where there were none", () => {
    expect(of(calm, calm, calm, calm)).toEqual({ usualRatio: 0.04, deviation: 0 });
    expect(of()).toEqual({ usualRatio: 0, deviation: 0 });
  });
});

/** The mean of exp(deviation * z), of at most `most`, by adding up. */
function cutMean(deviation: number, most: number): number {
  let sum = 0;
  for (let z = -8; z < 8; z += 0.001) sum += Math.min(most, Math.exp(deviation * z)) * Math.exp((-z * z) / 2);
  return (sum * 0.001) / Math.sqrt(2 * Math.PI);
}

describe("futures", () => {
  const parts = (past: ReturnType<typeof hours>, more = {}) => {
    const blocks = blocksOf(past);
    const gravity = gravityOf(past, blocks);
    return { past, blocks, gravity, trend: undefined, fault: undefined, random: seededRandom("futures"), ...more };
  };
  const draw = (futures: Futures, steps: number): [number, number][] => {
    futures.begin();
    return Array.from({ length: steps }, (_, step) => {
      futures.draw(step);
      return [futures.bad, futures.total];
    });
  };

  it("are days of the past, each at its time of day", () => {
    const past = hours(
      Array.from({ length: 240 }, (_, hour) => [hour % 24 === 3 ? 2 : 1, 100 + Math.floor(hour / 24)] as const),
    );
    const days = new Set<number>();
    for (const [hour, [bad, total]] of draw(new Futures(parts(past)), 2_400).entries()) {
      expect(bad).toBe(hour % 24 === 3 ? 2 : 1);
      days.add(total);
    }
    expect(days.size).toBeGreaterThan(7);
  });

  it("have the error ratio of the past on average, faults a little more", () => {
    const calm = repeat(24, 2);
    const past = hours([...Array.from({ length: 9 }, () => calm).flat(), ...repeat(20, 2), ...repeat(4, 20)]);
    const futures = new Futures(parts(past));
    let [bad, total] = [0, 0];
    for (let trial = 0; trial < 2_000; trial += 1) {
      for (const [failures, events] of draw(futures, 240)) [bad, total] = [bad + failures, total + events];
    }
    // Excess over twice the usual, times the mean of a lognormal that is cut where all fails.
    const expected = (236 * 2 + 4 * (4 + 16 * cutMean(1.5, 6))) / 24_000;
    expect(bad / total / expected).toBeGreaterThan(0.95);
    expect(bad / total / expected).toBeLessThan(1.05);
  });

  it("go on with the trend", () => {
    const past = hours(repeat(240, 1, 100_000));
    const drawn = draw(new Futures(parts(past, { trend: { draw: () => Math.log(2) } })), 72);
    // A block of age a that comes d days ahead is moved on by a + d days.
    for (const day of [0, 1, 2]) {
      const doublings = Math.log2(drawn[day * 24]?.[0] as number);
      expect(doublings).toBeCloseTo(Math.round(doublings), 9);
    }
    expect(drawn[48]?.[0]).toBeGreaterThanOrEqual(2 ** 3);
    expect(Math.max(...drawn.map(([bad]) => bad))).toBeLessThanOrEqual(100_000);
  });

  it("begin with the fault that goes on", () => {
    const past = hours(repeat(240, 1));
    const drawn = draw(new Futures(parts(past, { fault: { ratios: [0.5], drawSteps: () => 2.5 } })), 5);
    expect(drawn.map(([bad]) => bad)).toEqual([50, 50, 25.5, 1, 1]);
  });

  it("know nothing of hours that were not watched", () => {
    const past = hours(Array.from({ length: 240 }, (_, hour) => (hour % 24 < 6 ? undefined : ([1, 10] as const))));
    expect(draw(new Futures(parts(past)), 24).map(([, total]) => total)).toEqual(
      [...repeat(6, 0, 0), ...repeat(18, 0, 10)].map(([, total]) => total),
    );
  });

  it("are drawn by chance that may be 0 all the time", () => {
    const random: Random = {
      next: () => 0,
      integer: (min) => min,
      pick: (items) => items[0] as (typeof items)[number],
    };
    for (const [bad, total] of draw(new Futures(parts(hours(repeat(240, 1)), { random })), 48))
      expect([bad, total]).toEqual([1, 100]);
  });
});
