import { describe, expect, test } from "vitest";

import { MemoryPolicyAuditLog } from "../../src/policy/audit.ts";
import { PolicyEngine, type PolicyEngineOptions } from "../../src/policy/engine.ts";
import { ErrorBudgetPolicy } from "../../src/policy/error-budget-policy.ts";
import { AggressivePolicy, ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import type { PolicyVerdict } from "../../src/policy/verdict.ts";
import { breathe, consumed, given, HandClock, HOUR, NotingRunner, T0 } from "./support.ts";

const policy = new ConservativePolicy({ actions: { halt: ["freeze", "tell"], allow: ["thaw"] } });

function setUp(options: PolicyEngineOptions = {}) {
  const clock = new HandClock();
  const runner = new NotingRunner();
  const audit = new MemoryPolicyAuditLog();
  const engine = new PolicyEngine({ default: policy, actions: runner, audit, clock, ...options });
  const told: string[] = [];
  for (const name of [
    "decisionChanged",
    "overrideSet",
    "overrideExpired",
    "overrideRemoved",
    "actionFailed",
    "auditFailed",
  ] as const) {
    engine.on(name, () => told.push(name));
  }
  const apply = (share: number) => engine.applyPolicy("checkout", [consumed(share, { at: clock.now() })]);
  const whats = () =>
    audit.entries().map(({ what, from, to }) => (what === "decision_changed" ? `${from}>${to}` : what));
  return { clock, runner, audit, engine, told, apply, whats };
}

const override = { service: "checkout", decision: "allow", by: "Ada", reason: "hotfix for the checkout" } as const;

describe("a service's decision", () => {
  test("is the strictest of its SLOs: halt, unknown, warn, allow", async () => {
    const { engine } = setUp();
    const slo = {
      allow: consumed(0, { name: "a" }),
      warn: given({ name: "w", bad: 300, failing: { [HOUR]: 0.02 } }),
      unknown: given({ name: "u", total: 0 }),
      halt: consumed(0.9, { name: "h" }),
    };
    const decide = async (...names: Array<keyof typeof slo>) =>
      (
        await new PolicyEngine().applyPolicy(
          "checkout",
          names.map((name) => slo[name]),
        )
      ).decision;
    expect(await decide("allow")).toBe("allow");
    expect(await decide("allow", "warn")).toBe("warn");
    expect(await decide("allow", "unknown", "warn")).toBe("unknown");
    expect(await decide("halt", "unknown", "allow")).toBe("halt");
    expect(engine.current("checkout").decision).toBe("unknown");
  });

  test("comes with the reasons and recommendations of the SLOs that it is due to", async () => {
    const { engine } = setUp();
    const outcome = await engine.applyPolicy("checkout", [consumed(0.9, { name: "a" }), consumed(0.1, { name: "b" })]);
    expect(outcome).toMatchObject({
      service: "checkout",
      policy: "conservative",
      decision: "halt",
      from: "unknown",
      changed: true,
      at: T0,
    });
    expect(outcome.reasons.map(({ code }) => code)).toEqual(["consumed_above", "remaining_below"]);
    expect(outcome.recommendations[0]).toMatch(/^Stop/);
    expect(outcome.slos.map(({ id, decision, held }) => [id, decision, held])).toEqual([
      ["checkout/a", "halt", false],
      ["checkout/b", "allow", false],
    ]);
  });

  test("has the moment at which it was entered for as long as it lasts, or an earlier one if the clock says so", async () => {
    const { apply, engine, clock } = setUp();
    await apply(0.9);
    clock.advance(HOUR);
    const later = await apply(0.95);
    expect([later.since, later.slos[0]?.since, engine.current("checkout").since]).toEqual([T0, T0, T0]);
    clock.wall = T0 - HOUR;
    const before = await apply(0.9);
    expect([before.since, before.slos[0]?.since]).toEqual([T0 - HOUR, T0 - HOUR]);
  });

  test("without any SLO is unknown", async () => {
    const outcome = await setUp().engine.applyPolicy("checkout", []);
    expect(outcome.decision).toBe("unknown");
    expect(outcome.reasons).toEqual([{ code: "no_slos", message: "no SLO of checkout was judged" }]);
  });

  test("is made by the policy of the service", async () => {
    const engine = new PolicyEngine({ services: { search: new AggressivePolicy() } });
    const decide = async (service: string) =>
      (await engine.applyPolicy(service, [consumed(0.85, { service })])).decision;
    expect(await decide("search")).toBe("allow");
    expect(await decide("checkout")).toBe("halt");
    expect(await decide("toString")).toBe("halt");
  });

  test("is told as held, with the reason", async () => {
    const { apply } = setUp();
    await apply(0.9);
    const outcome = await apply(0.78);
    expect(outcome).toMatchObject({ decision: "halt", changed: false });
    expect(outcome.slos[0]).toMatchObject({ held: true, verdict: { decision: "allow" } });
    expect(outcome.reasons[0]).toEqual({
      code: "held_by_margin",
      message: "checkout/availability: halt is kept, since the figures are not clear of it by 5% of the budget yet",
    });
  });

  test("of a policy that throws, or answers nonsense, is unknown", async () => {
    class Broken extends ErrorBudgetPolicy {
      readonly name = "broken";
      evaluate(): PolicyVerdict {
        throw new TypeError("secret");
      }
    }
    class Nonsense extends ErrorBudgetPolicy {
      readonly name = "nonsense";
      evaluate(): PolicyVerdict {
        return { decision: "maybe" } as never;
      }
    }
    for (const bad of [new Broken(), new Nonsense()]) {
      const outcome = await setUp({ default: bad }).apply(0.1);
      expect(outcome.decision).toBe("unknown");
      expect(outcome.reasons[0]?.code).toBe("policy_failed");
      expect(outcome.reasons[0]?.message).not.toContain("secret");
    }
  });

  test("is asked for with SLOs of the service only, each once, and with its own status", async () => {
    const { engine } = setUp();
    const [one, other] = [given({ name: "a" }), given({ name: "b" })];
    await expect(engine.applyPolicy("search", [one])).rejects.toThrow('inputs[0].slo: "checkout/a" is of "checkout"');
    await expect(engine.applyPolicy("checkout", [one, one])).rejects.toThrow(
      'inputs[1].slo: "checkout/a" is there twice',
    );
    await expect(engine.applyPolicy("checkout", [{ slo: one.slo, status: other.status }])).rejects.toThrow(
      'inputs[0].status: is of "checkout/b"',
    );
  });
});

describe("actions", () => {
  test("run when a decision is entered, in order, and not again while it lasts", async () => {
    const { apply, runner, told } = setUp();
    const { actions } = await apply(0.9);
    expect(actions.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(["freeze done", "tell done"]);
    expect((await apply(0.95)).actions).toEqual([]);
    await apply(0.1);
    expect(runner.names).toEqual(["freeze", "tell", "thaw"]);
    expect(told).toEqual(["decisionChanged", "decisionChanged"]);
  });

  test("get what they need to know, and a key of their own for each entry", async () => {
    const { apply, runner, clock } = setUp();
    await apply(0.9);
    clock.advance(5);
    await apply(0.1);
    clock.advance(5);
    await apply(0.9);
    expect(runner.requests[0]).toMatchObject({
      service: "checkout",
      action: "freeze",
      decision: "halt",
      from: "unknown",
      at: T0,
    });
    expect(runner.requests[0]?.reasons[0]).toContain("90% of the error budget is consumed");
    const keys = runner.requests.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys[0]).toBe(`checkout/${String(T0)}/1/freeze`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("of two calls that overlap run once", async () => {
    const { apply, runner } = setUp();
    let open = (): void => {};
    runner.behaviour = () => new Promise((resolve) => (open = resolve));
    const [first, second] = [apply(0.9), apply(0.9)];
    await expect(second).resolves.toMatchObject({ decision: "halt", changed: false, actions: [] });
    await breathe();
    open();
    await breathe();
    open();
    expect((await first).actions).toHaveLength(2);
    expect(runner.names).toEqual(["freeze", "tell"]);
  });

  test("of a later decision wait for those of an earlier one, though the decision does not", async () => {
    const { apply, runner, engine } = setUp();
    const open: Array<() => void> = [];
    runner.behaviour = () => new Promise((resolve) => open.push(resolve));
    const halting = apply(0.9);
    const allowing = apply(0.1);
    expect(engine.current("checkout").decision).toBe("allow");
    for (let turn = 0; turn < 3; turn += 1) {
      await breathe();
      expect(runner.names).toHaveLength(turn + 1);
      open[turn]?.();
    }
    await Promise.all([halting, allowing]);
    expect(runner.names).toEqual(["freeze", "tell", "thaw"]);
  });

  test.each([
    ["rejects", () => Promise.reject(new RangeError("password=1")), "it failed with RangeError"],
    [
      "throws at once",
      () => {
        throw new RangeError("password=1");
      },
      "it failed with RangeError",
    ],
    [
      "rejects with text",
      async () => {
        throw "password=1" as unknown;
      },
      "it failed with",
    ],
  ])("that %s are told of, and the rest still run", async (_, behaviour, message) => {
    const { apply, runner, told, audit } = setUp();
    runner.behaviour = ({ action }) => (action === "freeze" ? behaviour() : Promise.resolve());
    const { decision, actions } = await apply(0.9);
    expect(decision).toBe("halt");
    expect(actions.map(({ outcome }) => outcome)).toEqual(["failed", "done"]);
    expect(actions[0]?.error?.message).toContain(message);
    expect(actions[0]?.error?.message).not.toContain("password");
    expect(told).toEqual(["decisionChanged", "actionFailed"]);
    expect(audit.entries().map(({ what }) => what)).toEqual(["decision_changed", "action_failed", "action_done"]);
    expect(audit.entries()[1]?.why).not.toContain("password");
  });

  test("that hang are given up after the timeout, with their signal aborted", async () => {
    const { apply, runner, clock, audit } = setUp({ timeoutMs: 5_000 });
    runner.behaviour = ({ action }) => (action === "freeze" ? new Promise(() => {}) : Promise.resolve());
    clock.advance(HOUR);
    const applying = apply(0.9);
    await breathe();
    clock.advance(4_999);
    await breathe();
    expect(runner.names).toEqual(["freeze"]);
    clock.advance(1);
    const { actions } = await applying;
    expect(actions[0]).toMatchObject({ outcome: "failed", error: { code: "timeout", timeoutMs: 5_000 } });
    expect(actions[1]).toMatchObject({ outcome: "done" });
    expect(runner.signals[0]?.aborted).toBe(true);
    expect(audit.entries().find(({ what }) => what === "action_failed")?.at).toBe(T0 + HOUR + 5_000);
    expect(clock.timerCount).toBe(0);
  });

  test("that settle twice count once", async () => {
    const { apply, runner, audit } = setUp();
    const twice = {
      then(resolve: () => void, reject: (error: Error) => void) {
        resolve();
        resolve();
        reject(new Error("too late"));
      },
    };
    runner.behaviour = () => twice as never;
    expect((await apply(0.9)).actions.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(audit.entries().filter(({ what }) => what === "action_done")).toHaveLength(2);
  });

  test("without anybody to run them fail, and that is told", async () => {
    const engine = new PolicyEngine({ default: policy });
    const { actions } = await engine.applyPolicy("checkout", [consumed(0.9)]);
    expect(actions.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    expect(actions.map(({ error }) => error?.message)).toEqual([
      'actions: the policy of "checkout" asks for "freeze", and no action runner was given',
      'actions: the policy of "checkout" asks for "tell", and no action runner was given',
    ]);
  });

  test("of a call that was aborted before stay pending for the next", async () => {
    const { engine, runner, apply } = setUp();
    const outcome = await engine.applyPolicy("checkout", [consumed(0.9)], { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ decision: "halt", actions: [{ outcome: "pending" }, { outcome: "pending" }] });
    expect(runner.names).toEqual([]);
    await apply(0.9);
    expect(runner.names).toEqual(["freeze", "tell"]);
  });

  test("of a call that is aborted meanwhile are told to stop", async () => {
    const { engine, runner } = setUp();
    const controller = new AbortController();
    runner.behaviour = () => new Promise(() => {});
    const applying = engine.applyPolicy("checkout", [consumed(0.9)], { signal: controller.signal });
    await breathe();
    controller.abort();
    expect((await applying).actions.map(({ outcome }) => outcome)).toEqual(["failed", "pending"]);
    expect(runner.signals[0]?.aborted).toBe(true);
  });
});

describe("an override", () => {
  test("wins while it lasts, over unknown as well, and the policy goes on beneath it", async () => {
    const { engine, apply, clock } = setUp();
    await apply(0.9);
    await engine.setOverride({ ...override, expiresAt: T0 + HOUR });
    expect(engine.current("checkout")).toMatchObject({
      decision: "allow",
      policyDecision: "halt",
      override: { by: "Ada" },
    });
    const during = await apply(0.95);
    expect(during).toMatchObject({ decision: "allow", policyDecision: "halt" });
    expect(during.reasons[0]).toEqual({
      code: "override",
      message: "Ada allows releases until 2026-03-01T01:00:00Z: hotfix for the checkout",
    });
    const blind = await engine.applyPolicy("checkout", [given({ total: 0, name: "other" })]);
    expect(blind).toMatchObject({ decision: "allow", policyDecision: "unknown" });
    clock.advance(HOUR - 1);
    expect((await apply(0.9)).decision).toBe("allow");
    clock.advance(1);
    expect((await apply(0.9)).decision).toBe("halt");
  });

  test("can halt what the policy allows, with actions of its own", async () => {
    const { engine, apply, runner } = setUp();
    await apply(0.1);
    await engine.setOverride({ ...override, decision: "halt", expiresAt: T0 + HOUR, actions: ["freeze-by-hand"] });
    expect(runner.names).toEqual(["thaw", "freeze-by-hand"]);
    expect((await apply(0.1)).decision).toBe("halt");
  });

  test("that ends makes the policy's decision entered again, with its actions", async () => {
    const { engine, apply, runner, clock, told } = setUp();
    await apply(0.9);
    await engine.setOverride({ ...override, expiresAt: T0 + HOUR });
    clock.advance(HOUR);
    expect(engine.current("checkout")).not.toHaveProperty("override");
    expect(told).toEqual(["decisionChanged", "overrideSet", "decisionChanged", "overrideExpired", "decisionChanged"]);
    await apply(0.9);
    expect(runner.names).toEqual(["freeze", "tell", "freeze", "tell"]);
  });

  test("that has expired does not come back when the clock is set back", async () => {
    const { engine, apply, clock } = setUp();
    await apply(0.9);
    await engine.setOverride({ ...override, expiresAt: T0 + HOUR });
    clock.advance(HOUR);
    expect(engine.current("checkout").decision).toBe("halt");
    clock.wall = T0;
    expect(engine.current("checkout").decision).toBe("halt");
    expect((await apply(0.9)).decision).toBe("halt");
  });

  test("is replaced by a later one, and removed by name and reason", async () => {
    const { engine, apply, whats, audit } = setUp();
    await apply(0.9);
    await engine.setOverride({ ...override, expiresAt: T0 + HOUR });
    await engine.setOverride({ ...override, by: "Grace", decision: "halt", expiresAt: T0 + HOUR });
    expect(await engine.removeOverride({ service: "checkout", by: "Ada", reason: "done" })).toBe(true);
    expect(await engine.removeOverride({ service: "checkout", by: "Ada", reason: "done" })).toBe(false);
    expect(whats().filter((what) => !what.startsWith("action"))).toEqual([
      ...["unknown>halt", "override_set", "halt>allow", "override_set", "allow>halt", "override_removed"],
    ]);
    expect(audit.entries().at(-1)).toMatchObject({ what: "override_removed", by: "Ada", why: "done", to: "halt" });
  });

  test("that is over is not there to be removed", async () => {
    const { engine, clock, told } = setUp();
    await engine.setOverride({ ...override, expiresAt: T0 + HOUR });
    clock.advance(HOUR);
    expect(await engine.removeOverride({ service: "checkout", by: "Ada", reason: "done" })).toBe(false);
    expect(told).toEqual(["overrideSet", "decisionChanged", "overrideExpired", "decisionChanged"]);
  });

  const REFUSED: Array<[string, object, string]> = [
    ["without a name", { by: " " }, 'by: " "; write 1 to 200 characters, the name of who is responsible'],
    ["without a reason", { reason: undefined }, "reason: is missing; write 1 to 1000 characters, why this is right"],
    ["with too long a reason", { reason: "x".repeat(1001) }, "reason: has 1001 characters"],
    ["that ends now", { expiresAt: T0 }, "expiresAt: 2026-03-01T00:00:00Z is not possible"],
    ["that ends in the past", { expiresAt: T0 - 1 }, "expiresAt: 2026-02-28T23:59:59Z is not possible"],
    ["that ends too far ahead", { expiresAt: T0 + 7 * 24 * HOUR + 1 }, "1w at most, up to 2026-03-08T00:00:00Z"],
    ["that never ends", { expiresAt: Infinity }, "expiresAt: Infinity is not possible"],
    ["with a warning", { decision: "warn" }, 'decision: "warn" cannot override; write "allow" or "halt"'],
    ["with actions that are none", { actions: [""] }, "actions: is not a list of names"],
  ];
  test.each(REFUSED)("%s is refused, and changes nothing", async (_, change, message) => {
    const { engine, told, audit } = setUp();
    const request = { ...override, expiresAt: T0 + HOUR, ...change } as never;
    await expect(engine.setOverride(request)).rejects.toThrow(message);
    expect([told, audit.entries(), engine.current("checkout").override]).toEqual([[], [], undefined]);
  });

  test("is not removed without a name and a reason", async () => {
    const { engine } = setUp();
    const who = { service: "checkout", by: "Ada", reason: "done" };
    await engine.setOverride({ ...override, expiresAt: T0 + HOUR });
    await expect(engine.removeOverride({ ...who, by: "" })).rejects.toThrow('by: ""; write 1 to 200 characters');
    await expect(engine.removeOverride({ ...who, reason: "" })).rejects.toThrow("reason:");
    expect(engine.current("checkout").override?.by).toBe("Ada");
  });

  test("is refused with everything that is wrong with it at once", async () => {
    const request = { service: "checkout", decision: "no", by: "", reason: "", expiresAt: NaN } as never;
    await expect(setUp().engine.setOverride(request)).rejects.toMatchObject({ issues: { length: 4 } });
  });
});

describe("the audit log", () => {
  test("has who, what, why and when, frozen", async () => {
    const { engine, apply, audit } = setUp();
    await apply(0.9);
    await engine.setOverride({ ...override, expiresAt: T0 + HOUR });
    const [changed, , , set] = audit.entries("checkout");
    expect(changed).toMatchObject({ at: T0, what: "decision_changed", from: "unknown", to: "halt" });
    expect(changed?.why).toContain("90% of the error budget is consumed");
    expect(set).toEqual({
      ...{ at: T0, service: "checkout", what: "override_set", why: "hotfix for the checkout" },
      ...{ by: "Ada", to: "allow", expiresAt: T0 + HOUR },
    });
    expect(audit.entries().every(Object.isFrozen)).toBe(true);
  });

  test("is bounded", async () => {
    const audit = new MemoryPolicyAuditLog({ maxEntries: 2 });
    const { engine } = setUp({ audit, default: new ConservativePolicy() });
    for (const share of [0.9, 0.1, 0.9]) await engine.applyPolicy("checkout", [consumed(share)]);
    expect(audit.entries().map(({ to }) => to)).toEqual(["allow", "halt"]);
    expect(() => new MemoryPolicyAuditLog({ maxEntries: 0 })).toThrow("maxEntries: 0 is not a number of entries");
  });

  test("that fails or hangs does not stop anything, and is told", async () => {
    for (const append of [
      () => Promise.reject(new Error("disk")),
      () => new Promise<void>(() => {}),
      () => {
        throw new Error("disk");
      },
    ]) {
      const { engine, clock, told } = setUp({ audit: { append }, default: new ConservativePolicy() });
      const applying = engine.applyPolicy("checkout", [consumed(0.9)]);
      await breathe();
      clock.advance(10_000);
      expect((await applying).decision).toBe("halt");
      expect(told).toEqual(["decisionChanged", "auditFailed"]);
    }
  });

  test("is told to stop when it takes too long", async () => {
    const signals: Array<AbortSignal | undefined> = [];
    const append = (_: object, { signal }: { signal?: AbortSignal } = {}): Promise<void> => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const { apply, clock } = setUp({ audit: { append }, default: new ConservativePolicy(), timeoutMs: 5_000 });
    const applying = apply(0.9);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
    clock.advance(5_000);
    await applying;
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test("is waited for", async () => {
    const open: Array<() => void> = [];
    const { engine } = setUp({ audit: { append: () => new Promise((resolve) => open.push(resolve)) } });
    let resolved = false;
    const setting = engine.setOverride({ ...override, expiresAt: T0 + HOUR }).then(() => (resolved = true));
    await breathe();
    expect([resolved, open.length]).toEqual([false, 2]);
    for (const resolve of open) resolve();
    await setting;
    expect(engine.auditEntries().map(({ what }) => what)).toEqual(["override_set", "decision_changed"]);
  });
});

describe("the state", () => {
  test("goes through JSON, so that a restart neither flaps nor runs actions again", async () => {
    const { engine, apply } = setUp();
    await apply(0.9);
    await engine.setOverride({ ...override, expiresAt: T0 + HOUR });
    for (const state of [engine.exportState(), JSON.stringify(engine.exportState())]) {
      const after = setUp({ state });
      expect(after.engine.exportState()).toEqual(engine.exportState());
      expect((await after.apply(0.78)).policyDecision).toBe("halt");
      expect(after.runner.names).toEqual([]);
      after.clock.advance(HOUR);
      expect((await after.apply(0.78)).decision).toBe("halt");
      expect(after.told).toEqual(["overrideExpired", "decisionChanged"]);
    }
  });

  test("has the actions that were running, and they run again with the same key", async () => {
    const { engine, apply, runner } = setUp();
    runner.behaviour = () => new Promise(() => {});
    void apply(0.9);
    await breathe();
    const after = setUp({ state: engine.exportState() });
    await after.apply(0.9);
    expect(after.runner.names).toEqual(["freeze", "tell"]);
    expect(after.runner.requests[0]?.idempotencyKey).toBe(runner.requests[0]?.idempotencyKey);
    expect(after.engine.exportState().services[0]?.pending).toEqual([]);
  });

  test("of a service that was only overridden has nothing beside the override", async () => {
    const { engine } = setUp();
    const set = await engine.setOverride({ ...override, expiresAt: T0 + HOUR });
    expect(engine.exportState()).toEqual({
      version: 1,
      services: [
        {
          ...{ service: "checkout", decision: "allow", since: T0, policyDecision: "unknown", changes: 1 },
          ...{ slos: [], pending: [], override: set },
        },
      ],
    });
  });

  test("that is refused is named with the place of its fault", () => {
    expect(() => new PolicyEngine({ state: { version: 2, services: [] } })).toThrow(
      /^policy state version: 2 is not allowed here; allowed: 1$/,
    );
  });

  test.each([
    ["another version", { version: 2, services: [] }, "version: 2 is not allowed here; allowed: 1"],
    [
      "a bad decision",
      { version: 1, services: [{ decision: "go" }] },
      'services[0].decision: "go" is not allowed here',
    ],
    ["no JSON", "{", "policy state:1:2"],
  ])("of %s is refused", (_, state, message) => {
    expect(() => new PolicyEngine({ state })).toThrow(message);
  });
});

test("a moment that is none is refused", async () => {
  const { engine } = setUp();
  await expect(engine.applyPolicy("checkout", [], { at: NaN })).rejects.toThrow("at: NaN is out of range");
  expect(() => engine.current("checkout", { at: Infinity })).toThrow("at: Infinity is out of range");
});

test("a listener may call the engine again, and one that throws harms nobody", async () => {
  const failures: unknown[] = [];
  const { engine, apply, whats } = setUp({ onListenerError: (failure) => failures.push(failure) });
  engine.on("decisionChanged", ({ to }) => {
    if (to === "halt") void engine.setOverride({ ...override, expiresAt: T0 + HOUR });
  });
  engine.on("decisionChanged", () => {
    throw new Error("a bad listener");
  });
  await apply(0.9);
  expect(engine.current("checkout")).toMatchObject({ decision: "allow", policyDecision: "halt" });
  expect(whats().slice(0, 3)).toEqual(["unknown>halt", "override_set", "halt>allow"]);
  expect(failures).toHaveLength(2);
});

test.each([
  [{ marginRatio: 5 }, "marginRatio: 5 is out of range; write a number from 0 to 1"],
  [{ minimumHoldMs: -1 }, "minimumHoldMs: -1 is out of range"],
  [{ timeoutMs: NaN }, "timeoutMs: NaN is out of range"],
])("the options %j are refused", (options, message) => {
  expect(() => new PolicyEngine(options)).toThrow(message);
});
