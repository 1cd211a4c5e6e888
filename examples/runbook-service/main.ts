/** Drives the service of service.ts as an Alertmanager and a person would: `node --import tsx examples/runbook-service/main.ts` */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { startService } from "./service.ts";

const RUNBOOK = `
title: Memory is full
steps:
  - name: enlarge
    title: Enlarge the memory
    approval: { message: "Enlarge the memory of {{ labels.service }}?", timeout: 10m }
    command: cp larger memory
  - name: verify
    command: grep -q large memory
    retries: 2
`;
const BEARER = "what-alertmanager-sends";

const folder = await mkdtemp(join(tmpdir(), "nines-runbook-service-"));
await writeFile(join(folder, "memory"), "small\n");
await writeFile(join(folder, "larger"), "large\n");
const { server, close } = await startService({ folder, runbook: RUNBOOK, bearer: BEARER });
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

const post = async (path: string, body: unknown): Promise<string> => {
  const headers = { "content-type": "application/json", authorization: `Bearer ${BEARER}` };
  const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return `${String(answer.status)} ${await answer.text()}`;
};
/** Asks until there is an answer that fits. */
const waitFor = async <T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await sleep(20);
  }
};

const alert = { name: "HighMemoryUsage", labels: { service: "shop", severity: "critical" } };
console.log("alert", await post("/alerts", alert));
const waiting = await waitFor(
  async () => (await fetch(`${url}/approvals`)).text(),
  (text) => text !== "[]",
);
console.log("waits", waiting);
console.log("no such step", await post("/approvals/RUN-0001/enlage", { approved: true, by: "ann" }));
console.log("yes", await post("/approvals/RUN-0001/enlarge", { approved: true, by: "ann", reason: "there is room" }));
const page = await waitFor(
  async () => (await fetch(`${url}/incidents/INC-0001/postmortem.html`)).text(),
  (html) => html.includes("→ monitoring"),
);
console.log("postmortem", page.includes("approved: there is room"), page.includes("ann (commander)"));
console.log("memory is", (await readFile(join(folder, "memory"), "utf8")).trim());
await close();
await rm(folder, { recursive: true });
