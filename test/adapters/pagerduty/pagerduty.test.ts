import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { PagerDutyNotifier } from "../../../src/adapters/pagerduty/index.ts";
import type { NotificationKind } from "../../../src/ports/notifier.ts";
import { type FakeServer, fakeServer, notificationOf, STARTED } from "../http/fake-server.ts";

const KEY = "0123456789abcdef0123456789abcdef";
let fake: FakeServer;
beforeAll(async () => {
  fake = await fakeServer([202, '{"status":"success"}']);
});
beforeEach(() => fake.seen.splice(0));
afterAll(() => fake.close());

const pager = (): PagerDutyNotifier => new PagerDutyNotifier({ routingKey: KEY, baseUrl: fake.url, source: "shop" });

describe("a PagerDuty notifier", () => {
  it("triggers with the fields of Events v2", async () => {
    await pager().notify(notificationOf("opened"));
    expect(fake.seen[0]).toMatchObject({ method: "POST", url: "/v2/enqueue" });
    expect(fake.seen[0]?.json).toEqual({
      routing_key: KEY,
      event_action: "trigger",
      dedup_key: "INC-0001",
      payload: {
        summary: "INC-0001 SEV2: checkout fails",
        source: "shop",
        severity: "error",
        timestamp: new Date(STARTED + 60_000).toISOString(),
        class: "opened",
        component: "checkout",
        custom_details: {
          message: "it is opened",
          status: "investigating",
          services: "checkout, cart",
          started_at: new Date(STARTED).toISOString(),
          notification: "INC-0001/opened",
          labels: { team: "shop" },
        },
      },
      client: "shop",
      links: [{ href: "https://wiki.example.com/checkout", text: "Runbook" }],
    });
  });

  it.each<[NotificationKind, string | undefined]>([
    ["opened", "trigger"],
    ["reopened", "trigger"],
    ["severity_changed", "trigger"],
    ["escalated", "trigger"],
    ["approval_requested", "trigger"],
    ["acknowledged", "acknowledge"],
    ["resolved", "resolve"],
    ["updated", undefined],
    ["status_changed", undefined],
  ])("makes of %s: %s", async (kind, action) => {
    await pager().notify(notificationOf(kind));
    expect(fake.seen.map(({ json }) => json.event_action)).toEqual(action === undefined ? [] : [action]);
    expect(fake.seen.every(({ json }) => json.dedup_key === "INC-0001")).toBe(true);
  });

  it.each([
    ["SEV1", "critical"],
    ["SEV2", "error"],
    ["SEV3", "warning"],
    ["SEV4", "info"],
  ] as const)("calls %s %s", async (severity, expected) => {
    await pager().notify(notificationOf("opened", { severity }));
    expect(fake.seen[0]?.json.payload.severity).toBe(expected);
  });

  it("pages for nothing that is over", async () => {
    await pager().notify(notificationOf("severity_changed", { status: "resolved" }));
    expect(fake.seen).toEqual([]);
  });

  it("cuts what is too long, and no letter in two", async () => {
    await pager().notify(
      notificationOf("opened", { title: `a${"😀".repeat(1_000)}`, labels: { long: "x".repeat(5_000) } }),
    );
    const { payload } = fake.seen[0]!.json;
    expect(payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(payload.summary).toMatch(/😀…$/u);
    expect(payload.custom_details.labels.long).toHaveLength(1_000);
  });

  it("refuses a misspelt option and a missing key", () => {
    expect(() => new PagerDutyNotifier({ routingkey: KEY } as never)).toThrow('did you mean "routingKey"');
    expect(() => new PagerDutyNotifier({} as never)).toThrow("routingKey: is missing");
  });
});
