/** A total, and those of it that were good, or bad: what is counted, and what of them is refused. */
import { describe, expect, test } from "vitest";

import type { EventExpressions, SloKind } from "../../../src/slo/model.ts";
import { counts, refused, sloOf, understood } from "./support.ts";

const R = "sum(rate(r[5m]))";
const sloOfCounts = (events: EventExpressions, kind: SloKind = "availability"): ReturnType<typeof sloOf> =>
  sloOf(kind, { expression: "not looked at", events });

describe("two counts", () => {
  test.each<[title: string, EventExpressions, counted: object]>([
    ["bad ones", { total: R, bad: "sum(rate(e_errors[5m]))" }, { bad: "sum(increase(e_errors[5m]))" }],
    ["good ones", { total: R, good: "sum(rate(o[5m]))" }, { good: "sum(increase(o[5m]))" }],
    ["bad ones by a matcher", { total: R, bad: 'sum(rate(r{a="1"}[5m]))' }, { bad: 'sum(increase(r{a="1"}[5m]))' }],
    [
      "good ones by a matcher, of which the opposite is bad",
      { total: R, good: 'sum(rate(r{a=~"1|2"}[5m]))' },
      { bad: 'sum(increase(r{a!~"1|2"}[5m]))' },
    ],
    [
      "good ones by a matcher and a weight, which have no opposite",
      { total: R, good: 'sum(2 * rate(r{a="1"}[5m]))' },
      { good: 'sum(2 * increase(r{a="1"}[5m]))' },
    ],
    [
      "good ones by a matcher at another time",
      { total: R, good: 'sum(rate(r{a="1"}[5m] offset 1h))' },
      { good: 'sum(increase(r{a="1"}[5m] offset 1h))' },
    ],
    [
      "good ones by another matcher than the total",
      { total: 'sum(rate(r{b="2"}[5m]))', good: 'sum(rate(r{a="1"}[5m]))' },
      { good: 'sum(increase(r{a="1"}[5m]))' },
    ],
    [
      "good ones by a matcher on the same label as the total",
      { total: 'sum(rate(r{a!="2"}[5m]))', good: 'sum(rate(r{a="1",a!="2"}[5m]))' },
      { bad: 'sum(increase(r{a!="1",a!="2"}[5m]))' },
    ],
    [
      "samples by a matcher",
      { total: "sum(sum_over_time(r[5m]))", good: 'sum(sum_over_time(r{a="1"}[5m]))' },
      { good: 'sum(sum_over_time(r{a="1"}[5m]))' },
    ],
    [
      "a counter of what a native histogram has",
      { total: "sum(histogram_count(rate(r[5m])))", good: 'sum(rate(r{a="1"}[5m]))' },
      { good: 'sum(increase(r{a="1"}[5m]))' },
    ],
    [
      "a counter of the native histogram with the same name",
      { total: "sum(histogram_count(rate(r[5m])))", good: "sum(rate(r[5m]))" },
      { good: "sum(increase(r[5m]))" },
    ],
    [
      "good ones of a weighted total, of which the rest is no simpler",
      { total: "sum(2 * rate(a[5m]) + rate(b[5m]))", good: "sum(rate(a[5m]))" },
      { good: "sum(increase(a[5m]))" },
    ],
    [
      "a native histogram of what a counter has",
      { total: R, good: 'sum(histogram_count(rate(r{a="1"}[5m])))' },
      { good: 'sum(histogram_count(increase(r{a="1"}[5m])))' },
    ],
    [
      "good ones of a sum, of which the rest is simpler",
      { total: "sum(rate(e[5m]) + rate(o[5m]))", good: "sum(rate(o[5m]))" },
      { bad: "sum(increase(e[5m]))" },
    ],
    [
      "good ones of a larger sum, of which the rest is not",
      { total: "sum(rate(e[5m]) + rate(f[5m]) + rate(o[5m]))", good: "sum(rate(o[5m]) + rate(f[5m]))" },
      { bad: "sum(increase(e[5m]))" },
    ],
    [
      "bad ones of a sum",
      { total: "sum(rate(e[5m]) + rate(o[5m]))", bad: "sum(rate(e[5m]))" },
      { bad: "sum(increase(e[5m]))" },
    ],
    ["good ones as the rest", { total: R, good: "sum(rate(r[5m]) - rate(e[5m]))" }, { bad: "sum(increase(e[5m]))" }],
    ["bad ones as the rest", { total: R, bad: "sum(rate(r[5m]) - rate(o[5m]))" }, { good: "sum(increase(o[5m]))" }],
    ["a part of another metric", { total: R, good: "sum(rate(o[5m]))" }, { good: "sum(increase(o[5m]))" }],
  ])("of %s", (_title, events, counted) => {
    const { total: _total, ...part } = counts(understood(sloOfCounts(events)));
    expect(part).toEqual(counted);
  });

  test.each<[EventExpressions, part: string, offset: number, message: string]>([
    [
      { total: "max(r)", good: R },
      "total",
      0,
      "max keeps one series of many, so the counts of two windows do not add up; write sum",
    ],
    [{ total: "sum(", good: R }, "total", 3, "this ( is not closed"],
    [{ total: R, bad: "sum(rate(" }, "bad", 8, "this ( is not closed"],
    [{ total: R, good: "max(r" }, "good", 3, "this ( is not closed"],
    [{ total: R }, "bad", 0, "the expression is empty"],
    [
      { total: "max(r)", bad: "max(r)" },
      "total",
      0,
      "max keeps one series of many, so the counts of two windows do not add up; write sum",
    ],
    [
      { total: R, bad: 'sum(rate(r{code!="500"}[5m]))' },
      "bad",
      0,
      'code!="500" selects what did not fail, and this is to be the bad ones; name it good',
    ],
    [
      { total: R, good: 'sum(rate(r{code="500"}[5m]))' },
      "good",
      0,
      'code="500" selects what failed, and this is to be the good ones; name it bad',
    ],
    [
      { total: R, good: "sum(rate(r_errors[5m]))" },
      "good",
      0,
      "r_errors selects what failed, and this is to be the good ones; name it bad",
    ],
    [
      { total: R, good: R },
      "good",
      0,
      "is the same as the total, so nothing would ever fail, or all; count a part of it",
    ],
    [
      { total: 'sum(rate(r{a="b"}[5m]))', bad: R },
      "bad",
      0,
      "counts more than the total does, which has all its matchers and others; turn them round",
    ],
    [
      { total: R, good: "sum by (a) (rate(o[5m]))" },
      "good",
      0,
      "both sides need the same labels, and these are one sum of all and by (a); write the same by ( ) on both",
    ],
    [
      { total: R, bad: "sum(rate(o[10m]))" },
      "bad",
      0,
      "[5m] and [10m] look back over different times; write the same range throughout",
    ],
    [
      { total: R, bad: "sum(increase(o[5m]))" },
      "bad",
      0,
      "rate and increase differ by the length of their ranges; write the same function throughout",
    ],
    [
      { total: "sum(rate(r[5m]) - rate(r[5m]))", bad: R },
      "total",
      4,
      "this count is always 0: what it adds it subtracts again",
    ],
    [
      { total: R, bad: "sum(rate(e[5m]) - rate(e[5m]))" },
      "bad",
      4,
      "this count is always 0: what it adds it subtracts again",
    ],
    [
      { total: "sum by (service) (rate(r[5m]))", bad: "sum by (service) (rate(e[5m]))" },
      "bad",
      0,
      "by (service) cannot have a budget for each value: nines writes the label service itself; group by another label, or leave it out",
    ],
    [
      { total: "sum by (code) (rate(r[5m]))", bad: 'sum by (code) (rate(r{code=~"5.."}[5m]))' },
      "bad",
      0,
      "by (code) keeps code, by which good and bad are told apart, so the bad ones would have a budget of their own; leave it out",
    ],
  ])("%j are refused in %s, at %i: %s", (events, part, offset, message) => {
    expect(refused(sloOfCounts(events))).toEqual({ part, offset, message });
  });

  test.each([
    ["the threshold's", "0.2", undefined],
    ["another", "1", 'le="1" is not the threshold of 200ms, which is le="0.2" here; write the same in both'],
  ])("of a latency have one bucket: %s", (_title, le, message) => {
    const slo = sloOfCounts(
      { total: "sum(rate(x_count[5m]))", good: `sum(rate(x_bucket{le="${le}"}[5m]))` },
      "latency",
    );
    if (message === undefined) expect(understood(slo).missingPart).toBe("mistake");
    else expect(refused(slo)).toEqual({ part: "good", offset: 4, message });
  });
});
