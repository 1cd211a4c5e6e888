import { once } from "node:events";
import { createServer, get, type IncomingHttpHeaders, request, type IncomingMessage, type Server } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { gunzipSync } from "node:zlib";

import { createAdaptorServer } from "@hono/node-server";
import express from "express";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { AdapterError, invalid } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { DashboardFeed } from "../../src/dashboard/feed/feed.ts";
import { pageHtml, pagePolicy } from "../../src/dashboard/html.ts";
import type { DashboardSnapshot, DashboardSteps } from "../../src/dashboard/model.ts";
import { packed } from "../../src/dashboard/packing.ts";
import type { DashboardHandlerOptions, DashboardLike } from "../../src/http/dashboard.ts";
import * as onExpress from "../../src/http/express.ts";
import * as onHono from "../../src/http/hono.ts";
import * as onNode from "../../src/http/node.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { eventsIn, ToldPage } from "../dashboard/feed-told.ts";
import { type DashboardHost, dashboardHosts, honoApp, listenerOf } from "./dashboard-hosts.ts";
import { endApp, listen, noConnections } from "./matrix/cells.ts";
import { eventually } from "./matrix/eventually.ts";
import { ask as asking, RawClient } from "./matrix/raw.ts";
import { read, underWay } from "./matrix/reading.ts";

const REFRESH_MS = 10_000;
const SECRET = "correct horse";

/** A dashboard that shows what it is given, and what is around it. */
class Bench implements DashboardLike {
  readonly clock = new ManualClock();
  readonly signals = new GoldenSignalsCollector();
  readonly feed: DashboardFeed;
  answer: () => DashboardSnapshot | Error = () => this.shown("");
  asked = 0;
  html = pageHtml({ title: "Shop's <b>", live: { url: "?events", refreshSeconds: 10 } });
  port = 0;
  server: Server | undefined;
  #end: () => Promise<unknown> = () => Promise.resolve();

  constructor(mostReaders = 1_000) {
    const source = { snapshot: () => this.snapshot() };
    const { clock } = this;
    this.feed = new DashboardFeed({
      source,
      refreshSeconds: REFRESH_MS / 1_000,
      clock,
      logger: silentLogger,
      mostReaders,
    });
  }

  shown(trouble: string): DashboardSnapshot {
    return { title: "Shop", at: this.clock.now(), services: [], marks: [], troubles: [trouble] };
  }

  livePage(): string {
    return this.html;
  }

  async generateHtml(): Promise<string> {
    return pageHtml({ title: "Shop", snapshot: await packed(await this.snapshot()) });
  }

