import { connect } from "node:net";

import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import { afterEach, describe, expect, it } from "vitest";

import { goldenSignals, metricsHandler, statusHandler } from "../../src/http/fastify.ts";
import { observeServer } from "../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

const apps: FastifyInstance[] = [];

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

function make(options: FastifyServerOptions = {}): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, ...options });
  apps.push(app);
  return app;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const serve = (app: FastifyInstance): Promise<string> => app.listen({ port: 0, host: "127.0.0.1" });

async function get(url: string, method = "GET", body?: string): Promise<number> {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  await response.arrayBuffer();
  return response.status;
}

/** `METHOD route code count` of each line of the requests counter. */
async function counted(signals: GoldenSignalsCollector): Promise<string[]> {
  // The last close may be a tick away from the client's last byte.
  await expect.poll(() => signals.inFlight).toBe(0);
  const text = await signals.metrics();
  const lines = text.matchAll(/^http_requests_total\{method="(.*)",route="(.*)",code="(\d+)"\} (\d+)$/gm);
  return [...lines].map(([, ...parts]) => parts.join(" ")).sort();
}

/** Sends `text`, resolves with what came until the connection closed or `ms` were over. */
async function bytes(url: string, text: string, ms = 500): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => (answer += data.toString("latin1")));
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write(text);
  await Promise.race([closed, pause(ms)]);
  socket.destroy();
  return answer;
}

