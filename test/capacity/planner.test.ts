import { describe, expect, test } from "vitest";

import { CapacityPlanner, type CapacityPlannerOptions } from "../../src/capacity/planner.ts";
import type { CapacitySample } from "../../src/capacity/series/samples.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { DAY, HOUR, noise, START } from "./series/made-up.ts";
import { refusal } from "../support/refusal.ts";

const random = noise("planner");
const jitter = Array.from({ length: 1_000 }, () => random());
const NOW = START + 60 * DAY;

const days = (
  length: number,
  sample: (day: number) => Omit<CapacitySample, "timestamp">,
  start = START,
): CapacitySample[] => Array.from({ length }, (_, day) => ({ ...sample(day), timestamp: start + day * DAY }));
const planner = (options: CapacityPlannerOptions = {}): CapacityPlanner =>
  new CapacityPlanner({ clock: new ManualClock(NOW), ...options });
const disk = days(60, (day) => ({ disk: 100 + 2 * day + jitter[day]! }));

describe("samples", () => {
  test("of an analysis take the place of those before, and added ones come to them", () => {
    const plan = planner();
    const counts = (): unknown => plan.analyzeGrowthTrends("shop").metrics.disk?.samples;
    plan.analyzeGrowthTrends("shop", disk);
    expect(counts()).toBe(60);
    plan.addSamples(
      "shop",
      days(5, () => ({ disk: 1 }), NOW),
    );
    expect(counts()).toBe(65);
    plan.analyzeGrowthTrends("shop", disk.slice(0, 20));
    expect(counts()).toBe(20);
    plan.analyzeGrowthTrends("shop", []);
    expect(plan.analyzeGrowthTrends("shop")).toEqual({ service: "shop", metrics: {} });
    expect(plan.services).toEqual(["shop"]);
  });

  test("are those of one service alone", () => {
    const plan = planner({ services: { blog: {} } });
    plan.addSamples("shop", disk);
    expect(plan.services).toEqual(["blog", "shop"]);
    expect(plan.analyzeGrowthTrends("blog").metrics).toEqual({});
  });

  test("that are too many leave the latest, in whatever order they come", () => {
    const plan = planner({ mostSamples: 10 });
    for (const sample of disk.toReversed()) plan.addSamples("shop", [sample]);
    expect(plan.analyzeGrowthTrends("shop").metrics.disk).toMatchObject({ samples: 10, from: START + 50 * DAY });
  });

  test("that cannot be used change nothing", () => {
    const plan = planner();
    plan.addSamples("shop", disk);
    const bad = [...days(3, () => ({ cpu: 1 })), { timestamp: NOW, cpu: "40 %" }];
    expect(refusal(() => plan.analyzeGrowthTrends("shop", bad))).toContain('samples[3].cpu: "40 %" is no number');
    expect(refusal(() => plan.addSamples("shop", bad))).toContain("samples[3].cpu");
    expect(refusal(() => plan.addSamples("new", bad))).toContain("samples[3].cpu");
    expect(plan.analyzeGrowthTrends("shop").metrics.disk?.samples).toBe(60);
    expect(plan.services).toEqual(["shop"]);
  });

  test.each<[unknown, string]>([
    [5, "service: 5 is not the name of a service"],
    [undefined, "service: undefined is not the name of a service"],
    [" ", 'service: " " is not the name of a service'],
  ])("are those of a service by its name, and not of %j", (service, message) => {
    const plan = planner();
    expect(refusal(() => plan.addSamples(service as string, disk))).toContain(message);
    expect(refusal(() => plan.analyzeGrowthTrends(service as string, disk))).toContain(message);
    expect(plan.services).toEqual([]);
  });

  test("have times as numbers, dates or text, which without a zone is UTC", () => {
    const plan = planner();
    const trendOf = (timestamp: (at: number) => CapacitySample["timestamp"]): unknown =>
      plan.analyzeGrowthTrends(
        "shop",
        disk.map((sample) => ({ ...sample, timestamp: timestamp(Number(sample.timestamp)) })),
      ).metrics.disk;
    const told = JSON.stringify(trendOf((at) => at));
    expect(JSON.stringify(trendOf((at) => new Date(at)))).toBe(told);
    expect(JSON.stringify(trendOf((at) => new Date(at).toISOString()))).toBe(told);
    expect(JSON.stringify(trendOf((at) => new Date(at).toISOString().slice(0, 19).replace("T", " ")))).toBe(told);
    expect(JSON.stringify(trendOf((at) => new Date(at).toISOString().slice(0, 10)))).toBe(told);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("of the name %s do no harm", (name) => {
    const plan = planner({ services: { [name]: { metrics: JSON.parse(`{ "${name}": { "limit": 300 } }`) } } });
    const samples = disk.map(({ timestamp, disk: value }) =>
      JSON.parse(`{ "timestamp": ${String(timestamp)}, "${name}": ${String(value)} }`),
    );
    plan.addSamples(name, samples);
    const bare = planner();
    bare.addSamples(name, samples);
    for (const one of [plan, bare]) {
      expect(Object.entries(one.analyzeGrowthTrends(name).metrics)).toMatchObject([
        [name, { state: "trend", samples: 60 }],
      ]);
      expect(Object.entries(one.predictCapacityNeeds(name, { daysAhead: 9 }).metrics)).toMatchObject([
        [name, { metric: name }],
      ]);
    }
    expect(plan.generateScalingRecommendations(name)).toMatchObject([{ metric: name, limit: { value: 300 } }]);
    expect(bare.generateScalingRecommendations(name)).toEqual([]);
    expect(({} as Record<string, unknown>).limit).toBeUndefined();
  });
});

describe("needs", () => {
  test("are forecast once, however often they are asked for, until a sample comes or something else is asked", () => {
    const clock = new ManualClock(NOW);
    const plan = planner({ clock });
    plan.addSamples("shop", disk);
    const needs = (daysAhead = 30, confidence = 0.9): unknown =>
      plan.predictCapacityNeeds("shop", { daysAhead, confidence }).metrics;
    const first = needs();
    clock.advance(HOUR);
    expect(needs()).toBe(first);
    expect(plan.predictCapacityNeeds("shop", { daysAhead: 30, confidence: 0.9 }).at).toBe(NOW + HOUR);
    expect(needs(31)).not.toBe(first);
    expect(needs(30, 0.91)).not.toBe(needs());
    const again = needs();
    plan.addSamples("shop", [{ timestamp: NOW, disk: 1 }]);
    expect(needs()).not.toBe(again);
    const added = needs();
    plan.analyzeGrowthTrends("shop", disk);
    expect(needs()).not.toBe(added);
  });

  test("are a forecast of each metric against its plan", () => {
    const plan = planner({ services: { shop: { metrics: { disk: { limit: 300, unit: "GB" } } } } });
    plan.addSamples("shop", disk);
    const { at, daysAhead, confidence, metrics } = plan.predictCapacityNeeds("shop", {
      daysAhead: 30,
      confidence: 0.9,
    });
    expect([at, daysAhead, confidence]).toEqual([NOW, 30, 0.9]);
    const need = metrics.disk!;
    expect(need).toMatchObject({
      metric: "disk",
      unit: "GB",
      limit: { value: 300, side: "above" },
      current: disk[59]!.disk,
    });
    if (need.forecast.state !== "forecast" || need.peak === undefined) throw new Error("no forecast");
    expect(need.forecast.points).toHaveLength(30);
    expect(need.peak).toBe(need.forecast.points.toSorted((a, b) => b.upper - a.upper)[0]);
    expect(need.headroom).toEqual({ expected: 300 - need.peak.mean, worst: 300 - need.peak.upper });
    expect(need.exhaustion).toBe(need.forecast.exhaustion);
    expect(need.chart).toMatchObject({ title: "shop: disk", metric: "disk", unit: "GB", limit: 300, confidence: 0.9 });
    expect(need.chart.crossing?.text).toBe(need.exhaustion?.text);
  });

  test("of a limit from above are worst where the forecast is lowest", () => {
    const plan = planner({ services: { shop: { metrics: { free: { limit: { value: 10, side: "below" } } } } } });
    plan.addSamples(
      "shop",
      days(60, (day) => ({ free: 200 - 2 * day + jitter[day]! })),
    );
    const need = plan.predictCapacityNeeds("shop", { daysAhead: 20 }).metrics.free!;
    expect(need.headroom!.worst).toBeCloseTo(need.peak!.lower - 10, 9);
    expect(need.headroom!.worst).toBeLessThan(need.headroom!.expected);
  });

  test("of a metric of the plan without samples are unknown", () => {
    const serving = { current: 3, capacityPerReplica: 10 };
    const plan = planner({ services: { shop: { metrics: { disk: { limit: 300 }, cpu: {} }, serving } } });
    plan.addSamples("shop", disk);
    const { metrics } = plan.predictCapacityNeeds("shop", { daysAhead: 30 });
    expect(Object.keys(metrics)).toEqual(["disk", "cpu", "requestRate"]);
    expect(metrics.cpu).toMatchObject({
      forecast: { state: "unknown", reason: "there are no values" },
      current: undefined,
      peak: undefined,
      headroom: undefined,
      exhaustion: undefined,
    });
    expect(
      planner({ services: { shop: { metrics: { disk: { limit: 3 } } } } }).predictCapacityNeeds("shop", {
        daysAhead: 1,
      }).metrics.disk,
    ).toMatchObject({
      exhaustion: { state: "unknown", text: "unknown: there are no values" },
    });
  });

  test("of too little history show what there is, a counter as its rate", () => {
    const plan = planner({ services: { shop: { metrics: { requests: { kind: "counter" }, cpu: { cap: 1 } } } } });
    plan.addSamples(
      "shop",
      [0, 2, 1].map((hour) => ({ timestamp: START + hour * HOUR, requests: 7_200 * hour, cpu: hour })),
    );
    const { metrics } = plan.predictCapacityNeeds("shop", { daysAhead: 1 });
    expect(metrics.requests).toMatchObject({
      current: 2,
      chart: {
        forecast: [],
        history: [
          { at: START + HOUR, value: 2 },
          { at: START + 2 * HOUR, value: 2 },
        ],
      },
    });
    expect(metrics.cpu!.chart.history.map(({ value }) => value)).toEqual([0, 1, 1]);
  });

  test("stay within floor and cap of the plan", () => {
    const plan = planner({ services: { shop: { metrics: { cpu: { floor: 0.1, cap: 1 } } } } });
    plan.addSamples(
      "shop",
      days(60, (day) => ({ cpu: 0.4 + day / 100 })),
    );
    const { forecast } = plan.predictCapacityNeeds("shop", { daysAhead: 60 }).metrics.cpu!;
    if (forecast.state !== "forecast") throw new Error(forecast.reason);
    expect(forecast.points.every(({ lower, upper }) => lower >= 0.1 && upper <= 1)).toBe(true);
    expect(forecast.points.at(-1)!.mean).toBeGreaterThan(0.95);
  });
});

describe("what cannot be meant is refused by its place", () => {
  test.each<[string, object, string]>([
    ["a misspelt option", { service: {} }, 'service: is no option of CapacityPlanner; did you mean "services"?'],
    [
      "a misspelt option of a service",
      { services: { shop: { metric: {} } } },
      'metric: is no option of the service "shop"; did you mean "metrics"?',
    ],
    [
      "a misspelt option of a metric",
      { services: { shop: { metrics: { cpu: { limt: 1 } } } } },
      'limt: is no option of the metric "cpu"; did you mean "limit"?',
    ],
    [
      "a limit beyond the cap",
      { services: { shop: { metrics: { cpu: { cap: 1, limit: 80 } } } } },
      "services.shop.metrics.cpu.limit: 80 cannot be reached: the metric is from -Infinity to 1",
    ],
    [
      "no limit",
      { services: { shop: { metrics: { cpu: { limit: null } } } } },
      "services.shop.metrics.cpu.limit: null is no limit; write a number",
    ],
    [
      "a share of nothing",
      { services: { shop: { metrics: { cpu: { unit: "ratio", limit: 0 } } } } },
      "services.shop.metrics.cpu.limit: 0 is no share of what there is; write more than 0",
    ],
    [
      "a side that there is not",
      { services: { shop: { metrics: { cpu: { limit: { value: 1, side: "up" } } } } } },
      'services.shop.metrics.cpu.limit.side: "up" is neither above nor below',
    ],
    [
      "a floor above the cap",
      { services: { shop: { metrics: { cpu: { floor: 2, cap: 1 } } } } },
      "services.shop.metrics.cpu.floor: 2 is not below the cap, 1",
    ],
    [
      "another kind",
      { services: { shop: { metrics: { cpu: { kind: "rate" } } } } },
      'services.shop.metrics.cpu.kind: "rate" is neither gauge nor counter',
    ],
    [
      "another statistic",
      { services: { shop: { metrics: { cpu: { statistic: "p95" } } } } },
      'services.shop.metrics.cpu.statistic: "p95" is neither mean nor max',
    ],
    [
      "a cost below 0",
      { services: { shop: { metrics: { cpu: { costPerUnit: -1 } } } } },
      "services.shop.metrics.cpu.costPerUnit: -1 is no cost",
    ],
    [
      "a unit that is none",
      { services: { shop: { metrics: { cpu: { unit: 7 } } } } },
      "services.shop.metrics.cpu.unit: 7 is no unit",
    ],
    [
      "lead days below 0",
      { services: { shop: { leadDays: -1 } } },
      "services.shop.leadDays: -1 is not a number of days",
    ],
    [
      "no replicas",
      { services: { shop: { serving: { current: 0, capacityPerReplica: 1 } } } },
      "services.shop.serving.current: 0 is not a whole number from 1",
    ],
    [
      "replicas that carry nothing",
      { services: { shop: { serving: { current: 1, capacityPerReplica: 0 } } } },
      "services.shop.serving.capacityPerReplica: 0 is not what a replica carries",
    ],
    [
      "a latency of all requests",
      { services: { shop: { serving: { current: 1, capacityPerReplica: 1, latency: { share: 1, limitMs: 5 } } } } },
      "services.shop.serving.latency.share: 1 is not a share such as 0.95",
    ],
    ["a confidence in per cent", { confidence: 95 }, "confidence: 95 is not a confidence; write a share such as 0.95"],
    ["no samples to keep", { mostSamples: 0 }, "mostSamples: 0 is not a whole number of 1 or more"],
  ])("%s", (_, options, message) => {
    expect(refusal(() => new CapacityPlanner(options))).toContain(message);
  });

  test.each<[string, (plan: CapacityPlanner) => unknown, string]>([
    [
      "a service that is misspelt",
      (plan) => plan.predictCapacityNeeds("chekout", { daysAhead: 1 }),
      'service: "chekout" has neither samples nor a plan; did you mean "checkout"? allowed: checkout',
    ],
    [
      "an unknown service",
      (plan) => plan.analyzeGrowthTrends("toString"),
      'service: "toString" has neither samples nor a plan; allowed: checkout',
    ],
    ["a service without a name", (plan) => plan.addSamples(" ", []), 'service: " " is not the name of a service'],
    [
      "no days",
      (plan) => plan.predictCapacityNeeds("checkout", { daysAhead: 0 }),
      "daysAhead: 0 is not a number of days; write more than 0 and at most 3,650",
    ],
    [
      "days as text",
      (plan) => plan.predictCapacityNeeds("checkout", { daysAhead: "30" as never }),
      'daysAhead: "30" is not a number of days',
    ],
    [
      "too many days",
      (plan) => plan.generateScalingRecommendations("checkout", { headroomDays: 1e4 }),
      "headroomDays: 10000 is not a number of days",
    ],
    [
      "a misspelt question",
      (plan) => plan.predictCapacityNeeds("checkout", { days: 3 } as never),
      "days: is no option of predictCapacityNeeds",
    ],
    [
      "a misspelt wish",
      (plan) => plan.generateScalingRecommendations("checkout", { headroom: 3 } as never),
      "headroom: is no option of generateScalingRecommendations",
    ],
    [
      "no question",
      (plan) => plan.predictCapacityNeeds("checkout", undefined as never),
      "predictCapacityNeeds takes an object of options, not undefined",
    ],
  ])("%s", (_, attempt, message) => {
    expect(refusal(() => attempt(planner({ services: { checkout: {} } })))).toContain(message);
  });
});