  async snapshot(): Promise<DashboardSnapshot> {
    this.asked += 1;
    const answer = this.answer();
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async past(id: string): Promise<readonly DashboardSteps[]> {
    this.asked += 1;
    if (id !== "shop/a b") throw invalid("id", `there is no SLO "${id}" here`);
    return [{ start: 1, stepMs: 2, bad: [null], total: [3] }];
  }

  async serve(host: DashboardHost, options?: DashboardHandlerOptions): Promise<this> {
    const { signals } = this;
    const app = await host.build({ dashboard: this, signals, ...(options === undefined ? {} : { options }) });
    this.#end = () => endApp({ ...app, close: async () => app.close() });
    this.server = app.server;
    this.port = await listen(app.server);
    return this;
  }

  async served(server: Server): Promise<this> {
    this.#end = () => endApp({ server, close: () => Promise.resolve() });
    this.port = await listen(server);
    return this;
  }

  async readers(count: number): Promise<void> {
    await eventually(
      () => this.feed.readers === count,
      () => `${String(count)} readers; there are ${String(this.feed.readers)}`,
    );
  }

  async end(): Promise<void> {
    this.feed.close();
    await this.#end();
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.end());

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Reply> {
  const asked = request({ port: bench.port, host: "127.0.0.1", path, method, headers, agent: false });
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** An open stream of events. */
class Listener extends ToldPage {
  text = "";
  isOver = false;
  #rest = "";
  readonly response: IncomingMessage;

  constructor(response: IncomingMessage) {
    super();
    this.response = response;
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      this.text += text;
      this.#rest += text;
      if (!text.endsWith("\n\n")) return;
      for (const event of eventsIn(this.#rest).events) this.apply(event);
      this.#rest = "";
    });
    response.on("close", () => (this.isOver = true));
    response.on("error", () => undefined);
  }

  static async open(path = "/dashboard?events", headers: Record<string, string> = {}): Promise<Listener> {
    const asked = get({ port: bench.port, host: "127.0.0.1", path, headers, agent: false });
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    return new Listener(response);
  }

  async told(name: string): Promise<void> {
    await eventually(
      () => this.names.at(-1) === name,
      () => `${name} to be told; there is ${this.text.slice(-300)}`,
    );
  }

  async over(): Promise<void> {
    await eventually(() => this.isOver, "the stream to end");
  }

  leave(): void {
    this.response.destroy();
  }
}

const OWN = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

describe.each(dashboardHosts)("a dashboard on $name", (host) => {
  it("shows the page, plain and packed, and says when it is still the same", async () => {
    await bench.serve(host);
    for (const path of ["/dashboard", "/dashboard?x=1&page=other&event", "/behind/mount", "/behind/mount?service=a"]) {
      const { status, headers, body } = await ask(path);
      expect([status, body.toString()]).toEqual([200, bench.html]);
      expect(headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": `${pagePolicy({ live: true })}; frame-ancestors 'none'`,
        "cache-control": "private, no-cache",
        vary: "Accept-Encoding",
        ...OWN,
      });
    }
    const zipped = await ask("/dashboard", { "accept-encoding": "br, gzip" });
    expect(zipped.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(zipped.body).toString()).toBe(bench.html);

    const { etag = "" } = zipped.headers;
    for (const tag of [etag, etag.slice(2), `"x", ${etag}`, "*"]) {
      const same = await ask("/dashboard", { "if-none-match": tag });
      expect([same.status, same.body.length, same.headers.etag]).toEqual([304, 0, etag]);
      expect(same.headers["content-security-policy"]).toContain("frame-ancestors");
    }
    bench.html += "<!-- other -->";
    const other = await ask("/dashboard", { "if-none-match": etag });
    expect([other.status, other.body.toString()]).toEqual([200, bench.html]);
    expect(other.headers.etag).not.toBe(etag);
    expect(bench.asked).toBe(0);
  });

  it("gives the page as a file, and the data", async () => {
    await bench.serve(host);
    const file = await ask("/dashboard?page=static");
    expect([file.status, file.body.toString()]).toEqual([200, await bench.generateHtml()]);
    expect(file.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-disposition": 'attachment; filename="dashboard.html"',
      "content-security-policy": `${pagePolicy({ live: false })}; frame-ancestors 'none'`,
      "cache-control": "no-store",
      ...OWN,
    });
    bench.answer = () => bench.shown("x".repeat(2_000));
    const data = await ask("/behind/mount?data", { "accept-encoding": "gzip" });
    expect(JSON.parse(gunzipSync(data.body).toString())).toEqual(bench.answer());
    expect(data.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      ...OWN,
    });
  });

  it("tells how one SLO went", async () => {
    await bench.serve(host);
    for (const path of ["/dashboard?past=shop/a%20b", "/behind/mount?past=shop%2Fa+b"]) {
      const { status, headers, body } = await ask(path);
      expect([status, headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
      expect(JSON.parse(body.toString())).toEqual([{ start: 1, stepMs: 2, bad: [null], total: [3] }]);
    }
    const { status, body } = await ask("/dashboard?past=shop/b");
    expect([status, body.toString()]).toEqual([
      404,
      'the dashboard could not be told: id: there is no SLO "shop/b" here\n',
    ]);
  });

  it("answers HEAD as GET, without the body, and opens no stream for it", async () => {
    await bench.serve(host);
    for (const [path, type] of [
      ["/dashboard", "text/html; charset=utf-8"],
      ["/dashboard?page=static", "text/html; charset=utf-8"],
      ["/dashboard?data", "application/json; charset=utf-8"],
      ["/dashboard?events", "text/event-stream"],
    ] as const) {
      const { status, headers, body } = await ask(path, {}, "HEAD");
      expect([path, status, headers["content-type"], body.length]).toEqual([path, 200, type, 0]);
    }
    expect(bench.feed.readers).toBe(0);
  });

  it("takes no other method, no endless address, and nobody without the password", async () => {
    await bench.serve(host, { basic: { user: "ada", password: SECRET } });
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const { status, headers } = await ask("/behind/mount", {}, method);
      expect([method, status, headers.allow]).toEqual([method, 405, "GET, HEAD"]);
    }
    const known = `Basic ${btoa(`ada:${SECRET}`)}`;
    for (const path of ["/dashboard", "/dashboard?page=static", "/dashboard?data", "/dashboard?events"]) {
      for (const authorization of [
        "",
        "Basic",
        "Basic !",
        `Bearer ${btoa(`ada:${SECRET}`)}`,
        `Basic ${btoa("ada:x")}`,
      ]) {
        const { status, headers, body } = await ask(path, { authorization });
        expect([status, headers["www-authenticate"], body.toString()]).toEqual([
          401,
          'Basic realm="dashboard", charset="UTF-8"',
          "unauthorized\n",
        ]);
      }
    }
    expect([bench.asked, bench.feed.readers]).toEqual([0, 0]);
    expect((await ask("/dashboard?data", { authorization: known })).status).toBe(200);
    const page = await Listener.open("/dashboard?events", { authorization: known });
    await page.told("snapshot");
    expect((await ask(`/dashboard?${"x".repeat(2_100)}`, { authorization: known })).status).toBe(414);
  });

  it("says in its own words that there is nothing to show", async () => {
    await bench.serve(host);
    bench.answer = () => new Error("https://ada:hunter2@internal");
    for (const path of ["/dashboard?data", "/dashboard?page=static"]) {
      const { status, headers, body } = await ask(path);
      expect([status, headers["content-type"], body.toString()]).toEqual([
        500,
        "text/plain; charset=utf-8",
        "the dashboard could not be told: Error\n",
      ]);
    }
    bench.answer = () => new AdapterError("it is away", { adapter: "prometheus", operation: "query", retryable: true });
    expect((await ask("/dashboard?data")).body.toString()).toContain("prometheus could not query: it is away");
  });

  it("tells events at once, and goes on to tell them", async () => {
    await bench.serve(host);
    const page = await Listener.open("/dashboard?events", { "accept-encoding": "gzip", connection: "keep-alive" });
    const { statusCode, headers } = page.response;
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      "x-before": "1",
      connection: "close",
      ...OWN,
    });
    expect(headers["content-encoding"] ?? headers["content-length"]).toBeUndefined();
    await page.told("snapshot");
    expect([page.snapshot, eventsIn(page.text).retry]).toEqual([bench.answer(), [3_000]]);
    bench.answer = () => bench.shown("größe 😀");
    bench.clock.advance(REFRESH_MS);
    await page.told("update");
    expect(page.snapshot).toEqual(bench.answer());
    bench.clock.advance(5_000);
    await eventually(() => eventsIn(page.text).comments === 1, "a comment to keep the stream");

    const other = await Listener.open("/behind/mount?events&x=1");
    await other.told("snapshot");
    expect([other.snapshot, bench.asked]).toEqual([page.snapshot, 2]);
  });

