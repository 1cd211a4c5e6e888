import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { connect, type AddressInfo } from "node:net";

import express5 from "express";
import { afterEach, describe, expect, it } from "vitest";

import { compiledPattern } from "../../src/http/express-layers.ts";
import { layerOf } from "../../src/http/express-stacks.ts";
import { mountPattern } from "../../src/http/express-mounts.ts";
import { goldenSignals } from "../../src/http/express.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Express = typeof express5;

// Its types would come under the name of the other one.
const express4 = createRequire(import.meta.url)("express4") as Express;

const VERSIONS: ReadonlyArray<readonly [string, Express]> = [
  ["Express 5", express5],
  ["Express 4", express4],
];

/** The routes that requests for `paths` are counted under, with how many there were. */
async function routesOf(
  express: Express,
  build: (app: express5.Express, watch: express5.RequestHandler) => void,
  ...paths: string[]
): Promise<string[]> {
  const signals = new GoldenSignalsCollector();
  const app = express();
  build(app, goldenSignals(signals));
  const server = createServer(app).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  for (const path of paths) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(`GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
      });
      socket.resume().on("close", () => {
        resolve();
      });
    });
  }
  await expect.poll(() => signals.inFlight).toBe(0);
  const text = await signals.metrics();
  const lines = text.matchAll(/^http_requests_total\{.*route="(.*)",code="(\d+)"\} (\d+)$/gm);
  return [...lines].map(([, ...parts]) => parts.join(" ")).sort();
}

const ok: express5.RequestHandler = (_request, response) => void response.send("ok");

describe.each(VERSIONS)("mounts of %s", (version, express) => {
  const inner = (options?: express5.RouterOptions): express5.Router => express.Router(options).get("/users/:id", ok);

  it("are one pattern in whatever case they are asked for", async () => {
    const build = (app: express5.Express, watch: express5.RequestHandler): void => {
      app.use(watch).use("/api/:tenant", inner());
    };
    expect(await routesOf(express, build, "/api/a/users/1", "/API/b/users/1", "/Api/c/USERS/2")).toEqual([
      "/api/:tenant/users/:id 200 3",
    ]);
  });

  it("keep their segments where a value is the same as one of them", async () => {
    const build = (app: express5.Express, watch: express5.RequestHandler): void => {
      app.use(watch).use("/tenants/:tenant", inner());
    };
    expect(await routesOf(express, build, "/tenants/tenants/users/1", "/tenants/x/users/users")).toEqual([
      "/tenants/:tenant/users/:id 200 2",
    ]);
  });

  it("that are expressions show their text, not what came in", async () => {
    const build = (app: express5.Express, watch: express5.RequestHandler): void => {
      app
        .use(watch)
        .use(/^\/u\d+/, inner())
        .use(/^\/v(\d+)/, inner());
    };
    const paths = ["/u4711/users/1", "/u4712/users/1", "/v4711/users/1", "/v4712/users/1"];
    expect(await routesOf(express, build, ...paths)).toEqual([
      "/^\\\\/u\\\\d+//users/:id 200 2",
      "/^\\\\/v(\\\\d+)//users/:id 200 2",
    ]);
  });

  it("are named in routers that merge parameters, in routers without a prefix, and in applications", async () => {
    const build = (app: express5.Express, watch: express5.RequestHandler): void => {
      app.use(watch);
      const merging = express.Router({ mergeParams: true });
      merging.use("/teams/:team", express.Router({ mergeParams: true }).use("/:kind", inner({ mergeParams: true })));
      app.use("/m/:org", merging);
      app.use(express.Router().use(express.Router().use("/bare/:x", inner())));
      const sub = express();
      sub.use("/deep/:y", inner());
      app.use("/sub/:org", sub);
    };
    const paths = ["/m/a/teams/b/c/users/1", "/m/a/teams/a/a/users/1", "/bare/1/users/2", "/sub/1/deep/2/users/3"];
    expect(await routesOf(express, build, ...paths)).toEqual([
      "/bare/:x/users/:id 200 1",
      "/m/:org/teams/:team/:kind/users/:id 200 2",
      "/sub/:org/deep/:y/users/:id 200 1",
    ]);
  });

  it("are named by the one that answered, of several that fit", async () => {
    const build = (app: express5.Express, watch: express5.RequestHandler): void => {
      app.use(watch);
      app.use("/:first", (_request, _response, next) => {
        next();
      });
      app.use("/files", (request, response, next) => {
        if (request.path === "/a") response.send("a");
        else next();
      });
      app.use("/:last", inner());
    };
    expect(await routesOf(express, build, "/files/a", "/files/users/1", "/files/none")).toEqual([
      "(unmatched) 404 1",
      "/:last/users/:id 200 1",
      "/files/* 200 1",
    ]);
  });

  it("are told from the values that handlers put in the place of parameters", async () => {
    const build = (app: express5.Express, watch: express5.RequestHandler): void => {
      app.use(watch);
      const router = express.Router();
      router.param("id", (request, _response, next, value: string) => {
        setTimeout(() => {
          request.params.id = `${value}!`;
          next();
        }, 5);
      });
      router.use("/:id", inner());
      app.use("/things", router);
    };
    expect(await routesOf(express, build, "/things/1/users/2", "/things/users/users/3")).toEqual([
      "/things/:id/users/:id 200 2",
    ]);
  });

  it("never have the host of a request line in full in their name", async () => {
    const build = (app: express5.Express, watch: express5.RequestHandler): void => {
      app.use(watch).use("/api/:tenant", inner());
      app.use("/files", ok);
      app.get("/top/:id", ok);
    };
    const requests = ["/api/a/users/1", "/files/x", "/top/1", "/none", "", "?x=1"].map(
      (path) => `http://evil4711${path}`,
    );
    const routes = await routesOf(express, build, ...requests, "https://other/api/b/users/2");
    expect(routes.filter((route) => /evil|other/.test(route))).toEqual([]);
    expect(routes).toContain("/api/:tenant/users/:id 200 2");
  });

  it("are a star where no layer of the application entered them", async () => {
    const build = (app: express5.Express, watch: express5.RequestHandler): void => {
      const hidden = express.Router().use("/b/:x", inner());
      app.use(watch).use("/a", (request, response, next) => {
        hidden(request, response, next);
      });
    };
    const expected = version === "Express 4" ? "/a/*/users/:id 200 2" : "/a/b/:x/users/:id 200 2";
    expect(await routesOf(express, build, "/a/b/4711/users/1", "/a/B/4712/users/2")).toEqual([expected]);
  });
});

