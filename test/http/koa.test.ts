import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { Router } from "@koa/router";
import Koa from "koa";
import mount from "koa-mount";
import { afterEach, describe, expect, it } from "vitest";

import { goldenSignals, metricsHandler, statusHandler } from "../../src/http/koa.ts";
import { observeServer } from "../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function make(): Koa {
  const app = new Koa();
  app.silent = true;
  return app;
}

async function serve(app: Koa): Promise<string> {
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response)).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function get(url: string, method = "GET"): Promise<string> {
  const response = await fetch(url, { method });
  return `${String(response.status)} ${await response.text()}`;
}

/** `METHOD route code count` of each line of the requests counter. */
async function counted(signals: GoldenSignalsCollector): Promise<string[]> {
  // The last close may be a tick away from the client's last byte.
  await expect.poll(() => signals.inFlight).toBe(0);
  const text = await signals.metrics();
  const lines = text.matchAll(/^http_requests_total\{method="(.*)",route="(.*)",code="(\d+)"\} (\d+)$/gm);
  return [...lines].map(([, ...parts]) => parts.join(" ")).sort();
}

/** What the requests for `paths` are counted as. */
async function countedOf(
  build: (app: Koa, signals: GoldenSignalsCollector) => void,
  ...requests: string[]
): Promise<string[]> {
  const signals = new GoldenSignalsCollector();
  const app = make();
  build(app, signals);
  const url = await serve(app);
  for (const request of requests) {
    const [first = "", second] = request.split(" ");
    await (second === undefined ? get(url + first) : get(url + second, first));
  }
  return counted(signals);
}

const answer =
  (body: string): Koa.Middleware =>
  (context) => {
    context.body = body;
  };

describe("the Koa middleware and @koa/router", () => {
  it("names routes by their pattern, with prefixes and nested routers, and what none took (unmatched)", async () => {
    const lines = await countedOf(
      (app, signals) => {
        const users = new Router({ prefix: "/users" });
        users.get("/", answer("all")).get("/:id", answer("one"));
        const tenants = new Router({ prefix: "/tenants" });
        tenants.use("/:tenant", users.routes(), users.allowedMethods());
        app.use(goldenSignals(signals)).use(tenants.routes());
      },
      "/tenants/a/users",
      "/tenants/b/users/",
      "/tenants/b/users/7",
      "HEAD /tenants/c/users/8",
      "/tenants/c/orders",
      "/",
    );
    expect(lines).toEqual([
      "GET (unmatched) 404 2",
      "GET /tenants/:tenant/users 200 2",
      "GET /tenants/:tenant/users/:id 200 1",
      "HEAD /tenants/:tenant/users/:id 200 1",
    ]);
  });

  it("lets no router that only looked name a request: of several routers the one whose route ran does", async () => {
    const lines = await countedOf(
      (app, signals) => {
        const guarded = new Router({ prefix: "/:any" });
        guarded.use((_context, next) => next());
        guarded.post("/guarded", answer("never"));
        const first = new Router();
        first.use((_context, next) => next());
        first.get("/both/:id", (_context, next) => next());
        const second = new Router();
        second.get("/both/:other", answer("second")).get("/second/:id", answer("second"));
        const last = new Router();
        last.use((_context, next) => next());
        last.post("/second/:id", answer("never"));
        app.use(goldenSignals(signals));
        for (const router of [guarded, first, second, last]) app.use(router.routes());
      },
      "/a/guarded",
      "/both/1",
      "/second/1",
      "/none",
    );
    expect(lines).toEqual(["GET (unmatched) 404 2", "GET /both/:other 200 1", "GET /second/:id 200 1"]);
  });

  it("names what a router's middleware answered or threw by the route that it stood before", async () => {
    const lines = await countedOf(
      (app, signals) => {
        const router = new Router({ prefix: "/api" });
        router.use((context, next) => {
          if (context.query.stop === "answer") {
            context.status = 401;
            return undefined;
          }
          if (context.query.stop === "throw") context.throw(403);
          return next();
        });
        router.post("/users/:id", answer("posted")).get("/users/:id", answer("one"));
        app.use(goldenSignals(signals)).use(router.routes());
      },
      "/api/users/1?stop=answer",
      "/api/users/1?stop=throw",
      "/api/users/1",
    );
    expect(lines).toEqual(["GET /api/users/:id 200 1", "GET /api/users/:id 401 1", "GET /api/users/:id 403 1"]);
  });

  it("keeps the route of a handler that throws, rejects, answers 404 itself or falls through", async () => {
    const lines = await countedOf(
      (app, signals) => {
        const router = new Router();
        router.get("/throws/:id", () => {
          throw new Error("thrown");
        });
        router.get("/rejects/:id", async (context) => {
          await Promise.resolve();
          context.throw(503);
        });
        router.get("/missing/:id", (context) => {
          context.status = 404;
        });
        router.get("/falls/:id", (_context, next) => next());
        app.use(goldenSignals(signals)).use(router.routes());
      },
      "/throws/1",
      "/rejects/1",
      "/missing/1",
      "/falls/1",
    );
    expect(lines).toEqual([
      "GET /falls/:id 404 1",
      "GET /missing/:id 404 1",
      "GET /rejects/:id 503 1",
      "GET /throws/:id 500 1",
    ]);
  });

  it("calls the answers of allowedMethods unmatched: no route took them", async () => {
    const lines = await countedOf(
      (app, signals) => {
        const router = new Router();
        router.get("/users/:id", answer("one"));
        app.use(goldenSignals(signals)).use(router.routes()).use(router.allowedMethods());
      },
      "POST /users/1",
      "OPTIONS /users/1",
      "PROPFIND /users/1",
    );
    expect(lines).toEqual(["OPTIONS (unmatched) 200 1", "OTHER (unmatched) 501 1", "POST (unmatched) 405 1"]);
  });

  it("knows regular expressions, lists of paths and wildcards", async () => {
    const lines = await countedOf(
      (app, signals) => {
        const router = new Router();
        router.get(/^\/v\d+$/, answer("regex"));
        router.get(["/a/:id", "/b/:id"], answer("list"));
        router.get("/files/*path", answer("file"));
        app.use(goldenSignals(signals)).use(router.routes());
      },
      "/v1",
      "/v22",
      "/a/1",
      "/b/1",
      "/files/x/y",
    );
    expect(lines).toEqual([
      "GET /^\\\\/v\\\\d+$/ 200 2",
      "GET /a/:id 200 1",
      "GET /b/:id 200 1",
      "GET /files/*path 200 1",
    ]);
  });
});

