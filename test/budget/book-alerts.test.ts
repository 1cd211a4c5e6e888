import { expect, onTestFinished, test } from "vitest";

import { type BurnChange, minimumFailuresOf } from "../../src/budget/alerting.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { Reliability } from "../../src/reliability.ts";

/** The tiers that are told of when half of 200 requests fail. */
async function tiersTold(alerting: object): Promise<readonly string[]> {
  const clock = new ManualClock();
  const slo = { target: "99.9%", measurement_window: "30d", alerting };
  const reliability = await Reliability.open({
    document: { service_level_objectives: { shop: { availability: slo } } },
    clock,
    evaluateEverySeconds: 0,
  });
  onTestFinished(() => reliability.close());
  const told: BurnChange[] = [];
  reliability.on("burnStarted", (change) => void told.push(change));
  for (let count = 0; count < 200; count += 1) {
    const statusCode = count % 2 === 0 ? 500 : 200;
    reliability.signals.record({ method: "GET", route: "/cart", statusCode, durationSeconds: 0.01 });
  }
  clock.advance(1_000);
  await reliability.evaluate();
  return told.map(({ tier }) => `${tier.severity} above ${String(tier.factor)}`);
}

const [PAGES, TICKETS] = [
  ["page above 14.4", "page above 6"],
  ["ticket above 3", "ticket above 1"],
];

test.each([
  ["nothing is said", {}, [...PAGES, ...TICKETS]],
  ["nobody is paged", { page: false }, TICKETS],
  ["there are no tickets", { ticket: false }, PAGES],
  ["one tier is off", { tiers: { ticket_slow: false } }, [...PAGES, "ticket above 3"]],
  ["one asks for more", { tiers: { page_fast: { factor: 700 } } }, ["page above 6", ...TICKETS]],
  ["more failures are asked for than there are", { minimum_failures: 101 }, []],
  ["as many are asked for as there are", { minimum_failures: 100 }, [...PAGES, ...TICKETS]],
])("a process tells of its budgets as the SLO's own alerts say: %s", async (_, alerting, expected) => {
  expect(await tiersTold(alerting)).toEqual(expected);
});

test("one bad slice of events is enough, and of events as many as the SLO says, or 5", () => {
  const of = minimumFailuresOf;
  expect(of({ kind: "availability", slices: { lengthMs: 60_000, empty: "ignored" } })).toBe(0);
  expect(of({ kind: "throughput", alerting: { minimumFailures: 7 } })).toBe(0);
  expect(of({ kind: "latency", alerting: { minimumFailures: 7 } })).toBe(7);
  expect([of({ kind: "error_rate" }), of({ kind: "error_rate", alerting: {} })]).toEqual([5, 5]);
});

test("no look-back of a throughput SLO is shorter than a slice, so that its alerts do not come and go with each", async () => {
  const clock = new ManualClock();
  const reliability = await Reliability.open({
    document: {
      service_level_objectives: { shop: { throughput: { target: 10, objective: "90%", measurement_window: "5m" } } },
    },
    clock,
    evaluateEverySeconds: 0,
  });
  onTestFinished(() => reliability.close());
  const told: BurnChange[] = [];
  reliability.on("burnStarted", (change) => void told.push(change));
  reliability.on("burnCleared", (change) => void told.push(change));
  for (let second = 0; second < 120; second += 1) {
    clock.advance(1_000);
    await reliability.evaluate();
  }
  expect(told.length).toBeGreaterThan(0);
  expect(told.every(({ tier }) => tier.shortMs >= 10_000)).toBe(true);
  expect(new Set(told.map(({ tier }) => tier.factor)).size).toBe(told.length);
});

test("the minimum of events is one of slices for a throughput SLO", async () => {
  const clock = new ManualClock();
  const slo = { target: 10, measurement_window: "1h", slice: "10s", minimum_events: 3 } as const;
  const reliability = await Reliability.open({
    document: { service_level_objectives: { shop: { throughput: slo } } },
    clock,
    evaluateEverySeconds: 0,
  });
  onTestFinished(() => reliability.close());
  const states: string[] = [];
  const reasons: (string | undefined)[] = [];
  for (let slice = 0; slice < 3; slice += 1) {
    clock.advance(10_000);
    const { services } = await reliability.evaluate();
    const budget = services[0]?.slos[0]?.budget;
    states.push(budget?.state ?? "");
    reasons.push(budget?.state === "measured" ? undefined : budget?.reason);
  }
  expect(reasons.slice(0, 2)).toEqual(
    [1, 2].map((slices) => `${String(slices)} of the 3 slices of 10 s that are needed to judge`),
  );
  expect(states).toEqual(["too_little_traffic", "too_little_traffic", "measured"]);
});
