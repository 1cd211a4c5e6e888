import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findFaults } from "../../src/backtest/faults.ts";
import type { CountedSteps } from "../../src/backtest/model.ts";
import { RunningSums } from "../../src/backtest/running-sums.ts";
import { Objective } from "../../src/core/objective.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import { candidateOf, DAY, MINUTE, only, outage, START, steady, withGap } from "./pasts.ts";

const usual = candidateOf("99.9%", "30d");

/** Faults as minutes of the past. */
function faultsOf(data: CountedSteps, candidate = usual): (readonly [number, number])[] {
  return only(candidate, data).faults.map(({ start, end }) => [
    (start - START) / data.stepMs,
    (end - START) / data.stepMs,
  ]);
}

describe("a fault", () => {
  test.each<[string, (step: number) => number]>([
    ["two outages further apart than an hour", (step) => outage(100, 110)(step) + outage(200, 210)(step)],
    [
      "even where the service is not without failures in between",
      (step) => Math.max(outage(100, 110)(step), outage(200, 210)(step), step % 20 === 0 ? 1 : 0),
    ],
  ])("is told apart from the next: %s", (_what, bad) => {
    expect(faultsOf(steady(1_440, { bad }))).toEqual([
      [100, 110],
      [200, 210],
    ]);
  });

  test("goes on over a pause of less than an hour", () => {
    const bad = (step: number): number => outage(100, 110)(step) + outage(150, 160)(step);
    expect(faultsOf(steady(1_440, { bad }))).toEqual([[100, 160]]);
  });

  test("is over after an hour without anything new", () => {
    const again =
      (from: number) =>
      (step: number): number =>
        outage(100, 110)(step) + outage(from, from + 10)(step);
    expect(faultsOf(steady(1_440, { bad: again(169) }))).toEqual([[100, 179]]);
    expect(faultsOf(steady(1_440, { bad: again(170) }))).toEqual([
      [100, 110],
      [170, 180],
    ]);
  });

  test("goes on over longer pauses where so little comes that silence tells nothing", () => {
    // Two requests a minute, of which one fails every two hours: four times too fast, for hours.
    const bad = (step: number): number => (step >= 600 && step < 6_000 && step % 120 === 0 ? 1 : 0);
    const found = faultsOf(steady(10_000, { each: 2, bad }));
    expect(found).toEqual([[600, 5_881]]);
  });

  test("may be slow: twice too fast for a day is one, from its first failure to its last", () => {
    const bad = (step: number): number => (step >= 1_440 && step < 2_880 && step % 5 === 0 ? 1 : 0);
    expect(faultsOf(steady(5_000, { bad }))).toEqual([[1_440, 2_876]]);
  });

  test("is none where few failed, or the budget hardly felt it", () => {
    expect(faultsOf(steady(1_440, { bad: outage(100, 101, 4), each: 4 }))).toEqual([]);
    // 1 % of 43.2 minutes are 26 s.
    expect(faultsOf(steady(30 * 1_440, { bad: outage(100, 101, 40) }))).toEqual([]);
    expect(faultsOf(steady(30 * 1_440, { bad: outage(100, 101, 50) }))).toEqual([[100, 101]]);
  });

  test("is none at the pace that the objective allows, however long", () => {
    expect(faultsOf(steady(10_000, { each: 1_000, bad: () => 1 }))).toEqual([]);
  });

  test("ends where nobody watches for an hour, and goes on over less", () => {
    const broken = steady(1_000, { bad: outage(100, 500) });
    expect(faultsOf(withGap(broken, 200, 260))).toEqual([
      [100, 200],
      [260, 500],
    ]);
    expect(faultsOf(withGap(broken, 200, 259))).toEqual([[100, 500]]);
  });

  test("costs what was spent beyond what may be", () => {
    const { faults } = only(usual, steady(60 * 1_440, { bad: outage(70_000, 70_010) }));
    expect(faults).toMatchObject([{ cost: expect.closeTo(9.99 / 43.2, 9) as number }]);
  });
});

