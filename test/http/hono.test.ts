import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { serve as serveHono } from "@hono/node-server";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { LinearRouter } from "hono/router/linear-router";
import { PatternRouter } from "hono/router/pattern-router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { TrieRouter } from "hono/router/trie-router";
import { matchedRoutes, routePath } from "hono/route";
import { afterEach, describe, expect, it } from "vitest";

import { goldenSignals, metricsHandler, observeApp, statusHandler } from "../../src/http/hono.ts";
import { observeServer } from "../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Ask = (path: string, method?: string) => Promise<Response>;

async function serve(app: Hono): Promise<Ask> {
  const server = await new Promise<Server>((resolve) => {
    const started = serveHono(
      { fetch: app.fetch, port: 0, hostname: "127.0.0.1", overrideGlobalObjects: false },
      () => {
        resolve(started as Server);
      },
    );
  });
  servers.push(server);
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return (path, method = "GET") => fetch(url + path, { method });
}

/** The two ways to ask an application: over a socket, and without a server. */
const WAYS: ReadonlyArray<readonly [string, (app: Hono) => Promise<Ask>]> = [
  ["over real sockets", serve],
  ["without a server", (app) => Promise.resolve(async (path, method = "GET") => app.request(path, { method }))],
];

/** `METHOD route code count` of each line of the requests counter. */
async function counted(signals: GoldenSignalsCollector): Promise<string[]> {
  // The last close may be a tick away from the client's last byte.
  await expect.poll(() => signals.inFlight).toBe(0);
  const text = await signals.metrics();
  const lines = text.matchAll(/^http_requests_total\{method="(.*)",route="(.*)",code="(\d+)"\} (\d+)$/gm);
  return [...lines].map(([, ...parts]) => parts.join(" ")).sort();
}

async function askAll(ask: Ask, ...requests: string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const request of requests) {
    const [first = "", second] = request.split(" ");
    const response = await (second === undefined ? ask(first) : ask(second, first));
    const headers = [...response.headers].filter(([name]) => !["date", "connection", "keep-alive"].includes(name));
    answers.push(`${String(response.status)} ${await response.text()} ${JSON.stringify(headers)}`);
  }
  return answers;
}

/** An application with what Hono has, and requests for all of it. */
function build(app: Hono): Hono {
  app.use("/guarded/*", async (context, next) => {
    if (context.req.query("stop") === "answer") return context.text("stopped", 401);
    if (context.req.query("stop") === "throw") throw new HTTPException(403, { message: "thrown" });
    await next();
    return undefined;
  });
  app.use("/api/*", cors());
  app.use("/api/*", async (context, next) => {
    await next();
    context.header(
      "x-routes",
      `${String(matchedRoutes(context).length)} ${routePath(context)} ${routePath(context, -1)}`,
    );
  });
  app.get("/", (context) => context.text("home"));
  app.get("/users/:id", (context) => context.text(`user ${context.req.param("id")} ${routePath(context)}`));
  app.get("/later/:id", async (context) => {
    await Promise.resolve();
    return context.json({ id: context.req.param("id"), path: routePath(context) });
  });
  app.get("/throws/:id", () => {
    throw new Error("thrown");
  });
  app.get("/rejects/:id", () => Promise.reject(new HTTPException(503, { message: "rejected" })));
  app.get("/missing/:id", (context) => context.notFound());
  app.all("/any/:id", (context) => context.text("any", context.req.query("gone") === undefined ? 200 : 404));
  app.get("/guarded/:id", (context) => context.text("guarded"));
  const sub = new Hono();
  sub.get("/orders/:order", (context) => context.text(`order ${routePath(context)}`));
  sub.onError((error, context) => context.text(error.message, 502));
  sub.get("/fails/:order", () => {
    throw new Error("of its own");
  });
  sub.all("/all/:order", (context) => context.text("all", 404));
  app.route("/api/:tenant", sub);
  app.basePath("/based/:base").get("/x/:id", (context) => context.text("based"));
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- what replaces it is a route like others
  app.mount("/mounted", (request: Request) => new Response(`mounted ${new URL(request.url).pathname}`));
  app.use("/static/*", async (context, next) => {
    if (context.req.path.endsWith(".css")) return context.text("css");
    await next();
    return undefined;
  });
  app.get("/optional/:id?", (context) => context.text("optional"));
  app.on(["GET", "PURGE"], ["/on/:a", "/on/:a/:b"], (context) => context.text("on"));
  app.get("/stream", () => new Response("streamed"));
  app.onError((error, context) =>
    error instanceof HTTPException ? error.getResponse() : context.text(`error: ${error.message}`, 500),
  );
  return app;
}

