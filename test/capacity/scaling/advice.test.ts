import { describe, expect, test } from "vitest";

import type { CapacityExhaustion, CapacityLimit } from "../../../src/capacity/forecast/exhaustion.ts";
import type { ForecastPoint, KnownForecast } from "../../../src/capacity/forecast/types.ts";
import type { MetricNeed } from "../../../src/capacity/scaling/needs.ts";
import type { MetricPlan, ServicePlan } from "../../../src/capacity/scaling/plans.ts";
import { recommendation, type ScalingRecommendation } from "../../../src/capacity/scaling/recommendation.ts";
import { servingAdvice } from "../../../src/capacity/scaling/serving.ts";
import { DAY, HOUR, START } from "../series/made-up.ts";

/** The forecast begins where sixty days of history end. */
const NOW = START + 60 * DAY;
const never: CapacityExhaustion = {
  state: "never",
  method: "fieller",
  confidence: 0.95,
  text: "never at 95 %, as it goes now",
};
const between = (earliest: number): CapacityExhaustion => ({
  state: "between",
  earliest,
  latest: earliest + DAY,
  expected: earliest,
  method: "fieller",
  confidence: 0.95,
  text: "between 3 and 4 days at 95 %, most likely in 3 d",
});

interface Case {
  readonly peak?: Partial<ForecastPoint>;
  readonly limit?: CapacityLimit | undefined;
  readonly unit?: string;
  readonly exhaustion?: CapacityExhaustion | undefined;
  readonly forecast?: Partial<KnownForecast>;
  readonly plan?: MetricPlan;
  readonly service?: ServicePlan;
  readonly asked?: { readonly at?: number; readonly daysAhead?: number };
}

function needOf({ peak, limit, unit, exhaustion = never, forecast: parts }: Case): MetricNeed {
  const points = Array.from({ length: 30 }, (_, step) => ({ at: NOW + step * DAY, mean: 5, lower: 4, upper: 6 }));
  const forecast: KnownForecast = {
    state: "forecast",
    samples: 60,
    remarks: [],
    confidence: 0.95,
    stepMs: DAY,
    history: Array.from({ length: 60 }, (_, day) => ({ at: START + day * DAY, value: 5 })),
    points,
    model: "a line",
    backtest: { origins: 3, horizonMs: 9 * DAY, models: [], meanAbsoluteError: 1.5 },
    seasons: [],
    shifts: [],
    saturatedShare: 0,
    checks: { autocorrelation: 0, independent: true, normal: true, evenSpread: true, outliers: 0 },
    exhaustion,
    ...parts,
  };
  return {
    metric: "it",
    unit,
    forecast,
    limit,
    current: 5,
    peak: { ...points[29]!, ...peak },
    exhaustion,
    headroom: undefined,
    chart: { title: "shop: it", metric: "it", history: [], forecast: [], confidence: 0.95 },
  };
}
const above = (value: number): CapacityLimit => ({ value, side: "above" });
const below = (value: number): CapacityLimit => ({ value, side: "below" });

function told(given: Case): ScalingRecommendation {
  const { plan = {}, service = {}, asked = {} } = given;
  const question = { at: NOW, daysAhead: 30, confidence: 0.95, ...asked };
  const found = recommendation("shop", { metrics: { it: plan }, ...service }, needOf(given), question);
  if (found === undefined) throw new Error("nothing was told");
  return found;
}

