/** Golden signals of a plain `node:http` server: `node --import tsx examples/node-server/main.ts` */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import { GoldenSignalsCollector } from "nines";
import { metricsHandler, observeServer } from "nines/node";

/** Patterns and what they match; a plain server has no router that could tell. */
const ROUTES: ReadonlyArray<readonly [pattern: string, expression: RegExp]> = [
  ["/", /^\/$/],
  ["/users/:id", /^\/users\/[^/]+$/],
  ["/metrics", /^\/metrics$/],
];

function routeOf({ url = "" }: IncomingMessage): string | undefined {
  const [path = ""] = url.split("?");
  return ROUTES.find(([, expression]) => expression.test(path))?.[0];
}

const signals = new GoldenSignalsCollector();
const scrape = metricsHandler(signals);

const server = createServer((request, response) => {
  const route = routeOf(request);
  if (route === "/metrics") {
    scrape(request, response);
    return;
  }
  response.statusCode = route === undefined ? 404 : 200;
  response.end(`${route ?? "not found"}\n`);
});
observeServer(server, signals, { route: routeOf });

server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

for (const path of ["/", "/users/1", "/users/2?full=yes", "/wp-login.php", "/.env"]) {
  const response = await fetch(url + path);
  await response.text();
}
const exposition = await (await fetch(`${url}/metrics`)).text();
for (const line of exposition.split("\n")) {
  if (/^http_request(s|_errors)_total|^http_requests_in_flight/.test(line)) console.log(line);
}

server.close();
server.closeAllConnections();
signals.close();
