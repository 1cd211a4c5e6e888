import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import express from "express";
import { afterEach, describe, expect, it } from "vitest";

import { goldenSignals, metricsHandler } from "../../src/http/express.ts";
import { observeServer } from "../../src/http/node.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(app: express.Express): Promise<string> {
  const server = createServer(app).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function get(url: string, method = "GET"): Promise<number> {
  const response = await fetch(url, { method });
  await response.arrayBuffer();
  return response.status;
}

/** Lines of the requests counter, without its name: `{labels} count`. */
async function counted(signals: GoldenSignalsCollector): Promise<string[]> {
  // The last close may be a tick away from the client's last byte.
  await expect.poll(() => signals.inFlight, { timeout: 10_000, interval: 5 }).toBe(0);
  const text = await signals.metrics();
  return text.split("\n").flatMap((line) => /^http_requests_total(\{.*\} \d+)$/.exec(line)?.[1] ?? []);
}

const line = (route: string, code: number, count = 1, method = "GET"): string =>
  `{method="${method}",route="${route}",code="${String(code)}"} ${String(count)}`;

describe("the Express middleware over real sockets", () => {
  it("labels routes by their pattern with every mount in front, and never by a value", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    const users = express.Router();
    users.get("/", (_request, response) => void response.send("all"));
    users.get("/:id", (_request, response) => void response.send("one"));
    const tenants = express.Router();
    tenants.use("/users", users);
    app.use("/tenants/:tenant", tenants);
    const url = await serve(app);
    for (const tenant of ["acme", "b%20c", "users"]) {
      await get(`${url}/tenants/${tenant}/users`);
      await get(`${url}/tenants/${tenant}/users/7`);
    }
    expect(await counted(signals)).toEqual([
      line("/tenants/:tenant/users", 200, 3),
      line("/tenants/:tenant/users/:id", 200, 3),
    ]);
  });

  it("keeps the pattern and the mounts of a route that throws, rejects or passes an error on", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    const api = express.Router();
    api.get("/throws/:id", () => {
      throw new Error("thrown");
    });
    api.get("/rejects/:id", () => Promise.reject(new Error("rejected")));
    api.get("/next/:id", (_request, _response, next) => {
      next(new Error("passed on"));
    });
    app.use("/api", api);
    app.use(
      ((_error, _request, response, _next) => void response.status(503).send("down")) as express.ErrorRequestHandler,
    );
    const url = await serve(app);
    expect(await Promise.all(["throws", "rejects", "next"].map((path) => get(`${url}/api/${path}/1`)))).toEqual([
      503, 503, 503,
    ]);
    expect(await counted(signals)).toEqual(
      expect.arrayContaining([line("/api/throws/:id", 503), line("/api/rejects/:id", 503), line("/api/next/:id", 503)]),
    );
  });

  it("gives everything that no route took one label, and adds no series for 500 scanned URLs", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    const url = await serve(app);
    for (let scan = 0; scan < 500; scan += 1) await get(`${url}/wp-admin/${String(scan)}`);
    expect(await counted(signals)).toEqual([line("(unmatched)", 404, 500)]);
  });

  it("knows sub-applications, static mounts, regular expressions and lists of paths", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    const admin = express();
    admin.get("/jobs/:job", (_request, response) => void response.send("job"));
    app.use("/admin", admin);
    app.use("/assets", (_request, response) => void response.send("file"));
    app.get(/^\/v\d+$/, (_request, response) => void response.send("regex"));
    app.get(["/a", "/b"], (_request, response) => void response.send("list"));
    app.use(/^\/u\d+/, (_request, response) => void response.send("mounted regex"));
    const url = await serve(app);
    for (const path of [
      "/admin/jobs/1",
      "/assets/a.css",
      "/assets/b.css",
      "/v1",
      "/v22",
      "/a",
      "/b",
      "/u1/x",
      "/u2/y",
    ]) {
      await get(`${url}${path}`);
    }
    expect(await counted(signals)).toEqual([
      line("/admin/jobs/:job", 200),
      line("/assets/*", 200, 2),
      line("/^\\\\/v\\\\d+$/", 200, 2),
      line("/a|/b", 200, 2),
      line("/^\\\\/u\\\\d+//*", 200, 2),
    ]);
  });

  it("counts once when it is mounted twice, also within a router", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    const api = express.Router();
    api.use(goldenSignals(signals));
    api.get("/x", (_request, response) => void response.send("x"));
    app.use("/:version", goldenSignals(signals), api);
    const url = await serve(app);
    await get(`${url}/v1/x`);
    await get(`${url}/v2/x`);
    expect(await counted(signals)).toEqual([line("/:version/x", 200, 2)]);
  });

  it("takes the route from whoever knows it, where a server's listener was there first", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    app.get("/x/:id", (_request, response) => void response.send("x"));
    const url = await serve(app);
    const [server] = servers;
    if (server === undefined) throw new Error("no server");
    observeServer(server, signals);
    await get(`${url}/x/1`);
    expect(await counted(signals)).toEqual([line("/x/:id", 200)]);
  });

  it("counts a client that goes away before the answer once, as 499, with nothing left in flight", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    app.get("/never", () => undefined);
    const url = await serve(app);
    const request = httpRequest(`${url}/never`);
    const gone = new Promise((resolve) => request.on("error", resolve));
    request.end();
    await expect.poll(() => signals.inFlight, { timeout: 15_000, interval: 10 }).toBe(1);
    request.destroy();
    await gone;
    expect(await counted(signals)).toEqual([line("/never", 499)]);
    expect(signals.inFlight).toBe(0);
    expect(await signals.metrics()).toContain(
      'http_request_errors_total{method="GET",route="/never",class="client_closed"} 1',
    );
  });

  it("calls a response that the server broke off a failure, whatever its status line said", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    app.get("/breaks", (_request, response) => {
      response.write("begun");
      setTimeout(() => response.destroy(new Error("disk")), 20);
    });
    const url = await serve(app);
    await expect(get(`${url}/breaks`)).rejects.toThrow();
    expect(await counted(signals)).toEqual([line("/breaks", 500)]);
  });

  it("times a stream to its last byte", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    app.get("/slow", (_request, response) => {
      response.write("first");
      setTimeout(() => response.end("last"), 120);
    });
    await get(`${await serve(app)}/slow`);
    await counted(signals);
    const sum = Number(/duration_seconds_sum\{.*\} (\S+)/.exec(await signals.metrics())?.[1]);
    expect(sum).toBeGreaterThan(0.11);
  });

  it("folds methods that HTTP does not know", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    const url = await serve(app);
    await get(url, "PROPFIND");
    await get(url, "REPORT");
    expect(await counted(signals)).toEqual([line("(unmatched)", 404, 2, "OTHER")]);
  });

  it("serves the metrics, with the connections that are open", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    app.use(goldenSignals(signals));
    app.get("/metrics", metricsHandler(signals));
    const url = await serve(app);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    expect(text).toMatch(/^http_open_connections [1-9]/m);
    expect(text).toMatch(/^http_requests_in_flight 1$/m);
  });
});
