import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { ROOT } from "../../support/spawn.ts";
import { labelSelector } from "./label-selector.ts";
import { KubernetesStandIn } from "./stand-in.ts";

let cluster: KubernetesStandIn;
beforeEach(async () => {
  cluster = await KubernetesStandIn.start();
  cluster.users.set("chaos", { name: "chaos", may: [] });
});
afterEach(() => cluster.close());

const captured = (name: string): string => readFileSync(join(ROOT, "test/data/kubernetes", name), "utf8");
const PODS = "/api/v1/namespaces/d/pods";
const [FIRST, SECOND, THIRD] = ["web-665cc8c99-2gcn2", "web-665cc8c99-6xnzr", "web-665cc8c99-7r8ht"] as const;

interface Asking {
  readonly method?: string;
  readonly token?: string;
  readonly json?: object;
}

/** Whether it is answered, byte by byte, as the real API server did it. */
async function expectAsCaptured(
  name: string,
  path: string,
  { method = "GET", token = "admin", json }: Asking = {},
): Promise<void> {
  const response = await fetch(`${cluster.url}${path}`, {
    method,
    headers: { "user-agent": "curl/7.88.1", ...(token === "" ? {} : { authorization: `Bearer ${token}` }) },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  expect(await response.text()).toBe(captured(`${name}.json`));
  const headers = captured(`${name}.headers`);
  expect(headers).toContain(`HTTP/2 ${String(response.status)} `);
  for (const header of ["cache-control", "content-type", "x-content-type-options"]) {
    const theirs = new RegExp(`^${header}: (.*)$`, "m").exec(headers)?.[1]?.trim();
    expect(response.headers.get(header) ?? undefined).toBe(theirs);
  }
}

const eviction = (name: string): Asking => ({
  method: "POST",
  json: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "d" } },
});
const deletion = (json: object): Asking => ({ method: "DELETE", json });

describe("the stand-in for an API server", () => {
  it("lists byte by byte as the real one", async () => {
    await expectAsCaptured("pods-list", PODS);
    await expectAsCaptured("pods-list", `${PODS}?labelSelector=app%3Dweb`);
    await expectAsCaptured("pods-list-limit1", `${PODS}?limit=1`);
    await expectAsCaptured("bad-selector-400", `${PODS}?labelSelector=%3D%3Dx`);
  });

  it("refuses byte by byte as the real one", async () => {
    await expectAsCaptured("badtoken-401", PODS, { token: "wrong" });
    await expectAsCaptured("unauth-401", PODS, { token: "" });
    await expectAsCaptured("forbidden-403", PODS, { token: "chaos" });
    await expectAsCaptured("notfound-404", `${PODS}/none`, deletion({}));
  });

  it("deletes and evicts byte by byte as the real one", async () => {
    cluster.budgets.push({ name: "web", namespace: "d", matchLabels: { app: "web" }, minAvailable: 2 });
    cluster.now = () => new Date("2026-11-22T07:08:43.400Z");
    await expectAsCaptured("delete-dryrun", `${PODS}/${FIRST}`, deletion({ dryRun: ["All"] }));
    await expectAsCaptured("delete-uid-409", `${PODS}/${FIRST}`, deletion({ preconditions: { uid: "nope" } }));
    await expectAsCaptured("evict-201", `${PODS}/${SECOND}/eviction`, eviction(SECOND));
    await expectAsCaptured("evict-429", `${PODS}/${FIRST}/eviction`, eviction(FIRST));
    cluster.now = () => new Date("2026-11-22T07:08:44.400Z");
    cluster.resourceVersion = 241;
    await expectAsCaptured("delete-200", `${PODS}/${THIRD}`, deletion({}));
    expect(cluster.pods.map(({ metadata }) => metadata.name)).toEqual([FIRST]);
  });

  it("answers programs on one line", async () => {
    const response = await fetch(`${cluster.url}${PODS}`, { headers: { authorization: "Bearer admin" } });
    const text = await response.text();
    expect(text).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(text)).toEqual(JSON.parse(captured("pods-list.json")));
  });

  it("keeps a pod that runs on a node until it has ended", async () => {
    const [pod] = cluster.pods;
    if (pod !== undefined) pod.spec.nodeName = "n1";
    await fetch(`${cluster.url}${PODS}/${FIRST}`, {
      method: "DELETE",
      headers: { authorization: "Bearer admin" },
      body: JSON.stringify({ gracePeriodSeconds: 7 }),
    });
    expect(cluster.pods).toHaveLength(3);
    expect(cluster.pods[0]?.metadata).toMatchObject({ deletionGracePeriodSeconds: 7 });
  });
});

describe("label selectors", () => {
  const labels = { app: "web", tier: "front", "a.io/b": "" };
  it.each([
    ["", true],
    ["app=web", true],
    ["app==web,tier!=back", true],
    ["app in (api, web)", true],
    ["app notin (api,web)", false],
    ["other notin (x)", true],
    ["tier,!other", true],
    ["!app", false],
    ["other", false],
    ["a.io/b=", true],
    ["app=api", false],
    ["other!=x", true],
  ])("%j: %s", (text, fits) => {
    expect(labelSelector(text)(labels)).toBe(fits);
  });

  it.each(["==", "app=web,", "app=web x", "app in web", "app in (", "app > 1", "!=a", "(", "!"])(
    "refuses %j",
    (text) => {
      expect(() => labelSelector(text)).toThrow(/^(?:unable to parse requirement: )?found '.*', expected: /);
    },
  );
});
