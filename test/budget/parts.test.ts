import { describe, expect, test } from "vitest";

import { noticeChanges, QUIET } from "../../src/budget/alerting.ts";
import { assessBudget } from "../../src/budget/assess.ts";
import { Exclusions, LONGEST_EXCLUSION_MS } from "../../src/budget/exclusions.ts";
import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { budgetMetrics } from "../../src/budget/metrics.ts";
import { countBelow, orderOf, Rows } from "../../src/budget/rows.ts";
import { tiersFor } from "../../src/budget/slo-tiers.ts";
import { alertStateOf, burningTiers } from "../../src/budget/state.ts";
import { burnTiersFor } from "../../src/budget/tiers.ts";
import { ManualClock } from "../../src/core/manual-clock.ts";
import { Objective } from "../../src/core/objective.ts";
import { calendarWindow, rollingWindow } from "../../src/core/window.ts";
import type { SloAlerting } from "../../src/slo/alerting.ts";

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const AT = Date.UTC(2026, 5, 11);
const tiers = burnTiersFor(rollingWindow(30 * DAY));

/** A status with that share of 10,000 failing over each look-back; undefined: nobody looked. */
function statusOf(failing: Readonly<Record<number, number | undefined>>, bad = 0) {
  const lookBacks = Object.entries(failing).map(([windowMs, share]) => ({
    windowMs: Number(windowMs),
    measurement:
      share === undefined
        ? { good: 0, total: 0, coverage: 0 }
        : { good: 10_000 * (1 - share), total: 10_000, coverage: 1 },
  }));
  const window = { good: 1_000_000 - bad, total: 1_000_000, coverage: 1 };
  return assessBudget({ id: "shop", objective: "99.9%", window: "30d" }, { window, lookBacks }, AT);
}

describe("a tier", () => {
  const told = (failing: Parameters<typeof statusOf>[0], state = QUIET, minimumFailures = 3) =>
    noticeChanges(state, statusOf(failing), { tiers, minimumFailures }).changes.map(({ name, payload }) =>
      "tier" in payload ? `${name} ${String(payload.tier.factor)}` : name,
    );
  const burning = { burning: new Set([0]), exhausted: false };

  test.each([
    ["is crossed above its factor over both look-backs", { [HOUR]: 0.015, [5 * MINUTE]: 0.015 }, ["burnStarted 14.4"]],
    ["is not at its factor over the long one", { [HOUR]: 0.0144, [5 * MINUTE]: 0.5 }, []],
    ["is not at its factor over the short one", { [HOUR]: 0.5, [5 * MINUTE]: 0.0144 }, []],
    ["is not over the short one alone", { [HOUR]: 0.001, [5 * MINUTE]: 0.5 }, []],
    ["is not without its short look-back", { [HOUR]: 0.5 }, []],
    ["is not without its long look-back", { [5 * MINUTE]: 0.5 }, []],
    ["is not where nobody looked for long", { [HOUR]: undefined, [5 * MINUTE]: 0.5 }, []],
    ["is not where nobody looked of late", { [HOUR]: 0.5, [5 * MINUTE]: undefined }, []],
    ["of 6 is another one", { [6 * HOUR]: 0.007, [30 * MINUTE]: 0.007 }, ["burnStarted 6"]],
  ])("%s", (_, failing, changes) => {
    expect(told(failing)).toEqual(changes);
  });

  test("needs its minimum of failures, and no more", () => {
    expect(told({ [HOUR]: 0.015, [5 * MINUTE]: 0.015 }, QUIET, 150)).toEqual(["burnStarted 14.4"]);
    expect(told({ [HOUR]: 0.015, [5 * MINUTE]: 0.015 }, QUIET, 151)).toEqual([]);
  });

  test("that burns is told once, is cleared by good traffic over one look-back, and not by going blind", () => {
    expect(told({ [HOUR]: 0.5, [5 * MINUTE]: 0.5 }, burning)).toEqual([]);
    expect(told({ [HOUR]: 0.5, [5 * MINUTE]: 0 }, burning)).toEqual(["burnCleared 14.4"]);
    expect(told({ [HOUR]: 0.5, [5 * MINUTE]: undefined }, burning)).toEqual([]);
  });

  test("is told with the look-backs that crossed it, and an exhausted budget with its status", () => {
    const status = statusOf({ [HOUR]: 0.02, [5 * MINUTE]: 0.03 }, 1_000);
    const { changes, state } = noticeChanges(QUIET, status, { tiers, minimumFailures: 1 });
    expect(changes).toEqual([
      {
        name: "burnStarted",
        payload: { id: "shop", at: AT, tier: tiers[0], long: status.burnRates[1], short: status.burnRates[0], status },
      },
      { name: "exhausted", payload: { id: "shop", at: AT, status } },
    ]);
    expect(state).toEqual({ burning: new Set([0]), exhausted: true });
    const after = noticeChanges(state, statusOf({}, 1), { tiers, minimumFailures: 1 });
    expect(after.changes.map(({ name }) => name)).toEqual(["recovered"]);
  });

  test("that burns is remembered by what it is, and forgotten when there is none like it", () => {
    const saved = burningTiers(tiers, { burning: new Set([1, 3]), exhausted: true });
    expect(saved).toEqual([
      { longMs: 6 * HOUR, shortMs: 30 * MINUTE, factor: 6 },
      { longMs: 3 * DAY, shortMs: 6 * HOUR, factor: 1 },
    ]);
    const state = { version: 1, exclusions: [], exhausted: true } as const;
    expect(alertStateOf(tiers, { ...state, burning: saved })).toEqual({ burning: new Set([1, 3]), exhausted: true });
    expect(alertStateOf([...tiers].reverse(), { ...state, burning: saved }).burning).toEqual(new Set([0, 2]));
    for (const change of [{ longMs: 1 }, { shortMs: 1 }, { factor: 2 }]) {
      const other = saved.map((tier) => ({ ...tier, ...change }));
      expect(alertStateOf(tiers, { ...state, burning: other }).burning).toEqual(new Set());
    }
  });
});

