import { AsyncLocalStorage } from "node:async_hooks";
import { createServer, get } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import * as opentelemetry from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { observeServer } from "../../src/http/node.ts";
import { GoldenSignalsCollector, type RequestRecord } from "../../src/signals/collector.ts";
import type { GoldenSignalsOptions } from "../../src/signals/options.ts";
import { expositionText, samples, slosOf } from "./reading.ts";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const OTHER = "a".repeat(32);
const ONE: RequestRecord = { method: "GET", route: "/", statusCode: 200, durationSeconds: 0.25, traceId: ID };

async function openmetrics(signals: GoldenSignalsCollector): Promise<string> {
  return expositionText(signals, "openmetrics");
}

/** Examples by bucket. */
async function examples(signals: GoldenSignalsCollector): Promise<Record<string, string>> {
  const lines = (await openmetrics(signals)).split("\n").filter((line) => line.includes(" # "));
  return Object.fromEntries(
    lines.map((line) => [/le="([^"]*)"/.exec(line)?.[1] ?? line, /trace_id="([^"]*)"/.exec(line)?.[1] ?? line]),
  );
}

function collector(options: GoldenSignalsOptions = {}): { signals: GoldenSignalsCollector; clock: ManualClock } {
  const clock = new ManualClock(1_700_000_000_123);
  return { signals: new GoldenSignalsCollector({ exemplars: true, clock, buckets: [0.1, 0.5], ...options }), clock };
}

describe("examples of buckets", () => {
  it("are the latest trace of each, in the words of OpenMetrics", async () => {
    const { signals, clock } = collector();
    signals.record({ ...ONE, traceId: OTHER });
    clock.advance(1_000);
    signals.record(ONE);
    signals.record({ ...ONE, traceId: undefined });
    expect((await openmetrics(signals)).split("\n").filter((line) => line.includes("_seconds_bucket{"))).toEqual([
      'http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="0.1"} 0',
      `http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="0.5"} 3 # {trace_id="${ID}"} 0.25 1700000001.123`,
      'http_request_duration_seconds_bucket{method="GET",route="/",code="200",le="+Inf"} 3',
    ]);
  });

  it("are in OpenMetrics only, and only where they are asked for", async () => {
    const { signals } = collector();
    signals.record(ONE);
    expect(await signals.metrics()).not.toContain(ID);
    const without = collector({ exemplars: false }).signals;
    without.record(ONE);
    expect(await openmetrics(without)).not.toContain(ID);
  });

  it("stay where requests of another verdict have the same labels", async () => {
    const { signals, clock } = collector();
    signals.record({ ...ONE, durationSeconds: 0.05, failed: true });
    clock.advance(1_000);
    signals.record({ ...ONE, durationSeconds: 0.25, failed: false, traceId: OTHER });
    signals.record({ ...ONE, durationSeconds: 9 });
    expect(await examples(signals)).toEqual({ 0.1: ID, 0.5: OTHER, "+Inf": ID });
    clock.advance(1_000);
    signals.record({ ...ONE, durationSeconds: 0.25, failed: true });
    expect(await examples(signals)).toEqual({ 0.1: ID, 0.5: ID, "+Inf": ID });
  });

  it("stay past the limit on series", async () => {
    // The two are told apart by an SLO, and share their labels.
    const slos = slosOf({ availability: { target: "99%", measurement_window: "1h" } });
    const { signals } = collector({ slos, seriesLimit: 1, countsAsError: (code) => code === 429 });
    signals.record({ ...ONE, traceId: undefined });
    signals.record({ ...ONE, route: "/b", statusCode: 404, durationSeconds: 0.05 });
    signals.record({ ...ONE, route: "/b", statusCode: 429, durationSeconds: 0.25, traceId: OTHER });
    expect(await examples(signals)).toEqual({ 0.1: ID, 0.5: OTHER });
  });

  it.each<[string, unknown]>([
    ["too long for a scraper", "a".repeat(200)],
    ["none", "nonsense"],
    ["of zeros", "0".repeat(32)],
    ["no text", 7],
    ["null", null],
    ["an end of the line", `${ID}\n`],
    ["a symbol", Symbol("x")],
  ])("are refused where the id is %s; the request counts", async (_what, traceId) => {
    const { signals } = collector();
    signals.record({ ...ONE, traceId: traceId as string });
    expect(await examples(signals)).toEqual({});
    expect(await samples(signals, "nines_rejected_values_total")).toEqual({ 'reason="trace_id"': 1 });
    expect(Object.values(await samples(signals, "http_requests_total"))).toEqual([1]);
  });

  it.each<[unknown, string]>([
    ["yes", 'exemplars: "yes" is neither true, false nor { opentelemetry }'],
    [null, "exemplars: null is neither"],
    [{}, "exemplars.opentelemetry.trace"],
    [{ opentelemetry: {} }, "exemplars.opentelemetry.trace"],
    [{ opentelemetry: { trace: {} } }, "has no method getActiveSpan()"],
    [{ openTelemetry: opentelemetry }, "is no option of exemplars"],
  ])("are refused as the option %j", (exemplars, message) => {
    expect(() => collector({ exemplars } as GoldenSignalsOptions)).toThrow(message);
  });
});

