import { describe, expect, test } from "vitest";

import {
  checkServicePlan,
  isShare,
  limitOf,
  type MetricPlan,
  metricPlanOf,
  replicaPlanOf,
  servedMetric,
  type ServicePlan,
  type ServingPlan,
} from "../../../src/capacity/scaling/plans.ts";

import { refusal } from "../../support/refusal.ts";

const said = (plan: unknown): string => refusal(() => checkServicePlan("shop", plan as ServicePlan));
const ofMetric = (metric: unknown): string => said({ metrics: { cpu: metric } });
const SERVING: ServingPlan = { current: 4, capacityPerReplica: 100 };
const ofServing = (serving: object): string => said({ serving: { ...SERVING, ...serving } });

describe("what is a share", () => {
  test.each([
    ["ratio", true],
    ["%", true],
    ["", false],
    ["GB", false],
    [undefined, false],
  ])("%j: %j", (unit, share) => {
    expect(isShare(unit)).toBe(share);
  });
});

describe("the limit of a metric", () => {
  test("is one from below where it is a number, else as it was written", () => {
    expect(limitOf({ limit: 5 })).toEqual({ value: 5, side: "above" });
    expect(limitOf({ limit: 0 })).toEqual({ value: 0, side: "above" });
    const limit = { value: 5, side: "below" } as const;
    expect(limitOf({ limit })).toBe(limit);
    expect(limitOf({})).toBeUndefined();
  });
});

describe("the metric that has the requests", () => {
  test("is there where the service says how it serves, and is requestRate unless told", () => {
    expect(servedMetric({})).toBeUndefined();
    expect(servedMetric({ serving: SERVING })).toBe("requestRate");
    expect(servedMetric({ serving: { ...SERVING, metric: "rps" } })).toBe("rps");
  });

  test.each<[string, Partial<ServingPlan>, number]>([
    // (4 - 1) * 100 * 0.7
    ["70 % of what all but one carry", {}, 210],
    ["what was told of them", { targetUtilisation: 0.5 }, 150],
    ["less where two may be missing", { spare: 2 }, 140],
    ["what all carry where none may", { spare: 0 }, 280],
    ["what one carries where all may be missing", { spare: 9 }, 70],
    ["what one carries where there is one", { current: 1 }, 70],
  ])("has for its limit %s", (_, serving, limit) => {
    const plan = { serving: { ...SERVING, ...serving } };
    const { limit: found, ...rest } = metricPlanOf(plan, "requestRate");
    expect(found).toBeCloseTo(limit, 9);
    expect(rest).toEqual({});
  });

  test("keeps what else was planned for it", () => {
    const plan = { metrics: { requestRate: { unit: "requests/s", cap: 900 } }, serving: { ...SERVING, spare: 0 } };
    expect(metricPlanOf(plan, "requestRate")).toEqual({ unit: "requests/s", cap: 900, limit: 280 });
  });

  test("keeps a limit of its own, and other metrics theirs", () => {
    const plan = { metrics: { requestRate: { limit: 7 }, cpu: { cap: 1 } }, serving: SERVING };
    expect(metricPlanOf(plan, "requestRate")).toEqual({ limit: 7 });
    expect(metricPlanOf(plan, "cpu")).toEqual({ cap: 1 });
    expect(metricPlanOf(plan, "disk")).toEqual({});
    expect(metricPlanOf({ metrics: { requestRate: { cap: 9 } } }, "requestRate")).toEqual({ cap: 9 });
    expect(metricPlanOf({}, "requestRate")).toEqual({});
  });
});

test("what of a serving plan is about replicas alone", () => {
  const replicas = { capacityPerReplica: 100, targetUtilisation: 0.5, spare: 2, minimum: 3 };
  const latency = { share: 0.9, limitMs: 5 };
  expect(replicaPlanOf({ current: 4, metric: "rps", concurrency: 2, latency, costPerReplica: 1, ...replicas })).toEqual(
    replicas,
  );
});

