/** What follows from a budget that burns: an incident, and somebody who is told. */
import {
  alertOnBudgets,
  AutomatedResponse,
  IncidentManager,
  IncidentWorker,
  NotificationOutbox,
  NotificationPlan,
  type Reliability,
} from "nines";

import { incidentLine, paint, say } from "./screen.ts";

/** What runs until it is closed. */
export interface People {
  /** How each incident went, in lines. */
  report(): Promise<string[]>;
  close(): Promise<void>;
}

/** Has alerts of `reliability` become incidents, and a person on call acknowledge them. */
export function watchedBy(person: string, reliability: Reliability): People {
  const incidents = new IncidentManager({
    planner: new NotificationPlan({ rules: [{ on: ["opened", "reopened"], to: ["pager"] }] }),
  });
  const response = new AutomatedResponse({ incidents });
  const stop = alertOnBudgets(reliability, response);
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
  return {
    async report() {
      const lines: string[] = [];
      for await (const { id } of incidents.list()) {
        const { title, acknowledgedAt, declaredAt, alerts, status } = await incidents.get(id);
        const seconds =
          acknowledgedAt === undefined ? "never" : `${((acknowledgedAt - declaredAt) / 1_000).toFixed(1)} s`;
        lines.push(`${id} "${title}": ${String(alerts.size)} alerts, acknowledged after ${seconds}, now ${status}`);
      }
      return lines;
    },
    async close() {
      stop();
      await worker.close();
    },
  };
}
