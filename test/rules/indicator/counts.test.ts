/** Shares of events: two counts, in the forms that people write them. */
import { describe, expect, test } from "vitest";

import { Objective } from "../../../src/core/objective.ts";
import { counts, refused, sloOf, understood } from "./support.ts";

const ALL = "sum(increase(r_total[5m])) or vector(0)";

describe("an availability", () => {
  test.each([
    [
      "errors are counted by the opposite of the matcher",
      'sum(rate(r_total{code!~"5.."}[5m])) / sum(rate(r_total[5m]))',
      ALL,
      "bad",
      'sum(increase(r_total{code=~"5.."}[5m]))',
    ],
    [
      "and of a positive one",
      'sum(rate(r_total{code=~"2.."}[5m])) / sum(rate(r_total[5m]))',
      ALL,
      "bad",
      'sum(increase(r_total{code!~"2.."}[5m]))',
    ],
    [
      "1 - errors / all",
      "1 - sum(rate(e_total[5m])) / sum(rate(r_total[5m]))",
      ALL,
      "bad",
      "sum(increase(e_total[5m]))",
    ],
    [
      "percent",
      "100 - 100 * sum(rate(e_total[5m])) / sum(rate(r_total[5m]))",
      ALL,
      "bad",
      "sum(increase(e_total[5m]))",
    ],
    ["percent, written behind", "sum(rate(o[5m])) / sum(rate(r_total[5m])) * 100", ALL, "good", "sum(increase(o[5m]))"],
    [
      "(all - errors) / all",
      "(sum(rate(r_total[5m])) - sum(rate(e_total[5m]))) / sum(rate(r_total[5m]))",
      ALL,
      "bad",
      "sum(increase(e_total[5m]))",
    ],
    ["with a guard", "sum(rate(o[5m])) / (sum(rate(r_total[5m])) > 0)", ALL, "good", "sum(increase(o[5m]))"],
    [
      "with a fallback",
      "clamp_max(sum(rate(o[5m])) / sum(rate(r_total[5m])), 1) or vector(1)",
      ALL,
      "good",
      "sum(increase(o[5m]))",
    ],
    [
      "with fallbacks inside",
      "(sum(rate(o[5m])) or 0 * sum(rate(r_total[5m]))) / sum(rate(r_total[5m]))",
      ALL,
      "good",
      "sum(increase(o[5m]))",
    ],
    [
      "with factors on both sides",
      "sum(rate(o[5m])) * 60 / (sum(rate(r_total[5m])) * 60)",
      ALL,
      "good",
      "sum(increase(o[5m]))",
    ],
    ["increase", "sum(increase(o[1h])) / sum(increase(r_total[1h]))", ALL, "good", "sum(increase(o[5m]))"],
    [
      "an offset",
      "sum(rate(o[5m] offset 1m)) / sum(rate(r_total[5m] offset 1m))",
      "sum(increase(r_total[5m] offset 1m)) or vector(0)",
      "good",
      "sum(increase(o[5m] offset 1m))",
    ],
    [
      "several metrics",
      "sum(rate(o[5m])) / (sum(rate(o[5m])) + sum(rate(k[5m])))",
      'sum(label_replace(increase(o[5m]), "nines_term", "1", "", "") or label_replace(increase(k[5m]), "nines_term", "2", "", "")) or vector(0)',
      "bad",
      "sum(increase(k[5m]))",
    ],
    [
      "a budget for each job",
      'sum by (job) (rate(r{c!="1"}[5m])) / on (job) sum by (job) (rate(r[5m]))',
      "sum by (job) (increase(r[5m]))",
      "bad",
      'sum by (job) (increase(r{c="1"}[5m]))',
    ],
    [
      "sums of sums",
      'sum by (a) (sum by (a, b) (rate(r{c!="1"}[5m]))) / sum by (a) (rate(r[5m]))',
      "sum by (a) (increase(r[5m]))",
      "bad",
      'sum by (a) (increase(r{c="1"}[5m]))',
    ],
    [
      "samples",
      "sum(sum_over_time(p[5m])) / sum(count_over_time(p[5m]))",
      "sum(count_over_time(p[5m])) or vector(0)",
      "good",
      "sum(sum_over_time(p[5m]))",
    ],
  ])("%s: %s", (_title, expression, total, counted, part) => {
    expect(counts(understood(sloOf("availability", { expression })))).toEqual({ total, [counted]: part });
  });

  test("counts of windows that follow each other add up, and offsets too", () => {
    const expression = "1 - sum(rate(e[5m] offset 1m)) / sum(rate(r[5m] offset 1m))";
    expect(counts(understood(sloOf("availability", { expression })), true).bad).toBe(
      [
        "sum((",
        "(last_over_time(e[5m] offset 1m) - last_over_time(e[5m] offset 6m)) unless (resets(e[10m] offset 1m) - (resets(e[5m] offset 6m) or 0 * resets(e[10m] offset 1m)) > 0)",
        "or (last_over_time(e[5m] offset 1m) - last_over_time(e[5m] offset 6m) + max_over_time(e[10m] offset 1m)) and (resets(e[10m] offset 1m) == 1) and (last_over_time(e[5m] offset 1m) < max_over_time(e[10m] offset 1m))",
        "or (last_over_time(e[5m] offset 1m) - min_over_time(e[5m] offset 1m)) unless (resets(e[5m] offset 1m) > 0)",
        "or increase(e[5m] offset 1m)",
        "))",
      ].join("\n"),
    );
  });

  test("buckets are found in every spelling, and must exist", () => {
    const expression = 'sum(rate(x_bucket{le="1"}[5m])) / sum(rate(x_count[5m]))';
    const indicator = understood(sloOf("availability", { expression }));
    expect(indicator.missingPart).toBe("mistake");
    expect(counts(indicator).good).toBe(String.raw`sum(increase(x_bucket{le=~"1|1\\.0"}[5m]))`);
  });

  test("an Apdex keeps its weights", () => {
    const expression =
      '(sum(rate(s_bucket{le="0.1"}[5m])) + sum(rate(s_bucket{le="0.4"}[5m]))) / 2 / sum(rate(s_count[5m]))';
    expect(counts(understood(sloOf("availability", { expression }))).good).toContain("0.5 * increase(s_bucket");
  });

  test("what was not added up is, and its author is told", () => {
    const { grouping, remarks } = understood(sloOf("availability", { expression: "rate(o[5m]) / rate(r[5m])" }));
    expect(grouping).toEqual({ kind: "none" });
    expect(remarks).toHaveLength(1);
  });
});