describe("advice", () => {
  test("is whole: what to add, until when, and what it costs", () => {
    const exhaustion = between(NOW + 3 * DAY);
    const peak = { at: NOW + 29 * DAY, mean: 230, lower: 210, upper: 250 };
    const plan = { limit: 200, unit: "GB", costPerUnit: 2 };
    expect(told({ peak, limit: above(200), unit: "GB", exhaustion, plan })).toEqual({
      service: "shop",
      metric: "it",
      urgency: "soon",
      summary:
        "it: the limit of 200 GB is reached between 3 and 4 days at 95 %, most likely in 3 d; add 50 GB (to 250 GB) for 30 days of headroom (until 2026-08-30) at 95 %.",
      headroomDays: 30,
      confidence: 0.95,
      limit: above(200),
      exhaustion,
      peak,
      add: { amount: 50, relative: false, newLimit: 250, replicas: undefined },
      risk: { typicalError: 1.5, idle: 20, missing: 50, idleCostPerMonth: 40 },
      serving: undefined,
      warnings: [],
    });
  });

  test("is that nothing has to be added, where nothing has", () => {
    expect(told({ limit: above(6), plan: { costPerUnit: 2 }, asked: { daysAhead: 1 } })).toMatchObject({
      urgency: "none",
      summary:
        "it: the limit of 6 is never reached at 95 %, as it goes now; nothing has to be added for 1 day (until 2026-08-01) at 95 %.",
      add: undefined,
      risk: { typicalError: 1.5, idle: 0, missing: 0, idleCostPerMonth: 0 },
    });
    expect(told({ limit: above(6) }).risk).toEqual({
      typicalError: 1.5,
      idle: 0,
      missing: 0,
      idleCostPerMonth: undefined,
    });
  });

  test("is none without a limit", () => {
    const asked = { at: NOW, daysAhead: 30, confidence: 0.95 };
    expect(recommendation("shop", {}, needOf({}), asked)).toBeUndefined();
    expect(recommendation("shop", {}, needOf({ limit: above(9) }), asked)?.urgency).toBe("none");
  });

  test("is that nothing is known, and why", () => {
    const limit = above(9);
    const exhaustion: CapacityExhaustion = { state: "unknown", reason: "why", confidence: 0.95, text: "unknown: why" };
    const need = { ...needOf({ limit, exhaustion }), peak: undefined };
    const asked = { at: NOW, daysAhead: 30, confidence: 0.9 };
    const common = {
      service: "shop",
      metric: "it",
      urgency: "unknown",
      headroomDays: 30,
      confidence: 0.9,
      limit,
      exhaustion,
      peak: undefined,
      add: undefined,
      risk: undefined,
      serving: undefined,
      warnings: [],
    };
    const forecast = { state: "unknown", samples: 0, reason: "there are no values", remarks: [] } as const;
    const serving = { current: 1, capacityPerReplica: 9, metric: "it" };
    expect(recommendation("shop", { serving }, { ...need, forecast }, asked)).toEqual({
      ...common,
      summary: "it: unknown, since there are no values.",
    });
    expect(recommendation("shop", {}, need, asked)).toEqual({
      ...common,
      summary: "it: unknown, since there is no forecast.",
    });
  });

  test("begins where it was asked, where there is no step to begin at", () => {
    const given = { limit: above(6), forecast: { points: [] }, asked: { at: NOW + DAY } };
    expect(told(given).summary).toContain("(until 2026-08-31)");
    const soon = between(NOW + 15 * DAY);
    expect(told({ ...given, exhaustion: soon }).urgency).toBe("soon");
    expect(told({ ...given, exhaustion: between(NOW + 15 * DAY + 1) }).urgency).toBe("none");
  });
});

