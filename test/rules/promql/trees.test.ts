/** The whole tree of each kind of expression, and what is made of trees. */
import { describe, expect, test } from "vitest";

import { everyExpr, mapExpr, partsOf } from "../../../src/rules/promql/expression.ts";
import { guarded, refusal } from "../../../src/rules/promql/faults.ts";
import { callableNames, signatureOf } from "../../../src/rules/promql/functions.ts";
import { parsePromql } from "../../../src/rules/promql/parse.ts";
import { printPromql } from "../../../src/rules/promql/print.ts";
import { readPromql } from "../../../src/rules/promql/read.ts";
import { counterRate, withRanges } from "../../../src/rules/promql/rewrite.ts";
import { matchesEmpty, sameSelector, selectorKey } from "../../../src/rules/promql/selector.ts";
import { read, selectorOf } from "./reading.ts";

const NO_SHIFT = { offsetMs: 0, at: undefined };
const x = (from: number, to: number, metric = "x"): object => ({
  kind: "selector",
  selector: { metric, matchers: [] },
  rangeMs: undefined,
  shift: NO_SHIFT,
  from,
  to,
});
const number = (value: number, from: number, to: number): object => ({ kind: "number", value, from, to });

describe("the tree", () => {
  test.each<[string, object]>([
    ["-5", number(-5, 0, 2)],
    ["+(5)", number(5, 0, 4)],
    ['"a"', { kind: "string", value: "a", from: 0, to: 3 }],
    ["(x)", x(1, 2)],
    [
      'x{a="b",c!~"d"}[5m] offset 1h @ end()',
      {
        kind: "selector",
        selector: {
          metric: "x",
          matchers: [
            { name: "a", operator: "=", value: "b" },
            { name: "c", operator: "!~", value: "d" },
          ],
        },
        rangeMs: 300_000,
        shift: { offsetMs: 3_600_000, at: "end()" },
        from: 0,
        to: 37,
      },
    ],
    [
      "x[1h:5m] @ 5",
      {
        kind: "subquery",
        of: x(0, 1),
        rangeMs: 3_600_000,
        stepMs: 300_000,
        shift: { offsetMs: 0, at: "5" },
        from: 0,
        to: 12,
      },
    ],
    [
      "x[1h:]",
      { kind: "subquery", of: x(0, 1), rangeMs: 3_600_000, stepMs: undefined, shift: NO_SHIFT, from: 0, to: 6 },
    ],
    ["time()", { kind: "call", name: "time", args: [], from: 0, to: 6 }],
    [
      "clamp(x, 0, 1)",
      { kind: "call", name: "clamp", args: [x(6, 7), number(0, 9, 10), number(1, 12, 13)], from: 0, to: 14 },
    ],
    [
      "sum(x)",
      { kind: "aggregate", name: "sum", grouping: { kind: "none" }, parameter: undefined, of: x(4, 5), from: 0, to: 6 },
    ],
    [
      "topk(3, x) without (a)",
      {
        kind: "aggregate",
        name: "topk",
        grouping: { kind: "without", labels: ["a"] },
        parameter: number(3, 5, 6),
        of: x(8, 9),
        from: 0,
        to: 22,
      },
    ],
    ["-x", { kind: "unary", operator: "-", of: x(1, 2), from: 0, to: 2 }],
    ["+x", { kind: "unary", operator: "+", of: x(1, 2), from: 0, to: 2 }],
    [
      "x + y",
      {
        kind: "binary",
        operator: "+",
        bool: false,
        matching: undefined,
        left: x(0, 1),
        right: x(4, 5, "y"),
        from: 0,
        to: 5,
      },
    ],
    [
      'x > bool on (a, "b c") group_left (d) y',
      {
        kind: "binary",
        operator: ">",
        bool: true,
        matching: { kind: "on", labels: ["a", "b c"], many: "left", include: ["d"] },
        left: x(0, 1),
        right: x(38, 39, "y"),
        from: 0,
        to: 39,
      },
    ],
    [
      "x AND IGNORING (a) y",
      {
        kind: "binary",
        operator: "and",
        bool: false,
        matching: { kind: "ignoring", labels: ["a"], many: undefined, include: [] },
        left: x(0, 1),
        right: x(19, 20, "y"),
        from: 0,
        to: 20,
      },
    ],
    [
      "x * on (a) group_right y",
      {
        kind: "binary",
        operator: "*",
        bool: false,
        matching: { kind: "on", labels: ["a"], many: "right", include: [] },
        left: x(0, 1),
        right: x(23, 24, "y"),
        from: 0,
        to: 24,
      },
    ],
    [
      "x + y offset 5m",
      {
        kind: "binary",
        operator: "+",
        bool: false,
        matching: undefined,
        left: x(0, 1),
        right: { ...x(4, 15, "y"), shift: { offsetMs: 300_000, at: undefined } },
        from: 0,
        to: 15,
      },
    ],
  ])("of %s", (text, tree) => {
    expect(readPromql(text)).toEqual({ expression: tree });
  });

  test.each([
    ["x", []],
    ['"a"', []],
    ["5", []],
    ["-x", ["x"]],
    ["x[5m:]", ["x"]],
    ["clamp(x, 0, 1)", ["x", "0", "1"]],
    ["sum(x)", ["x"]],
    ["topk(3, x)", ["3", "x"]],
    ["x + y", ["x", "y"]],
  ])("of %s has the parts %j", (text, parts) => {
    expect(partsOf(read(text)).map(printPromql)).toEqual(parts);
  });

  const ALL = 'topk(2, clamp(-x, 0, 1) + sum_over_time(y[5m:])) or count_values("a", z)';

  test("is walked in the order of the text", () => {
    expect([...everyExpr(read(ALL))].map(({ kind }) => kind)).toEqual([
      ...["binary", "aggregate", "number", "binary", "call", "unary", "selector", "number", "number"],
      ...["call", "subquery", "selector", "aggregate", "string", "selector"],
    ]);
  });

  test("is changed from the innermost part on, in each kind of expression", () => {
    const seen: string[] = [];
    const changed = mapExpr(read(ALL), (part) => {
      seen.push(part.kind);
      if (part.kind === "selector")
        return { ...part, selector: { ...part.selector, metric: `m_${part.selector.metric ?? ""}` } };
      if (part.kind === "string") return { ...part, value: "b" };
      return part.kind === "number" ? { ...part, value: part.value + 1 } : part;
    });
    expect(printPromql(changed)).toBe('topk(3, clamp(-m_x, 1, 2) + sum_over_time(m_y[5m:])) or count_values("b", m_z)');
    expect(seen).toEqual([
      ...["number", "selector", "unary", "number", "number", "call", "selector", "subquery", "call", "binary"],
      ...["aggregate", "string", "selector", "aggregate", "binary"],
    ]);
  });
});

