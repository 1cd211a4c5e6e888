import { describe, expect, test } from "vitest";

import { parsePolicyDocument } from "../../src/policy/document.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { parseReliabilityDocument } from "../../src/policy/shared-document.ts";
import { parseSloDocument } from "../../src/slo/document.ts";

type KnownSlos = NonNullable<NonNullable<Parameters<typeof parsePolicyDocument>[1]>["knownSlos"]>;

/** What is told of the names in rules, from the last key on. */
function told(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    const lines = (error as Error).message.split("\n").filter((line) => !/^\d+ faults$/.test(line));
    return lines.map((line) => line.replace(/^.*?\.(?:when\.|careful\.(?=services))/, ""));
  }
}

describe("of several names in a list, one that no SLO has", () => {
  const faults = (there: string, named: string): readonly string[] =>
    told(() =>
      parsePolicyDocument(
        {
          error_budget_policies: {
            fleet: { services: ["shop"], rules: [{ when: { slo: [there, named] }, decision: "halt" }] },
          },
        },
        { knownSlos: [{ service: "shop", name: there }] },
      ),
    );

  test.each([
    ["latency-p95", "latency-p99"],
    ["latency-p99", "latency-p999"],
    ["latency_250ms", "latency_500ms"],
    ["latency95", "latency99"],
    ["availability", "availability2"],
    ["api.v1.errors", "api.v2.errors"],
    ["checkout-eu", "checkout-us"],
    ["checkout-us", "checkout-uk"],
    ["eu", "us"],
    ["availability-dev", "availability-dec"],
    ["cart-latency", "card-latency"],
    ["import-latency", "export-latency"],
    ["internal_errors", "external_errors"],
    ["checkout-availability", "check-out-availability"],
    ["checkout-availability", "checkout_availability"],
    ["latency", "latency-p99"],
    ["cart-availability-europe", "cart-availabilty-zzzzzzzz"],
    ["availability", "availabilty-x"],
    ["availability-checkout-paymentservice-extra", "availability-checkout-paymentservice-"],
    ["checkout-availability-payments", "checkout-availability-pictures"],
    ["checkout-availability-sales", "checkout-availability-saved"],
  ])("is one of another service where %s is there: %s", (there, named) => {
    expect(faults(there, named)).toEqual([]);
    expect(faults(named, there)).toEqual([]);
  });

  test.each([
    ["availability", "availabilty"],
    ["availability", "availabiltiy"],
    ["Availability", "availability"],
    ["journey", "jurney"],
    ["checkout-availability", "checkout-availabilty"],
    ["checkout_availability", "chekout_availability"],
    ["availability.eu", "availabilty.eu"],
    ["latency-p95", "latncy-p95"],
    ["latency-p95", "latncy-p99"],
    ["availability2", "availabilty2"],
  ])("is misspelt where %s is there: %s", (there, named) => {
    expect(faults(there, named)).toEqual([
      `slo[1]: "${named}" is no SLO of "shop", so the rule never holds for it; did you mean "${there}"? allowed: ${there}`,
    ]);
  });

  test("is told alone, however far it is from those that are there", () => {
    const policy = { services: ["shop"], rules: [{ when: { slo: "latency-p99" }, decision: "halt" }] };
    const knownSlos = [{ service: "shop", name: "latency-p95" }];
    expect(told(() => parsePolicyDocument({ error_budget_policies: { careful: policy } }, { knownSlos }))).toEqual([
      'slo: "latency-p99" is no SLO of "shop", so the rule never holds for it; did you mean "latency-p95"? allowed: latency-p95',
    ]);
  });
});

