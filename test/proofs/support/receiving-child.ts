/** A process that receives webhooks until it is killed: `receiving-child.ts FOLDER PORT SECRET`. */
import { appendFileSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { FileIncidentStore } from "../../../src/adapters/file/index.ts";
import { webhookListener } from "../../../src/http/webhook.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import { AutomatedResponse } from "../../../src/response/automated-response.ts";

const [folder = "", port = "0", bearer = ""] = process.argv.slice(2);
const incidents = new IncidentManager({ store: await FileIncidentStore.open(join(folder, "incidents")) });
const listen = webhookListener(new AutomatedResponse({ incidents, webhook: { bearer } }));
const server = createServer((request, response) => {
  response.on("finish", () => {
    appendFileSync(join(folder, "answers"), `${String(response.statusCode)}\n`);
  });
  listen(request, response);
});
server.listen(Number(port), "127.0.0.1", () => writeSync(1, "ready\n"));
