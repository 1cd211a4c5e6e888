import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { Counter, Registry, Summary, collectDefaultMetrics } from "prom-client";
import { afterAll, beforeAll, expect, it } from "vitest";

import { nodeProcessProbe } from "../../src/adapters/process/index.ts";
import { metricsHandler, observeServer } from "../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { type RunningPrometheus, startPrometheus } from "../support/prometheus.ts";
import { describeWithService } from "../support/services.ts";
import { expositionText } from "./reading.ts";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";

describeWithService(["prometheus"], "a real Prometheus that keeps exemplars", ({ prometheus = "" }) => {
  const asked: { accept: string | undefined; encoding: string | string[] | undefined; sent: unknown }[] = [];
  let signals: GoldenSignalsCollector;
  let server: Server;
  let scraper: RunningPrometheus;

  beforeAll(async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    new Counter({ name: "jobs_total", help: 'The "jobs".\nIn two lines.', registers: [registry] }).inc();
    new Summary({ name: "age_seconds", help: "x", registers: [registry] }).observe(1);
    signals = new GoldenSignalsCollector({
      ...{ registry, probe: nodeProcessProbe(), exemplars: true, labels: { plan: 3 } },
    });
    const metrics = metricsHandler(signals);
    server = createServer((request, response) => {
      if (request.url !== "/metrics") return void response.end("hello");
      response.on("finish", () => {
        const { accept, "accept-encoding": encoding } = request.headers;
        asked.push({ accept, encoding, sent: response.getHeaders() });
      });
      metrics(request, response);
    });
    observeServer(server, signals, { route: ({ url }) => url, labels: () => ({ plan: 'a"b\\c\n' }) });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const target = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const headers = { traceparent: `00-${ID}-00f067aa0ba902b7-01` };
    await (await fetch(`http://${target}/cart`, { headers })).text();
    signals.recorder({ operation: "mail" }).record(0.1);
    await (await signals.wrapFetch(fetch)(`http://${target}/other`)).text();
    signals.record({ method: "", route: "/", statusCode: Number.NaN, durationSeconds: 0 });

    scraper = await startPrometheus(prometheus, target, ["--enable-feature=exemplar-storage"]);
  }, 30_000);

  afterAll(async () => {
    await scraper.stop();
    server.closeAllConnections();
    server.close();
    signals.close();
  });

  const ask = async (path: string): Promise<unknown> => {
    const { data } = (await (await fetch(`${scraper.api}/${path}`)).json()) as { data: unknown };
    return data;
  };

  it("asks for OpenMetrics by itself, packed, and has nothing to say against any metric", async () => {
    interface Target {
      readonly health: string;
      readonly lastError: string;
    }
    const targets = async (): Promise<Target[]> =>
      ((await ask("targets").catch(() => ({ activeTargets: [] }))) as { activeTargets: Target[] }).activeTargets;
    await expect
      .poll(async () => (await targets())[0]?.health, { timeout: 15_000, interval: 250 })
      .not.toSatisfy((health) => health === undefined || health === "unknown");
    expect((await targets()).map(({ health, lastError }) => ({ health, lastError }))).toEqual([
      { health: "up", lastError: "" },
    ]);
    expect(asked[0]?.accept).toContain("application/openmetrics-text");
    expect(asked[0]?.sent).toMatchObject({
      "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
      "content-encoding": "gzip",
    });
    const names = async (): Promise<string[]> => (await ask("label/__name__/values")) as string[];
    expect(await names()).toEqual(
      expect.arrayContaining(["http_requests_total", "jobs_total", "age_seconds", "process_cpu_seconds_total"]),
    );
    const text = await expositionText(signals, "openmetrics");
    const families = [...text.matchAll(/^# TYPE (\w+) \w+\n\1/gm)].map(([, name = ""]) => name);
    expect(families.length).toBeGreaterThan(30);
    // One that was there at no scrape yet (the first collection of garbage, say) is there at the next.
    const missing = async (): Promise<string[]> => {
      const known = await names();
      return families.filter((family) => !known.some((name) => name.startsWith(family)));
    };
    await expect.poll(missing, { timeout: 10_000, interval: 250 }).toEqual([]);
  }, 30_000);

  it("leads from a bucket to the trace", async () => {
    const query = encodeURIComponent('http_request_duration_seconds_bucket{route="/cart"}');
    const now = Date.now() / 1_000;
    const exemplars = (): Promise<unknown> =>
      ask(`query_exemplars?query=${query}&start=${String(now - 600)}&end=${String(now + 600)}`);
    await expect.poll(exemplars, { timeout: 10_000, interval: 250 }).toMatchObject([
      {
        seriesLabels: { __name__: "http_request_duration_seconds_bucket", route: "/cart", plan: 'a"b\\c\ufffd' },
        exemplars: [{ labels: { trace_id: ID } }],
      },
    ]);
  }, 15_000);
});
