import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { GoldenSignalsCollector, type RequestRecord } from "../../src/signals/collector.ts";
import { countsOf, samples, slosOf } from "./reading.ts";

const slos = slosOf({
  availability: { target: "99%", measurement_window: "1h" },
  error_rate: { target: "1%", measurement_window: "1h" },
  latency: { target: "99%", threshold: "100ms", measurement_window: "1h" },
  late: { kind: "availability", target: "99%", measurement_window: "1h", select: { routes: "/late" } },
});
const ONE: RequestRecord = { method: "GET", route: "/", statusCode: 200, durationSeconds: 0.25 };

function collector(options: object = {}): { signals: GoldenSignalsCollector; clock: ManualClock } {
  const clock = new ManualClock();
  return { signals: new GoldenSignalsCollector({ slos, clock, buckets: [0.5, 1], ...options }), clock };
}

describe("a verdict on one request", () => {
  it("makes a 429 good and a 200 bad, and leaves the latency as it is", () => {
    const { signals, clock } = collector({ countsAsError: (code: number) => code >= 400 });
    signals.record({ ...ONE, statusCode: 429, failed: false });
    signals.record({ ...ONE, statusCode: 429 });
    signals.record({ ...ONE, failed: true });
    signals.record({ ...ONE, durationSeconds: 0.05 });
    for (const name of ["availability", "error_rate"]) {
      expect(countsOf(signals, name, clock.now())).toEqual({ good: 2, total: 4 });
    }
    expect(countsOf(signals, "latency", clock.now())).toEqual({ good: 1, total: 4 });
  });

  it("shares one label set with those of another verdict: each sample is there once, with the sum", async () => {
    const { signals } = collector();
    for (const failed of [true, false, undefined, true]) signals.record({ ...ONE, failed });
    const text = await signals.metrics();
    const lines = text.split("\n").filter((line) => line.startsWith("http_request"));
    expect(new Set(lines.map((line) => line.slice(0, line.lastIndexOf(" ")))).size).toBe(lines.length);
    expect(lines).toEqual([
      'http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="0.1"} 0',
      'http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="0.5"} 4',
      'http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="1"} 4',
      'http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="+Inf"} 4',
      'http_request_duration_seconds_sum{method="GET",route="/",code="200"} 1',
      'http_request_duration_seconds_count{method="GET",route="/",code="200"} 4',
      'http_requests_total{method="GET",route="/",code="200"} 4',
      'http_request_errors_total{method="GET",route="/",class="counted_as_error"} 2',
      "http_requests_in_flight 0",
    ]);
  });

  it("does not change the class of an error that its status tells", async () => {
    const { signals } = collector();
    for (const [statusCode, failed] of [
      [500, false],
      [503, true],
      [404, true],
      [404, false],
      [302, true],
      [302, false],
    ] as const) {
      signals.record({ ...ONE, statusCode, failed });
    }
    signals.record({ ...ONE, aborted: true, failed: true });
    expect(await samples(signals, "http_request_errors_total")).toEqual({
      'method="GET",route="/",class="server_error"': 2,
      'method="GET",route="/",class="client_error"': 2,
      'method="GET",route="/",class="counted_as_error"': 1,
      'method="GET",route="/",class="client_closed"': 1,
    });
  });

  it("says nothing about a request whose client went away", () => {
    const { signals, clock } = collector();
    for (const failed of [true, false]) signals.record({ ...ONE, aborted: true, failed, durationSeconds: 0.01 });
    expect(countsOf(signals, "availability", clock.now())).toEqual({ good: 0, total: 0 });
    expect(countsOf(signals, "latency", clock.now())).toEqual({ good: 0, total: 0 });
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["text", "no"],
    ["0", 0],
    ["a promise", Promise.resolve(false)],
  ])("that is %s is none: the status decides, and it is counted as rejected", async (_what, failed) => {
    const { signals, clock } = collector();
    signals.record({ ...ONE, statusCode: 500, failed: failed as boolean });
    signals.record({ ...ONE, failed: failed as boolean });
    expect(countsOf(signals, "availability", clock.now())).toEqual({ good: 1, total: 2 });
    expect(await samples(signals, "nines_rejected_values_total")).toEqual({ 'reason="failed"': 2 });
  });
});

describe("verdicts past the limit on series", () => {
  it("are counted by the request's own route, status and verdict", () => {
    const { signals, clock } = collector({ seriesLimit: 1 });
    signals.record(ONE);
    for (const route of ["/late", "/later"]) {
      signals.record({ ...ONE, route, statusCode: 429, failed: true });
      signals.record({ ...ONE, route, statusCode: 429, failed: false });
      signals.record({ ...ONE, route, statusCode: 404 });
      signals.record({ ...ONE, route, statusCode: 500 });
    }
    expect(countsOf(signals, "availability", clock.now())).toEqual({ good: 5, total: 9 });
    expect(countsOf(signals, "late", clock.now())).toEqual({ good: 2, total: 4 });
  });

  it("are one label set a class of status, and add up", async () => {
    const { signals } = collector({ seriesLimit: 1 });
    signals.record(ONE);
    for (const [index, failed] of [true, false, undefined].entries()) {
      for (const statusCode of [200, 201, 404, 429, 500]) {
        signals.record({ ...ONE, route: `/late/${String(index)}`, statusCode, failed });
      }
    }
    expect(await samples(signals, "http_requests_total")).toEqual({
      'method="GET",route="/",code="200"': 1,
      'method="GET",route="(other)",code="200"': 6,
      'method="GET",route="(other)",code="400"': 6,
      'method="GET",route="(other)",code="500"': 3,
    });
    expect(await samples(signals, "http_request_duration_seconds_count")).toMatchObject({
      'method="GET",route="(other)",code="400"': 6,
    });
    expect(await samples(signals, "http_request_errors_total")).toEqual({
      'method="GET",route="(other)",class="counted_as_error"': 2,
      'method="GET",route="(other)",class="client_error"': 6,
      'method="GET",route="(other)",class="server_error"': 3,
    });
  });

  it.each([
    ["the good one first", [200, 202, 202]],
    ["the bad one first", [202, 200, 202]],
  ])("keep a status that a rule fails from those of its class that are well, %s", async (_what, codes) => {
    const { signals } = collector({ seriesLimit: 1, countsAsError: (code: number) => code === 202 });
    signals.record(ONE);
    for (const statusCode of codes) signals.record({ ...ONE, route: "/late", statusCode });
    expect(await samples(signals, "http_request_errors_total")).toEqual({
      'method="GET",route="(other)",class="counted_as_error"': 2,
    });
    expect(await samples(signals, "http_requests_total")).toMatchObject({
      'method="GET",route="(other)",code="200"': 3,
    });
  });
});
