/** Alerts of an Alertmanager become incidents: `node --import tsx examples/alertmanager-webhook/main.ts` */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { AutomatedResponse, IncidentManager, parseAlertRoutes } from "nines";
import { webhookListener } from "nines/node";

const SECRET = "what-alertmanager-sends";
const incidents = new IncidentManager();
const response = new AutomatedResponse({
  incidents,
  routes: parseAlertRoutes(readFileSync(join(import.meta.dirname, "routes.yaml"), "utf8")),
  onResolved: "resolve",
  holdMs: 0,
  webhook: { bearer: SECRET },
});
incidents.on("changed", ({ incident, event }) => {
  console.log(`${incident.id} ${event.type}: ${incident.severity} ${incident.status}, ${incident.firing} firing`);
});

const server = createServer(webhookListener(response));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;

/** What an Alertmanager would send. */
async function deliver(status: "firing" | "resolved", secret: string = SECRET): Promise<void> {
  const labels = { alertname: "ErrorBudgetBurn", service: "checkout", cluster: "prod-eu", severity: "page" };
  const body = {
    version: "4",
    groupKey: '{}:{alertname="ErrorBudgetBurn", service="checkout"}',
    status,
    receiver: "nines",
    groupLabels: { alertname: "ErrorBudgetBurn", service: "checkout" },
    alerts: [
      {
        status,
        labels,
        annotations: { summary: "checkout burns its budget", runbook_url: "https://runbooks.example/checkout" },
        startsAt: "2026-01-01T10:00:00Z",
        endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : "2026-01-01T10:20:00Z",
      },
    ],
  };
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
  });
  console.log(`${String(answer.status)} ${await answer.text()}`);
}

await deliver("firing", "a-guess-of-somebody");
await deliver("firing");
await deliver("firing");
await deliver("resolved");
await deliver("firing");

const { id, title, roles, runbook } = await incidents.get("INC-0001");
console.log(`${id} ${title}; ${String(roles.commander?.person)} leads; ${String(runbook)}`);
server.close();
server.closeAllConnections();