describe("the active span of OpenTelemetry", () => {
  const storage = new AsyncLocalStorage<opentelemetry.Context>();

  beforeEach(() => {
    opentelemetry.context.setGlobalContextManager({
      active: () => storage.getStore() ?? opentelemetry.ROOT_CONTEXT,
      with: (context, run, that, ...args) => storage.run(context, () => run.apply(that, args)),
      bind: (_context, target) => target,
      enable() {
        return this;
      },
      disable() {
        return this;
      },
    });
  });

  afterEach(() => {
    opentelemetry.context.disable();
  });

  const inSpan = <Result>(traceId: string, traceFlags: number, run: () => Result): Result => {
    const span = opentelemetry.trace.wrapSpanContext({ traceId, spanId: "00f067aa0ba902b7", traceFlags });
    return opentelemetry.context.with(opentelemetry.trace.setSpan(opentelemetry.context.active(), span), run);
  };

  it("tells the trace, if that is kept", () => {
    const { signals } = collector({ exemplars: { opentelemetry } });
    expect(signals.activeTraceId()).toBeUndefined();
    expect(inSpan(ID, 1, () => signals.activeTraceId())).toBe(ID);
    expect(inSpan(ID, 0, () => signals.activeTraceId())).toBeUndefined();
    expect(inSpan("0".repeat(32), 1, () => signals.activeTraceId())).toBeUndefined();
    expect(inSpan(ID, 1, () => collector().signals.activeTraceId())).toBeUndefined();
  });

  it.each([
    ["is asked before the headers", 1, OTHER],
    ["leaves it to the headers where it is not kept", 0, ID],
  ])("%s, when the request arrives", async (_what, traceFlags, expected) => {
    const { signals } = collector({ exemplars: { opentelemetry } });
    const server = createServer((_request, response) => response.end());
    // Instrumentation opens its span around all listeners.
    const emit = server.emit.bind(server) as (...args: unknown[]) => boolean;
    server.emit = (...args: unknown[]) => inSpan(OTHER, traceFlags, () => emit(...args));
    observeServer(server, signals);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const headers = { traceparent: `00-${ID}-00f067aa0ba902b7-01` };
    const [response] = (await once(get({ port, host: "127.0.0.1", headers, agent: false }), "response")) as [
      NodeJS.ReadableStream,
    ];
    response.resume();
    await once(response, "close");
    server.close();
    await expect.poll(() => examples(signals)).toEqual({ 0.1: expected });
  });

  it("that throws is a fault, and the request counts", async () => {
    const broken = {
      trace: {
        getActiveSpan: () => {
          throw new Error("no context");
        },
      },
    };
    const { signals } = collector({ exemplars: { opentelemetry: broken } });
    expect(signals.activeTraceId()).toBeUndefined();
    expect(await samples(signals, "nines_rejected_values_total")).toEqual({ 'reason="fault"': 1 });
  });
});
