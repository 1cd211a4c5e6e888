import { once } from "node:events";
import { createServer, request, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

import express from "express";
import { Counter, Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import * as onExpress from "../../src/http/express.ts";
import { metricsHandler, statusHandler } from "../../src/http/node.ts";
import { Reliability } from "../../src/reliability.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { expositionText } from "../signals/reading.ts";

const PLAIN = "text/plain; version=0.0.4; charset=utf-8";
const OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const ID = "a".repeat(32);

/** What scrapers send. */
const PROMETHEUS_2 =
  "application/openmetrics-text;version=1.0.0;q=0.75,application/openmetrics-text;version=0.0.1;q=0.5," +
  "text/plain;version=0.0.4;q=0.25,*/*;q=0.1";
const PROMETHEUS_3 =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6," +
  "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4," +
  "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
const WITH_PROTOBUF =
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7," + PROMETHEUS_3;

let server: Server;
let signals: GoldenSignalsCollector;
let port = 0;

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function ask(headers: Record<string, string> = {}, method = "GET"): Promise<Reply> {
  const asked = request({ port, host: "127.0.0.1", method, headers, agent: false });
  asked.end();
  const [response] = (await once(asked, "response")) as [
    NodeJS.ReadableStream & { statusCode: number; headers: object },
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers as IncomingHttpHeaders, body: Buffer.concat(chunks) };
}

async function serve(listener: Parameters<typeof createServer>[1], maxHeaderSize = 16_384): Promise<void> {
  server = createServer({ maxHeaderSize }, listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
}

function collector(registry = new Registry()): GoldenSignalsCollector {
  signals = new GoldenSignalsCollector({ exemplars: true, registry });
  signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0.2, traceId: ID });
  return signals;
}

beforeEach(() => {
  collector();
});

afterEach(() => {
  signals.close();
  server.closeAllConnections();
  server.close();
});

describe("the format of a scrape", () => {
  it.each<[string, string | undefined, string]>([
    ["Prometheus 2", PROMETHEUS_2, OPEN],
    ["Prometheus 3", PROMETHEUS_3, OPEN],
    ["a Prometheus that reads protobuf too", WITH_PROTOBUF, OPEN],
    ["curl", "*/*", PLAIN],
    ["nobody in particular", undefined, PLAIN],
    ["a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", PLAIN],
    ["who wants text", "text/plain", PLAIN],
    ["who wants OpenMetrics", "application/openmetrics-text", OPEN],
    ["who shouts", "APPLICATION/OPENMETRICS-TEXT; Q=1", OPEN],
    ["who likes both alike", "application/openmetrics-text;q=0.5,text/plain;q=0.5", PLAIN],
    ["who likes text better", "application/openmetrics-text;q=0.4,text/plain", PLAIN],
    ["who likes OpenMetrics better, with blanks", " text/plain ; q=0.4 , application/openmetrics-text ; q=0.5", OPEN],
    ["who refuses OpenMetrics", "application/openmetrics-text;q=0,*/*", PLAIN],
    ["who refuses text", "text/plain;q=0,application/openmetrics-text;q=0.1", OPEN],
    ["who refuses both", "text/plain;q=0,application/openmetrics-text;q=0", PLAIN],
    ["who wants a picture", "image/png", PLAIN],
    ["who has odd weights", "application/openmetrics-text;q=2,text/plain;q=nope", PLAIN],
    ["who has no sense", ";;,q=,,=;/*;q", PLAIN],
  ])("is that which %s accepts", async (_who, accept, expected) => {
    await serve(metricsHandler(signals));
    const { status, headers, body } = await ask(accept === undefined ? {} : { accept });
    expect([status, headers["content-type"]]).toEqual([200, expected]);
    expect(body.toString().endsWith("# EOF\n")).toBe(expected === OPEN);
    expect(body.toString().includes(ID)).toBe(expected === OPEN);
    expect(headers).toMatchObject({
      vary: "Accept, Accept-Encoding",
      "cache-control": "no-store",
      "content-length": String(body.length),
    });
  });

  it("is the registry's own where no other is asked for", async () => {
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    signals.close();
    await serve(metricsHandler(collector(registry)));
    const types = await Promise.all([{}, { accept: "*/*" }, { accept: "text/plain" }].map((headers) => ask(headers)));
    expect(types.map(({ headers }) => headers["content-type"])).toEqual([OPEN, OPEN, PLAIN]);
  });

  it("changes with each scraper of one registry, with others' counters on it, one after the other and at once", async () => {
    const registry = new Registry();
    new Counter({ name: "jobs_total", help: "x", registers: [registry] }).inc();
    signals.close();
    await serve(metricsHandler(collector(registry)));
    const both = (): Promise<Reply[]> =>
      Promise.all([PROMETHEUS_2, "text/plain", PROMETHEUS_3, "*/*"].map((accept) => ask({ accept })));
    for (const replies of [await both(), await both()]) {
      const texts = replies.map(({ body }) => body.toString());
      expect(texts[0]).toBe(texts[2]);
      expect(texts[1]).toBe(texts[3]);
      expect(texts[0]).toMatch(/^# TYPE jobs counter\njobs_total 1$/m);
      expect(texts[1]).toMatch(/^# TYPE jobs_total counter\njobs_total 1$/m);
    }
  });

  it("does not depend on headers of 100 KB, and is not slow to say so", async () => {
    await serve(metricsHandler(signals), 1_000_000);
    const long = "application/openmetrics-text,".repeat(4_000);
    const { status, headers } = await ask({ accept: long, "accept-encoding": "gzip,".repeat(20_000) });
    expect([status, headers["content-type"], headers["content-encoding"]]).toEqual([200, PLAIN, undefined]);
  });
});

describe("the packing of a scrape", () => {
  it.each<[string, string | undefined, boolean]>([
    ["gzip", "gzip", true],
    ["what browsers accept", "gzip, deflate, br, zstd", true],
    ["anything", "*", true],
    ["gzip at last", "br;q=1.0, gzip;q=0.1", true],
    ["in capitals", "GZIP", true],
    ["nothing said", undefined, false],
    ["nothing at all", "", false],
    ["identity", "identity", false],
    ["anything but gzip", "gzip;q=0, *", false],
    ["nothing packed", "*;q=0", false],
    ["gzip of no weight", "gzip;q=", false],
    ["another one", "br", false],
    ["one that only begins alike", "gzipped", false],
  ])("follows %s", async (_what, accepted, packed) => {
    await serve(metricsHandler(signals));
    const plain = await ask();
    const { headers, body } = await ask(accepted === undefined ? {} : { "accept-encoding": accepted });
    expect(headers["content-encoding"]).toBe(packed ? "gzip" : undefined);
    expect(headers["content-length"]).toBe(String(body.length));
    expect((packed ? gunzipSync(body) : body).equals(plain.body)).toBe(true);
    if (packed) expect(body.length).toBeLessThan(plain.body.length / 2);
  });

  it("is left where there is little to pack", async () => {
    await serve(metricsHandler({ metrics: () => Promise.resolve("up 1\n"), contentType: PLAIN }));
    const { headers, body } = await ask({ "accept-encoding": "gzip" });
    expect([headers["content-encoding"], body.toString()]).toEqual([undefined, "up 1\n"]);
  });

  it("keeps every letter of every script", async () => {
    for (let index = 0; index < 3_000; index += 1) {
      signals.record({ method: "GET", route: `/größe/😀/${String(index)}`, statusCode: 200, durationSeconds: 0 });
    }
    await serve(metricsHandler(signals));
    const { body } = await ask({ "accept-encoding": "gzip", accept: PROMETHEUS_3 });
    expect(gunzipSync(body).toString()).toBe(await expositionText(signals, "openmetrics"));
  });
});

describe("the endpoints", () => {
  it.each([{}, { "accept-encoding": "gzip" }])("answer HEAD as GET, without the body: %j", async (headers) => {
    await serve(metricsHandler(signals));
    const [head, whole] = [await ask(headers, "HEAD"), await ask(headers)];
    expect(head.body.length).toBe(0);
    // Node leaves the length out, as it may; the date may be another.
    const { date: _date, "content-length": _length, ...rest } = whole.headers;
    expect(head.headers).toMatchObject(rest);
    expect([head.status, whole.status, whole.body.length > 500]).toEqual([200, 200, true]);
  });

  it("negotiate on Express too", async () => {
    const app = express();
    app.get("/", onExpress.metricsHandler(signals));
    await serve(app);
    const { headers, body } = await ask({ accept: PROMETHEUS_3, "accept-encoding": "gzip" });
    expect(headers).toMatchObject({ "content-type": OPEN, "content-encoding": "gzip" });
    expect(gunzipSync(body).toString().endsWith("# EOF\n")).toBe(true);
    const head = await ask({}, "HEAD");
    expect(head.headers["content-type"]).toBe(PLAIN);
  });

  it("take a Reliability, which has budgets to tell in either format", async () => {
    const reliability = await Reliability.open({
      document: { service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "1h" } } } },
      evaluateEverySeconds: 0,
    });
    await serve(metricsHandler(reliability));
    for (const accept of [PROMETHEUS_3, "text/plain"]) {
      expect((await ask({ accept })).body.toString()).toMatch(/^slo_objective_ratio\{.*\} 0.99$/m);
    }
    await reliability.close();
  });

  it.each<[string, () => Promise<unknown>]>([
    ["rejects", () => Promise.reject(new Error("disk full"))],
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
  ])("answer 500 in a line where the metrics or the status %s", async (_what, fail) => {
    await serve(metricsHandler({ metrics: fail as () => Promise<string>, contentType: PLAIN }));
    const metrics = await ask({ "accept-encoding": "gzip" });
    expect([metrics.status, metrics.body.toString()]).toEqual([500, "the metrics could not be rendered: disk full\n"]);
    server.close();
    await serve(statusHandler({ status: fail }));
    const { status, body } = await ask();
    expect([status, body.toString()]).toEqual([500, "the status could not be told: disk full\n"]);
  });
});
