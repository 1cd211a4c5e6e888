import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { GrafanaNotifier } from "../../../src/adapters/grafana/index.ts";
import { notificationOf, STARTED } from "../http/fake-server.ts";
import { type FakeGrafana, fakeGrafana } from "./fake-grafana.ts";

let fake: FakeGrafana;

beforeEach(async () => {
  fake = await fakeGrafana();
});
afterEach(() => fake.close());

const graphs = (): GrafanaNotifier =>
  new GrafanaNotifier({ baseUrl: fake.url, token: "glsa_1", dashboardUid: "shop", panelId: 4, tags: ["prod"] });

describe("a Grafana notifier", () => {
  it("marks the beginning, and makes a region of it at the end", async () => {
    await graphs().notify(notificationOf("opened"));
    expect(fake.seen[0]?.url).toBe("/api/annotations?type=annotation&limit=200&tags=INC-0001");
    expect(fake.seen[1]).toMatchObject({
      method: "POST",
      url: "/api/annotations",
      headers: { authorization: "Bearer glsa_1" },
    });
    expect(fake.seen[1]?.json).toEqual({
      dashboardUID: "shop",
      panelId: 4,
      time: STARTED,
      text: "INC-0001 SEV2: checkout fails\nit is opened",
      tags: ["incident", "INC-0001", "SEV2", "checkout", "cart", "prod"],
    });
    await graphs().notify(notificationOf("resolved"));
    expect(fake.drawn).toMatchObject([{ time: STARTED, timeEnd: STARTED + 60_000 }]);
  });

  it("draws each once, whatever answers were lost", async () => {
    for (const kind of ["opened", "status_changed", "resolved"] as const) {
      fake.trouble.push("lost");
      await expect(graphs().notify(notificationOf(kind))).rejects.toMatchObject({ retryable: true });
      await graphs().notify(notificationOf(kind));
    }
    expect(fake.drawn.map(({ tags }) => tags[0])).toEqual(["incident", "incident-event"]);
    expect(fake.drawn[0]?.timeEnd).toBe(STARTED + 60_000);
  });

  it("draws a second region for an incident that is reopened", async () => {
    await graphs().notify(notificationOf("opened"));
    await graphs().notify(notificationOf("resolved"));
    await graphs().notify(notificationOf("reopened", {}, { at: STARTED + 120_000 }));
    await graphs().notify(notificationOf("resolved", { resolvedAt: STARTED + 180_000 }));
    expect(fake.drawn.map(({ time, timeEnd }) => [(time - STARTED) / 60_000, (timeEnd - STARTED) / 60_000])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it("draws the whole region where the beginning was never told, and shows no markup", async () => {
    await graphs().notify(notificationOf("resolved", { title: "<b>p99</b>" }));
    expect(fake.drawn).toMatchObject(
      [{ time: STARTED, timeEnd: STARTED + 60_000, text: /&lt;b&gt;p99/ }].map(({ text, ...rest }) => ({
        ...rest,
        text: expect.stringMatching(text),
      })),
    );
  });
});