describe("tiers that an SLO asks for", () => {
  const plan = (alerting: SloAlerting) =>
    tiersFor({ windowMs: 30 * DAY, objective: Objective.parse("99.9%"), alerting, leastMs: 2 * MINUTE });

  test.each([
    [{ page_fast: { shortMs: MINUTE } }, "1m is too short: its look-backs are at least 2m, four scrapes or a slice"],
    [{ page_fast: { longMs: MINUTE } }, "1m is too short: its look-backs are at least 2m, four scrapes or a slice"],
    [
      { page_fast: { longMs: 10 * MINUTE, shortMs: 20 * MINUTE } },
      "the short look-back of 20m is longer than the long one, 10m",
    ],
    [
      { own: { factor: 2 } },
      "needs severity, long, and budget or factor, for it is none of page_fast, page_slow, ticket_fast, ticket_slow",
    ],
    [{ own: { severity: "page", longMs: HOUR } }, "needs budget or factor"],
  ] as const)("are refused as %j", (tiers, message) => {
    expect(plan({ tiers }).faults.map((fault) => fault.message)).toEqual([message]);
  });

  test("may look back as shortly as they can, and equally far twice", () => {
    const own = { severity: "page", factor: 10, longMs: 2 * MINUTE, shortMs: 2 * MINUTE } as const;
    expect(plan({ tiers: { own } }).faults).toEqual([]);
    expect(plan({ tiers: { own } }).tiers.map(({ name }) => name)).toContain("own");
  });
});

