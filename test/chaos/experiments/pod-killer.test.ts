import { describe, expect, it } from "vitest";

import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import type { ChaosReport, ChaosInjection } from "../../../src/chaos/model.ts";
import { PodKillerExperiment, type PodKillerOptions } from "../../../src/chaos/experiments/pod-killer.ts";
import { probe } from "../../../src/chaos/probes.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import type { ChaosRunnerOptions } from "../../../src/chaos/runner-options.ts";
import type { Pod, PodCluster, PodRemoval, PodRemovalOptions } from "../../../src/ports/pod-cluster.ts";

const OPTED_IN = { "nines.dev/chaos": "enabled" };

/** Pods that are asked to go, and do as `becomes` says. */
class FakeCluster implements PodCluster {
  namespace: Readonly<Record<string, string>> = OPTED_IN;
  list: readonly Pod[] = ["a", "b", "c", "d"].map((name) => podOf({ name, uid: `uid-${name}` }));
  readonly questions: object[] = [];
  readonly asked: [string, string, Omit<PodRemovalOptions, "signal">][] = [];
  becomes: (uid: string) => PodRemoval = () => ({ outcome: "removed" });

  pods({ ...question }: object): Promise<readonly Pod[]> {
    this.questions.push(question);
    return Promise.resolve(this.list);
  }
  namespaceLabels(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve(this.namespace);
  }
  remove({ name, uid }: Pick<Pod, "name" | "uid">, { signal, ...options }: PodRemovalOptions): Promise<PodRemoval> {
    expect(signal).toBeInstanceOf(AbortSignal);
    this.asked.push([name, uid, options]);
    return Promise.resolve(this.becomes(uid));
  }
}

function podOf(more: Partial<Pod>): Pod {
  const pod = { namespace: "shop", name: "a", uid: "u", labels: {}, healthy: true, owner: "ReplicaSet/web" };
  return { ...pod, ...more };
}

const experimentOf = (cluster: PodCluster, options: Partial<PodKillerOptions> = {}): PodKillerExperiment =>
  new PodKillerExperiment({
    name: "a pod goes",
    cluster,
    namespace: "shop",
    labelSelector: "app=web",
    duration: "5ms",
    steadyState: [probe("the shop is there", () => true)],
    ...options,
  });

async function run(
  cluster: PodCluster,
  options: Partial<PodKillerOptions> = {},
  ofRunner: Partial<ChaosRunnerOptions> = {},
): Promise<ChaosReport> {
  const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none", armed: true, ...ofRunner });
  const report = await runner.run(experimentOf(cluster, options));
  expect(runner.open).toEqual([]);
  await runner.stop();
  return report;
}

