/** What a service will need, from a month of samples and three load tests: `node --import tsx examples/capacity/main.ts` */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CapacityPlanner, capacitySvg, readK6Summary, replicaCapacity, seededRandom } from "nines";
import { ManualClock } from "nines/testing";

const HOUR = 3_600_000;
const clock = new ManualClock(Date.UTC(2026, 2, 31));

// Thirty days of hours, as a monitor would have them: busy by day, quiet at weekends, and a little more every day.
const random = seededRandom("checkout");
const noise = (): number => random.next() + random.next() - 1;
const samples = Array.from({ length: 30 * 24 }, (_, hour) => {
  const timestamp = clock.now() - (30 * 24 - hour) * HOUR;
  const days = hour / 24;
  const ofDay = 1 + 0.4 * Math.sin((((hour % 24) - 9) / 24) * 2 * Math.PI);
  const ofWeek = [0, 6].includes(new Date(timestamp).getUTCDay()) ? 0.7 : 1;
  const requestRate = (700 + 8 * days) * ofDay * ofWeek * (1 + 0.03 * noise());
  const cpu = 0.06 + requestRate / 2_400 + 0.01 * noise();
  return { timestamp, requestRate, cpu, memory: 0.55 + 0.02 * noise(), disk: 310 + 3.1 * days + 2 * noise() };
});

// What two replicas carried in three load tests, each with one rate: the file of `k6 run --summary-export`.
const run = (rate: number, p95: number): object => ({
  metrics: {
    http_reqs: { count: rate * 60, rate },
    http_req_failed: { passes: 0, fails: rate * 60, value: 0 },
    http_req_duration: { avg: p95 / 3, med: p95 / 4, max: p95 * 4, "p(90)": p95 * 0.8, "p(95)": p95 },
  },
});
const runs = [run(300, 60), run(500, 110), run(700, 620)].map((summary) => readK6Summary(summary));
const capacity = replicaCapacity(runs, { replicas: 2, latency: { percentile: 95, limitMs: 250 } });
console.log(`a replica carries ${String(capacity.requestsPerSecond)}/s (${capacity.bound})`);
console.log(`   ${capacity.reason}`);

const planner = new CapacityPlanner({
  clock,
  services: {
    checkout: {
      leadDays: 21,
      metrics: {
        cpu: { unit: "ratio", limit: 0.8, cap: 1, sharedByReplicas: true },
        memory: { unit: "ratio", limit: 0.85, cap: 1 },
        disk: { unit: "GB", limit: 450, costPerUnit: 0.12 },
        requestRate: { unit: "requests/s" },
      },
      serving: { current: 6, capacityPerReplica: capacity.requestsPerSecond, costPerReplica: 70 },
    },
  },
});

console.log("growth");
for (const [metric, trend] of Object.entries(planner.analyzeGrowthTrends("checkout", samples).metrics)) {
  if (trend.state !== "trend") continue;
  const { mean, lower, upper } = trend.perDay;
  const [perDay, from, to] = [mean, lower, upper].map((value) => String(Number(value.toPrecision(3))));
  const seasons = trend.seasons.length === 0 ? "no seasons" : `seasons of ${trend.seasons.join(" and ")}`;
  console.log(`   ${metric} ${trend.direction}: ${perDay} a day (${from} to ${to}), ${seasons}`);
}

console.log("needs of the next 30 days");
const needs = planner.predictCapacityNeeds("checkout", { daysAhead: 30 });
for (const { metric, forecast, peak } of Object.values(needs.metrics)) {
  if (forecast.state !== "forecast" || peak === undefined) continue;
  const [mean, upper] = [peak.mean, peak.upper].map((value) => String(Number(value.toPrecision(3))));
  const chosen = forecast.backtest.models.filter(({ weight }) => weight > 0).map(({ name }) => name);
  console.log(`   ${metric}: ${mean} at the peak, at most ${upper}, by ${chosen.join(" + ")}`);
}

console.log("advice");
for (const { urgency, summary, risk, serving, warnings } of planner.generateScalingRecommendations("checkout")) {
  console.log(`   ${urgency}: ${summary}`);
  const idle = risk?.idleCostPerMonth ?? serving?.idleCostPerMonth;
  if (idle !== undefined) console.log(`      if the mean comes true, ${idle.toFixed(2)} a month are idle`);
  for (const warning of warnings) console.log(`      ${warning}`);
}

const { disk } = needs.metrics;
if (disk === undefined) throw new Error("there is no disk");
const picture = join(await mkdtemp(join(tmpdir(), "capacity-")), "disk.svg");
await writeFile(picture, capacitySvg(disk.chart));
console.log("a picture of the disk is in disk.svg");
