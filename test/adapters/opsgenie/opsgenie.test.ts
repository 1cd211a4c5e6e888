import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { OpsgenieNotifier } from "../../../src/adapters/opsgenie/index.ts";
import type { NotificationKind } from "../../../src/ports/notifier.ts";
import { type FakeServer, fakeServer, notificationOf, STARTED } from "../http/fake-server.ts";

let fake: FakeServer;
beforeAll(async () => {
  fake = await fakeServer([202, '{"result":"Request will be processed"}']);
});
beforeEach(() => fake.seen.splice(0));
afterAll(() => fake.close());

const alerts = (): OpsgenieNotifier => new OpsgenieNotifier({ apiKey: "key-1", baseUrl: fake.url, keyPrefix: "eu/" });

describe("an Opsgenie notifier", () => {
  it("creates an alert with an alias and a priority", async () => {
    await alerts().notify(notificationOf("opened", {}, { recipient: "ann@example.com" }));
    expect(fake.seen[0]).toMatchObject({
      method: "POST",
      url: "/v2/alerts",
      headers: { authorization: "GenieKey key-1" },
    });
    expect(fake.seen[0]?.json).toEqual({
      message: "INC-0001 SEV2: checkout fails",
      alias: "eu/INC-0001",
      description: "it is opened\n\nRunbook: https://wiki.example.com/checkout",
      tags: ["incident", "SEV2", "checkout", "cart"],
      details: {
        team: "shop",
        incident: "INC-0001",
        status: "investigating",
        started_at: new Date(STARTED).toISOString(),
      },
      entity: "checkout, cart",
      source: "nines",
      priority: "P2",
      responders: [{ type: "user", username: "ann@example.com" }],
    });
  });

  const alias = "/v2/alerts/eu%2FINC-0001";
  it.each<[NotificationKind, string[]]>([
    ["opened", ["POST /v2/alerts"]],
    ["reopened", ["POST /v2/alerts"]],
    ["acknowledged", [`POST ${alias}/acknowledge?identifierType=alias`]],
    ["resolved", [`POST ${alias}/close?identifierType=alias`]],
    ["updated", [`POST ${alias}/notes?identifierType=alias`]],
    ["status_changed", [`POST ${alias}/notes?identifierType=alias`]],
    ["escalated", ["POST /v2/alerts", `POST ${alias}/notes?identifierType=alias`]],
    ["approval_requested", ["POST /v2/alerts", `POST ${alias}/notes?identifierType=alias`]],
    [
      "severity_changed",
      ["POST /v2/alerts", `PUT ${alias}/priority?identifierType=alias`, `POST ${alias}/notes?identifierType=alias`],
    ],
  ])("makes of %s: %j", async (kind, calls) => {
    await alerts().notify(notificationOf(kind));
    expect(fake.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(calls);
  });

  it("says nothing of what is over, and keeps to Opsgenie's sizes", async () => {
    await alerts().notify(notificationOf("updated", { status: "resolved" }));
    expect(fake.seen).toEqual([]);
    const labels = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`label${String(index)}`, "x".repeat(900)]),
    );
    await alerts().notify(
      notificationOf("opened", { title: "t".repeat(300), labels }, { message: "m".repeat(20_000) }),
    );
    const { message, description, details } = fake.seen[0]!.json;
    expect([message.length, description.length <= 15_000]).toEqual([130, true]);
    expect(JSON.stringify(details).length).toBeLessThan(8_000);
  });
});
