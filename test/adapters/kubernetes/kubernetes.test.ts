import { setTimeout as pause } from "node:timers/promises";
import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { type KubernetesApi, KubernetesPods } from "../../../src/adapters/kubernetes/index.ts";
import { coreApi } from "./client.ts";
import { documentedRules } from "./role.ts";
import { KubernetesStandIn } from "./stand-in.ts";
import type { StoredPod } from "./stored.ts";
import { describePods, type TestCluster } from "./suite.ts";

let standIn: KubernetesStandIn;
beforeAll(async () => {
  standIn = await KubernetesStandIn.start();
});
afterAll(() => standIn.close());
afterEach(() => {
  standIn.intercept = () => false;
  standIn.seen.length = 0;
});

let count = 0;
function open(): Promise<TestCluster> {
  count += 1;
  const namespace = `test-${String(count)}`;
  standIn.namespaces.set(namespace, {});
  standIn.users.set("powerless", { name: "powerless", may: [] });
  const may = documentedRules(namespace).flatMap(({ verbs, resources = [] }) =>
    verbs.flatMap((verb) => resources.map((resource) => `${verb} ${resource}`)),
  );
  standIn.users.set("role", { name: "role", may });
  return Promise.resolve({
    namespace,
    api: (who) => coreApi({ url: standIn.url, token: who }),
    make: (...wanted) => {
      const made = wanted.map(({ name, labels = {}, owner = "ReplicaSet", ready = true }): StoredPod => {
        const ownerReferences = [{ apiVersion: "v1", kind: owner, name: "web", uid: "o1", controller: true }];
        standIn.resourceVersion += 1;
        const uid = `uid-${String(standIn.resourceVersion)}`;
        const resourceVersion = String(standIn.resourceVersion);
        return {
          metadata: { name, namespace, uid, resourceVersion, labels, ...(owner === null ? {} : { ownerReferences }) },
          spec: { containers: [], terminationGracePeriodSeconds: 30 },
          status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
        };
      });
      standIn.pods.push(...made);
      return Promise.resolve(made.map(({ metadata }) => metadata.uid));
    },
    budget: (name, app, minAvailable) => {
      standIn.budgets.push({ name, namespace, matchLabels: { app }, minAvailable });
      return Promise.resolve();
    },
    label: (labels) => {
      standIn.namespaces.set(namespace, labels);
      return Promise.resolve();
    },
  });
}

describePods("the pods of the stand-in, by the real client", open);

