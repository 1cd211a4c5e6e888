import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { parsePolicyDocument } from "../../src/policy/document.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { fencesOf } from "../house/fences.ts";
import { consumed, given, HOUR } from "./support.ts";

const rules = (text: string): string =>
  `error_budget_policies:\n  p:\n    default: true\n    rules:\n${text.replace(/^/gm, "      ")}`;

function decide(text: string, input = given()): string {
  return parsePolicyDocument(rules(text)).default?.evaluate(input).decision ?? "none";
}

describe("a policy document", () => {
  const document = parsePolicyDocument(`
    service_level_objectives: { read: elsewhere }
    error_budget_policies:
      careful:
        services: [checkout, payments]
        when_idle: allow
        rules:
          - when: { consumed: { above: 80% } }
            decision: halt
            actions: [freeze]
            recommendations: ["Stop feature releases"]
          - when: { remaining: { below: 50% } }
            decision: warn
            recommendations: ["Go slowly"]
      rest:
        default: true
        rules:
          - when: { consumed: { at_least: 100% } }
            decision: halt
  `);

  test("says which service is under which policy", () => {
    const engine = new PolicyEngine(document);
    expect(["checkout", "payments", "search"].map((service) => engine.policyFor(service).name)).toEqual([
      "careful",
      "careful",
      "rest",
    ]);
    expect([...document.policies.keys()]).toEqual(["careful", "rest"]);
  });

  test("is applied by an engine", async () => {
    const engine = new PolicyEngine(document);
    const { decision, reasons, recommendations } = await engine.applyPolicy("checkout", [consumed(0.9)]);
    expect(decision).toBe("halt");
    expect(reasons.map(({ code, message }) => [code, message])).toEqual([
      ["rule_halt", "checkout/availability: 90% of the error budget is consumed (above 80%); rule 1 of careful"],
      ["rule_warn", "checkout/availability: 10% of the error budget remains (below 50%); rule 2 of careful"],
    ]);
    expect(recommendations).toEqual(["Stop feature releases"]);
  });

  test("can be an object, or share its file with the SLOs", () => {
    const policies = { p: { default: true, rules: [{ decision: "allow" }] } };
    expect(parsePolicyDocument({ error_budget_policies: policies }).default?.name).toBe("p");
    const slos = readFileSync(join(import.meta.dirname, "../data/slo/example.yaml"), "utf8");
    expect(parsePolicyDocument(`${slos}\nerror_budget_policies: ${JSON.stringify(policies)}`).default?.name).toBe("p");
  });

  test("judges what was not measured before its rules", () => {
    const idle = given({ total: 0 });
    const blind = given({ total: 0, coverage: 0 });
    const [careful, rest] = [document.services.get("checkout"), document.default];
    expect([careful, rest].map((policy) => policy?.evaluate(idle).decision)).toEqual(["allow", "unknown"]);
    expect([careful, rest].map((policy) => policy?.evaluate(blind).decision)).toEqual(["unknown", "unknown"]);
    expect(careful?.evaluate(idle)).toEqual({
      decision: "allow",
      reasons: [{ code: "idle_allowed", message: "checkout/availability had no traffic, which this policy allows" }],
      recommendations: [],
      actions: [],
    });
    expect(careful?.evaluate(blind)).toEqual({
      decision: "unknown",
      reasons: [
        {
          code: "no_data",
          message: "checkout/availability cannot be judged: nothing was measured in this window",
        },
      ],
      recommendations: ["Check the source of the SLI: nothing was measured."],
      actions: [],
    });
  });
});

describe("bounds", () => {
  test.each([
    ["above: 80%", 800, "allow"],
    ["above: 80%", 801, "halt"],
    ["at_least: 80%", 799, "allow"],
    ["at_least: 80%", 800, "halt"],
    ["below: 80%", 799, "halt"],
    ["below: 80%", 800, "allow"],
    ["at_most: 80%", 800, "halt"],
    ["at_most: 80%", 801, "allow"],
    ["above: 50%, at_most: 80%", 650, "halt"],
    ["above: 50%, at_most: 80%", 500, "allow"],
    ["above: 120%", 1201, "halt"],
    ["above: 0.8", 801, "halt"],
    ["at_least: 14.4%", 144, "halt"],
  ])("of consumed: { %s } after %i of 1000: %s", (bounds, bad, decision) => {
    expect(decide(`- { when: { consumed: { ${bounds} } }, decision: halt }`, given({ bad }))).toBe(decision);
  });
});