const REQUESTS = [
  "/",
  "HEAD /users/1",
  "/users/1",
  "/users/2",
  "/later/1",
  "/throws/1",
  "/rejects/1",
  "/missing/1",
  "/any/1",
  "POST /any/1",
  "/any/1?gone",
  "/guarded/1",
  "/guarded/1?stop=answer",
  "/guarded/1?stop=throw",
  "/guarded/x/y",
  "/api/a/orders/1",
  "/api/a/fails/1",
  "/api/a/all/1",
  "OPTIONS /api/a/orders/1",
  "/based/a/x/1",
  "/mounted/x/y",
  "/static/a.css",
  "/static/none",
  "/optional",
  "/optional/1",
  "PURGE /on/1/2",
  "/stream",
  "/none/1",
  "HEAD /none/2",
  "POST /users/1",
];

const COUNTED = [
  "GET (unmatched) 404 3",
  "GET / 200 1",
  "GET /any/:id 200 1",
  "GET /any/:id 404 1",
  "GET /api/:tenant/all/:order 404 1",
  "GET /api/:tenant/fails/:order 502 1",
  "GET /api/:tenant/orders/:order 200 1",
  "GET /based/:base/x/:id 200 1",
  "GET /guarded/:id 200 1",
  "GET /guarded/:id 401 1",
  "GET /guarded/:id 403 1",
  "GET /later/:id 200 1",
  "GET /missing/:id 404 1",
  "GET /mounted/* 200 1",
  "GET /optional/:id? 200 2",
  "GET /rejects/:id 503 1",
  "GET /static/* 200 1",
  "GET /stream 200 1",
  "GET /throws/:id 500 1",
  "GET /users/:id 200 2",
  "HEAD (unmatched) 404 1",
  "HEAD /users/:id 200 1",
  "OPTIONS /api/* 204 1",
  "OTHER /on/:a/:b 200 1",
  "POST (unmatched) 404 1",
  "POST /any/:id 200 1",
];

