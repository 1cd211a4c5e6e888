/** What is counted in windows of several lengths, exactly or not, and in slices of time. */
import { describe, expect, test } from "vitest";

import { Objective } from "../../../src/core/objective.ts";
import type { Slo, SloKind } from "../../../src/slo/model.ts";
import { refused, sloOf, understood } from "./support.ts";

const partOf = (slo: Slo, text: string, exact: boolean): string => understood(slo).part({ text, exact });
const of = (kind: SloKind, expression: string): Slo => sloOf(kind, { expression });

describe("a window", () => {
  const counter = of("availability", "1 - sum(rate(e[5m])) / sum(rate(r[5m]))");
  const shifted = of("error_rate", "sum by (a) (rate(e[5m] offset 1h)) / sum by (a) (rate(r[5m] offset 1h))");
  const samples = of("availability", "up");
  const subquery = of("availability", "sum(sum_over_time((x)[5m:1m])) / sum(count_over_time((x)[5m:1m]))");
  const native = of("availability", "sum(histogram_count(rate(o[5m]))) / sum(histogram_count(rate(r[5m])))");
  const fraction = of("availability", "histogram_fraction(0, 0.2, sum(rate(r[5m])))");
  const moments = of("availability", "x < 5");

  test.each([
    ["of a counter", counter, "1h", false, "sum(increase(e[1h]))"],
    ["of a counter that is shifted", shifted, "1h", false, "sum by (a) (increase(e[1h] offset 1h))"],
    ["of samples", samples, "1h", false, "sum(sum_over_time(up[1h]))"],
    ["of samples, exactly", samples, "1h", true, "sum(sum_over_time(up[59m59s999ms]))"],
    ["of samples, of two milliseconds exactly", samples, "2ms", true, "sum(sum_over_time(up[1ms]))"],
    ["of samples, of one millisecond exactly", samples, "1ms", true, "sum(sum_over_time(up[1ms]))"],
    ["of a subquery", subquery, "1h", false, "sum(sum_over_time((x)[1h:1m]))"],
    ["of a subquery, exactly", subquery, "1h", true, "sum(sum_over_time((x)[59m59s999ms:1m]))"],
    ["of a native histogram", native, "1h", false, "sum(histogram_count(increase(o[1h])))"],
    [
      "of a native histogram, which increase() alone can count",
      native,
      "1h",
      true,
      "sum(histogram_count(increase(o[1h])))",
    ],
    [
      "of a part of a native histogram, exactly",
      fraction,
      "1h",
      true,
      "(histogram_fraction(0, 0.2, sum(increase(r[1h]))) >= 0) * histogram_count(sum(increase(r[1h]))) or 0 * histogram_count(sum(increase(r[1h])))",
    ],
    ["of moments", moments, "1h", false, "sum(sum_over_time((x < bool 5)[1h:30s]))"],
    ["of moments, exactly", moments, "1h", true, "sum(sum_over_time((x < bool 5)[59m59s999ms:30s]))"],
  ])("%s", (_title, slo, text, exact, expected) => {
    expect(partOf(slo, text, exact)).toBe(expected);
  });

  test("of a counter that is shifted, exactly, looks at the one before it too", () => {
    expect(partOf(shifted, "1h", true)).toBe(
      [
        "sum by (a) ((",
        "(last_over_time(e[1h] offset 1h) - last_over_time(e[1h] offset 2h)) unless (resets(e[2h] offset 1h) - (resets(e[1h] offset 2h) or 0 * resets(e[2h] offset 1h)) > 0)",
        "or (last_over_time(e[1h] offset 1h) - last_over_time(e[1h] offset 2h) + max_over_time(e[2h] offset 1h)) and (resets(e[2h] offset 1h) == 1) and (last_over_time(e[1h] offset 1h) < max_over_time(e[2h] offset 1h))",
        "or (last_over_time(e[1h] offset 1h) - min_over_time(e[1h] offset 1h)) unless (resets(e[1h] offset 1h) > 0)",
        "or increase(e[1h] offset 1h)",
        "))",
      ].join("\n"),
    );
  });

  test("is scraped as often as is told", () => {
    const { part } = understood(moments, { scrapeIntervalMs: 15_000 });
    expect(part({ text: "1h", exact: false })).toBe("sum(sum_over_time((x < bool 5)[1h:15s]))");
  });
});

test.each<[SloKind, string]>([
  ["availability", "up"],
  ["availability", "x < 5"],
  ["availability", "histogram_fraction(0, 0.2, sum(rate(r[5m])))"],
  ["throughput", "sum(rate(r[5m]))"],
  ["error_rate", "sum(rate(e[5m])) / sum(rate(r[5m]))"],
])("a missing part of %s: %s is none", (kind, expression) => {
  expect(understood(of(kind, expression)).missingPart).toBe("none");
});

