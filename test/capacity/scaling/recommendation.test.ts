import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { CapacityPlanner, type ScalingQuestion } from "../../../src/capacity/planner.ts";
import type { MetricPlan, ServicePlan, ServingPlan } from "../../../src/capacity/scaling/plans.ts";
import type { ScalingRecommendation } from "../../../src/capacity/scaling/recommendation.ts";
import { servingAdvice } from "../../../src/capacity/scaling/serving.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { DAY, noise, START } from "../series/made-up.ts";

const random = noise("recommendation");
const jitter = Array.from({ length: 1_000 }, () => random());
type Courses = Readonly<Record<string, (day: number) => number>>;

/** Advice on metrics that were sampled each day for sixty, asked for some days after the last. */
function advice(courses: Courses, plan: ServicePlan, question: ScalingQuestion & { afterDays?: number } = {}) {
  const { afterDays = 0, ...asked } = question;
  const planner = new CapacityPlanner({
    services: { shop: plan },
    clock: new ManualClock(START + (60 + afterDays) * DAY),
  });
  const samples = Array.from({ length: 60 }, (_, day) => ({
    ...Object.fromEntries(Object.entries(courses).map(([metric, course]) => [metric, course(day)])),
    timestamp: START + day * DAY,
  }));
  planner.addSamples("shop", samples);
  const told = planner.generateScalingRecommendations("shop", asked);
  return {
    told,
    needs: planner.predictCapacityNeeds("shop", {
      daysAhead: asked.headroomDays ?? 30,
      ...(asked.confidence === undefined ? {} : { confidence: asked.confidence }),
    }),
  };
}
const one = (
  course: (day: number) => number,
  metric: MetricPlan,
  rest: ServicePlan = {},
  question: Parameters<typeof advice>[2] = {},
): ScalingRecommendation => advice({ it: course }, { ...rest, metrics: { it: metric } }, question).told[0]!;
const growing =
  (perDay: number, from = 100) =>
  (day: number): number =>
    from + perDay * day + jitter[day]!;

