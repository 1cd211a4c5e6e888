import { isDeepStrictEqual } from "node:util";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";
import { type Delivery, expectedIncidents, type ExpectedIncident, type ToldAlert } from "./support/alert-history.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "In whatever order alerts fire, end, and are delivered again or late: the incidents are those of a model.";

interface Size {
  readonly orders: number;
}

export const quick: Size = { orders: 150 };
export const full: Size = { orders: 100_000 };

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 10, 22, 10);
const REOPEN_WITHIN = 30;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const figures = { orders: 0, deliveries: 0, incidents: 0, reopened: 0, lateOrAgain: 0 };
  for (; figures.orders < size.orders; figures.orders += 1) {
    if (figures.orders % 5_000 === 0) log(`${String(figures.orders)} orders, ${String(figures.incidents)} incidents`);
    const deliveries = ordered(random);
    const expected = expectedIncidents(deliveries, REOPEN_WITHIN);
    const { found, unchanged } = await played(deliveries);
    if (!isDeepStrictEqual(byText(found), byText(expected))) {
      const told = JSON.stringify({ deliveries, found: byText(found), expected: byText(expected) }, null, 1);
      throw new Error(`order ${String(figures.orders)} of seed ${seed} is not as the model has it: ${told}`);
    }
    figures.deliveries += deliveries.length;
    figures.incidents += found.length;
    figures.lateOrAgain += unchanged;
    for (const { reopened } of found) figures.reopened += reopened;
  }
  if (figures.reopened === 0 || figures.lateOrAgain === 0) throw new Error("nothing came again: nothing was tried");
  return figures;
}

/** Lives of a few alerts, told in messages that are then repeated, held back and mixed. */
function ordered(random: Random): readonly Delivery[] {
  const groups = ["a", "b"].slice(0, random.integer(1, 2));
  const messages: { group: string; alerts: ToldAlert[] }[] = [];
  for (const group of groups) {
    for (let message = random.integer(1, 8); message > 0; message -= 1) {
      const alerts = Array.from({ length: random.integer(1, 3) }, () => told(random));
      messages.push({ group, alerts });
    }
  }
  const deliveries: Delivery[] = [];
  let at = 0;
  for (let left = random.integer(1, 2 * messages.length); left > 0; left -= 1) {
    at += random.pick([0, 1, 5, 20, 31, 200]);
    deliveries.push({ ...random.pick(messages), at });
  }
  return deliveries;
}

function told(random: Random): ToldAlert {
  return {
    name: random.pick(["x", "y", "z"]),
    start: random.integer(0, 2),
    status: random.next() < 0.5 ? "firing" : "resolved",
    summary: random.pick(["", "bad"]),
  };
}

async function played(
  deliveries: readonly Delivery[],
): Promise<{ readonly found: readonly ExpectedIncident[]; readonly unchanged: number }> {
  const clock = new ManualClock(BEGIN);
  const store = new MemoryIncidentStore();
  const receivers = [0, 1].map(() => {
    const incidents = new IncidentManager({ store, clock });
    const times = { holdMs: 0, reopenWithinMs: REOPEN_WITHIN * MINUTE, repeatAfterMs: Infinity };
    return { incidents, response: new AutomatedResponse({ incidents, clock, onResolved: "resolve", ...times }) };
  });
  let unchanged = 0;
  let at = 0;
  for (const [index, delivery] of deliveries.entries()) {
    clock.advance((delivery.at - at) * MINUTE);
    at = delivery.at;
    const { response } = receivers[index % 2] as (typeof receivers)[number];
    const { incidents } = await response.receive(messageOf(delivery));
    unchanged += incidents.filter(({ action }) => action === "unchanged").length;
  }
  const found: ExpectedIncident[] = [];
  const { incidents } = receivers[0] as (typeof receivers)[number];
  for await (const { id } of incidents.list()) {
    const { labels, alerts, firing, status, reopened } = await incidents.get(id);
    const texts = [...alerts.values()].map((alert): [string, string] => [
      `${String(alert.labels.instance)}@${String((alert.startsAt - BEGIN) / MINUTE)}`,
      `${alert.status} ${String(alert.annotations.summary)}`,
    ]);
    const open = status !== "resolved";
    found.push({ group: String(labels.group), alerts: new Map(texts), firing, open, reopened });
  }
  return { found, unchanged };
}

function messageOf({ group, alerts }: Delivery): object {
  return {
    version: "4",
    groupKey: `{}:{group="${group}"}`,
    receiver: "hook",
    groupLabels: { group },
    alerts: alerts.map(({ name, start, status, summary }) => ({
      status,
      labels: { alertname: "Slow", group, instance: name },
      annotations: { summary },
      startsAt: new Date(BEGIN + start * MINUTE).toISOString(),
      endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : new Date(BEGIN + (start + 1) * MINUTE).toISOString(),
    })),
  };
}

/** Without order: the list is by numbers, the model's by groups. */
function byText(incidents: readonly ExpectedIncident[]): readonly string[] {
  return incidents
    .map(({ alerts, ...rest }) => JSON.stringify({ ...rest, alerts: [...alerts].sort() }))
    .map((text) => JSON.stringify(Object.entries(JSON.parse(text) as object).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort();
}
