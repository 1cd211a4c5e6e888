import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { GoldenSignalsCollector, type RequestRecord } from "../../src/signals/collector.ts";
import type { TraceExampleOptions } from "../../src/signals/examples.ts";
import type { GoldenSignalsOptions } from "../../src/signals/options.ts";
import { slosOf } from "./reading.ts";

const BOUNDS = [0.1, 0.3, 0.5];
const slos = slosOf({
  availability: { target: "99%", measurement_window: "1h" },
  error_rate: { target: "1%", measurement_window: "1h" },
  latency: { target: "99%", threshold: "300ms", measurement_window: "1h" },
  late: { kind: "latency", target: "99%", threshold: "300ms", measurement_window: "1h", select: { routes: "/b*" } },
  posts: { kind: "availability", target: "99%", measurement_window: "1h", select: { methods: "POST" } },
  traffic: { kind: "throughput", target: 1, objective: "99%", slice: "1m", measurement_window: "1h" },
});
const traceOf = (number: number): string => (number + 1).toString(16).padStart(32, "0");
const ONE: RequestRecord = { method: "GET", route: "/a", statusCode: 200, durationSeconds: 0.05, traceId: traceOf(0) };

function collector(options: GoldenSignalsOptions = {}): { signals: GoldenSignalsCollector; clock: ManualClock } {
  const clock = new ManualClock(1_700_000_000_000);
  return { signals: new GoldenSignalsCollector({ slos, exemplars: true, clock, buckets: BOUNDS, ...options }), clock };
}

