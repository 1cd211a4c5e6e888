import fastify, { type FastifyInstance } from "fastify";
import metrics from "fastify-metrics";
import { goldenSignals } from "nines/fastify";
import { register, Registry } from "prom-client";

import { collector } from "../signals/workload.ts";
import { byHand, countedIn, nothing, ROUTES, userOf, type Served, type Variants } from "./served.ts";

async function serve(
  instrument: (app: FastifyInstance) => PromiseLike<unknown> | undefined,
  counted: Served["counted"],
): Promise<Served> {
  const app = fastify({ keepAliveTimeout: 0 });
  await instrument(app);
  for (const route of ROUTES) {
    app.get<{ Params: { id: string } }>(route, (request, reply) => reply.send(userOf(request.params.id)));
  }
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  return { port: Number(new URL(address).port), counted };
}

export const variants: Variants = {
  bare: () => serve(() => undefined, nothing),
  nines: () => {
    const signals = collector(new Registry());
    return serve(
      (app) => app.register(goldenSignals(signals)),
      countedIn(() => signals.metrics()),
    );
  },
  floor: () => {
    const { floor, counted } = byHand();
    return serve((app) => {
      // Fastify has both clock readings for whoever has an `onResponse` hook.
      app.addHook("onResponse", (request, reply, done) => {
        const route = request.routeOptions.url ?? "(unmatched)";
        floor.record(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
        done();
      });
      return undefined;
    }, counted);
  },
  peer: () =>
    serve(
      (app) => app.register(metrics.default, { endpoint: "/metrics" }),
      countedIn(() => register.metrics()),
    ),
};
