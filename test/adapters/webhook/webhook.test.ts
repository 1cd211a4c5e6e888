import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { verifyWebhook, WebhookNotifier, webhookSignature } from "../../../src/adapters/webhook/index.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { type FakeServer, fakeServer, notificationOf, STARTED } from "../http/fake-server.ts";

const SECRET = "0123456789abcdef";
let fake: FakeServer;
beforeAll(async () => {
  fake = await fakeServer(204);
});
beforeEach(() => fake.seen.splice(0));
afterAll(() => fake.close());

describe("a webhook notifier", () => {
  it("posts signed JSON with an idempotency key", async () => {
    const clock = new ManualClock(STARTED + 999);
    const hook = new WebhookNotifier({
      url: `${fake.url}/hook/?to=room`,
      secret: SECRET,
      headers: { "X-Team": "shop" },
      clock,
    });
    const notification = notificationOf("opened", {}, { idempotencyKey: "INC-0001/1/höok" });
    await hook.notify(notification);
    const [seen] = fake.seen;
    expect(seen).toMatchObject({ method: "POST", url: "/hook/?to=room" });
    expect(seen?.json).toEqual({ version: 1, ...notification });
    expect(seen?.headers).toMatchObject({
      "content-type": "application/json",
      "x-team": "shop",
      "idempotency-key": "INC-0001/1/h%C3%B6ok",
      "x-nines-timestamp": String(STARTED / 1_000),
      // openssl: printf '%s' "$timestamp.$body" | openssl dgst -sha256 -hmac "$secret"
      "x-nines-signature": webhookSignature(SECRET, String(STARTED / 1_000), seen?.text ?? ""),
    });
    const received = {
      body: seen?.text ?? "",
      timestamp: seen?.headers["x-nines-timestamp"] as string,
      signature: seen?.headers["x-nines-signature"] as string,
      at: STARTED,
    };
    expect(verifyWebhook({ ...received, secret: SECRET })).toBe(true);
    expect(verifyWebhook({ ...received, secret: ["another", SECRET] })).toBe(true);
    expect(verifyWebhook({ ...received, secret: "another" })).toBe(false);
    expect(verifyWebhook({ ...received, secret: SECRET, body: `${received.body} ` })).toBe(false);
    expect(verifyWebhook({ ...received, secret: SECRET, at: STARTED + 300_001 })).toBe(false);
    expect(verifyWebhook({ ...received, secret: SECRET, at: STARTED - 300_001 })).toBe(false);
  });

  it("signs as HMAC-SHA256 is defined", () => {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
    expect(webhookSignature("key", "1700000000", '{"a":1}')).toBe(
      "sha256=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03",
    );
  });

  it("refuses a short secret and headers that are none, and shows neither", () => {
    expect(() => new WebhookNotifier({ url: fake.url, secret: "hunter2" })).toThrow(/^secret: (?!.*hunter2)/);
    const headers = { authorization: "Bearer hunter2\n" };
    expect(() => new WebhookNotifier({ url: fake.url, secret: SECRET, headers })).toThrow(
      /^headers\.authorization: (?!.*hunter2)/,
    );
  });
});

it("nothing but the signature of these bytes verifies", () => {
  const good = { timestamp: "1000", signature: webhookSignature(SECRET, "1000", "{}"), secret: SECRET, at: 1_000_000 };
  const text = fc.oneof(fc.string(), fc.constant(null), fc.constant(undefined), fc.constant("sha256="));
  fc.assert(
    fc.property(text, text, fc.string(), (timestamp, signature, body) => {
      expect(verifyWebhook({ ...good, body, signature })).toBe(signature === webhookSignature(SECRET, "1000", body));
      expect(verifyWebhook({ ...good, body: "{}", timestamp })).toBe(timestamp === "1000");
    }),
  );
  expect(() => verifyWebhook({ ...good, body: "", secret: "" })).toThrow("secret: is missing");
  expect(() => verifyWebhook({ ...good, body: "", secret: [] })).toThrow("secret: is missing");
});
