import { createHmac } from "node:crypto";

import { describe, expect, it, vi } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";
import { BodyBytes } from "../../src/response/webhook/body.ts";
import type { WebhookOptions } from "../../src/response/webhook/options.ts";
import { message, recorded, responding } from "./support.ts";

const SECRET = "what-alertmanager-sends";
const BODY = recorded("0.33.1-firing");

function hooked(webhook: WebhookOptions = { bearer: SECRET }) {
  const logged: string[] = [];
  const log = (text: string): number => logged.push(text);
  return { logged, ...responding({ webhook, logger: { warn: log, error: log } }) };
}

function post(
  body: string | Uint8Array<ArrayBuffer> | ReadableStream = BODY,
  headers: Readonly<Record<string, string>> = {},
): Request {
  return new Request("http://localhost/hook", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${SECRET}`, ...headers },
    body,
    ...(body instanceof ReadableStream ? { duplex: "half" as const } : {}),
  });
}

const signed = (secret: string, body: string = BODY): string => createHmac("sha256", secret).update(body).digest("hex");

describe("a webhook", () => {
  it("answers 200 for what is stored, and says what became of it", async () => {
    const { response, incidents } = hooked();
    const answer = await response.handle(post());
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
    expect(await answer.json()).toEqual({ incidents: [{ id: "INC-0001", action: "opened" }], alerts: 1 });
    expect((await response.handle(post())).status).toBe(200);
    expect((await incidents.get("INC-0001")).version).toBe(2);
    expect(response.stats()).toMatchObject({ requests: 2, stored: 2, alerts: 2 });
  });

  it.each<readonly [what: string, request: () => Request, status: number, counted: string]>([
    ["GET", () => new Request("http://localhost/"), 405, "wrongMethod"],
    ["no secret", () => post(BODY, { authorization: "" }), 401, "unauthorized"],
    ["another secret", () => post(BODY, { authorization: `Bearer ${SECRET}x` }), 401, "unauthorized"],
    ["a part of the secret", () => post(BODY, { authorization: `Bearer ${SECRET.slice(0, -1)}` }), 401, "unauthorized"],
    ["another scheme", () => post(BODY, { authorization: `Basic ${SECRET}` }), 401, "unauthorized"],
    ["a packed body", () => post(BODY, { "content-encoding": "gzip" }), 415, "unsupported"],
    ["a form", () => post(BODY, { "content-type": "application/x-www-form-urlencoded" }), 415, "unsupported"],
    ["no body", () => post(""), 400, "malformed"],
    ["no JSON", () => post("{"), 400, "malformed"],
    ["no UTF-8", () => post(new Uint8Array([0x22, 0xff, 0x22])), 400, "malformed"],
    ["another form", () => post('{"alerts":[{"labels":7}]}'), 400, "malformed"],
    ["too much", () => post(" ".repeat(8 * 1024 * 1024 + 1)), 413, "tooLarge"],
  ])("refuses %s", async (_what, request, status, counted) => {
    const { response, incidents } = hooked();
    const answer = await response.handle(request());
    const text = await answer.text();
    expect(answer.status).toBe(status);
    expect(text).not.toContain(SECRET);
    expect(JSON.parse(text)).toHaveProperty("error");
    expect(response.stats()).toMatchObject({ requests: 1, stored: 0, [counted]: 1 });
    await expect(incidents.get("INC-0001")).rejects.toThrow("there is no incident");
  });

  it("says what is wrong with a body, and where", async () => {
    const { response, logged } = hooked();
    const answer = await response.handle(post(JSON.stringify({ ...message([{}]), truncatedAlerts: "all" })));
    expect(await answer.json()).toEqual({
      error: 'truncatedAlerts: "all" is not a count; a whole number from 0 is',
    });
    expect(logged).toHaveLength(1);
  });

  it("refuses a time in seconds rather than asking for it again and again", async () => {
    const { response } = hooked();
    const answer = await response.handle(post('{"name":"DiskFull","startsAt":1795000000}'));
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: "startsAt: 1795000000 is 1970-01-21T18:36:40.000Z in milliseconds; was it meant in seconds?" },
    ]);
  });

  it("takes an alert of a machine whose clock was never set, as if it had begun now", async () => {
    const { response, incidents, clock } = hooked();
    const answer = await response.handle(post('{"name":"DiskFull","startsAt":"1970-01-09T00:00:00Z"}'));
    expect(answer.status).toBe(200);
    expect((await incidents.get("INC-0001")).startedAt).toBe(clock.now());
  });

  it("says to a stranger that he is one, and writes nothing down", async () => {
    const { response, logged } = hooked();
    const answer = await response.handle(post("x".repeat(1_000), { authorization: "Bearer guess" }));
    expect(await answer.json()).toEqual({ error: "unauthorized" });
    expect(logged).toEqual([]);
  });

  it("takes 10,000 alerts in one body", async () => {
    const { response, incidents } = hooked();
    const alerts = Array.from({ length: 10_000 }, (_, index) => ({
      instance: `10.0.${String(index)}`,
      annotations: { summary: "x".repeat(100) },
    }));
    expect((await response.handle(post(JSON.stringify(message(alerts))))).status).toBe(200);
    expect((await incidents.get("INC-0001")).firing).toBe(10_000);
  });

  it("takes any of several secrets, so that they can be changed", async () => {
    const { response } = hooked({ bearer: ["the-old-secret", SECRET] });
    expect((await response.handle(post())).status).toBe(200);
    expect((await response.handle(post(BODY, { authorization: "Bearer the-old-secret" }))).status).toBe(200);
    expect((await response.handle(post(BODY, { authorization: "Bearer the-new-secret" }))).status).toBe(401);
  });

  it("needs to be told who may post", async () => {
    const { response } = responding();
    await expect(response.handle(post())).rejects.toThrow("webhook: is missing; say who may post");
  });
});

describe("a signed body", () => {
  const webhook = { hmac: { header: "X-Signature", secrets: ["first-secret", "second-secret"] } };
  it.each<readonly [string, number]>([
    [`sha256=${signed("first-secret")}`, 200],
    [`sha256=${signed("second-secret").toUpperCase()}`, 200],
    [`sha256=${signed("third-secret")}, sha256=${signed("first-secret")}`, 200],
    [`sha256=${signed("third-secret")}`, 401],
    [`sha256=${signed("first-secret", `${BODY} `)}`, 401],
    [signed("first-secret"), 401],
    [`sha256=${signed("first-secret").slice(1)}`, 401],
    ["sha256=", 401],
    ["", 401],
    [`sha256=${"0".repeat(10_000)}`, 401],
  ])("with %s is answered %i", async (signature, status) => {
    const { response } = hooked(webhook);
    expect((await response.handle(post(BODY, { "x-signature": signature }))).status).toBe(status);
  });

  it("needs the bearer too where both are asked for", async () => {
    const { response } = hooked({ ...webhook, bearer: SECRET });
    const header = { "x-signature": `sha256=${signed("first-secret")}` };
    expect((await response.handle(post(BODY, header))).status).toBe(200);
    expect((await response.handle(post(BODY, { ...header, authorization: "" }))).status).toBe(401);
    expect((await response.handle(post(BODY))).status).toBe(401);
  });

  it("may have another prefix, or none", async () => {
    const { response } = hooked({ hmac: { header: "x-signature", secrets: "first-secret", prefix: "" } });
    expect((await response.handle(post(BODY, { "x-signature": signed("first-secret") }))).status).toBe(200);
  });
});

describe("too much at a time", () => {
  it("is answered 503 with a time to wait, never 429", async () => {
    const { clock, response } = hooked({ bearer: SECRET, rateLimit: { perSecond: 0.5, burst: 2 } });
    const statuses = async (): Promise<number> => (await response.handle(post())).status;
    expect([await statuses(), await statuses(), await statuses()]).toEqual([200, 200, 503]);
    expect((await response.handle(post())).headers.get("retry-after")).toBe("2");
    clock.advance(2_000);
    expect([await statuses(), await statuses()]).toEqual([200, 503]);
    expect(response.stats().limited).toBe(3);
  });

  it("is not used up by strangers", async () => {
    const { response } = hooked({ bearer: SECRET, rateLimit: { perSecond: 0.001, burst: 1 } });
    for (let time = 0; time < 5; time += 1) await response.handle(post(BODY, { authorization: "Bearer guess" }));
    expect((await response.handle(post())).status).toBe(200);
  });

  it("is not worked on side by side", async () => {
    const store = new MemoryIncidentStore();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const commit = vi.spyOn(store, "commit").mockImplementationOnce(async (...args) => {
      await held;
      return MemoryIncidentStore.prototype.commit.apply(store, args);
    });
    const clock = new ManualClock();
    const webhook = { bearer: SECRET, maxConcurrent: 1 };
    const response = new AutomatedResponse({ incidents: new IncidentManager({ store, clock }), clock, webhook });
    const first = response.handle(post());
    await expect.poll(() => commit.mock.calls.length).toBe(1);
    expect((await response.handle(post())).status).toBe(503);
    expect(commit).toHaveBeenCalledOnce();
    release();
    expect((await first).status).toBe(200);
    expect((await response.handle(post())).status).toBe(200);
  });
});

describe("a store", () => {
  class Broken extends MemoryIncidentStore {
    fault: "fails" | "hangs" | undefined = "fails";
    override async commit(
      ...args: Parameters<MemoryIncidentStore["commit"]>
    ): ReturnType<MemoryIncidentStore["commit"]> {
      if (this.fault === "fails") throw new Error("postgres://user:hunter2@db is away");
      if (this.fault === "hangs") await new Promise(() => undefined);
      return super.commit(...args);
    }
  }

  function broken() {
    const [clock, store, logged] = [new ManualClock(), new Broken(), [] as string[]];
    const log = (text: string): number => logged.push(text);
    const made = (): AutomatedResponse =>
      new AutomatedResponse({
        incidents: new IncidentManager({ store, clock }),
        clock,
        webhook: { bearer: SECRET },
        logger: { warn: log, error: log },
      });
    return { clock, store, logged, made, response: made() };
  }

  it("that fails is answered 503, without what it said, and the next delivery is stored", async () => {
    const { store, logged, response } = broken();
    const answer = await response.handle(post());
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await answer.json()).toEqual({ error: "the alerts could not be stored; send them again" });
    expect(logged).toHaveLength(1);
    store.fault = undefined;
    expect((await response.handle(post())).status).toBe(200);
    expect(response.stats()).toMatchObject({ failed: 1, stored: 1 });
  });

  it("that hangs is answered 503 in less than ten seconds, and may do it later", async () => {
    const { clock, store, made, response } = broken();
    store.fault = "hangs";
    const pending = response.handle(post());
    for (let second = 0; second < 9; second += 1) {
      await new Promise(setImmediate);
      clock.advance(1_000);
    }
    expect((await pending).status).toBe(503);
    expect(response.stats()).toMatchObject({ late: 1 });
    store.fault = undefined;
    const again = made();
    expect((await again.handle(post())).status).toBe(200);
  });

  it("is not reached by a body that does not end in time", async () => {
    const { clock, response } = hooked();
    let cancelled = false;
    const endless = new ReadableStream({
      pull: () => new Promise(() => undefined),
      cancel: () => {
        cancelled = true;
      },
    });
    const request = post(endless);
    const pending = response.handle(request);
    await vi.waitFor(() => expect(request.body?.locked).toBe(true));
    for (let second = 0; second < 9; second += 1) {
      await new Promise(setImmediate);
      clock.advance(1_000);
    }
    expect((await pending).status).toBe(503);
    expect(cancelled).toBe(true);
  });
});

describe("a body", () => {
  it("that was read before is a mistake in mounting, and told as one", async () => {
    const { response, logged } = hooked();
    const request = post();
    await request.text();
    const answer = await response.handle(request);
    expect([answer.status, await answer.json()]).toEqual([
      500,
      {
        error:
          "request.body: was read before the webhook had its turn; let what comes before it read a clone of the request",
      },
    ]);
    expect(logged).toHaveLength(1);
  });

  it("that somebody else reads is one too", async () => {
    const { response } = hooked();
    const request = post();
    request.body?.getReader();
    expect((await response.handle(request)).status).toBe(500);
  });

  it("takes nobody's place when its deadline passed while the process stood still", async () => {
    const webhook = { bearer: SECRET, maxConcurrent: 1, timeoutMs: 1_000 };
    const { clock, response } = hooked(webhook);
    const late = response.handle(post(new ReadableStream({ pull: () => new Promise(() => undefined) })));
    clock.advance(1_000);
    expect((await late).status).toBe(503);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect((await response.handle(post())).status).toBe(200);
  });

  it("that breaks off is refused", async () => {
    const { response } = hooked();
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("reset")) });
    expect((await response.handle(post(broken))).status).toBe(400);
  });

  it("is not kept beyond the limit, and let in up to twice as much", () => {
    const bytes = new BodyBytes(10);
    expect([bytes.add(new Uint8Array(10)), bytes.tooLarge]).toEqual([true, false]);
    expect([bytes.add(new Uint8Array(10)), bytes.tooLarge]).toEqual([true, true]);
    expect(bytes.add(new Uint8Array(1))).toBe(false);
    const whole = new BodyBytes(10);
    for (const byte of [1, 2, 3]) whole.add(new Uint8Array([byte]));
    expect([...whole.joined()]).toEqual([1, 2, 3]);
  });

  it("that lies about its length is measured as it comes", async () => {
    const { response } = hooked({ bearer: SECRET, maxBytes: 100 });
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(50));
      },
    });
    expect((await response.handle(post(endless))).status).toBe(413);
    expect(pulled).toBeLessThan(10);
  });
});
