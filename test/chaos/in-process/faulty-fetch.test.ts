import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { faultyFetch } from "../../../src/chaos/in-process/faulty-fetch.ts";
import { InProcessFaults } from "../../../src/chaos/in-process/in-process-faults.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { InjectableFault } from "../../../src/ports/fault-plane.ts";
import type { HttpFetch } from "../../../src/ports/http-fetch.ts";
import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { eventually } from "../../http/matrix/eventually.ts";

let server: Server;
let host = "";
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/resets") request.socket.resetAndDestroy();
    else response.end("real");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function faulty(fault?: InjectableFault) {
  asked.length = 0;
  const clock = new ManualClock();
  const faults = new InProcessFaults({ hosts: [host, "*.example.com"], clock, random: seededRandom("fetch") });
  const place = (one: InjectableFault, target = host) => faults.place({ id: target, target, fault: one, share: 1 });
  if (fault !== undefined) await place(fault);
  const held = (count: number): Promise<void> => eventually(() => faults.held === count, `${count} to be held`);
  return { faults, clock, place, held, fetch: faultyFetch(globalThis.fetch, faults) };
}

const url = (path: string): string => `http://${host}${path}`;
const outcome = (call: Promise<Response>): Promise<unknown> =>
  call.then(
    ({ status }) => status,
    (error: unknown) => error,
  );

describe("a faulty fetch", () => {
  it("is the fetch itself while no fault is placed, or on another host", async () => {
    const { fetch, place } = await faulty();
    expect(await (await fetch(url("/a"))).text()).toBe("real");
    await place({ kind: "reset" }, "*.example.com");
    expect(await (await fetch(new URL(url("/b")))).text()).toBe("real");
    expect(asked).toEqual(["/a", "/b"]);
    await expect(fetch("not a url")).rejects.toThrow(TypeError);
  });

  it("answers with an error in place of the host, from a text, a URL or a Request", async () => {
    const { fetch, faults } = await faulty({ kind: "error", statusCode: 502 });
    for (const input of [url("/a"), new URL(url("/a")), new Request(url("/a"))]) {
      const reply = await fetch(input);
      expect([reply.status, reply.ok, reply.url, reply.headers.get("x-nines-chaos")]).toEqual([
        502,
        false,
        url("/a"),
        "error",
      ]);
      expect(await reply.json()).toEqual({ error: "injected by a chaos experiment" });
    }
    faults.clear();
    expect((await fetch(url("/b"))).status).toBe(200);
    expect(asked).toEqual(["/b"]);
  });

  it("resets as Node's own fetch is reset", async () => {
    const { fetch, place } = await faulty();
    const real = (await outcome(fetch(url("/resets")))) as TypeError & { cause: NodeJS.ErrnoException };
    await place({ kind: "reset" });
    const made = (await outcome(fetch(url("/a")))) as typeof real;
    const shape = (error: typeof real): unknown => [
      error instanceof TypeError,
      error.message,
      error.cause instanceof Error,
      error.cause.message,
      error.cause.code,
      error.cause.syscall,
    ];
    expect(shape(made)).toEqual(shape(real));
    expect(asked).toEqual(["/resets"]);
  });

  it("waits before it calls, for as long as was asked", async () => {
    const { fetch, clock, held } = await faulty({ kind: "latency", latencyMs: 300, jitterMs: 0 });
    const call = fetch(url("/a"));
    await held(1);
    clock.advance(299);
    expect(asked).toEqual([]);
    await held(1);
    clock.advance(1);
    expect([(await call).status, asked]).toEqual([200, ["/a"]]);
  });

  it.each(["latency", "cut"] as const)("ends %s with the reason of its signal, and makes no call", async (kind) => {
    const fault: InjectableFault = kind === "cut" ? { kind } : { kind, latencyMs: 300, jitterMs: 0 };
    const { fetch, held, faults, clock } = await faulty(fault);
    const reason = new Error("no time");
    const [byInit, byRequest, before] = [new AbortController(), new AbortController(), AbortSignal.abort(reason)];
    const calls = [
      outcome(fetch(url("/a"), { signal: byInit.signal })),
      outcome(fetch(new Request(url("/a"), { signal: byRequest.signal }))),
      outcome(fetch(url("/a"), { signal: before })),
    ];
    await held(2);
    byInit.abort(reason);
    byRequest.abort(reason);
    expect(await Promise.all(calls)).toEqual([reason, reason, reason]);
    faults.clear();
    clock.advance(1_000);
    expect(asked).toEqual([]);
  });

  it("hangs while it is cut, and calls at once when the fault is taken away", async () => {
    const { fetch, held, faults, clock } = await faulty({ kind: "cut" });
    const call = fetch(url("/a"));
    await held(1);
    clock.advance(3_600_000);
    expect(asked).toEqual([]);
    await faults.remove({ id: host, target: host });
    expect([(await call).status, asked]).toEqual([200, ["/a"]]);
  });

  it("is known by host without a port, whatever the scheme", async () => {
    const { fetch, place } = await faulty();
    await place({ kind: "error", statusCode: 503 }, "*.example.com");
    for (const address of ["http://a.example.com/", "https://A.B.example.com:8443/x", "https://api.example.com"]) {
      expect((await fetch(address)).status).toBe(503);
    }
  });

  it("wraps what nines' own adapters take, and is seen by whoever wraps it", async () => {
    const { faults, place } = await faulty();
    const inner: HttpFetch = async () => ({ status: 204, headers: new Headers(), body: null });
    const fetch: HttpFetch = faultyFetch(inner, faults);
    const call = () => fetch(url("/a"), { method: "POST", headers: {}, redirect: "manual" });
    expect((await call()).status).toBe(204);
    await place({ kind: "error", statusCode: 503 });
    const reply = await call();
    const piece = await reply.body?.getReader().read();
    expect([reply.status, new TextDecoder().decode(piece?.value)]).toEqual([
      503,
      '{"error":"injected by a chaos experiment"}\n',
    ]);

    const signals = new GoldenSignalsCollector();
    const wrapped = signals.wrapFetch(faultyFetch(globalThis.fetch, faults), { dependency: () => "shop" });
    await wrapped(url("/a"));
    expect(await signals.metrics()).toContain('code="503"');
  });

  it("is refused without a fetch or faults", async () => {
    const { faults } = await faulty();
    expect(() => faultyFetch(undefined as never, faults)).toThrow("fetch: undefined is not a function");
    expect(() => faultyFetch(globalThis.fetch, undefined as never)).toThrow("faults: is missing");
    expect(() => faultyFetch(globalThis.fetch, {} as never)).toThrow("faults: ");
  });
});
