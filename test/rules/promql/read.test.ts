/** What is read as PromQL, what is refused, and whether Prometheus thinks so too. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parsePromql } from "../../../src/rules/promql/parse.ts";
import { printPromql } from "../../../src/rules/promql/print.ts";
import { readPromql } from "../../../src/rules/promql/read.ts";
import { describeWithService } from "../../support/services.ts";
import { verdicts } from "./promtool.ts";

const GOOD = [
  'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m]))',
  'histogram_quantile(0.9, sum by (le) (rate(x_bucket{a="b",c!~"d|e"}[1h30m] offset 5m))) <= bool 0.2',
  "1 - avg_over_time(up[5m:30s] @ end())",
  "topk(3, x) or on() vector(0)",
  "a and ignoring(b) c unless on(d) e",
  "-x ^ 2 % 3 atan2 y",
  "a * on(b) group_left(c) d",
  `x{a='b',c=\`d\\d\`}`,
  "x - x offset 1h > 5",
  "(a or b) and c",
  "a - (b - c)",
  "2 ^ (3 ^ x)",
  "(x ^ 2) ^ 2",
  "scalar(x) + time() * 1e3",
  'label_replace(x, "a", "$1", "b", "(.*)")',
  'count_values("v", x)',
  "SUM(x) BY (a)",
  "x # a comment\n + y",
  '{__name__=~"a|b"}',
  "day_of_week()",
  "x offset -1w",
];

const BAD: ReadonlyArray<readonly [text: string, offset: number, message: string]> = [
  ["", 0, "the expression is empty"],
  ["# nothing", 0, "the expression is empty"],
  ["rate(x", 4, "this ( is not closed"],
  ["rate(x[5m)", 9, ") stands where the [ before it needs ]"],
  ["sum(x))", 6, "this ) closes nothing"],
  ['x{a="b}', 4, 'this " is not closed'],
  ["x{a=“b”}", 4, '“ is not a quote of PromQL; write "'],
  ["x = 5", 2, "= compares labels inside { }; write == to compare values"],
  ['x{a=="b"}', 3, '== compares values; inside { } write =, such as code="500"'],
  ["x{a=b}", 4, 'b is not a value; write it in quotes, such as code="500"'],
  ['x{a="b" c="d"}', 8, "c is unexpected here; matchers have commas between them"],
  ["a && b", 2, "&& is not PromQL; write and"],
  ["rte(x[5m])", 0, 'rte is not a function of PromQL; did you mean "rate"?'],
  ["sum(RATE(x[5m]))", 4, "RATE is not a function; functions are lower case: rate"],
  ["rate(x)", 5, "rate takes series over a range, and this is series at one moment; write a range such as x[5m]"],
  [
    "sum(x[5m])",
    4,
    "sum takes series at one moment, and this is series over a range; write rate( ) around it, or leave the range out",
  ],
  ["rate(x[5])", 7, "5 has no unit; write one, such as 5m or 5s"],
  ["rate(x[5 m])", 9, "m is not part of a duration; write whole numbers with units and no blanks, such as 5m or 1h30m"],
  ["rate(x[$__interval])", 7, "$__interval is a variable of a dashboard; write a value, such as 5m"],
  ["rate(x[{{.window}}])", 7, "{{ begins a template; fill it in before the expression is read"],
  ["a +", 3, "the expression ends too early; something has to follow"],
  ["a + * b", 4, "* stands where an expression has to be"],
  ["sum(a b)", 6, "b is unexpected after a; an operator or a comma is missing"],
  ["{}", 0, "{} takes every series; write a metric's name, or a matcher that an absent label does not pass"],
  [
    '{a=~".*"}',
    0,
    '{a=~".*"} takes every series; write a metric\'s name, or a matcher that an absent label does not pass',
  ],
  ['x{a=~"5\\d"}', 7, "\\d is not an escape in a string of PromQL; write \\\\d to hand \\d to a regular expression"],
  ['x{a=~"(5"}', 5, 'the regular expression "(5" has a ( that is not closed'],
  [
    'x{a=~"(?=5)"}',
    5,
    'the regular expression "(?=5)" has (?=5, which RE2 does not know (no look-ahead or look-behind)',
  ],
  ['x{__name__="y"}', 2, "the metric's name is given twice: by x and by __name__"],
  ["histogram_quantile(0.9)", 0, "histogram_quantile takes 2 arguments, not 1"],
  ["topk(x)", 0, "topk takes a number, and an expression"],
  [
    "sum(x) + x[5m]",
    9,
    "+ takes series at one moment or a number, and this is series over a range; write rate( ) around it, or leave the range out",
  ],
  ["1 > 2", 0, "a comparison of two numbers needs bool: > bool"],
  ["x or 0", 5, "or takes series on both sides; write vector(0) for a number"],
  ["(x + y)[5m]", 8, "a range belongs to a metric; write [5m:1m] to look back over an expression"],
  [
    "a + b offset 5m * c",
    16,
    "* binds more tightly than what is before it; write brackets to say what belongs together",
  ],
];

describe("expressions", () => {
  test.each(BAD)("%s is refused at %i: %s", (text, offset, message) => {
    expect(readPromql(text)).toEqual({ fault: { offset, message } });
  });

  test.each([
    ["5,000 open brackets", `${"(".repeat(5_000)}x`, 200, "more than 200 brackets are open here"],
    ["a sum of 4,001 terms", `${"x+".repeat(4_000)}x`, 0, "more than 200 expressions are inside each other here"],
    ["10,001 characters", "x".repeat(10_001), 10_000, "the expression is longer than 10000 characters"],
  ])("%s are too much", (_title, text, offset, message) => {
    expect(readPromql(text)).toEqual({ fault: { offset, message } });
  });

  test.each(GOOD)("%s is read, and is the same when it is written again", (text) => {
    const read = readPromql(text);
    if ("fault" in read) throw new Error(read.fault.message);
    const printed = printPromql(read.expression);
    const again = readPromql(printed);
    if ("fault" in again) throw new Error(again.fault.message);
    expect(printPromql(again.expression)).toBe(printed);
  });

  test.each([
    ["a != (b + c @ 1 + d)", "a != (b + c @ 1 + d)"],
    ["a + (b offset 1m * c)", "a + (b offset 1m * c)"],
    ["-(a @ 1 ^ b)", "-(a @ 1 ^ b)"],
    ["a ^ (b offset 5m ^ c)", "a ^ (b offset 5m ^ c)"],
    ["(a ^ b offset 5m) ^ c", "(a ^ b offset 5m) ^ c"],
    ["(a + b offset 5m) + c", "a + b offset 5m + c"],
    ["a + (b * c offset 5m)", "a + b * c offset 5m"],
  ])("%s keeps the brackets without which it could not be read: %s", (text, expected) => {
    const read = readPromql(text);
    if ("fault" in read) throw new Error(read.fault.message);
    expect(printPromql(read.expression)).toBe(expected);
    expect(readPromql(expected)).not.toHaveProperty("fault");
  });

  test("a power behind a shifted one is refused without brackets: it would be taken for (a ^ b) ^ c", () => {
    const message = "^ binds more tightly than what is before it; write brackets to say what belongs together";
    expect(readPromql("a ^ b offset 5m ^ c")).toEqual({ fault: { offset: 16, message } });
    expect(readPromql("a ^ b ^ c offset 5m")).not.toHaveProperty("fault");
  });

  test("offset belongs to the nearest metric, as in Prometheus", () => {
    const parsed = parsePromql("a + b offset 5m");
    if ("fault" in parsed) throw new Error(parsed.fault.message);
    expect(parsed.root.children.map(({ type, text }) => [type, text])).toEqual([
      ["VectorSelector", "a"],
      ["Add", "+"],
      ["OffsetExpr", "b offset 5m"],
    ]);
  });

  test("an operation whose last part is shifted has the text up to the end of the shift", () => {
    const parsed = parsePromql("(a + b offset 5m) * c");
    if ("fault" in parsed) throw new Error(parsed.fault.message);
    expect(parsed.root.children[0]?.children.map(({ type, text }) => [type, text])).toEqual([
      ["BinaryExpr", "a + b offset 5m"],
    ]);
  });

  test("no text at all makes it throw", () => {
    const piece = fc.constantFrom(
      ...GOOD.flatMap((text) => text.match(/\w+|\s+|\W/g) ?? []),
      "((",
      "]]",
      '"',
      "\\",
      "\u0000",
      "é",
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = readPromql(text);
        if ("fault" in read) expect(read.fault.offset).toBeLessThanOrEqual(Math.max(text.length, 0));
        else printPromql(read.expression);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(["(", "{", "a(", "x[", "-", "sum by (", "!=~", "'\"", "x+", "(?"])(
    "10,000 characters of %s are judged within a second",
    (piece) => {
      const start = process.hrtime.bigint();
      readPromql(piece.repeat(Math.floor(10_000 / piece.length)));
      readPromql(`x{a=~"${piece.replaceAll('"', "").repeat(4_000)}"}`.slice(0, 10_000));
      expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(1);
    },
  );
});

describeWithService(["promtool"], "promtool judges expressions alike", ({ promtool = "" }) => {
  test("those that are read, and what they are written as", () => {
    const printed = GOOD.flatMap((text) => {
      const read = readPromql(text);
      return "fault" in read ? [] : [text, printPromql(read.expression)];
    });
    expect(verdicts(promtool, printed).filter((verdict) => verdict !== undefined)).toEqual([]);
  });

  test("those that are refused, but for what nines alone asks", () => {
    const texts = BAD.map(([text]) => text).filter((text) => text !== "" && !/\$|offset 5m \*/.test(text));
    const said = verdicts(promtool, texts);
    const taken = texts.filter((_, index) => said[index] === undefined);
    expect(taken).toEqual([]);
  });

  test("expressions with pieces exchanged", () => {
    const pieces = GOOD.map((text) => text.match(/\w+|"[^"]*"|\s+|[^\s\w]/g) ?? []);
    const swapped = fc
      .tuple(fc.constantFrom(...pieces), fc.constantFrom(...pieces), fc.nat(), fc.nat(), fc.nat(4))
      .map(([one, other, at, from, length]) => {
        const place = at % one.length;
        return [
          ...one.slice(0, place),
          ...other.slice(from % other.length, (from % other.length) + length),
          ...one.slice(place + 1),
        ].join("");
      })
      // Known to differ: newer syntax, and what nines refuses for itself.
      .filter(
        (text) => !/\boffset\b(?!\s+-?\d)|[-+*/^%<>=(]\s*\d+[wmhsy]\b|\d\.(?!\d)|\dat|\[\d+\]|[{(,]\s*"|@/.test(text),
      );
    const texts = fc.sample(swapped, { numRuns: 1_000, seed: 7 }).filter((text) => text.trim() !== "");
    const said = verdicts(promtool, texts);
    const differ = texts.flatMap((text, index) => {
      const read = readPromql(text);
      const own = "fault" in read ? read.fault.message : undefined;
      if (own?.includes("binds more tightly") === true) return [];
      return (own === undefined) === (said[index] === undefined) ? [] : [{ text, own, promtool: said[index] }];
    });
    expect(differ).toEqual([]);
  });
});