describe.each(WAYS)("Hono %s", (_way, start) => {
  it.each([
    ["its usual router", () => new Hono()],
    ["the RegExpRouter", () => new Hono({ router: new RegExpRouter() })],
    ["the TrieRouter", () => new Hono({ router: new TrieRouter() })],
    ["the LinearRouter", () => new Hono({ router: new LinearRouter() })],
  ])(
    "is named by its routes and answers as before with %s, observed or with the middleware",
    async (_router, create) => {
      const plain = await askAll(await start(build(create())), ...REQUESTS);
      const signals = new GoldenSignalsCollector();
      const app = create();
      observeApp(app, signals);
      expect(await askAll(await start(build(app)), ...REQUESTS)).toEqual(plain);
      expect(await counted(signals)).toEqual(COUNTED);

      const late = new GoldenSignalsCollector();
      const built = build(create());
      observeApp(built, late);
      expect(await askAll(await start(built), ...REQUESTS)).toEqual(plain);
      expect(await counted(late)).toEqual(COUNTED);

      const through = new GoldenSignalsCollector();
      const using = create();
      using.use(goldenSignals(through));
      await askAll(await start(build(using)), ...REQUESTS);
      expect(await counted(through)).toEqual(COUNTED);
    },
  );

  it("answers what nothing was found for as the application would", async () => {
    const variants: ((app: Hono) => unknown)[] = [
      (app) => app,
      (app) => app.notFound((context) => context.text(`none ${String(matchedRoutes(context).length)}`, 410)),
      (app) =>
        app.notFound(async (context) => {
          await Promise.resolve();
          context.res.headers.set("x-own", "yes");
          return context.json({ route: routePath(context) }, 404);
        }),
      (app) =>
        app.notFound(() => {
          throw new HTTPException(418, { message: "thrown" });
        }),
      (app) => app.notFound(() => Promise.reject(new HTTPException(418, { message: "rejected" }))),
      (app) =>
        app
          .notFound(() => {
            throw new Error("thrown");
          })
          .onError((error, context) => context.text(`caught ${error.message}`, 503)),
      (app) =>
        app
          .notFound(() => undefined as unknown as Response)
          .onError((error, context) => context.text(`caught ${error.message}`, 503)),
    ];
    for (const vary of variants) {
      const [plain, observed] = [new Hono(), new Hono()];
      const signals = new GoldenSignalsCollector();
      observeApp(observed, signals);
      for (const app of [plain, observed]) {
        vary(app);
        app.get("/x", (context) => context.text("x"));
      }
      const expected = await askAll(await start(plain), "/none", "HEAD /none");
      expect(await askAll(await start(observed), "/none", "HEAD /none")).toEqual(expected);
      const code = expected[0]?.slice(0, 3) ?? "";
      expect(await counted(signals)).toEqual([`GET (unmatched) ${code} 1`, `HEAD (unmatched) ${code} 1`]);
    }
  });

  it("counts once by each collector, however it is observed, and asks the rules of all with the context", async () => {
    const [signals, other] = [new GoldenSignalsCollector(), new GoldenSignalsCollector()];
    const asked: string[] = [];
    const app = new Hono();
    observeApp(app, signals);
    observeApp(app, other);
    observeApp(app, signals, {
      countsAsError: (context, statusCode) => {
        asked.push(`${context.req.method} ${context.req.path} ${String(statusCode)}`);
        return undefined;
      },
    });
    app.use(goldenSignals(signals));
    app.use(goldenSignals(other));
    app.get("/x/:id", (context) => context.text("x"));
    await askAll(await start(app), "/x/1", "/none");
    expect(await counted(signals)).toEqual(["GET (unmatched) 404 1", "GET /x/:id 200 1"]);
    expect(await counted(other)).toEqual(["GET (unmatched) 404 1", "GET /x/:id 200 1"]);
    expect(asked).toEqual(["GET /x/1 200", "GET /none 404"]);
  });

  it("counts the requests of an application that hands on to another one once", async () => {
    const signals = new GoldenSignalsCollector();
    const [outer, inner] = [new Hono(), new Hono()];
    observeApp(outer, signals);
    inner.get("/y/:id", (context) => context.text("y"));
    outer.route("/routed", inner);
    await askAll(await start(outer), "/routed/y/1");
    expect(await counted(signals)).toEqual(["GET /routed/y/:id 200 1"]);
  });
});