describe("rules", () => {
  test("of whatever order: the strictest that holds wins", () => {
    const [warn, halt] = ["- { decision: warn }", "- { when: { consumed: { above: 80% } }, decision: halt }"];
    for (const text of [`${warn}\n${halt}`, `${halt}\n${warn}`]) {
      expect(decide(text, consumed(0.9))).toBe("halt");
      expect(decide(text, consumed(0.1))).toBe("warn");
    }
  });

  test("allow where none holds", () => {
    const verdict = parsePolicyDocument(
      rules("- { when: { consumed: { above: 80% } }, decision: halt }"),
    ).default?.evaluate(given());
    expect(verdict).toMatchObject({
      decision: "allow",
      reasons: [{ code: "within_budget", message: "checkout/availability: no rule of p holds" }],
    });
  });

  test("can be for kinds, SLOs and services, one or many", () => {
    const halts = (scope: string): string =>
      decide(`- { when: { ${scope} }, decision: halt }`, given({ kind: "latency" }));
    expect(halts("slo_kind: latency")).toBe("halt");
    expect(halts("slo_kind: [availability, throughput]")).toBe("allow");
    expect(halts("slo: [availability, other]")).toBe("halt");
    expect(halts("slo: other")).toBe("allow");
    expect(halts("service: checkout")).toBe("halt");
    expect(halts("service: [search]")).toBe("allow");
    expect(halts("service: checkout, slo_kind: availability")).toBe("allow");
  });

  const twice = "- when: { burn_rate: [{ over: 1h, above: 14 }, { over: 5m, above: 14 }] }\n  decision: warn";
  test.each([
    ["both burn", { [HOUR]: 0.02, [HOUR / 12]: 0.02 }, "warn"],
    ["the long one alone burns", { [HOUR]: 0.02, [HOUR / 12]: 0.001 }, "allow"],
    ["one was not measured, and the other burns", { [HOUR]: 0.02 }, "unknown"],
    ["one was not measured, and the other does not burn", { [HOUR]: 0.001 }, "allow"],
  ])("of two look-backs where %s", (_, failing, decision) => {
    expect(decide(twice, given({ failing }))).toBe(decision);
  });

  test("say which look-back is missing, and which they read", () => {
    const policy = parsePolicyDocument(rules(twice)).default;
    expect(policy?.evaluate(given()).reasons).toEqual([
      {
        code: "look_back_missing",
        message: "checkout/availability: rule 1 of p asks for the burn rate over 1h, which was not measured",
      },
    ]);
    expect(policy?.lookBacksMs()).toEqual([HOUR / 12, HOUR]);
  });

  test("do not burn where nothing came", () => {
    const input = given({ failing: { [HOUR]: 0 } });
    const burnRates = input.status.burnRates.map((burn) => ({ ...burn, rate: undefined }));
    expect(
      decide("- { when: { burn_rate: { over: 1h, at_least: 0 } }, decision: halt }", {
        ...input,
        status: { ...input.status, burnRates },
      }),
    ).toBe("allow");
  });
});

