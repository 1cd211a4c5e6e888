import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { countsOf, samples, slosOf } from "./reading.ts";

const slos = slosOf({
  availability: { target: "99%", measurement_window: "1h" },
  bank: { kind: "availability", target: "99%", measurement_window: "1h", select: { operations: "bank" } },
  bank_posts: {
    ...{ kind: "latency", target: "99%", threshold: "1m", measurement_window: "1h" },
    select: { operations: "ba*", methods: "POST", status_codes: "2xx" },
  },
});

let server: Server;
let url = "";
let host = "";
let signals: GoldenSignalsCollector;
const unhandled = vi.fn();

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/break") request.socket.destroy();
    else if (request.url !== "/never") response.writeHead(Number(request.url?.slice(1)) || 200).end("body");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  url = `http://${host}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  signals = new GoldenSignalsCollector({ slos });
  unhandled.mockClear();
  process.on("unhandledRejection", unhandled);
});

afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(Object.values(await samples(signals, "dependency_requests_in_flight")).every((count) => count === 0)).toBe(
    true,
  );
});

/** Calls by `dependency method code`. */
async function calls(): Promise<Record<string, number>> {
  const counts = await samples(signals, "dependency_request_duration_seconds_count");
  return Object.fromEntries(
    Object.entries(counts).map(([labels, count]) => [
      [...labels.matchAll(/="([^"]*)"/g)].map(([, value]) => value).join(" "),
      count,
    ]),
  );
}

describe("a wrapped fetch against a real server", () => {
  it("records dependency, method and status, whatever the call is made of", async () => {
    const call = signals.wrapFetch(fetch);
    const replies = [
      await call(url),
      await call(new URL("/404", url)),
      await call(`${url}/503`, { method: "post", body: "x" }),
      await call(new Request(`${url}/201`, { method: "PUT", body: "x" })),
      await call(new Request(url, { method: "PUT", body: "x" }), { method: "DELETE" }),
      await call(url, { method: "PURGE" }),
    ];
    expect(await Promise.all(replies.map((reply) => reply.text()))).toEqual(Array(6).fill("body"));
    expect(await calls()).toEqual({
      [`${host} GET 200`]: 1,
      [`${host} GET 404`]: 1,
      [`${host} POST 503`]: 1,
      [`${host} PUT 201`]: 1,
      [`${host} DELETE 200`]: 1,
      [`${host} OTHER 200`]: 1,
    });
  });

  it("rejects as fetch does: a broken connection, no host, a relative URL", async () => {
    const call = signals.wrapFetch(fetch);
    for (const target of [`${url}/break`, "http://127.0.0.1:1/", "/relative", "http://"]) {
      const [own, theirs] = await Promise.allSettled([call(target), fetch(target)]);
      if (own.status !== "rejected" || theirs.status !== "rejected") throw new Error("fulfilled");
      expect(String(own.reason)).toBe(String(theirs.reason));
    }
    expect(await calls()).toEqual({ [`${host} GET error`]: 1, "127.0.0.1:1 GET error": 1, "(unknown) GET error": 2 });
  });

  it("tells who gave up: the caller, with any reason, or the clock", async () => {
    const call = signals.wrapFetch(fetch, { dependency: () => "bank" });
    for (const reason of [undefined, new Error("user left"), "user left"]) {
      const controller = new AbortController();
      const reply = call(`${url}/never`, { signal: controller.signal });
      expect(await samples(signals, "dependency_requests_in_flight")).toEqual({ 'dependency="bank"': 1 });
      controller.abort(reason);
      await expect(reply).rejects.toBe(controller.signal.reason);
    }
    const controller = new AbortController();
    const given = call(new Request(`${url}/never`, { signal: controller.signal }));
    controller.abort();
    await expect(given).rejects.toMatchObject({ name: "AbortError" });
    await expect(call(`${url}/never`, { signal: AbortSignal.timeout(10) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    expect(await calls()).toEqual({ "bank GET aborted": 4, "bank GET error": 1 });
    expect(countsOf(signals, "bank", Date.now() + 1)).toEqual({ good: 0, total: 1 });
  });

  it("is what SLOs count that name the dependency, by method and status too", async () => {
    const call = signals.wrapFetch(fetch, {
      dependency: ({ host: name }) => (name === host ? "bank" : name),
      countsAsError: (code) => code === 404,
    });
    for (const path of ["/200", "/404", "/500"]) await (await call(url + path)).text();
    await (await call(`${url}/201`, { method: "POST" })).text();
    await (await call(`${url}/500`, { method: "POST" })).text();
    expect(countsOf(signals, "bank", Date.now() + 1)).toEqual({ good: 4, total: 5 });
    expect(countsOf(signals, "bank_posts", Date.now() + 1)).toEqual({ good: 1, total: 1 });
    expect(countsOf(signals, "availability", Date.now() + 1)).toEqual({ good: 0, total: 0 });
  });

  it("judges by the rule of its own, where another wrap of the same dependency has another one", async () => {
    const dependency = (): string => "bank";
    const [strict, mild] = [
      signals.wrapFetch(fetch, { dependency, countsAsError: (code) => code >= 400 }),
      signals.wrapFetch(fetch, { dependency, countsAsError: () => false }),
    ];
    for (const call of [strict, mild, mild, strict]) await (await call(`${url}/404`)).text();
    expect(countsOf(signals, "bank", Date.now() + 1)).toEqual({ good: 2, total: 4 });
    expect(await calls()).toEqual({ "bank GET 404": 4 });
  });
});

describe("a wrapped fetch among hostile values", () => {
  const fake =
    (reply: unknown) =>
    (..._given: unknown[]): Promise<Response> =>
      Promise.resolve(reply as Response);

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["no status", {}],
    ["a status that is text", { status: "200" }],
    ["a status of NaN", { status: Number.NaN }],
    ["an opaque response", { status: 0 }],
  ])("hands on a reply that is %s", async (_what, reply) => {
    expect(await signals.wrapFetch(fake(reply))(url)).toBe(reply);
    expect(await calls()).toEqual({ [`${host} GET (unknown)`]: 1 });
  });

  it.each<[string, unknown, string]>([
    ["nothing", undefined, "(unknown) GET 200"],
    ["an object whose url throws", Object.defineProperty({}, "url", { get: () => { throw new Error("url"); } }), "(unknown) GET 200"], // prettier-ignore
    ["data", "data:text/plain,x", "(unknown) GET 200"],
    ["a URL with a password", "http://ann:secret@shop.example:8080/a?token=1", "shop.example:8080 GET 200"],
  ])("names a call of %s", async (_what, input, expected) => {
    await signals.wrapFetch(fake({ status: 200 }))(input);
    expect(await calls()).toEqual({ [expected]: 1 });
  });

  it.each<[string, unknown]>([
    ["throws", () => { throw new Error("name"); }], // prettier-ignore
    ["rejects", () => Promise.reject(new Error("name"))],
    ["returns nothing", () => undefined],
    ["returns empty text", () => ""],
  ])("is a call of nobody known where the name of the dependency %s", async (_what, dependency) => {
    await signals.wrapFetch(fake({ status: 200 }), { dependency: dependency as () => string })(url);
    expect(await calls()).toEqual({ "(unknown) GET 200": 1 });
    expect(await samples(signals, "nines_rejected_values_total")).toEqual({ 'reason="fault"': 1 });
  });

  it.each<[string, unknown]>([
    ["throws", () => { throw new Error("rule"); }], // prettier-ignore
    ["rejects", () => Promise.reject(new Error("rule"))],
    ["returns nothing", () => undefined],
  ])("judges by the status where the rule %s", async (_what, countsAsError) => {
    const rule = { dependency: () => "bank", countsAsError: countsAsError as () => boolean };
    for (const status of [200, 500]) await signals.wrapFetch(fake({ status }), rule)(url);
    expect(countsOf(signals, "bank", Date.now() + 1)).toEqual({ good: 1, total: 2 });
    expect(await samples(signals, "nines_rejected_values_total")).toEqual({ 'reason="fault"': 2 });
  });

  it("rejects where fetch throws at once", async () => {
    const broken = (): Promise<Response> => {
      throw new TypeError("at once");
    };
    await expect(signals.wrapFetch(broken)(url)).rejects.toThrow("at once");
    expect(await calls()).toEqual({ [`${host} GET error`]: 1 });
  });

  it("keeps few series, whatever hosts and statuses there are", async () => {
    signals = new GoldenSignalsCollector({ slos, seriesLimit: 2 });
    for (let index = 0; index < 700; index += 1) {
      await signals.wrapFetch(fake({ status: 200 + (index % 300) }))(`http://h${String(index)}.example/`);
    }
    expect(await calls()).toEqual({
      "h0.example GET 200": 1,
      "h1.example GET 201": 1,
      "(other) GET 200": 298,
      "(other) GET 300": 200,
      "(other) GET 400": 200,
    });
    expect(Object.keys(await samples(signals, "dependency_requests_in_flight"))).toHaveLength(3);
    expect(await samples(signals, "nines_series_overflow_total")).toEqual({ "": 698 });
  });

  it("is refused where it is no function", () => {
    expect(() => signals.wrapFetch(7 as unknown as typeof fetch)).toThrow("fetch: 7 is not a function");
  });
});
