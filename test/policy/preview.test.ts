import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MemoryPolicyAuditLog } from "../../src/policy/audit.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import type { PolicyInput } from "../../src/policy/verdict.ts";
import { consumed, DAY, given, HandClock, HOUR, NotingRunner, T0 } from "./support.ts";

const policy = new ConservativePolicy({
  warnBelowRemainingRatio: 0.5,
  actions: { allow: ["thaw"], warn: ["warn"], halt: ["freeze"], unknown: ["ask"] },
});

function setUp(minimumHoldMs = 0) {
  const clock = new HandClock();
  const runner = new NotingRunner();
  const audit = new MemoryPolicyAuditLog();
  const engine = new PolicyEngine({ default: policy, actions: runner, audit, clock, minimumHoldMs });
  const told: string[] = [];
  for (const name of ["decisionChanged", "overrideSet", "overrideExpired", "overrideRemoved"] as const) {
    engine.on(name, () => told.push(name));
  }
  const traces = (): string =>
    JSON.stringify([engine.exportState(), audit.entries(), engine.auditEntries(), runner.requests, told]);
  return { clock, engine, traces };
}

const allowed = { service: "checkout", decision: "allow", by: "Ada", reason: "a repair" } as const;

describe("a preview", () => {
  test("of a service that nobody has judged is what the policy says, and leaves no trace", () => {
    const { engine, traces } = setUp();
    const before = traces();
    const preview = engine.preview("checkout", [consumed(0.9, { name: "a" }), consumed(0.1, { name: "b" })]);
    expect(preview).toMatchObject({
      service: "checkout",
      at: T0,
      policy: "conservative",
      from: "unknown",
      decision: "halt",
      policyDecision: "halt",
      changed: true,
    });
    expect(preview.reasons.map(({ code }) => code)).toEqual(["consumed_above", "remaining_below"]);
    expect(preview.recommendations[0]).toMatch(/^Stop/);
    expect(preview.slos.map(({ id, decision }) => [id, decision])).toEqual([
      ["checkout/a", "halt"],
      ["checkout/b", "allow"],
    ]);
    expect(preview).not.toHaveProperty("actions");
    expect(traces()).toBe(before);
    expect(engine.current("checkout").decision).toBe("unknown");
  });

  test("knows the margin of what was judged before", async () => {
    const { engine } = setUp();
    await engine.applyPolicy("checkout", [consumed(0.9)]);
    const held = engine.preview("checkout", [consumed(0.78)]);
    expect([held.decision, held.slos[0]?.held, held.reasons[0]?.code]).toEqual(["halt", true, "held_by_margin"]);
    expect(engine.preview("checkout", [consumed(0.7)]).decision).toBe("warn");
    // Asked a second time it is the same: a preview is no judgement, and nothing has been left.
    expect(engine.preview("checkout", [consumed(0.78)]).decision).toBe("halt");
  });

  test("knows how long a decision stays, and that missing figures lift no halt", async () => {
    const { engine, clock } = setUp(HOUR);
    await engine.applyPolicy("checkout", [consumed(0.9)]);
    clock.advance(HOUR - 1);
    expect(engine.preview("checkout", [consumed(0)]).reasons[0]?.code).toBe("held_by_time");
    expect(engine.preview("checkout", [consumed(0)], { at: T0 + HOUR }).decision).toBe("allow");
    expect(engine.preview("checkout", [given({ total: 0, coverage: 0 })]).decision).toBe("halt");
  });

  test("is overridden as a judgement is, for as long as the override lasts, and does not end it", async () => {
    const { engine, clock, traces } = setUp();
    await engine.setOverride({ ...allowed, expiresAt: T0 + HOUR });
    const preview = engine.preview("checkout", [consumed(0.9)]);
    expect(preview).toMatchObject({ decision: "allow", policyDecision: "halt", override: { by: "Ada" } });
    expect(preview.reasons[0]).toEqual({
      code: "override",
      message: "Ada allows releases until 2026-03-01T01:00:00Z: a repair",
    });
    clock.advance(HOUR);
    const before = traces();
    const over = engine.preview("checkout", [consumed(0.9)]);
    expect([over.decision, over.override]).toEqual(["halt", undefined]);
    expect([engine.standing("checkout").override, engine.standing("checkout").decision]).toEqual([
      undefined,
      "unknown",
    ]);
    expect(traces()).toBe(before);
  });

  test("refuses what a judgement refuses", () => {
    const { engine } = setUp();
    expect(() => engine.preview("search", [given()])).toThrow('inputs[0].slo: "checkout/availability" is of');
    expect(() => engine.preview("checkout", [given(), given()])).toThrow("is there twice");
    expect(() => engine.preview("checkout", [], { at: Number.NaN })).toThrow("at: NaN is out of range");
    expect(() => engine.standing("checkout", { at: -1 })).toThrow("at: -1 is out of range");
  });
});

type Operation =
  | { readonly do: "apply"; readonly inputs: readonly PolicyInput[] }
  | { readonly do: "override"; readonly decision: "allow" | "halt"; readonly hours: number }
  | { readonly do: "wait"; readonly hours: number };

const inputs: fc.Arbitrary<readonly PolicyInput[]> = fc
  .array(fc.option(fc.integer({ min: 0, max: 1_200 }), { nil: undefined }), { maxLength: 3 })
  .map((bads) =>
    bads.map((bad, index) =>
      given({ name: `s${String(index)}`, ...(bad === undefined ? { total: 0, coverage: 0 } : { bad }) }),
    ),
  );

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("apply" as const), inputs }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("override" as const),
      decision: fc.constantFrom("allow" as const, "halt" as const),
      hours: fc.integer({ min: 1, max: 48 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.integer({ min: 0, max: 24 }) }) },
);

test("after any history a preview is the very judgement that follows it, and has left nothing behind", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 15 }), inputs, async (history, next) => {
      const { engine, clock, traces } = setUp(DAY / 4);
      for (const step of history) {
        if (step.do === "wait") clock.wall += step.hours * HOUR;
        else if (step.do === "apply") await engine.applyPolicy("checkout", step.inputs);
        else {
          const expiresAt = clock.now() + step.hours * HOUR;
          await engine.setOverride({ ...allowed, decision: step.decision, expiresAt });
        }
      }
      const before = traces();
      const remembered = engine.exportState();
      const standing = engine.standing("checkout");
      const preview = engine.preview("checkout", next);
      expect(traces()).toBe(before);
      const { actions: _, ...judged } = await engine.applyPolicy("checkout", next);
      expect(preview).toEqual(judged);
      const twin = new PolicyEngine({ default: policy, clock, state: remembered });
      expect(standing).toEqual(twin.current("checkout"));
    }),
    { numRuns: 150 },
  );
});
