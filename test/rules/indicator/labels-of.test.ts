/** Which labels an expression has, and what sums of sums keep. */
import { describe, expect, test } from "vitest";

import { checkMatching, groupingWords, regroup, sameGrouping } from "../../../src/rules/indicator/grouping.ts";
import { labelsOf } from "../../../src/rules/indicator/labels-of.ts";
import type { EachSeries } from "../../../src/rules/indicator/terms.ts";
import type { Grouping, Matching } from "../../../src/rules/promql/expression.ts";
import { guarded } from "../../../src/rules/promql/faults.ts";
import { read } from "../promql/reading.ts";

const NONE: Grouping = { kind: "none" };
const EACH: EachSeries = { kind: "each" };
const by = (...labels: string[]): Grouping => ({ kind: "by", labels });
const without = (...labels: string[]): Grouping => ({ kind: "without", labels });

describe("labels", () => {
  test.each<[string, Grouping | EachSeries]>([
    ["5", NONE],
    ['"a"', NONE],
    ["x", EACH],
    ["x[5m]", EACH],
    ["-x", EACH],
    ["-sum(x)", NONE],
    ["sum by (a) (x)[5m:]", by("a")],
    ["sum(x)", NONE],
    ["sum by () (x)", NONE],
    ["sum by (a, b) (x)", by("a", "b")],
    ["sum without (a) (x)", without("a")],
    ["sum without () (x)", without()],
    ["topk(3, x)", EACH],
    ["bottomk by (a) (3, x)", EACH],
    ["limitk(3, x)", EACH],
    ["limit_ratio(0.5, x)", EACH],
    ['count_values("v", x)', EACH],
    ["quantile by (a) (0.5, x)", by("a")],
    ["rate(x[5m])", EACH],
    ["abs(sum by (a) (x))", by("a")],
    ["clamp(sum by (a) (x), 0, 1)", by("a")],
    ["quantile_over_time(0.5, sum by (a) (x)[5m:])", by("a")],
    ["histogram_fraction(0, 1, sum by (a) (x))", by("a")],
    ["histogram_quantile(0.9, sum by (le) (x))", NONE],
    ["histogram_quantile(0.9, sum by (a, le) (x))", by("a")],
    ["histogram_quantile(0.9, sum by (a) (x))", by("a")],
    ["histogram_quantile(0.9, sum without (a) (x))", without("a")],
    ["histogram_quantile(0.9, sum(x))", NONE],
    ["histogram_quantile(0.9, x)", EACH],
    ["scalar(x)", NONE],
    ["vector(1)", NONE],
    ["time()", NONE],
    ['label_replace(sum(x), "a", "b", "c", "d")', EACH],
    ['label_join(sum(x), "a", ",", "c")', EACH],
    ["1 + sum by (a) (x)", by("a")],
    ["sum by (a) (x) * 2", by("a")],
    ["sum by (a) (x) / sum by (a) (y)", by("a")],
    ["sum by (a, b) (x) - sum by (b, a) (y)", by("a", "b")],
    ["x / y", EACH],
    ["sum by (a) (x) or y", by("a")],
    ["sum by (a) (x) and y", by("a")],
    ["sum by (a) (x) unless y", by("a")],
    ["sum by (a) (x) * on (a) group_left sum by (b) (y)", by("a")],
    ["sum by (a) (x) * on (a) group_right sum by (b) (y)", by("b")],
  ])("of %s", (text, labels) => {
    expect(labelsOf(read(text))).toEqual(labels);
  });

  test.each([
    ["sum by (a) (x) / sum by (b) (y)", 0, "/", "by (a) and by (b)"],
    ["sum by (a) (x) + sum(y)", 0, "+", "by (a) and one sum of all"],
    ["sum(x) > bool y", 0, ">", "one sum of all and each series"],
    ["1 + sum without (a) (x) * sum by (a) (y)", 4, "*", "without (a) and by (a)"],
  ])("of %s cannot be told", (text, offset, operator, words) => {
    expect(guarded(() => labelsOf(read(text)))).toEqual({
      fault: {
        offset,
        message: `both sides of ${operator} need the same labels, and these are ${words}; write the same by ( ) on both`,
      },
    });
  });
});

