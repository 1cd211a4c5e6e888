import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { DashboardCapacity, DashboardSlo } from "../../../src/dashboard/model.ts";
import { budgetSpec } from "../../../src/dashboard/page/charts/budget-spec.ts";
import { capacitySpec } from "../../../src/dashboard/page/charts/capacity-spec.ts";
import { errorSpec } from "../../../src/dashboard/page/charts/error-spec.ts";
import { latencySpec } from "../../../src/dashboard/page/charts/latency-spec.ts";
import { BURN_RATE, MILLISECONDS, quantityOf, SHARE } from "../../../src/dashboard/page/charts/quantity.ts";
import { saturationSpec } from "../../../src/dashboard/page/charts/signal-spec.ts";
import { extentOf, indexAt, indexToldAt, type ChartSpec } from "../../../src/dashboard/page/charts/spec.ts";
import { indexFrom, lineOf, summaryOf, tableOf } from "../../../src/dashboard/page/charts/summary.ts";
import type { Times } from "../../../src/dashboard/page/charts/times.ts";
import { AT, shop } from "../support/fixtures.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 1);
const iso = (at: number): string => new Date(at).toISOString().slice(5, 16);
const times: Times = {
  full: iso,
  range: (from, until) => `${iso(from)} to ${iso(until)}`,
  ticks: (all) => all.map(iso),
};

const services = shop(AT).services;
const allSlos = services.flatMap(({ slos }) => slos);
const sloOf = (id: string): DashboardSlo => allSlos.find((slo) => slo.id === id)!;

const small: DashboardSlo = {
  ...sloOf("checkout/availability"),
  ...{ objectiveRatio: 0.99, range: { start: START, end: START + 4 * DAY }, remainingRatio: 0.25 },
  past: [{ start: START, stepMs: DAY, bad: [5, 0, null, 10], total: [1_000, 0, null, 1_000] }],
};

/** What the readings tell at an instant. */
function toldAt(spec: ChartSpec, at: number): Record<string, string | undefined> {
  const index = indexToldAt(spec, at)!;
  return Object.fromEntries(spec.readings.map((reading) => [reading.label, reading.text(index)]));
}

describe("the chart of errors", () => {
  const spec = errorSpec(small, START + 4 * DAY);

  test("tells the share, the burn rate and the counts of the step that is pointed at", () => {
    expect(toldAt(spec, START + 3.9 * DAY)).toEqual({
      "Error ratio": "1 %",
      "Burn rate": "1×",
      Counted: "10 failed of 1,000",
    });
    expect(toldAt(spec, START + 0.1 * DAY)).toEqual({
      "Error ratio": "0.5 %",
      "Burn rate": "0.5×",
      Counted: "5 failed of 1,000",
    });
  });

  test("tells no requests from nobody looking, and draws neither", () => {
    expect(toldAt(spec, START + 1.5 * DAY)["Error ratio"]).toBe("no requests");
    expect(toldAt(spec, START + 2.5 * DAY)["Error ratio"]).toBe("not watched");
    expect(spec.lines[0]?.values).toEqual([0.005, null, null, 0.01, 0.01]);
  });

  test("has the objective at burn rate 1, in sight even where nothing failed", () => {
    expect(spec.levels).toMatchObject([{ value: 1 - 0.99, label: "burn rate 1" }]);
    expect(spec.right?.factor).toBeCloseTo(100, 9);
    expect(spec.verticalOf([0, 0], true)[1]).toBeGreaterThan(0.01);
  });

  test("is named after what is counted", () => {
    expect(errorSpec(sloOf("search/latency"), AT).title).toBe("Slow requests and burn rate");
    expect(errorSpec({ ...small, kind: "throughput" }, AT).subject).toBe("Share that fell short");
  });

  test("says why it is empty", () => {
    expect(errorSpec(sloOf("reviews/availability"), AT).empty).toBe("How it went is not known.");
    const { past: _, ...unknown } = small;
    const idle = { start: START, stepMs: DAY, bad: [0, 0], total: [0, 0] };
    const unseen = { ...idle, bad: [null, null], total: [null, null] };
    expect(errorSpec({ ...unknown, past: [idle] }, AT).empty).toBe("There was nothing to count.");
    for (const past of [[], [unseen]]) {
      const slo = { ...unknown, past, remainingRatio: 0.5 };
      expect(errorSpec(slo, AT).empty).toBe("How it went is not known.");
      expect(budgetSpec(slo, AT, AT).empty).toBe("How the budget has gone is not known.");
    }
    expect(budgetSpec({ ...small, past: [] }, small.range.start, AT).empty).toBe("The window has only begun.");
  });

  test("tells of what is after its last step that nobody looked", () => {
    const late = errorSpec(small, small.range.start + 6 * DAY);
    expect(toldAt(late, small.range.start + 5.5 * DAY)["Error ratio"]).toBe("not watched");
    expect(late.lines[0]?.values.at(-1)).toBeNull();
  });
});

