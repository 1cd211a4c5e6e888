/** What the adapter does with a cluster, whichever it is: the stand-in and a real API server are asked the same. */
import type { CoreV1Api } from "@kubernetes/client-node";
import { beforeEach, describe, expect, it } from "vitest";

import { KubernetesPods } from "../../../src/adapters/kubernetes/index.ts";
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { PodKillerExperiment, type PodKillerOptions } from "../../../src/chaos/experiments/pod-killer.ts";
import { probe } from "../../../src/chaos/probes.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import type { Pod } from "../../../src/ports/pod-cluster.ts";

/** A pod that a test wants. */
export interface WantedPod {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `ReplicaSet` unless told; null for none. */
  readonly owner?: string | null;
  /** True unless told. */
  readonly ready?: boolean;
}

/** A namespace of a cluster, new and empty. */
export interface TestCluster {
  readonly namespace: string;
  /** A client of somebody who may do everything; of nobody that is known; of somebody who may do nothing; of one with the documented role. */
  api(who: "admin" | "unknown" | "powerless" | "role"): CoreV1Api;
  /** Makes pods, and gives their uids. */
  make(...pods: readonly WantedPod[]): Promise<readonly string[]>;
  /** A disruption budget of so many of those with the label `app`, met by those that are ready now. */
  budget(name: string, app: string, minAvailable: number, ready: number): Promise<void>;
  label(labels: Readonly<Record<string, string>>): Promise<void>;
}

