/** Names, values and numbers as text, and read again. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readPromql } from "../../../src/rules/promql/read.ts";
import { readRegex } from "../../../src/rules/promql/regex.ts";
import { counterRate } from "../../../src/rules/promql/rewrite.ts";
import { unquote } from "../../../src/rules/promql/strings.ts";
import { escapeRegex, matcherText, numberText, quote, selectorText } from "../../../src/rules/promql/write.ts";
import { describeWithService } from "../../support/services.ts";
import { failures } from "./promtool.ts";

const HOSTILE = [
  '"',
  "\\",
  "\n",
  "\r",
  "\t",
  "\0",
  "\u007f",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\ufffd",
  "😀",
  "`",
  "'",
  "{{",
  "}",
  ".*",
  "(",
  "[",
  "|",
  "$",
  "é",
];
const value = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.array(fc.constantFrom(...HOSTILE, "a", " "), { maxLength: 8 }).map((parts) => parts.join("")),
);

describe("text", () => {
  test("a value is read as it was written", () => {
    fc.assert(
      fc.property(value, (text) => {
        expect(unquote(quote(text))).toEqual({ value: text });
      }),
      { numRuns: 5_000 },
    );
  });

  test("half of a surrogate pair becomes the replacement character", () => {
    expect(quote("a\ud800b\udc00")).toBe(String.raw`"a\ufffdb\ufffd"`);
  });

  test.each([
    [String.raw`"\x41\102\u0043\U0001F600\n"`, "ABC😀\n"],
    [String.raw`'it\'s'`, "it's"],
    ["`a\\nb`", "a\\nb"],
    [String.raw`"\xe2\x82\xac"`, "€"],
  ])("%s is %s", (literal, expected) => {
    expect(unquote(literal)).toEqual({ value: expected });
  });

  test.each([
    ['"', { offset: 0, message: "this string is not closed" }],
    ["'a\"", { offset: 0, message: "this string is not closed" }],
    [
      String.raw`"a\"`,
      {
        offset: 2,
        message: String.raw`\" is not an escape in a string of PromQL; write \\" to hand \" to a regular expression`,
      },
    ],
  ])("%s is refused, and its place is told", (literal, fault) => {
    expect(unquote(literal)).toEqual(fault);
  });

  test.each([String.raw`"\d"`, String.raw`"\'"`, String.raw`"\u12"`, String.raw`"\ud800"`, '"a'])(
    "%s is refused",
    (literal) => {
      expect(unquote(literal)).toHaveProperty("message");
    },
  );

  test.each([
    [1e-7, "0.0000001"],
    [-1.5e-9, "-0.0000000015"],
    [1e21, "1000000000000000000000"],
    [1.25e22, "12500000000000000000000"],
    [0.1, "0.1"],
    [Infinity, "Inf"],
    [-Infinity, "-Inf"],
    [Number.NaN, "NaN"],
  ])("%d is %s", (number, text) => {
    expect(numberText(number)).toBe(text);
  });

  test("a number is read as it was written", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(numberText(number)).not.toContain("e");
        expect(Number(numberText(number))).toBe(number === 0 ? 0 : number);
      }),
    );
  });

  test.each([
    ["up", "up"],
    ["http.requests", '{__name__="http.requests"}'],
    ["offset", '{__name__="offset"}'],
    ["a:b", "a:b"],
  ])("the metric %s is selected by %s", (metric, text) => {
    expect(selectorText({ metric, matchers: [] })).toBe(text);
  });

  test("a selector is read as it was written", () => {
    const matcher = fc.record({ name: fc.constantFrom("a", "b.c"), operator: fc.constantFrom("=", "!="), value });
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 3 }), (matchers) => {
        const selector = { metric: "m", matchers };
        // That one is written as an escape of RE2; see the test below.
        fc.pre(matchers.every((one) => !one.value.includes("\ufffd")));
        const read = readPromql(selectorText(selector));
        expect(read).toMatchObject({ expression: { selector } });
      }),
    );
  });
});

test("the replacement character, which Prometheus cannot read in its own print, is matched as an escape", () => {
  const matcher = (operator: "=" | "!=" | "=~" | "!~", value: string): string =>
    matcherText({ name: "a", operator, value });
  expect(matcher("=", "x.\ufffd")).toBe(String.raw`a=~"x\\.\\x{FFFD}"`);
  expect(matcher("!=", "\ufffd")).toBe(String.raw`a!~"\\x{FFFD}"`);
  expect(matcher("!~", ".\ufffd")).toBe(String.raw`a!~".\\x{FFFD}"`);
  expect(matcher("=~", ".\ufffd")).toBe(String.raw`a=~".\\x{FFFD}"`);
});

describe("regular expressions", () => {
  test.each([
    ["5..", false],
    ["", true],
    ["a*", true],
    ["a+", false],
    ["(a|)", true],
    ["a?b?", true],
    ["^$", true],
    ["[^]]", false],
    ["(?i)a", false],
    ["(?P<n>a){0,3}", true],
    [String.raw`\Qa.b\E`, false],
    ["{", false],
    ["[[:alpha:]-z]", false],
  ])("%s, which can be empty: %s", (pattern, matchesEmpty) => {
    expect(readRegex(pattern)).toEqual({ matchesEmpty });
  });

  test.each(["(", ")", "[a", "a**", "*a", "(?=a)", "(?<!a)", String.raw`\1x\8`, "a{1001}", "a{3,2}", "[z-a]", "\\"])(
    "%s is refused",
    (pattern) => {
      expect(readRegex(pattern)).toHaveProperty("message");
    },
  );

  test("an escaped text is a valid one, and matches that text alone", () => {
    fc.assert(
      fc.property(value, (text) => {
        expect(readRegex(escapeRegex(text))).toEqual({ matchesEmpty: text === "" });
      }),
    );
  });
});

describe("counters that are meant as rates", () => {
  test.each([
    ["sum(http_requests_total)", "sum(rate(http_requests_total[5m]))"],
    [
      'sum by (job) (a{b="c"}) - sum by (job) (d offset 1h)',
      'sum by (job) (rate(a{b="c"}[5m])) - sum by (job) (rate(d[5m] offset 1h))',
    ],
    ["sum(rate(a[1m]))", undefined],
    ["1", undefined],
    ["sum(", undefined],
  ])("%s", (text, expected) => {
    expect(counterRate(text)).toBe(expected);
  });
});

describeWithService(["promtool"], "promtool reads what is written", ({ promtool = "" }) => {
  test("each value selects its own series alone, also by a regular expression", () => {
    const values = [...new Set([...HOSTILE, ...fc.sample(value, { numRuns: 400, seed: 3 })])].filter(
      (text) => text !== "",
    );
    const found = failures(promtool, [
      {
        interval: "1m",
        input_series: values.map((text, index) => ({ series: `m{l=${quote(text)}}`, values: `${String(index)}+0x2` })),
        promql_expr_test: values.flatMap((text, index) =>
          [`l=${quote(text)}`, `l=~${quote(escapeRegex(text))}`].map((matcher) => ({
            expr: `sum(m{${matcher}}) + count(m{${matcher}}) * 1000`,
            eval_time: "1m",
            exp_samples: [{ labels: "{}", value: index + 1_000 }],
          })),
        ),
      },
    ]);
    expect(found).toBeUndefined();
  });
});
