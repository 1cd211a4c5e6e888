import { describe, expect, it } from "vitest";

import { assessBudget } from "../../src/budget/assess.ts";
import type { Clock } from "../../src/core/time/clock.ts";
import { AdapterError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { Measurement } from "../../src/core/measurement.ts";
import { calendarWindow, rollingWindow, type TimeRange, type Window } from "../../src/core/time/window.ts";
import { parseDuration } from "../../src/core/time/duration.ts";
import { forecastSlo } from "../../src/forecast/slo.ts";
import type { SliSource } from "../../src/ports/sli-source.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";

const AT = Date.UTC(2026, 5, 12, 10, 30);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function sloOf(window: string | Window): Slo {
  const availability = { target: "99%", measurement_window: "30d" };
  const [slo] = parseSloDocument({ service_level_objectives: { shop: { availability } } }).slos as [Slo];
  return { ...slo, window: typeof window === "string" ? rollingWindow(parseDuration(window)) : window };
}

const statusOf = (slo: Slo) =>
  assessBudget(slo, { window: { good: 995, total: 1_000, coverage: 1 }, lookBacks: [] }, AT);

/** Counts the same in every stretch, and keeps what it was asked. */
class Steady implements SliSource<Slo> {
  readonly asked: (readonly TimeRange[])[] = [];
  async measure(_slo: Slo, ranges: readonly TimeRange[]): Promise<readonly Measurement[]> {
    this.asked.push(ranges);
    return ranges.map(() => ({ good: 995, total: 1_000, coverage: 1 }));
  }
}

describe("the forecast of an SLO", () => {
  it.each([
    ["30d", HOUR, 720],
    ["28d", HOUR, 672],
    ["7d", HOUR, 672],
    ["1d", HOUR / 4, 1_000],
    ["1h", HOUR / 120, 1_000],
    ["90d", 3 * HOUR, 720],
    ["365d", 12 * HOUR, 730],
    [rollingWindow(3_650 * DAY), 4 * DAY, 913],
    [calendarWindow("month"), HOUR, 720],
    [calendarWindow("quarter"), 3 * HOUR, 728],
  ])("asks once for the past of %j, in steps of %d ms, %d of them", async (window, stepMs, steps) => {
    const source = new Steady();
    const slo = sloOf(window);
    const { text, at } = await forecastSlo(slo, { source, status: statusOf(slo) });
    expect(text).toMatch(/^lasts for /);
    expect(at).toBe(AT);
    expect(source.asked).toHaveLength(1);
    const [ranges] = source.asked as [readonly TimeRange[]];
    expect(ranges).toHaveLength(steps);
    expect(ranges.at(-1)).toEqual({ start: AT - stepMs, end: AT });
    expect(ranges[0]?.start).toBe(AT - steps * stepMs);
  });

  it("is that of what was counted, with the options of a forecast", async () => {
    const slo = sloOf("30d");
    const half = {
      measure: async (_slo: Slo, ranges: readonly TimeRange[]) =>
        ranges.map(({ end }) => ({ good: 1, total: 1, coverage: end > AT - 5 * DAY ? 1 : 0 })),
    };
    const { byTrend } = await forecastSlo(slo, { source: half, status: statusOf(slo) });
    expect(byTrend).toEqual({
      kind: "unknown",
      reason: "5 d of its past are known, and 7 d 12 h are needed to look 30 d ahead",
    });
    const short = await forecastSlo(slo, { source: half, status: statusOf(slo), horizonMs: 20 * DAY, level: 0.5 });
    expect(short).toMatchObject({ level: 0.5, byTrend: { kind: "forecast" }, horizonAt: AT + 20 * DAY });
  });

  it("neither asks of what is excluded, nor expects it again", async () => {
    const slo = sloOf("30d");
    const outage = { start: AT - 10 * DAY - 20 * 60_000, end: AT - 9 * DAY, reason: "moved the data centre" };
    const asked: TimeRange[] = [];
    const source: SliSource<Slo> = {
      measure: async (_slo, ranges) => {
        asked.push(...ranges);
        return ranges.map(({ start, end }) => {
          const total = (end - start) / 1_000;
          return { total, good: end > outage.start && start < outage.end ? 0 : total, coverage: 1 };
        });
      },
    };
    const status = assessBudget(slo, { window: { good: 1e6, total: 1e6, coverage: 1 } }, AT);
    const told = await forecastSlo(slo, { source, status, exclusions: [outage] });
    expect(told.byTrend).toMatchObject({ kind: "forecast", expected: { kind: "never" }, probability: 0 });
    expect(asked.filter(({ start, end }) => end > outage.start && start < outage.end)).toEqual([]);
    // Of an hour that is excluded in part the rest is asked for.
    expect(asked).toContainEqual({ start: AT - 10 * DAY - HOUR, end: outage.start });
    const replayed = await forecastSlo(slo, { source, status });
    expect(replayed.byTrend).not.toMatchObject({ probability: 0 });
  });

  it("asks nobody where all is excluded", async () => {
    const slo = sloOf("7d");
    const source = new Steady();
    const exclusions = [{ start: AT - 100 * DAY, end: AT, reason: "it was not open" }];
    const { byTrend } = await forecastSlo(slo, { source, status: statusOf(slo), exclusions });
    expect(byTrend).toEqual({ kind: "unknown", reason: "nothing is known of its past" });
    expect(source.asked).toEqual([]);
  });

  it("rejects where its source cannot tell, or does not tell in time", async () => {
    const slo = sloOf("30d");
    const error = new AdapterError("it is away", { adapter: "test", operation: "measure", retryable: true });
    const broken = { measure: async () => Promise.reject(error) };
    await expect(forecastSlo(slo, { source: broken, status: statusOf(slo) })).rejects.toBe(error);
    const clock = new ManualClock(AT);
    let ended: AbortSignal | undefined;
    const silent: SliSource<Slo> = {
      measure: async (_slo, _ranges, options) => {
        ended = options?.signal;
        return new Promise(() => undefined);
      },
    };
    const waiting = forecastSlo(slo, { source: silent, status: statusOf(slo), clock });
    const settled = expect(waiting).rejects.toThrow("to measure shop/availability did not finish within 30000 ms");
    clock.advance(30_000);
    await settled;
    expect(ended?.aborted).toBe(true);
  });

  it("gives its source the time that it is told, and stays alive until then", async () => {
    const slo = sloOf("30d");
    const alive: (boolean | undefined)[] = [];
    const manual = new ManualClock(AT);
    const clock: Clock = {
      now: () => manual.now(),
      monotonic: () => manual.monotonic(),
      schedule: (callback, delayMs, options) => {
        alive.push(options?.keepAlive);
        return manual.schedule(callback, delayMs);
      },
    };
    const silent = { measure: () => new Promise<never>(() => undefined) };
    const waiting = forecastSlo(slo, { source: silent, status: statusOf(slo), clock, timeoutMs: 90_000 });
    const settled = expect(waiting).rejects.toThrow("did not finish within 90000 ms");
    manual.advance(90_000);
    await settled;
    expect(alive).toEqual([true]);
    for (const timeoutMs of [0, -1, NaN, Infinity]) {
      await expect(forecastSlo(slo, { source: silent, status: statusOf(slo), timeoutMs })).rejects.toThrow(
        `timeoutMs: ${String(timeoutMs)} is not a time limit`,
      );
    }
  });

  it("does not take what is no measurement for the past", async () => {
    const slo = sloOf("30d");
    const wrong = { measure: async () => [{ good: 2, total: 1, coverage: 1 }] };
    await expect(forecastSlo(slo, { source: wrong, status: statusOf(slo) })).rejects.toThrow(
      "the SLI source could not",
    );
  });

  it("refuses what is no source", async () => {
    const slo = sloOf("30d");
    await expect(forecastSlo(slo, { status: statusOf(slo) } as never)).rejects.toThrow(
      "source: null has no method measure()",
    );
    const exclusions = [{ start: AT, end: AT - 1, reason: "x" }];
    await expect(forecastSlo(slo, { source: new Steady(), status: statusOf(slo), exclusions })).rejects.toThrow(
      "exclusions[0]: from",
    );
    await expect(forecastSlo(slo, undefined as never)).rejects.toThrow("forecastSlo takes an object of options");
    const nothing = { source: { measure: async () => [] }, status: undefined } as never;
    await expect(forecastSlo(slo, nothing)).rejects.toThrow("status: undefined is not how a budget stands");
    await expect(forecastSlo(slo, { source: {} as SliSource<Slo>, status: statusOf(slo) })).rejects.toThrow(
      "source: a mapping has no method measure()",
    );
  });
});
