/** Golden signals of a Koa application with routers and mounts: `node --import tsx examples/koa-server/main.ts` */
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { Router } from "@koa/router";
import Koa from "koa";
import mount from "koa-mount";
import { GoldenSignalsCollector } from "nines";
import { goldenSignals, metricsHandler } from "nines/koa";

const signals = new GoldenSignalsCollector();

const users = new Router({ prefix: "/users" });
users.get("/:id", (context) => {
  context.body = `user ${context.params.id ?? ""}\n`;
});
const api = new Koa();
api.use(users.routes());

const own = new Router();
own.get("/metrics", metricsHandler(signals));

const app = new Koa();
app.use(goldenSignals(signals));
app.use(mount("/api", api));
app.use(
  mount("/static", async (context, next) => {
    if (context.path.endsWith(".css")) context.body = "body {}\n";
    else await next();
  }),
);
app.use(own.routes());

const server = app.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

for (const path of ["/api/users/1", "/api/users/2", "/static/page.css", "/static/.env", "/wp-login.php"]) {
  await (await fetch(url + path)).text();
}
const exposition = await (await fetch(`${url}/metrics`)).text();
for (const line of exposition.split("\n")) {
  if (/^http_request(s|_errors)_total|^http_requests_in_flight/.test(line)) console.log(line);
}

server.close();
server.closeAllConnections();
signals.close();
