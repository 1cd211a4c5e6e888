import { describe, expect, it, vi } from "vitest";

import { AlertmanagerSilences } from "../../src/adapters/alertmanager/index.ts";
import { FileIncidentStore } from "../../src/adapters/file/incident-store.ts";
import { FileStateStore } from "../../src/adapters/file/state-store.ts";
import { KubernetesPods } from "../../src/adapters/kubernetes/index.ts";
import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import { PrometheusApi } from "../../src/adapters/prometheus/api.ts";
import { PrometheusSource } from "../../src/adapters/prometheus/source.ts";
import { RundeckCommandRunner } from "../../src/adapters/rundeck/index.ts";
import { StatuspageNotifier } from "../../src/adapters/statuspage/index.ts";
import { ToxiproxyPlane } from "../../src/adapters/toxiproxy/index.ts";
import { ChaosJournal } from "../../src/chaos/journal.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import { FaultyFileSystem } from "../../src/testing/faulty-file-system.ts";

const saying = (...bodies: readonly string[]) => {
  let asked = 0;
  return async () => new Response(bodies[Math.min(asked++, bodies.length - 1)]);
};
const silence = { matchers: [{ name: "a", value: "b" }], startsAt: 0, endsAt: 1, createdBy: "ann", comment: "x" };
const silences = (...bodies: readonly string[]) =>
  new AlertmanagerSilences({ baseUrl: "http://am.example", fetch: saying(...bodies) });

describe("an Alertmanager", () => {
  it("may have nothing in its list of silences", async () => {
    const asked = silences('[null, {"comment": "x [k1]", "id": " "}]', '{"silenceID":"s1"}');
    expect(await asked.create({ ...silence, idempotencyKey: "k1" })).toBe("s1");
  });

  it.each(['{"silenceID":" "}', `{"silenceID":"${"x".repeat(101)}"}`, "null"])(
    "has not made a silence that could not be ended: %s",
    async (body) => {
      await expect(silences(body).create(silence)).rejects.toThrow("it was answered without an id");
    },
  );
});

describe("a Kubernetes client", () => {
  const podsOf = (items: unknown) => {
    const call = async () => items as never;
    const api = {
      listNamespacedPod: call,
      readNamespace: call,
      createNamespacedPodEviction: call,
      deleteNamespacedPod: call,
    };
    return new KubernetesPods({ api });
  };
  const metadata = { name: "web-1", uid: "u1" };

  it.each([
    ["nothing", null],
    ["no item", { items: [null] }],
    ["labels that are no texts", { items: [{ metadata: { ...metadata, labels: { a: 1 } } }] }],
    ["owners that are no list", { items: [{ metadata: { ...metadata, ownerReferences: {} } }] }],
    ["conditions that are no list", { items: [{ metadata, status: { conditions: "Ready" } }] }],
    ["a number for the next page", { items: [], metadata: { _continue: 5 } }],
  ])("that hands out %s has no list of pods", async (_, page) => {
    const asked = podsOf(page).pods({ namespace: "shop", labelSelector: "a=b" });
    await expect(asked).rejects.toThrow("something that is no list of pods");
  });

  it("may write what is empty as null, as Go does", async () => {
    const item = { metadata: { ...metadata, labels: null, ownerReferences: null }, status: { conditions: null } };
    const pods = await podsOf({ items: [item], metadata: null }).pods({ namespace: "shop", labelSelector: "a=b" });
    expect(pods).toEqual([{ namespace: "shop", ...metadata, labels: {}, healthy: false, owner: undefined }]);
    await expect(podsOf({ metadata: { labels: ["a"] } }).namespaceLabels("shop")).rejects.toThrow("no namespace");
  });
});