describe("what to add", () => {
  test.each<
    [
      string,
      CapacityLimit,
      string | undefined,
      Partial<ForecastPoint>,
      [amount: number, relative: boolean, newLimit: number],
      [idle: number, text: string],
    ]
  >([
    ["of a unit", above(200), "GB", { mean: 210, upper: 220 }, [20, false, 220], [10, "add 20 GB (to 220 GB) for"]],
    ["of a unit, though the mean is beneath", above(200), "GB", { mean: 150, upper: 220 }, [20, false, 220], [20, ""]],
    ["of no unit", above(200), undefined, { mean: 210, upper: 220 }, [20, false, 220], [10, "add 20 (to 220) for"]],
    ["of what is free", below(20), "GB", { mean: 15, lower: 5 }, [15, false, 20], [10, "; add 15 GB for"]],
    [
      "of a ratio",
      above(0.4),
      "ratio",
      { mean: 0.4, upper: 0.6 },
      [0.5, true, 0.4],
      [0.5, "add 50 % of what there is for"],
    ],
    ["of percent", above(40), "%", { mean: 48, upper: 60 }, [0.5, true, 40], [0.3, "add 50 % of what there is for"]],
    // 0.5 is used at the limit, and 0.75 at the peak.
    ["of a free ratio", below(0.5), "ratio", { mean: 0.5, lower: 0.25 }, [0.5, true, 0.5], [0.5, "add 50 % of what"]],
    [
      "of free percent",
      below(20),
      "%",
      { mean: 20, lower: 0 },
      [0.25, true, 20],
      [0.25, "add 25 % of what there is for"],
    ],
    [
      "of a ratio of which nothing may be used",
      below(1),
      "ratio",
      { mean: 1, lower: 0.75 },
      [0.25, false, 1],
      [0.25, ""],
    ],
    ["of percent of which nothing may be used", below(100), "%", { mean: 100, lower: 75 }, [25, false, 100], [25, ""]],
    ["of a free ratio that may be nothing", below(0), "ratio", { mean: 0, lower: -0.5 }, [0.5, false, 0], [0.5, ""]],
  ])("%s", (_, limit, unit, peak, [amount, relative, newLimit], [idle, text]) => {
    const given = { limit, peak, ...(unit === undefined ? {} : { unit }) };
    const { add, risk, summary, urgency } = told(given);
    expect(add).toEqual({ amount: expect.closeTo(amount, 12), relative, newLimit, replicas: undefined });
    expect(risk).toMatchObject({ idle: expect.closeTo(idle, 12), missing: add!.amount });
    expect(summary).toContain(text);
    expect(urgency).toBe("planned");
  });

  test.each<[string, CapacityLimit, Partial<ForecastPoint>]>([
    ["at the limit", above(200), { upper: 200 }],
    ["beneath it", above(200), { upper: 100 }],
    ["at the limit of what is free", below(20), { lower: 20 }],
    ["above it", below(20), { lower: 30, upper: 40 }],
  ])("nothing %s", (_, limit, peak) => {
    expect(told({ limit, peak }).add).toBeUndefined();
  });

  test("in replicas, where they share it", () => {
    const serving = { current: 10, capacityPerReplica: 9 };
    const given = {
      limit: above(0.5),
      unit: "ratio",
      peak: { mean: 0.5, upper: 0.55 },
      plan: { sharedByReplicas: true },
    };
    // 10 * 1.1 is 11.000000000000002.
    const shared = told({ ...given, service: { serving } });
    expect(shared.add?.replicas).toBe(11);
    expect(shared.summary).toContain("; add 10 % of what there is, to 11 replicas in all, for 30 days of headroom (");
    expect(told({ ...given, peak: { upper: 0.56 }, service: { serving } }).add?.replicas).toBe(12);
    expect(told(given).add?.replicas).toBeUndefined();
    expect(told({ ...given, plan: {}, service: { serving } }).add?.replicas).toBeUndefined();
    expect(told({ ...given, plan: { sharedByReplicas: false }, service: { serving } }).add?.replicas).toBeUndefined();
    expect(told({ ...given, unit: "GB", service: { serving } }).add?.replicas).toBeUndefined();
  });
});