describe("the chart of latency", () => {
  test("is of the past that was kept, with its threshold, and is left out where none was", () => {
    const spec = latencySpec(sloOf("checkout/latency"))!;
    expect(spec.levels).toMatchObject([{ label: "good up to 400 ms", value: 400 }]);
    expect(spec.lines[0]?.values.filter((value) => value === null)).toHaveLength(2);
    expect(latencySpec(sloOf("search/latency"))).toBeUndefined();
  });
});

describe("the chart of the budget", () => {
  test("ends with what the status says, and goes on from there", () => {
    const slo = sloOf("checkout/availability");
    const until = AT + 3 * DAY;
    const spec = budgetSpec(slo, AT, until);
    const left = spec.lines[0]?.values ?? [];
    expect(left[indexAt(spec.times, AT)]).toBe(slo.remainingRatio);
    const expected = spec.lines[2]?.values ?? [];
    expect(expected[indexAt(spec.times, AT)]).toBe(slo.remainingRatio);
    expect(expected[indexAt(spec.times, AT + 9 * HOUR)]).toBe(0);
    expect(expected.at(-1)).toBeNull();
    expect(spec.band).toEqual({ upper: 3, lower: 4 });
    const told = toldAt(spec, AT + 5 * HOUR);
    expect(told["Budget left"]).toBeUndefined();
    expect(told.Forecast).toMatch(/^[\d.]+ % \(0 % to [\d.]+ %\)$/);
    expect(spec.dot).toEqual({ at: AT, value: slo.remainingRatio });
  });

  test("has all of it in sight, what is overspent as well, and little where somebody has zoomed", () => {
    const { verticalOf } = {
      verticalOf: (...told: Parameters<ChartSpec["verticalOf"]>) => budgetSpec(small, AT, AT).verticalOf(...told),
    };
    expect(verticalOf([0.4, 0.9], true)).toEqual([0, 1]);
    expect(verticalOf([-2, 0.9], true)).toEqual([-2.1, 1]);
    const [low, high] = verticalOf([0.4, 0.4], false);
    expect([low, high].map((value) => Math.round(value * 1_000))).toEqual([387, 413]);
  });

  test("tells what was not watched", () => {
    const spec = budgetSpec(small, START + 4 * DAY, START + 4 * DAY);
    expect(toldAt(spec, START + 2.5 * DAY)["Budget left"]).toBe("not watched");
    expect(toldAt(spec, START + 4 * DAY)).toEqual({ "Budget left": "25 %", "Even pace": "0 %" });
  });
});

describe("the charts of a service", () => {
  test("saturation draws the fullest resources, each with a look of its own", () => {
    const names = Array.from({ length: 12 }, (_, index) => `r${index}`);
    const saturation = Object.fromEntries(names.map((name, index) => [name, index / 12]));
    const spec = saturationSpec({ windowMs: HOUR, saturation, past: [0, 1].map((at) => ({ at, saturation })) });
    expect(spec.readings.map(({ label }) => label)).toEqual(["r11", "r10", "r9", "r8", "r7", "r6", "r5", "r4"]);
    expect(new Set(spec.readings.map(({ look }) => JSON.stringify(look))).size).toBe(8);
    expect(spec.title).toBe("Saturation over time: the 8 fullest of 12");
  });

  test("saturation takes no value from a prototype", () => {
    const past = [0, 1].map((at) => ({ at, saturation: { cpu: 0.5 } }));
    const spec = saturationSpec({ windowMs: HOUR, saturation: { cpu: 0.5, constructor: 0.1 }, past });
    expect(spec.lines[1]?.values).toEqual([null, null]);
  });

  test("capacity joins what was measured to what is expected, and shows when the limit is reached", () => {
    const [connections, disk] = services[0]!.capacity!;
    const spec = capacitySpec(connections!);
    const last = connections!.history.at(-1)!;
    const index = indexAt(spec.times, last.at);
    for (const line of spec.lines) expect(line.values[index]).toBe(last.value);
    expect(spec.regions).toEqual([{ label: "limit reached", from: AT + 13 * DAY, until: AT + 29 * DAY }]);
    expect(spec.levels[0]?.label).toBe("limit 90 %");
    expect(capacitySpec(disk!).band).toBeUndefined();
    expect(toldAt(capacitySpec(disk!), AT).Measured).toBe("31.6 GB");
  });

  test("capacity holds against values that are no numbers and against none", () => {
    const strange: DashboardCapacity = {
      ...{ metric: "m", state: "unknown", text: "", confidence: 0.9, forecast: [] },
      history: [NaN, Infinity, null, 3].map((value, at) => ({ at, value })),
    };
    expect(capacitySpec(strange).lines[0]?.values).toEqual([null, null, null, 3]);
    expect(capacitySpec({ ...strange, history: [] }).empty).toBe("There are not enough values for a chart.");
  });
});

