/** Who is on call over a change of the clocks, and an escalation: `node --import tsx examples/on-call/main.ts` */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { EscalationPlanner, EscalationWork, IncidentManager, parseOnCallDocument } from "nines";
import { ManualClock } from "nines/testing";

const file = join(import.meta.dirname, "on-call.yaml");
const document = parseOnCallDocument(await readFile(file, "utf8"), { file });

const inBerlin = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Berlin",
  dateStyle: "short",
  timeStyle: "short",
});
for (const schedule of document.schedules) {
  console.log(schedule.name);
  const range = { start: Date.parse("2026-02-26T00:00Z"), end: Date.parse("2026-04-06T07:00Z") };
  for (const { person = "nobody", from, until } of schedule.shifts(range)) {
    console.log(`   from ${inBerlin.format(from)} for ${String((until - from) / 3_600_000)} h: ${person}`);
  }
}

const clock = new ManualClock(Date.parse("2026-03-28T19:55+01:00"));
const planner = new EscalationPlanner(document);
const incidents = new IncidentManager({ planner, clock });
const work = new EscalationWork({ incidents, planner });
incidents.on("escalated", ({ incident, event }) => {
  console.log(`   ${inBerlin.format(event.at)} ${incident.id} ${event.message}`);
});

console.log("checkout fails, and nobody acknowledges for half an hour");
const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV1", by: "hook" });
await incidents.createIncident({ title: "the page is slow", severity: "SEV3", by: "hook" });
for (let minutes = 0; minutes < 60; minutes += 5) {
  clock.advance(5 * 60_000);
  // An IncidentWorker does this in a service.
  for (const due of await incidents.due()) await work.attend(await incidents.get(due), { at: clock.now() });
  if (minutes === 30) await incidents.acknowledge(id, { by: "bob" });
}
const { acknowledgedBy, escalation } = await incidents.get(id);
console.log(
  `${id}: ${acknowledgedBy ?? "nobody"} is on it; ${escalation === undefined ? "nobody else is told" : "goes on"}`,
);