describe("a rule about kinds", () => {
  const SLOS = `
service_level_objectives:
  shop:
    availability: { target: 99.9%, measurement_window: 30d }
    errors: { kind: error_rate, target: 1%, measurement_window: 30d }
  cart: { latency: { target: 99%, threshold: 300ms, measurement_window: 30d } }
  mail: { availability: { target: 99.9%, measurement_window: 30d } }
composite_slos:
  mail: { journey: { of: all, members: [shop/availability, cart/latency], measurement_window: 30d } }
error_budget_policies:
`;
  const never = "so the rule never holds for it";

  test.each<[string, string, readonly string[]]>([
    ["services: [shop]", "slo_kind: availability", []],
    ["services: [shop]", "slo_kind: [latency, error_rate]", []],
    ["services: [shop, cart]", "slo_kind: latency", []],
    ["default: true", "slo_kind: latency", []],
    ["services: [shop]", "slo: [errors, availability], slo_kind: error_rate", []],
    ["services: [shop]", "slo: errors, slo_kind: [latency, error_rate]", []],
    // Without names, it is for whoever has SLOs of such a kind.
    ["services: [shop]", "slo_kind: [latency]", []],
    ["services: [shop, cart]", "service: shop, slo_kind: throughput", []],
    [
      "services: [shop]",
      "slo: [availability], slo_kind: [latency]",
      [`slo_kind[0]: "latency" is the kind of no SLO of "shop" that the rule names, ${never}; allowed: availability`],
    ],
    [
      "services: [shop, cart]",
      "slo: availability, slo_kind: error_rate",
      [
        `slo_kind: "error_rate" is the kind of no SLO of any service of this policy that the rule names, ${never}; allowed: availability`,
      ],
    ],
    [
      "services: [shop]",
      "slo: [availability], slo_kind: [latency, throughput]",
      [
        `slo_kind[0]: "latency" is the kind of no SLO of "shop" that the rule names, ${never}; allowed: availability`,
        `slo_kind[1]: "throughput" is the kind of no SLO of "shop" that the rule names, ${never}; allowed: availability`,
      ],
    ],
    [
      "services: [shop, cart, mail]",
      "service: [shop, mail], slo: availability, slo_kind: latency",
      [
        `slo_kind: "latency" is the kind of no SLO of any service that both this rule and its policy are for that the rule names, ${never}; allowed: availability`,
      ],
    ],
  ])("of a policy of %s may ask for %s", (services, when, expected) => {
    const policy = `  careful: { ${services}, rules: [{ when: { ${when} }, decision: halt }] }`;
    expect(told(() => parseReliabilityDocument(SLOS + policy, { hasAllServices: true }))).toEqual(expected);
    expect(told(() => parseReliabilityDocument(SLOS + policy))).toEqual([]);
  });

  test.each<[string, string, string, readonly string[]]>([
    ["a composite may have the kind", "services: [mail]", "slo_kind: latency", []],
    ["a composite that it names may have it", "services: [mail]", "slo: journey, slo_kind: latency", []],
    [
      "no composite is among those that it names",
      "services: [mail]",
      "slo: availability, slo_kind: latency",
      [`slo_kind: "latency" is the kind of no SLO of "mail" that the rule names, ${never}; allowed: availability`],
    ],
    [
      "the SLO itself is not there",
      "services: [shop]",
      "slo: latency, slo_kind: latency",
      [`slo: "latency" is no SLO of "shop", ${never}; allowed: availability, errors`],
    ],
    [
      "another SLO that it names is misspelt",
      "services: [shop]",
      "slo: [availability, erors], slo_kind: error_rate",
      [`slo[1]: "erors" is no SLO of "shop", ${never}; did you mean "errors"? allowed: availability, errors`],
    ],
    [
      "its service is of another policy",
      "services: [shop]",
      "service: cart, slo: latency, slo_kind: availability",
      [`service: "cart" is not under this policy, ${never}; allowed: shop`],
    ],
    [
      "one of its services is misspelt",
      "services: [shop, cart]",
      "service: [shop, crt], slo: availability, slo_kind: latency",
      ['service[1]: "crt" is no service here; did you mean "cart"? allowed: shop, cart, mail'],
    ],
    [
      "a service of its policy is misspelt",
      "services: [shop, crt]",
      "slo: availability, slo_kind: latency",
      ['services[1]: "crt" is no service here; did you mean "cart"? allowed: shop, cart, mail'],
    ],
  ])("is told what is true where %s", (_, services, when, expected) => {
    const policy = `  careful: { ${services}, rules: [{ when: { ${when} }, decision: halt }] }`;
    expect(told(() => parseReliabilityDocument(SLOS + policy, { hasAllServices: true }))).toEqual(expected);
  });

  const policies = parsePolicyDocument({
    error_budget_policies: {
      careful: { default: true, rules: [{ when: { slo: "availability", slo_kind: "latency" }, decision: "halt" }] },
    },
  });

  test("is refused by an engine that has been given the SLOs", () => {
    const { slos } = parseSloDocument({
      service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } },
    });
    expect(() => new PolicyEngine({ ...policies, knownSlos: slos })).toThrow(
      expect.objectContaining({
        message: `default.rules[0].when.slo_kind[0]: "latency" is the kind of no SLO of "shop" that the rule names, ${never}; allowed: availability`,
      }),
    );
  });

  test.each<[string, KnownSlos]>([
    ["of no SLO", [{ service: "shop", name: "availability" }]],
    [
      "not of all SLOs",
      [
        { service: "shop", name: "availability", kind: "availability" },
        { service: "cart", name: "availability" },
      ],
    ],
  ])("is taken where the kind is known %s", (_, knownSlos) => {
    expect(new PolicyEngine({ ...policies, knownSlos }).policyFor("shop").name).toBe("careful");
  });
});