describe("a Hono application that is observed", () => {
  it("stays on the short path: a handler that answers at once is answered at once", () => {
    const app = new Hono();
    app.get("/x", (context) => context.text("x"));
    observeApp(app, new GoldenSignalsCollector());
    expect(app.fetch(new Request("http://h/x"))).toBeInstanceOf(Response);
  });

  it("leaves its router's name, and routes may be added until the first request", async () => {
    const app = new Hono();
    observeApp(app, new GoldenSignalsCollector());
    app.get("/x", (context) => context.text("x"));
    expect(app.router.name).toBe("SmartRouter");
    expect((await app.request("/x")).status).toBe(200);
    expect(app.router.name).toBe("SmartRouter + RegExpRouter");
    expect(() => app.get("/y", (context) => context.text("y"))).toThrow("matcher is already built");
    expect((app.router as unknown as { activeRouter: { name: string } }).activeRouter.name).toBe("RegExpRouter");
  });

  it("works with a router that refuses some patterns", async () => {
    const signals = new GoldenSignalsCollector();
    const app = new Hono({ router: new PatternRouter() });
    observeApp(app, signals);
    app.get("/x/:id", (context) => context.text(context.req.param("id")));
    expect(await (await app.request("/x/1")).text()).toBe("1");
    expect(await counted(signals)).toEqual(["GET /x/:id 200 1"]);
  });

  it("is counted where its fetch was taken before, and where a clone of it answers", async () => {
    const signals = new GoldenSignalsCollector();
    const app = new Hono();
    const { fetch: before } = app;
    observeApp(app, signals);
    app.get("/x/:id", (context) => context.text("x"));
    app.get("/throws", () => {
      throw new Error("thrown");
    });
    app.onError((_error, context) => context.text("caught", 500));
    for (const path of ["x/1", "none", "throws"]) await before(new Request(`http://h/${path}`));
    const clone = app.basePath("/v1");
    await clone.fetch(new Request("http://h/x/2"));
    expect(await counted(signals)).toEqual(["GET (unmatched) 404 1", "GET /throws 500 1", "GET /x/:id 200 2"]);
  });

  it("counts requests that its handlers make of itself", async () => {
    const signals = new GoldenSignalsCollector();
    const app = new Hono();
    observeApp(app, signals);
    app.get("/inner/:id", (context) => context.text("inner"));
    app.get("/outer/:id", (context) => app.request(`/inner/${context.req.param("id")}`));
    await askAll(await serve(app), "/outer/1");
    await app.request("/outer/2");
    expect(await counted(signals)).toEqual(["GET /inner/:id 200 2", "GET /outer/:id 200 2"]);
  });

  it("is named where a server's observer was there first", async () => {
    const signals = new GoldenSignalsCollector();
    const app = new Hono();
    observeApp(app, signals);
    app.get("/x/:id", (context) => context.text("x"));
    const ask = await serve(app);
    observeServer(servers[0] as Server, signals);
    await askAll(ask, "/x/1");
    expect(await counted(signals)).toEqual(["GET /x/:id 200 1"]);
  });

  it("times a stream to its end on Node, and to its beginning elsewhere", async () => {
    const seconds = async (start: (app: Hono) => Promise<Ask>): Promise<number> => {
      const signals = new GoldenSignalsCollector();
      const app = new Hono();
      observeApp(app, signals);
      app.get("/slow", () => {
        const body = new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode("first"));
            setTimeout(() => {
              controller.enqueue(new TextEncoder().encode("last"));
              controller.close();
            }, 120);
          },
        });
        return new Response(body);
      });
      await (await (await start(app))("/slow")).text();
      await counted(signals);
      return Number(/duration_seconds_sum\{.*\} (\S+)/.exec(await signals.metrics())?.[1]);
    };
    const [node, elsewhere] = [await seconds(serve), await seconds(WAYS[1]?.[1] ?? serve)];
    expect(node).toBeGreaterThan(0.11);
    expect(elsewhere).toBeLessThan(0.1);
  });

  it("counts a client that goes away as 499", async () => {
    const signals = new GoldenSignalsCollector();
    const app = new Hono();
    observeApp(app, signals);
    app.get("/never/:id", () => new Promise<Response>(() => undefined));
    await serve(app);
    const { port } = servers[0]?.address() as AddressInfo;
    const leaving = new AbortController();
    const gone = fetch(`http://127.0.0.1:${String(port)}/never/1`, { signal: leaving.signal });
    const refused = expect(gone).rejects.toThrow();
    await expect.poll(() => signals.inFlight, { timeout: 10_000, interval: 5 }).toBe(1);
    leaving.abort();
    await refused;
    expect(await counted(signals)).toEqual(["GET /never/:id 499 1"]);
  });

  it("serves the metrics and the status, with the connections that are open", async () => {
    const signals = new GoldenSignalsCollector();
    const app = new Hono();
    observeApp(app, signals);
    app.get("/metrics", metricsHandler(signals));
    app.get("/slo", statusHandler({ status: () => Promise.resolve({ fine: true }) }));
    app.get("/broken", statusHandler({ status: () => Promise.reject(new Error("no status")) }));
    const ask = await serve(app);
    const response = await ask("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toMatch(/^http_open_connections [1-9]/m);
    const status = await ask("/slo");
    expect(status.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await status.json()).toEqual({ fine: true });
    const broken = await ask("/broken");
    expect([broken.status, await broken.text()]).toEqual([500, "the status could not be told: no status\n"]);
  });
});