describe("exclusions", () => {
  const reason = "maintenance";

  test("are cut out of a stretch, in any order, overlapping or not", () => {
    const exclusions = new Exclusions();
    expect(exclusions.subtractFrom({ start: AT, end: AT + 100 })).toEqual([{ start: AT, end: AT + 100 }]);
    for (const [start, end] of [
      [50, 60],
      [10, 20],
      [15, 30],
      [-20, -10],
      [200, 300],
      [60, 65],
    ] as const) {
      exclusions.add({ start: AT + start, end: AT + end, reason });
    }
    const left = (start: number, end: number): number[][] =>
      exclusions.subtractFrom({ start: AT + start, end: AT + end }).map((one) => [one.start - AT, one.end - AT]);
    expect(left(0, 100)).toEqual([
      [0, 10],
      [30, 50],
      [65, 100],
    ]);
    expect(left(10, 50)).toEqual([[30, 50]]);
    expect(left(20, 55)).toEqual([[30, 50]]);
    expect(left(12, 28)).toEqual([]);
    expect(left(30, 50)).toEqual([[30, 50]]);
    expect(left(65, 200)).toEqual([[65, 200]]);
  });

  test("are taken back by their start and end, whatever their reasons", () => {
    const budget = new ErrorBudgetManager({ id: "b", objective: "99%", window: "1d", clock: new ManualClock(AT) });
    const range = { start: AT - HOUR, end: AT };
    for (const reason of ["a", "b"]) budget.exclude({ ...range, reason });
    budget.exclude({ start: AT - 2 * HOUR, end: AT, reason });
    budget.exclude({ start: AT - HOUR, end: AT - 1, reason });
    expect(budget.removeExclusion({ start: AT - HOUR, end: AT + 1 })).toBe(false);
    expect(budget.removeExclusion(range)).toBe(true);
    expect(budget.removeExclusion(range)).toBe(false);
    expect(budget.exclusions.map(({ start, end }) => [start - AT, end - AT])).toEqual([
      [-2 * HOUR, 0],
      [-HOUR, -1],
    ]);
  });

  test.each([
    [{ start: AT, end: AT, reason }, "exclusion: from "],
    [{ start: NaN, end: AT, reason }, "start must be before end"],
    [{ start: AT, end: Infinity, reason }, "is not a stretch of time"],
    [{ start: AT, end: AT + LONGEST_EXCLUSION_MS + 1, reason }, "is longer than 366 days; times are in milliseconds"],
    [{ start: AT, end: AT + 1, reason: " " }, "reason: say why this time does not count"],
    [{ start: AT, end: AT + 1, reason: 5 as never }, "reason: say why this time does not count"],
  ])("are refused as %j", (exclusion, message) => {
    const exclusions = new Exclusions();
    expect(() => {
      exclusions.add(exclusion);
    }).toThrow(message);
    expect(() => {
      exclusions.add(exclusion, ["exclusions", 3]);
    }).toThrow("exclusions[3]");
  });

  test("may be a year and a day long", () => {
    const exclusions = new Exclusions();
    exclusions.add({ start: AT, end: AT + LONGEST_EXCLUSION_MS, reason });
    expect(exclusions.all).toHaveLength(1);
  });
});

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
    assessBudget({ id: "b", objective: "90%", window: "30d" }, { window, ...measurements } as never, AT);

  test.each([
    [{ lookBacks: "1h" }, 'lookBacks: "1h" is no list of look-backs'],
    [{ lookBacks: [{ windowMs: 0, measurement: window }] }, "lookBacks[0].windowMs: 0 is not a positive number of"],
    [{ lookBacks: [{ windowMs: Infinity, measurement: window }] }, "Infinity is not a positive number of milliseconds"],
    [{ lookBacks: [{ windowMs: "1h", measurement: window }] }, '"1h" is not a positive number of milliseconds'],
    [{ period: { passedMs: -1, wholeMs: 1 } }, "period.passedMs: -1 is not a number of milliseconds from 0"],
    [{ period: { passedMs: 1, wholeMs: Infinity } }, "period.wholeMs: Infinity is not a number of milliseconds from 0"],
    [{ period: { passedMs: "1", wholeMs: 1 } }, 'period.passedMs: "1" is not a number of milliseconds from 0'],
    [{ window: { ...window, coverage: -0.1 } }, "coverage -0.1 is not a measurement"],
    [{ window: { ...window, coverage: "1" } }, 'coverage "1" is not a measurement'],
    [{ window: { ...window, good: "9" } }, 'good "9", total 10'],
    [{ window: null }, "window: null is not a measurement"],
    [{ window: { ...window, total: 10n } }, "10 is a bigint; write the number, Number(10)"],
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

  test("has no negative zero", () => {
    const status = assess({ window: { good: -0, total: 1, coverage: -0 } })();
    expect([Object.is(status.good, 0), Object.is(status.coverage, 0)]).toEqual([true, true]);
  });
});

describe("a violation", () => {
  const refused = (violation: object) => () => {
    new ErrorBudgetManager({
      id: "b",
      objective: "99%",
      window: "30d",
      spentIn: "violations",
      clock: new ManualClock(AT),
    }).addViolation({ timestamp: AT - HOUR, minutes: 5, ...violation });
  };

  test.each([
    [{ impact: 50 }, "impact: 50 is not a share from 0 to 1; write 0.5 for 50 %"],
    [{ impact: 100 }, "impact: 100 is not a share from 0 to 1; write 1 for 100 %"],
    [{ impact: 101 }, /^impact: 101 is not a share from 0 to 1$/],
    [{ impact: -1 }, /^impact: -1 is not a share from 0 to 1$/],
    [{ impact: "all" }, /^impact: "all" is not a share from 0 to 1$/],
    [{ minutes: -1 }, "minutes: -1 is not a length in minutes"],
    [{ minutes: NaN }, "minutes: NaN is not a length in minutes"],
  ])("is refused as %j", (violation, message) => {
    expect(refused(violation)).toThrow(message);
  });

  test("may have all of an impact, none of it, and no length", () => {
    for (const violation of [{ impact: 1 }, { impact: 0 }, { minutes: 0 }]) expect(refused(violation)).not.toThrow();
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