  it("says when too many look, which golden signals do not take for a failure", async () => {
    bench = new Bench(1);
    await bench.serve(host);
    const page = await Listener.open();
    const { status, headers, body } = await ask("/dashboard?events");
    expect([status, headers["retry-after"], body.toString()]).toEqual([503, "10", "too many pages are open\n"]);
    page.leave();
    await bench.readers(0);
    await (await Listener.open()).told("snapshot");
    expect(await bench.signals.metrics()).not.toContain("http_requests_total{");
  });

  it("notices each of 200 that leave, in whatever way, and keeps nothing of them", async () => {
    await bench.serve(host);
    for (let round = 0; round < 4; round += 1) {
      const clients = await Promise.all(Array.from({ length: 50 }, () => RawClient.open(bench.port)));
      for (const client of clients) client.send(asking("/dashboard?events", { keep: true }));
      await Promise.all(clients.map((client) => client.got("event: snapshot")));
      expect(bench.feed.readers).toBe(50);
      for (const [index, client] of clients.entries()) {
        if (index % 3 === 0) client.reset();
        else if (index % 3 === 1) client.socket.end();
        else client.leave();
      }
      await bench.readers(0);
    }
    await noConnections(bench.server as Server);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it("notices who leaves before it is told anything", async () => {
    await bench.serve(host, { basic: { user: "ada", password: SECRET } });
    const authorization = `Authorization: Basic ${btoa(`ada:${SECRET}`)}`;
    const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.open(bench.port)));
    for (const client of clients) client.send(asking("/dashboard?events", { headers: [authorization] })).reset();
    await noConnections(bench.server as Server);
    bench.clock.advance(1_000);
    await bench.readers(0);
  });

