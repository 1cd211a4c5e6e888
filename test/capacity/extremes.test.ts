import { expect, it } from "vitest";

import { figureText } from "../../src/capacity/charts/units.ts";
import { fitLine } from "../../src/capacity/math/line.ts";
import { CapacityPlanner } from "../../src/capacity/planner.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

it("tells how sure an intercept is, however large the values are", () => {
  const x = [0, 1, 2, 3].map((minute) => 1_790_812_560_000 + minute * 60_000);
  const { interceptDeviation } = fitLine({ x, y: [2.5e149, 2.9e149, 2.95e149, 3.5e149] });
  expect(Number.isFinite(interceptDeviation)).toBe(true);
});

it.each<readonly [place: string, plan: object]>([
  ["services.shop.metrics.cpu.limit", { metrics: { cpu: { limit: 1e308 } } }],
  ["services.shop.metrics.cpu.limit", { metrics: { cpu: { limit: 1e-300, unit: "ratio" } } }],
  ["services.shop.metrics.cpu.cap", { metrics: { cpu: { cap: 1e308 } } }],
  ["services.shop.metrics.cpu.costPerUnit", { metrics: { cpu: { costPerUnit: 1e300 } } }],
  ["services.shop.metrics.cpu.costPerUnit", { metrics: { cpu: { costPerUnit: Symbol("cheap") } } }],
  ["services.shop.leadDays", { leadDays: Symbol("soon") }],
  ["services.shop.serving.capacityPerReplica", { serving: { current: 1, capacityPerReplica: 1e300 } }],
])("refuses what would become Infinity, at %s", (place, plan) => {
  expect(() => new CapacityPlanner({ services: { shop: plan } })).toThrow(place);
});

it("writes the smallest number there is", () => {
  expect(figureText(5e-324, undefined)).toBe("5e-324");
});

it("keeps sums of durations numbers, and buckets lists", async () => {
  const signals = new GoldenSignalsCollector();
  for (const durationSeconds of [1e308, 1e308, 1e12])
    signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds });
  signals.recorder({ operation: "mail" }).record(1e308);
  const text = await signals.metrics();
  expect(text).not.toMatch(/Inf\n/);
  expect(text).toContain('nines_rejected_values_total{reason="duration"} 3');
  expect(() => new GoldenSignalsCollector({ buckets: 5 as never })).toThrow("buckets: 5 is no list of seconds");
});
