import { describe, expect, it } from "vitest";

import type { Selector } from "../../../src/rules/promql/expression.ts";
import { readPromql } from "../../../src/rules/promql/read.ts";
import { possibleSeries, seriesText } from "../../../src/rules/rule-tests/label-sets.ts";

function selectors(...texts: readonly string[]): Selector[] {
  return texts.map((text) => {
    const read = readPromql(text);
    if ("expression" in read && read.expression.kind === "selector") return read.expression.selector;
    throw new Error(text);
  });
}

function texts(grouping: readonly string[], ...of: readonly string[]): unknown {
  const found = possibleSeries(selectors(...of), grouping);
  return "problem" in found ? found.problem : found.map(({ labels }) => seriesText(labels));
}

describe("series that selectors find", () => {
  it("has one that both find, and one that only the wider finds", () => {
    expect(texts([], 'x{job="shop"}', 'x{job="shop",code=~"5.."}')).toEqual([
      'x{job="shop",code="500"}',
      'x{job="shop"}',
    ]);
  });

  it("leaves out labels that nobody asks of a metric", () => {
    expect(texts([], 'd_bucket{le="0.2",job=~"a|b"}', 'd_count{job=~"a|b"}')).toEqual([
      'd_bucket{le="0.2",job="a"}',
      'd_count{job="a"}',
    ]);
  });

  it("has labels of a grouping", () => {
    expect(texts(["route"], "x")).toEqual(['x{route="a"}']);
  });

  it("keeps to several matchers of one label", () => {
    expect(texts([], 'x{route=~"/.*",route!~"/health.*",route!="/a"}')).toEqual(['x{route="/b"}']);
  });

  it("finds names by a regular expression", () => {
    expect(texts([], '{__name__=~"shop_(errors|failures)_total"}')).toEqual(["shop_errors_total"]);
    expect(texts([], '{__name__=~"shop-errors|shop_errors"}')).toEqual(["shop_errors"]);
  });

  it("says for which selector it has none", () => {
    expect(texts([], 'x{a="1",a="2"}')).toBe('no series is known that x{a="1",a="2"} finds');
    expect(texts([], 'x{a=~"\\\\pL+"}')).toBe('no value is known that a=~"\\pL+" matches');
  });
});
