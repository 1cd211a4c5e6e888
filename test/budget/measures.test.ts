import { describe, expect, test } from "vitest";
import { assessBudget } from "../../src/budget/assess.ts";
import { budgetMetrics } from "../../src/budget/metrics.ts";
import { countBelow, orderOf, Rows } from "../../src/budget/rows.ts";
import { calendarWindow } from "../../src/core/time/window.ts";
import { AT, HOUR, MINUTE, statusOf } from "./failing.ts";

describe("budgets as metrics", () => {
  test("are gauges of what is known; what cannot be told has no sample", async () => {
    const known = statusOf({ [HOUR]: 0.002, [5 * MINUTE]: undefined }, 250);
    const blind = assessBudget(
      { id: "b", objective: "99%", window: "1d" },
      { window: { good: 0, total: 0, coverage: 0 } },
      AT,
    );
    const metrics = budgetMetrics(async () => [
      { service: "shop", slo: "a", status: known },
      { service: "shop", slo: "b", status: blind },
    ]);
    const values = await Promise.all(metrics.map(async ({ name, values: read }) => [name, await read()] as const));
    const [a, b] = [
      { service: "shop", slo: "a" },
      { service: "shop", slo: "b" },
    ];
    expect(values).toEqual([
      [
        "slo_objective_ratio",
        [
          { labels: a, value: 0.999 },
          { labels: b, value: 0.99 },
        ],
      ],
      ["slo_sli_ratio", [{ labels: a, value: 0.99975 }]],
      ["slo_error_budget_remaining_ratio", [{ labels: a, value: 0.75 }]],
      ["slo_burn_rate", [{ labels: { ...a, window: "1h" }, value: 2 }]],
      [
        "slo_coverage_ratio",
        [
          { labels: a, value: 1 },
          { labels: b, value: 0 },
        ],
      ],
    ]);
    for (const { type, aggregator, help } of metrics) {
      expect([type, aggregator]).toEqual(["gauge", "average"]);
      expect(help).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe("what was measured", () => {
  const window = { good: 9, total: 10, coverage: 1 };
  const assess = (measurements: object) => () =>
    assessBudget({ id: "b", objective: "90%", window: "30d" }, { window, ...measurements }, AT);

  test.each([
    [{ lookBacks: "1h" }, 'lookBacks: "1h" is no list of look-backs'],
    [{ lookBacks: [{ windowMs: 0, measurement: window }] }, "lookBacks[0].windowMs: 0 is not a positive number of"],
    [{ lookBacks: [{ windowMs: Infinity, measurement: window }] }, "Infinity is not a positive number of milliseconds"],
    [{ lookBacks: [{ windowMs: "1h", measurement: window }] }, '"1h" is not a positive number of milliseconds'],
    [{ lookBacks: [{ windowMs: "60000", measurement: window }] }, '"60000" is not a positive number of milliseconds'],
    [{ period: { passedMs: -1, wholeMs: 1 } }, "period.passedMs: -1 is not a number of milliseconds from 0"],
    [{ period: { passedMs: 1, wholeMs: Infinity } }, "period.wholeMs: Infinity is not a number of milliseconds from 0"],
    [{ period: { passedMs: "1", wholeMs: 1 } }, 'period.passedMs: "1" is not a number of milliseconds from 0'],
    [{ window: { ...window, coverage: -0.1 } }, "coverage -0.1 is not a measurement"],
    [{ window: { ...window, coverage: "1" } }, 'coverage "1" is not a measurement'],
    [{ window: { ...window, good: "9" } }, 'good "9", total 10'],
    [{ window: null }, "window: null is not a measurement"],
  ])("is refused as %j", (measurements, message) => {
    expect(assess(measurements)).toThrow(message);
  });

  test("may be told of a part of a period, from none of it on", () => {
    const june = { id: "b", objective: "90%", window: calendarWindow("month") } as const;
    const consumed = (period?: { passedMs: number; wholeMs: number }) => {
      const status = assessBudget(
        june,
        { window: { good: 95, total: 100, coverage: 1 }, ...(period && { period }) },
        AT,
      );
      return status.state === "measured" ? [status.consumedRatio, status.sliRatio] : [];
    };
    expect(consumed({ passedMs: 1, wholeMs: 4 })).toEqual([0.125, 0.95]);
    expect(consumed({ passedMs: 0, wholeMs: 4 })[1]).toBe(0.95);
    expect(consumed()).toEqual([1 / 6, 0.95]);
    expect(assess({ period: { passedMs: 1, wholeMs: 4 } })()).toMatchObject({ consumedRatio: 1, verdict: "spent" });
  });

  test.each([
    ["good", { good: 1n }, "window: 1 is a bigint; write the number, Number(1)"],
    ["total", { total: 20n }, "window: 20 is a bigint; write the number, Number(20)"],
  ])("is refused where %s alone is a bigint", (_, counts, message) => {
    expect(assess({ window: { ...window, ...counts } })).toThrow(message);
  });

  test("has no negative zero, of nothing neither", () => {
    const nothing = assess({ window: { good: -0, total: -0, coverage: -0 } })();
    expect([nothing.good, nothing.total, nothing.coverage].map((count) => Object.is(count, 0))).toEqual([
      ...[true, true, true],
    ]);

    const status = assess({ window: { good: -0, total: 1, coverage: -0 } })();
    expect([Object.is(status.good, 0), Object.is(status.coverage, 0)]).toEqual([true, true]);
  });
});

describe("rows", () => {
  test("grow, and keep what they have", () => {
    const rows = new Rows(2);
    for (let row = 0; row < 40; row += 1) rows.push(row, -row);
    expect(rows.length).toBe(40);
    expect([...rows.column(0).subarray(0, 40)]).toEqual(Array.from({ length: 40 }, (_, row) => row));
    expect(rows.column(1)[39]).toBe(-39);
  });

  test.each([
    ["that are in order", [1, 2, 2, 3], [0, 1, 2, 3]],
    ["of which equal ones keep theirs", [3, 1, 3, 1, -2], [4, 1, 3, 0, 2]],
    ["that are not whole", [0.5, 0.25, 0.5, 0.1], [3, 1, 0, 2]],
    ["that are far apart", [9e15, -9e15, 9e15, 0], [1, 3, 0, 2]],
    ["of which there is one", [7], [0]],
    ["of which there is none", [], []],
  ])("%s", (_, keys, order) => {
    // What is behind them is not theirs.
    expect([...orderOf(Float64Array.of(...keys, -Infinity), keys.length)]).toEqual(order);
  });

  test("are counted below a limit", () => {
    const values = Float64Array.of(1, 2, 2, 5, 0);
    expect([0, 1, 2, 3, 5, 6].map((limit) => countBelow(values, 4, limit))).toEqual([0, 0, 1, 3, 3, 4]);
    expect(countBelow(values, 0, 9)).toBe(0);
  });
});
