import { describe, expect, test } from "vitest";

import type { GateVerdict } from "../../src/gate/model.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import type { SloVerdict } from "../../src/status/model.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { parsePolicyDocument } from "../../src/policy/document.ts";
import { compositeStatus, HOUR, serviceStatus, sloStatus, T0, setUp, verdictOf } from "./support.ts";

describe("composites", () => {
  const fine = sloStatus({ consumed: 0.1 });
  const own = ["checkout/availability"];
  const foreign = ["checkout/availability", "search/availability"];
  test.each<[string, Parameters<typeof compositeStatus>[0], GateVerdict]>([
    ["a budget is judged by the policy", { consumed: 0.9 }, "block"],
    ["a budget that is fine passes", { consumed: 0.1, verdict: "critical" }, "pass"],
    ["a budget of which nothing is known is unknown", {}, "unknown"],
    ["a budget of the past alone is unknown", { consumed: 0.1, verdict: "unknown" }, "unknown"],
    ["an old budget is unknown", { consumed: 0.1, at: T0 - HOUR }, "unknown"],
    ["no budget is unknown", { withoutBudget: true, verdict: "healthy" }, "unknown"],
    ["all of its members adds nothing to them", { of: "all", members: own, verdict: "critical" }, "pass"],
    ["members of others that stand well passes", { of: "all", members: foreign, verdict: "healthy" }, "pass"],
    ["members of others warns as they do", { of: "all", members: foreign, verdict: "warning" }, "warn"],
    ["members of others is unknown as they are", { of: "all", members: foreign, verdict: "unknown" }, "unknown"],
    ["members of others blocks as they do", { of: "all", members: foreign, verdict: "critical" }, "block"],
    ["members of others, of old, is unknown", { of: "all", members: foreign, verdict: "healthy", at: 0 }, "unknown"],
  ])("one with %s", async (_what, facts, expected) => {
    expect(await verdictOf(serviceStatus([fine], [compositeStatus(facts)]))).toBe(expected);
  });

  test.each<[SloVerdict, GateVerdict]>([
    ["healthy", "pass"],
    ["warning", "warn"],
    ["unknown", "unknown"],
    ["critical", "block"],
  ])("are all that a service may have: %s is %s", async (verdict, expected) => {
    const status = serviceStatus([], [compositeStatus({ of: "all", members: foreign, verdict })]);
    const result = await setUp(status).gate.check("checkout");
    expect([result.verdict, result.composites.map(({ composite }) => composite.id)]).toEqual([
      expected,
      ["checkout/journey"],
    ]);
    expect(result.reasons[0]?.code).toBe(`code_${verdict}`);
  });

  test("without a budget do not lift a halt that was decided before", async () => {
    const clock = new ManualClock(T0);
    const policies = new PolicyEngine({ clock });
    const spent = sloStatus({ consumed: 2 });
    await policies.applyPolicy("checkout", [{ slo: spent.slo, status: spent.budget }]);
    const status = serviceStatus([], [compositeStatus({ of: "all", members: foreign, verdict: "healthy" })]);
    const { verdict, reasons } = await setUp(status, { policies }).gate.check("checkout");
    expect([verdict, reasons[0]]).toEqual([
      "block",
      {
        code: "held_by_unknown",
        message: "checkout was halted before, and it has no budget of its own any more that could lift that",
      },
    ]);
  });

  test("are told with their reasons", async () => {
    const blocked = serviceStatus([fine], [compositeStatus({ of: "all", members: foreign, verdict: "critical" })]);
    const { reasons } = await setUp(blocked).gate.check("checkout");
    expect(reasons).toEqual([{ code: "code_critical", message: "checkout/journey is critical, says the status" }]);
  });

  test.each<[string, readonly string[], GateVerdict]>([
    ["their members have in common", ["checkout/latency"], "block"],
    ["is availability where they have none in common", ["checkout/latency", "checkout/availability"], "pass"],
    ["is availability where they are unknown here", ["search/latency"], "pass"],
  ])("are of the kind that %s", async (_which, members, expected) => {
    const policies = parsePolicyDocument({
      error_budget_policies: {
        fast: { default: true, rules: [{ when: { slo_kind: "latency", consumed: { above: 0.5 } }, decision: "halt" }] },
      },
    });
    const slos = [fine, sloStatus({ name: "latency", thresholdMs: 100, consumed: 0.1 })];
    const status = serviceStatus(slos, [compositeStatus({ consumed: 0.6, members })]);
    expect(await verdictOf(status, { policies })).toBe(expected);
  });
});