  it("ends the streams of a server that closes, within a second, so that it does not wait for them", async () => {
    await bench.serve(host);
    const page = await Listener.open();
    await page.told("snapshot");
    const closed = once(bench.server as Server, "close");
    bench.server?.close();
    bench.clock.advance(1_000);
    await closed;
    await page.over();
    expect([bench.feed.readers, page.response.complete]).toEqual([0, true]);
  });

  it("ends all streams when the dashboard closes", async () => {
    await bench.serve(host);
    const pages = await Promise.all([Listener.open(), Listener.open()]);
    await Promise.all(pages.map((page) => page.told("snapshot")));
    bench.feed.close();
    await Promise.all(pages.map((page) => page.over()));
    expect(pages.map(({ response }) => response.complete)).toEqual([true, true]);
    await noConnections(bench.server as Server);
    const { status, headers, body } = await ask("/dashboard?events");
    expect([status, headers["retry-after"], body.toString()]).toEqual([503, "10", "the dashboard is closed\n"]);
  });

  it("holds nothing back for who does not read, and ends it after a minute", async () => {
    await bench.serve(host);
    bench.answer = () => bench.shown(`${String(bench.clock.now())} ${"x".repeat(5_000_000)}`);
    const deaf = await RawClient.open(bench.port, { deaf: true });
    deaf.socket.pause();
    deaf.send(asking("/dashboard?events"));
    await bench.readers(1);
    // Whoever reads gets all of it, piece by piece.
    const page = await Listener.open();
    await page.told("snapshot");
    expect(page.snapshot?.troubles[0]?.length).toBeGreaterThan(5_000_000);
    bench.answer = () => bench.shown("short");
    for (let passed = 0; passed < 60_000; passed += REFRESH_MS) {
      bench.clock.advance(REFRESH_MS);
      const names = page.names.length;
      await eventually(() => page.names.length > names, "the other page to be told");
      if (passed + REFRESH_MS < 60_000) expect(bench.feed.readers).toBe(2);
    }
    bench.clock.advance(REFRESH_MS);
    await bench.readers(1);
    // Not only out of the list: nothing that it has not read is kept.
    let open = 0;
    await eventually(
      () => {
        bench.server?.getConnections((_error, count) => (open = count));
        return open === 1;
      },
      () => `one connection; there are ${String(open)}`,
    );
    deaf.socket.resume();
    await deaf.over();
    await page.told("update");
  });