describe("a pod killer", () => {
  it("evicts one pod, by its uid, and has nothing to undo", async () => {
    const cluster = new FakeCluster();
    const report = await run(cluster);
    expect(cluster.questions).toEqual([{ namespace: "shop", labelSelector: "app=web" }]);
    const [[name, uid, how] = ["", "", {}]] = cluster.asked;
    expect(cluster.asked).toHaveLength(1);
    expect([uid, how]).toEqual([`uid-${name}`, { by: "evict" }]);
    expect(report).toMatchObject({
      outcome: "completed",
      kind: "pod-killer",
      blastRadius: { targets: 4, eligible: 4, chosen: [`pod/shop/${name}/uid-${name}`], share: 0.25 },
      injections: [{ result: "done", undo: "not_needed", undoneAt: undefined, message: `${name} was evicted` }],
      steadyAfterwards: true,
    });
  });

  it("deletes, with as long to end as it is told", async () => {
    const cluster = new FakeCluster();
    const report = await run(cluster, { by: "delete", gracePeriod: "1m30s" });
    expect(cluster.asked[0]?.[2]).toEqual({ by: "delete", graceSeconds: 90 });
    expect(report.injections[0]?.message).toMatch(/ was deleted, with 1m30s to end$/);
  });

  it("asks nobody to go in a dry run", async () => {
    const cluster = new FakeCluster();
    expect(await run(cluster, {}, { armed: false })).toMatchObject({ outcome: "dry_run", injections: [] });
    expect(cluster.asked).toEqual([]);
  });

  it("takes a percentage of the healthy pods, within the caps", async () => {
    const targets = async (percentage: number, maxTargets: number): Promise<number> =>
      (await run(new FakeCluster(), { percentage }, { blastRadius: { maxTargets, maxShare: 1 } })).injections.length;
    expect(await targets(50, 4)).toBe(2);
    expect(await targets(1, 4)).toBe(1);
    expect(await targets(100, 4)).toBe(3);
    expect(await targets(100, 2)).toBe(2);
  });

  it("counts pods of one owner as a group, and strikes nobody whom nobody replaces", async () => {
    const cluster = new FakeCluster();
    cluster.list = [
      podOf({ name: "a", uid: "1", labels: { tier: "front" } }),
      podOf({ name: "b", uid: "2", owner: "ReplicaSet/api", healthy: false }),
      podOf({ name: "c", uid: "3", owner: undefined }),
      podOf({ name: "d", uid: "4", namespace: "other" }),
    ];
    expect(await experimentOf(cluster).targets({})).toEqual([
      {
        id: "pod/shop/a/1",
        group: "shop/ReplicaSet/web",
        healthy: true,
        labels: { tier: "front" },
        details: { namespace: "shop", name: "a", uid: "1" },
      },
      {
        id: "pod/shop/b/2",
        group: "shop/ReplicaSet/api",
        healthy: false,
        labels: {},
        details: { namespace: "shop", name: "b", uid: "2" },
      },
    ]);
    // The last of its group is never struck.
    expect(await run(cluster)).toMatchObject({ outcome: "refused", reasons: [{ code: "no_targets" }] });
  });

  it.each<[PodRemoval, string]>([
    [{ outcome: "refused", message: "the budget web needs 2" }, "the budget web needs 2"],
    [{ outcome: "gone" }, "a was gone already"],
  ])("takes %j for no failure", async (removal, message) => {
    const cluster = new FakeCluster();
    cluster.list = cluster.list.map((pod, index) => (index === 0 ? pod : { ...pod, labels: { spare: "yes" } }));
    cluster.becomes = () => removal;
    const report = await run(cluster, { blastRadius: { optOut: { spare: "yes" } } });
    expect(report).toMatchObject({
      outcome: "completed",
      injections: [{ result: "refused", message, undo: "not_needed" }],
      reasons: [{ code: "all_refused" }],
    });
  });

  it("ends where the cluster fails, and leaves nothing to be undone", async () => {
    const cluster = new FakeCluster();
    cluster.becomes = () => {
      throw new Error("s3cret");
    };
    const report = await run(cluster);
    expect(report).toMatchObject({ outcome: "failed", injections: [{ result: "failed", undo: "not_needed" }] });
    expect(JSON.stringify(report)).not.toContain("s3cret");
  });

  it.each<[Readonly<Record<string, string>>, PodKillerOptions["namespaceOptIn"], boolean]>([
    [OPTED_IN, undefined, true],
    [{}, undefined, false],
    [{ "nines.dev/chaos": "disabled" }, undefined, false],
    [{ team: "shop" }, { team: "shop" }, true],
    [OPTED_IN, { team: "shop" }, false],
    [{}, "none", true],
  ])("in a namespace with %j that must bear %j: %s", async (labels, namespaceOptIn, goes) => {
    const cluster = new FakeCluster();
    cluster.namespace = labels;
    const report = await run(cluster, namespaceOptIn === undefined ? {} : { namespaceOptIn });
    expect(report.outcome).toBe(goes ? "completed" : "refused");
    expect(cluster.asked).toHaveLength(goes ? 1 : 0);
    if (!goes) expect(report.reasons[0]?.message).toContain("shop has not opted in");
  });

  it("looks once more whether the namespace has opted in, before each pod", async () => {
    const cluster = new FakeCluster();
    cluster.becomes = () => {
      cluster.namespace = {};
      return { outcome: "removed" };
    };
    await run(cluster, { strike: 2 }, { blastRadius: { maxTargets: 2 } });
    expect(cluster.asked).toHaveLength(1);
    const details = { namespace: "shop", name: "b", uid: "uid-b" };
    const injection: ChaosInjection = { id: "2", kind: "pod-killer", target: "pod/shop/b/uid-b", details };
    expect(await experimentOf(cluster).inject(injection, {})).toMatchObject({ result: "refused" });
    expect(cluster.asked).toHaveLength(1);
  });

  it("removes nothing once all was ended, though the question before was under way", async () => {
    const cluster = new FakeCluster();
    const ending = new AbortController();
    cluster.namespaceLabels = () => {
      ending.abort(new Error("the plug was pulled"));
      return Promise.resolve(OPTED_IN);
    };
    const details = { namespace: "shop", name: "a", uid: "uid-a" };
    const injection: ChaosInjection = { id: "1", kind: "pod-killer", target: "pod/shop/a/uid-a", details };
    await expect(experimentOf(cluster).inject(injection, { signal: ending.signal })).rejects.toThrow("the plug");
    expect(cluster.asked).toEqual([]);
  });

  it("has nothing to do for what an earlier process has begun", async () => {
    const store = new MemoryStateStore();
    const details = { namespace: "shop", name: "a", uid: "uid-a" };
    const left = { id: "1", kind: "pod-killer", target: "pod/shop/a/uid-a", details, run: "r", experiment: "e", at: 0 };
    await store.save("chaos", JSON.stringify({ version: 1, writer: "w", open: [left] }));
    const cluster = new FakeCluster();
    const runner = await ChaosRunner.open({ store, guard: "none", experiments: [experimentOf(cluster)] });
    expect(runner.open).toEqual([]);
    expect(cluster.asked).toEqual([]);
    await runner.stop();
  });

  it("strikes nothing by details that name no pod", async () => {
    const injection: ChaosInjection = {
      id: "1",
      kind: "pod-killer",
      target: "x",
      details: { namespace: "shop", name: "a" },
    };
    await expect(experimentOf(new FakeCluster()).inject(injection, {})).rejects.toMatchObject({
      code: "configuration",
    });
  });

  it.each<[string, object]>([
    ["cluster", { cluster: undefined }],
    ["cluster", { cluster: {} }],
    ["namespace", { namespace: "kube-system" }],
    ["namespace", { namespace: "kube-public" }],
    ["namespace", { namespace: "kube-node-lease" }],
    ["namespace", { namespace: "Shop" }],
    ["namespace", { namespace: undefined }],
    ["labelSelector", { labelSelector: "" }],
    ["labelSelector", { labelSelector: undefined }],
    ["percentage", { percentage: 0 }],
    ["percentage", { percentage: 101 }],
    ["percentage", { percentage: "50" }],
    ["percentage", { percentage: 50, strike: 1 }],
    ["gracePeriod", { gracePeriod: "0s" }],
    ["gracePeriod", { gracePeriod: "1500ms" }],
    ["gracePeriod", { gracePeriod: "2h" }],
    ["by", { by: "kill" }],
    ["namespaceOptIn", { namespaceOptIn: {} }],
    ["namespaceOptIn", { namespaceOptIn: "non" }],
    ["namespaceOptIn", { namespaceOptIn: { a: 1 } }],
    ["lableSelector", { lableSelector: "app=web" }],
    ["name", { name: "" }],
  ])("refuses a wrong %s", (name, options) => {
    expect(() => experimentOf(new FakeCluster(), options)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: [name] })] }),
    );
  });
});
