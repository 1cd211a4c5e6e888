import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { programOf } from "../support/program.ts";
import { cleanEnvironment, runNode } from "../support/spawn.ts";

const SERIES = [
  // Buckets are those of each process, added: 1 + 2 + 3 quick requests, and one of 0.5 s that failed in each.
  ['http_request_duration_seconds_bucket{le="0.1",method="GET",route="/",code="200"}', 6],
  ['http_request_duration_seconds_bucket{le="1",method="GET",route="/",code="200"}', 6],
  ['http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/",code="200"}', 6],
  ['http_request_duration_seconds_sum{method="GET",route="/",code="200"}', 0.375],
  ['http_request_duration_seconds_count{method="GET",route="/",code="200"}', 6],
  ['http_request_duration_seconds_bucket{le="0.1",method="GET",route="/",code="500"}', 0],
  ['http_request_duration_seconds_bucket{le="1",method="GET",route="/",code="500"}', 3],
  ['http_request_duration_seconds_sum{method="GET",route="/",code="500"}', 1.5],
  ['http_request_duration_seconds_count{method="GET",route="/only/2",code="200"}', 1],
  ['http_requests_total{method="GET",route="/",code="200"}', 6],
  ['http_requests_total{method="GET",route="/",code="500"}', 3],
  ['http_requests_total{method="GET",route="/only/1",code="200"}', 1],
  ['http_requests_total{method="GET",route="/only/3",code="200"}', 1],
  ['http_request_errors_total{method="GET",route="/",class="server_error"}', 3],
  ["http_requests_in_flight", 6],
  ["http_open_connections", 60],
  ['service_saturation_ratio{resource="db_pool"}', 0.75],
  ['service_saturation_ratio{resource="memory"}', 0.3],
  ["service_cpu_seconds_total", 6],
  ["service_memory_bytes", 600],
  ["service_heap_used_bytes", 60],
  ["service_event_loop_active_seconds_total", 6],
  ['service_event_loop_delay_seconds{stat="p99"}', 0.03],
  ['service_event_loop_delay_seconds{stat="max"}', 0.3],
  ["nines_series_overflow_total", 0],
] as const;

describe.each([
  ["the workers of a cluster, which the primary asks", () => [programOf("test/signals/aggregation-cluster.ts")]],
  // A thread is begun from the file itself.
  [
    "worker threads, which post what they have",
    () => ["--import", "tsx", join("test", "signals", "aggregation-threads.ts")],
  ],
])("%s", (_title, args) => {
  it("have the right totals: counts add up, saturation is that of the fullest", async () => {
    const child = await runNode(args(), { env: cleanEnvironment() });
    expect({ code: child.code, stderr: child.stderr }).toEqual({ code: 0, stderr: "" });
    const totals = new Map<string, number>();
    for (const line of child.stdout.split("\n").filter((text) => /^[a-z]/.test(text))) {
      const [series, value] = [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))];
      expect(totals.has(inOrder(series)), `${series} is there twice`).toBe(false);
      totals.set(inOrder(series), value);
    }
    expect(SERIES.map(([series]) => [series, totals.get(inOrder(series))])).toEqual(SERIES);
  }, 60_000);
});

/** A series with its labels in the order of the alphabet; which one comes first means nothing. */
function inOrder(series: string): string {
  return series.replace(/\{(.*)\}$/, (_all, labels: string) => `{${labels.split(",").sort().join(",")}}`);
}