describe("urgency", () => {
  const unknown: CapacityExhaustion = { state: "unknown", reason: "why", confidence: 0.95, text: "unknown: why" };
  const from = (earliest: number): CapacityExhaustion => ({
    state: "from",
    earliest,
    expected: undefined,
    horizonMs: 90 * DAY,
    method: "simulation",
    confidence: 0.95,
    text: "in 3 d at the earliest, perhaps not within 90 d (at 95 %)",
  });
  const reached: CapacityExhaustion = { state: "reached", at: NOW, confidence: 0.95, text: "reached" };
  const notWithin: CapacityExhaustion = {
    state: "not_within",
    horizonMs: 90 * DAY,
    method: "simulation",
    confidence: 0.95,
    text: "not within 90 d at 95 %",
  };
  const lead = NOW + 14 * DAY;

  test.each<[string, CapacityExhaustion | undefined, wanting: boolean, string, number?]>([
    ["reached", reached, true, "now"],
    ["reached, and nothing to add", reached, false, "now"],
    ["between, at the end of a fortnight", between(lead), true, "soon"],
    ["between, a moment later", between(lead + 1), true, "planned"],
    ["between, and nothing to add", between(lead + 1), false, "none"],
    ["between, soon, and nothing to add", between(lead), false, "soon"],
    ["from the end of a fortnight", from(lead), true, "soon"],
    ["from a moment later", from(lead + 1), true, "planned"],
    ["between, at once, though there are no days to wait", between(NOW), true, "soon", 0],
    ["between, after the day of waiting", between(NOW + DAY + 1), true, "planned", 1],
    ["never", never, false, "none"],
    ["never, but something to add", never, true, "planned"],
    ["not within", notWithin, false, "none"],
    ["unknown", unknown, false, "unknown"],
    ["unknown, but something to add", unknown, true, "planned"],
  ])("%s", (_, exhaustion, wanting, urgency, leadDays) => {
    const service = leadDays === undefined ? {} : { leadDays };
    expect(told({ limit: above(wanting ? 5.5 : 6), exhaustion, service }).urgency).toBe(urgency);
  });

  test.each<[string, CapacityExhaustion, string]>([
    [
      "reached",
      reached,
      "it: the limit of 6 is reached; nothing has to be added for 30 days (until 2026-08-30) at 95 %.",
    ],
    [
      "between",
      between(NOW),
      "it: the limit of 6 is reached between 3 and 4 days at 95 %, most likely in 3 d; nothing has to be added for 30 days (until 2026-08-30) at 95 %.",
    ],
    [
      "from",
      from(NOW),
      "it: the limit of 6 is reached in 3 d at the earliest, perhaps not within 90 d (at 95 %); nothing has to be added for 30 days (until 2026-08-30) at 95 %.",
    ],
    [
      "never",
      never,
      "it: the limit of 6 is never reached at 95 %, as it goes now; nothing has to be added for 30 days (until 2026-08-30) at 95 %.",
    ],
    [
      "not within",
      notWithin,
      "it: the limit of 6 is not reached within 90 d at 95 %; nothing has to be added for 30 days (until 2026-08-30) at 95 %.",
    ],
    ["unknown", unknown, "it: the limit of 6 is reached nobody knows when (why)."],
  ])("%s in words", (_, exhaustion, summary) => {
    expect(told({ limit: above(6), exhaustion }).summary).toBe(summary);
  });

  test("of a limit of which nobody asked when it is reached", () => {
    const asked = { at: NOW, daysAhead: 30, confidence: 0.95 };
    const need = { ...needOf({ limit: above(5.5) }), exhaustion: undefined };
    expect(recommendation("shop", {}, need, asked)?.urgency).toBe("planned");
    expect(recommendation("shop", {}, { ...need, limit: above(6) }, asked)?.urgency).toBe("none");
  });
});