describe("the pods of Kubernetes", () => {
  const pods = (options: object = {}): KubernetesPods =>
    new KubernetesPods({ api: coreApi({ url: standIn.url, token: "admin" }), ...options });
  const pod = { namespace: "d", name: "web-1", uid: "u1" };
  const answer =
    (statusCode: number, body: string | object, headers: Record<string, string> = {}) =>
    (_seen: unknown, response: ServerResponse): boolean => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      response.writeHead(statusCode, { "content-type": "application/json", ...headers }).end(text);
      return true;
    };
  const failure = (code: number, message: string, more: object = {}): object => ({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    code,
    ...more,
  });

  it("sends the uid, the grace period and whether it is a dry run", async () => {
    standIn.intercept = answer(201, { kind: "Status", status: "Success" });
    await pods().remove(pod, { by: "evict", graceSeconds: 5, dryRun: true });
    standIn.intercept = answer(200, { kind: "Pod", metadata: {} });
    await pods().remove(pod, { by: "delete", graceSeconds: 0 });
    await pods().remove(pod, { by: "delete" });
    const deleteOptions = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: "u1" } };
    expect(standIn.seen.map(({ method, url, body }) => [method, url.pathname, url.search, body])).toEqual([
      [
        "POST",
        "/api/v1/namespaces/d/pods/web-1/eviction",
        "",
        {
          apiVersion: "policy/v1",
          kind: "Eviction",
          metadata: { name: "web-1", namespace: "d" },
          deleteOptions: { ...deleteOptions, gracePeriodSeconds: 5, dryRun: ["All"] },
        },
      ],
      ["DELETE", "/api/v1/namespaces/d/pods/web-1", "", { ...deleteOptions, gracePeriodSeconds: 0 }],
      ["DELETE", "/api/v1/namespaces/d/pods/web-1", "", deleteOptions],
    ]);
  });

  it("knows who is on the way out", async () => {
    const cluster = await open();
    await cluster.make({ name: "a", labels: { app: "web" } }, { name: "b", labels: { app: "web" } });
    const [first] = standIn.pods.filter(({ metadata }) => metadata.namespace === cluster.namespace);
    if (first !== undefined) first.spec.nodeName = "n1";
    const [a] = await pods().pods({ namespace: cluster.namespace, labelSelector: "app=web" });
    if (a === undefined) throw new Error("there is no pod");
    await pods().remove(a, { by: "evict" });
    expect(await pods().pods({ namespace: cluster.namespace, labelSelector: "app=web" })).toMatchObject([
      { name: "a", healthy: false },
      { name: "b", healthy: true },
    ]);
  });

  it("begins a list anew that has grown too old, and gives up where that goes on", async () => {
    const question = { namespace: "d", labelSelector: "app=web" };
    let expired = 0;
    standIn.intercept = ({ url }) => {
      if (url.searchParams.has("continue") && expired < 2) {
        expired += 1;
        standIn.lists.clear();
      }
      return false;
    };
    expect(await pods({ pageSize: 1 }).pods(question)).toHaveLength(3);
    expect(expired).toBe(2);
    expired = -Infinity;
    await expect(pods({ pageSize: 1 }).pods(question)).rejects.toMatchObject({
      code: "adapter",
      message: expect.stringContaining("410: The provided continue parameter is too old") as string,
    });
  });

  it("comes to an end where pages never do", async () => {
    let pages = 0;
    standIn.intercept = (seen, response) => {
      pages += 1;
      return answer(200, { kind: "PodList", metadata: { continue: "on" }, items: [] })(seen, response);
    };
    await expect(pods({ maxPods: 10 }).pods({ namespace: "d", labelSelector: "a" })).rejects.toThrow(
      "more than 10 pods",
    );
    expect(pages).toBe(11);
  });

  it.each([
    [429, "Too many requests, please try again later.\n", "the cluster does not allow it now"],
    [429, failure(429, "busy\n \u0007now"), "busy now"],
    [500, failure(500, "This pod has more than one PodDisruptionBudget, which"), "This pod has more than one PodDis"],
  ])("takes %s on an eviction for a no", async (status, body, words) => {
    standIn.intercept = answer(status, body);
    expect(await pods().remove(pod, { by: "evict" })).toEqual({
      outcome: "refused",
      message: expect.stringContaining(words) as string,
    });
    await expect(pods().remove(pod, { by: "delete" })).rejects.toMatchObject({ code: "adapter", retryable: true });
  });

  it.each<[string, number, string | object, boolean, string]>([
    ["a server that is busy", 503, "upstream sent s3cret", true, "it was answered with 503"],
    [
      "a time-out there",
      504,
      failure(504, "request did not complete within 10s"),
      true,
      "504: request did not complete",
    ],
    ["another conflict", 409, failure(409, "the object has been modified"), true, "409: the object has been modified"],
    ["an address without an API", 404, "404 page not found\n", false, "knows nothing at this address (404)"],
    ["a namespace that ends", 403, failure(403, "it is being terminated"), false, "forbidden (403): it is being term"],
    ["no words at all", 403, "", false, 'needs the verb "create" on "pods/eviction" in the namespace d'],
    ["a login that has ended", 401, "token s3cret expired", false, "look at the credentials of the client"],
  ])("takes %s for a failure, and says what to do", async (_title, status, body, retryable, words) => {
    standIn.intercept = answer(status, body, { "set-cookie": "s3cret" });
    const call = pods().remove(pod, { by: "evict" });
    await expect(call).rejects.toMatchObject({ code: "adapter", adapter: "kubernetes", retryable });
    const error = (await call.catch((reason: unknown) => reason)) as Error;
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("s3cret");
    expect(JSON.stringify(error)).not.toContain("s3cret");
  });

  it("tells of a server that cannot be reached by its code alone", async () => {
    standIn.intercept = (_seen, response) => {
      response.destroy();
      return true;
    };
    await expect(pods().namespaceLabels("d")).rejects.toMatchObject({
      retryable: true,
      message:
        "kubernetes could not read a namespace: there was no answer (ECONNRESET); look at whether the API server can be reached",
    });
  });

  it("shows no more than five hundred characters of what the cluster says", async () => {
    standIn.intercept = answer(429, failure(429, "x".repeat(60_000)));
    const removal = await pods().remove(pod, { by: "evict" });
    expect(removal.outcome === "refused" && removal.message.length).toBe(500);
  });

  it("ends the request itself when its signal says so", async () => {
    const controller = new AbortController();
    let closed = (): void => undefined;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    standIn.intercept = (_seen, response) => {
      response.once("close", () => closed());
      controller.abort(new Error("enough"));
      return true;
    };
    await expect(pods().remove(pod, { by: "evict", signal: controller.signal })).rejects.toThrow("enough");
    await isClosed;
    standIn.seen.length = 0;
    await expect(pods().namespaceLabels("d", { signal: controller.signal })).rejects.toThrow("enough");
    expect(standIn.seen).toEqual([]);
  });

  it("ends with its signal though the client does not heed it", async () => {
    const never = (): Promise<never> => pause(60_000, undefined, { ref: false }) as Promise<never>;
    const api: KubernetesApi = {
      listNamespacedPod: never,
      readNamespace: never,
      createNamespacedPodEviction: never,
      deleteNamespacedPod: never,
    };
    const signal = AbortSignal.timeout(5);
    await expect(new KubernetesPods({ api }).namespaceLabels("d", { signal })).rejects.toThrow(
      "aborted due to timeout",
    );
  });

  it.each([{}, { items: [{}] }, { items: [{ metadata: { name: "a" } }] }])(
    "refuses a list such as %j",
    async (page) => {
      const answered = (): Promise<never> => Promise.resolve(page as never);
      const fake: KubernetesApi = {
        listNamespacedPod: answered,
        readNamespace: answered,
        createNamespacedPodEviction: answered,
        deleteNamespacedPod: answered,
      };
      await expect(
        new KubernetesPods({ api: fake }).pods({ namespace: "d", labelSelector: "a" }),
      ).rejects.toMatchObject({ code: "adapter", retryable: false });
    },
  );

  it.each<[string, object]>([
    ["api", {}],
    ["api", { api: {} }],
    ["pageSize", { pageSize: 0 }],
    ["maxPods", { maxPods: 1e6 }],
    ["pagesize", { pagesize: 1 }],
  ])("refuses a wrong %s", (name, options) => {
    const api = coreApi({ url: standIn.url, token: "admin" });
    const given = name === "api" ? options : { api, ...options };
    expect(() => new KubernetesPods(given as { api: KubernetesApi })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: [name] })] }),
    );
  });
});