describe("sums of sums", () => {
  test.each<[outer: Grouping, inner: Grouping | EachSeries, left: Grouping]>([
    [NONE, EACH, NONE],
    [NONE, by("a"), NONE],
    [NONE, without("a"), NONE],
    [by("a"), NONE, NONE],
    [without("a"), NONE, NONE],
    [by("a", "a", "b"), EACH, by("a", "b")],
    [by(), EACH, NONE],
    [without("a", "a"), EACH, without("a")],
    [without(), EACH, without()],
    [by("a", "b"), by("b", "c"), by("b")],
    [by("a"), by("b"), NONE],
    [by("a", "b"), without("b", "c"), by("a")],
    [by("b"), without("b"), NONE],
    [without("a"), by("a", "b"), by("b")],
    [without("a"), by("a"), NONE],
    [without("a", "b"), without("b", "c"), without("b", "c", "a")],
  ])("%j of %j keep %j", (outer, inner, left) => {
    expect(regroup(outer, inner)).toEqual(left);
  });

  test.each<[Grouping | EachSeries, Grouping | EachSeries, boolean]>([
    [NONE, NONE, true],
    [EACH, EACH, true],
    [NONE, EACH, false],
    [by("a", "b"), by("b", "a", "a"), true],
    [by("a"), by("a", "b"), false],
    [by("a"), without("a"), false],
    [without("a"), without("a"), true],
    [by(), NONE, false],
  ])("%j and %j are the same: %s", (one, other, isSame) => {
    expect(sameGrouping(one, other)).toBe(isSame);
  });

  test.each<[Grouping | EachSeries, string]>([
    [NONE, "one sum of all"],
    [EACH, "each series"],
    [by("a", "b"), "by (a, b)"],
    [without("a"), "without (a)"],
  ])("%j is said as %s", (grouping, words) => {
    expect(groupingWords(grouping)).toBe(words);
  });
});

describe("matching", () => {
  const matching = (kind: "on" | "ignoring", labels: string[], many?: "left" | "right"): Matching => ({
    kind,
    labels,
    many,
    include: [],
  });
  const said = (one: Matching | undefined, grouping: Grouping | EachSeries): unknown =>
    guarded(() => {
      checkMatching(one, grouping, 7);
    });

  test.each<[Matching | undefined, Grouping | EachSeries]>([
    [undefined, by("a")],
    [matching("on", ["a", "b"]), by("b", "a")],
    [matching("on", ["a", "a"]), by("a")],
    [matching("ignoring", ["c"]), by("a", "b")],
    [matching("ignoring", []), by("a")],
    [matching("on", ["x"]), NONE],
    [matching("on", ["x"]), EACH],
    [matching("ignoring", ["a"]), without("b")],
  ])("%j pairs what is by itself paired in %j", (one, grouping) => {
    expect(said(one, grouping)).toBeUndefined();
  });

  test.each<[Matching, Grouping, string]>([
    [matching("on", ["a"]), by("a", "b"), "on (a) pairs other series than by (a, b) makes; leave it out"],
    [matching("on", ["a", "b"]), by("a"), "on (a, b) pairs other series than by (a) makes; leave it out"],
    [matching("on", ["a", "c"]), by("a", "b"), "on (a, c) pairs other series than by (a, b) makes; leave it out"],
    [matching("ignoring", ["b"]), by("a", "b"), "ignoring (b) pairs other series than by (a, b) makes; leave it out"],
  ])("%j pairs others in %j", (one, grouping, message) => {
    expect(said(one, grouping)).toEqual({ fault: { offset: 7, message } });
  });

  test.each(["left", "right"] as const)("group_%s counts one side several times", (many) => {
    expect(said(matching("on", ["a"], many), by("a"))).toEqual({
      fault: {
        offset: 7,
        message: `group_${many} counts one side several times over; write sums with the same labels on both sides, such as sum by (job) (...) / sum by (job) (...)`,
      },
    });
  });
});
