import { describe, expect, it } from "vitest";

import { countedHistory } from "../../src/budget/history.ts";
import { AdapterError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { Reliability } from "../../src/reliability.ts";
import { parseSloDocument } from "../../src/slo/document.ts";

const AT = Date.UTC(2026, 0, 1);
const document = {
  service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "1h" } } },
};

describe("the course of an SLO", () => {
  it("is what was counted in each step, and nothing where nobody looked or what has not come yet", async () => {
    const clock = new ManualClock(AT);
    const reliability = await Reliability.open({ document, clock });
    const record = (count: number, statusCode: number): void => {
      for (let index = 0; index < count; index += 1) {
        reliability.signals.record({ method: "GET", route: "/", statusCode, durationSeconds: 0.01 });
      }
    };
    for (let minute = 0; minute < 10; minute += 1) {
      clock.advance(30_000);
      record(100, 200);
      if (minute === 5) record(25, 500);
      clock.advance(30_000);
    }
    const range = { start: AT - 2 * 60_000, end: AT + 12 * 60_000 };
    const [history] = await reliability.history(range, { points: 14 });
    expect(history?.slo).toBe("shop/availability");
    expect(history?.points.map(({ at }) => (at - AT) / 60_000)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(history?.points.map(({ good }) => good)).toEqual(Array.from({ length: 10 }, () => 100));
    expect(history?.points.map(({ total }) => total)).toEqual([100, 100, 100, 100, 100, 125, 100, 100, 100, 100]);
    expect(await reliability.history(range, { points: 14, slos: ["shop/availability"] })).toEqual([history]);
    await expect(reliability.history(range, { slos: ["other/one"] })).rejects.toThrow(
      'there is no SLO "other/one"; there are: shop/availability',
    );
    await reliability.close();
  });

  it("is spread over finer steps than were counted, in whole numbers that add up", async () => {
    // The source knows multiples of 40 minutes, and takes the nearest.
    const [coarse, minute] = [40 * 60_000, 60_000];
    const upTo = (time: number): number => Math.round(time / coarse) * 40;
    const measure = async (_: unknown, ranges: readonly { start: number; end: number }[]) =>
      ranges.map(({ start, end }) => {
        const total = upTo(end) - upTo(start);
        return { good: total * 0.9, total, coverage: 1, slackMs: coarse / 2 };
      });
    const slos = parseSloDocument(document).slos;
    const course = async (minutes: number, points: number) => {
      const range = { start: AT, end: AT + minutes * minute };
      const [history] = await countedHistory(range, { slos, points, at: range.end, measure });
      return history!;
    };
    const { points } = await course(600, 600);
    expect(points.map(({ at }) => (at - AT) / minute)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
    expect(points.reduce((sum, { total }) => sum + total, 0)).toBe(600);
    expect(points.reduce((sum, { good }) => sum + good, 0)).toBe(540);
    expect(points.every(({ good, total }) => Number.isInteger(good) && good <= total && total <= 2)).toBe(true);
    // Just as long as eight times what its ends may be off, and shorter.
    expect((await course(160, 16)).points).toHaveLength(16);
    const short = await course(159, 53);
    expect([short.points, short.reason]).toEqual([
      [],
      "of counts of that time it is known to 20 min only when they came",
    ]);
  });

  it("of one that could not be measured is a reason, and the others are told", async () => {
    const clock = new ManualClock(AT);
    const warned: string[] = [];
    const reliability = await Reliability.open({
      document: {
        service_level_objectives: {
          shop: { availability: { target: "99.9%", measurement_window: "1h" } },
          pay: { availability: { target: "99%", measurement_window: "1h", sli: "1 - errors / all" } },
        },
      },
      service: "shop",
      source: {
        measure: async () => {
          throw new AdapterError("there was no answer", {
            ...{ adapter: "prometheus", operation: "measure the SLOs", retryable: true },
          });
        },
      },
      logger: { warn: (message) => warned.push(message), error: (message) => warned.push(message) },
      evaluateEverySeconds: 0,
      clock,
    });
    clock.advance(30_000);
    reliability.signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0.01 });
    clock.advance(30_000);
    const range = { start: AT, end: AT + 60_000 };
    expect(await reliability.history(range, { points: 1 })).toEqual([
      { slo: "shop/availability", points: [{ at: AT + 60_000, good: 1, total: 1 }] },
      {
        ...{ slo: "pay/availability", points: [] },
        reason: "prometheus could not measure the SLOs: there was no answer",
      },
    ]);
    expect(warned).toEqual(["the course of pay/availability could not be measured"]);
    const signal = AbortSignal.abort(new Error("not any more"));
    await expect(reliability.history(range, { points: 1, signal })).rejects.toThrow("not any more");
    await reliability.close();
  });

  it.each([
    [{ start: 1, end: 1 }, 10, "range"],
    [{ start: 1, end: NaN }, 10, "range"],
    [{ start: 1, end: 2 }, 0, "points: 0 is not a whole number from 1 to 1000"],
    [{ start: 1, end: 2 }, 1_001, "points"],
  ])("refuses %j in %s steps", async (range, points, message) => {
    await expect(countedHistory(range, { slos: [], points, at: 3, measure: async () => [] })).rejects.toThrow(message);
  });
});