describe("what is wrong is told at its place", () => {
  const one = "{ default: true, rules: [{ decision: allow }] }";
  const FAULTS: Array<[string, string, string[]]> = [
    ["an empty text", "", ["the document is empty"]],
    ["a misspelled root", "error_budget_policy: {}", ['did you mean "error_budget_policies"?']],
    ["only SLOs", "service_level_objectives: {}", ["error_budget_policies: is missing; it must be a mapping"]],
    [
      "no policy",
      "error_budget_policies: {}",
      ["p.yaml:1:24 error_budget_policies: is empty; write at least one policy"],
    ],
    ["a name that is none", `error_budget_policies: { "a b": ${one} }`, ['"a b" is not a name']],
    [
      "no rule",
      "error_budget_policies: { a: { default: true, rules: [] } }",
      ["a.rules: has 0 items; allowed: at least 1"],
    ],
    [
      "a policy for nobody",
      "error_budget_policies: { a: { rules: [{ decision: allow }] } }",
      ["p.yaml:1:26 error_budget_policies.a: is for no service; write services, or default: true"],
    ],
    [
      "two defaults",
      `error_budget_policies:\n  a: ${one}\n  b: ${one}`,
      ['p.yaml:3:17 error_budget_policies.b.default: "a" is the default already'],
    ],
    [
      "a service under two policies",
      "error_budget_policies: { a: { services: [x], rules: [{ decision: allow }] }, b: { services: [y, x], rules: [{ decision: allow }] } }",
      ['b.services[1]: "x" is under "a" already'],
    ],
    [
      "a number that may be a percentage",
      rules("- { when: { consumed: { above: 80 } }, decision: halt }"),
      ["80 is not a share of the budget; write a percentage, such as 80%"],
    ],
    [
      "a negative share",
      rules("- { when: { remaining: { below: -5% } }, decision: halt }"),
      ['"-5%" is not a share of the budget'],
    ],
    [
      "bounds that exclude each other",
      rules("- { when: { consumed: { above: 80%, below: 50% } }, decision: halt }"),
      ["nothing is from 0.8 to 0.5, so it never holds"],
    ],
    [
      "bounds that leave nothing",
      rules("- { when: { consumed: { above: 80%, at_most: 80% } }, decision: halt }"),
      ["so it never holds"],
    ],
    [
      "two lower bounds",
      rules("- { when: { consumed: { above: 80%, at_least: 50% } }, decision: halt }"),
      ["has both above and at_least"],
    ],
    [
      "no bound",
      rules("- { when: { consumed: {} }, decision: halt }"),
      ["when.consumed: is empty; write above, at_least, below or at_most"],
    ],
    ["no condition", rules("- { when: {}, decision: halt }"), ["when: is empty; leave it out"]],
    [
      "a burn rate without a look-back",
      rules("- { when: { burn_rate: { above: 2 } }, decision: halt }"),
      ["burn_rate.over: is missing; write one, such as 1h"],
    ],
    [
      "a look-back that is none",
      rules("- { when: { burn_rate: [{ over: 0s, above: 2 }] }, decision: halt }"),
      ['burn_rate[0].over: "0s" is no length of time'],
    ],
    ["an unknown kind", rules("- { when: { slo_kind: latencies }, decision: halt }"), ['did you mean "latency"?']],
    [
      "a decision that is none",
      rules("- { decision: stop }"),
      ['decision: "stop" is not allowed here; allowed: allow, warn, halt'],
    ],
    [
      "everything at once",
      rules(
        "- { decision: stop }\n- { when: { consumed: { above: 80 } } }\n- { decision: halt, actions: [5], wen: 1 }",
      ),
      [
        "rules[0].decision",
        "rules[1].when.consumed.above",
        "rules[1].decision: is missing",
        "rules[2].actions[0]: 5 is not a name",
        'unknown key "wen"; did you mean "when"?',
      ],
    ],
    ["too many rules", rules("- { decision: allow }\n".repeat(101)), ["rules: has 101 items; allowed: at most 100"]],
  ];
  test.each(FAULTS)("%s", (_, text, messages) => {
    for (const message of messages) expect(() => parsePolicyDocument(text, { file: "p.yaml" })).toThrow(message);
  });
});

test("the documents of docs/policy.md load", () => {
  const documents = fencesOf(["docs/policy.md"]).filter(({ flags }) => flags.includes("policy"));
  expect(documents).toHaveLength(1);
  for (const { code } of documents) expect(parsePolicyDocument(code).policies.size).toBeGreaterThan(0);
});
