/** Chaos whose cluster, plane, pressure, probes, guard or graphs misbehave: all is undone, or is told to be left. */
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { ChaosExperiment, type InjectionResult } from "../../../src/chaos/experiment.ts";
import { NetworkLatencyExperiment } from "../../../src/chaos/experiments/fault-experiments.ts";
import { PodKillerExperiment } from "../../../src/chaos/experiments/pod-killer.ts";
import { CpuPressureExperiment } from "../../../src/chaos/experiments/pressure.ts";
import { annotateRuns } from "../../../src/chaos/links/annotate.ts";
import type { ChaosTarget, ChaosInjection } from "../../../src/chaos/model.ts";
import { httpProbe } from "../../../src/chaos/http-probe.ts";
import { probe } from "../../../src/chaos/probes.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import type { ChaosRunnerOptions } from "../../../src/chaos/runner-options.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { ChaosAnnotator } from "../../../src/ports/chaos-annotator.ts";
import type { FaultPlane } from "../../../src/ports/fault-plane.ts";
import type { PodCluster } from "../../../src/ports/pod-cluster.ts";
import type { PressureSource } from "../../../src/ports/pressure.ts";

import type { Stage } from "./stage.ts";
import { goesOn, type Scenario } from "./types.ts";

/** Strikes a world that remembers what is wrong with it. */
class Strike extends ChaosExperiment {
  readonly kind = "strike";
  readonly wrong = new Set<string>();
  targets(): readonly ChaosTarget[] {
    return ["a", "b", "c", "d"].map((id) => ({ id, group: "web", healthy: true, labels: {}, details: {} }));
  }
  inject({ target }: ChaosInjection): InjectionResult {
    this.wrong.add(target);
    return { result: "done", message: `${target} is struck` };
  }
  undo({ target }: ChaosInjection): void {
    this.wrong.delete(target);
  }
}

const STEADY = [probe("fine", () => true)];
const COMMON = { duration: "30s", steadyState: STEADY };
const STRIKE = { name: "a strike", ...COMMON, strike: 2, blastRadius: { maxTargets: 2, maxShare: 1 } };

/** Runs two strikes after another with a runner of those options. */
export async function chaosWith(
  stage: Stage,
  options: Partial<ChaosRunnerOptions>,
  experiment: ChaosExperiment = new Strike({ ...STRIKE }),
): Promise<void> {
  const runner = await stage.attempt("opening", () =>
    ChaosRunner.open({
      store: new MemoryStateStore(),
      guard: "none",
      armed: true,
      blastRadius: { maxTargets: 2, maxShare: 1 },
      clock: stage.clock,
      random: seededRandom("plugins"),
      logger: stage.logger,
      ...options,
    }),
  );
  if (runner === undefined) return;
  runner.on("moment", ({ code, message }) => stage.tell(code, message));
  for (let run = 0; run < 2; run += 1) {
    const report = await stage.attempt("running", () => runner.run(experiment, { by: "ann" }));
    for (const { code, message } of report?.reasons ?? []) stage.tell(code, message);
    const left = report?.injections.filter(({ undo }) => undo === "not_yet").length ?? 0;
    const isKept = runner.open.length >= left;
    goesOn(isKept, "what is not undone is in the journal");
  }
  // Whatever answered too late is undone again then.
  await stage.settle();
  await stage.attempt("undoing", () => runner.undoOpen());
  if (experiment instanceof Strike)
    goesOn(experiment.wrong.size === 0, `struck still: ${[...experiment.wrong].join()}`);
  await stage.play(runner.stop());
}

function experimentThat(stage: Stage, method: "targets" | "inject" | "undo" | "prepare"): Strike {
  const experiment = new Strike({ ...STRIKE });
  const good = experiment[method].bind(experiment);
  Object.defineProperty(experiment, method, { value: stage.plugin(good as (...given: unknown[]) => unknown) });
  return experiment;
}

function cluster(): PodCluster {
  const pod = { namespace: "shop", labels: {}, healthy: true, owner: "ReplicaSet/web" };
  return {
    pods: async () => ["a", "b", "c"].map((name) => ({ ...pod, name, uid: `uid-${name}` })),
    namespaceLabels: async () => ({ "nines.dev/chaos": "enabled" }),
    remove: async () => ({ outcome: "removed" }),
  };
}

function plane(): FaultPlane {
  const placed = new Set<string>();
  return {
    name: "proxies",
    kinds: ["latency"],
    targets: async () => ["a", "b", "c"].map((id) => ({ id, healthy: true, labels: {} })),
    place: async ({ id }) => void placed.add(id),
    remove: async ({ id }) => placed.delete(id),
  };
}

function pressure(): PressureSource {
  const on = new Set<string>();
  return { start: async (id) => void on.add(id), stop: async (id) => on.delete(id) };
}

/** When the run is over nobody waits for it; afterwards it is asked until it holds. */
const isLast = (nth: number, calls: number): boolean => nth === calls;

const ANSWERING = /^(?:pods|namespaceLabels|targets|inject|prepare)$/;