describe("plans that are taken", () => {
  test.each<[string, ServicePlan]>([
    ["an empty one", {}],
    ["no day of waiting", { leadDays: 0 }],
    ["as many days as a number holds", { leadDays: 1e100 }],
    [
      "a metric of which all is said",
      {
        metrics: {
          cpu: {
            limit: { value: 0.8, side: "above" },
            floor: 0,
            cap: 1,
            kind: "gauge",
            unit: "ratio",
            statistic: "max",
            costPerUnit: 3,
            sharedByReplicas: true,
          },
        },
      },
    ],
    [
      "a counter whose steps are averaged, which costs nothing",
      { metrics: { bytes: { kind: "counter", statistic: "mean", costPerUnit: 0, unit: "" } } },
    ],
    ["a unit of forty letters", { metrics: { cpu: { unit: "x".repeat(40) } } }],
    ["a cost of any size", { metrics: { cpu: { costPerUnit: 1e100 } } }],
    ["a limit of nothing, of what is no share", { metrics: { errors: { limit: 0, unit: "errors" } } }],
    ["no limit, of a share", { metrics: { cpu: { unit: "ratio" } } }],
    ["the least share that there is", { metrics: { cpu: { limit: 1e-12, unit: "ratio" } } }],
    ["all of what is free gone", { metrics: { free: { limit: { value: 0, side: "below" }, unit: "%" } } }],
    [
      "all of how it serves",
      {
        serving: {
          current: 1,
          capacityPerReplica: 1e-9,
          targetUtilisation: 1,
          spare: 0,
          minimum: 1,
          metric: "rps",
          concurrency: 1,
          latency: { share: 0.95, limitMs: 0.5 },
          costPerReplica: 0,
        },
      },
    ],
    ["a million replicas of a million", { serving: { ...SERVING, current: 1e6, concurrency: 1e6 } }],
    [
      "a share that is nearly all",
      { serving: { ...SERVING, latency: { share: 1 - 1e-9, limitMs: 1e100 }, costPerReplica: 1e100 } },
    ],
  ])("%s", (_, plan) => {
    expect(() => checkServicePlan("shop", plan)).not.toThrow();
  });
});

