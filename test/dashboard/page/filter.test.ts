import { describe, expect, test } from "vitest";
import { countsOf, find, firstRows, NO_FILTER, rowsOf, type Found } from "../../../src/dashboard/page/filter.ts";
import type { SloVerdict } from "../../../src/status/model.ts";
import { manyServices, shop } from "../support/fixtures.ts";

const { services } = shop();

function foundBy(text: string, ...verdicts: SloVerdict[]): string[] {
  return find(services, { text, verdicts: new Set(verdicts) }).flatMap(({ service, rows }) =>
    rows.length === 0 ? [service.name] : rows.map(({ id }) => id),
  );
}

describe("what is looked for", () => {
  test("without a question everything is there, as it came", () => {
    expect(find(services, NO_FILTER)).toEqual(services.map((service) => ({ service, rows: rowsOf(service) })));
  });

  test("the counts are of rows, and a service without any is one", () => {
    expect(countsOf(services)).toEqual({ critical: 1, warning: 2, unknown: 3, healthy: 4 });
  });

  test.each(["critical", "warning", "unknown", "healthy"] as const)(
    "as many are found as are counted: %s",
    (verdict) => {
      expect(foundBy("", verdict)).toHaveLength(countsOf(services)[verdict]);
    },
  );

  test("a verdict that the page does not know is counted and found as unknown", () => {
    const odd = { ...services[0]!, slos: [], composites: [], verdict: "constructor" as SloVerdict };
    expect(countsOf([odd])).toEqual({ critical: 0, warning: 0, unknown: 1, healthy: 0 });
    expect(find([odd], { text: "", verdicts: new Set(["unknown"]) })).toHaveLength(1);
  });

  test("verdicts add up", () => {
    expect(foundBy("", "critical", "warning")).toEqual([
      "checkout/availability",
      "checkout/latency",
      "catalog/availability",
    ]);
  });

  test.each([
    ["a service", "CHECKOUT", ["checkout/availability", "checkout/latency", "checkout/journey"]],
    ["an SLO", "sign-in", ["accounts/sign-in"]],
    ["a title", "within 400", ["checkout/latency"]],
    ["a composite's description", "from the cart", ["checkout/journey"]],
    ["words in any order", "  latency check ", ["checkout/latency"]],
    ["a service of which nothing is known", "paym", ["payments"]],
    ["nothing", "no such thing", []],
    ["what is no pattern", ".*", []],
  ])("by text: %s", (_what, text, ids) => {
    expect(foundBy(text)).toEqual(ids);
  });

  test("text and verdict have to hold both", () => {
    expect(foundBy("availability", "healthy")).toEqual(["accounts/availability"]);
  });

  test("the first rows are whole services, at least so many rows if there are", () => {
    const found = find(services, NO_FILTER);
    const rows = (some: readonly Found[]): number => some.reduce((sum, one) => sum + Math.max(1, one.rows.length), 0);
    expect(firstRows(found, 1).map(({ service }) => service.name)).toEqual(["checkout"]);
    expect(firstRows(found, 4).map(({ service }) => service.name)).toEqual(["checkout", "payments"]);
    expect(firstRows(found, 1_000)).toEqual(found);
    expect(rows(firstRows(find(manyServices(1_000).services, NO_FILTER), 60))).toBe(60);
  });
});