export const CHAOS: readonly Scenario[] = [
  ...(["targets", "inject", "undo", "prepare"] as const).map((method): Scenario => ({
    ...{ plugin: "ChaosExperiment", method, by: "ChaosRunner", answers: ANSWERING.test(method) },
    ...(method === "prepare" ? { atOnce: true, fine: ({ name }) => /mapping$|endless|too late|proxy/.test(name) } : {}),
    names: /strike|the run|injection|undo|targets|written|details|it failed/,
    play: (stage) => chaosWith(stage, {}, experimentThat(stage, method)),
  })),
  ...(["pods", "namespaceLabels", "remove"] as const).map((method): Scenario => ({
    ...{ plugin: "pod-cluster", method, by: "PodKillerExperiment", answers: true },
    names: /pod|namespace|the run|strike/,
    play: (stage) =>
      chaosWith(
        stage,
        {},
        new PodKillerExperiment({
          ...{ name: "pods go", ...COMMON, namespace: "shop", labelSelector: "app=web" },
          cluster: stage.spoiling(cluster(), method),
        }),
      ),
  })),
  ...(["targets", "place", "remove"] as const).map((method): Scenario => ({
    ...{ plugin: "fault-plane", method, by: "NetworkLatencyExperiment", answers: method === "targets" },
    names: /network-latency|proxies|the run|targets/,
    play: (stage) =>
      chaosWith(
        stage,
        {},
        new NetworkLatencyExperiment({
          ...{ name: "slow", ...COMMON, latency: "300ms" },
          plane: stage.spoiling(plane(), method),
        }),
      ),
  })),
  ...(["start", "stop"] as const).map((method): Scenario => ({
    ...{ plugin: "pressure", method, by: "CpuPressureExperiment", answers: false },
    names: /cpu-pressure|process\/here/,
    play: (stage) =>
      chaosWith(
        stage,
        {},
        new CpuPressureExperiment({ name: "busy", ...COMMON, source: stage.spoiling(pressure(), method) }),
      ),
  })),
  {
    ...{ plugin: "Probe", method: "check", by: "ChaosRunner", answers: true, names: /mine/, forgives: isLast },
    play: (stage) =>
      chaosWith(
        stage,
        {},
        new Strike({
          ...STRIKE,
          steadyState: [{ name: "mine", check: stage.plugin(async () => ({ ok: true, message: "it is" })) }, ...STEADY],
        }),
      ),
  },
  {
    ...{
      plugin: "Probe",
      method: "probe(name, check)",
      by: "ChaosRunner",
      answers: true,
      names: /mine/,
      forgives: isLast,
    },
    fine: ({ name }) => name.endsWith(" undefined"),
    play: (stage) =>
      chaosWith(
        stage,
        {},
        new Strike({
          ...STRIKE,
          steadyState: [
            probe(
              "mine",
              stage.plugin(async () => true),
            ),
          ],
        }),
      ),
  },
  {
    ...{
      plugin: "http-fetch",
      method: "fetch",
      by: "httpProbe",
      answers: true,
      names: /shop\.example/,
      forgives: isLast,
    },
    play: (stage) => {
      const fetch = stage.plugin(async () => ({ status: 200, headers: { get: () => null }, body: null }));
      return chaosWith(
        stage,
        {},
        new Strike({ ...STRIKE, steadyState: [httpProbe({ url: "http://shop.example/", fetch })] }),
      );
    },
  },
  {
    ...{
      plugin: "StatusTeller",
      method: "getSloStatus",
      by: "ChaosRunner's guard",
      answers: true,
      names: /error budget/,
      forgives: isLast,
    },
    play: (stage) => {
      const status = {
        service: "shop",
        summary: { text: "fine" },
        slos: [
          {
            slo: { id: "shop/availability" },
            budget: { state: "measured", remainingRatio: 0.9, burnRates: [{ windowMs: 60_000, rate: 0 }] },
          },
        ],
      };
      const statuses = { getSloStatus: stage.plugin(async () => status as never) };
      return chaosWith(stage, { guard: { statuses } }, new Strike({ ...STRIKE, services: ["shop"] }));
    },
  },
  ...(["begin", "end"] as const).map((method): Scenario => ({
    ...{ plugin: "chaos-annotator", method, by: "annotateRuns", answers: false, names: /run/ },
    // It is tried again, and drawn then.
    fine: ({ kind }) => kind === "hangs" || kind === "late",
    play: async (stage) => {
      const drawn: string[] = [];
      const good: ChaosAnnotator = {
        begin: async ({ run }) => void drawn.push(`begin ${run}`),
        end: async ({ run }) => void drawn.push(`end ${run}`),
      };
      const runner = await stage.play(
        ChaosRunner.open({
          ...{ store: new MemoryStateStore(), guard: "none", armed: true, clock: stage.clock, logger: stage.logger },
          blastRadius: { maxTargets: 2, maxShare: 1 },
        }),
      );
      const off = annotateRuns(runner, stage.spoiling(good, method), {
        clock: stage.clock,
        onError: (error) => stage.tell("a run could not be drawn:", error),
      });
      for (let run = 0; run < 3; run += 1) {
        const { outcome } = await stage.play(runner.run(new Strike({ ...STRIKE })));
        goesOn(outcome === "completed", `a run that cannot be drawn is ${outcome}`);
      }
      await stage.play(off());
      const other = method === "begin" ? "end" : "begin";
      goesOn(drawn.filter((line) => line.startsWith(other)).length === 3, `drawn: ${drawn.join()}`);
    },
  })),
  {
    ...{ plugin: "onError", method: "onError", by: "annotateRuns", answers: false, names: undefined },
    play: async (stage) => {
      const boom = async (): Promise<void> => {
        throw new Error("no graph");
      };
      const runner = await stage.play(
        ChaosRunner.open({ store: new MemoryStateStore(), guard: "none", armed: true, clock: stage.clock }),
      );
      const onError = stage.plugin(() => undefined);
      const off = annotateRuns(runner, { begin: boom, end: boom }, { clock: stage.clock, onError });
      for (let run = 0; run < 2; run += 1) await stage.play(runner.run(new Strike({ ...STRIKE, strike: 1 })));
      await stage.play(off());
      goesOn(stage.calls === 4, `${String(stage.calls)} of 4 failures were told`);
    },
  },
];
