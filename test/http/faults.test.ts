import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect as connectSocket, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { InProcessFaults } from "../../src/chaos/in-process/in-process-faults.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { ConfigurationError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { waitedFor } from "../../src/http/node-faults.ts";
import { faultInjection, observeServer } from "../../src/http/node.ts";
import type { InjectableFault } from "../../src/ports/fault-plane.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { type FaultedHost, faultedHosts, honoApp } from "./faults-hosts.ts";
import { endApp, listen } from "./matrix/cells.ts";
import { eventually } from "./matrix/eventually.ts";
import { ask, exchange, RawClient } from "./matrix/raw.ts";
import { read } from "./matrix/reading.ts";

const HIT = "GET /hit/:id";

class Bench {
  readonly clock = new ManualClock();
  readonly signals = new GoldenSignalsCollector();
  readonly ran: string[] = [];
  readonly faults: InProcessFaults;
  port = 0;
  #app: Awaited<ReturnType<FaultedHost["build"]>> | undefined;

  constructor(maxActive = 1_000) {
    this.faults = new InProcessFaults({
      routes: [HIT, "/safe", "/api/things/:id", "/api/*", "POST /echo"],
      maxActive,
      clock: this.clock,
      random: seededRandom("faults"),
    });
  }

  async serve(host: FaultedHost): Promise<this> {
    this.#app = await host.build({ signals: this.signals, faults: this.faults }, this.ran);
    this.port = await listen(this.#app.server);
    return this;
  }

  async place(fault: InjectableFault, target: string = HIT, share = 1): Promise<string> {
    const id = randomUUID();
    await this.faults.place({ id, target, fault, share });
    return id;
  }

  async held(count: number): Promise<void> {
    await eventually(
      () => this.faults.held === count,
      () => `${count} to be held; there are ${this.faults.held}`,
    );
  }

  async end(): Promise<void> {
    this.faults.clear();
    if (this.#app !== undefined) await endApp(this.#app);
  }
}

const CONVERSATIONS = [
  ...["/hit/7", "/hit/7?x=1#", "/safe", "/api/things/3", "/throws", "/nowhere", "/hit/%20a", "/%"].map((path) =>
    ask(path),
  ),
  ...["/hit/7", "/safe", "/nowhere"].map((path) => ask(path, { method: "HEAD" })),
  ask("/safe", { method: "OPTIONS" }),
  ask("/hit/7", { version: "1.0" }),
  ask("/echo", {
    method: "POST",
    headers: ["Content-Type: application/octet-stream", "Content-Length: 5"],
    body: "hello",
  }),
  `${["/hit/1", "/safe", "/nowhere"].map((path) => ask(path, { keep: true })).join("")}${ask("/safe")}`,
  "NONSENSE\r\n\r\n",
];

const answer = async (port: number, text: string): Promise<string> =>
  (await exchange(port, text)).received.replace(/^Date: .*$/gim, "Date: -");

describe.each(faultedHosts)("faults on $name", (host) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await new Bench().serve(host);
  });
  afterEach(() => bench.end());

  it("change no byte while none is placed, nor while one is placed elsewhere", async () => {
    const plain = await host.build({}, []);
    const port = await listen(plain.server);
    try {
      for (const placed of [false, true]) {
        if (placed) await bench.place({ kind: "error", statusCode: 503 }, "/api/*");
        for (const text of CONVERSATIONS.filter((one) => !placed || !one.includes("/api/"))) {
          expect(await answer(bench.port, text)).toBe(await answer(port, text));
        }
      }
    } finally {
      await endApp(plain);
    }
  });

  it("answer with an error, a body and a header in place of the handler, and golden signals count it", async () => {
    const id = await bench.place({ kind: "error", statusCode: 503 });
    const { received } = await exchange(bench.port, ask("/hit/7?x=1"));
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(received).toMatch(/^x-nines-chaos: error\r$/im);
    expect(received).toMatch(/^content-type: application\/json; charset=utf-8\r$/im);
    expect(
      JSON.parse(
        received
          .slice(received.indexOf("\r\n\r\n"))
          .replace(/^\r\n\r\n(?:[0-9a-f]+\r\n)?/i, "")
          .split("\r\n")[0] ?? "",
      ),
    ).toEqual({
      error: "injected by a chaos experiment",
    });
    expect((await exchange(bench.port, ask("/safe"))).statuses()).toEqual([200]);
    expect(bench.ran).toEqual(["/safe"]);
    expect(await bench.faults.remove({ id, target: HIT })).toBe(true);
    expect((await exchange(bench.port, ask("/hit/8"))).statuses()).toEqual([200]);
    expect((await read(bench.signals)).requests).toEqual({
      "GET /hit/:id 503": 1,
      "GET /safe 200": 1,
      "GET /hit/:id 200": 1,
    });
  });

