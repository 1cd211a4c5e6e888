import { describe, expect, test } from "vitest";

import { parseSloDocument } from "../../src/slo/document.ts";
import { otherKindOf } from "../../src/slo/other-kinds.ts";
import { refusal } from "../support/refusal.ts";

const SERVICES = { shop: { availability: { target: "99.9%", measurement_window: "30d" } } };
const told = (document: unknown): string => refusal(() => parseSloDocument(document as string));

describe("a document of another tool", () => {
  const hint = "is that of another tool's document; read it by importSlos, which gives the SLOs as `slos`";

  test.each<[string, object, string]>([
    ["OpenSLO", { apiVersion: "openslo/v1", kind: "SLO" }, "apiVersion"],
    ["Pyrra", { apiVersion: "pyrra.dev/v1alpha1", kind: "ServiceLevelObjective", spec: {} }, "apiVersion"],
    ["Sloth", { version: "prometheus/v1", service: "shop", slos: [] }, "version"],
  ])("of %s is told by its mark", (_, document, key) => {
    expect(told(document)).toBe(`${key}: ${hint}`);
  });

  test.each<[string, unknown]>([
    ["a version without SLOs", { version: "prometheus/v1" }],
    ["a version that is no text", { version: 1, slos: [] }],
    ["an apiVersion that is no text", { apiVersion: 1 }],
    ["SLOs of its own beside", { apiVersion: "openslo/v1", service_level_objectives: {} }],
    ["nothing", null],
    ["a number", 7],
  ])("is none with %s", (_, document) => {
    expect(told(document)).not.toContain("another tool");
  });
});

describe("a document of another kind", () => {
  test.each([
    ["steps", "runbooks"],
    ["runbook", "runbooks"],
    ["runbooks", "runbooks"],
    ["on_call", "on-call"],
    ["escalation", "on-call"],
    ["alert_routes", "alert routes"],
    ["maturity_answers", "maturity answers"],
  ])("is told by %s: %s", (key, kind) => {
    expect(otherKindOf({ [key]: [] })).toMatchObject({ kind, key });
    // With SLOs or policies it is one of those, whatever else is in it.
    expect(otherKindOf({ [key]: [], service_level_objectives: {} })).toBeUndefined();
    expect(otherKindOf({ [key]: [], error_budget_policies: {} })).toBeUndefined();
  });

  test.each([[null], [undefined], [7], ["steps"], [{}]])("is not %j", (value) => {
    expect(otherKindOf(value)).toBeUndefined();
  });
});

describe("an SLO where a service should be", () => {
  const asService = (fields: unknown): string =>
    told({ service_level_objectives: { ...SERVICES, availability: fields } });

  test.each<[string, object]>([
    ["a target alone", { target: "99.9%" }],
    ["a window alone", { measurement_window: "30d" }],
    ["a target that is a number", { target: 0.999 }],
  ])("is told by %s", (_, fields) => {
    expect(asService(fields)).toContain(
      "availability: has the fields of an SLO, which stands below its service, as in shop: { availability: {",
    );
  });

  test.each<[string, unknown]>([
    ["nothing", null],
    ["a number", 7],
    ["SLOs of these names", { target: { target: "99.9%" }, measurement_window: {} }],
  ])("is not %s", (_, fields) => {
    expect(asService(fields)).not.toContain("has the fields of an SLO");
  });
});

describe("a share of the budget that is a number above 1", () => {
  const share = (value: unknown): string =>
    told({
      service_level_objectives: {
        shop: {
          availability: {
            ...{ target: "99.9%", measurement_window: "30d" },
            alerting: { tiers: { page_fast: { budget: value } } },
          },
        },
      },
    });

  test.each([
    [1.2, "1.2 is not a share of the budget; write a percentage, such as 120% or 1.2%"],
    [9.5, "9.5 is not a share of the budget; write a percentage, such as 950% or 9.5%"],
    [10.5, "10.5 is not a share of the budget; write a percentage, such as 10.5%"],
    [2, "2 is not a share of the budget; write a percentage, such as 2%"],
    ["x", '"x" is not a share of the budget; write a percentage such as'],
  ])("%j: %s", (value, text) => {
    expect(share(value)).toContain(text);
  });
});
