/** An incident from its alert to its figures, and what it cost: `node --import tsx examples/incident/main.ts` */
import { chargeIncidents, ErrorBudgetManager, IncidentManager } from "nines";
import { ManualClock } from "nines/testing";

const MINUTE = 60_000;
const clock = new ManualClock(Date.UTC(2026, 2, 20, 12));
const time = (at: number): string => new Date(at).toISOString().slice(11, 16);

const budget = new ErrorBudgetManager({ objective: "99.9%", window: "30d", spentIn: "violations", clock });
const incidents = new IncidentManager({ clock });
chargeIncidents(incidents, { budgets: ({ services }) => (services.includes("checkout") ? [budget] : []) });

const { id } = await incidents.createIncident({
  title: "checkout fails",
  severity: "SEV2",
  services: ["checkout"],
  startedAt: clock.now() - 3 * MINUTE,
  by: "monitoring",
});
clock.advance(2 * MINUTE);
await incidents.acknowledge(id, { by: "ann" });
await incidents.assumeRole(id, { role: "commander", person: "ann", by: "ann" });
clock.advance(4 * MINUTE);
await incidents.changeSeverity(id, { to: "SEV1", reason: "nobody can pay", by: "ann" });
await incidents.changeStatus(id, { to: "identified", message: "the release of 11:50", by: "bob" });
await incidents.addUpdate(id, { message: "we roll it back", audience: "public", by: "ann" });
clock.advance(5 * MINUTE);
await incidents.changeStatus(id, { to: "monitoring", by: "bob" });
clock.advance(6 * MINUTE);
await incidents.resolve(id, { message: "rolled back", by: "ann" });
await incidents.setRootCause(id, { rootCause: "a migration that locks a table", by: "bob" });

try {
  await incidents.changeStatus(id, { to: "monitoring", by: "bob" });
} catch (error) {
  console.log(error instanceof Error ? `${error.message.slice(0, 75)}...` : error);
}

for (const { at, by, type } of await incidents.timeline(id)) console.log(`   ${time(at)} ${type} by ${by}`);

const { mttd, mtta, mttr, severities } = await incidents.metrics({
  from: clock.now() - 60 * MINUTE,
  until: clock.now(),
});
for (const [name, figure] of Object.entries({ mttd, mtta, mttr })) {
  console.log(`${name} ${figure.state === "value" ? `${String(figure.medianMs / MINUTE)} min` : figure.state}`);
}
for (const { name, totalMs } of severities) console.log(`${name} for ${String(totalMs / MINUTE)} min`);

const status = budget.status();
if (status.state === "measured")
  console.log(`${(status.consumedRatio * 100).toFixed(1)}% of the error budget is consumed`);
