import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { StatuspageNotifier } from "../../../src/adapters/statuspage/index.ts";
import type { NotificationKind } from "../../../src/ports/notifier.ts";
import { type Answer, type FakeServer, fakeServer, notificationOf } from "../http/fake-server.ts";

interface OnPage {
  id: string;
  status: string;
  metadata?: unknown;
  updates: string[];
}

let fake: FakeServer;
let onPage: OnPage[];
/** Answers are lost after the page has taken this many writes. */
let loseAnswers: number;

const page: Answer = ({ method, url, json }, response) => {
  const reply = (status: number, body: unknown): void => void response.writeHead(status).end(JSON.stringify(body));
  if (method === "GET") {
    const query = new URL(url, "http://page").searchParams;
    const [size, number] = [Number(query.get("per_page")), Number(query.get("page"))];
    const open = onPage.filter(({ status }) => status !== "resolved");
    reply(200, open.slice(size * (number - 1), size * number));
    return;
  }
  const { body, ...changes } = json.incident;
  let incident = onPage.find(({ id }) => url === `/v1/pages/p1/incidents/${id}`);
  if (incident === undefined) {
    incident = { id: `sp${String(onPage.length)}`, status: "", updates: [] };
    onPage.push(incident);
  }
  incident.updates.push(body);
  Object.assign(incident, changes);
  if (loseAnswers > 0) {
    loseAnswers -= 1;
    response.destroy();
  } else reply(method === "POST" ? 201 : 200, incident);
};

beforeEach(async () => {
  onPage = [];
  loseAnswers = 0;
  fake = await fakeServer(page);
});
afterEach(() => fake.close());

const notifier = (): StatuspageNotifier => new StatuspageNotifier({ pageId: "p1", apiKey: "key-1", baseUrl: fake.url });
const writes = (): string[] =>
  fake.seen.filter(({ method }) => method !== "GET").map(({ method, url }) => `${method} ${url}`);

describe("a Statuspage notifier", () => {
  it("makes one incident, updates it, and resolves it", async () => {
    const one = notifier();
    await one.notify(notificationOf("opened"));
    expect(fake.seen[0]).toMatchObject({
      method: "GET",
      url: "/v1/pages/p1/incidents/unresolved?per_page=20&page=1",
      headers: { authorization: "OAuth key-1" },
    });
    expect(fake.seen[1]?.json).toEqual({
      incident: {
        name: "checkout fails",
        status: "investigating",
        body: "it is opened",
        impact_override: "major",
        metadata: { nines: { incident: "INC-0001", last: "INC-0001/opened" } },
      },
    });
    await one.notify(notificationOf("status_changed", { status: "identified" }));
    await one.notify(notificationOf("resolved"));
    expect(writes()).toEqual([
      "POST /v1/pages/p1/incidents",
      "PATCH /v1/pages/p1/incidents/sp0",
      "PATCH /v1/pages/p1/incidents/sp0",
    ]);
    expect(onPage).toMatchObject([
      { status: "resolved", updates: ["it is opened", "it is status_changed", "it is resolved"] },
    ]);
  });

  it.each<NotificationKind>(["opened", "status_changed", "resolved"])(
    "writes %s once although its answer was lost and another process tries again",
    async (kind) => {
      if (kind !== "opened") await notifier().notify(notificationOf("opened"));
      loseAnswers = 1;
      await expect(notifier().notify(notificationOf(kind))).rejects.toMatchObject({ retryable: true });
      await notifier().notify(notificationOf(kind));
      expect(onPage).toHaveLength(1);
      expect(onPage[0]?.updates.filter((text) => text === `it is ${kind}`)).toHaveLength(1);
    },
  );

  it("finds its incident among many, and leaves those of others alone", async () => {
    onPage = Array.from({ length: 45 }, (_, index) => ({
      id: `other${String(index)}`,
      status: "monitoring",
      updates: [],
    }));
    await notifier().notify(notificationOf("opened"));
    await notifier().notify(notificationOf("updated"));
    expect(onPage).toHaveLength(46);
    expect(onPage[45]?.updates).toHaveLength(2);
  });

  it("tells everyone nothing of acknowledgements and escalations, and resolves nothing that is not there", async () => {
    await notifier().notify(notificationOf("acknowledged"));
    await notifier().notify(notificationOf("escalated"));
    await notifier().notify(notificationOf("approval_requested"));
    expect(fake.seen).toEqual([]);
    await notifier().notify(notificationOf("resolved"));
    expect(onPage).toEqual([]);
  });

  it("makes a new incident of one that is reopened", async () => {
    for (const kind of ["opened", "resolved", "reopened"] as const) await notifier().notify(notificationOf(kind));
    expect(onPage.map(({ status }) => status)).toEqual(["resolved", "investigating"]);
  });
});
