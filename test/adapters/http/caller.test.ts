import type { ServerResponse } from "node:http";

import { afterEach, describe, expect, it } from "vitest";

import { HttpCaller } from "../../../src/adapters/http/caller.ts";
import { retryAfterMs } from "../../../src/adapters/http/retry-after.ts";
import { httpUrl, secret } from "../../../src/adapters/http/settings.ts";
import { AdapterError } from "../../../src/core/errors.ts";
import { type Answer, type FakeServer, fakeServer } from "./fake-server.ts";

const NOW = Date.UTC(2026, 10, 22, 10);
let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function called(
  ...answers: Answer[]
): Promise<{ call: (maxBytes?: number) => Promise<unknown>; fake: FakeServer }> {
  const fake = await fakeServer(...answers);
  server = fake;
  const clock = { now: () => NOW, monotonic: () => 0, schedule: () => () => undefined };
  const caller = new HttpCaller({ adapter: "fake", baseUrl: `${fake.url}/secret-path`, fetch: undefined, clock });
  const call = (maxBytes?: number): Promise<unknown> =>
    caller.call({ operation: "tell", json: {}, ...(maxBytes === undefined ? {} : { maxBytes }) });
  return { call, fake };
}

async function failure(promise: Promise<unknown>): Promise<AdapterError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AdapterError);
  const { message, context, cause } = error as AdapterError;
  expect(message + JSON.stringify(context) + String(cause)).not.toMatch(/secret|127\.0\.0\.1|a body/);
  return error as AdapterError;
}

const REFUSALS: readonly (readonly [status: number, retryable: boolean])[] = [
  [301, false],
  [302, false],
  [307, false],
  [400, false],
  [401, false],
  [403, false],
  [404, false],
  [409, false],
  [413, false],
  [408, true],
  [425, true],
  [429, true],
  [500, true],
  [502, true],
  [503, true],
  [504, true],
];

