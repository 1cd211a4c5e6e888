import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { GrafanaNotifier } from "../../../src/adapters/grafana/index.ts";
import { type Answer, type FakeServer, fakeServer, notificationOf, STARTED } from "../http/fake-server.ts";

interface Drawn {
  id: number;
  time: number;
  timeEnd: number;
  text: string;
  tags: string[];
}

let fake: FakeServer;
let drawn: Drawn[];
let loseAnswers: number;

const grafana: Answer = ({ method, url, json }, response) => {
  const query = new URL(url, "http://grafana").searchParams;
  const reply = (body: unknown): void => void response.writeHead(200).end(JSON.stringify(body));
  if (method === "GET") {
    reply(drawn.filter(({ tags }) => query.getAll("tags").every((tag) => tags.includes(tag))));
    return;
  }
  // Grafana gives a mark its time as its end.
  if (method === "POST") drawn.push({ id: drawn.length + 1, timeEnd: json.time, ...json });
  else Object.assign(drawn.find(({ id }) => url === `/api/annotations/${String(id)}`) ?? {}, json);
  if (loseAnswers > 0) {
    loseAnswers -= 1;
    response.destroy();
  } else reply({ message: "done" });
};

beforeEach(async () => {
  drawn = [];
  loseAnswers = 0;
  fake = await fakeServer(grafana);
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
    expect(drawn).toMatchObject([{ time: STARTED, timeEnd: STARTED + 60_000 }]);
  });

  it("draws each once, whatever answers were lost", async () => {
    for (const kind of ["opened", "status_changed", "resolved"] as const) {
      loseAnswers = 1;
      await expect(graphs().notify(notificationOf(kind))).rejects.toMatchObject({ retryable: true });
      await graphs().notify(notificationOf(kind));
    }
    expect(drawn.map(({ tags }) => tags[0])).toEqual(["incident", "incident-event"]);
    expect(drawn[0]?.timeEnd).toBe(STARTED + 60_000);
  });

  it("draws a second region for an incident that is reopened", async () => {
    await graphs().notify(notificationOf("opened"));
    await graphs().notify(notificationOf("resolved"));
    await graphs().notify(notificationOf("reopened", {}, { at: STARTED + 120_000 }));
    await graphs().notify(notificationOf("resolved", { resolvedAt: STARTED + 180_000 }));
    expect(drawn.map(({ time, timeEnd }) => [(time - STARTED) / 60_000, (timeEnd - STARTED) / 60_000])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it("draws the whole region where the beginning was never told, and shows no markup", async () => {
    await graphs().notify(notificationOf("resolved", { title: "<b>p99</b>" }));
    expect(drawn).toMatchObject(
      [{ time: STARTED, timeEnd: STARTED + 60_000, text: /&lt;b&gt;p99/ }].map(({ text, ...rest }) => ({
        ...rest,
        text: expect.stringMatching(text),
      })),
    );
  });
});
