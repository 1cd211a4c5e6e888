import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type Deployment, GrafanaDeploymentAnnotations } from "../../../src/adapters/grafana/index.ts";
import { type FakeGrafana, fakeGrafana } from "./fake-grafana.ts";

let fake: FakeGrafana;

beforeEach(async () => {
  fake = await fakeGrafana();
});
afterEach(() => fake.close());

const AT = Date.UTC(2026, 10, 29, 3);
const graphs = (): GrafanaDeploymentAnnotations =>
  new GrafanaDeploymentAnnotations({ baseUrl: fake.url, token: "glsa_1", dashboardUid: "shop", tags: ["prod"] });
const RELEASE: Deployment = { service: "checkout", version: "v1.4.2", at: AT };
const writes = (): readonly (string | undefined)[] =>
  fake.seen.map(({ method }) => method).filter((method) => method !== "GET");

describe("annotations of deployments in Grafana", () => {
  it("mark the beginning, and become a region when the end is told", async () => {
    await graphs().mark(RELEASE);
    const id = `deployment:checkout:v1.4.2:${String(AT)}`;
    expect(fake.seen[0]?.url).toBe(`/api/annotations?type=annotation&limit=200&tags=${encodeURIComponent(id)}`);
    expect(fake.seen[1]).toMatchObject({ method: "POST", headers: { authorization: "Bearer glsa_1" } });
    expect(fake.seen[1]?.json).toEqual({
      dashboardUID: "shop",
      time: AT,
      text: "deployment: checkout v1.4.2",
      tags: ["deployment", "checkout", "v1.4.2", id, "prod"],
    });
    const whole = {
      ...RELEASE,
      until: AT + 60_000,
      by: "<ann>",
      url: "https://ci.example.com/7",
      outcome: "rolled_back",
    };
    await graphs().mark(whole as Deployment);
    expect(fake.drawn).toMatchObject([
      {
        time: AT,
        timeEnd: AT + 60_000,
        text: "deployment: checkout v1.4.2\nrolled back\nby &lt;ann&gt;\nhttps://ci.example.com/7",
        tags: ["deployment", "checkout", "v1.4.2", "rolled_back", id, "prod"],
      },
    ]);
  });

  it("are drawn once, whatever answers were lost and however often it is told", async () => {
    for (const deployment of [
      RELEASE,
      { ...RELEASE, until: AT },
      { ...RELEASE, until: AT, outcome: "failed" as const },
    ]) {
      fake.trouble.push("lost");
      await expect(graphs().mark(deployment)).rejects.toMatchObject({ retryable: true });
      await graphs().mark(deployment);
      await graphs().mark(deployment);
    }
    // A region has a length.
    expect(fake.drawn).toMatchObject([{ time: AT, timeEnd: AT + 1 }]);
    expect(writes()).toEqual(["POST", "PATCH", "PATCH"]);
  });

  it("of other versions, services and times are others", async () => {
    const long = "a".repeat(200);
    for (const other of [{}, { version: "v1.4.3" }, { service: "cart" }, { at: AT + 1 }, { version: long }]) {
      await graphs().mark({ ...RELEASE, ...other });
    }
    expect(fake.drawn).toHaveLength(5);
    for (const { tags } of fake.drawn) for (const tag of tags) expect(tag.length).toBeLessThanOrEqual(100);
  });

  it.each<[string, object, string]>([
    ["no service", { service: "" }, 'service: ""; write 1 to 1000 characters'],
    ["no version", { version: undefined }, "version: is missing"],
    ["no time", { at: NaN }, "at: NaN is no time; write epoch milliseconds"],
    ["no end", { until: Infinity }, "until: Infinity is no time"],
  ])("are refused with %s, before anything is asked", async (_title, wrong, message) => {
    await expect(graphs().mark({ ...RELEASE, ...wrong })).rejects.toThrow(message);
    expect(fake.seen).toEqual([]);
  });
});