/** A router in an application of its own. */
function inApp(build: (router: Router) => void): Koa {
  const router = new Router();
  build(router);
  const app = make();
  app.use(router.routes());
  return app;
}

describe("the Koa middleware and koa-mount", () => {
  it("puts the prefixes of all mounts before the route, also where the route fails", async () => {
    const lines = await countedOf(
      (app, signals) => {
        const v1 = inApp((router) => {
          router.get("/users/:id", answer("one"));
          router.get("/throws/:id", () => {
            throw new Error("thrown");
          });
        });
        const api = make().use(mount("/v1", v1));
        app.use(goldenSignals(signals)).use(mount("/api", api)).use(mount("/plain", v1));
      },
      "/api/v1/users/1",
      "/api/v1/throws/1",
      "/plain/users/2",
      "/plain/throws/2",
    );
    expect(lines).toEqual([
      "GET /api/v1/throws/:id 500 1",
      "GET /api/v1/users/:id 200 1",
      "GET /plain/throws/:id 500 1",
      "GET /plain/users/:id 200 1",
    ]);
  });

  it("names what a mount answered itself by its prefix, and what it passed on by whoever took it", async () => {
    const lines = await countedOf(
      (app, signals) => {
        const files: Koa.Middleware = (context, next) => {
          if (context.path === "/throws") throw new Error("thrown");
          if (context.path === "/gone") return undefined;
          if (context.path.endsWith(".css")) context.body = "css";
          else return next();
          return undefined;
        };
        app.use(goldenSignals(signals));
        app.use(mount("/static", files));
        app.use(
          mount(
            "/nested",
            make()
              .use(mount("/static", files))
              .use(mount("/next", answer("next"))),
          ),
        );
        app.use(
          mount("/nested", (context, next) => (context.path === "/second" ? answer("2")(context, next) : next())),
        );
        app.use(
          inApp((router) => {
            router.get("/static/users/:id", answer("one"));
            router.get("/static/throws/:id", () => {
              throw new Error("thrown");
            });
          }).middleware[0] as Koa.Middleware,
        );
        app.use((context, next) => {
          if (context.path === "/static/outside") context.body = "outside";
          else if (context.path === "/nested/static/fails") throw new Error("outside");
          else return next();
          return undefined;
        });
      },
      "/static/a.css",
      "/static/throws",
      "/static/gone",
      "/static/none",
      "/static/users/1",
      "/static/throws/1",
      "/static/outside",
      "/nested/static/a.css",
      "/nested/static/throws",
      "/nested/static/none",
      "/nested/static/fails",
      "/nested/next/x",
      "/nested/second",
    );
    expect(lines).toEqual([
      "GET (unmatched) 200 1",
      "GET (unmatched) 404 2",
      "GET (unmatched) 500 1",
      "GET /nested/* 200 1",
      "GET /nested/next/* 200 1",
      "GET /nested/static/* 200 1",
      "GET /nested/static/* 500 1",
      "GET /static/* 200 1",
      "GET /static/* 404 1",
      "GET /static/* 500 1",
      "GET /static/throws/:id 500 1",
      "GET /static/users/:id 200 1",
    ]);
  });

  it("knows a mount that answers after all others had their turn, and an outer one that answers for an inner", async () => {
    const lines = await countedOf(
      (app, signals) => {
        app.use(goldenSignals(signals));
        app.use(
          mount("/late", async (context, next) => {
            await next();
            if (context.path === "/a") context.body = "late";
          }),
        );
        app.use(
          mount(
            "/outer",
            make()
              .use(mount("/inner", (_context, next) => next()))
              .use(answer("outer")),
          ),
        );
      },
      "/late/a",
      "/late/b",
      "/outer/inner/x",
    );
    expect(lines).toEqual(["GET (unmatched) 404 1", "GET /late/* 200 1", "GET /outer/* 200 1"]);
  });

  it("works where it is used within a mount only, from the first request on, and never names a value", async () => {
    const build = (app: Koa, signals: GoldenSignalsCollector): void => {
      const inner = inApp((router) => {
        router.get("/users/:id", answer("one"));
      });
      inner.middleware.unshift(goldenSignals(signals));
      app.use(mount("/api", make().use(mount("/v1", inner))));
      app.use(mount("/one", inner));
    };
    expect(await countedOf(build, "/one/users/1", "/one/users/2")).toEqual(["GET /one/users/:id 200 2"]);
    expect(await countedOf(build, "/api/v1/users/1", "/api/v1/users/2")).toEqual([
      "GET /*/v1/users/:id 200 1",
      "GET /api/v1/users/:id 200 1",
    ]);
  });

  it("leaves what is read from the context as it was", async () => {
    const seen = async (...middlewares: Koa.Middleware[]): Promise<string[]> => {
      const app = make();
      for (const middleware of middlewares) app.use(middleware);
      app.use(async (context, next) => {
        await next();
        const { path, mountPath, _matchedRoute, body } = context as Koa.Context & Record<string, unknown>;
        context.body = { path, mountPath, _matchedRoute, body };
      });
      app.use(
        mount(
          "/api",
          inApp((router) => {
            router.get("/users/:id", (context) => {
              const { path, originalUrl, mountPath } = context as Koa.Context & Record<string, unknown>;
              context.body = { path, originalUrl, mountPath };
            });
          }),
        ),
      );
      app.use((context) => {
        context.path = "/rewritten";
        context.body = `${context.path} ${context.url}`;
      });
      const url = await serve(app);
      return Promise.all(["/api/users/1?a=b", "/api/none", "/other?x=y"].map((path) => get(url + path)));
    };
    expect(await seen(goldenSignals(new GoldenSignalsCollector()))).toEqual(await seen());
  });
});

