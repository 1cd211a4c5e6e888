import { describe, expect, onTestFinished, test } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { parsePolicyDocument } from "../../src/policy/document.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { parseReliabilityDocument } from "../../src/policy/shared-document.ts";
import { ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import { Reliability } from "../../src/reliability.ts";

const SLOS = `
service_level_objectives:
  shop: { availability: { target: 99.9%, measurement_window: 30d } }
  cart: { latency: { target: 99%, threshold: 300ms, measurement_window: 30d } }
composite_slos:
  shop: { journey: { of: all, members: [shop/availability, cart/latency], measurement_window: 30d } }
error_budget_policies:
`;

function faultsOf(policies: string, hasAllServices = true): readonly string[] {
  try {
    parseReliabilityDocument(`${SLOS}${policies}`, { file: "slo.yaml", hasAllServices });
    return [];
  } catch (error) {
    return (error as Error).message.split("\n").map((line) => line.trim());
  }
}

describe("a rule about an SLO that no service of its policy has", () => {
  test("is told by its place, with the name that was meant", () => {
    expect(
      faultsOf("  careful: { services: [shop], rules: [{ when: { slo: [availabilty] }, decision: halt }] }"),
    ).toEqual([
      'slo.yaml:8:56 error_budget_policies.careful.rules[0].when.slo[0]: "availabilty" is no SLO of "shop", so the rule never ' +
        'holds for it; did you mean "availability"? allowed: availability, journey',
    ]);
  });

  test("is told where one name stands without a list, beside the other faults of the document", () => {
    const rules =
      "rules: [{ when: { slo: latncy, service: shpo }, decision: halt }, { when: { slo: latncy }, decision: halt }]";
    expect(faultsOf(`  careful: { services: [shop, cart], ${rules} }`)).toEqual([
      "2 faults",
      expect.stringMatching(
        /^slo\.yaml:8:\d+ error_budget_policies\.careful\.rules\[0\]\.when\.service: "shpo" is no service here; did you mean "shop"\? allowed: shop, cart$/,
      ),
      expect.stringMatching(
        /^slo\.yaml:8:\d+ error_budget_policies\.careful\.rules\[1\]\.when\.slo: "latncy" is no SLO of any service of this policy, .*; did you mean "latency"\? allowed: availability, latency, journey$/,
      ),
    ]);
  });

  test.each([
    ["services: [shop]", "slo: latency", false],
    ["services: [shop, cart]", "slo: latency", true],
    ["services: [shop, cart]", "slo: [latency, availability]", true],
    ["services: [shop]", "slo: [availability, freshness]", true],
    ["services: [shop]", "slo: [durability, freshness]", false],
    ["services: [shop]", "slo: [availability, jurney]", false],
    ["services: [shop]", "slo: [availability, availabilty]", false],
    ["services: [shop]", "service: cart", false],
    ["services: [shop]", "service: [cart, shop]", true],
    ["services: [shop]", "service: cart, slo: latency", false],
    ["services: [shop], default: true", "service: cart, slo: latency", true],
    ["services: [shop, cart]", "service: [cart, shop], slo: [latency, freshness]", true],
    ["services: [shop]", "slo: journey", true],
    ["services: [shop, cart]", "slo: latency, service: cart", true],
    ["services: [shop, cart]", "slo: latency, service: shop", false],
    ["default: true", "slo: latency", true],
    ["default: true", "slo: throughput", false],
    ["services: [shop], default: true", "slo: latency", true],
  ])("a policy of %s may ask for %s: %s", (services, when, isSound) => {
    const faults = faultsOf(`  careful: { ${services}, rules: [{ when: { ${when} }, decision: halt }] }`);
    expect(faults.length === 0).toBe(isSound);
  });

  test.each([
    [
      "none of several names is there",
      "services: [shop, cart], rules: [{ when: { slo: [fast, fresh] }, decision: halt }]",
      [
        'slo[0]: "fast" is no SLO of any service of this policy, so the rule never holds for it; allowed: availability, latency, journey',
        'slo[1]: "fresh" is no SLO of any service of this policy, so the rule never holds for it; allowed: availability, latency, journey',
      ],
    ],
    [
      "one of several is a slip",
      "services: [shop, cart], rules: [{ when: { slo: [fresh, latncy, journey] }, decision: halt }]",
      [
        'slo[1]: "latncy" is no SLO of any service of this policy, so the rule never holds for it; did you mean "latency"? allowed: availability, latency, journey',
      ],
    ],
    [
      "the rule is for some of the services",
      "services: [shop, cart], rules: [{ when: { slo: fast, service: [shop, cart] }, decision: halt }]",
      [
        'slo: "fast" is no SLO of any service that both this rule and its policy are for, so the rule never holds for it; allowed: availability, latency, journey',
      ],
    ],
    [
      "the rule is for a service of another policy",
      "services: [shop], rules: [{ when: { slo: latency, service: cart }, decision: halt }]",
      ['service: "cart" is not under this policy, so the rule never holds for it; allowed: shop'],
    ],
    [
      "one of its services is misspelt, and the other is of another policy",
      "services: [shop], rules: [{ when: { service: [crt, cart] }, decision: halt }]",
      ['service[0]: "crt" is no service here; did you mean "cart"? allowed: shop, cart'],
    ],
    [
      "one of the services of the policy is misspelt",
      "services: [shpo, cart], rules: [{ when: { slo: latncy }, decision: halt }]",
      [
        'careful.services[0]: "shpo" is no service here; did you mean "shop"? allowed: shop, cart',
        'slo: "latncy" is no SLO of "cart", so the rule never holds for it; did you mean "latency"? allowed: latency',
      ],
    ],
    [
      "nobody knows the only service of the policy, and says nothing of its rules",
      "services: [shpo], rules: [{ when: { service: cart }, decision: halt }]",
      ['careful.services[0]: "shpo" is no service here; did you mean "shop"? allowed: shop, cart'],
    ],
  ])("is told in words that are true where %s", (_, policy, expected) => {
    const faults = faultsOf(`  careful: { ${policy} }`).filter((line) => !/^\d+ faults$/.test(line));
    expect(faults.map((line) => line.replace(/^.*?\.when\.|^.*? error_budget_policies\./, ""))).toEqual(expected);
  });

  test("is no slip where another service has an SLO of that name", () => {
    const knownSlos = ["shop/reads", "shop/writes", "cart/read"].map((id) => {
      const [service = "", name = ""] = id.split("/");
      return { service, name };
    });
    const about = (slo: readonly string[]): object => ({
      error_budget_policies: { p: { services: ["shop"], rules: [{ when: { slo }, decision: "halt" }] } },
    });
    expect(() => parsePolicyDocument(about(["writes", "read"]), { knownSlos })).not.toThrow();
    expect(() => parsePolicyDocument(about(["writes", "reds"]), { knownSlos })).toThrow('"reds" is no SLO of "shop"');
  });

  test("is one of a default policy, too, where another policy has the service", () => {
    const careful = "  careful: { services: [cart], rules: [{ decision: allow }] }";
    const rest = "  rest: { default: true, rules: [{ when: { slo: latency }, decision: halt }] }";
    expect(faultsOf(`${careful}\n${rest}`)).toEqual([
      expect.stringContaining('rest.rules[0].when.slo: "latency" is no SLO of "shop"'),
    ]);
    const all = careful.replace("[cart]", "[cart, shop]");
    expect(faultsOf(`${all}\n${rest}`)).toEqual([]);
    // Where all services have policies of their own, the default is held against all of them.
    expect(faultsOf(`${all}\n${rest.replace("latency", "latncy")}`)).toEqual([
      expect.stringContaining(
        'rest.rules[0].when.slo: "latncy" is no SLO of any service of this policy, so the rule never holds for it; ' +
          'did you mean "latency"? allowed: availability, latency, journey',
      ),
    ]);
  });

  test("is told of a default policy where the SLOs alone are known", () => {
    const policy = { default: true, rules: [{ when: { slo: "latncy" }, decision: "halt" }] };
    const knownSlos = [{ service: "cart", name: "latency" }];
    expect(() => parsePolicyDocument({ error_budget_policies: { rest: policy } }, { knownSlos })).toThrow(
      'error_budget_policies.rest.rules[0].when.slo: "latncy" is no SLO of "cart", so the rule never holds for it; ' +
        'did you mean "latency"? allowed: latency',
    );
  });

  test("cannot be told where others may have more SLOs, nor of services that nobody knows", () => {
    const policy = "  careful: { services: [shop], rules: [{ when: { slo: latency }, decision: halt }] }";
    expect(faultsOf(policy, false)).toEqual([]);
    expect(faultsOf(policy.replace("shop", "shpo"))).toEqual([
      expect.stringContaining('careful.services[0]: "shpo" is no service here'),
    ]);
  });
});

describe("a policy that a fleet shares", () => {
  const policies = parsePolicyDocument(
    "error_budget_policies: { fleet: { default: true, rules: [{ when: { slo: [availability, freshness] }, decision: halt }] } }",
  );
  const document = "service_level_objectives: { shop: { availability: { target: 99.9%, measurement_window: 30d } } }";

  test("may name SLOs that only other services have", async () => {
    const reliability = await Reliability.open({
      document,
      policies,
      clock: new ManualClock(),
      evaluateEverySeconds: 0,
    });
    onTestFinished(() => reliability.close());
    expect(reliability.policies.policyFor("shop").name).toBe("fleet");
  });
});

describe("an engine that knows the SLOs", () => {
  const knownSlos = [
    { service: "shop", name: "availability" },
    { service: "cart", name: "latency" },
  ];
  const document = (policy: object): ReturnType<typeof parsePolicyDocument> =>
    parsePolicyDocument({ error_budget_policies: { careful: policy } });
  const about = (slo: string): object => ({ rules: [{ when: { slo }, decision: "halt" }] });

  test.each([
    [
      "of a service",
      { services: ["shop"], ...about("availabilty") },
      'services.shop.rules[0].when.slo[0]: "availabilty" is no SLO of "shop", so the rule never holds for it; did you mean',
    ],
    [
      "of the default",
      { default: true, ...about("latencies") },
      'default.rules[0].when.slo[0]: "latencies" is no SLO of any service of this policy',
    ],
  ])("refuses a declared policy %s that is about another one", (_, policy, message) => {
    expect(() => new PolicyEngine({ ...document(policy), knownSlos })).toThrow(message);
  });

  test.each([
    [
      "of two services by the first of them",
      { careful: { services: ["cart", "shop"], ...about("latencies") } },
      'services.cart.rules[0].when.slo[0]: "latencies" is no SLO of any service of this policy, so the rule never holds for it; ' +
        'did you mean "latency"? allowed: availability, latency',
    ],
    [
      "that is about an SLO of another one's service",
      { careful: { services: ["shop"], ...about("latency") }, calm: { services: ["cart"], ...about("latency") } },
      'services.shop.rules[0].when.slo[0]: "latency" is no SLO of "shop", so the rule never holds for it; allowed: availability',
    ],
    [
      "that is the default, and about an SLO of a service that is under another one",
      { calm: { services: ["cart"], ...about("latency") }, rest: { default: true, ...about("latency") } },
      'default.rules[0].when.slo[0]: "latency" is no SLO of "shop", so the rule never holds for it; allowed: availability',
    ],
  ])("refuses a declared policy %s", (_, policies, message) => {
    const options = { ...parsePolicyDocument({ error_budget_policies: policies }), knownSlos };
    expect(() => new PolicyEngine(options)).toThrow(expect.objectContaining({ message }));
  });

  test("takes policies whose rules name SLOs that there are, and policies that have no such rules", () => {
    const careful = document({ services: ["shop", "cart"], ...about("latency") });
    expect(new PolicyEngine({ ...careful, knownSlos }).policyFor("shop").name).toBe("careful");
    const own = Object.assign(new ConservativePolicy({ name: "own" }), { rules: ["no releases on Fridays"] });
    expect(new PolicyEngine({ default: own, knownSlos }).policyFor("shop").name).toBe("own");
  });

  test.each<[string, unknown]>([
    ["a condition of another form", [{ decision: "halt", when: { service: "shop", slo: "availabilty" } }]],
    ["another meaning", [{ decision: "halt", when: { service: ["Friday"], slo: ["afternoon"] } }]],
    ["no condition", [{ decision: "halt", when: null }]],
  ])("takes a policy of somebody's own class whose rules have %s", (_, rules) => {
    class Own extends ConservativePolicy {
      readonly rules = rules;
    }
    for (const options of [{}, { knownSlos }, { knownSlos, knownServices: ["shop", "cart"] }]) {
      expect(new PolicyEngine({ default: new Own({ name: "own" }), ...options }).policyFor("shop").name).toBe("own");
    }
  });

  test("refuses a rule about services alone that there are not, and checks nothing of which nothing is known", () => {
    const careful = document({ services: ["shop"], rules: [{ when: { service: "shpo" }, decision: "halt" }] });
    expect(() => new PolicyEngine({ ...careful, knownServices: ["shop"] })).toThrow('"shpo" is no service here');
    expect(new PolicyEngine(careful).policyFor("shop").name).toBe("careful");
  });
});

describe("the id of an SLO in a rule", () => {
  test.each([
    ["alone", "slo: shop/availability", "rules[0].when.slo"],
    ["in a list", "slo: [latency, shop/availability]", "rules[0].when.slo[1]"],
  ])("%s is refused, with the name to write", (_, when, path) => {
    const text = `error_budget_policies: { p: { default: true, rules: [{ when: { ${when} }, decision: halt }] } }`;
    expect(() => parsePolicyDocument(text)).toThrow(
      `${path}: "shop/availability" is the id of an SLO; write the SLO's name without its service, and the service, if it ` +
        'matters, as service; did you mean "availability"?',
    );
  });

  test("is told for each of them, and text that is no id keeps its own fault", () => {
    const text =
      "error_budget_policies: { p: { default: true, rules: [{ when: { slo: [shop/availability, cart/latency, a/b/c, 5] }, decision: halt }] } }";
    for (const part of [
      'slo[0]: "shop/availability" is the id',
      'slo[1]: "cart/latency" is the id',
      'slo[2]: "a/b/c" is not a name',
      "slo[3]: 5 is not a name; write text",
    ])
      expect(() => parsePolicyDocument(text)).toThrow(part);
  });

  test.each(["a b/latency", "shop/a b", "/latency", "shop/", "/", "", "shop/latency/"])(
    "is not what %j is: it is no name",
    (slo) => {
      const document = {
        error_budget_policies: { p: { default: true, rules: [{ when: { slo }, decision: "halt" }] } },
      };
      expect(() => parsePolicyDocument(document)).toThrow(
        expect.objectContaining({
          message:
            `error_budget_policies.p.rules[0].when.slo: ${JSON.stringify(slo)} is not a name; ` +
            "use letters, digits, _, . and -, beginning with a letter or digit",
        }),
      );
    },
  );
});
