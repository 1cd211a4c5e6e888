/** Those who are told: a pager and a tracker that keep what they get, and nines, which makes incidents of pages. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { webhookListener } from "../../../src/http/node.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import { AutomatedResponse } from "../../../src/response/automated-response.ts";
import { parseAlertRoutes } from "../../../src/response/routing/document.ts";

const SECRET = "what-alertmanager-sends";

/** An alert in a message of Alertmanager. */
export interface ToldAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A message of Alertmanager. */
export interface Message {
  readonly path: string;
  readonly status: "firing" | "resolved";
  readonly alerts: readonly ToldAlert[];
}

/** What has been told so far. */
export interface Receivers {
  /** Values of Alertmanager's `receivers`: `pager` and `tracker`. */
  readonly config: readonly object[];
  readonly messages: readonly Message[];
  readonly incidents: IncidentManager;
  readonly stop: () => Promise<void>;
}

export async function startReceivers(): Promise<Receivers> {
  const messages: Message[] = [];
  const incidents = new IncidentManager();
  const response = new AutomatedResponse({
    incidents,
    routes: parseAlertRoutes("alert_routes: [{ match: { severity: page }, severity: SEV1, commander: ann }]"),
    onResolved: "resolve",
    holdMs: 0,
    webhook: { bearer: SECRET },
  });
  const keeper = createServer((request, answer) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      messages.push({ path: request.url ?? "", ...(JSON.parse(body) as Omit<Message, "path">) });
      answer.end();
    });
  });
  const nines = createServer(webhookListener(response));
  const [keeperUrl, ninesUrl] = [await listening(keeper), await listening(nines)];
  const http_config = { authorization: { type: "Bearer", credentials: SECRET } };
  return {
    config: [
      { name: "pager", webhook_configs: [{ url: `${keeperUrl}/pager` }, { url: ninesUrl, http_config }] },
      { name: "tracker", webhook_configs: [{ url: `${keeperUrl}/tracker` }] },
    ],
    messages,
    incidents,
    stop() {
      for (const server of [keeper, nines]) {
        server.close();
        server.closeAllConnections();
      }
      return Promise.resolve();
    },
  };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