describe("advice on replicas", () => {
  // 6 requests a second need one of 10 each at 70 %, and one to spare.
  const serving = { current: 1, capacityPerReplica: 10, metric: "it" };

  test("is in replicas where nothing but they carry the requests", () => {
    const found = told({ limit: above(7), service: { metrics: {}, serving } });
    expect(found).toMatchObject({ urgency: "planned", add: undefined, risk: undefined });
    expect(found.summary).toBe(
      "it: what the replicas of now are planned to carry, 7 requests/s, is never reached at 95 %, as it goes now; " +
        "6 requests a second at the peak need 2 replicas (1 more than now), 1 of them spare.",
    );
    const named = told({ limit: above(5), unit: "orders/s", service: { metrics: {}, serving } });
    expect(named.summary).toContain("it: what the replicas of now are planned to carry, 5 orders/s, is never");
    expect(named.add).toBeUndefined();
    expect(told({ limit: above(7), service: { metrics: {}, serving: { ...serving, current: 2 } } }).urgency).toBe(
      "none",
    );
  });

  test("stands beside that on a limit of its own", () => {
    const found = told({ limit: above(5.5), plan: { limit: 5.5 }, service: { serving: { ...serving, current: 2 } } });
    expect(found.summary).toBe(
      "it: the limit of 5.5 is never reached at 95 %, as it goes now; add 0.5 (to 6) for 30 days of headroom (until 2026-08-30) at 95 %; " +
        "6 requests a second at the peak need 2 replicas (as many as now), 1 of them spare.",
    );
    expect(found.risk).toMatchObject({ idle: 0.5, missing: 0.5 });
    expect(found.serving?.need.replicas).toBe(2);
  });

  test("is for the metric of the requests alone", () => {
    expect(told({ limit: above(6), service: { serving: { ...serving, metric: "rps" } } }).serving).toBeUndefined();
    expect(
      told({ limit: above(6), service: { serving: { current: 1, capacityPerReplica: 10 } } }).serving,
    ).toBeUndefined();
    const asked = { at: NOW, daysAhead: 30, confidence: 0.95 };
    const need = { ...needOf({ limit: above(6) }), metric: "requestRate" };
    const rate = { serving: { current: 1, capacityPerReplica: 10 } };
    expect(recommendation("shop", rate, need, asked)?.serving?.need.replicas).toBe(2);
  });

  test("tells its warnings after those of the forecast", () => {
    const slow = { ...serving, capacityPerReplica: 6, targetUtilisation: 1 };
    const { warnings } = told({
      limit: above(7),
      forecast: { backtest: { origins: 0, horizonMs: 0, models: [], meanAbsoluteError: undefined } },
      service: { metrics: {}, serving: slow },
    });
    expect(warnings).toEqual([
      "the history is too short to try the model on it",
      "with the 1 of now the replicas cannot keep up: 100 % of their capacity would be asked for, and the queue grows without end",
      "even then, with the spare ones gone the replicas cannot keep up: 100 % of their capacity would be asked for, and the queue grows without end",
    ]);
  });

  test("says by its need alone what there is to say, where nobody asked when the limit is reached", () => {
    const asked = { at: NOW, daysAhead: 30, confidence: 0.95 };
    const need = { ...needOf({ limit: above(7) }), exhaustion: undefined };
    expect(recommendation("shop", { serving }, need, asked)?.summary).toBe(
      "it: 6 requests a second at the peak need 2 replicas (1 more than now), 1 of them spare.",
    );
  });
});