describe("figures of the charts", () => {
  test("have their units, in words and short beside an axis", () => {
    expect([SHARE.text(0.0123), SHARE.tick(0.002, 0.0005), SHARE.tick(0.25, 0.25)]).toEqual([
      "1.23 %",
      "0.2 %",
      "25 %",
    ]);
    expect([BURN_RATE.text(14.4), BURN_RATE.tick(2.5, 2.5)]).toEqual(["14.4×", "2.5×"]);
    expect([
      MILLISECONDS.text(388),
      MILLISECONDS.text(12_500),
      MILLISECONDS.tick(2_500, 500),
      MILLISECONDS.tick(4_000, 2_000),
    ]).toEqual(["388 ms", "12.5 s", "2,500 ms", "4 s"]);
    const bytes = quantityOf("bytes");
    expect([0, 999, 1_000, 31_600_000_000, 1e21].map((value) => bytes.text(value))).toEqual([
      "0 B",
      "999 B",
      "1 kB",
      "31.6 GB",
      "1,000 EB",
    ]);
    expect([quantityOf("%").text(80), quantityOf("req/s").text(1_234.5), quantityOf(undefined).tick(2e6, 1e6)]).toEqual(
      ["80 %", "1,235 req/s", "2 M"],
    );
  });
});

describe("a chart in words", () => {
  const spec = errorSpec(small, START + 4 * DAY);
  const all = [START, START + 4 * DAY] as const;

  test("tells the first, the last, the least and the most of what is in sight", () => {
    expect(summaryOf(spec, all, times)).toBe(
      "Errors and burn rate, 11-01T00:00 to 11-05T00:00. Error ratio: first 0.5 %, last 1 %, least 0.5 % at 11-01T00:00, " +
        "most 1 % at 11-04T00:00. A line marks burn rate 1.",
    );
    expect(summaryOf(spec, [START + DAY, START + 2.9 * DAY], times)).toMatch(/Nothing is known of this time\.$/);
  });

  test("is a table with a row for each step in sight", () => {
    const { columns, rows } = tableOf(spec, all, times);
    expect(columns).toEqual(["Time", "Error ratio", "Burn rate", "Counted"]);
    expect(rows.map(([, ratio]) => ratio)).toEqual(["0.5 %", "no requests", "not watched", "1 %"]);
    expect(tableOf(spec, [START + 3.5 * DAY, START + 4 * DAY], times).rows).toEqual([
      ["11-04T00:00 to 11-05T00:00", "1 %", "1×", "10 failed of 1,000"],
    ]);
  });

  test("has at most sixty rows, and the worst of each group among them", () => {
    const bad = Array.from({ length: 721 }, (_, index) => (index === 333 ? 99 : 1));
    const past = [{ start: START, stepMs: 60_000, bad, total: bad.map(() => 100) }];
    const long = errorSpec({ ...small, past }, START + 4 * DAY);
    const { rows, caption } = tableOf(long, all, times);
    expect(rows.length).toBeLessThanOrEqual(60);
    expect(rows.filter(([, ratio]) => ratio === "99 %")).toHaveLength(1);
    expect(caption).toContain("The highest of each 13 values.");
  });

  test("is read step by step, from the side that one comes from", () => {
    const step = (at: number | undefined, by: number): number | undefined => indexFrom(spec, at, by, all);
    expect([step(undefined, 1), step(undefined, -1), step(undefined, Infinity), step(undefined, -Infinity)]).toEqual([
      0, 3, 3, 0,
    ]);
    expect([step(START + 1.5 * DAY, 1), step(START + 1.5 * DAY, -1), step(START + 3.5 * DAY, 1)]).toEqual([2, 0, 3]);
    expect(lineOf(spec, 3, times)).toBe(
      "11-04T00:00 to 11-05T00:00: Error ratio 1 %, Burn rate 1×, Counted 10 failed of 1,000",
    );
  });

  test("finds what is in sight as a search through all would", () => {
    const sorted = fc.uniqueArray(fc.nat(100), { maxLength: 30 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(sorted, fc.nat(110), fc.nat(110), (at, one, other) => {
        const [from, until] = [Math.min(one, other), Math.max(one, other)];
        expect(indexAt(at, from)).toBe(at.filter((time) => time <= from).length - 1);
        const values = at.map((time) => (time % 7 === 0 ? null : time));
        const known = { ...spec, times: at, lines: [{ ...spec.lines[0]!, values }] };
        const inSight = values.filter(
          (value, index) => value !== null && at[index]! >= from && at[index]! <= until,
        ) as number[];
        const extent = extentOf(known, from, until);
        if (inSight.length > 0) {
          expect(extent?.[0]).toBeLessThanOrEqual(Math.min(...inSight));
          expect(extent?.[1]).toBeGreaterThanOrEqual(Math.max(...inSight));
        }
      }),
    );
  });
});