describe("a caller of other systems", () => {
  it.each([200, 201, 202, 204])("takes %i for done", async (status) => {
    const { call, fake } = await called(status);
    await expect(call()).resolves.toMatchObject({ status });
    expect(fake.seen[0]).toMatchObject({ method: "POST", url: "/secret-path", json: {} });
    expect(fake.seen[0]?.headers["content-type"]).toBe("application/json");
  });

  it.each(REFUSALS)(
    "answered with %i it fails, retryable: %s, and says nothing of address or body",
    async (status, retryable) => {
      const { call, fake } = await called([status, "a body", { location: "/elsewhere" }]);
      expect(await failure(call())).toMatchObject({ retryable, adapter: "fake", context: { status } });
      expect(fake.seen).toHaveLength(1);
    },
  );

  it.each([
    ["an answer that never comes and is broken off", (_: unknown, response: ServerResponse) => response.destroy()],
    [
      "an answer that breaks in the middle",
      (_: unknown, response: ServerResponse) => {
        response.writeHead(200, { "content-length": "10" });
        response.write("a bod");
        setImmediate(() => response.destroy());
      },
    ],
  ])("may try again after %s", async (_, answer) => {
    const { call } = await called(answer);
    expect((await failure(call())).retryable).toBe(true);
  });

  it("may try again when nobody listens, and says so by the code alone", async () => {
    const { call, fake } = await called();
    await fake.close();
    server = undefined;
    expect(await failure(call())).toMatchObject({ retryable: true, context: { reason: "ECONNREFUSED" } });
  });

  it.each([1, 9, 6667])("does not try again at the port %i, which fetch blocks, and says so", async (port) => {
    const clock = { now: () => NOW, monotonic: () => 0, schedule: () => () => undefined };
    const caller = new HttpCaller({
      adapter: "fake",
      baseUrl: `http://127.0.0.1:${String(port)}`,
      fetch: undefined,
      clock,
    });
    const { message, retryable, context } = await failure(caller.call({ operation: "tell", json: {} }));
    expect({ message, retryable, reason: context.reason }).toEqual({
      message:
        "fake could not tell: it was not asked: fetch calls no port that the web blocks, such as 1, 9 or 6667 (BAD_PORT); give it another port",
      retryable: false,
      reason: "BAD_PORT",
    });
  });

  it("reads at most what it was told", async () => {
    const { call } = await called([200, "x".repeat(200_000)], [200, "x".repeat(200_000)], [200, "x".repeat(50_000)]);
    await expect(call()).resolves.toEqual({ status: 200, text: "" });
    expect((await failure(call(100_000))).message).toContain("longer than 100000 bytes");
    await expect(call()).resolves.toEqual({ status: 200, text: "x".repeat(50_000) });
  });

  it("takes any answer where that is wanted, with what stands around it", async () => {
    const fake = await fakeServer(
      [503, "a body", { "retry-after": "7", "content-type": "text/plain" }],
      [302, "a body", { location: "/elsewhere" }],
      [200, "a body", { "retry-after": "7" }],
      [500, "x".repeat(3_000_000)],
      [200, "x".repeat(3_000_000)],
    );
    server = fake;
    const caller = new HttpCaller({ adapter: "fake", baseUrl: fake.url, fetch: undefined });
    const call = (maxBytes: number = 2_500_000): Promise<unknown> =>
      caller.call({ operation: "tell", accept: "any", maxBytes });
    expect(await call()).toEqual({ status: 503, text: "a body", type: "text/plain", retryAfterMs: 7_000 });
    expect(await call()).toEqual({ status: 302, text: "a body" });
    expect(await call()).toEqual({ status: 200, text: "a body" });
    // That it failed is known; of why, only so much is read.
    expect(await call()).toEqual({ status: 500, text: "" });
    expect((await failure(call())).context).toMatchObject({ status: 200, maxBytes: 2_500_000 });
  });

  it("refuses bytes that are no text only where they have to be exact", async () => {
    const fake = await fakeServer((_, response) => response.end(Buffer.from([0x61, 0xff])));
    server = fake;
    const caller = new HttpCaller({ adapter: "fake", baseUrl: fake.url, fetch: undefined });
    expect(await caller.call({ operation: "tell" })).toMatchObject({ text: "a\ufffd" });
    const error = await failure(caller.call({ operation: "tell", isExact: true }));
    expect(error).toMatchObject({ retryable: true, context: { reason: "ERR_ENCODING_INVALID_ENCODED_DATA" } });
  });

  it("hands on how long it is to wait", async () => {
    const { call } = await called(
      [429, "", { "retry-after": "7" }],
      [503, "", { "retry-after": "7" }],
      [400, "", { "retry-after": "7" }],
    );
    expect((await failure(call())).context.retryAfterMs).toBe(7_000);
    expect((await failure(call())).context.retryAfterMs).toBe(7_000);
    expect((await failure(call())).context.retryAfterMs).toBeUndefined();
  });

  it("ends with the reason of whoever ended it", async () => {
    const fake = await fakeServer(() => undefined);
    server = fake;
    const caller = new HttpCaller({ adapter: "fake", baseUrl: fake.url, fetch: undefined });
    const controller = new AbortController();
    const call = caller.call({ operation: "tell", signal: controller.signal });
    await expect.poll(() => fake.seen.length).toBe(1);
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
  });
});

it.each([
  ["120", 120_000],
  ["0", 0],
  ["1.5", 1_500],
  [" 3 ", 3_000],
  [new Date(NOW + 30_000).toUTCString(), 30_000],
  [new Date(NOW - 30_000).toUTCString(), 0],
  ["99999999999", 86_400_000],
  ["-5", undefined],
  ["soon", undefined],
  ["", undefined],
  ["1e9", undefined],
  [null, undefined],
])("a Retry-After of %j is %j ms", (header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected);
});

it.each([
  "",
  "hooks.example.com",
  "ftp://hunter2.example.com",
  "https://ann:hunter2@example.com",
  "https://e.com/?key=hunter2",
  7,
])("an address such as %j is refused and not shown", (value) => {
  expect(() => httpUrl("url", value)).toThrow(/^url: (?!.*hunter2)/);
});

it.each(["", "two words", "line\r\nbreak", "ünïcode", undefined, "x".repeat(1_001)])(
  "a token such as %j is refused and not shown",
  (value) => {
    expect(() => secret("token", value)).toThrow(/^token: is missing or cannot be one/);
  },
);