describe("who was told of a fault", () => {
  test("is nobody where no tier sees it, and it was missed if it cost more than a page tier's share", () => {
    const fastOnly = candidateOf("99.9%", "30d", {
      name: "fast",
      tiers: { page_slow: false, ticket_fast: false, ticket_slow: false },
    });
    const tenTimes = (step: number): number => (step >= 40_000 && step < 40_300 ? 1 : 0);
    const report = only(fastOnly, steady(60 * 1_440, { bad: tenTimes }));
    expect(report.faults).toMatchObject([{ detectedBy: undefined, detectedAt: undefined }]);
    // 270 of the 4,320 failures of a month: more than 2 %, which page_fast is to tell of.
    expect(report.missed).toBe(1);
    expect(only(usual, steady(60 * 1_440, { bad: tenTimes })).faults).toMatchObject([{ detectedBy: "page_slow" }]);
  });

  test("is not missed if it cost less", () => {
    const silent = candidateOf("99.9%", "30d", {
      name: "silent",
      tiers: Object.fromEntries(usual.tiers.map(({ name }) => [name, false as const])),
    });
    expect(only(silent, steady(60 * 1_440, { bad: outage(50_000, 50_002) }))).toMatchObject({
      missed: 0,
      faults: [{}],
    });
    expect(only(silent, steady(60 * 1_440, { bad: outage(50_000, 50_003) }))).toMatchObject({ missed: 1 });
  });

  test("is not missed by what the least sensitive page tier is not to tell of", () => {
    const deaf = { severity: "page", longMs: 60 * MINUTE, shortMs: 5 * MINUTE, factor: 900 } as const;
    const tiers = [
      { ...deaf, name: "a", budgetShare: 0.02 },
      { ...deaf, name: "b", budgetShare: 0.1 },
    ];
    const missed = (minutes: number): number =>
      only({ ...usual, tiers }, steady(60 * 1_440, { bad: outage(50_000, 50_000 + minutes) })).missed;
    expect([2, 4, 5].map(missed)).toEqual([0, 0, 1]);
  });

  test("is told at once by an alert that is on already", () => {
    // The ticket of the first outage stays for six hours.
    const bad = (step: number): number => outage(50_000, 50_010)(step) + outage(50_100, 50_101)(step);
    const { faults } = only(usual, steady(60 * 1_440, { bad }));
    const second = START + 50_100 * MINUTE;
    expect(faults[1]).toMatchObject({ start: second, detectedBy: "ticket_fast", detectedAt: second });
  });
});

test("faults are apart, begin and end with steps that burn, and burn too fast from their start to any place in them", () => {
  const step = fc.tuple(fc.nat(20), fc.constantFrom(0, 0, 0, 0.05, 0.3, 1));
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 300 }),
      fc.constantFrom("90%", "99%"),
      fc.integer({ min: 1, max: 5 }),
      (list, text, minimumFailures) => {
        const total = list.map(([all]) => all);
        const good = list.map(([all, share]) => all - Math.floor(all * share));
        const sums = new RunningSums({ start: START, stepMs: MINUTE, good, total });
        const objective = Objective.parse(text);
        const subject = { id: "a/b", objective, window: rollingWindow(DAY), minimumEvents: 1 };
        const costOfFailure = new Float64Array(list.length).fill(0.05);
        const faults = findFaults(sums, { subject, minimumFailures, costOfFailure });
        const excess = (from: number, to: number): number =>
          list
            .slice(from, to)
            .reduce((sum, [all, share]) => sum + Math.floor(all * share) - all * objective.budgetRatio, 0);
        let before = 0;
        for (const { from, until, cost } of faults) {
          expect(from).toBeGreaterThanOrEqual(before);
          expect(until).toBeGreaterThan(from);
          before = until;
          for (let place = from + 1; place < until; place += 1) {
            expect(excess(from, place)).toBeGreaterThan(-1e-9);
            expect(excess(from, place)).toBeLessThan(excess(from, until));
          }
          expect(excess(from, from + 1)).toBeGreaterThan(0);
          expect(excess(until - 1, until)).toBeGreaterThan(0);
          expect(cost).toBeCloseTo(0.05 * excess(from, until), 9);
          expect(cost).toBeGreaterThanOrEqual(0.01);
        }
      },
    ),
  );
});
