import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";

import { ToxiproxyPlane } from "../../../src/adapters/toxiproxy/index.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { HttpFetch } from "../../../src/ports/http-fetch.ts";
import { type Answer, type FakeServer, fakeServer } from "../http/fake-server.ts";

const LATENCY = { kind: "latency", latencyMs: 100, jitterMs: 0 } as const;
const FAULT = { id: "chaos-1", target: "shop", fault: LATENCY, share: 1 } as const;
const PAGE: Answer = [404, "<h1>Not found</h1>"];
/** As Toxiproxy does. */
const ECHO: Answer = ({ text }, response) => void response.end(text);
const CONFLICT: Answer = [409, '{"error":"toxic already exists","status":409}'];

let fake: FakeServer | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

async function planeOver(...answers: Answer[]): Promise<ToxiproxyPlane> {
  fake = await fakeServer(...answers);
  return new ToxiproxyPlane({ url: `${fake.url}/toxi/` });
}

describe("a plane over Toxiproxy", () => {
  it("sends what was asked for, under its own name", async () => {
    const plane = await planeOver(ECHO, 204);
    await plane.place({ id: "chaos-1", target: "a b%", fault: LATENCY, share: 0.1 });
    expect(await plane.remove({ id: "chaos-1", target: "a b%" })).toBe(true);
    expect(fake?.seen).toMatchObject([
      { method: "POST", url: "/toxi/proxies/a%20b%25/toxics", headers: { "user-agent": "nines" } },
      { method: "DELETE", url: "/toxi/proxies/a%20b%25/toxics/nines-chaos-1", headers: { "user-agent": "nines" } },
    ]);
    expect(fake?.seen[0]?.json).toEqual({
      ...{ name: "nines-chaos-1", type: "latency", stream: "downstream", toxicity: 0.1 },
      attributes: { latency: 100, jitter: 0 },
    });
  });

  it("rounds so that nothing is earlier, or faster, than was asked for, and refuses what comes to nothing", async () => {
    const plane = await planeOver(ECHO);
    const put = (fault: Parameters<ToxiproxyPlane["place"]>[0]["fault"]): Promise<void> =>
      plane.place({ ...FAULT, fault });
    await put({ kind: "latency", latencyMs: 10.5, jitterMs: 10.9 });
    await put({ kind: "latency", latencyMs: 0.6, jitterMs: 0.6 });
    await put({ kind: "bandwidth", bytesPerSecond: 1_999.9 });
    expect(fake?.seen.map(({ json }) => json.attributes)).toEqual([
      { latency: 11, jitter: 10 },
      { latency: 1, jitter: 0 },
      { rate: 1 },
    ]);
    await expect(put({ kind: "bandwidth", bytesPerSecond: 999 })).rejects.toThrow(/least is 1,000 bytes/);
    await expect(put({ kind: "latency", latencyMs: 0.4, jitterMs: 0 })).rejects.toThrow(/least is 1 ms/);
    await expect(put({ kind: "latency", latencyMs: NaN, jitterMs: 0 })).rejects.toThrow(/fault\.latencyMs/);
    await expect(put({ kind: "error", statusCode: 503 })).rejects.toThrow(/cannot put "error"/);
    expect(fake?.seen).toHaveLength(3);
  });

  it("refuses names that Toxiproxy would not find again", async () => {
    const plane = await planeOver(ECHO);
    for (const id of ["", "a/b", "a b", "ü", "x".repeat(201), undefined as unknown as string]) {
      await expect(plane.place({ ...FAULT, id }), id).rejects.toMatchObject({ code: "configuration" });
      await expect(plane.remove({ ...FAULT, id }), id).rejects.toMatchObject({ code: "configuration" });
    }
    for (const target of ["", "a/b", ".", "..", 7 as unknown as string]) {
      await expect(plane.place({ ...FAULT, target }), target).rejects.toMatchObject({ code: "configuration" });
    }
    for (const share of [0, 1.1, NaN, -1]) await expect(plane.place({ ...FAULT, share })).rejects.toThrow(/share/);
    expect(fake?.seen).toEqual([]);
  });

  it("does not take a 404 of somebody else for a toxic that is gone", async () => {
    const plane = await planeOver(PAGE);
    await expect(plane.remove(FAULT)).rejects.toMatchObject({
      ...{
        adapter: "toxiproxy",
        retryable: false,
        message: expect.stringMatching(/not by Toxiproxy; look at the url/),
      },
    });
    const other = await planeOver([404, '{"error":"no such route","status":400}']);
    await expect(other.remove(FAULT)).rejects.toMatchObject({ code: "adapter" });
  });

  it("does not take somebody who says yes to everything for Toxiproxy", async () => {
    for (const answer of [[200, "{}"], [200, "<html>"], 204] as const) {
      const plane = await planeOver(answer);
      await expect(plane.place(FAULT)).rejects.toThrow(/no Toxiproxy; look at the url/);
      await fake?.close();
    }
    const plane = await planeOver([200, "gone"]);
    await expect(plane.remove(FAULT)).rejects.toThrow(/no Toxiproxy; look at the url/);
  });

  it("looks twice before it says that there is nothing: what a process that was killed had sent may come late", async () => {
    const gone: Answer = [404, '{"error":"toxic not found","status":404}'];
    const late = await planeOver(gone, 204);
    expect(await late.remove(FAULT)).toBe(true);
    expect(fake?.seen).toHaveLength(2);
    await fake?.close();
    const never = await planeOver(gone);
    expect(await never.remove(FAULT)).toBe(false);
    expect(fake?.seen).toHaveLength(2);
  });

  it("says of each answer that it cannot use what it is", async () => {
    const expected: readonly (readonly [Answer, RegExp, boolean])[] = [
      [[200, "<html>"], /no Toxiproxy; look at the url/, false],
      [[200, '{"shop":{"name":"shop"}}'], /no Toxiproxy/, false],
      [[500, '{"error":"bind: address\\nin use","status":500}'], /500, bind: address in use/, true],
      [[503, ""], /503/, true],
      [[302, ""], /redirect/, false],
      [[403, "User agent not allowed"], /Mozilla/, false],
      [[200, "x".repeat(5 * 1_048_576)], /longer than 4194304 bytes/, false],
    ];
    for (const [answer, message, retryable] of expected) {
      const plane = await planeOver(answer);
      const error: unknown = await plane.targets().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "adapter", retryable, message: expect.stringMatching(message) });
      await fake?.close();
    }
    fake = undefined;
  });

  it("says that nobody answers, and where to look", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const plane = new ToxiproxyPlane({ url: `http://127.0.0.1:${String(port)}` });
    await expect(plane.targets()).rejects.toMatchObject({
      ...{ retryable: true, message: expect.stringMatching(/ECONNREFUSED\); does toxiproxy-server run/) },
    });
  });

  it("gives up replacing what somebody else puts again and again", async () => {
    const plane = await planeOver(CONFLICT, 204, CONFLICT, 204, CONFLICT, 204, CONFLICT);
    await expect(plane.place(FAULT)).rejects.toMatchObject({ code: "adapter", retryable: true });
    expect(fake?.seen).toHaveLength(6);
  });

  it("ends reading and taking away at its time limit or when told, but waits for what it has put", async () => {
    const clock = new ManualClock(0);
    const signals: (AbortSignal | undefined)[] = [];
    let answer: (reply: Response) => void = () => undefined;
    let sent = "";
    const fetch: HttpFetch = (_url, { signal, body = "" }) => {
      sent = body;
      signals.push(signal);
      return new Promise((resolve) => (answer = resolve));
    };
    const plane = new ToxiproxyPlane({ clock, fetch, timeout: "2s" });
    const listing = plane.targets();
    const listed = expect(listing).rejects.toMatchObject({ code: "timeout", timeoutMs: 2_000 });
    clock.advance(2_000);
    await listed;

    const told = new AbortController();
    const removing = expect(plane.remove(FAULT, { signal: told.signal })).rejects.toThrow("enough");
    told.abort(new Error("enough"));
    await removing;

    const placing = plane.place(FAULT, { signal: new AbortController().signal });
    const late = new AbortController();
    const placingLate = plane.place({ ...FAULT, id: "chaos-2" }, { signal: late.signal });
    late.abort(new Error("enough"));
    answer(new Response(sent));
    await placingLate;
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, false, false]);
    const placed = expect(placing).rejects.toMatchObject({ code: "timeout", timeoutMs: 30_000 });
    clock.advance(30_000);
    await placed;

    await expect(plane.place(FAULT, { signal: late.signal })).rejects.toThrow("enough");
    expect(signals).toHaveLength(4);
  });

  it("refuses options that there are not", () => {
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ url: "localhost:8474" }, /url/],
      [{ url: "http://ada:pw@localhost:8474" }, /url/],
      [{ stream: "both" }, /stream.*"both".*upstream/s],
      [{ prefix: "" }, /prefix/],
      [{ prefix: "a/" }, /prefix/],
      [{ name: "" }, /name/],
      [{ timeout: "soon" }, /timeout/],
      [{ headers: { "a b": "" } }, /headers/],
      [{ fetch: 1 }, /fetch/],
      [{ ulr: "" }, /ulr.*url/s],
    ];
    for (const [options, message] of wrong) {
      expect(() => new ToxiproxyPlane(options as never), JSON.stringify(options)).toThrow(message);
    }
    expect(new ToxiproxyPlane({ name: "toxiproxy of the shop" }).name).toBe("toxiproxy of the shop");
  });
});
