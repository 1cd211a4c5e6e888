/** SLOs without an expression, for which the metrics are counted that nines publishes itself. */
import { describe, expect, test } from "vitest";

import { indicatorOf } from "../../../src/rules/indicator/indicator.ts";
import type { RequestSelector, SloKind } from "../../../src/slo/model.ts";
import { outcomeOf } from "./outcomes.ts";
import { refused, sloOf, understood } from "./support.ts";

const KINDS: readonly SloKind[] = ["availability", "error_rate", "latency", "throughput"];
const SELECTORS: readonly RequestSelector[] = [
  {},
  { routes: ["/a"] },
  { routes: ["/a.b", "/c/*"], methods: ["GET", "PUT"] },
  { methods: ["G*"] },
  { statusCodes: ["200"] },
  { statusCodes: ["2xx"] },
  { statusCodes: ["2xx", "404", "5*"] },
  { statusCodes: ["a2xx", "2xxx"] },
  { routes: ["2xx"], methods: ["5xx"] },
  { operations: ["mail"] },
  { operations: ["mail", "send-*"] },
  { operations: ["mail"], methods: ["GET"] },
  { operations: ["mail"], statusCodes: ["200"] },
  { operations: ["mail"], statusCodes: ["5xx"] },
  { operations: ["mail"], statusCodes: ["2xx", "499"] },
  { operations: ["mail"], statusCodes: ["404", "3xx"] },
];

describe("nines' own metrics", () => {
  test.each(KINDS)("for %s, by what an SLO selects", async (kind) => {
    const outcomes = SELECTORS.map((selector) => outcomeOf(JSON.stringify(selector), sloOf(kind, { selector })));
    await expect(outcomes.join("\n")).toMatchFileSnapshot(`../../data/rules/indicator/own-${kind}.txt`);
  });

  test("without a selector all requests of the service are counted", () => {
    expect(outcomeOf("", sloOf("availability"))).toBe(outcomeOf("", sloOf("availability", { selector: {} })));
  });

  test.each([
    ['app="a"', 'sum(increase(http_requests_total{app="a",code=~"5.."}[5m]))'],
    ['app="a",env!~"b|c"', 'sum(increase(http_requests_total{app="a",env!~"b|c",code=~"5.."}[5m]))'],
    ["", 'sum(increase(http_requests_total{code=~"5.."}[5m]))'],
  ])("of the target %s", (target, part) => {
    expect(understood(sloOf("availability"), { target }).part({ text: "5m", exact: false })).toBe(part);
  });

  test.each([
    [
      "app",
      'the target app is not a list of matchers: } is unexpected here; a matcher is a label, =, !=, =~ or !~, and a value in quotes, such as code="500"',
    ],
    ['a="b"}[5m] #', 'the target a="b"}[5m] # is not a list of matchers, such as job="shop"'],
    ['a="b"} + x{c="d"', 'the target a="b"} + x{c="d" is not a list of matchers, such as job="shop"'],
    [
      'a="b"} + rate(x[5m]) + y{c="d"',
      'the target a="b"} + rate(x[5m]) + y{c="d" is not a list of matchers, such as job="shop"',
    ],
  ])("a target that is no list of matchers is refused: %s", (target, message) => {
    expect(indicatorOf(sloOf("availability"), { target })).toEqual({
      fault: { part: "expression", offset: 0, message },
    });
  });

  test("a slice of a throughput is as long as four scrapes, at least", () => {
    const part = (sliceMs: number, scrapeIntervalMs?: number): string =>
      understood(
        sloOf("throughput", { sliceMs } as object),
        scrapeIntervalMs === undefined ? {} : { scrapeIntervalMs },
      ).part({ text: "1h", exact: false });
    const own = (slice: string): string =>
      `sum_over_time(((sum(rate(http_requests_total{job="shop"}[${slice}]))) >= bool 1000)[1h:${slice}])`;
    expect(part(60_000)).toBe(own("2m"));
    expect(part(120_000)).toBe(own("2m"));
    expect(part(120_001)).toBe(own("2m1ms"));
    expect(part(60_000, 15_000)).toBe(own("1m"));
    expect(part(60_000, 15_001)).toBe(own("1m4ms"));
    expect(part(1, 10)).toBe(own("40ms"));
  });

  test("what is written in an expression is looked at, and not these", () => {
    expect(refused(sloOf("availability", { expression: "x +" }))).toEqual({
      part: "expression",
      offset: 3,
      message: "the expression ends too early; something has to follow",
    });
  });
});
