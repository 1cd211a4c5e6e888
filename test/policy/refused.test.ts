import { describe, expect, test } from "vitest";

import { rollingWindow } from "../../src/core/time/window.ts";
import { parsePolicyDocument } from "../../src/policy/document.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { ErrorBudgetPolicy } from "../../src/policy/error-budget-policy.ts";
import { lookBacksOf } from "../../src/policy/judge.ts";
import { ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import type { PolicyVerdict } from "../../src/policy/verdict.ts";
import { consumed, DAY, given, HandClock, HOUR, T0 } from "./support.ts";

/** Answers what it is given. */
class Answering extends ErrorBudgetPolicy {
  readonly name = "own";
  readonly #answer: () => unknown;

  constructor(answer: () => unknown) {
    super();
    this.#answer = answer;
  }

  evaluate(): PolicyVerdict {
    return this.#answer() as PolicyVerdict;
  }
}

describe("a policy of one's own", () => {
  const verdict = { decision: "warn", reasons: [{ code: "a", message: "b" }], recommendations: ["c"], actions: ["d"] };
  const judge = (answer: () => unknown) =>
    new PolicyEngine({ default: new Answering(answer) }).preview("checkout", [given()]);

  test("needs only to evaluate, and reads no look-back unless it says so", () => {
    expect(judge(() => verdict)).toMatchObject({ decision: "warn", recommendations: ["c"] });
    expect(new Answering(() => verdict).lookBacksMs(rollingWindow(30 * DAY))).toEqual([]);
  });

  test.each([
    ["text", "warn"],
    ["nothing", undefined],
    ["null", null],
    ["a decision that is none", { ...verdict, decision: "stop" }],
    ["reasons that are no list", { ...verdict, reasons: "b" }],
    ["a reason that is null", { ...verdict, reasons: [null] }],
    ["a reason without a code", { ...verdict, reasons: [{ message: "b" }] }],
    ["a reason without a message", { ...verdict, reasons: [{ code: "a" }] }],
    ["recommendations that are no list", { ...verdict, recommendations: "c" }],
    ["a recommendation that is no text", { ...verdict, recommendations: [1] }],
    ["actions that are no list", { ...verdict, actions: { length: 0 } }],
    ["an action that is no text", { ...verdict, actions: ["d", 1] }],
  ])("that answers %s has not judged", (_, answer) => {
    expect(judge(() => answer)).toMatchObject({
      decision: "unknown",
      reasons: [
        {
          code: "policy_failed",
          message: expect.stringMatching(
            /^checkout\/availability cannot be judged: the policy "own" answered .*, which is no verdict$/,
          ),
        },
      ],
      recommendations: ["Repair the policy: it could not judge."],
      slos: [{ verdict: { actions: [] } }],
    });
  });

  const halt = {
    decision: "halt",
    reasons: [null, { code: "a" }, { code: "a", message: "b" }],
    recommendations: [1, "c", null],
    actions: ["d", {}],
  };

  test("that halts is heard, and of its words those that are some", () => {
    const kept = { decision: "halt", reasons: [{ code: "a", message: "b" }], recommendations: ["c"] };
    expect(judge(() => halt)).toMatchObject({ ...kept, slos: [{ verdict: { ...kept, actions: ["d"] } }] });
  });

  test.each([
    ["reasons", "b"],
    ["recommendations", undefined],
    ["actions", { length: 0 }],
  ])("that halts, and whose %s are no list, has not judged", (name, value) => {
    expect(judge(() => ({ ...halt, [name]: value }))).toMatchObject({
      decision: "unknown",
      reasons: [
        {
          code: "policy_failed",
          message: 'checkout/availability cannot be judged: the policy "own" answered a mapping, which is no verdict',
        },
      ],
    });
  });

  const window = rollingWindow(30 * DAY);

  test("says which look-backs it reads", () => {
    expect(lookBacksOf(new ConservativePolicy(), window)).toEqual([HOUR, HOUR / 12, 6 * HOUR, HOUR / 2]);
    expect(lookBacksOf(new Answering(() => verdict), window)).toEqual([]);
  });

  test.each([
    ["promises them", Promise.resolve([HOUR]), "TypeError"],
    ["answers with none", undefined, "TypeError"],
    ["answers with text among them", [HOUR, "1h"], "TypeError"],
    ["answers with a list-like thing", { length: 0 }, "TypeError"],
  ])("that %s when it is asked for its look-backs is refused", (_, answer, kind) => {
    const policy = Object.assign(new Answering(() => verdict), { lookBacksMs: () => answer as never });
    expect(() => lookBacksOf(policy, window)).toThrow(
      `policies: "own" cannot tell its look-backs: lookBacksMs failed with ${kind}`,
    );
  });

  test("that throws has not judged, and what it said is not told", () => {
    const { reasons } = judge(() => {
      throw new TypeError("secret");
    });
    expect(reasons[0]?.message).toBe('checkout/availability cannot be judged: the policy "own" threw TypeError');
  });
});

describe("an engine is refused", () => {
  const OPTIONS: Array<[string, object, string]> = [
    ["a default that cannot evaluate", { default: {} }, "default"],
    ["a runner that cannot run", { actions: { go: () => undefined } }, "actions"],
    ["an audit log that takes nothing", { audit: {} }, "audit"],
    ["an option that is none", { defualt: new ConservativePolicy() }, "PolicyEngine"],
    ["a timeout in quotes", { timeoutMs: "5" }, 'timeoutMs: "5" is out of range'],
    ["a longest override in words", { maxOverrideMs: "1h" }, 'maxOverrideMs: "1h" is out of range'],
    [
      "policies of services that there are not",
      { knownServices: ["a"], services: { b: new ConservativePolicy() } },
      'services.b: "b" is no service here; allowed: a',
    ],
  ];
  test.each(OPTIONS)("%s", (_, options, message) => {
    expect(() => new PolicyEngine(options)).toThrow(
      expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }),
    );
  });

  test("but not the widest amounts that are allowed", () => {
    expect(new PolicyEngine({ marginRatio: 1, minimumHoldMs: 0 }).current("a", { at: 8e15 }).since).toBe(8e15);
  });

  test("an override of a service that there is not", async () => {
    const engine = new PolicyEngine({ knownServices: ["checkout"], clock: new HandClock() });
    const request = { service: "checkuot", decision: "halt", by: "Ada", reason: "x", expiresAt: T0 + HOUR } as const;
    await expect(engine.setOverride(request)).rejects.toThrow('service: "checkuot" is no service here');
    await expect(engine.setOverride({ ...request, service: "checkout" })).resolves.toMatchObject({ decision: "halt" });
  });

  test("an override until the last moment that is allowed is not, and one after the end of time is named", async () => {
    const engine = new PolicyEngine({ clock: new HandClock(), maxOverrideMs: HOUR });
    const request = { service: "a", decision: "halt", by: "Ada", reason: "x" } as const;
    await expect(engine.setOverride({ ...request, expiresAt: T0 + HOUR })).resolves.toMatchObject({ by: "Ada" });
    await expect(engine.setOverride({ ...request, expiresAt: 9e15 })).rejects.toThrow("expiresAt: 9000000000000000 is");
    await expect(engine.setOverride({ ...request, expiresAt: T0 + 1, actions: [5 as never] })).rejects.toThrow(
      "actions: is not a list of names",
    );
  });
});