  it("answer HEAD with an error and no body, and keep the connection", async () => {
    await bench.place({ kind: "error", statusCode: 500 });
    const client = await exchange(
      bench.port,
      `${ask("/hit/1", { method: "HEAD", keep: true })}${ask("/hit/2", { keep: true })}${ask("/safe")}`,
    );
    expect(client.statuses()).toEqual([500, 500, 200]);
  });

  it("meet what is mounted by its whole path, and a body that nobody reads", async () => {
    await bench.place({ kind: "error", statusCode: 502 }, "/api/things/:id");
    await bench.place({ kind: "error", statusCode: 504 }, "POST /echo");
    expect((await exchange(bench.port, ask("/api/things/3"))).statuses()).toEqual([502]);
    const headers = ["Content-Type: application/octet-stream", "Content-Length: 5"];
    const echo = ask("/echo", { method: "POST", headers, body: "hello" });
    expect((await exchange(bench.port, echo)).statuses()).toEqual([504]);
    expect(bench.ran).toEqual([]);
    expect(Object.keys((await read(bench.signals)).requests).sort()).toEqual([
      "GET /api/things/:id 502",
      "POST /echo 504",
    ]);
  });

  it("strike about the share that was asked for", async () => {
    await bench.place({ kind: "error", statusCode: 503 }, HIT, 0.3);
    const requests = Array.from({ length: 300 }, (_, index) => ask(`/hit/${index}`, { keep: index < 299 }));
    const statuses = (await exchange(bench.port, requests.join(""))).statuses();
    const struck = statuses.filter((status) => status === 503).length;
    expect(statuses).toHaveLength(300);
    // By five standard deviations; the draws are those of a seed.
    expect(Math.abs(struck - 90)).toBeLessThan(5 * Math.sqrt(300 * 0.3 * 0.7));
    expect(bench.ran).toHaveLength(300 - struck);
  });

  it("have a request wait before its handler, for as long as was asked", async () => {
    await bench.place({ kind: "latency", latencyMs: 250, jitterMs: 0 });
    const client = await RawClient.open(bench.port);
    client.send(ask("/hit/7"));
    await bench.held(1);
    bench.clock.advance(249);
    expect((await exchange(bench.port, ask("/safe"))).statuses()).toEqual([200]);
    expect([bench.ran, client.received]).toEqual([["/safe"], ""]);
    bench.clock.advance(1);
    await client.over();
    expect([bench.ran, client.statuses()]).toEqual([["/safe", "/hit/7"], [200]]);
    expect((await read(bench.signals)).requests).toEqual({ "GET /safe 200": 1, "GET /hit/:id 200": 1 });
  });

  it("reset the connection, which golden signals count as the service's failure", async () => {
    await bench.place({ kind: "reset" });
    const client = await RawClient.open(bench.port);
    let code: unknown;
    client.socket.on("error", (error) => (code = (error as NodeJS.ErrnoException).code));
    client.send(ask("/hit/7"));
    await client.over();
    expect([client.received, code, bench.ran]).toEqual(["", "ECONNRESET", []]);
    expect((await read(bench.signals)).requests).toEqual({ "GET /hit/:id 500": 1 });
  });

  it("leave a cut request without an answer until the fault is taken away, and then serve it at once", async () => {
    const id = await bench.place({ kind: "cut" });
    const clients = await Promise.all([1, 2, 3].map(() => RawClient.open(bench.port)));
    clients.forEach((client, index) => client.send(ask(`/hit/${index}`)));
    await bench.held(3);
    bench.clock.advance(3_600_000);
    expect((await exchange(bench.port, ask("/safe"))).statuses()).toEqual([200]);
    expect(clients.map(({ received }) => received)).toEqual(["", "", ""]);
    await bench.faults.remove({ id, target: HIT });
    for (const client of clients) await client.over();
    expect(clients.map((client) => client.statuses())).toEqual([[200], [200], [200]]);
    expect(bench.faults.held).toBe(0);
    expect((await read(bench.signals)).requests).toEqual({ "GET /hit/:id 200": 3, "GET /safe 200": 1 });
  });

  it("forget a cut request whose client leaves; its handler never runs, and it is a 499", async () => {
    const id = await bench.place({ kind: "cut" });
    const client = await RawClient.open(bench.port);
    client.send(ask("/hit/7"));
    await bench.held(1);
    client.leave();
    await bench.held(0);
    await bench.faults.remove({ id, target: HIT });
    expect((await exchange(bench.port, ask("/safe"))).statuses()).toEqual([200]);
    expect(bench.ran).toEqual(["/safe"]);
    expect((await read(bench.signals)).requests).toEqual({ "GET /hit/:id 499": 1, "GET /safe 200": 1 });
  });

