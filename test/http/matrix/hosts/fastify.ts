import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";

import { goldenSignals } from "../../../../src/http/fastify.ts";
import type { Host, Watch } from "../host.ts";
import {
  brokenStream,
  HandlerError,
  large,
  LATE_MS,
  lateStream,
  rawHandlers,
  slowStream,
  waitMs,
  wrongOnes,
} from "./bodies.ts";

interface Params {
  readonly tenant: string;
  readonly id: string;
  readonly code: string;
  readonly ms: string;
  readonly bytes: string;
}
type Request = FastifyRequest<{ Params: Params }>;

function mount(app: FastifyInstance, watches: readonly Watch[] = []): void {
  for (const { signals, options, times = 1 } of watches) {
    const plugin = goldenSignals(signals, options);
    for (let time = 0; time < times; time += 1) app.register(plugin);
  }
}

function addRoutes(app: FastifyInstance): void {
  app.get("/", (_request, reply) => reply.send("home"));
  app.get("/users/:id", (request: Request, reply) => reply.type("text/plain").send(request.params.id));
  app.get("/throws/:id", () => {
    throw new HandlerError("thrown");
  });
  app.get("/rejects/:id", async () => Promise.reject(new HandlerError("rejected")));
  app.get("/missing/:id", (_request, reply) => reply.code(404).send("no such thing"));
  app.get("/status/:code", (request: Request, reply) => {
    const code = Number(request.params.code);
    return code === 204 || code === 304 ? reply.code(code).send() : reply.code(code).send(`status ${code}`);
  });
  app.get("/wait/:ms", async (request: Request) => {
    await new Promise((resolve) => setTimeout(resolve, waitMs(request.params.ms)));
    return "waited";
  });
  app.get("/stream/:ms", (request: Request, reply) => reply.type("text/plain").send(slowStream(request.params.ms)));
  app.get("/late", async (_request, reply) => {
    await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    return reply.type("text/plain").send(lateStream());
  });
  app.get("/breaks", (_request, reply) => reply.type("text/plain").send(brokenStream()));
  app.get("/large/:bytes", (request: Request, reply) => reply.send(large(Number(request.params.bytes))));
  app.get("/redirect", (_request, reply) => reply.redirect("/users/7"));
  app.get("/cookies", (_request, reply) => reply.header("set-cookie", ["a=1", "b=2"]).send("cookies"));
  app.get("/wrong", (request, reply) => {
    wrongOnes.add(request.raw);
    return reply.send({ error: "sold out" });
  });
  app.post("/echo", (request, reply) => reply.send(String((request.body as Buffer).length)));
  for (const [path, handler] of Object.entries(rawHandlers)) {
    app.get(path, (request, reply) => {
      reply.hijack();
      handler(request.raw, reply.raw);
    });
  }
}

export const fastifyHost: Host = {
  name: "fastify 5",
  lacks: {},
  build: async ({ top, inner }) => {
    const app = fastify();
    app.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((_error, _request: FastifyRequest, reply: FastifyReply) => reply.code(500).send("failed"));
    mount(app, top);
    app.register(
      (tenants, _options, done) => {
        mount(tenants, inner);
        tenants.get("/users/:id", (request: Request, reply) =>
          reply.type("text/plain").send(`${request.params.tenant}/${request.params.id}`),
        );
        tenants.get("/throws/:id", () => {
          throw new HandlerError("thrown under a prefix");
        });
        done();
      },
      { prefix: "/tenants/:tenant" },
    );
    app.register((rest, _options, done) => {
      addRoutes(rest);
      done();
    });
    await app.ready();
    return { server: app.server, close: () => app.close() };
  },
  rawOf: (request) => (request as FastifyRequest).raw,
};