describe("how urgent it is", () => {
  test.each<[string, (day: number) => number, MetricPlan, ServicePlan, string]>([
    ["a limit that is reached", growing(2), { limit: 200 }, {}, "now"],
    ["one that is reached within the fortnight that more of it takes", growing(2), { limit: 235 }, {}, "soon"],
    ["the same, where more can be had in two days", growing(2), { limit: 245 }, { leadDays: 2 }, "planned"],
    ["the same, where it takes forty", growing(2), { limit: 290 }, { leadDays: 40 }, "soon"],
    ["one within the headroom", growing(2), { limit: 260 }, {}, "planned"],
    ["one far away", growing(2), { limit: 5_000 }, {}, "none"],
    ["a level beneath it", growing(0), { limit: 150 }, {}, "none"],
    ["nothing that could be told", () => NaN, { limit: 150 }, {}, "unknown"],
    ["what shrinks to a limit", growing(-1.5, 130), { limit: { value: 20, side: "below" } }, {}, "soon"],
    ["what has shrunk to it", growing(-1.5, 130), { limit: { value: 50, side: "below" } }, {}, "now"],
  ])("%s", (_, course, metric, rest, urgency) => {
    const told = one(course, metric, rest);
    expect(told).toMatchObject({ service: "shop", metric: "it", urgency });
    expect(told.summary).toMatch(/^it: .*\.$/);
    expect(told.summary).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("is the order that they are told in", () => {
    const { told } = advice(
      { far: growing(0), late: growing(2), full: growing(2), near: growing(2), free: growing(1) },
      {
        metrics: {
          far: { limit: 900 },
          gone: { limit: 1 },
          late: { limit: 260 },
          near: { limit: 235 },
          full: { limit: 150 },
        },
      },
    );
    expect(told.map(({ metric, urgency }) => [metric, urgency])).toEqual([
      ["full", "now"],
      ["near", "soon"],
      ["late", "planned"],
      ["gone", "unknown"],
      ["far", "none"],
    ]);
    expect(told[3]!.summary).toBe("gone: unknown, since there are no values.");
    expect(told[4]!.add).toBeUndefined();
  });
});

describe("how much to add", () => {
  test("of a unit: what the upper end is above the limit", () => {
    const told = one(growing(2), { limit: 235, unit: "GB" });
    const { amount, relative, newLimit } = told.add!;
    expect(relative).toBe(false);
    expect(amount).toBeCloseTo(told.peak!.upper - 235, 9);
    expect(newLimit).toBe(235 + amount);
    expect(told.summary).toMatch(
      /^it: the limit of 235 GB is reached between .*; add [\d.]+ GB \(to [\d.]+ GB\) for 30 days of headroom \(until 2026-08-30\) at 95 %\.$/,
    );
  });

  test("of a share: so much more of what there is, and as many replicas", () => {
    const cpu = (day: number): number => 0.4 + day / 200 + jitter[day]! / 100;
    const serving = { current: 8, capacityPerReplica: 1e6, metric: "none" };
    const told = one(cpu, { limit: 0.6, unit: "ratio", cap: 1, sharedByReplicas: true }, { serving });
    const { amount, relative, newLimit, replicas } = told.add!;
    expect([relative, newLimit]).toEqual([true, 0.6]);
    expect(amount).toBeCloseTo(told.peak!.upper / 0.6 - 1, 9);
    expect(replicas).toBe(Math.ceil(8 * (1 + amount)));
    expect(told.summary).toMatch(/% of what there is, to \d+ replicas in all, for/);
    expect(one(cpu, { limit: 0.6, unit: "ratio" }, { serving }).add!.replicas).toBeUndefined();
    expect(one((day) => 100 * cpu(day), { limit: 60, unit: "%" }).add!.amount).toBeCloseTo(amount, 1);
  });

  test("of a share that is free: the rest of it is what grows", () => {
    const free = (day: number): number => 0.5 - day / 300 + jitter[day]! / 1_000;
    const told = one(free, { limit: { value: 0.25, side: "below" }, unit: "ratio" });
    const used = 1 - told.peak!.lower;
    expect(told.add).toMatchObject({ relative: true, newLimit: 0.25 });
    expect(1 - used / (1 + told.add!.amount)).toBeCloseTo(0.25, 9);
  });

  test("of what must not shrink: what the lower end is beneath the limit, also where nothing is left of it", () => {
    const told = one(growing(-1.5, 130), { limit: { value: 20, side: "below" }, unit: "GB" });
    expect(told.peak!.lower).toBeLessThan(0);
    expect(told.add).toMatchObject({ relative: false, newLimit: 20 });
    expect(told.add!.amount).toBeCloseTo(20 - told.peak!.lower, 9);
  });

  test("law: with what is added, all of the headroom is within the limit, at its worse end", () => {
    const metrics = fc.record({
      slope: fc.double({ min: -3, max: 3, noNaN: true }),
      spread: fc.constantFrom(0.01, 1, 10),
      limit: fc.integer({ min: 1, max: 400 }),
      unit: fc.constantFrom("GB", "ratio", "%"),
      side: fc.constantFrom("above" as const, "below" as const),
      headroomDays: fc.integer({ min: 1, max: 90 }),
      confidence: fc.constantFrom(0.5, 0.95),
    });
    fc.assert(
      fc.property(metrics, ({ slope, spread, limit: value, unit, side, headroomDays, confidence }) => {
        const course = (day: number): number => 200 + slope * day + spread * jitter[day]!;
        const plan = { metrics: { it: { limit: { value, side }, unit } } };
        const { told, needs } = advice({ it: course }, plan, { headroomDays, confidence });
        const [{ add, risk }] = told as [ScalingRecommendation];
        const { forecast } = needs.metrics.it!;
        if (forecast.state === "unknown" || risk === undefined) throw new Error("unknown");
        const within = (upper: number, lower: number): boolean => {
          if (side === "below" && add?.relative === true) {
            const whole = unit === "ratio" ? 1 : 100;
            return (whole - lower) / (1 + add.amount) <= (whole - value) * (1 + 1e-12);
          }
          if (side === "below") return lower + (add?.amount ?? 0) >= value * (1 - 1e-12);
          return upper / (add?.relative === true ? 1 + add.amount : 1) <= (add?.newLimit ?? value) * (1 + 1e-12);
        };
        expect(forecast.points.filter(({ upper, lower }) => !within(upper, lower))).toEqual([]);
        expect(risk.missing).toBe(add?.amount ?? 0);
        expect(risk.idle >= 0 && risk.idle <= risk.missing).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe("what it costs if it is wrong", () => {
  test("by a cost of a unit", () => {
    const told = one(growing(2), { limit: 235, costPerUnit: 0.5 });
    const { idle, missing, idleCostPerMonth, typicalError } = told.risk!;
    expect(missing).toBe(told.add!.amount);
    expect(idle).toBeCloseTo(told.peak!.upper - told.peak!.mean, 9);
    expect(idleCostPerMonth).toBe(idle * 0.5);
    expect(typicalError).toBeGreaterThan(0);
  });

  test("nothing where nothing is added, and no money without a cost", () => {
    expect(one(growing(0), { limit: 500, costPerUnit: 3 }).risk).toMatchObject({
      idle: 0,
      missing: 0,
      idleCostPerMonth: 0,
    });
    expect(one(growing(2), { limit: 235 }).risk!.idleCostPerMonth).toBeUndefined();
  });
});

describe("replicas", () => {
  const peak = (mean: number, upper: number) => ({ at: START, mean, lower: 0, upper });
  test.each<[string, number, Partial<ServingPlan>, [replicas: number, serving: number, spare: number, more: number]]>([
    // 1400 / (250 * 0.7) = 8.
    ["N+1", 1_400, {}, [9, 8, 1, 4]],
    ["N+2", 1_400, { spare: 2 }, [10, 8, 2, 5]],
    ["none spare", 1_400, { spare: 0 }, [8, 8, 0, 3]],
    ["a little more than eight carry", 1_401, {}, [10, 9, 1, 5]],
    // 1400 / (250 * 0.5) = 11.2.
    ["at half of their capacity", 1_400, { targetUtilisation: 0.5 }, [13, 12, 1, 8]],
    ["a minimum above the need", 100, { minimum: 4 }, [4, 1, 3, -1]],
    ["no request at all", 0, {}, [2, 1, 1, -3]],
    ["an upper end below 0", -5, {}, [2, 1, 1, -3]],
  ])("%s", (_, upper, plan, [replicas, serving, spare, more]) => {
    const told = servingAdvice({ current: 5, capacityPerReplica: 250, ...plan }, peak(upper / 2, upper));
    expect(told.need).toMatchObject({ replicas, serving, spare });
    expect(told.more).toBe(more);
    expect(told.text).toContain(
      `need ${String(replicas)} replicas (${more > 0 ? `${String(more)} more` : `${String(-more)} fewer`} than now), ${String(spare)} of them spare`,
    );
  });

  test("what stands idle if the mean comes true, and what it costs", () => {
    const told = servingAdvice({ current: 9, capacityPerReplica: 250, costPerReplica: 40 }, peak(700, 1_400));
    // 700 / 175 = 4, and one spare.
    expect([told.idleReplicas, told.idleCostPerMonth, told.more]).toEqual([4, 160, 0]);
    expect(told.text).toContain("(as many as now)");
    expect(servingAdvice({ current: 9, capacityPerReplica: 250 }, peak(700, 1_400)).idleCostPerMonth).toBeUndefined();
  });

  test("that cannot keep up, that are busy and that are slow are warned of", () => {
    const warnings = (current: number, plan: Partial<ServingPlan> = {}): readonly string[] =>
      servingAdvice({ current, capacityPerReplica: 250, ...plan }, peak(1_400, 1_400)).warnings;
    expect(warnings(9)).toEqual([]);
    expect(warnings(5)).toEqual([
      "with the 5 of now the replicas cannot keep up: 112 % of their capacity would be asked for, and the queue grows without end",
    ]);
    expect(warnings(6)[0]).toMatch(
      /^with the 6 of now the replicas would be 93\.33 % busy, [\d.]+ % of requests wait \(M\/M\/c\)$/,
    );
    // A request takes 4 ms, and one in twenty longer than 12 ms even without any queue: no number of replicas helps.
    expect(warnings(9, { latency: { share: 0.95, limitMs: 10 } })).toEqual([]);
    expect(warnings(6, { latency: { share: 0.95, limitMs: 20 } })[0]).toMatch(
      /^with the 6 of now 95 % of requests would be answered within [\d.]+ ms, not 20 ms \(93\.33 % busy/,
    );
    expect(warnings(9, { latency: { share: 0.95, limitMs: 20 } })).toEqual([]);
  });

  test("that work on many requests side by side, more than a million in all", () => {
    const plan = { current: 2_000, capacityPerReplica: 1_000, concurrency: 1_000 };
    const { queueNow, warnings } = servingAdvice(plan, peak(1e6, 1e6));
    expect(queueNow).toMatchObject({ utilisation: 0.5, stable: true, waitProbability: 0 });
    expect(warnings).toEqual([]);
  });

  test("are advised on with the requests of the service", () => {
    const serving = { current: 2, capacityPerReplica: 100 };
    const { told } = advice({ requestRate: growing(2), rps: growing(0) }, { serving });
    expect(told.map(({ metric, urgency }) => [metric, urgency])).toEqual([["requestRate", "now"]]);
    expect(told[0]!.serving!.requestsPerSecond.upper).toBe(told[0]!.peak!.upper);
    expect(told[0]!.summary).toMatch(
      /^requestRate: what the replicas of now are planned to carry, 70 requests\/s, is reached; 28\d requests a second at the peak need 6 replicas \(4 more than now\), 1 of them spare\.$/,
    );
    const other = advice({ requestRate: growing(2), rps: growing(0) }, { serving: { ...serving, metric: "rps" } }).told;
    expect(other.map(({ metric, urgency }) => [metric, urgency])).toEqual([["rps", "now"]]);
    const enough = advice({ requestRate: growing(0) }, { serving: { ...serving, current: 9 } }).told;
    expect(enough[0]).toMatchObject({ urgency: "none", limit: { value: 560 }, add: undefined });
  });
});

describe("what to know before acting on it", () => {
  const warnings = (
    course: (day: number) => number,
    metric: MetricPlan,
    question: Parameters<typeof advice>[2] = {},
  ): readonly string[] => one(course, metric, {}, question).warnings;

  test("nothing, where there is nothing", () => {
    expect(warnings(growing(2), { limit: 235 })).toEqual([]);
  });

  test("samples that ended long ago", () => {
    expect(warnings(growing(2), { limit: 235 }, { afterDays: 3 })).toEqual([]);
    expect(warnings(growing(2), { limit: 235 }, { afterDays: 10 })).toEqual(["the samples end 10 d ago"]);
  });

  test("a future longer than the past", () => {
    expect(warnings(growing(2), { limit: 235 }, { headroomDays: 90 })).toEqual([
      "90 d ahead are judged by 60 d of history",
    ]);
  });

  test("a metric that is at the most that it can be", () => {
    const told = warnings((day) => Math.min(1, 0.5 + day / 80 + jitter[day]! / 50), {
      limit: 0.9,
      cap: 1,
      unit: "ratio",
    });
    expect(told[0]).toBe("the interval reaches 100 %, the most that it can be: more than told may be needed");
    expect(told[1]).toContain("demand above it is not seen");
  });

  test("the same question has the same answer", () => {
    const ask = (): unknown =>
      JSON.parse(JSON.stringify(advice({ it: growing(2) }, { metrics: { it: { limit: 260 } } })));
    expect(ask()).toEqual(ask());
  });
});