describe("the Koa middleware", () => {
  it("counts once where it is used twice, with a server's observer too, and takes the rules of all", async () => {
    const [signals, other] = [new GoldenSignalsCollector(), new GoldenSignalsCollector()];
    const asked: string[] = [];
    const app = make();
    app.use(goldenSignals(signals)).use(goldenSignals(other));
    app.use(
      goldenSignals(signals, {
        countsAsError: (context, statusCode) => {
          asked.push(`${context.method} ${context.path} ${String(statusCode)}`);
          return undefined;
        },
      }),
    );
    const router = new Router();
    router.get("/x/:id", answer("x"));
    app.use(mount("/api", router.routes()));
    const url = await serve(app);
    observeServer(servers[0] as Server, signals);
    await get(`${url}/api/x/1`);
    expect(await counted(signals)).toEqual(["GET /api/x/:id 200 1"]);
    expect(await counted(other)).toEqual(["GET /api/x/:id 200 1"]);
    expect(asked).toEqual(["GET /api/x/1 200"]);
  });

  it("counts a response that a handler writes itself", async () => {
    const lines = await countedOf((app, signals) => {
      const router = new Router();
      router.get("/own/:id", (context) => {
        context.respond = false;
        context.res.writeHead(202).end("own");
      });
      app.use(goldenSignals(signals)).use(router.routes());
    }, "/own/1");
    expect(lines).toEqual(["GET /own/:id 202 1"]);
  });

  it("counts where no notes can be taken, and reports it once", async () => {
    const signals = new GoldenSignalsCollector();
    const app = make();
    app.use(goldenSignals(signals));
    const router = new Router();
    router.get("/x/:id", answer("x"));
    app.use(router.routes());
    Object.freeze(app.context);
    const url = await serve(app);
    expect(await get(`${url}/x/1`)).toBe("200 x");
    expect(await get(`${url}/x/2`)).toBe("200 x");
    expect(await counted(signals)).toEqual(["GET /x/:id 200 2"]);
    expect(await signals.metrics()).toContain('nines_rejected_values_total{reason="fault"} 1\n');
  });

  it("serves the metrics and the status, with the connections that are open", async () => {
    const signals = new GoldenSignalsCollector();
    const router = new Router();
    router.get("/metrics", metricsHandler(signals));
    router.get("/slo", statusHandler({ status: () => Promise.resolve({ fine: true }) }));
    router.get("/broken", statusHandler({ status: () => Promise.reject(new Error("no status")) }));
    const app = make();
    app.use(goldenSignals(signals)).use(router.routes());
    const url = await serve(app);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toMatch(/^http_open_connections [1-9]/m);
    const status = await fetch(`${url}/slo`);
    expect(status.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await status.json()).toEqual({ fine: true });
    expect(await get(`${url}/broken`)).toBe("500 the status could not be told: no status\n");
  });
});