describe("plans that cannot be meant", () => {
  test.each<[string, unknown, string]>([
    ["none", null, 'services.shop: the service "shop" takes an object of options, not null'],
    [
      "a misspelt option",
      { leaddays: 3 },
      'services.shop.leaddays: is no option of the service "shop"; did you mean "leadDays"? allowed: metrics, serving, leadDays',
    ],
    ["days below 0", { leadDays: -0.5 }, "services.shop.leadDays: -0.5 is not a number of days"],
    ["days as text", { leadDays: "14" }, 'services.shop.leadDays: "14" is not a number of days'],
    ["days that are none", { leadDays: NaN }, "services.shop.leadDays: NaN is not a number of days"],
    ["days without end", { leadDays: 1.01e100 }, "services.shop.leadDays: 1.01e+100 is not a number of days"],
  ])("%s", (_, plan, message) => {
    expect(said(plan)).toBe(message);
  });

  test.each<[string, unknown, string]>([
    ["no mapping", 5, 'services.shop.metrics.cpu: the metric "cpu" takes an object of options, not 5'],
    [
      "a misspelt option",
      { units: "GB" },
      'services.shop.metrics.cpu.units: is no option of the metric "cpu"; did you mean "unit"? allowed: ' +
        "limit, floor, cap, kind, unit, statistic, costPerUnit, sharedByReplicas",
    ],
    ["a floor that is the cap", { floor: 1, cap: 1 }, "services.shop.metrics.cpu.floor: 1 is not below the cap, 1"],
    ["another kind", { kind: "rate" }, 'services.shop.metrics.cpu.kind: "rate" is neither gauge nor counter'],
    ["no kind", { kind: "" }, 'services.shop.metrics.cpu.kind: "" is neither gauge nor counter'],
    ["another statistic", { statistic: "p95" }, 'services.shop.metrics.cpu.statistic: "p95" is neither mean nor max'],
    ["no statistic", { statistic: "" }, 'services.shop.metrics.cpu.statistic: "" is neither mean nor max'],
    ["a unit that is a number", { unit: 7 }, "services.shop.metrics.cpu.unit: 7 is no unit; write a short text"],
    [
      "a unit of forty-one letters",
      { unit: "x".repeat(41) },
      `services.shop.metrics.cpu.unit: "${"x".repeat(41)}" is no unit; write a short text`,
    ],
    ["a cost below 0", { costPerUnit: -1 }, "services.shop.metrics.cpu.costPerUnit: -1 is no cost"],
    ["a cost as text", { costPerUnit: "3" }, 'services.shop.metrics.cpu.costPerUnit: "3" is no cost'],
    [
      "a limit beyond the cap",
      { cap: 1, limit: 1.5 },
      "services.shop.metrics.cpu.limit: 1.5 cannot be reached: the metric is from -Infinity to 1",
    ],
    [
      "a limit that no share has",
      { limit: 9.9e-13, unit: "%" },
      "services.shop.metrics.cpu.limit: 9.9e-13 is no share of what there is; write more than 0",
    ],
    [
      "a limit of nothing, of a share",
      { limit: { value: 0, side: "above" }, unit: "ratio" },
      "services.shop.metrics.cpu.limit: 0 is no share of what there is; write more than 0",
    ],
  ])("of a metric: %s", (_, metric, message) => {
    expect(ofMetric(metric as MetricPlan)).toBe(message);
  });

  test.each<[string, object, string]>([
    [
      "a misspelt option",
      { curent: 3 },
      'services.shop.serving.curent: is no option of serving; did you mean "current"? allowed: current, metric, ' +
        "concurrency, latency, costPerReplica, capacityPerReplica, targetUtilisation, spare, minimum",
    ],
    [
      "replicas that may all be busy twice",
      { targetUtilisation: 2 },
      "services.shop.serving.targetUtilisation: 2 is not a share of more than 0 and at most 1",
    ],
    ["no replica", { current: 0 }, "services.shop.serving.current: 0 is not a whole number from 1"],
    ["half a replica", { current: 1.5 }, "services.shop.serving.current: 1.5 is not a whole number from 1"],
    ["too many", { current: 1_000_001 }, "services.shop.serving.current: 1000001 is not a whole number from 1"],
    ["nothing at once", { concurrency: 0 }, "services.shop.serving.concurrency: 0 is not a whole number from 1"],
    [
      "too much at once",
      { concurrency: 1e7 },
      "services.shop.serving.concurrency: 10000000 is not a whole number from 1",
    ],
    ["a cost below 0", { costPerReplica: -1 }, "services.shop.serving.costPerReplica: -1 is no cost"],
    [
      "a latency that is a number",
      { latency: 5 },
      "services.shop.serving.latency: latency takes an object of options, not 5",
    ],
    [
      "a latency in seconds",
      { latency: { share: 0.9, limitS: 5 } },
      'services.shop.serving.latency.limitS: is no option of latency; did you mean "limitMs"? allowed: share, limitMs',
    ],
    [
      "a latency of no requests",
      { latency: { share: 0, limitMs: 5 } },
      "services.shop.serving.latency.share: 0 is not a share such as 0.95",
    ],
    [
      "a latency of all requests",
      { latency: { share: 1, limitMs: 5 } },
      "services.shop.serving.latency.share: 1 is not a share such as 0.95",
    ],
    [
      "a share as text",
      { latency: { share: "0.9", limitMs: 5 } },
      'services.shop.serving.latency.share: "0.9" is not a share such as 0.95',
    ],
    [
      "a latency of nothing",
      { latency: { share: 0.9, limitMs: 0 } },
      "services.shop.serving.latency.limitMs: 0 is not a time in ms",
    ],
    [
      "a latency as text",
      { latency: { share: 0.9, limitMs: "5" } },
      'services.shop.serving.latency.limitMs: "5" is not a time in ms',
    ],
    [
      "a latency without end",
      { latency: { share: 0.9, limitMs: Infinity } },
      "services.shop.serving.latency.limitMs: Infinity is not a time in ms",
    ],
  ])("of how it serves: %s", (_, serving, message) => {
    expect(ofServing(serving)).toBe(message);
  });
});
