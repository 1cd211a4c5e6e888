import { describe, expect, test } from "vitest";
import { burns, noticeChanges, QUIET } from "../../src/budget/alerting.ts";
import { tiersFor } from "../../src/budget/slo-tiers.ts";
import { alertStateOf, burningTiers } from "../../src/budget/state.ts";
import { burnTiersFor, type BurnTier } from "../../src/budget/tiers.ts";
import { Objective } from "../../src/core/objective.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import type { SloAlerting } from "../../src/slo/alerting.ts";
import { AT, DAY, HOUR, MINUTE, statusOf } from "./failing.ts";

const tiers = burnTiersFor(rollingWindow(30 * DAY));

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

  test.each([
    ["a failure that is nearly whole, as an extrapolation tells it, counts", 4.9, ["burnStarted 14.4"]],
    ["half a failure rounds up", 4.5, ["burnStarted 14.4"]],
    ["less does not", 4.4, []],
  ])("of 5 failures at least: %s", (_, bad, changes) => {
    const status = statusOf({ [HOUR]: 0.015, [5 * MINUTE]: 0.015 });
    const burnRates = status.burnRates.map((burn) => ({ ...burn, bad }));
    const told = noticeChanges(QUIET, { ...status, burnRates }, { tiers, minimumFailures: 5 }).changes;
    expect(told.map(({ name, payload }) => `${name} ${"tier" in payload ? String(payload.tier.factor) : ""}`)).toEqual(
      changes,
    );
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

  test("that is over is told once, and burns no more", () => {
    const calm = statusOf({ [HOUR]: 0.5, [5 * MINUTE]: 0 });
    const first = noticeChanges(burning, calm, { tiers, minimumFailures: 3 });
    expect(first.changes.map(({ name }) => name)).toEqual(["burnCleared"]);
    expect(first.state.burning).toEqual(new Set());
    expect(noticeChanges(first.state, calm, { tiers, minimumFailures: 3 }).changes).toEqual([]);
  });

  test("is crossed by what was counted, however short the time that it covers", () => {
    const [tier] = tiers as [BurnTier];
    const rate = { windowMs: HOUR, rate: 500, bad: 5, total: 10, coverage: 0 };
    const none = { ...rate, rate: undefined, bad: 0, total: 0 };
    expect([burns(tier, rate, rate, 3), burns(tier, none, rate, 3), burns(tier, rate, none, 3)]).toEqual([
      ...[true, undefined, undefined],
    ]);
    expect(burns(tier, { ...none, coverage: 0.1 }, rate, 3)).toBe(false);
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
