/** Numbers that do not depend on data, and what stands in for missing data. */
import { describe, expect, test } from "vitest";

import { constantOf, isFallback, withoutFallback } from "../../../src/rules/indicator/constants.ts";
import { printPromql } from "../../../src/rules/promql/print.ts";
import { read } from "../promql/reading.ts";

describe("constants", () => {
  test.each([
    ["5", 5],
    ["-5", -5],
    ["vector(5)", 5],
    ["-vector(5)", -5],
    ["+vector(5)", 5],
    ["7 + 2", 9],
    ["7 - 2", 5],
    ["7 * 2", 14],
    ["7 / 2", 3.5],
    ["7 ^ 2", 49],
    ["vector(3) + (4 - vector(1)) * 2", 9],
  ])("%s is always %d", (text, value) => {
    expect(constantOf(read(text))).toBe(value);
  });

  test.each([
    "x",
    "-x",
    "+x",
    "7 % 2",
    "7 atan2 2",
    "7 > bool 2",
    "x + 1",
    "1 + x",
    "vector(scalar(x))",
    "scalar(x)",
    "time()",
    "pi()",
    "abs(vector(1))",
    "sum(vector(1))",
    "x[5m:]",
    "vector(1) or vector(2)",
    "absent(x)",
  ])("%s is not", (text) => {
    expect(constantOf(read(text))).toBeUndefined();
  });
});

describe("what stands in for missing data", () => {
  test.each([
    "vector(0)",
    "-vector(1)",
    "absent(x)",
    "0 * x",
    "x * 0",
    "x * (1 - 1)",
    "1 + 0 * x",
    "0 * x + 1",
    "1 - 0 * x",
    "absent(x) + 1",
    "vector(0) or vector(1)",
    "absent(x) or vector(0)",
    "0 * x or absent(y)",
  ])("is %s", (text) => {
    expect(isFallback(read(text))).toBe(true);
  });

  test.each([
    "x",
    "sum(vector(1))",
    "absent_over_time(x[5m])",
    "2 * x",
    "x * y",
    "0 / x",
    "x / 0",
    "0 ^ x",
    "0 + x",
    "x + 0",
    "x - 0",
    "0 - x",
    "vector(0) or x",
    "x or vector(0)",
    "vector(0) and absent(x)",
    "vector(0) unless 0 * x",
    "-absent(x)",
  ])("is not %s", (text) => {
    expect(isFallback(read(text))).toBe(false);
  });

  test.each([
    ["x or vector(0)", "x"],
    ["x or vector(0) or absent(y)", "x"],
    ["x or y", "x or y"],
    ["x or y or vector(0)", "x or y"],
    ["vector(0) or x", "vector(0) or x"],
    ["vector(0) or vector(1)", "vector(0) or vector(1)"],
    ["x and vector(0)", "x and vector(0)"],
    ["x unless vector(0)", "x unless vector(0)"],
    ["x + 0 * y", "x + 0 * y"],
    ["sum(x or vector(0))", "sum(x or vector(0))"],
  ])("is taken from %s: %s", (text, rest) => {
    expect(printPromql(withoutFallback(read(text)))).toBe(rest);
  });
});