describe("a policy document", () => {
  const one = (when: string): string =>
    `error_budget_policies: { p: { default: true, rules: [{ when: { ${when} }, decision: halt }] } }`;

  test.each([
    [
      "a burn rate in words",
      one("burn_rate: { over: 1h, above: fast }"),
      'when.burn_rate.above: "fast" is not a burn rate; write a number',
    ],
    [
      "a look-back in words",
      one("burn_rate: { over: soon, above: 1 }"),
      'when.burn_rate.over: "soon" is not a duration',
    ],
    [
      "a burn rate in quotes",
      one('burn_rate: { over: 1h, above: "14.4" }'),
      'when.burn_rate.above: "14.4" is not a burn rate; write a number from 0, such as 14.4',
    ],
    ["a burn rate below nothing", one("burn_rate: { over: 1h, above: -1 }"), "-1 is not a burn rate"],
    ["a burn rate without sense", one("burn_rate: { over: 1h, above: 1000000001 }"), "is not a burn rate"],
    [
      "two upper bounds",
      one("consumed: { below: 80%, at_most: 50% }"),
      "has both below and at_most; write one of them",
    ],
    [
      "closed bounds the wrong way round",
      one("consumed: { at_least: 80%, at_most: 50% }"),
      "when.consumed: nothing is from 0.8 to 0.5, so it never holds",
    ],
    ["a point that is open", one("consumed: { at_least: 80%, below: 80% }"), "so it never holds"],
    ["a service that is no text", one("service: 5"), "when.service: 5 is not a name; write text"],
    [
      "two names that are none",
      'error_budget_policies: { "a b": { default: true, rules: [{ decision: allow }] } }',
      '1:26 error_budget_policies["a b"]',
    ],
  ])("is refused with %s", (_, text, message) => {
    expect(() => parsePolicyDocument(text, { file: "p.yaml" })).toThrow(message);
  });

  test("may ask for the highest burn rate, and for exactly one share", () => {
    expect(parsePolicyDocument(one("burn_rate: { over: 1h, at_most: 1000000000 }")).default?.name).toBe("p");
    const exactly = parsePolicyDocument(one("consumed: { at_least: 80%, at_most: 80% }")).default;
    expect(exactly?.evaluate(consumed(0.8)).decision).toBe("halt");
    expect(exactly?.evaluate(consumed(0.79)).decision).toBe("allow");
  });

  test("has at most a thousand policies", () => {
    const policies = (count: number): object => ({
      error_budget_policies: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `p${String(index)}`,
          { services: [`s${String(index)}`], rules: [{ decision: "allow" }] },
        ]),
      ),
    });
    expect(parsePolicyDocument(policies(1_000)).policies.size).toBe(1_000);
    expect(() => parsePolicyDocument(policies(1_001))).toThrow(
      /^error_budget_policies: has 1001 policies; allowed: at most 1000$/,
    );
  });

  test("without a default leaves the engine its own", () => {
    const document = parsePolicyDocument(
      "error_budget_policies: { p: { services: [a], rules: [{ decision: allow }] } }",
    );
    expect(document).not.toHaveProperty("default");
    expect(new PolicyEngine(document).policyFor("b").name).toBe("conservative");
  });

  test("that is no mapping at all is told once", () => {
    expect(() => parsePolicyDocument("- a\n- b")).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ line: 1, path: [] })] }),
    );
  });

  test("says in a rule's reason what burns, how fast, and which share of it that is", () => {
    const { default: policy } = parsePolicyDocument(
      one("burn_rate: { over: 1h, above: 2, at_most: 50 }, remaining: { at_least: 50%, at_most: 75% }"),
    );
    const verdict = policy?.evaluate(given({ bad: 250, failing: { [HOUR]: 0.0123456 } }));
    expect(verdict).toMatchObject({
      decision: "halt",
      reasons: [
        {
          code: "rule_halt",
          message:
            "checkout/availability: 75% of the error budget remains (at least 50%, at most 75%) and " +
            "the budget burns at 12.35x over 1h (above 2, at most 50); rule 1 of p",
        },
      ],
      recommendations: [],
      actions: [],
    });
  });

  test("shows as many digits of a share as tell it from the bound that it is beyond", () => {
    const { default: policy } = parsePolicyDocument(one("consumed: { above: 80%, at_most: 90% }"));
    const reason = (bad: number) => policy?.evaluate(given({ bad, total: 1_000_000_000 })).reasons[0]?.message;
    expect(reason(800_001)).toContain("80.0001% of the error budget is consumed (above 80%, at most 90%)");
    expect(reason(900_000)).toContain("90% of the error budget is consumed (above 80%, at most 90%)");
  });

  test("shows bounds as they were written, and so a share that is one of them", () => {
    const { default: policy } = parsePolicyDocument(one("consumed: { at_least: 80.0014%, at_most: 80.002% }"));
    const input = given({ bad: 800 });
    const status = { ...input.status, consumedRatio: 0.800014 } as typeof input.status;
    expect(policy?.evaluate({ ...input, status }).reasons).toEqual([
      {
        code: "rule_halt",
        message:
          "checkout/availability: 80.0014% of the error budget is consumed (at least 80.0014%, at most 80.002%); rule 1 of p",
      },
    ]);
  });

  test("says which rule holds where it asks for nothing, and what to measure where it cannot tell", () => {
    const text = `error_budget_policies:
  p:
    default: true
    rules:
      - { decision: warn }
      - { when: { burn_rate: { over: 6h, above: 2 } }, decision: halt }
      - { decision: allow }`;
    const policy = parsePolicyDocument(text).default;
    expect(policy?.lookBacksMs()).toEqual([6 * HOUR]);
    expect(parsePolicyDocument(one("consumed: { above: 80% }")).default?.lookBacksMs()).toEqual([]);
    expect(policy?.evaluate(given())).toEqual({
      decision: "unknown",
      reasons: [
        {
          code: "look_back_missing",
          message: "checkout/availability: rule 2 of p asks for the burn rate over 6h, which was not measured",
        },
        { code: "rule_warn", message: "checkout/availability: rule 1 of p holds" },
      ],
      recommendations: ["Measure the burn rate over 6h."],
      actions: [],
    });
  });
});