describe("an error rate", () => {
  test.each([
    ["sum(rate(e[5m])) / sum(rate(r[5m]))", "bad", "sum(increase(e[5m]))"],
    ["1 - sum(rate(o[5m])) / sum(rate(r[5m]))", "good", "sum(increase(o[5m]))"],
    ['sum(rate(r{code=~"5.."}[5m])) / sum(rate(r[5m]))', "bad", 'sum(increase(r{code=~"5.."}[5m]))'],
  ])("%s", (expression, counted, part) => {
    expect(counts(understood(sloOf("error_rate", { expression })))).toMatchObject({ [counted]: part });
  });
});

describe("two counts", () => {
  const events = (total: string, good: string): ReturnType<typeof sloOf> =>
    sloOf("availability", { expression: "x", events: { total, good } });

  test("good ones with a matcher more are counted by what failed", () => {
    expect(counts(understood(events("sum(rate(r[5m]))", 'sum(rate(r{code!="500"}[5m]))')))).toEqual({
      total: "sum(increase(r[5m])) or vector(0)",
      bad: 'sum(increase(r{code="500"}[5m]))',
    });
  });

  test("a fault names the count it is in", () => {
    expect(refused(events("sum(rate(r[5m])", "x"))).toMatchObject({ part: "total", offset: 3 });
    expect(refused(events("sum(rate(r[5m]))", "max(rate(o[5m]))"))).toMatchObject({ part: "good", offset: 0 });
    expect(refused(events("sum(rate(r[5m]))", "sum(increase(o[5m]))"))).toMatchObject({ part: "good" });
  });
});

describe("time slices", () => {
  const slices = (more: object): Record<string, string | undefined> =>
    counts(
      understood(
        sloOf("availability", {
          expression: "1 - sum(rate(e[5m])) / sum(rate(r[5m]))",
          slices: { lengthMs: 300_000, empty: "ignored", ...more },
        }),
      ),
    );
  const share =
    "((sum(increase(e[5m]))) or 0 * (sum(increase(r[5m])) or vector(0))) / ((sum(increase(r[5m])) or vector(0)) > 0)";

  test("a slice is good or not", () => {
    expect(slices({ objective: Objective.parse("99%") })).toEqual({
      total: "count_over_time(((sum(increase(r[5m])) or vector(0)) > 0)[5m:5m]) or vector(0)",
      good: `sum_over_time(((${share}) <= bool 0.01)[5m:5m])`,
    });
  });

  test("without an objective a slice counts as far as it was good", () => {
    expect(slices({})).toMatchObject({ bad: `sum_over_time((${share})[5m:5m])` });
  });

  test("an empty one can be good", () => {
    expect(slices({ empty: "good", objective: Objective.parse("99%") })).toMatchObject({
      good: `sum_over_time((((${share}) <= bool 0.01) or ((sum(increase(r[5m])) or vector(0)) == bool 0))[5m:5m])`,
    });
  });
});
