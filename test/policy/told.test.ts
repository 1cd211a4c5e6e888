import { describe, expect, test } from "vitest";

import { MemoryPolicyAuditLog } from "../../src/policy/audit.ts";
import { PolicyEngine, type PolicyEngineOptions } from "../../src/policy/engine.ts";
import type { PolicyEvents } from "../../src/policy/events.ts";
import { ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import { consumed, given, HandClock, HOUR, NotingRunner, T0 } from "./support.ts";

const policy = new ConservativePolicy({ actions: { halt: ["freeze"] } });
const override = { service: "checkout", decision: "allow", by: "Ada", reason: "hotfix", expiresAt: T0 + HOUR } as const;

/** An engine with all that it tells, by the name of the event. */
function listen(options: PolicyEngineOptions = {}) {
  const clock = new HandClock();
  const runner = new NotingRunner();
  const engine = new PolicyEngine({ default: policy, actions: runner, clock, ...options });
  const told: Array<[string, unknown]> = [];
  const names: Array<keyof PolicyEvents> = [
    ...([
      "decisionChanged",
      "overrideSet",
      "overrideExpired",
      "overrideRemoved",
      "actionFailed",
      "auditFailed",
    ] as const),
  ];
  for (const name of names) engine.on(name, (payload) => told.push([name, payload]));
  return { clock, runner, engine, told };
}

describe("listeners are told", () => {
  test("who overrode what, until when, and what that replaced", async () => {
    const { engine, told } = listen();
    const first = await engine.setOverride(override);
    const second = await engine.setOverride({ ...override, by: " Grace ", decision: "halt", reason: " a freeze " });
    expect(second).toMatchObject({ by: "Grace", reason: "a freeze" });
    const place = { service: "checkout", at: T0 };
    expect(told).toEqual([
      ["overrideSet", { ...place, override: first, replaced: undefined }],
      [
        "decisionChanged",
        { ...place, from: "unknown", to: "allow", reasons: ["Ada allows releases until 2026-03-01T01:00:00Z: hotfix"] },
      ],
      ["overrideSet", { ...place, override: second, replaced: first }],
      [
        "decisionChanged",
        {
          ...{ ...place, from: "allow", to: "halt" },
          reasons: ["Grace halts releases until 2026-03-01T01:00:00Z: a freeze"],
        },
      ],
    ]);
  });

  test("who took an override away, and what the policy says without it", async () => {
    const { engine, told } = listen();
    await engine.applyPolicy("checkout", [consumed(0.9)]);
    const set = await engine.setOverride(override);
    await engine.removeOverride({ service: "checkout", by: "Grace", reason: "it was repaired" });
    const place = { service: "checkout", at: T0 };
    expect(told.slice(-2)).toEqual([
      ["overrideRemoved", { ...place, override: set, by: "Grace", reason: "it was repaired" }],
      [
        "decisionChanged",
        {
          ...{ ...place, from: "allow", to: "halt" },
          reasons: ["Grace removed the override by Ada: it was repaired", "the policy says halt"],
        },
      ],
    ]);
  });

  test("that an override is over, when somebody looks", async () => {
    const { engine, told, clock } = listen();
    const set = await engine.setOverride(override);
    clock.advance(HOUR + 5);
    engine.current("checkout");
    const place = { service: "checkout", at: T0 + HOUR + 5 };
    expect(told.slice(-2)).toEqual([
      ["overrideExpired", { ...place, override: set }],
      [
        "decisionChanged",
        {
          ...{ ...place, from: "allow", to: "unknown" },
          reasons: ["the override by Ada expired at 2026-03-01T01:00:00Z", "the policy says unknown"],
        },
      ],
    ]);
  });

  test("which action failed, when and why", async () => {
    const { engine, told, runner } = listen();
    runner.behaviour = () => Promise.reject(new RangeError("secret"));
    await engine.applyPolicy("checkout", [consumed(0.9)]);
    expect(told.at(-1)).toEqual([
      "actionFailed",
      {
        at: T0,
        request: runner.requests[0],
        error: expect.objectContaining({
          adapter: "policy-action-runner",
          operation: 'run the policy action "freeze"',
          retryable: true,
          message: expect.stringContaining("it failed with RangeError"),
        }),
      },
    ]);
  });

  test("which entry the audit log did not take, and that it may be tried again", async () => {
    const audit = {
      append: async (): Promise<void> => {
        throw "full" as unknown;
      },
    };
    const { engine, told } = listen({ audit });
    await engine.setOverride(override);
    expect(told.filter(([name]) => name === "auditFailed").map(([, payload]) => payload)).toEqual([
      {
        entry: expect.objectContaining({ what: "override_set", by: "Ada" }),
        error: expect.objectContaining({
          adapter: "policy-audit-log",
          operation: "append override_set to the audit log",
          retryable: true,
          message: expect.stringContaining("it failed with something that is no Error (string)"),
        }),
      },
      { entry: expect.objectContaining({ what: "decision_changed" }), error: expect.anything() },
    ]);
  });
});

describe("the audit log", () => {
  test("has the entries of one service if it is named, and of all if not", async () => {
    const { engine } = listen();
    await engine.applyPolicy("checkout", [consumed(0.1)]);
    await engine.applyPolicy("search", [consumed(0.1, { service: "search" })]);
    expect(engine.auditEntries("search").map(({ service }) => service)).toEqual(["search"]);
    expect(engine.auditEntries().map(({ service }) => service)).toEqual(["checkout", "search"]);
  });

  test("may keep a single entry", async () => {
    const audit = new MemoryPolicyAuditLog({ maxEntries: 1 });
    const { engine } = listen({ audit });
    await engine.applyPolicy("checkout", [consumed(0.9)]);
    expect(audit.entries()).toEqual([
      {
        ...{ at: T0, service: "checkout", what: "action_done", from: "unknown", to: "halt", action: "freeze" },
        ...{ why: "checkout went from unknown to halt", idempotencyKey: `checkout/${String(T0)}/1/freeze` },
      },
    ]);
  });

  test("has each reason of a decision that has several", async () => {
    const { engine } = listen();
    await engine.applyPolicy("checkout", [consumed(0.9)]);
    expect(engine.auditEntries()[0]?.why).toMatch(/is consumed; releases halt above 80%; checkout\/availability: 10%/);
  });

  test("has the reasons of the SLOs that the decision is due to, and of no other", async () => {
    const { engine, told } = listen();
    await engine.applyPolicy("checkout", [consumed(0.9, { name: "a" }), consumed(0.1, { name: "b" })]);
    const [, payload] = told[0] as [string, { reasons: string[] }];
    expect(payload.reasons.every((reason) => reason.startsWith("checkout/a: "))).toBe(true);
    await engine.applyPolicy("checkout", []);
    expect(told.at(-1)).toMatchObject([
      "decisionChanged",
      { to: "unknown", reasons: ["no SLO of the service was judged"] },
    ]);
  });
});

describe("an outcome says of a decision that is kept", () => {
  const unknown = given({ total: 0, coverage: 0 });

  test("that missing figures do not lift it", async () => {
    const { engine } = listen();
    await engine.applyPolicy("checkout", [consumed(0.9)]);
    const { reasons } = await engine.applyPolicy("checkout", [unknown]);
    expect(reasons[0]).toEqual({
      code: "held_by_unknown",
      message: "checkout/availability: halt is kept, since missing figures do not lift it",
    });
  });

  test("for how long it stays at least", async () => {
    const { engine } = listen({ minimumHoldMs: HOUR });
    await engine.applyPolicy("checkout", [consumed(0.9)]);
    const { reasons } = await engine.applyPolicy("checkout", [consumed(0.1)]);
    expect(reasons[0]).toEqual({
      code: "held_by_time",
      message: "checkout/availability: halt is kept, since a decision stays for at least 3600000 ms",
    });
  });

  test("in the audit log, when it comes back from under an override", async () => {
    const { engine, told, clock } = listen();
    await engine.applyPolicy("checkout", [consumed(0.9)]);
    await engine.setOverride(override);
    clock.advance(HOUR);
    await engine.applyPolicy("checkout", [consumed(0.78)]);
    expect(told.at(-1)).toMatchObject([
      "decisionChanged",
      {
        reasons: [
          "the override by Ada expired at 2026-03-01T01:00:00Z",
          "checkout/availability: halt is kept from before",
          "checkout/availability: 22% of the error budget remains",
          expect.stringContaining("so a fast burn would not be seen"),
        ],
      },
    ]);
  });
});

test("of several SLOs those that the decision is due to say what is to be done", async () => {
  const both = new ConservativePolicy({ actions: { halt: ["freeze"], allow: ["thaw"] } });
  const { engine, runner } = listen({ default: both });
  await engine.applyPolicy("checkout", [consumed(0.9, { name: "a" }), consumed(0.1, { name: "b" })]);
  expect(runner.names).toEqual(["freeze"]);
});

describe("what was remembered", () => {
  test("is taken up by an engine that runs already, for the services that it names", async () => {
    const [before, after] = [listen(), listen()];
    await before.engine.applyPolicy("checkout", [consumed(0.9)]);
    await after.engine.applyPolicy("search", [consumed(0.1, { service: "search" })]);
    after.engine.restoreState(before.engine.exportState());
    expect(after.engine.current("checkout").decision).toBe("halt");
    expect(after.engine.current("search").decision).toBe("allow");
    expect(() => after.engine.restoreState({ version: 7 })).toThrow("version: 7 is not allowed here");
  });

  test("of a service that was only looked at is nothing", () => {
    const { engine } = listen();
    engine.current("checkout");
    expect(engine.exportState().services).toEqual([]);
  });

  test("is not changed by looking at how a service stands, though an override is over", async () => {
    const { engine, told, clock } = listen();
    await engine.setOverride(override);
    clock.advance(HOUR);
    const before = engine.exportState();
    expect(engine.standing("checkout")).toMatchObject({ decision: "unknown" });
    expect(engine.exportState()).toEqual(before);
    expect(told.map(([name]) => name)).toEqual(["overrideSet", "decisionChanged"]);
  });
});
