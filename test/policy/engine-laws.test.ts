import fc from "fast-check";
import { expect, test } from "vitest";

import { MemoryPolicyAuditLog } from "../../src/policy/audit.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import { given, HandClock, HOUR, NotingRunner, T0 } from "./support.ts";

type Operation =
  | { readonly do: "apply"; readonly bads: ReadonlyArray<number | undefined> }
  | { readonly do: "override"; readonly decision: "allow" | "halt"; readonly hours: number }
  | { readonly do: "remove" }
  | { readonly do: "wait"; readonly hours: number }
  | { readonly do: "restart" };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("apply" as const),
      bads: fc.array(fc.option(fc.integer({ min: 0, max: 1200 }), { nil: undefined }), { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("override" as const),
      decision: fc.constantFrom("allow" as const, "halt" as const),
      hours: fc.integer({ min: 1, max: 48 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "remove" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.integer({ min: -24, max: 24 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
);

const policy = new ConservativePolicy({
  warnBelowRemainingRatio: 0.5,
  actions: { allow: ["thaw"], warn: ["warn"], halt: ["freeze"], unknown: ["ask"] },
});

async function play(history: readonly Operation[]) {
  const [clock, runner, audit] = [new HandClock(), new NotingRunner(), new MemoryPolicyAuditLog()];
  const events: string[] = [];
  const make = (state?: string): PolicyEngine => {
    const made = new PolicyEngine({
      default: policy,
      actions: runner,
      audit,
      clock,
      ...(state === undefined ? {} : { state }),
    });
    made.on("decisionChanged", ({ from, to }) => events.push(`${from}>${to}`));
    return made;
  };
  let engine = make();
  for (const step of history) {
    if (step.do === "wait") clock.wall += step.hours * HOUR;
    else if (step.do === "restart") engine = make(JSON.stringify(engine.exportState()));
    else if (step.do === "remove") await engine.removeOverride({ service: "checkout", by: "Ada", reason: "done" });
    else if (step.do === "override") {
      const expiresAt = clock.now() + step.hours * HOUR;
      await engine.setOverride({ service: "checkout", decision: step.decision, by: "Ada", reason: "so", expiresAt });
      expect(engine.current("checkout").decision).toBe(step.decision);
    } else {
      const inputs = step.bads.map((bad, index) =>
        given({ name: `s${String(index)}`, ...(bad === undefined ? { total: 0 } : { bad }) }),
      );
      const outcome = await engine.applyPolicy("checkout", inputs);
      // A valid override always wins; one that is not valid is gone.
      if (outcome.override !== undefined) expect(outcome.override.expiresAt).toBeGreaterThan(clock.now());
      expect(outcome.decision).toBe(outcome.override?.decision ?? outcome.policyDecision);
    }
  }
  return { engine, audit, runner, events };
}

test("the audit log has exactly the changes, each from where the last one led, and each runs its actions once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (history) => {
      const { engine, audit, runner, events } = await play(history);
      // Before it is read: reading may find an override that is over.
      const changes = audit.entries().filter(({ what }) => what === "decision_changed");
      expect(changes.map(({ from, to }) => `${String(from)}>${String(to)}`)).toEqual(events);
      let last: string | undefined = "unknown";
      for (const { from, to } of changes) {
        expect(from).toBe(last);
        expect(to).not.toBe(from);
        last = to;
      }
      const [state] = engine.exportState().services;
      expect(state?.decision ?? "unknown").toBe(last);
      expect(state?.changes ?? 0).toBe(changes.length);
      const keys = runner.requests.map(({ idempotencyKey }) => idempotencyKey);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    { numRuns: 150 },
  );
});

test("the same history gives the same state, with restarts or without", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 20 }), async (history) => {
      const [one, again] = [await play(history), await play(history)];
      const straight = await play(history.filter(({ do: what }) => what !== "restart"));
      expect(again.engine.exportState()).toEqual(one.engine.exportState());
      expect(straight.engine.exportState()).toEqual(one.engine.exportState());
      expect(straight.runner.names).toEqual(one.runner.names);
    }),
    { numRuns: 80 },
  );
});

test("overlapping calls agree, and run each action once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1200 }), { minLength: 2, maxLength: 12 }), async (bads) => {
      const runner = new NotingRunner();
      const engine = new PolicyEngine({ default: policy, actions: runner, clock: new HandClock() });
      const outcomes = await Promise.all(
        bads.map((bad) => engine.applyPolicy("checkout", [given({ bad })], { at: T0 })),
      );
      const entered = outcomes.filter(({ changed }) => changed);
      expect(runner.requests.map(({ decision }) => decision)).toEqual(entered.map(({ decision }) => decision));
      expect(engine.exportState().services[0]?.pending).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
