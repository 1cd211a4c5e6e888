/** Golden signals of a Fastify application: `node --import tsx examples/fastify-server/main.ts` */
import fastify, { type FastifyPluginCallback } from "fastify";
import { GoldenSignalsCollector } from "nines";
import { goldenSignals, metricsHandler } from "nines/fastify";

const signals = new GoldenSignalsCollector();
const app = fastify();
app.register(goldenSignals(signals));

const users: FastifyPluginCallback = (scope, _options, done) => {
  scope.addHook("onRequest", (request, reply, next) => {
    if (request.headers.authorization === undefined) void reply.code(401).send("who are you?\n");
    else next();
  });
  scope.get<{ Params: { id: string } }>("/users/:id", ({ params }) => `user ${params.id}\n`);
  done();
};
app.register(users, { prefix: "/tenants/:tenant" });
app.get("/metrics", metricsHandler(signals));

const url = await app.listen({ port: 0, host: "127.0.0.1" });
const headers = { authorization: "me" };
for (const path of ["/tenants/acme/users/1", "/tenants/other/users/2", "/wp-login.php"]) {
  await (await fetch(url + path, { headers })).text();
}
await (await fetch(`${url}/tenants/acme/users/3`)).text();

const exposition = await (await fetch(`${url}/metrics`)).text();
for (const line of exposition.split("\n")) {
  if (/^http_request(s|_errors)_total|^http_requests_in_flight/.test(line)) console.log(line);
}

app.server.closeAllConnections();
await app.close();
signals.close();
