import { describe, expect, test } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { ReleaseGateOptions } from "../../src/gate/gate.ts";
import { GATE_VERDICTS, type GateVerdict, type WhenUnknown } from "../../src/gate/model.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import { parsePolicyDocument } from "../../src/policy/document.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { AggressivePolicy, ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import { FakeTeller, HOUR, serviceStatus, sloStatus, T0, setUp, verdictOf, seen } from "./support.ts";

const allow = { service: "checkout", decision: "allow", by: "Ada", reason: "a repair", expiresAt: T0 + HOUR } as const;
const halt = { ...allow, decision: "halt", reason: "the fair" } as const;

describe("the verdict", () => {
  test.each<[GateVerdict, readonly [open: boolean, closed: boolean]]>([
    ["pass", [true, true]],
    ["warn", [true, true]],
    ["unknown", [true, false]],
    ["block", [false, false]],
  ])("%s is what the policy says, and allowed or not as the owner chose: %j", async (expected, allowed) => {
    for (const [index, whenUnknown] of (["open", "closed"] as const).entries()) {
      const result = await setUp(seen[expected], { whenUnknown }).gate.check("checkout");
      expect(result).toMatchObject({
        service: "checkout",
        verdict: expected,
        policyVerdict: expected,
        allowed: allowed[index],
        whenUnknown,
        at: T0,
        policy: "conservative",
        override: undefined,
        summary: { text: "checkout in a line" },
      });
      expect(result.slos.map(({ slo }) => slo.id)).toEqual(["checkout/availability"]);
      expect(result.reasons.length).toBeGreaterThan(0);
    }
  });

  test("is the strictest of all SLOs, block before unknown before warn, and tells what decides first", async () => {
    const status = serviceStatus([
      sloStatus({ name: "a", consumed: 0.1 }),
      sloStatus({ name: "b", consumed: 0.95 }),
      sloStatus({ name: "c" }),
    ]);
    const { verdict, reasons, recommendations } = await setUp(status).gate.check("checkout");
    expect(verdict).toBe("block");
    expect(reasons[0]?.message).toContain("checkout/b: 95% of the error budget is consumed");
    expect(recommendations[0]).toMatch(/^Stop/);
    expect(
      await verdictOf(serviceStatus([...seen.unknown.slos, sloStatus({ name: "w", consumed: 0.3, failing: 0.05 })])),
    ).toBe("unknown");
  });

  test("of a service without any SLO is unknown", async () => {
    const { verdict, reasons } = await setUp(serviceStatus([])).gate.check("checkout");
    expect([verdict, reasons[0]?.code]).toEqual(["unknown", "no_slos"]);
  });

  test.each<[string, ReleaseGateOptions["policies"], GateVerdict]>([
    ["the conservative policy, unless told", undefined, "block"],
    ["options of an engine", { default: new AggressivePolicy() }, "pass"],
    ["a policy of the service", { services: { checkout: new AggressivePolicy() } }, "pass"],
    ["policies of others", { services: { search: new AggressivePolicy() } }, "block"],
    ["an engine", new PolicyEngine({ default: new AggressivePolicy() }), "pass"],
    [
      "a document",
      parsePolicyDocument({
        error_budget_policies: {
          easy: { default: true, rules: [{ when: { consumed: { above: 0.8 } }, decision: "warn" }] },
        },
      }),
      "warn",
    ],
  ])("comes from %s", async (_from, policies, expected) => {
    const status = serviceStatus([sloStatus({ consumed: 0.85 })]);
    expect(await verdictOf(status, policies === undefined ? {} : { policies })).toBe(expected);
  });

  test("asks as of the moment and over the window that was said, and hands on the way to end it", async () => {
    const { gate, teller } = setUp((_service, { at }) => serviceStatus([sloStatus({ consumed: 0.1, at: at ?? 0 })]));
    const { signal } = new AbortController();
    const result = await gate.check("checkout", { at: T0 - HOUR, window: "7d", signal });
    expect([result.verdict, result.at]).toEqual(["pass", T0 - HOUR]);
    expect(teller.asked).toEqual([
      {
        service: "checkout",
        question: {
          at: T0 - HOUR,
          window: "7d",
          lookBacksMs: expect.any(Function),
          signal: expect.any(AbortSignal),
        },
      },
    ]);
  });

  test("asks for the look-backs that the policy of whoever is judged reads, over the window it is judged over", async () => {
    const { gate, teller } = setUp(undefined, { policies: { default: new AggressivePolicy() } });
    await gate.check("checkout");
    const lookBacksMs = teller.asked[0]?.question.lookBacksMs ?? (() => []);
    const over = (hours: number) => lookBacksMs({ service: "checkout", window: rollingWindow(hours * HOUR) });
    expect(over(720)).toEqual(new AggressivePolicy().lookBacksMs(rollingWindow(720 * HOUR)));
    expect(over(24)).not.toEqual(over(720));
  });
});

describe("the engine's memory", () => {
  test("counts: a halt is left only when the figures are clear of it", async () => {
    const policies = new PolicyEngine({ clock: new ManualClock(T0) });
    const just = sloStatus({ consumed: 0.78 });
    expect(await verdictOf(serviceStatus([just]), { policies })).toBe("pass");
    await policies.applyPolicy("checkout", [{ slo: just.slo, status: sloStatus({ consumed: 0.9 }).budget }]);
    const { verdict, reasons } = await setUp(serviceStatus([just]), { policies }).gate.check("checkout");
    expect([verdict, reasons[0]?.code]).toEqual(["block", "held_by_margin"]);
  });

  test("is not changed by asking, nor is anything run or told", async () => {
    const policies = new PolicyEngine({ clock: new ManualClock(T0) });
    policies.on("decisionChanged", () => expect.unreachable("nothing has been decided"));
    for (const status of Object.values(seen)) await verdictOf(status, { policies });
    expect(policies.exportState().services).toEqual([]);
    expect(policies.auditEntries()).toEqual([]);
  });

  test.each<[string, FakeTeller["behaviour"]]>([
    ["the statuses cannot be told", () => Promise.reject(new Error("down"))],
    ["they make no sense", () => ({})],
    ["they are old", () => serviceStatus([sloStatus({ consumed: 0.1, at: T0 - HOUR })])],
    ["nothing was measured", () => seen.unknown],
  ])("keeps a halt where %s, even if the gate is open: missing figures do not lift it", async (_why, answer) => {
    const policies = new PolicyEngine({ clock: new ManualClock(T0) });
    const halted = sloStatus({ consumed: 0.9 });
    await policies.applyPolicy("checkout", [{ slo: halted.slo, status: halted.budget }]);
    const { gate } = setUp(answer, { policies, whenUnknown: "open" });
    const { verdict, allowed, reasons } = await gate.check("checkout");
    expect([verdict, allowed, reasons[0]?.code]).toEqual(["block", false, "held_by_unknown"]);
    expect(reasons.length).toBeGreaterThan(1);
  });
});

describe("an override", () => {
  const modes: readonly WhenUnknown[] = ["open", "closed"];
  const cases = modes.flatMap((whenUnknown) => GATE_VERDICTS.map((verdict) => [verdict, whenUnknown] as const));

  test.each(cases)("stands against %s while the gate is %s", async (verdict, whenUnknown) => {
    for (const [request, expected] of [
      [allow, "pass"],
      [halt, "block"],
    ] as const) {
      const policies = new PolicyEngine({ clock: new ManualClock(T0) });
      await policies.setOverride(request);
      const result = await setUp(seen[verdict], { policies, whenUnknown }).gate.check("checkout");
      expect(result).toMatchObject({
        verdict: expected,
        allowed: request.decision === "allow",
        policyVerdict: verdict,
        override: { by: "Ada", reason: request.reason, expiresAt: T0 + HOUR },
      });
      expect(result.reasons[0]).toEqual({
        code: "override",
        message: `Ada ${request.decision}s releases until 2026-03-01T01:00:00Z: ${request.reason}`,
      });
      expect(result.reasons.length).toBeGreaterThan(1);
    }
  });

  test.each<[string, FakeTeller["behaviour"]]>([
    ["are told by nobody", () => Promise.reject(new Error("down"))],
    ["make no sense", () => null],
    ["are old", () => serviceStatus([sloStatus({ consumed: 0.1, at: 0 })])],
  ])("lets pass where the statuses %s", async (_why, answer) => {
    const policies = new PolicyEngine({ clock: new ManualClock(T0) });
    await policies.setOverride(allow);
    const { verdict, allowed, policyVerdict, reasons } = await setUp(answer, { policies }).gate.check("checkout");
    expect([verdict, allowed, policyVerdict, reasons[0]?.code]).toEqual(["pass", true, "unknown", "override"]);
  });

  test("ends at its end, and is not taken away by asking", async () => {
    const clock = new ManualClock(T0);
    const policies = new PolicyEngine({ clock });
    await policies.setOverride(allow);
    const later = serviceStatus([sloStatus({ consumed: 0.9, at: T0 + HOUR })]);
    const { gate } = setUp(later, { policies, clock });
    clock.advance(HOUR);
    const result = await gate.check("checkout");
    expect([result.verdict, result.override]).toEqual(["block", undefined]);
    expect(policies.exportState().services[0]?.override).toBeDefined();
  });

  test("of another service is none of this one", async () => {
    const policies = new PolicyEngine({ clock: new ManualClock(T0) });
    await policies.setOverride({ ...allow, service: "search" });
    expect(await verdictOf(seen.block, { policies })).toBe("block");
  });
});

describe("policies, statuses, overrides and modes together", () => {
  // The shares above which each halts, and below which (of what remains) each warns.
  const policies = {
    conservative: { policy: new ConservativePolicy(), haltAbove: 0.8, warnAbove: 0.8 },
    aggressive: { policy: new AggressivePolicy(), haltAbove: 0.95, warnAbove: 0.9 },
    early: { policy: new ConservativePolicy({ warnBelowRemainingRatio: 0.5 }), haltAbove: 0.8, warnAbove: 0.5 },
  } as const;
  const shares = [undefined, 0, 0.5, 0.51, 0.8, 0.81, 0.9, 0.91, 0.95, 0.96, 1, 3];
  const table = Object.keys(policies).flatMap((name) =>
    shares.flatMap((share) =>
      ([undefined, allow, halt] as const).flatMap((override) =>
        (["open", "closed"] as const).map((mode) => [name as keyof typeof policies, share, override, mode] as const),
      ),
    ),
  );

  test.each(table)("%s, %s of the budget consumed, %o, %s", async (name, share, request, whenUnknown) => {
    const { policy, haltAbove, warnAbove } = policies[name];
    const engine = new PolicyEngine({ default: policy, clock: new ManualClock(T0) });
    if (request !== undefined) await engine.setOverride(request);
    const status = serviceStatus([sloStatus({ consumed: share })]);
    const result = await setUp(status, { policies: engine, whenUnknown }).gate.check("checkout");
    const says = share === undefined ? "unknown" : share > haltAbove ? "block" : share > warnAbove ? "warn" : "pass";
    const expected = request === undefined ? says : request === allow ? "pass" : "block";
    const may = { pass: true, warn: true, unknown: whenUnknown === "open", block: false }[expected];
    expect([result.policyVerdict, result.verdict, result.allowed]).toEqual([says, expected, may]);
    expect(result.reasons[0]?.code === "override").toBe(request !== undefined);
  });
});