  it("is left out of golden signals, whatever is asked of it: who looks at a service is none of its users", async () => {
    await bench.serve(host);
    const page = await Listener.open();
    await page.told("snapshot");
    await underWay(bench.signals, 0);
    await ask("/dashboard");
    await ask("/safe");
    page.leave();
    await bench.readers(0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await read(bench.signals)).requests).toEqual({ "GET /safe 200": 1 });
  });
});

describe("a dashboard's stream", () => {
  /** What `compression` does to responses: it holds all back until it is flushed, or over. */
  function holdingBack(): express.RequestHandler {
    return (_request, response, next) => {
      const write = response.write.bind(response) as (chunk: Uint8Array) => boolean;
      let held: Uint8Array[] = [];
      Object.assign(response, {
        write: (chunk: Uint8Array) => {
          held.push(chunk);
          return true;
        },
        flush: () => {
          for (const chunk of held) write(chunk);
          held = [];
        },
      });
      next();
    };
  }

  it("gets through what holds responses back", async () => {
    const app = express();
    app.use(holdingBack());
    app.get("/dashboard", onExpress.dashboardHandler(bench));
    await bench.served(createServer(app));
    const page = await Listener.open();
    await page.told("snapshot");
    bench.clock.advance(REFRESH_MS);
    await page.told("update");
  });

  it("keeps what Fastify's hooks have set, lists too", async () => {
    const host = dashboardHosts.find(({ name }) => name === "fastify 5") as DashboardHost;
    await bench.serve(host);
    const page = await Listener.open();
    expect(page.response.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  });

  it("does not hold up app.close() of Fastify", async () => {
    const app = await (dashboardHosts.find(({ name }) => name === "fastify 5") as DashboardHost).build({
      dashboard: bench,
      signals: bench.signals,
    });
    bench.port = await listen(app.server);
    const page = await Listener.open();
    await page.told("snapshot");
    const closed = app.close();
    await eventually(() => !app.server.listening, "the server to listen no more");
    bench.clock.advance(1_000);
    await closed;
    await page.over();
  });

  it("is ended where something else has ended its response", async () => {
    const handler = onNode.dashboardHandler(bench);
    const ends: (() => void)[] = [];
    await bench.served(
      createServer((incoming, response) => {
        ends.push(() => response.end());
        handler(incoming, response);
      }),
    );
    const [one, two] = [await Listener.open(), await Listener.open()];
    await two.told("snapshot");
    ends[0]?.();
    await one.over();
    await bench.readers(1);
    // Just before something is written.
    bench.answer = () => {
      ends[1]?.();
      return bench.shown("x");
    };
    bench.clock.advance(REFRESH_MS);
    await bench.readers(0);
    await two.over();
    expect(two.names).toEqual(["snapshot"]);
  });

  it("lasts on a server that is handed its connections, and never listens itself", async () => {
    const inner = createServer(onNode.dashboardHandler(bench));
    const outer = createNetServer((socket) => void inner.emit("connection", socket)).listen(0, "127.0.0.1");
    await once(outer, "listening");
    bench.port = (outer.address() as AddressInfo).port;
    const page = await Listener.open("/?events");
    await page.told("snapshot");
    bench.clock.advance(REFRESH_MS);
    await page.told("update");
    page.leave();
    await bench.readers(0);
    outer.close();
  });

  it("waits for its turn on a connection, and leaves its place if that breaks", async () => {
    const handler = onNode.dashboardHandler(bench);
    await bench.served(
      createServer((incoming, response) => {
        // The first is never answered.
        if (incoming.url !== "/first") handler(incoming, response);
      }),
    );
    const client = await RawClient.open(bench.port);
    client.send(asking("/first", { keep: true }) + asking("/dashboard?events", { keep: true }).repeat(15));
    await bench.readers(15);
    client.reset();
    await bench.readers(0);
  });

  it("is one of many on a connection of HTTP/2", async () => {
    const server = createHttp2Server((incoming, response) => {
      onNode.dashboardHandler(bench)(incoming, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const session = connectHttp2(`http://127.0.0.1:${String(port)}`);
    const streams = [1, 2, 3].map(() => session.request({ ":path": "/dashboard?events" }));
    const texts = streams.map(() => "");
    for (const [index, stream] of streams.entries()) {
      stream.setEncoding("utf8").on("data", (text: string) => (texts[index] = `${texts[index] ?? ""}${text}`));
    }
    await eventually(() => texts.every((text) => text.includes("event: snapshot")), "three snapshots");
    expect(bench.feed.readers).toBe(3);
    streams[0]?.close();
    await bench.readers(2);
    const closed = new Promise((resolve) => server.close(resolve));
    bench.clock.advance(1_000);
    await bench.readers(0);
    session.close();
    await closed;
  });

  it("leaves its place where a middleware of Hono gives another response in its stead", async () => {
    const app = new Hono();
    app.use(async (context, next) => {
      await next();
      context.res = new Response("another");
    });
    app.get("/", onHono.dashboardHandler(bench));
    await bench.served(createAdaptorServer({ fetch: app.fetch }) as Server);
    expect((await ask("/?events")).body.toString()).toBe("another");
    bench.clock.advance(1_000);
    await bench.readers(0);
  });

  it("is the body of a standard response, without a server", async () => {
    const app = honoApp({ dashboard: bench, signals: bench.signals }, "observeApp");
    const response = await app.request("/dashboard?events");
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("event: snapshot")) text += (await reader.read()).value ?? "";
    expect(bench.feed.readers).toBe(1);
    await reader.cancel();
    await bench.readers(0);

    const leaving = new AbortController();
    await app.request("/dashboard?events", { signal: leaving.signal });
    expect(bench.feed.readers).toBe(1);
    leaving.abort();
    expect(bench.feed.readers).toBe(0);

    // Nobody reads it.
    bench.answer = () => bench.shown("x".repeat(100_000));
    bench.clock.advance(REFRESH_MS);
    const deaf = await app.request("/dashboard?events");
    await eventually(() => bench.asked === 2, "the data to be asked for");
    await new Promise((resolve) => setImmediate(resolve));
    bench.clock.advance(61_000);
    expect(bench.feed.readers).toBe(0);
    await expect(deaf.text()).rejects.toThrow("it was read too slowly");

    const ended = await app.request("/dashboard?events");
    const whole = ended.text();
    await new Promise((resolve) => setImmediate(resolve));
    bench.feed.close();
    expect(await whole).toContain("event: snapshot");
    expect((await app.request("/dashboard?events")).status).toBe(503);
    expect((await read(bench.signals)).requests).toEqual({});
  });
});

describe("a dashboard's answers", () => {
  it("are made once for all who ask at a time", async () => {
    let arrived = 0;
    const server = createServer(onNode.dashboardHandler(bench)).on("request", () => (arrived += 1));
    await bench.served(server);
    let letGo = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (letGo = resolve));
    const { snapshot } = bench;
    bench.snapshot = async () => {
      await waiting;
      return snapshot.call(bench);
    };
    const asked = Array.from({ length: 20 }, (_, index) => ask(index % 2 === 0 ? "/?data" : "/?page=static"));
    await eventually(() => arrived === 20, "all to ask");
    await new Promise((resolve) => setTimeout(resolve, 50));
    letGo();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(bench.asked).toBe(2);
  });

  it("are made for 32 pasts at a time, and each place is given back", async () => {
    await bench.served(createServer(onNode.dashboardHandler(bench)));
    let letGo = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (letGo = resolve));
    const told: string[] = [];
    bench.past = async (id) => {
      told.push(id);
      await waiting;
      return [];
    };
    const asked = Array.from({ length: 40 }, (_, index) => ask(`/?past=s/${String(index % 32)}`));
    await eventually(() => told.length === 32, "32 questions");
    const { status, headers } = await ask("/?past=s/32");
    expect([status, headers["retry-after"]]).toEqual([503, "1"]);
    letGo();
    expect(
      new Set((await Promise.all(asked)).map((reply) => `${String(reply.status)} ${reply.body.toString()}`)),
    ).toEqual(new Set(["200 []\n"]));
    expect([(await ask("/?past=s/32")).status, told.length]).toEqual([200, 33]);
  });

  it("may be framed by those who are named", async () => {
    for (const [frameAncestors, expected] of [
      [undefined, "'none'"],
      ["self", "'self'"],
      ["'self'", "'self'"],
      [
        ["self", "https://grafana.example.com", "http://127.0.0.1:3000"],
        "'self' https://grafana.example.com http://127.0.0.1:3000",
      ],
      ["https://*.example.com:8443", "https://*.example.com:8443"],
    ] as const) {
      const server = createServer(
        onNode.dashboardHandler(bench, frameAncestors === undefined ? {} : { frameAncestors }),
      );
      await bench.served(server);
      for (const path of ["/", "/?page=static"]) {
        const policy = String((await ask(path)).headers["content-security-policy"]);
        expect(policy.endsWith(`; frame-ancestors ${expected}`)).toBe(true);
      }
      expect((await ask("/?data")).headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      server.close();
    }
  });

  it("know a password of any script, and an address in absolute form", async () => {
    await bench.served(
      createServer(onNode.dashboardHandler(bench, { basic: { user: "Åsa", password: "größe: 😀😀" } })),
    );
    const authorization = `basic  ${Buffer.from("Åsa:größe: 😀😀").toString("base64")}`;
    expect((await ask("http://shop.internal/dashboard?data", { authorization })).body.toString()).toContain('"Shop"');
  });

  it("let nothing run where a page does not say what it may", async () => {
    bench.html = "<!doctype html>";
    await bench.served(createServer(onNode.dashboardHandler(bench)));
    expect((await ask("/")).headers["content-security-policy"]).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it.each<[string, unknown, unknown, string]>([
    ["nothing", undefined, {}, "dashboard: is missing; give an SloDashboard"],
    ["something else", {}, {}, "dashboard: a mapping has no method livePage()"],
    ["one without a feed", { livePage() {}, generateHtml() {}, snapshot() {} }, {}, "dashboard.feed"],
    [
      "a misspelt option",
      undefined,
      { frameAncestor: "self" },
      'frameAncestor: is no option of dashboardHandler; did you mean "frameAncestors"?',
    ],
    [
      "a frame of anybody",
      undefined,
      { frameAncestors: "*" },
      'frameAncestors: "*" may frame nothing; write self, or an origin',
    ],
    ["a rule in a frame", undefined, { frameAncestors: ["https://a.b; script-src *"] }, "frameAncestors[0]: "],
    ["a path in a frame", undefined, { frameAncestors: ["https://a.b/c"] }, "frameAncestors[0]: "],
    ["no frames", undefined, { frameAncestors: [] }, "frameAncestors: has 0 entries"],
    ["no user", undefined, { basic: { password: SECRET } }, "basic.user: undefined is no user"],
    ["two users", undefined, { basic: { user: "a:b", password: SECRET } }, 'basic.user: "a:b" is no user'],
    ["a short password", undefined, { basic: { user: "a", password: "hunter2" } }, "basic.password: is not a password"],
    ["no login", undefined, { basic: "ada" }, "basic: dashboardHandler (basic) takes an object"],
  ])("are not to be had of %s", (what, dashboard, options, message) => {
    const given = dashboard ?? (what === "nothing" ? undefined : bench);
    expect(() => onNode.dashboardHandler(given as never, options as never)).toThrow(message);
    expect(() => onNode.dashboardHandler(given as never, options as never)).not.toThrow("hunter2");
  });

  it("listen as plain listeners too", async () => {
    await bench.served(createServer(listenerOf({ dashboard: bench, signals: bench.signals })));
    expect((await ask("/safe")).body.toString()).toBe("safe");
  });
});
