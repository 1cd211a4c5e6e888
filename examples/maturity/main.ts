/** How mature is it, and what comes next? `node --import tsx examples/maturity/main.ts [page.html]` */
import { writeFile } from "node:fs/promises";

import {
  ConservativePolicy,
  generateRules,
  IncidentManager,
  MaturityModel,
  maturityPage,
  maturityTable,
  parseMaturityAnswers,
  parseSloDocument,
  PolicyEngine,
  PostmortemGenerator,
  RunbookExecutor,
} from "nines";
import { ManualClock } from "nines/testing";

const DAY = 86_400_000;
const clock = new ManualClock(Date.UTC(2026, 0, 12));

const slos = parseSloDocument(`
  service_level_objectives:
    checkout:
      availability: { target: 99.9%, measurement_window: 30d }
      latency: { target: 99%, measurement_window: 30d, threshold: 300ms }
    search:
      availability: { target: 99.5%, measurement_window: 30d }
`);
const incidents = new IncidentManager({ clock });
const runbooks = new RunbookExecutor({ clock });
const postmortems = new PostmortemGenerator({ incidents, clock });
const written: Awaited<ReturnType<typeof postmortems.generate>>[] = [];

const model = new MaturityModel({
  sources: {
    services: ["checkout", "search", "mail"],
    ...{ slos, incidents, runbooks },
    rules: generateRules(slos),
    postmortems: async () => written,
    policies: new PolicyEngine({ services: { checkout: new ConservativePolicy({ name: "checkout" }) } }),
  },
  answers: parseMaturityAnswers(`
    maturity_answers:
      by: ann
      at: 2026-01-05
      toil: { hours: 23, of: 40 }
      answers:
        golden_signals: yes
        dashboards: yes
        on_call: { answer: partly, note: nobody on Sundays }
        release_pipeline: yes
        restores: yes
        runbook_coverage: yes
        blameless: yes
  `),
  clock,
});
const { level, whole } = await model.record();
console.log(`January: level ${String(level)}, score ${String(whole.score)}`);

// Two months later alerts have a runbook, and an incident was handled as it should be.
clock.advance(60 * DAY);
runbooks.registerRunbook("ErrorBudgetBurn", [
  { name: "look", actions: ["Which release was the last one?"] },
  { name: "take_back", action: async () => undefined, approval: true },
]);
const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV1", by: "pager" });
clock.advance(240_000);
await incidents.acknowledge(id, { by: "ann" });
await incidents.assumeRole(id, { role: "commander", person: "ann", by: "ann" });
clock.advance(1_800_000);
await incidents.resolve(id, { by: "ann" });
written.push(await postmortems.generate(id, { authors: ["ann"] }));

clock.advance(DAY);
const report = await model.record();
console.log(maturityTable(report, { criteria: false }));
for (const { id: name, state, text } of report.criteria) {
  if (name === "steps_automated" || name === "acknowledged") console.log(`${name} is ${state}: ${text}`);
}
const [file] = process.argv.slice(2);
if (file !== undefined) await writeFile(file, await maturityPage(report, { history: await model.history() }));
