/** Whether Prometheus takes what is generated, and counts as it is meant. */
import { expect, test } from "vitest";

import type { SloKind } from "../../../src/slo/model.ts";
import { describeWithService } from "../../support/services.ts";
import { failures, verdicts } from "../promql/promtool.ts";
import { sloOf, understood } from "./support.ts";

const EXPRESSIONS: ReadonlyArray<readonly [SloKind, string | undefined]> = [
  ["availability", undefined],
  ["latency", undefined],
  ["throughput", undefined],
  ["error_rate", undefined],
  ["availability", 'sum by (job) (rate(r{code!~"5.."}[5m] offset 1m)) / sum by (job) (rate(r[5m] offset 1m))'],
  [
    "availability",
    "sum without (pod) (rate(a[5m])) / (sum without (pod) (rate(a[5m])) + sum without (pod) (rate(b[5m])))",
  ],
  ["latency", "histogram_quantile(0.9, sum by (le, job) (rate(x_bucket[5m])))"],
  ["latency", "histogram_quantile(0.9, sum(rate(x[5m])))"],
  ["latency", "probe_duration_seconds or vector(1)"],
  ["availability", "histogram_fraction(0, 0.2, sum(rate(x[5m])))"],
  ["availability", "avg by (dc) (up)"],
  ["availability", "min(up) or vector(0)"],
  ["availability", "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) < 0.3"],
  ["error_rate", "my:error_ratio:rate5m"],
  ["throughput", "sum by (j) (rate(r[1m]))"],
  ["throughput", "reqs:rate5m"],
];

describeWithService(["promtool"], "promtool and the counts", ({ promtool = "" }) => {
  test("takes all that is generated, also in slices", () => {
    const texts = EXPRESSIONS.flatMap(([kind, expression]) => {
      const slices = { lengthMs: 300_000, empty: "bad" } as const;
      const plain = sloOf(kind, expression === undefined ? {} : { expression });
      return [plain, ...(expression === undefined ? [] : [{ ...plain, slices }])].flatMap((slo) => {
        const { total, part } = understood(slo);
        return [true, false].flatMap((exact) => [total({ text: "5m", exact }), part({ text: "5m", exact })]);
      });
    });
    expect(
      verdicts(promtool, texts)
        .map((verdict, index) => verdict && `${verdict} in ${texts[index] ?? ""}`)
        .filter(Boolean),
    ).toEqual([]);
  });

  test("counts whole events exactly, and splits them into good and bad", () => {
    const { total, part } = understood(
      sloOf("availability", { expression: 'sum(rate(r{code!~"5.."}[5m])) / sum(rate(r[5m]))' }),
    );
    const window = { text: "5m", exact: true };
    const both = understood(
      sloOf("availability", { expression: "sum(rate(o[5m])) / (sum(rate(o[5m])) + sum(rate(k[5m])))" }),
    );
    const at = (expr: string, eval_time: string, value: number): object => ({
      expr,
      eval_time,
      exp_samples: [{ labels: "{}", value }],
    });
    const test = {
      interval: "30s",
      input_series: [
        { series: 'r{code="200",i="1"}', values: "0+7x40" },
        { series: 'r{code="503",i="1"}', values: "0+1x40" },
        { series: 'o{i="1"}', values: "0+3x40" },
      ],
      promql_expr_test: [
        at(total(window), "10m", 80),
        at(part(window), "10m", 10),
        at(total(window), "15m", 80),
        // A series that does not exist yet counts nothing.
        at(both.total(window), "10m", 30),
        at(`(${both.part(window)}) or vector(-1)`, "10m", -1),
        // Nothing at all is 0.
        at(understood(sloOf("availability")).total(window), "10m", 0),
      ],
    };
    expect(failures(promtool, [test as never])).toBeUndefined();
  });

  test("an exact count falls back where a counter was reset, and adds up elsewhere", () => {
    const { total } = understood(sloOf("availability", { expression: "1 - sum(rate(e[5m])) / sum(rate(r[5m]))" }));
    const window = { text: "5m", exact: true };
    const values = Array.from({ length: 61 }, (_, step) => (step < 25 ? 3 * step : 3 * (step - 25)));
    const count = total(window);
    const test = {
      interval: "30s",
      input_series: [{ series: "r", values: values.join(" ") }],
      promql_expr_test: [
        { expr: count, eval_time: "10m", exp_samples: [{ labels: "{}", value: 30 }] },
        { expr: `(${count}) > 20 < 40`, eval_time: "15m", exp_samples: [] },
        { expr: count, eval_time: "30m", exp_samples: [{ labels: "{}", value: 30 }] },
      ],
    };
    // At 15 min the reset is within: increase() answers, with what it lost.
    const found = failures(promtool, [test]);
    expect(found).toContain("15m");
    expect(found).not.toContain("time: 10m");
    expect(found).not.toContain("time: 30m");
  });
});