  it("forget pipelined requests whose client leaves: none of their handlers runs for nobody", async () => {
    await bench.place({ kind: "cut" });
    const client = await RawClient.open(bench.port);
    client.send(ask("/hit/7", { keep: true }).repeat(20));
    await bench.held(20);
    client.leave();
    await bench.held(0);
    expect(bench.faults.clear()).toBe(1);
    expect((await exchange(bench.port, ask("/safe"))).statuses()).toEqual([200]);
    expect(bench.ran).toEqual(["/safe"]);
  });

  it("hold no more requests than are allowed: the rest are served", async () => {
    await bench.end();
    bench = await new Bench(2).serve(host);
    await bench.place({ kind: "cut" });
    const held = await Promise.all([1, 2].map(() => RawClient.open(bench.port)));
    for (const client of held) client.send(ask("/hit/1"));
    await bench.held(2);
    expect((await exchange(bench.port, ask("/hit/2"))).statuses()).toEqual([200]);
    expect(bench.ran).toEqual(["/hit/2"]);
    expect(held.map(({ received }) => received)).toEqual(["", ""]);
  });

  it("pass where deciding fails: a fault of chaos is no fault of the service", async () => {
    await bench.place({ kind: "cut" });
    bench.faults.decide = () => {
      throw new Error("decide failed");
    };
    expect((await exchange(bench.port, ask("/hit/1"))).statuses()).toEqual([200]);
  });

  it("are refused where there are none", async () => {
    await expect(host.build({ faults: {} as never }, [])).rejects.toThrow(ConfigurationError);
  });
});