describe("slices", () => {
  const bad = "1 - sum(rate(e[5m])) / sum(rate(r[5m]))";
  const good = "sum(rate(o[5m])) / sum(rate(r[5m]))";
  const bucket = 'sum(rate(x_bucket{le="1"}[5m])) / sum(rate(x_count[5m]))';
  const byLabel = "sum by (a) (rate(o[5m])) / sum by (a) (rate(r[5m]))";
  const objective = Objective.parse("99%");
  const total = "(sum(increase(r[5m])) or vector(0))";
  const shareOf = (part: string): string => `((${part}) or 0 * ${total}) / (${total} > 0)`;
  const E = shareOf("sum(increase(e[5m]))");
  const O = shareOf("sum(increase(o[5m]))");
  const known = `count_over_time((${total} > 0)[1h:5m]) or vector(0)`;
  const every = `count_over_time((${total})[1h:5m]) or vector(0)`;

  test.each<[string, string, Objective | undefined, "bad" | "good" | "ignored", string, "bad" | "good", string]>([
    ["failures, empty ones ignored", bad, undefined, "ignored", known, "bad", E],
    ["failures, empty ones good", bad, undefined, "good", every, "bad", `(${E}) or 0 * ${total}`],
    ["failures, empty ones bad", bad, undefined, "bad", every, "bad", `(${E}) or (${total} == bool 0)`],
    ["good ones, empty ones ignored", good, undefined, "ignored", known, "good", O],
    ["good ones, empty ones good", good, undefined, "good", every, "good", `(${O}) or (${total} == bool 0)`],
    ["good ones, empty ones bad", good, undefined, "bad", every, "good", `(${O}) or 0 * ${total}`],
    ["failures with an objective", bad, objective, "ignored", known, "good", `(${E}) <= bool 0.01`],
    [
      "failures with one, empty ones good",
      bad,
      objective,
      "good",
      every,
      "good",
      `((${E}) <= bool 0.01) or (${total} == bool 0)`,
    ],
    [
      "failures with one, empty ones bad",
      bad,
      objective,
      "bad",
      every,
      "good",
      `((${E}) <= bool 0.01) or 0 * ${total}`,
    ],
    ["good ones with an objective", good, objective, "ignored", known, "good", `(${O}) >= bool 0.99`],
    [
      "good ones with one, empty ones bad",
      good,
      objective,
      "bad",
      every,
      "good",
      `((${O}) >= bool 0.99) or 0 * ${total}`,
    ],
  ])("of %s", (_title, expression, limit, empty, all, counted, part) => {
    const slices = { lengthMs: 300_000, empty, ...(limit === undefined ? {} : { objective: limit }) };
    const indicator = understood(sloOf("availability", { expression, slices }));
    const window = { text: "1h", exact: false };
    expect({ ...indicator, total: indicator.total(window), part: indicator.part(window) }).toMatchObject({
      unit: "time",
      costly: true,
      missingPart: "none",
      total: all,
      counted,
      part: `sum_over_time((${part})[1h:5m])`,
    });
  });

  test("of buckets are not good where there is no bucket", () => {
    const slices = { lengthMs: 300_000, empty: "ignored" } as const;
    expect(partOf(sloOf("availability", { expression: bucket, slices }), "1h", true)).toBe(
      String.raw`sum_over_time(((sum(increase(x_bucket{le=~"1|1\\.0"}[5m]))) / ((sum(increase(x_count[5m])) or vector(0)) > 0))[59m59s999ms:5m])`,
    );
  });

  test("have the labels of what they are of", () => {
    const slices = { lengthMs: 60_000, empty: "ignored" } as const;
    const { grouping, total: all } = understood(sloOf("availability", { expression: byLabel, slices }));
    expect(grouping).toEqual({ kind: "by", labels: ["a"] });
    // Four scrapes are the shortest slice.
    expect(all({ text: "1h", exact: false })).toBe("count_over_time(((sum by (a) (increase(r[2m]))) > 0)[1h:2m])");
  });

  test("of two counts and of nines' own metrics are slices too, but not of a throughput", () => {
    const slices = { lengthMs: 300_000, empty: "ignored" } as const;
    const events = { total: "sum(rate(r[5m]))", bad: "sum(rate(e[5m]))" };
    expect(partOf(sloOf("availability", { events, slices }), "1h", false)).toBe(`sum_over_time((${E})[1h:5m])`);
    expect(partOf(sloOf("availability", { slices }), "1h", false)).toContain("sum_over_time(");
    expect(partOf(sloOf("throughput", { slices }), "1h", false)).toBe(partOf(sloOf("throughput"), "1h", false));
    expect(refused(sloOf("availability", { expression: "max(x", slices }))).toMatchObject({ offset: 3 });
  });
});