describe("warnings", () => {
  const warned = (given: Case): readonly string[] => told(given).warnings;
  const history = (highest: number): Partial<KnownForecast> => ({
    history: [2, highest, 3].flatMap((value) => Array.from({ length: 20 }, () => ({ at: START, value }))),
  });

  test("that an interval is at the most that there can be", () => {
    const text = "the interval reaches 6 GB, the most that it can be: more than told may be needed";
    expect(warned({ limit: above(7), unit: "GB", plan: { cap: 6 } })).toEqual([text]);
    expect(warned({ limit: above(7), unit: "GB", plan: { cap: 6.001 } })).toEqual([]);
    expect(warned({ limit: below(1), unit: "GB", plan: { cap: 6 } })).toEqual([text]);
  });

  test("that an interval is at the least that there can be, of what is free", () => {
    const text = "the interval reaches 4 GB, the least that it can be: more than told may be needed";
    expect(warned({ limit: below(1), unit: "GB", plan: { floor: 4 } })).toEqual([text]);
    expect(warned({ limit: below(1), unit: "GB", plan: { floor: 3.999 } })).toEqual([]);
    expect(warned({ limit: above(7), unit: "GB", plan: { floor: 4 } })).toEqual([]);
  });

  test.each<[number, string, number, boolean]>([
    [2, "ratio", 10, false],
    [2.1, "ratio", 1, true],
    [0.8, "ratio", 10.1, true],
    [0.8, "ratio", 1, false],
    [1, "%", 10.1, true],
    [1.1, "%", 90, false],
    [1, "%", 10, false],
    [0.5, "%", 90, true],
    [0.5, "GB", 90, false],
    [50, "GB", 90, false],
  ])("that a limit of %d %s does not go with %d: %j", (limit, unit, highest, isWrong) => {
    const text = `the limit, ${String(limit)}, and the values do not go together as ${unit}: a ratio is from 0 to 1, and % from 0 to 100`;
    expect(warned({ limit: above(limit), unit, forecast: history(highest) })).toEqual(isWrong ? [text] : []);
  });

  test("that the samples ended more than a day ago, or than three steps", () => {
    const at = (ms: number, stepMs = HOUR): readonly string[] =>
      warned({ limit: above(7), asked: { at: NOW + ms }, forecast: { stepMs } });
    expect(at(DAY)).toEqual([]);
    expect(at(DAY + 60_000)).toEqual(["the samples end 1 d ago"]);
    expect(at(36 * HOUR)).toEqual(["the samples end 1 d 12 h ago"]);
    expect(at(3 * DAY, DAY)).toEqual([]);
    expect(at(3 * DAY + HOUR, DAY)).toEqual(["the samples end 3 d 1 h ago"]);
    expect(at(-DAY)).toEqual([]);
    expect(warned({ limit: above(7), forecast: { points: [] }, asked: { at: NOW + 99 * DAY } })).toEqual([]);
  });

  test("that the future is longer than the past", () => {
    const of = (steps: number, stepMs: number): readonly string[] =>
      warned({
        limit: above(7),
        forecast: {
          stepMs,
          points: Array.from({ length: steps }, (_, step) => ({
            at: NOW + step * stepMs,
            mean: 5,
            lower: 4,
            upper: 6,
          })),
        },
      });
    expect(of(60, DAY)).toEqual([]);
    expect(of(61, DAY)).toEqual(["61 d ahead are judged by 60 d of history"]);
    expect(of(72, HOUR)).toEqual(["3 d ahead are judged by 2 d 12 h of history"]);
  });

  test("that the top is flat, and that no model was tried", () => {
    const remarks = [
      { code: "gaps", text: "a gap" },
      { code: "saturated", text: "full" },
    ] as const;
    const backtest = { origins: 0, horizonMs: 0, models: [], meanAbsoluteError: undefined };
    expect(warned({ limit: above(7), forecast: { remarks, backtest } })).toEqual([
      "full",
      "the history is too short to try the model on it",
    ]);
  });
});

describe("the replicas for a peak", () => {
  const peak = (value: number): ForecastPoint => ({ at: NOW, mean: value, lower: 0, upper: value });
  const plan = { current: 1, capacityPerReplica: 10, targetUtilisation: 0.5 };

  test("are planned for no more than half a million of them carry", () => {
    const { requestsPerSecond, need } = servingAdvice(plan, peak(1e12));
    expect(requestsPerSecond).toEqual({ upper: 2_500_000, mean: 2_500_000 });
    expect(need).toMatchObject({ serving: 500_000, replicas: 500_001 });
    const { capacityPerReplica, current } = plan;
    expect(servingAdvice({ current, capacityPerReplica }, peak(1e12)).requestsPerSecond.upper).toBeCloseTo(
      3_500_000,
      6,
    );
  });

  test("are called busy from more than nine tenths on", () => {
    expect(servingAdvice(plan, peak(9)).warnings).toEqual([]);
    expect(servingAdvice(plan, peak(9.01)).warnings).toEqual([
      "with the 1 of now the replicas would be 90.1 % busy, 90.1 % of requests wait (M/M/c)",
    ]);
  });

  test("are called slow where they are slower than they may be, and not by themselves", () => {
    const latency = { share: 0.95, limitMs: 1e9 };
    const { queueNow } = servingAdvice({ ...plan, latency }, peak(8));
    const warned = (limitMs: number): number =>
      servingAdvice({ ...plan, latency: { share: 0.95, limitMs } }, peak(8)).warnings.filter((text) =>
        text.startsWith("with the 1 of now 95 % of requests would be answered within"),
      ).length;
    const response = queueNow.responseMs(0.95);
    expect([warned(response * 0.999), warned(response)]).toEqual([1, 0]);
    // A service alone takes 100 ms on average.
    const alone = -Math.log(1 - 0.95) * (queueNow.meanResponseMs - queueNow.meanWaitMs);
    expect(alone).toBeCloseTo(299.573, 3);
    expect([warned(alone), warned(alone * 0.999)]).toEqual([1, 0]);
  });
});