describe("a reset on HTTP/2", () => {
  it("ends one stream alone: the others of its connection go on", async () => {
    const faults = new InProcessFaults({ routes: ["/hit", "/safe"] });
    const inject = faultInjection(faults);
    const server = createHttp2Server((request, response) => {
      inject(request, response, () => setTimeout(() => response.end("served"), 20));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      await faults.place({ id: "f", target: "/hit", fault: { kind: "reset" }, share: 1 });
      const get = async (path: string): Promise<string> => {
        let text = "";
        for await (const chunk of session.request({ ":path": path })) text += String(chunk);
        return text;
      };
      const [safe, hit] = await Promise.allSettled([get("/safe"), get("/hit")]);
      expect(safe).toEqual({ status: "fulfilled", value: "served" });
      expect(hit.status === "rejected" && String(hit.reason)).toContain("NGHTTP2_INTERNAL_ERROR");
      expect(await get("/safe")).toBe("served");
    } finally {
      session.destroy();
      server.close();
    }
  });
});

describe("a reset where there is no TCP", () => {
  it("ends the connection all the same", async () => {
    const folder = await mkdtemp(join(tmpdir(), "nines-faults-"));
    const faults = new InProcessFaults({ routes: ["/hit"] });
    const inject = faultInjection(faults);
    const signals = new GoldenSignalsCollector();
    const server = createServer((request, response) => inject(request, response, () => response.end("served")));
    observeServer(server, signals, { route: ({ url }) => url });
    const path = join(folder, "socket");
    server.listen(path);
    await once(server, "listening");
    try {
      await faults.place({ id: "f", target: "/hit", fault: { kind: "reset" }, share: 1 });
      const client = connectSocket(path).on("error", () => undefined);
      client.write(ask("/hit"));
      await once(client.resume(), "close");
      expect((await read(signals)).requests).toEqual({ "GET /hit 500": 1 });
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe("a request that goes on", () => {
  it("is in its own asynchronous context, whoever has taken the fault away", async () => {
    const faults = new InProcessFaults({ routes: ["/hit"] });
    const inject = faultInjection(faults);
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      context.run("the request", () => {
        inject(request, response, () => {
          seen.push(context.getStore());
          response.end("served");
        });
      });
    });
    const port = await listen(server);
    try {
      await faults.place({ id: "f", target: "/hit", fault: { kind: "cut" }, share: 1 });
      const client = exchange(port, ask("/hit"));
      await eventually(() => faults.held === 1, "the request to be held");
      context.run("the runner", () => void faults.remove({ id: "f", target: "/hit" }));
      expect([(await client).statuses(), seen]).toEqual([[200], ["the request"]]);
    } finally {
      await endApp({ server, close: () => undefined });
    }
  });
});

describe("a connection with many requests that wait", () => {
  it("is listened to once, and by nobody when they have gone on", async () => {
    const faults = new InProcessFaults({ routes: ["/hit"] });
    const inject = faultInjection(faults);
    const connections: Socket[] = [];
    const server = createServer((request, response) => {
      inject(request, response, () => response.end("served"));
    }).on("connection", (socket) => connections.push(socket));
    const port = await listen(server);
    try {
      const client = await RawClient.open(port);
      client.send(ask("/safe", { keep: true }));
      await client.answered(1);
      const closeListeners = (): number => connections[0]?.listenerCount("close") ?? -1;
      const before = closeListeners();
      await faults.place({ id: "f", target: "/hit", fault: { kind: "cut" }, share: 1 });
      client.send(ask("/hit", { keep: true }).repeat(30));
      await eventually(() => faults.held === 30, "all to be held");
      // Node itself listens for the one response whose turn it is.
      expect(closeListeners()).toBe(before + 2);
      faults.clear();
      await client.answered(31);
      expect(closeListeners()).toBe(before);
      client.leave();
    } finally {
      await endApp({ server, close: () => undefined });
    }
  });

  it("lets nobody go on once it is destroyed, though it has not said so yet", async () => {
    const faults = new InProcessFaults({ routes: ["/hit"] });
    const socket = Object.assign(new EventEmitter(), { destroyed: false });
    const response = Object.assign(new EventEmitter(), { closed: false, req: { socket } });
    const fault = { id: "f", target: "/hit", fault: { kind: "cut" }, share: 1 } as const;
    await faults.place(fault);
    const met = faults.decide({ method: "GET", path: "/hit" });
    if (met === undefined) throw new Error("it meets none");
    const waiting = waitedFor(faults, { met, request: {}, response });
    socket.destroyed = true;
    await faults.remove(fault);
    expect(await waiting).toBe("left");
    expect(socket.listenerCount("close")).toBe(0);
  });
});

describe("a handler that throws after a wait", () => {
  it("has thrown, as it would have without a wait: no promise is rejected", async () => {
    const faults = new InProcessFaults({ routes: ["/hit"] });
    const fault = { id: "f", target: "/hit", fault: { kind: "cut" }, share: 1 } as const;
    await faults.place(fault);
    const events = ["uncaughtException", "unhandledRejection"] as const;
    const before = events.map((event) => process.listeners(event as "uncaughtException"));
    try {
      for (const event of events) process.removeAllListeners(event);
      const thrown = new Promise((resolve) => {
        process.once("uncaughtException", (error, origin) => {
          resolve([error.message, origin]);
        });
      });
      const response = Object.assign(new EventEmitter(), { setHeader: () => 0, end: () => 0, statusCode: 200 });
      faultInjection(faults)({ method: "GET", url: "/hit" }, response, () => {
        throw new Error("of the handler");
      });
      await faults.remove(fault);
      expect(await thrown).toEqual(["of the handler", "uncaughtException"]);
    } finally {
      events.forEach((event, index) => {
        process.removeAllListeners(event);
        for (const listener of before[index] ?? []) process.on(event as "uncaughtException", listener);
      });
    }
  });
});

describe("faults on Hono without a Node server", () => {
  it("answer a reset with a 503 that says so, and errors as anywhere", async () => {
    const bench = new Bench();
    const app = honoApp({ signals: bench.signals, faults: bench.faults }, bench.ran, "observeApp");
    const id = await bench.place({ kind: "reset" });
    const reset = await app.request("/hit/7");
    expect([reset.status, reset.headers.get("x-nines-chaos")]).toEqual([503, "reset"]);
    await bench.faults.remove({ id, target: HIT });
    await bench.place({ kind: "error", statusCode: 502 });
    const error = await app.request("/hit/7");
    expect([error.status, error.headers.get("x-nines-chaos")]).toEqual([502, "error"]);
    expect((await read(bench.signals)).requests).toEqual({ "GET /hit/:id 503": 1, "GET /hit/:id 502": 1 });
  });

  it("let a cut request go when its signal aborts, and serve it when the fault is taken away", async () => {
    const bench = new Bench();
    const app = honoApp({ faults: bench.faults }, bench.ran, "observeApp");
    const id = await bench.place({ kind: "cut" });
    const leaving = new AbortController();
    const left = app.request("/hit/1", { signal: leaving.signal });
    const stays = app.request("/hit/2");
    await bench.held(2);
    leaving.abort();
    await left;
    await bench.held(1);
    await bench.faults.remove({ id, target: HIT });
    expect((await stays).status).toBe(200);
    expect(bench.ran).toEqual(["/hit/2"]);
  });
});
