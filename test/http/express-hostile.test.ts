import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";

import express from "express";
import { afterEach, describe, expect, it } from "vitest";

import { goldenSignals } from "../../src/http/express.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(app: express.Express): Promise<number> {
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** What the server sends to the bytes of `text`, less the date. */
function bytes(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(answer.replace(/Date: [^\r]*\r\n/g, ""));
    });
    socket.write(text);
    setTimeout(() => socket.destroy(), 3_000).unref();
  });
}

async function routes(signals: GoldenSignalsCollector): Promise<string[]> {
  await expect.poll(() => signals.inFlight, { timeout: 10_000, interval: 5 }).toBe(0);
  const text = await signals.metrics();
  return text.split("\n").flatMap((line) => /^http_requests_total\{.*route="(.*)",code=.*$/.exec(line)?.[1] ?? []);
}

const SECRET = "value-4711";

function build(signals?: GoldenSignalsCollector): express.Express {
  const app = express();
  const watch = (host: { use(handler: express.RequestHandler): unknown }): void => {
    if (signals !== undefined) host.use(goldenSignals(signals));
  };
  watch(app);
  const inner = express.Router({ mergeParams: true });
  inner.get("/:id", (request, response) => {
    const { params, baseUrl, originalUrl, url } = request;
    response.json({ params, baseUrl, originalUrl, url, keys: Object.keys(response).sort() });
  });
  inner.get("/:id/route", (_request, _response, next) => {
    next("route");
  });
  inner.get("/:id/router", (_request, _response, next) => {
    next("router");
  });
  inner.get("/:id/rejects", () => Promise.reject(new Error("rejected")));
  const outer = express.Router();
  outer.param("changed", (request, _response, next, value) => {
    request.params.changed = `${String(value)}!`;
    next();
  });
  for (const path of ["/t/:tenant/users", "/c/:changed", "/x/:a-:b", "/w/*rest/end", /^\/r\d+/]) outer.use(path, inner);
  app.use("/api", outer);
  const sub = express();
  watch(sub);
  sub.get("/s/:id", (request, response) => void response.send(request.baseUrl));
  sub.get("/falls/:id", (_request, _response, next) => {
    next();
  });
  app.use("/sub/:org", sub);
  app.get("/again/:id", (request, response) => {
    request.url = "/many/1";
    (app as unknown as (request: object, response: object) => void)(request, response);
  });
  app.get("/rebased/:id", (request, _response, next) => {
    request.baseUrl = `/evil/${request.params.id}`;
    next();
  });
  app.get(["/many/:a", "/other/:b"], (_request, response) => void response.send("many"));
  app.get("/destroyed", (_request, response) => {
    response.write("x");
    response.destroy();
  });
  app.use(((error: Error, request, response, _next) => {
    response.status(500).send(`${error.message} ${request.baseUrl} ${request.url}`);
  }) as express.ErrorRequestHandler);
  return app;
}

const paths = [
  "/",
  `/api/t/${SECRET}/users/${SECRET}`,
  `/api/t/${SECRET}/users/${SECRET}/route`,
  `/api/t/${SECRET}/users/${SECRET}/router`,
  `/api/t/${SECRET}/users/${SECRET}/rejects`,
  `/api/t/${SECRET}/users/${SECRET}/none/${SECRET}`,
  `/api/c/${SECRET}/1`,
  `/api/x/${SECRET}-${SECRET}/1`,
  `/api/w/${SECRET}/${SECRET}/end/1`,
  "/api/r4711/1",
  `/sub/${SECRET}/s/${SECRET}`,
  `/sub/${SECRET}/falls/${SECRET}`,
  `/sub/${SECRET}/none/${SECRET}`,
  `/again/${SECRET}`,
  `/rebased/${SECRET}`,
  `/many/${SECRET}`,
  `/%zz/${SECRET}`,
  `/api/t/%zz/users/${SECRET}`,
  `//${SECRET}//x`,
  `http://elsewhere/api/t/${SECRET}/users/1`,
  `/api/t/${"4711".repeat(2_000)}/users/1`,
  "/destroyed",
  "*",
];

describe("the Express middleware among hostile requests and hosts", () => {
  it("changes no byte of any response, leaks no value into a label and leaves nothing in flight", async () => {
    const signals = new GoldenSignalsCollector();
    const [plain, watched] = [await serve(build()), await serve(build(signals))];
    const requests = paths.flatMap((path) =>
      ["GET", "HEAD", "OPTIONS", "POST"].map(
        (method) => `${method} ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
      ),
    );
    requests.push(
      "GET / HTTP/1.0\r\n\r\n",
      "NONSENSE\r\n\r\n",
      `${"GET /many/1 HTTP/1.1\r\nHost: h\r\n\r\n".repeat(5)}GET / HTTP/1.0\r\n\r\n`,
    );
    const answers = async (port: number): Promise<string[]> => Promise.all(requests.map((text) => bytes(port, text)));
    expect(await answers(watched)).toEqual(await answers(plain));
    await expect.poll(() => signals.inFlight, { timeout: 10_000, interval: 5 }).toBe(0);
    expect((await routes(signals)).filter((route) => route.includes("4711"))).toEqual([]);
  });

  it("counts a client that was gone before the middleware's turn", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    let isThere = false;
    let isGone = false;
    app.use(({ socket }, _response, next) => {
      isThere = true;
      socket.once("close", () => {
        setTimeout(() => {
          isGone = true;
          next();
        }, 20);
      });
    });
    app.use(goldenSignals(signals));
    app.get("/late/:id", () => undefined);
    const port = await serve(app);
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    socket.write("GET /late/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    await expect.poll(() => isThere, { timeout: 10_000, interval: 5 }).toBe(true);
    socket.destroy();
    await expect.poll(() => isGone, { timeout: 10_000, interval: 5 }).toBe(true);
    await expect.poll(() => signals.inFlight, { timeout: 10_000, interval: 5 }).toBe(0);
    expect(await routes(signals)).toEqual(["/late/:id"]);
  });

  it("counts where no notes can be taken: a frozen prototype, a router without an application", async () => {
    const [frozen, bare] = [new GoldenSignalsCollector(), new GoldenSignalsCollector()];
    const app = express();
    app.use(goldenSignals(frozen));
    Object.freeze((app as unknown as { request: object }).request);
    await bytes(await serve(app), "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const router = express.Router();
    router.use(goldenSignals(bare) as unknown as express.RequestHandler);
    const server = createServer((request, response) => {
      router(request as express.Request, response as express.Response, () => response.end());
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await bytes((server.address() as AddressInfo).port, "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    expect([await routes(frozen), await routes(bare)]).toEqual([["(unmatched)"], ["(unmatched)"]]);
  });

  it("does not throw into the host when its own logger throws", async () => {
    const logger = {
      warn: () => undefined,
      error: () => {
        throw new Error("the logger is broken");
      },
    };
    const signals = new GoldenSignalsCollector({ logger });
    const app = express();
    app.use(goldenSignals(signals));
    Object.freeze((app as unknown as { request: object }).request);
    app.get("/", (_request, response) => void response.send("fine"));
    const answer = await bytes(await serve(app), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    expect(answer).toContain("fine");
  });

  it("names a prefix that several mounts made before there were notes with a star, never with its values", async () => {
    const signals = new GoldenSignalsCollector();
    const app = express();
    const [outer, inner] = [express.Router(), express.Router()];
    inner.use(goldenSignals(signals));
    inner.get("/x/:id", (_request, response) => void response.send("x"));
    outer.use("/users/:user", inner);
    app.use("/tenants/:tenant", outer);
    const port = await serve(app);
    for (const tenant of ["a", "b"]) {
      await bytes(port, `GET /tenants/${tenant}/users/u/x/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
    }
    expect(await routes(signals)).toEqual(["/*/x/:id", "/tenants/:tenant/users/:user/x/:id"]);
  });
});
