import { expect, onTestFinished, test } from "vitest";

import type { BurnChange } from "../../src/budget/alerting.ts";
import { Reliability } from "../../src/reliability.ts";

/** The tiers that are told of when half of 200 requests fail. */
async function tiersTold(alerting: object): Promise<readonly string[]> {
  const slo = { target: "99.9%", measurement_window: "30d", alerting };
  const reliability = await Reliability.open({
    document: { service_level_objectives: { shop: { availability: slo } } },
    evaluateEverySeconds: 0,
  });
  onTestFinished(() => reliability.close());
  const told: BurnChange[] = [];
  reliability.on("burnStarted", (change) => void told.push(change));
  for (let count = 0; count < 200; count += 1) {
    const statusCode = count % 2 === 0 ? 500 : 200;
    reliability.signals.record({ method: "GET", route: "/cart", statusCode, durationSeconds: 0.01 });
  }
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