describe("examples of an SLO", () => {
  it("are what its bad requests were, the newest first", () => {
    const { signals, clock } = collector();
    const records: Partial<RequestRecord>[] = [
      { statusCode: 503 },
      {},
      { durationSeconds: 0.4 },
      { route: "/b", statusCode: 500, durationSeconds: 0.7, method: "POST" },
    ];
    records.forEach((record, number) => {
      clock.advance(1_000);
      signals.record({ ...ONE, ...record, traceId: traceOf(number) });
    });
    expect(signals.examples("shop/availability", { bad: true })).toEqual([
      {
        traceId: traceOf(3),
        at: 1_700_000_004_000,
        durationSeconds: 0.7,
        method: "POST",
        route: "/b",
        code: "500",
        bad: true,
      },
      {
        traceId: traceOf(0),
        at: 1_700_000_001_000,
        durationSeconds: 0.05,
        method: "GET",
        route: "/a",
        code: "503",
        bad: true,
      },
    ]);
    const ids = (slo: string, options?: TraceExampleOptions): string[] =>
      signals.examples(`shop/${slo}`, options).map(({ traceId }) => traceId);
    expect(ids("error_rate", { bad: true })).toEqual([traceOf(3), traceOf(0)]);
    expect(ids("latency", { bad: true })).toEqual([traceOf(3), traceOf(2)]);
    expect(ids("latency", { bad: false })).toEqual([traceOf(1), traceOf(0)]);
    expect(ids("late")).toEqual([traceOf(3)]);
    expect(ids("posts")).toEqual([traceOf(3)]);
    expect(ids("traffic", { bad: true })).toEqual([]);
    expect(ids("traffic")).toHaveLength(4);
    expect(ids("availability", { since: 1_700_000_003_000 })).toEqual([traceOf(3), traceOf(2)]);
    expect(ids("availability", { limit: 1 })).toEqual([traceOf(3)]);
  });

  it("are none of an SLO that is not counted here, of ignored routes, or without exemplars", () => {
    const { signals } = collector({ ignoreRoutes: ["/a"] });
    signals.record(ONE);
    expect(signals.examples("shop/nowhere")).toEqual([]);
    expect(signals.examples("shop/availability")).toEqual([]);
    const without = collector({ exemplars: false }).signals;
    without.record(ONE);
    expect(without.examples("shop/availability")).toEqual([]);
  });

  it("are judged by the service's own word, and not where the client went away or stays for long", () => {
    const { signals } = collector({ longLivedRoutes: ["/long"], countsAsError: (code) => code === 429 });
    const record = (more: Partial<RequestRecord>): void => signals.record({ ...ONE, ...more });
    record({ statusCode: 429, traceId: traceOf(1) });
    record({ statusCode: 500, failed: false, traceId: traceOf(2) });
    record({ statusCode: 200, failed: true, durationSeconds: 0.2, traceId: traceOf(3) });
    record({ aborted: true, traceId: traceOf(4) });
    record({ aborted: true, durationSeconds: 9, traceId: traceOf(5) });
    record({ route: "/long", durationSeconds: 99, traceId: traceOf(6) });
    const ids = (slo: string): string[] =>
      signals
        .examples(slo, { bad: true })
        .map(({ traceId }) => traceId)
        .sort();
    expect(ids("shop/availability")).toEqual([traceOf(1), traceOf(3)]);
    expect(ids("shop/latency")).toEqual([traceOf(5)]);
    // One that left early is no event of a latency SLO.
    expect(signals.examples("shop/latency").map(({ traceId }) => traceId)).not.toContain(traceOf(4));
  });

  it("past the limit on series are only those that all who share a bucket judge alike", () => {
    const { signals } = collector({ seriesLimit: 1 });
    signals.record({ ...ONE, traceId: undefined });
    signals.record({ ...ONE, route: "/b/1", durationSeconds: 9, traceId: traceOf(1) });
    expect(signals.examples("shop/late")).toMatchObject([{ traceId: traceOf(1), route: "(other)", bad: true }]);
    // It shares its buckets with the one before, and is none of this SLO's.
    signals.record({ ...ONE, route: "/c", durationSeconds: 9, traceId: traceOf(2) });
    expect(signals.examples("shop/late")).toEqual([]);
    expect(signals.examples("shop/latency")).toMatchObject([{ traceId: traceOf(2), bad: true }]);
  });

  it("are what a list of all requests says, however many there are", () => {
    const request = fc.record({
      method: fc.constantFrom("GET", "POST"),
      route: fc.constantFrom("/a", "/b/1", "/b/2"),
      statusCode: fc.constantFrom(200, 404, 500, 503),
      durationSeconds: fc.constantFrom(0.05, 0.1, 0.3, 0.30001, 0.5, 2),
      failed: fc.constantFrom(undefined, true, false),
    });
    const judges: Record<string, (one: RequestRecord) => boolean | undefined> = {
      availability: (one) => one.failed ?? one.statusCode >= 500,
      latency: (one) => one.durationSeconds > 0.3,
      late: (one) => (one.route?.startsWith("/b") === true ? one.durationSeconds > 0.3 : undefined),
      posts: (one) => (one.method === "POST" ? (one.failed ?? one.statusCode >= 500) : undefined),
    };
    fc.assert(
      fc.property(fc.array(request, { maxLength: 80 }), fc.boolean(), (requests, bad) => {
        const { signals, clock } = collector();
        const latest = new Map<string, { readonly number: number; readonly one: RequestRecord }>();
        requests.forEach((one, number) => {
          clock.advance(10);
          signals.record({ ...one, traceId: traceOf(number) });
          const bucket = [...BOUNDS, Infinity].find((bound) => one.durationSeconds <= bound);
          latest.set(JSON.stringify([one.method, one.route, one.statusCode, String(one.failed), bucket]), {
            number,
            one,
          });
        });
        for (const [name, judge] of Object.entries(judges)) {
          const expected = [...latest.values()]
            .filter(({ one }) => judge(one) === bad)
            .sort((a, b) => b.number - a.number)
            .slice(0, 20)
            .map(({ number }) => traceOf(number));
          expect(signals.examples(`shop/${name}`, { bad }).map(({ traceId }) => traceId)).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each<[unknown, string]>([
    [{ bad: "yes" }, 'bad: "yes" is neither true nor false'],
    [{ since: NaN }, "since: NaN is no instant"],
    [{ limit: 0 }, "limit: 0 is out of range; write a whole number from 1 to 20"],
    [{ limit: 21 }, "limit: 21 is out of range"],
    [{ limt: 2 }, "is no option of examples"],
  ])("refuse %j", (options, message) => {
    expect(() => collector().signals.examples("shop/availability", options as TraceExampleOptions)).toThrow(message);
  });
});