describe("the Fastify plugin over real sockets", () => {
  it("sees routes of all plugins, before and after it, with their prefixes, and what none of them took", async () => {
    const signals = new GoldenSignalsCollector();
    const app = make();
    app.get("/early/:id", () => "early");
    app.register(
      (child, _options, done) => {
        child.get("/:id", () => "child");
        child.register(
          (grandchild, _more, end) => {
            grandchild.get("/orders/:order", () => "order");
            grandchild.get("/files/*", () => "file");
            end();
          },
          { prefix: "/:tenant" },
        );
        done();
      },
      { prefix: "/shops" },
    );
    app.register(goldenSignals(signals));
    app.register(
      (child, _options, done) => {
        child.get("/", () => "late");
        child.setNotFoundHandler((_request, reply) => reply.code(404).send("none here"));
        done();
      },
      { prefix: "/late" },
    );
    const url = await serve(app);
    for (const path of [
      "early/1",
      "shops/2",
      "shops/3/orders/4",
      "shops/5/files/a/b",
      "late",
      "late/",
      "late/x",
      "none/6",
    ]) {
      await get(`${url}/${path}`);
    }
    expect(await counted(signals)).toEqual([
      "GET (unmatched) 404 2",
      "GET /early/:id 200 1",
      "GET /late 200 2",
      "GET /shops/:id 200 1",
      "GET /shops/:tenant/files/* 200 1",
      "GET /shops/:tenant/orders/:order 200 1",
    ]);
  });

  it("keeps the route of a handler that throws, rejects, replies with an error or is not there", async () => {
    const signals = new GoldenSignalsCollector();
    const app = make({ bodyLimit: 10 });
    app.register(goldenSignals(signals));
    app.get("/throws/:id", () => {
      throw new Error("thrown");
    });
    app.get("/rejects/:id", () => Promise.reject(Object.assign(new Error("rejected"), { statusCode: 503 })));
    app.get("/gives-up/:id", (_request, reply) => {
      reply.callNotFound();
    });
    app.post("/small/:id", () => "small");
    app.get<{ Params: { id: number } }>(
      "/checked/:id",
      { schema: { params: { type: "object", properties: { id: { type: "integer" } } } } },
      ({ params }) => String(params.id),
    );
    const url = await serve(app);
    await get(`${url}/throws/1`);
    await get(`${url}/rejects/1`);
    await get(`${url}/gives-up/1`);
    await get(`${url}/checked/one`);
    expect(await get(`${url}/small/1`, "POST", '{"long":"enough"}')).toBe(413);
    expect(await get(`${url}/small/1`, "POST", "{{")).toBe(400);
    expect(await counted(signals)).toEqual([
      "GET (unmatched) 404 1",
      "GET /checked/:id 400 1",
      "GET /rejects/:id 503 1",
      "GET /throws/:id 500 1",
      "POST /small/:id 400 1",
      "POST /small/:id 413 1",
    ]);
  });

  it("counts what other hooks answer early, wherever they were added", async () => {
    const signals = new GoldenSignalsCollector();
    const app = make();
    app.addHook("onRequest", async (request, reply) => {
      if (request.headers["x-first"] === "yes") await reply.code(401).send("first");
    });
    app.register((child, _options, done) => {
      child.addHook("onRequest", (request, reply, next) => {
        if (request.headers["x-second"] === "yes") void reply.code(403).send("second");
        else next();
      });
      child.get("/guarded/:id", () => "never");
      done();
    });
    app.register(goldenSignals(signals));
    app.get(
      "/own/:id",
      {
        onRequest: async (_request, reply) => {
          await reply.code(429).send("own");
        },
      },
      () => "never",
    );
    const url = await serve(app);
    await (await fetch(`${url}/guarded/1`, { headers: { "x-first": "yes" } })).text();
    await (await fetch(`${url}/guarded/1`, { headers: { "x-second": "yes" } })).text();
    await (await fetch(`${url}/own/1`)).text();
    expect(await counted(signals)).toEqual(["GET /guarded/:id 401 1", "GET /guarded/:id 403 1", "GET /own/:id 429 1"]);
  });

  it("counts HEAD routes that Fastify adds, hijacked replies, and responses that are ended by hand", async () => {
    const signals = new GoldenSignalsCollector();
    const app = make({ exposeHeadRoutes: true });
    app.register(goldenSignals(signals));
    app.get("/head/:id", () => "body");
    app.get("/hijacked/:id", (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(202).end("mine");
    });
    app.get("/raw/:id", (_request, reply) => {
      reply.raw.statusCode = 203;
      reply.raw.end("raw");
    });
    const url = await serve(app);
    await get(`${url}/head/1`, "HEAD");
    await get(`${url}/hijacked/1`);
    await get(`${url}/raw/1`);
    expect(await counted(signals)).toEqual(["GET /hijacked/:id 202 1", "GET /raw/:id 203 1", "HEAD /head/:id 200 1"]);
  });

  it("counts handlers and requests that take too long", async () => {
    const signals = new GoldenSignalsCollector();
    const app = make({ connectionTimeout: 500 });
    app.register(goldenSignals(signals));
    app.get("/hangs/:id", () => new Promise(() => undefined));
    app.get("/late/:id", { handlerTimeout: 30 }, () => new Promise(() => undefined));
    const url = await serve(app);
    await get(`${url}/late/1`);
    await bytes(url, "GET /hangs/1 HTTP/1.1\r\nHost: h\r\n\r\n", 10_000);
    expect(await counted(signals)).toEqual(["GET /hangs/:id 500 1", "GET /late/:id 503 1"]);
  });

  it("counts once where it is registered twice, and asks the rules of both", async () => {
    const [signals, other] = [new GoldenSignalsCollector(), new GoldenSignalsCollector()];
    const asked: string[] = [];
    const app = make();
    app.register(goldenSignals(signals));
    app.register(
      goldenSignals(signals, {
        countsAsError: (request, statusCode) => {
          asked.push(`${request.method} ${String(request.routeOptions.url)} ${String(statusCode)}`);
          return undefined;
        },
      }),
    );
    app.register(goldenSignals(other));
    app.get("/x/:id", () => "x");
    await get(`${await serve(app)}/x/1`);
    await expect.poll(() => asked).toEqual(["GET /x/:id 200"]);
    expect(await counted(signals)).toEqual(["GET /x/:id 200 1"]);
    expect(await counted(other)).toEqual(["GET /x/:id 200 1"]);
  });

  it("leaves nothing in flight when requests are injected", async () => {
    const signals = new GoldenSignalsCollector();
    const app = make();
    app.register(goldenSignals(signals));
    app.register(goldenSignals(signals));
    app.get("/x/:id", () => "x");
    app.get("/fails/:id", () => Promise.reject(new Error("failed")));
    expect((await app.inject("/x/1")).statusCode).toBe(200);
    expect((await app.inject({ method: "HEAD", url: "/x/1" })).statusCode).toBe(200);
    expect((await app.inject("/fails/1")).statusCode).toBe(500);
    expect((await app.inject("/none/1")).statusCode).toBe(404);
    expect(await counted(signals)).toEqual([
      "GET (unmatched) 404 1",
      "GET /fails/:id 500 1",
      "GET /x/:id 200 1",
      "HEAD /x/:id 200 1",
    ]);
  });

  it("counts paths that Fastify itself refuses, once, and alone for the whole application", async () => {
    const signals = new GoldenSignalsCollector();
    const app = make();
    app.register(goldenSignals(signals));
    app.get("/x/:id", () => "x");
    const url = await serve(app);
    expect(await get(`${url}/x/%zz`)).toBe(400);
    expect(await counted(signals)).toEqual(["GET (unmatched) 400 1"]);
    observeServer(app.server, signals);
    await get(`${url}/x/%zz`);
    await get(`${url}/x/1`);
    expect(await counted(signals)).toEqual(["GET (unmatched) 400 2", "GET /x/:id 200 1"]);
    expect(signals.inFlight).toBe(0);
  });

  it("serves the metrics and the status, and counts the connections of every server that it listens with", async () => {
    const signals = new GoldenSignalsCollector();
    const app = make();
    app.register(goldenSignals(signals));
    app.get("/metrics", metricsHandler(signals));
    app.get("/slo", statusHandler({ status: () => Promise.resolve({ fine: true }) }));
    app.get("/broken", statusHandler({ status: () => Promise.reject(new Error("no status")) }));
    const url = await serve(app);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toMatch(/^http_open_connections [1-9]/m);
    const status = await fetch(`${url}/slo`);
    expect(status.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await status.json()).toEqual({ fine: true });
    const broken = await fetch(`${url}/broken`);
    expect([broken.status, await broken.text()]).toEqual([500, "the status could not be told: no status\n"]);
  });

  it("changes nothing that a client sees", async () => {
    const answers = async (signals?: GoldenSignalsCollector): Promise<string[]> => {
      const app = make();
      if (signals !== undefined) app.register(goldenSignals(signals));
      app.get("/x/:id", (request) => ({ id: (request.params as { id: string }).id }));
      app.get("/throws", () => {
        throw new Error("thrown");
      });
      const url = await serve(app);
      const requests = ["GET /x/1", "HEAD /x/1", "GET /throws", "POST /x/1", "GET /none", "GET /x/%zz", "OPTIONS *"];
      const texts = requests.map((line) => `${line} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
      const answered = await Promise.all(texts.map((text) => bytes(url, text)));
      return answered.map((answer) => answer.replace(/Date: [^\r]*\r\n/i, ""));
    };
    expect(await answers(new GoldenSignalsCollector())).toEqual(await answers());
  });
});