describe("other systems", () => {
  it("may not name a proxy so that an error has several lines", async () => {
    const proxy = { name: "a\nb", listen: "", upstream: "", enabled: true, toxics: [] };
    const toxic = { name: "nines-x", type: "latency", stream: "upstream", toxicity: 1, attributes: {} };
    const fetch = saying(JSON.stringify({ a: { ...proxy, toxics: [toxic] } }), "{}");
    await expect(new ToxiproxyPlane({ url: "http://t.example", fetch }).removeAll()).rejects.toThrow(/^.*"a\\nb".*$/);
  });

  it("may have an id that fits into no address", async () => {
    const asked: string[] = [];
    const page = new StatuspageNotifier({
      ...{ pageId: "p", apiKey: "0123-4567" },
      fetch: async (url) => {
        asked.push(url);
        return new Response('[{"id":"\\ud800","metadata":{"nines":{"incident":"INC-0001"}}}]');
      },
    });
    const incident = {
      id: "INC-0001",
      title: "t",
      severity: "SEV1",
      status: "identified",
      services: [],
      startedAt: 0,
      labels: {},
    } as const;
    await page.notify({ idempotencyKey: "k", kind: "updated", at: 0, message: "m", incident });
    expect(asked[1]).toContain("/incidents/%EF%BF%BD");
  });

  it("may not fill the memory with brackets", async () => {
    const api = new PrometheusApi({ url: "http://p.example", retries: 0, fetch: saying("[".repeat(4_000_000)) });
    const parsed = vi.spyOn(JSON, "parse");
    expect(await api.query("up")).toMatchObject({ ok: false, failure: { kind: "not_prometheus" } });
    expect(parsed).not.toHaveBeenCalled();
    parsed.mockRestore();
  });

  it("may not have another page for ever", async () => {
    const executions = Array.from({ length: 100 }, (_, index) => ({ id: String(index), status: "running" }));
    const rundeck = new RundeckCommandRunner({
      ...{ baseUrl: "https://r.example", token: "0123456789abcdef" },
      fetch: saying(JSON.stringify({ executions })),
    });
    await expect(rundeck.endLeftovers("RUN-0001/a")).rejects.toThrow("more than 10000 executions are under way");
  });
});

it("does not undo one of two injections that have one id", async () => {
  const store = new MemoryStateStore();
  const one = { id: "a", kind: "pod", target: "t", details: {}, run: "r", experiment: "e", at: 0 };
  await store.save("chaos", JSON.stringify({ version: 1, writer: "w", open: [one, { ...one, target: "u" }] }));
  const journal = new ChaosJournal(
    store,
    { key: "chaos", writer: "x" },
    { clock: new ManualClock(), timeoutMs: 1_000 },
  );
  await expect(journal.take()).rejects.toThrow("it is damaged");
});

it("has no date for what a Prometheus dates with no time", async () => {
  const { slos } = parseSloDocument({
    service_level_objectives: { shop: { a: { kind: "availability", target: "99%", measurement_window: "30d" } } },
  });
  const source = new PrometheusSource({
    ...{ url: "http://p.example", retries: 0, use: "rules" },
    fetch: async (_url, { body = "" }) => {
      const query = new URLSearchParams(body).get("query") ?? "";
      const branches = [...query.matchAll(/"nines_branch", "([^"]+)"/g)].map((match) => match[1] ?? "");
      const result = branches.map((branch) => ({
        metric: { nines_branch: branch, slo: "shop/a", window: "30d" },
        value: [86_400, branch === "time" ? "NaN" : "10"],
      }));
      return new Response(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
    },
  });
  const end = 100 * 86_400_000;
  const [measured] = await source.measure(slos[0] as Slo, [{ start: end - 30 * 86_400_000, end }]);
  expect(measured?.total).toBe(10);
  expect(measured).not.toHaveProperty("until");
});

describe("a file", () => {
  it("that is not UTF-8 any more is refused, and not mended by guesses", async () => {
    const fileSystem = new FaultyFileSystem();
    fileSystem.put("/s/chaos.json", Uint8Array.of(0x7b, 0xff, 0x7d));
    const store = new FileStateStore("/s", { fileSystem });
    await expect(store.load("chaos")).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining("not UTF-8"),
    });
  });

  it("whose header has a number that no incident could have is damaged", async () => {
    const fileSystem = new FaultyFileSystem();
    fileSystem.put("/s/incidents.log", Buffer.from(`${"nines-incidents 1 999999999999999".padEnd(39)}\n`));
    await expect(FileIncidentStore.open("/s", { fileSystem })).rejects.toThrow("damaged at byte 0");
  });

  it("whose header has a large number is listed as quickly as any", async () => {
    const fileSystem = new FaultyFileSystem();
    fileSystem.put("/s/incidents.log", Buffer.from(`${"nines-incidents 1 99999999999".padEnd(39)}\n`));
    const store = await FileIncidentStore.open("/s", { fileSystem });
    await store.commit([{ expectedVersion: 0, events: ["{}"], summary: "{}", open: true }]);
    expect((await store.rows({ limit: 5 })).map(({ number }) => number)).toEqual([100_000_000_000]);
    expect((await store.rows({ limit: 5, newestFirst: true })).map(({ number }) => number)).toEqual([100_000_000_000]);
    await store.compact();
    await store.close();
  });
});
