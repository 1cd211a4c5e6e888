import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { GateVerdict } from "../../src/gate/model.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { ErrorBudgetPolicy } from "../../src/policy/error-budget-policy.ts";
import { ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import type { PolicyInput, PolicyVerdict } from "../../src/policy/verdict.ts";
import {
  compositeStatus,
  FakeTeller,
  HOUR,
  MINUTE,
  serviceStatus,
  sloStatus,
  T0,
  setUp,
  verdictOf,
  seen,
} from "./support.ts";

describe("statuses that cannot be told", () => {
  const secret = "https://ada:hunter2@prometheus.internal/api?token=hunter2";

  test.each<[string, FakeTeller["behaviour"], string]>([
    ["reject", () => Promise.reject(new Error(`fetch ${secret} failed`)), "Error"],
    [
      "throw",
      () => {
        throw Object.assign(new Error(secret), { code: "ECONNREFUSED" });
      },
      "ECONNREFUSED",
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what JavaScript allows, some do
    ["reject with what is no error", () => Promise.reject(secret), "it failed"],
  ])("are unknown where they %s, and nothing of a stranger's error is shown", async (_how, behaviour, why) => {
    for (const whenUnknown of ["open", "closed"] as const) {
      const { gate, failures } = setUp(behaviour, { whenUnknown });
      const result = await gate.check("checkout");
      expect(result).toMatchObject({
        verdict: "unknown",
        allowed: whenUnknown === "open",
        slos: [],
        summary: undefined,
      });
      expect(result.reasons).toEqual([
        { code: "status_failed", message: `how "checkout" stands could not be told: ${why}` },
      ]);
      expect(result.recommendations[0]).toMatch(/^Repair what tells/);
      expect(JSON.stringify(result)).not.toContain("hunter2");
      expect(failures).toHaveLength(1);
    }
  });

  test("are unknown when they do not come in time; whoever was asked is told to stop", async () => {
    const { gate, clock, teller } = setUp(() => new Promise(() => {}), { timeoutMs: 2_000 });
    const checking = gate.check("checkout");
    clock.advance(1_999);
    await Promise.resolve();
    expect(teller.asked[0]?.question.signal?.aborted).toBe(false);
    clock.advance(1);
    const { verdict, allowed, reasons } = await checking;
    expect([verdict, allowed]).toEqual(["unknown", false]);
    expect(reasons).toEqual([
      {
        code: "status_late",
        message: 'how "checkout" stands could not be told: telling how "checkout" stands did not finish within 2000 ms',
      },
    ]);
    expect(teller.asked[0]?.question.signal?.aborted).toBe(true);
  });

  test("are waited for ten seconds unless told", async () => {
    const { gate, clock } = setUp(() => new Promise(() => {}));
    const checking = gate.check("checkout");
    let settled = false;
    void checking.then(() => (settled = true));
    clock.advance(9_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    clock.advance(1);
    expect((await checking).reasons[0]?.code).toBe("status_late");
  });

  const one = sloStatus({ consumed: 0.1 });
  const measured = one.budget;
  const but = (changes: object): object => serviceStatus([{ ...one, ...changes }]);
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["text", "healthy"],
    ["a list", []],
    ["an empty object", {}],
    ["the status of another service", serviceStatus([], [], "search")],
    ["no SLOs", { ...seen.pass, slos: undefined }],
    ["no composites", { ...seen.pass, composites: undefined }],
    ["an SLO of another service", serviceStatus([sloStatus({ service: "search", consumed: 0 })])],
    ["an SLO twice", serviceStatus([one, one])],
    ["a budget of another SLO", but({ budget: { ...measured, id: "checkout/latency" } })],
    ["no budget", but({ budget: undefined })],
    ["a budget in no known state", but({ budget: { ...measured, state: "fine" } })],
    ["a share that is no number", but({ budget: { ...measured, consumedRatio: Number.NaN } })],
    ["a share that is infinite", but({ budget: { ...measured, remainingRatio: Infinity } })],
    ["a share that is missing", but({ budget: { ...measured, consumedRatio: undefined } })],
    ["a share as text", but({ budget: { ...measured, consumedRatio: "0.1" } })],
    [
      "a pace that is no number",
      but({ budget: { ...measured, burnRates: [{ windowMs: 1, rate: Number.NaN, bad: 0, total: 0 }] } }),
    ],
    ["no moment", but({ at: Number.NaN })],
    ["a verdict of its own", but({ verdict: "splendid" })],
    ["a composite without members", { ...seen.pass, composites: [{ ...compositeStatus(), composite: {} }] }],
    [
      "what throws when it is looked at",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error(secret);
          },
        },
      ),
    ],
  ])("are unknown where they are %s", async (_what, answer) => {
    const { gate, failures } = setUp(() => answer);
    const result = await gate.check("checkout");
    expect([result.verdict, result.allowed, result.summary]).toEqual(["unknown", false, undefined]);
    expect(result.reasons[0]?.code).toMatch(/^status_(?:unreadable|failed)$/);
    expect(JSON.stringify(result)).not.toContain("hunter2");
    expect(failures).toHaveLength(1);
  });

  test("say where they make no sense", async () => {
    const { gate } = setUp(() => but({ budget: { ...measured, consumedRatio: Number.NaN } }));
    expect((await gate.check("checkout")).reasons[0]?.message).toBe(
      'the status of "checkout" makes no sense: slos[0].budget.consumedRatio is not what a status has there',
    );
  });

  test("never make a check reject, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.boolean(), async (answer, rejects) => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- anything may come from outside
        const { gate } = setUp(() => (rejects ? Promise.reject(answer) : answer));
        const { verdict, allowed, reasons } = await gate.check("checkout");
        expect([verdict, allowed, reasons.length]).toEqual(["unknown", false, 1]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("old statuses", () => {
  test.each<[number, string]>([
    [10 * MINUTE, "pass"],
    [10 * MINUTE + 1, "unknown"],
    [-10 * MINUTE, "pass"],
    [-10 * MINUTE - 1, "unknown"],
  ])("of %d ms ago are %s", async (ageMs, expected) => {
    expect(await verdictOf(serviceStatus([sloStatus({ consumed: 0.1, at: T0 - ageMs })]))).toBe(expected);
  });

  test("are as old as what was counted last", async () => {
    const status = serviceStatus([sloStatus({ consumed: 0.1, countedUntil: T0 - HOUR })]);
    const { verdict, reasons } = await setUp(status).gate.check("checkout");
    expect(verdict).toBe("unknown");
    expect(reasons).toEqual([
      {
        code: "stale",
        message: "checkout/availability cannot be judged: its status is 1 h old, and 10 min at most are taken",
      },
    ]);
    expect(await verdictOf(status, { maxAgeMs: HOUR })).toBe("pass");
  });

  test("are told as of the moment that was asked for", async () => {
    const { gate } = setUp(serviceStatus([sloStatus({ consumed: 0.1, at: T0 - HOUR })]));
    expect((await gate.check("checkout", { at: T0 - HOUR })).verdict).toBe("pass");
    expect((await gate.check("checkout", { at: T0 })).verdict).toBe("unknown");
  });

  test("do not pass by a policy that would let them", async () => {
    class Trusting extends ErrorBudgetPolicy {
      readonly name = "trusting";
      evaluate(_input: PolicyInput): PolicyVerdict {
        return { decision: "allow", reasons: [], recommendations: [], actions: [] };
      }
    }
    const policies = { default: new Trusting() };
    expect(await verdictOf(serviceStatus([sloStatus({ consumed: 0.1 })]), { policies })).toBe("pass");
    expect(await verdictOf(serviceStatus([sloStatus({ consumed: 0.1, at: 0 })]), { policies })).toBe("unknown");
    expect(await verdictOf(serviceStatus([sloStatus({ consumed: 0.1, verdict: "unknown" })]), { policies })).toBe(
      "unknown",
    );
  });

  test("of one SLO do not hide that another blocks", async () => {
    const status = serviceStatus([sloStatus({ name: "old", consumed: 0, at: 0 }), sloStatus({ consumed: 0.9 })]);
    const { verdict, reasons, recommendations } = await setUp(status).gate.check("checkout");
    expect([verdict, reasons[0]?.code, reasons.at(-1)?.code]).toEqual(["block", "consumed_above", "stale"]);
    expect(recommendations.join()).toMatch(/^Stop feature releases/);
    expect(recommendations.join()).not.toContain("what counts the events");
  });

  test("without a moment of their own counts are as old as their status", async () => {
    const { countedUntil: _, ...rest } = sloStatus({ consumed: 0.1 });
    expect(await verdictOf(serviceStatus([rest as never]))).toBe("pass");
  });
});

describe("what the status alone can tell", () => {
  test("a budget whose present nobody watches is unknown, though there is enough of it left", async () => {
    const { verdict, reasons } = await setUp(
      serviceStatus([sloStatus({ consumed: 0.1, verdict: "unknown" })]),
    ).gate.check("checkout");
    expect([verdict, reasons[0]?.message]).toEqual(["unknown", "checkout/availability is unknown, says the status"]);
  });

  test("its other verdicts are not the policy's, which decides", async () => {
    expect(await verdictOf(serviceStatus([sloStatus({ consumed: 0.1, verdict: "critical" })]))).toBe("pass");
    expect(await verdictOf(serviceStatus([sloStatus({ consumed: 0.9, verdict: "healthy" })]))).toBe("block");
  });

  test("a policy that lets idle services pass does so here", async () => {
    const idle = sloStatus();
    const status = serviceStatus([
      { ...idle, budget: { ...idle.budget, state: "no_traffic", reason: "idle" } as never },
    ]);
    expect(await verdictOf(status)).toBe("unknown");
    const policies = { default: new ConservativePolicy({ whenIdle: "allow" }) };
    expect(await verdictOf(status, { policies })).toBe("pass");
  });
});

describe("policies that fail", () => {
  class Odd extends ErrorBudgetPolicy {
    readonly name = "odd";
    readonly #answer: () => unknown;
    constructor(answer: () => unknown) {
      super();
      this.#answer = answer;
    }
    evaluate(): PolicyVerdict {
      return this.#answer() as PolicyVerdict;
    }
  }
  const rest = { recommendations: [], actions: [] };
  test.each<[string, () => unknown, GateVerdict, string]>([
    [
      "throw",
      () => {
        throw new Error("hunter2");
      },
      "unknown",
      "policy_failed",
    ],
    ["answer nonsense", () => 7, "unknown", "policy_failed"],
    ["give no reason", () => ({ decision: "halt", reasons: [], ...rest }), "block", "block"],
    ["give reasons that are none", () => ({ decision: "halt", reasons: ["because", {}], ...rest }), "block", "block"],
  ])("are told: they %s", async (_how, answer, verdict, code) => {
    const result = await setUp(undefined, { policies: { default: new Odd(answer) } }).gate.check("checkout");
    expect([result.verdict, result.reasons.map((reason) => reason.code)]).toEqual([verdict, [code]]);
    expect(JSON.stringify(result.reasons)).not.toContain("hunter2");
  });

  test("and an engine that fails itself is unknown", async () => {
    const policies = new PolicyEngine();
    policies.preview = () => {
      throw new Error("hunter2");
    };
    const { verdict, reasons } = await setUp(undefined, { policies }).gate.check("checkout");
    expect([verdict, reasons[0]]).toEqual([
      "unknown",
      { code: "policy_failed", message: 'the policy of "checkout" could not be applied: Error' },
    ]);
  });
});