describe("ranges and rates", () => {
  test("each range is replaced, and what has none stays", () => {
    expect(printPromql(withRanges(read("rate(x[5m] offset 1h) / y + sum_over_time(z[1h:1m])"), 60_000))).toBe(
      "rate(x[1m] offset 1h) / y + sum_over_time(z[1h:1m])",
    );
  });

  test.each([
    ["x", "rate(x[5m])"],
    ["-x offset 1m", "-rate(x[5m] offset 1m)"],
    ["x + 5", "rate(x[5m]) + 5"],
    ["rate(x[5m])", undefined],
    ["x + rate(y[5m])", undefined],
    ["sum_over_time(x[5m:])", undefined],
    ["5", undefined],
    ["time()", undefined],
    ["x +", undefined],
  ])("%s as a rate is %s", (text, expected) => {
    expect(counterRate(text)).toBe(expected);
  });

  test("another range can be asked for", () => {
    expect(counterRate("x", 60_000)).toBe("rate(x[1m])");
  });
});

describe("selectors", () => {
  test.each([
    ['x{a="b",c="d"}', 'x{c="d",a="b"}', true],
    ['x{a="b"}', 'x{a="b",a="b"}', true],
    ["x", '{__name__="x"}', true],
    ["x", "y", false],
    ['x{a="b"}', "x", false],
    ['x{a="b"}', 'x{a!="b"}', false],
    ['x{a="b"}', 'x{a="c"}', false],
    ['x{a="b"}', 'x{b="b"}', false],
    ['{a="b"}', '{"",a="b"}', false],
  ])("%s and %s are the same: %s", (one, other, isSame) => {
    expect(sameSelector(selectorOf(one), selectorOf(other))).toBe(isSame);
    expect(selectorKey(selectorOf(one)) === selectorKey(selectorOf(other))).toBe(isSame);
  });

  test.each<["=" | "!=" | "=~" | "!~", string, boolean]>([
    ["=", "", true],
    ["=", "a", false],
    ["!=", "", false],
    ["!=", "a", true],
    ["!=", "a*", true],
    ["=~", "a*", true],
    ["=~", "a", false],
    ["!~", "a*", false],
    ["!~", "a", true],
    ["=~", "(", false],
    ["!~", "(", false],
  ])("an absent label passes %s %j: %s", (operator, value, passes) => {
    expect(matchesEmpty({ name: "a", operator, value })).toBe(passes);
  });
});

test("the grammar knows each function and aggregation that is known here", () => {
  const unknown = callableNames().filter((name) => "fault" in parsePromql(`${name}(x)`));
  expect(unknown).toEqual([]);
  expect(signatureOf("round")).toEqual({ parameters: ["vector", "scalar"], least: 1, repeats: false, gives: "vector" });
  expect(signatureOf("label_join")).toEqual({
    parameters: ["vector", "string", "string", "string"],
    least: 3,
    repeats: true,
    gives: "vector",
  });
  expect(signatureOf("time")).toEqual({ parameters: [], least: 0, repeats: false, gives: "scalar" });
  expect(signatureOf("nothing")).toBeUndefined();
});

test("a refusal is a fault, and any other error stays one", () => {
  const thrown = (error: Error) => (): never => {
    throw error;
  };
  expect(guarded(() => 5)).toBe(5);
  expect(guarded(thrown(refusal(3, "no")))).toEqual({ fault: { offset: 3, message: "no" } });
  expect(() => guarded(thrown(new RangeError("other")))).toThrow(new RangeError("other"));
});

test("some two hundred expressions may be inside each other, in ten thousand characters", () => {
  const deep = (count: number): string => `${"-".repeat(count)}x`;
  expect(readPromql(deep(198))).not.toHaveProperty("fault");
  expect(readPromql(deep(199))).toEqual({
    fault: { offset: 199, message: "more than 200 expressions are inside each other here" },
  });
  expect(readPromql(`x${" ".repeat(9_999)}`)).not.toHaveProperty("fault");
  expect(readPromql(`x${" ".repeat(10_000)}`)).toEqual({
    fault: { offset: 10_000, message: "the expression is longer than 10000 characters" },
  });
});

test("a fault at the beginning of a long text is told as in a short one", () => {
  const message = 'b is not a value; write it in quotes, such as code="500"';
  expect(readPromql(`x{a=b} + ${"y".repeat(500)}`)).toEqual({ fault: { offset: 4, message } });
});
