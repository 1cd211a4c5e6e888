import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { GoldenSignalsCollector, type RequestRecord } from "../../src/signals/collector.ts";
import { countsOf, samples, slosOf } from "./reading.ts";

const slos = slosOf({
  availability: { target: "99%", measurement_window: "1h" },
  latency: { target: "99%", threshold: "100ms", measurement_window: "1h" },
  throughput: { target: 1, slice: "1s", measurement_window: "10s" },
});
const ONE: RequestRecord = {
  method: "GET",
  route: "/",
  statusCode: 200,
  durationSeconds: 0.02,
  firstByteSeconds: 0.01,
};

function collector(options: object): { signals: GoldenSignalsCollector; clock: ManualClock } {
  const clock = new ManualClock();
  return { signals: new GoldenSignalsCollector({ slos, clock, ...options }), clock };
}

describe("ignored routes", () => {
  const ignoreRoutes = ["/healthz", "/internal/*"];

  it("are in no metric and in no SLO", async () => {
    const { signals, clock } = collector({ ignoreRoutes });
    for (const route of ["/healthz", "/internal/", "/internal/a/b"]) {
      signals.record({ ...ONE, route, statusCode: 500, traceId: "a".repeat(32), failed: true });
    }
    clock.advance(1_000);
    expect(await signals.metrics()).not.toMatch(/healthz|internal|^http_re[a-z_]+\{/m);
    for (const name of ["availability", "latency"]) {
      expect(countsOf(signals, name, clock.now())).toEqual({ good: 0, total: 0 });
    }
    expect(countsOf(signals, "throughput", clock.now())).toEqual({ good: 0, total: 1 });
  });

  it("are in flight while they last, as nobody knows their route before", () => {
    const { signals } = collector({ ignoreRoutes });
    const beganMs = signals.begin();
    expect(signals.inFlight).toBe(1);
    signals.finish(beganMs, "GET", "/healthz", 200);
    expect(signals.inFlight).toBe(0);
  });

  it("leave those that only look like them", async () => {
    const { signals } = collector({ ignoreRoutes });
    for (const route of ["/healthz/", "/healthzz", "/internal", "/a/internal/b"]) signals.record({ ...ONE, route });
    expect(Object.keys(await samples(signals, "http_requests_total"))).toHaveLength(4);
  });

  it("may be all that no route took, or everything", async () => {
    for (const pattern of ["(unmatched)", "*"]) {
      const { signals } = collector({ ignoreRoutes: [pattern] });
      signals.record({ ...ONE, route: undefined, statusCode: 404 });
      expect(await samples(signals, "http_requests_total")).toEqual({});
    }
  });

  it("keep neither memory nor a place below the limit, however many raw routes a pattern takes", async () => {
    const { signals } = collector({ ignoreRoutes: ["/scan/*"], seriesLimit: 2 });
    const record = (from: number, count: number): void => {
      for (let index = from; index < from + count; index += 1) {
        signals.record({ ...ONE, route: `/scan/${String(index)}` });
      }
    };
    record(0, 10);
    const before = await signals.metrics();
    record(10, 50_000);
    expect(await signals.metrics()).toBe(before);
    for (const route of ["/a", "/b", "/c"]) signals.record({ ...ONE, route });
    expect(Object.values(await samples(signals, "http_requests_total"))).toEqual([1, 1, 1]);
    expect(await samples(signals, "nines_series_overflow_total")).toEqual({ "": 1 });
  });

  it.each<[unknown, string]>([
    ["/healthz", 'ignoreRoutes: "/healthz" is no list of routes'],
    [[""], 'ignoreRoutes[0]: "" is not a route'],
    [[/x/], "ignoreRoutes[0]: "],
  ])("refuses %j", (patterns, message) => {
    expect(() => collector({ ignoreRoutes: patterns })).toThrow(message);
  });
});

describe("long-lived routes", () => {
  const longLivedRoutes = ["/events/*"];

  it("are counted, but not timed", async () => {
    const { signals, clock } = collector({ longLivedRoutes });
    signals.record({ ...ONE, route: "/events/:topic", durationSeconds: 900 });
    signals.record({ ...ONE, route: "/events/:topic", durationSeconds: 900, statusCode: 500 });
    clock.advance(1_000);
    expect(await samples(signals, "http_requests_total")).toEqual({
      'method="GET",route="/events/:topic",code="200"': 1,
      'method="GET",route="/events/:topic",code="500"': 1,
    });
    expect(Object.values(await samples(signals, "http_request_errors_total"))).toEqual([1]);
    expect(await samples(signals, "http_request_duration_seconds_count")).toEqual({});
    expect(await samples(signals, "http_response_first_byte_seconds_count")).toEqual({
      'method="GET",route="/events/:topic"': 2,
    });
    expect(countsOf(signals, "availability", clock.now())).toEqual({ good: 1, total: 2 });
    expect(countsOf(signals, "latency", clock.now())).toEqual({ good: 0, total: 0 });
    expect(countsOf(signals, "throughput", clock.now())).toEqual({ good: 1, total: 1 });
  });

  it("say nothing about latency either where their client leaves late", () => {
    const { signals, clock } = collector({ longLivedRoutes });
    signals.record({ ...ONE, route: "/events/a", durationSeconds: 900, aborted: true });
    expect(countsOf(signals, "latency", clock.now())).toEqual({ good: 0, total: 0 });
  });

  it("are what a connection becomes that is handed over to another protocol", async () => {
    const { signals, clock } = collector({});
    signals.record({ ...ONE, route: "/socket", statusCode: 101, durationSeconds: 900 });
    expect(await samples(signals, "http_request_duration_seconds_count")).toEqual({});
    expect(countsOf(signals, "latency", clock.now())).toEqual({ good: 0, total: 0 });
  });

  it.each([
    ["before the timed ones", ["/events/b", "/late"]],
    ["after the timed ones", ["/late", "/events/b"]],
  ])("stay out of the histogram past the limit on series too, %s", async (_what, routes) => {
    const { signals, clock } = collector({ longLivedRoutes, seriesLimit: 1 });
    signals.record(ONE);
    for (const route of [...routes, ...routes]) {
      signals.record({ ...ONE, route, durationSeconds: route === "/late" ? 0.5 : 900 });
    }
    const other = 'method="GET",route="(other)",code="200"';
    expect((await samples(signals, "http_requests_total"))[other]).toBe(4);
    expect((await samples(signals, "http_request_duration_seconds_count"))[other]).toBe(2);
    expect((await samples(signals, "http_request_duration_seconds_sum"))[other]).toBe(1);
    expect(countsOf(signals, "latency", clock.now())).toEqual({ good: 1, total: 3 });
  });
});

describe("time to first byte", () => {
  it("is one histogram of method and route, whatever the status, label or verdict", async () => {
    const { signals } = collector({ labels: { plan: 3 }, buckets: [1] });
    signals.record({ ...ONE, firstByteSeconds: 0.25 });
    signals.record({ ...ONE, statusCode: 500, firstByteSeconds: 0.5, labels: { plan: "x" }, failed: false });
    signals.record({ ...ONE, method: "POST", firstByteSeconds: 0 });
    signals.record({ ...ONE, firstByteSeconds: undefined });
    const text = (await signals.metrics()).split("\n").filter((line) => line.startsWith("http_response_first"));
    expect(text.filter((line) => line.includes('"GET"'))).toEqual([
      'http_response_first_byte_seconds_bucket{method="GET",route="/",le="0.1"} 0',
      'http_response_first_byte_seconds_bucket{method="GET",route="/",le="1"} 2',
      'http_response_first_byte_seconds_bucket{method="GET",route="/",le="+Inf"} 2',
      'http_response_first_byte_seconds_sum{method="GET",route="/"} 0.75',
      'http_response_first_byte_seconds_count{method="GET",route="/"} 2',
    ]);
    expect(text).toHaveLength(10);
  });

  it("is told by a host as readings of the clock", async () => {
    const { signals, clock } = collector({});
    const beganMs = signals.begin();
    clock.advance(250);
    const firstByteMs = signals.monotonic();
    clock.advance(750);
    signals.finish(beganMs, "GET", "/", 200, { firstByteMs });
    signals.finish(signals.begin(), "GET", "/", 200, { firstByteMs: -1 });
    expect(await samples(signals, "http_response_first_byte_seconds_sum")).toEqual({ 'method="GET",route="/"': 0.25 });
    expect(await samples(signals, "http_response_first_byte_seconds_count")).toEqual({ 'method="GET",route="/"': 1 });
  });

  it("is shared past the limit on series, by method, and not there where nobody told it", async () => {
    const { signals } = collector({ seriesLimit: 1 });
    signals.record(ONE);
    for (const route of ["/b", "/c"]) signals.record({ ...ONE, route, statusCode: 404, firstByteSeconds: undefined });
    for (const statusCode of [200, 404, 500]) signals.record({ ...ONE, route: "/d", statusCode });
    signals.record({ ...ONE, route: "/d", method: "PUT", firstByteSeconds: undefined });
    expect(await samples(signals, "http_response_first_byte_seconds_count")).toEqual({
      'method="GET",route="/"': 1,
      'method="GET",route="(other)"': 3,
    });
  });

  it.each<[string, unknown]>([
    ["negative", -0.001],
    ["NaN", Number.NaN],
    ["infinite", Infinity],
    ["text", "0.5"],
    ["a bigint", 1n],
    ["a list", [1]],
    ["null", null],
  ])("that is %s rejects the request", async (_what, firstByteSeconds) => {
    const { signals } = collector({});
    signals.record({ ...ONE, firstByteSeconds: 1 });
    signals.record({ ...ONE, firstByteSeconds: firstByteSeconds as number });
    expect(await samples(signals, "nines_rejected_values_total")).toEqual({ 'reason="first_byte"': 1 });
    expect(Object.values(await samples(signals, "http_response_first_byte_seconds_sum"))).toEqual([1]);
    expect(Object.values(await samples(signals, "http_requests_total"))).toEqual([1]);
  });
});
