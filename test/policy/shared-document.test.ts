import { describe, expect, test } from "vitest";

import { ConfigurationError, type ConfigurationIssue } from "../../src/core/errors.ts";
import { parseReliabilityDocument } from "../../src/policy/shared-document.ts";

const SLOS = "service_level_objectives: { shop: { availability: { target: 99.9%, measurement_window: 30d } } }";
const POLICY = "{ p: { services: [shop], rules: [{ decision: allow }] } }";
const slo = { target: "99.9%", measurement_window: "30d" };

function issuesOf(input: string | object, hasAllServices = true): readonly ConfigurationIssue[] {
  try {
    parseReliabilityDocument(input, { hasAllServices });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.issues;
    throw error;
  }
  return [];
}

describe("a document of SLOs", () => {
  const namesIn = (input: string | object): unknown => {
    const { policies } = parseReliabilityDocument(input);
    return policies && [...policies.policies.keys()];
  };

  test.each([
    ["under a plain key", `error_budget_policies: ${POLICY}`],
    ["under a key in double quotes", `"error_budget_policies": ${POLICY}`],
    ["under a key in single quotes", `'error_budget_policies': ${POLICY}`],
    ["under a key with spaces behind it", `error_budget_policies : ${POLICY}`],
    ["under a key that is marked", `? error_budget_policies\n: ${POLICY}`],
    ["under a key with an anchor", `&policies error_budget_policies: ${POLICY}`],
    ["under a key with a tag", `!!str error_budget_policies: ${POLICY}`],
    ["under a key with an escape", `"error_budget\\x5fpolicies": ${POLICY}`],
  ])("may have policies %s", (_, text) => {
    expect(namesIn(`${SLOS}\n${text}\n`)).toEqual(["p"]);
    expect(namesIn(`${text}\n${SLOS}\n`)).toEqual(["p"]);
  });

  test("may have them in a mapping in braces, and in one that is no text", () => {
    expect(namesIn(`{ error_budget_policies: ${POLICY}, ${SLOS} }`)).toEqual(["p"]);
    expect(namesIn(`{\n  ${SLOS},\n  "error_budget_policies": ${POLICY}\n}`)).toEqual(["p"]);
    const policies = { p: { services: ["shop"], rules: [{ decision: "allow" }] } };
    const document = { service_level_objectives: { shop: { availability: slo } } };
    expect(namesIn({ ...document, error_budget_policies: policies })).toEqual(["p"]);
    expect(namesIn(document)).toBeUndefined();
    expect(namesIn({ ...document, error_budget_policies: undefined })).toBeUndefined();
    // In one line, behind another key.
    expect(namesIn(JSON.stringify({ ...document, error_budget_policies: policies }))).toEqual(["p"]);
    expect(namesIn(`{ ${SLOS}, error_budget_policies: ${POLICY} }`)).toEqual(["p"]);
  });

  test("must have some where the key is", () => {
    expect(issuesOf(`${SLOS}\nerror_budget_policies:\n`)).toMatchObject([
      { path: ["error_budget_policies"], message: expect.stringContaining("must be a mapping") as string, line: 2 },
    ]);
  });

  test.each([
    ["are not mentioned", ""],
    ["are mentioned in a comment", "# error_budget_policies: elsewhere"],
    ["are mentioned in a comment without a space", "#error_budget_policies: elsewhere"],
    [
      "are mentioned in a text",
      "composite_slos:\n  shop:\n    both:\n      of: all\n      members: [shop/availability]\n      measurement_window: 30d\n      description: |\n        error_budget_policies: elsewhere",
    ],
    ["are mentioned behind other text", "exclusions: [] # error_budget_policies: elsewhere"],
  ])("has no policies where they %s", (_, text) => {
    expect(namesIn(`${SLOS}\n${text}\n`)).toBeUndefined();
  });

  test("may have policies for services that others have, unless it says that it has all", () => {
    const text = `${SLOS}\nerror_budget_policies: ${POLICY.replace("shop", "cart")}`;
    expect(namesIn(text)).toEqual(["p"]);
    expect(issuesOf(text)).toEqual([
      {
        path: ["error_budget_policies", "p", "services", 0],
        message: '"cart" is no service here; allowed: shop',
        line: 2,
        column: 42,
      },
    ]);
  });
});

describe("the faults of a document that has all services", () => {
  const policies = { p: { services: ["cart"], rules: [{ decision: "stop" }] } };
  const decision = "error_budget_policies.p.rules.0.decision";

  test.each<[string, object, string]>([
    [
      "SLOs",
      { service_level_objectives: { shop: { availability: { ...slo, target: "lots" } } } },
      "service_level_objectives.shop.availability.target",
    ],
    [
      "composites",
      { service_level_objectives: { shop: { availability: slo } }, composite_slos: { shop: { all: { of: "some" } } } },
      "composite_slos.shop.all.of",
    ],
  ])("are told with those of its policies where its %s cannot be read", (_, parts, path) => {
    const paths = issuesOf({ ...parts, error_budget_policies: policies }).map((issue) => issue.path.join("."));
    expect(paths).toContain(path);
    expect(paths).toContain(decision);
    // Which services there are is not known then.
    expect(paths).not.toContain("error_budget_policies.p.services.0");
  });

  test("end with how many more each of its parts has", () => {
    const many = (count: number, one: object): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${String(index)}`, one]));
    const issues = issuesOf({
      service_level_objectives: { shop: many(105, { ...slo, target: "lots" }) },
      error_budget_policies: many(107, { default: false, rules: 5 }),
    });
    expect(issues).toHaveLength(202);
    expect(issues.filter(({ path }) => path.length === 0)).toEqual([
      { path: [], message: "and 5 more faults" },
      { path: [], message: "and 7 more faults" },
    ]);
  });

  test("end with how many more each of its parts has, be they as many", () => {
    const many = (one: object): object =>
      Object.fromEntries(Array.from({ length: 105 }, (_, index) => [`n${String(index)}`, one]));
    const document = {
      service_level_objectives: { shop: many({ ...slo, target: "lots" }) },
      composite_slos: { shop: many({ of: "some", members: ["shop/n0"], measurement_window: "30d" }) },
      error_budget_policies: many({ default: false, rules: 5 }),
    };
    const more = { path: [], message: "and 5 more faults" };
    for (const input of [document, JSON.stringify(document)]) {
      const issues = issuesOf(input);
      expect(issues).toHaveLength(303);
      expect(issues.filter(({ path }) => path.length === 0)).toEqual([more, more, more]);
    }
  });

  test("are told once, with how many more there are, where all of its parts find them", () => {
    const again = Array.from({ length: 106 }, () => "    availability: { target: 99.9%, measurement_window: 30d }");
    const text = `service_level_objectives:\n  shop:\n${again.join("\n")}\nerror_budget_policies: ${POLICY}\n`;
    const issues = issuesOf(text);
    expect(issues).toHaveLength(101);
    expect(issues.at(-1)).toEqual({ path: [], message: "and 5 more faults" });
  });
});

test("what is wrong with the whole document is told once, before what is wrong within its parts", () => {
  expect(issuesOf("[1]")).toEqual([{ path: [], message: "a list of 1 is not a mapping", line: 1, column: 1 }]);
  const text = `!mine\n${SLOS.replace("99.9%", "lots")}\nerror_budget_policies: ${POLICY.replace("allow", "stop")}\n`;
  expect(issuesOf(text).map(({ path, line }) => [path.join("."), line])).toEqual([
    ["", 2],
    ["service_level_objectives.shop.availability.target", 2],
    ["error_budget_policies.p.rules.0.decision", 3],
  ]);
});
