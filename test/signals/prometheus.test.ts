import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import express from "express";
import { afterAll, beforeAll, expect, it } from "vitest";

import { goldenSignals, metricsHandler } from "../../src/http/express.ts";
import { Reliability } from "../../src/reliability.ts";
import { type RunningPrometheus, startPrometheus } from "../support/prometheus.ts";
import { describeWithService } from "../support/services.ts";

const DOCUMENT = `
service_level_objectives:
  shop:
    availability: { target: 99%, measurement_window: 30d }
    latency: { target: 95%, threshold: 120ms, measurement_window: 30d }
    throughput: { target: 1, measurement_window: 1h }
`;

describeWithService(["prometheus", "promtool"], "a real Prometheus and a service with SLOs", (paths) => {
  const { prometheus = "", promtool = "" } = paths;
  let reliability: Reliability;
  let server: Server;
  let url = "";
  let scraper: RunningPrometheus;

  beforeAll(async () => {
    reliability = await Reliability.open({ document: DOCUMENT, evaluateEverySeconds: 0 });
    const app = express();
    app.use(goldenSignals(reliability));
    app.get("/metrics", metricsHandler(reliability));
    app.get("/items/:id", (request, response) => {
      response.status(request.params.id === "7" ? 500 : 200).send("item");
    });
    server = createServer(app).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    for (let id = 0; id < 50; id += 1) await (await fetch(`${url}/items/${String(id)}`)).text();

    scraper = await startPrometheus(prometheus, url.replace("http://", ""));
  }, 30_000);

  afterAll(async () => {
    await scraper.stop();
    server.closeAllConnections();
    server.close();
    await reliability.close();
  });

  it("promtool's check metrics has nothing to say about the endpoint", async () => {
    const input = await (await fetch(`${url}/metrics`)).text();
    const { status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"], { input, encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("is scraped, and its counts, buckets and budgets arrive", async () => {
    const query = async (expression: string): Promise<number> => {
      const answer = await fetch(`${scraper.api}/query?query=${encodeURIComponent(expression)}`);
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
      return Number(data.result[0]?.value[1]);
    };
    await expect.poll(() => query('up{job="shop"}').catch(() => 0), { timeout: 15_000, interval: 250 }).toBe(1);
    expect(await query('sum(http_requests_total{route="/items/:id"})')).toBe(50);
    expect(await query('http_request_errors_total{route="/items/:id",class="server_error"}')).toBe(1);
    expect(await query('sum(http_request_duration_seconds_bucket{route="/items/:id",le="10"})')).toBe(50);
    // The threshold of the latency SLO has a bucket of its own.
    expect(await query('count(http_request_duration_seconds_bucket{le="0.12"})')).toBeGreaterThan(0);
    expect(await query('slo_objective_ratio{slo="availability"}')).toBe(0.99);
    const sli = await query('slo_sli_ratio{slo="availability"}');
    expect(sli).toBeGreaterThanOrEqual(49 / 50);
    expect(sli).toBeLessThan(1);
    const own = (await reliability.status()).services[0]?.slos[0]?.budget;
    expect(own?.state === "measured" && own.bad).toBe(1);
  }, 20_000);
});
