import { describe, expect, test } from "vitest";

import { forecastSeries } from "../../src/capacity/forecast/forecast.ts";
import { growthTrend } from "../../src/capacity/growth.ts";
import { CapacityPlanner } from "../../src/capacity/planner.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { DAY, HOUR, points, START } from "./series/made-up.ts";
import { refusal } from "../support/refusal.ts";

const clock = new ManualClock(START + 60 * DAY);
const planner = (): CapacityPlanner =>
  new CapacityPlanner({ services: { shop: { metrics: { disk: { limit: 400, unit: "GB" } } } }, clock });

interface Row {
  readonly timestamp: number;
  readonly disk: number;
  readonly cpu?: number;
}

const rows: Row[] = Array.from({ length: 30 }, (_, day) => ({
  timestamp: START + day * DAY,
  disk: 100 + day * 3 + (day % 4),
}));

describe("times in seconds are refused", () => {
  const inSeconds = rows.map((row) => ({ ...row, timestamp: row.timestamp / 1_000 }));

  test("of samples, which would grow by a thousand times as much a day", () => {
    const said =
      "samples[0].timestamp: 1780272000 is 1970-01-21T14:31:12.000Z in milliseconds; was it meant in seconds?";
    expect(refusal(() => planner().analyzeGrowthTrends("shop", inSeconds))).toBe(said);
    expect(refusal(() => planner().addSamples("shop", inSeconds.slice(0, 1)))).toBe(said);
  });

  test("of points", () => {
    const series = points(40, 3_600, (place) => place, START / 1_000);
    expect(refusal(() => growthTrend(series))).toContain("points.at: 1780272000 is 1970-01-21");
    expect(refusal(() => forecastSeries(series, { horizonMs: HOUR }))).toContain("was it meant in seconds?");
  });

  test("and days that are counted from 0 are none", () => {
    const days = rows.map((row, day) => ({ ...row, timestamp: day * DAY }));
    expect(planner().analyzeGrowthTrends("shop", days).metrics.disk?.state).toBe("trend");
  });
});

describe("a metric of another name", () => {
  const samples = rows.map(({ timestamp, disk }) => ({ timestamp, dsk: disk, cpu: disk }));

  test("than the plan's has a remark, and the plan's says that it is missed", () => {
    const plan = planner();
    const { metrics } = plan.analyzeGrowthTrends("shop", samples);
    const remark = {
      code: "not_planned",
      text: "nothing is planned for dsk, and there are no values of disk; did you mean it?",
    };
    expect(metrics.dsk?.remarks).toContainEqual(remark);
    expect(metrics.cpu?.remarks.map(({ code }) => code)).not.toContain("not_planned");
    const [advice] = plan.generateScalingRecommendations("shop");
    expect(advice?.summary).toBe(
      "disk: unknown, since there are no values, but some of dsk, which nothing is planned for.",
    );
  });

  test("beside the plan's own is nothing to remark on", () => {
    const both = rows.map((row) => ({ ...row, dsk: row.disk }));
    const { metrics } = planner().analyzeGrowthTrends("shop", both);
    expect(metrics.dsk?.remarks.map(({ code }) => code)).not.toContain("not_planned");
  });
});

test("a service that nobody named has no growth, also of no samples", () => {
  const said = 'service: "shp" has neither samples nor a plan; did you mean "shop"? allowed: shop';
  expect(refusal(() => planner().analyzeGrowthTrends("shp", []))).toBe(said);
  expect(planner().analyzeGrowthTrends("shop", [])).toEqual({ service: "shop", metrics: {} });
});

test("rows of an interface are samples, and what they hold has to be values", () => {
  const plan = planner();
  plan.addSamples("shop", rows);
  expect(plan.analyzeGrowthTrends("shop", rows).metrics.disk).toMatchObject({ state: "trend", samples: 30 });
  const nested = [{ timestamp: START, disk: { used: 1 } }];
  // @ts-expect-error a mapping is no value of a metric
  expect(refusal(() => plan.addSamples("shop", nested))).toContain("samples[0].disk: a mapping is no number");
});
