import { describe, expect, test } from "vitest";

import { CapacityPlanner } from "../../src/capacity/planner.ts";
import { samplesFromCounts, SignalSampler } from "../../src/capacity/sampler.ts";
import type { CapacitySample } from "../../src/capacity/series/samples.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

import { refusal } from "../support/refusal.ts";

const MINUTE = 60_000;

/** A collector, a sampler of it, and a clock for both. */
function sampling() {
  const clock = new ManualClock();
  const signals = new GoldenSignalsCollector({ clock });
  const errors: unknown[] = [];
  const logger = { warn: () => {}, error: (_: string, fields?: object) => errors.push(fields) };
  const sampler = new SignalSampler({ signals, clock, logger });
  const serve = (requests: number): void => {
    for (let request = 0; request < requests; request += 1)
      signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0.01 });
  };
  return { clock, signals, errors, sampler, serve };
}
/** Lets what was promised happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("samples of this process", () => {
  test("tell the requests a second since the last, and how full each resource is", () => {
    const { clock, signals, sampler, serve } = sampling();
    signals.addSaturation("pool", () => 0.25);
    serve(120);
    clock.advance(MINUTE);
    expect(sampler.sample()).toMatchObject({ timestamp: clock.now(), requestRate: 2, pool: 0.25 });
    clock.advance(MINUTE);
    expect(sampler.sample()).toMatchObject({ requestRate: 0 });
    signals.close();
  });

  test("within a second of another leave the rate out, and lose no request by it", () => {
    const { clock, signals, sampler, serve } = sampling();
    expect(sampler.sample().requestRate).toBeUndefined();
    serve(5);
    clock.advance(500);
    expect(sampler.sample().requestRate).toBeUndefined();
    serve(5);
    clock.advance(1_500);
    expect(sampler.sample().requestRate).toBe(5);
    signals.close();
  });

  test("go by time that passes, not by a wall clock that is set back", () => {
    const { clock, signals, sampler, serve } = sampling();
    serve(60);
    clock.advance(MINUTE);
    clock.stepWall(-3_600_000);
    expect(sampler.sample()).toMatchObject({ timestamp: clock.now(), requestRate: 1 });
    signals.close();
  });

  test("a resource of a name that the sample needs does not take its place", () => {
    const clock = new ManualClock(5_000);
    const signals = { requests: 0, saturation: () => ({ timestamp: 0.5, requestRate: 0.7, cpu: 0.1 }) };
    const sampler = new SignalSampler({ signals, clock });
    expect(sampler.sample()).toEqual({ cpu: 0.1, timestamp: 5_000, requestRate: undefined });
  });

  test("a count that goes back is no rate below 0", () => {
    const clock = new ManualClock();
    const signals = { requests: 100, saturation: () => ({}) };
    const sampler = new SignalSampler({ signals, clock });
    signals.requests = 10;
    clock.advance(MINUTE);
    expect(sampler.sample().requestRate).toBe(0);
  });

  test("come again and again until it is stopped, into a planner", async () => {
    const { clock, signals, sampler, serve } = sampling();
    const planner = new CapacityPlanner({ clock });
    const taken: CapacitySample[] = [];
    const stop = sampler.every(MINUTE, (sample) => {
      taken.push(sample);
      planner.addSamples("checkout", [sample]);
    });
    for (let turn = 1; turn <= 12; turn += 1) {
      serve(60 * turn);
      clock.advance(MINUTE);
      await settle();
    }
    expect(taken.map(({ requestRate }) => requestRate)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const trend = planner.analyzeGrowthTrends("checkout").metrics.requestRate;
    expect(trend).toMatchObject({ state: "trend", samples: 12, direction: "growing" });
    stop();
    expect(clock.pendingTimers).toBe(0);
    clock.advance(10 * MINUTE);
    await settle();
    expect(taken).toHaveLength(12);
    signals.close();
  });

  test("what takes them may throw or reject: it is logged, and the next one comes", async () => {
    const { clock, signals, sampler, errors } = sampling();
    let turn = 0;
    const stop = sampler.every(MINUTE, () => {
      turn += 1;
      if (turn === 1) throw new Error("full");
      return turn === 2 ? Promise.reject(new Error("gone")) : undefined;
    });
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(MINUTE);
      await settle();
    }
    stop();
    expect(turn).toBe(3);
    expect(errors.map((context) => (context as { error: Error }).error.message)).toEqual(["full", "gone"]);
    signals.close();
  });

  test("come each second at the most often, and tell a rate of one", async () => {
    const { clock, signals, sampler, serve, errors } = sampling();
    const taken: CapacitySample[] = [];
    const stop = sampler.every(1_000, (sample) => taken.push(sample));
    serve(7);
    clock.advance(999);
    await settle();
    expect(taken).toEqual([]);
    clock.advance(1);
    await settle();
    expect(taken.map(({ requestRate }) => requestRate)).toEqual([7]);
    serve(3);
    clock.advance(1_000);
    await settle();
    expect(taken.map(({ requestRate }) => requestRate)).toEqual([7, 3]);
    expect(errors).toEqual([]);
    stop();
    signals.close();
  });

  test("that cannot be taken are logged in words", async () => {
    const clock = new ManualClock();
    const said: unknown[] = [];
    const error = new Error("full");
    const logger = { warn: () => {}, error: (...words: unknown[]) => said.push(words) };
    const sampler = new SignalSampler({ signals: { requests: 0, saturation: () => ({}) }, clock, logger });
    const stop = sampler.every(MINUTE, () => {
      throw error;
    });
    clock.advance(MINUTE);
    await settle();
    stop();
    expect(said).toEqual([["could not take a sample of the service's capacity", { error }]]);
  });

  test.each([999, NaN, -Infinity])("every %d ms is refused in whole words", (everyMs) => {
    expect(refusal(() => sampling().sampler.every(everyMs, () => {}))).toBe(
      `everyMs: ${String(everyMs)} is not how often to take a sample; write 1000 ms or more`,
    );
  });

  test.each<[string, () => unknown, string]>([
    ["no signals", () => new SignalSampler({ signals: {} as never }), "signals: a mapping has no method saturation()"],
    [
      "signals without requests",
      () => new SignalSampler({ signals: { saturation: () => ({}) } as never }),
      "signals: a mapping does not count requests; give a GoldenSignalsCollector",
    ],
    [
      "a misspelt option",
      () => new SignalSampler({ signal: {} } as never),
      'signal: is no option of SignalSampler; did you mean "signals"?',
    ],
    [
      "more often than each second",
      () => sampling().sampler.every(10, () => {}),
      "everyMs: 10 is not how often to take a sample; write 1000 ms or more",
    ],
    ["never", () => sampling().sampler.every(Infinity, () => {}), "everyMs: Infinity is not how often"],
  ])("%s is refused", (_, attempt, message) => {
    expect(refusal(attempt)).toContain(message);
  });
});

describe("samples of counts", () => {
  test("are rates of their steps, each told at its beginning", () => {
    expect(
      samplesFromCounts(
        [
          { at: 2 * MINUTE, total: 120 },
          { at: 3 * MINUTE, total: 0 },
        ],
        MINUTE,
      ),
    ).toEqual([
      { timestamp: MINUTE, requestRate: 2 },
      { timestamp: 2 * MINUTE, requestRate: 0 },
    ]);
    expect(samplesFromCounts([], MINUTE)).toEqual([]);
  });

  test.each([0, -1, NaN, Infinity])("of steps of %d ms are refused", (stepMs) => {
    expect(refusal(() => samplesFromCounts([], stepMs))).toBe(
      `stepMs: ${String(stepMs)} is not the length of a step in milliseconds`,
    );
  });
});