describe("mounts of Express 4", () => {
  it("with wildcards, optional parts, lists and expressions of one parameter are a star", async () => {
    const router = express4.Router().get("/end/:id", ok);
    const mounts = ["/w/*/x", "/o/:opt?", "/n/:number(\\d+)", ["/a", "/b"]];
    const build = (app: express5.Express, watch: express5.RequestHandler): void => {
      app.use(watch);
      for (const path of mounts) app.use(path, router);
    };
    const paths = ["/w/1/x/end/1", "/o/2/end/1", "/n/3/end/1", "/a/end/1", "/b/end/1"];
    expect(await routesOf(express4, build, ...paths)).toEqual(["/*/end/:id 200 5"]);
  });

  it.each([
    ["/api", "/api"],
    ["/api/", "/api"],
    ["/a.b-c", "/a.b-c"],
    ["/:a/:b", "/:a/:b"],
    ["/t/:from-:to", "/t/:from-:to"],
    ["/f/:name.:ext", "/f/:name.:ext"],
    ["/:a?", "/*"],
    ["/a+", "/*"],
    ["/(a|b)", "/*"],
    ["*", "/*"],
  ])("%s is called %s", (path, expected) => {
    const app = express4();
    app.use(path, () => undefined);
    const { _router: router } = app as unknown as {
      _router: { stack: { regexp: RegExp; keys: { name: string | number }[] }[] };
    };
    const layer = router.stack.at(-1);
    expect(compiledPattern(layer?.regexp as RegExp, layer?.keys ?? [])).toBe(expected);
  });
});

describe("mounts of Express 5 before 5.3", () => {
  /** An application as it was: its layers tell their parameters, and neither they nor the request a pattern. */
  function entered(path: string, params: Record<string, string>, layer: object = {}): string {
    Object.assign(layer, { route: undefined, path, params });
    return mountPattern({ app: { router: { stack: [layer] } }, params }, path, undefined).pattern;
  }

  it("are named by their parameters, in lower case", () => {
    expect(entered("/Tenants/42", { tenant: "42" })).toBe("/tenants/:tenant");
    expect(entered("/api", {})).toBe("/api");
  });

  it("are a star where a parameter is no whole segment, or one layer goes by two names", () => {
    expect(entered("/a-b", { from: "a", to: "b" })).toBe("/*");
    const layer = {};
    expect(entered("/u1", {}, layer)).toBe("/u1");
    expect(entered("/u2", {}, layer)).toBe("/*");
    expect(entered("/u1", {}, layer)).toBe("/*");
  });

  it("are a star where two layers could be meant", () => {
    const layers = [
      { path: "/x", params: { a: "x" }, regexp: /a/ },
      { path: "/x", params: {}, regexp: /x/ },
    ];
    expect(layerOf(layers, "/x", { a: "x" })).toBeUndefined();
    expect(layerOf(layers.slice(1), "/x", { a: "x" })).toBe(layers[1]);
  });
});
