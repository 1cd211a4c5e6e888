/** Golden signals of a Hono application on Node: `node --import tsx examples/hono-server/main.ts` */
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { GoldenSignalsCollector } from "nines";
import { metricsHandler, observeApp } from "nines/hono";

const signals = new GoldenSignalsCollector();
const app = new Hono();
observeApp(app, signals);

const users = new Hono();
users.use(async (context, next) => {
  if (context.req.header("authorization") === undefined) return context.text("who are you?\n", 401);
  await next();
  return undefined;
});
users.get("/users/:id", (context) => context.text(`user ${context.req.param("id")}\n`));
app.route("/tenants/:tenant", users);
app.get("/metrics", metricsHandler(signals));

const server = createAdaptorServer({ fetch: app.fetch }).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

const headers = { authorization: "me" };
for (const path of ["/tenants/acme/users/1", "/tenants/other/users/2", "/wp-login.php"]) {
  await (await fetch(url + path, { headers })).text();
}
await (await fetch(`${url}/tenants/acme/users/3`)).text();

const exposition = await (await fetch(`${url}/metrics`)).text();
for (const line of exposition.split("\n")) {
  if (/^http_request(s|_errors)_total|^http_requests_in_flight/.test(line)) console.log(line);
}

server.close();
if ("closeAllConnections" in server) server.closeAllConnections();
signals.close();
