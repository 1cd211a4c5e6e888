/** What follows from a budget that burns: an incident, somebody who is told, a runbook that heals, and a postmortem. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import {
  alertOnBudgets,
  AutomatedResponse,
  IncidentManager,
  IncidentWorker,
  NotificationOutbox,
  NotificationPlan,
  OnCallSchedule,
  parseRunbook,
  PostmortemGenerator,
  type Reliability,
  RunbookExecutor,
} from "nines";
import { LocalCommandRunner } from "nines/command";

import { Course } from "./course.ts";
import { incidentLine, paint, runLine, say } from "./screen.ts";

/** What runs until it is closed. */
export interface Response {
  readonly incidents: IncidentManager;
  readonly runbooks: RunbookExecutor;
  /** Whether an incident was opened, and all are resolved. */
  isOver(): Promise<boolean>;
  /** How each incident went, in lines. */
  report(): Promise<string[]>;
  /** Writes a postmortem of each incident into `folder`; the paths of the files. */
  postmortems(folder: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Has alerts of `reliability` become incidents, heals the shop at `url` by a runbook, and has `person` say yes to it. */
export async function respondTo(
  reliability: Reliability,
  { url, person }: { url: string; person: string },
): Promise<Response> {
  const incidents = new IncidentManager({
    planner: new NotificationPlan({ rules: [{ on: ["opened", "reopened"], to: ["pager"] }] }),
  });
  const executor = new RunbookExecutor({
    runner: new LocalCommandRunner(),
    programs: ["node"],
    environment: { SHOP_URL: url },
    incidents,
  });
  executor.registerRunbook(
    "ErrorBudgetBurn",
    parseRunbook(await readFile(join(import.meta.dirname, "runbook.yaml"), "utf8")),
  );

  const primary = new OnCallSchedule({
    name: "primary",
    layers: [
      { name: "days", people: [person], handover: { every: "day", at: "09:00", zone: "UTC" }, startsAt: "2026-01-01" },
    ],
  });
  const response = new AutomatedResponse({
    incidents,
    runbooks: executor,
    routes: [{ match: { alertname: "ErrorBudgetBurn" }, severity: "SEV2" }],
    groupBy: ["service"],
    commander: { onCall: "primary" },
    schedules: [primary],
    onResolved: "resolve",
    holdMs: 2_000,
  });
  const stops = [alertOnBudgets(reliability, response), response.start()];

  const outbox = new NotificationOutbox({
    incidents,
    channels: {
      pager: {
        notify: async ({ incident }) => {
          say(paint("dim", `   -> the pager of ${person}: ${incident.id} ${incident.title}`));
          await Promise.resolve();
          setTimeout(() => void incidents.acknowledge(incident.id, { by: person }), 1_500);
        },
      },
    },
  });
  const worker = new IncidentWorker({ incidents, work: [outbox] });
  worker.start();

  incidents.on("created", ({ incident }) => say(incidentLine(incident, "opened")));
  incidents.on("acknowledged", ({ incident, event }) => say(incidentLine(incident, `acknowledged by ${event.by}`)));
  incidents.on("statusChanged", ({ incident, event }) => say(incidentLine(incident, event.to)));
  incidents.on("resolved", ({ incident }) => say(incidentLine(incident, "resolved")));
  executor.on("approvalRequested", ({ run, step }) => {
    say(runLine(run, `asks: ${step.approval?.message ?? step.name}`));
    const answer = { step: step.name, approved: true, by: person, reason: "the pool is stuck" };
    setTimeout(() => void executor.answer(run.id, answer), 3_000);
  });
  executor.on("approvalAnswered", ({ run, step }) => say(runLine(run, `${step.approval?.by ?? "nobody"} says yes`)));
  executor.on("stepEnded", ({ run, step }) => {
    const output = step.attempts.at(-1)?.stdout?.text.trim() ?? "";
    say(runLine(run, `${step.name} ${step.status}${output === "" ? "" : `: ${output}`}`));
  });

  const course = new Course(reliability);
  stops.push(course.watch());
  const generator = new PostmortemGenerator({ incidents, runs: executor, history: ({ range }) => course.of(range) });

  return {
    incidents,
    runbooks: executor,
    async isOver() {
      const open: boolean[] = [];
      for await (const { status } of incidents.list()) open.push(status !== "resolved");
      return open.length > 0 && !open.includes(true);
    },
    async report() {
      const lines: string[] = [];
      for await (const { id } of incidents.list()) {
        const { title, acknowledgedAt, declaredAt, alerts, status, roles } = await incidents.get(id);
        const seconds =
          acknowledgedAt === undefined ? "never" : `${((acknowledgedAt - declaredAt) / 1_000).toFixed(1)} s`;
        const who = roles.commander?.person ?? "nobody";
        lines.push(
          `${id} "${title}": ${String(alerts.size)} alerts, ${who} leads, acknowledged after ${seconds}, ${status}`,
        );
      }
      return lines;
    },
    async postmortems(folder) {
      await mkdir(folder, { recursive: true });
      const paths: string[] = [];
      for await (const { id } of incidents.list()) {
        const files = generator.renderFiles(
          await generator.generate(id, { authors: [person], ...course.around(await incidents.get(id)) }),
        );
        for (const [name, text] of Object.entries(files)) {
          await writeFile(join(folder, name), text);
          paths.push(join(folder, name));
        }
      }
      return paths;
    },
    async close() {
      for (const stop of stops) stop();
      await response.drain();
      await worker.close();
    },
  };
}