export function describePods(title: string, open: () => Promise<TestCluster>): void {
  describe(title, () => {
    let cluster: TestCluster;
    let pods: KubernetesPods;
    beforeEach(async () => {
      cluster = await open();
      pods = new KubernetesPods({ api: cluster.api("admin") });
    });

    const web = { app: "web" };
    const list = (labelSelector = "app=web", from = pods): Promise<readonly Pod[]> =>
      from.pods({ namespace: cluster.namespace, labelSelector });
    const names = async (labelSelector?: string, from?: KubernetesPods): Promise<readonly string[]> =>
      (await list(labelSelector, from)).map(({ name }) => name);
    const one = (name: string, uid: string): Pick<Pod, "namespace" | "name" | "uid"> => ({
      namespace: cluster.namespace,
      name,
      uid,
    });

    it("lists who there is, who made them and how they are", async () => {
      const uids = await cluster.make(
        { name: "web-a", labels: web },
        { name: "web-b", labels: web, ready: false },
        { name: "web-c", labels: web, owner: null },
        { name: "web-d", labels: web, owner: "Node" },
      );
      const { namespace } = cluster;
      expect(await list()).toEqual([
        { namespace, name: "web-a", uid: uids[0], labels: web, healthy: true, owner: "ReplicaSet/web" },
        { namespace, name: "web-b", uid: uids[1], labels: web, healthy: false, owner: "ReplicaSet/web" },
        { namespace, name: "web-c", uid: uids[2], labels: web, healthy: true, owner: undefined },
        { namespace, name: "web-d", uid: uids[3], labels: web, healthy: true, owner: undefined },
      ]);
    });

    it("lists page by page, and no more than it may", async () => {
      const all = ["web-a", "web-b", "web-c", "web-d", "web-e"];
      await cluster.make(...all.map((name) => ({ name, labels: web })));
      const api = cluster.api("admin");
      expect(await names("app=web", new KubernetesPods({ api, pageSize: 2 }))).toEqual(all);
      expect(await names("app=web", new KubernetesPods({ api, pageSize: 2, maxPods: 5 }))).toEqual(all);
      await expect(names("app=web", new KubernetesPods({ api, pageSize: 2, maxPods: 4 }))).rejects.toMatchObject({
        code: "adapter",
        retryable: false,
        message: expect.stringContaining("more than 4 pods fit the selector") as string,
      });
    });

    it("selects as the selector says, and tells of one that is wrong", async () => {
      await cluster.make(
        { name: "a", labels: { app: "web", tier: "front" } },
        { name: "b", labels: { app: "web", tier: "back" } },
        { name: "c", labels: { app: "api" } },
      );
      expect(await names("app=web,tier!=back")).toEqual(["a"]);
      expect(await names("app in (api, web)")).toEqual(["a", "b", "c"]);
      expect(await names("!tier")).toEqual(["c"]);
      expect(await names("app=none")).toEqual([]);
      await expect(names("==x")).rejects.toMatchObject({
        code: "adapter",
        retryable: false,
        message: expect.stringContaining("found '==', expected: ") as string,
      });
    });

    it("reads the labels of a namespace, and tells of one that there is not", async () => {
      await cluster.label({ "nines.dev/chaos": "enabled" });
      expect(await pods.namespaceLabels(cluster.namespace)).toMatchObject({ "nines.dev/chaos": "enabled" });
      await expect(pods.namespaceLabels("nowhere")).rejects.toMatchObject({
        code: "adapter",
        message: expect.stringContaining("there is no namespace nowhere") as string,
      });
    });

    it.each(["evict", "delete"] as const)("%ss a pod, and says when it is gone", async (by) => {
      const [uid = ""] = await cluster.make({ name: "a", labels: web }, { name: "b", labels: web });
      expect(await pods.remove(one("a", uid), { by, graceSeconds: 1 })).toEqual({ outcome: "removed" });
      expect(await names()).toEqual(["b"]);
      expect(await pods.remove(one("a", uid), { by })).toEqual({ outcome: "gone" });
    });

    it.each(["evict", "delete"] as const)("%ss nobody who only has the same name", async (by) => {
      const [first = ""] = await cluster.make({ name: "a", labels: web });
      await pods.remove(one("a", first), { by: "delete" });
      const [second] = await cluster.make({ name: "a", labels: web });
      expect(await pods.remove(one("a", first), { by })).toEqual({ outcome: "gone" });
      expect((await list()).map(({ uid }) => uid)).toEqual([second]);
    });

    it.each(["evict", "delete"] as const)("does nothing when it %ss as a dry run", async (by) => {
      const [uid = ""] = await cluster.make({ name: "a", labels: web });
      expect(await pods.remove(one("a", uid), { by, dryRun: true })).toEqual({ outcome: "removed" });
      expect(await list()).toMatchObject([{ uid, healthy: true }]);
      expect(await pods.remove(one("a", "other"), { by, dryRun: true })).toEqual({ outcome: "gone" });
    });

    it("takes a disruption budget's no for an answer, and not for a failure", async () => {
      const [a = "", b = "", c = ""] = await cluster.make(...["a", "b", "c"].map((name) => ({ name, labels: web })));
      await cluster.budget("web", "web", 2, 3);
      expect(await pods.remove(one("a", a), { by: "evict" })).toEqual({ outcome: "removed" });
      for (const dryRun of [true, false]) {
        expect(await pods.remove(one("b", b), { by: "evict", dryRun })).toEqual({
          outcome: "refused",
          message: expect.stringMatching(
            /^Cannot evict pod as it would violate the pod's disruption budget\. The disruption budget web /,
          ) as string,
        });
      }
      expect(await names()).toEqual(["b", "c"]);
      // Whoever deletes is not asked.
      expect(await pods.remove(one("c", c), { by: "delete" })).toEqual({ outcome: "removed" });
    });

    it("takes two budgets for one pod for a no as well", async () => {
      const [a = ""] = await cluster.make({ name: "a", labels: web }, { name: "b", labels: web });
      await cluster.budget("one", "web", 0, 2);
      await cluster.budget("two", "web", 0, 2);
      expect(await pods.remove(one("a", a), { by: "evict" })).toEqual({
        outcome: "refused",
        message: expect.stringContaining("more than one PodDisruptionBudget") as string,
      });
    });

    it("says which verb a role lacks", async () => {
      const [uid = ""] = await cluster.make({ name: "a", labels: web });
      const powerless = new KubernetesPods({ api: cluster.api("powerless") });
      const asked: readonly (readonly [() => Promise<unknown>, string])[] = [
        [() => list("app=web", powerless), 'the verb "list" on "pods"'],
        [() => powerless.namespaceLabels(cluster.namespace), 'the verb "get" on "namespaces"'],
        [() => powerless.remove(one("a", uid), { by: "evict" }), 'the verb "create" on "pods/eviction"'],
        [() => powerless.remove(one("a", uid), { by: "delete" }), 'the verb "delete" on "pods"'],
      ];
      for (const [call, words] of asked) {
        await expect(call()).rejects.toMatchObject({
          code: "adapter",
          retryable: false,
          message: expect.stringContaining(`${words} in the namespace ${cluster.namespace}`) as string,
        });
      }
      await expect(list("app=web", new KubernetesPods({ api: cluster.api("unknown") }))).rejects.toMatchObject({
        retryable: false,
        message: expect.stringContaining("does not know who asks (401)") as string,
      });
    });

    it("needs no more than the documented role", async () => {
      const [a = "", b = ""] = await cluster.make({ name: "a", labels: web }, { name: "b", labels: web });
      const few = new KubernetesPods({ api: cluster.api("role") });
      expect(await few.namespaceLabels(cluster.namespace)).toBeTypeOf("object");
      expect(await list("app=web", few)).toHaveLength(2);
      expect(await few.remove(one("a", a), { by: "evict" })).toEqual({ outcome: "removed" });
      expect(await few.remove(one("b", b), { by: "delete" })).toEqual({ outcome: "removed" });
    });

    describe("and a run of the experiment", () => {
      const run = async (options: Partial<PodKillerOptions> = {}): ReturnType<ChaosRunner["run"]> => {
        const runner = await ChaosRunner.open({
          store: new MemoryStateStore(),
          guard: "none",
          armed: true,
          blastRadius: { maxTargets: 3, maxShare: 1 },
          recovery: "1s",
        });
        const experiment = new PodKillerExperiment({
          name: "the shop loses a pod",
          cluster: pods,
          namespace: cluster.namespace,
          labelSelector: "app=web",
          duration: "10ms",
          steadyState: [probe("the shop is there", () => true)],
          ...options,
        });
        const report = await runner.run(experiment);
        expect(runner.open).toEqual([]);
        await runner.stop();
        return report;
      };

      it("strikes as many as it is told, and only those", async () => {
        await cluster.label({ "nines.dev/chaos": "enabled" });
        await cluster.make(
          ...["a", "b", "c", "d"].map((name) => ({ name, labels: web })),
          { name: "alone", labels: web, owner: null },
          { name: "other", labels: { app: "api" } },
        );
        const report = await run({ percentage: 50 });
        expect(report).toMatchObject({ outcome: "completed", reasons: [], blastRadius: { targets: 4, share: 0.5 } });
        expect(report.injections.map(({ result, undo }) => [result, undo])).toEqual([
          ["done", "not_needed"],
          ["done", "not_needed"],
        ]);
        const left = await list("");
        expect(left.map(({ name }) => name)).toEqual(expect.arrayContaining(["alone", "other"]));
        expect(left).toHaveLength(4);
        expect(report.blastRadius.chosen).not.toEqual(
          expect.arrayContaining(left.map(({ namespace, name, uid }) => `pod/${namespace}/${name}/${uid}`)),
        );
      });

      it("ends where the budget does", async () => {
        await cluster.label({ "nines.dev/chaos": "enabled" });
        await cluster.make(...["a", "b", "c"].map((name) => ({ name, labels: web })));
        await cluster.budget("web", "web", 2, 3);
        const report = await run({ strike: 2 });
        expect(report.outcome).toBe("completed");
        expect(report.injections.map(({ result }) => result)).toEqual(["done", "refused"]);
        expect(report.injections[1]?.message).toContain("disruption budget");
        expect(await list()).toHaveLength(2);
      });

      it("does nothing in a namespace that has not opted in", async () => {
        await cluster.make(...["a", "b", "c"].map((name) => ({ name, labels: web })));
        const report = await run();
        expect(report).toMatchObject({ outcome: "refused", injections: [] });
        expect(report.reasons[0]?.message).toContain(`${cluster.namespace} has not opted in`);
        expect(await list()).toHaveLength(3);
        expect(await run({ namespaceOptIn: "none" })).toMatchObject({ outcome: "completed" });
        expect(await list()).toHaveLength(2);
      });
    });
  });
}
