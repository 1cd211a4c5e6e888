/** Messages that survive a pager's bad day: `node --import tsx examples/notifications/main.ts` */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { IncidentManager, IncidentWorker, NotificationOutbox, NotificationPlan } from "nines";
import { ManualClock } from "nines/testing";
import { verifyWebhook, WebhookNotifier } from "nines/webhook";

const secret = "an example, not a secret";
const clock = new ManualClock(Date.UTC(2026, 10, 22, 3));

// A pager that takes nothing before its third try.
let tries = 0;
const pager = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    tries += 1;
    const { kind, message, incident } = JSON.parse(body);
    const answer = tries === 1 ? 429 : tries === 2 ? 500 : 202;
    const { "x-nines-timestamp": timestamp, "x-nines-signature": signature } = request.headers as Record<
      string,
      string
    >;
    const genuine = verifyWebhook({ body, timestamp, signature, secret, at: clock.now() });
    console.log(`   ${String(answer)} ${genuine ? "signed" : "FORGED"} ${incident.id} ${kind}: ${message}`);
    response.writeHead(answer, tries === 1 ? { "retry-after": "30" } : {}).end();
  });
}).listen(0, "127.0.0.1");
await once(pager, "listening");
const url = `http://127.0.0.1:${String((pager.address() as AddressInfo).port)}`;

const incidents = new IncidentManager({
  clock,
  planner: new NotificationPlan({
    rules: [
      { on: ["opened", "resolved", "reopened"], severity: ["SEV1", "SEV2"], to: ["pager"] },
      { on: "all", audience: "public", to: ["page"] },
    ],
  }),
});
const outbox = new NotificationOutbox({
  incidents,
  clock,
  channels: {
    pager: new WebhookNotifier({ url, secret, clock }),
    page: { notify: async ({ message }) => console.log(`   on the status page: ${message}`) },
  },
});
const worker = new IncidentWorker({ incidents, work: [outbox], clock });

console.log("declared and resolved while the pager is busy");
const { id } = await incidents.createIncident({
  title: "checkout fails",
  severity: "SEV1",
  services: ["checkout"],
  by: "ann",
});
clock.advance(60_000);
await incidents.resolve(id, { by: "bob", message: "rolled back" });
for (let look = 1; look <= 3; look += 1) {
  console.log(`look ${String(look)}`);
  await worker.tick();
  clock.advance(45_000);
}
const attempts = (await incidents.timeline(id)).filter(({ type }) => type === "notification_attempted").length;
const { notifications } = await incidents.get(id);
console.log(`${String(attempts)} attempts, ${String(notifications.length)} messages wait`);

await worker.close();
pager.close();
pager.closeAllConnections();
