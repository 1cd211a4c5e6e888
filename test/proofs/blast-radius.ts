import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import { chooseTargets, strictest } from "../../src/chaos/blast-radius.ts";
import { PodKillerExperiment } from "../../src/chaos/experiments/pod-killer.ts";
import { probe } from "../../src/chaos/probes.ts";
import { ChaosRunner } from "../../src/chaos/runner.ts";
import { isReliabilityError } from "../../src/core/errors.ts";
import { giveWay } from "../../src/core/give-way.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import type { Pod, PodCluster } from "../../src/ports/pod-cluster.ts";
import {
  alsoPossible,
  clusterOf,
  drawCase,
  faultsOf,
  NAMESPACE,
  type PodCase,
  type Struck,
} from "./support/pod-sets.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whatever pods there are and whatever is allowed: never more than the caps, never all, never the last healthy one, never one that has not opted in or has another uid.";

interface Size {
  readonly podSets: number;
  /** Each so many goes through a runner: two runs at the same time, in a cluster that changes under them. */
  readonly runEvery: number;
}

export const quick: Size = { podSets: 500, runEvery: 5 };
export const full: Size = { podSets: 10_000, runEvery: 5 };

interface Figures {
  pods: number;
  chosen: number;
  nobody: number;
  runs: number;
  removed: number;
  refused: number;
  gone: number;
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures: Figures = { pods: 0, chosen: 0, nobody: 0, runs: 0, removed: 0, refused: 0, gone: 0 };
  for (let count = 1; count <= size.podSets; count += 1) {
    if (count % 1_000 === 0) log(`${String(count)} pod sets`);
    const random = seededRandom(`${seed}/${String(count)}`);
    const one = drawCase(random);
    figures.pods += one.pods.length;
    try {
      if (count % size.runEvery === 0) await throughRunner(one, random, figures);
      else await byChoice(one, random, figures);
    } catch (error) {
      throw new Error(`${String(error)} (seed ${seed}/${String(count)})`, { cause: error });
    }
  }
  const unseen = Object.entries(figures).filter(([, value]) => value === 0);
  if (unseen.length > 0) throw new Error(`never happened: ${unseen.map(([name]) => name).join(", ")} (seed ${seed})`);
  return { podSets: size.podSets, ...figures };
}

function experimentOf(one: PodCase, cluster: PodCluster): PodKillerExperiment {
  return new PodKillerExperiment({
    name: "a pod goes",
    cluster,
    namespace: NAMESPACE,
    labelSelector: "app=web",
    duration: "1h",
    steadyState: [probe("it holds", () => true)],
    blastRadius: one.ofExperiment,
    ...(one.percentage === undefined ? { strike: one.strike } : { percentage: one.percentage }),
  });
}

/** Whom it chooses where some are struck already, before anything is done. */
async function byChoice(one: PodCase, random: Random, figures: Figures): Promise<void> {
  const experiment = experimentOf(
    one,
    clusterOf(one, () => {
      throw new Error("nobody was to go");
    }),
  );
  const ours = one.pods.filter(({ namespace, owner }) => namespace === NAMESPACE && owner !== undefined);
  const before = random.next() < 0.5 ? ours.filter(() => random.next() < 0.2) : [];
  const struck: Struck = new Map(before.map(({ uid, owner }) => [uid, owner]));
  let chosen: readonly Pod[] = [];
  try {
    const targets = await experiment.targets({});
    const ids = new Set(before.map(idOf));
    const groups = new Map(targets.filter(({ id }) => ids.has(id)).map(({ id, group }) => [id, group]));
    const caps = strictest(one.ofRunner, one.ofExperiment);
    const choice = chooseTargets(targets, experiment.strike, caps, { random, struck: groups });
    chosen = choice.chosen.map(({ id }) => podOf(one, id));
    if ((choice.problem === undefined) !== chosen.length > 0) throw new Error(`said ${String(choice.problem)}`);
  } catch (error) {
    if (one.namespaceOptsIn || !isReliabilityError(error)) throw error;
  }
  judge(one, chosen, struck);
  figures.chosen += chosen.length;
  figures.nobody += chosen.length === 0 ? 1 : 0;
}

/** Two runs at the same time; between what they see and what they do, pods are replaced by others of the same name. */
async function throughRunner(one: PodCase, random: Random, figures: Figures): Promise<void> {
  const asked: string[] = [];
  const cluster = clusterOf(one, ({ namespace, name, uid }) => {
    asked.push(idOf({ namespace, name, uid }));
    // Whoever goes by the name alone would strike this one.
    const isReplaced = random.next() < 0.1;
    if (isReplaced) replace(one, uid, { uid: `${uid}-new`, healthy: true });
    if (!one.pods.some((pod) => pod.uid === uid)) {
      figures.gone += 1;
      return Promise.resolve({ outcome: "gone" });
    }
    if (random.next() < 0.2) {
      figures.refused += 1;
      return Promise.resolve({ outcome: "refused", message: "a disruption budget forbids it" });
    }
    figures.removed += 1;
    // It is on the way out, and stays to be seen.
    replace(one, uid, { healthy: false });
    return Promise.resolve({ outcome: "removed" });
  });
  const runner = await ChaosRunner.open({
    store: new MemoryStateStore(),
    guard: "none",
    armed: true,
    maxRuns: 2,
    random,
    // It stands still: a run that has struck goes on until it is ended.
    clock: new ManualClock(),
    blastRadius: one.ofRunner,
  });
  const before = structuredClone(one);
  const over = new Set<string>();
  const first = runner.run(experimentOf(one, cluster)).finally(() => over.add("first"));
  await settled();
  const between = structuredClone(one);
  const askedByFirst = asked.length;
  // It ends by itself only where nobody was struck.
  const goesOn = !over.has("first");
  const second = runner.run(experimentOf(one, cluster));
  await settled();
  await runner.stop();
  const [firstChosen, secondChosen] = [await first, await second].map((report) => {
    const ids = report.blastRadius.chosen;
    if (report.injections.some(({ target }, index) => target !== ids[index])) throw new Error("another was struck");
    if (report.injections.length !== ids.length) throw new Error("not all that were chosen were asked to go");
    return ids;
  }) as [readonly string[], readonly string[]];
  if (String(asked) !== String([...firstChosen, ...secondChosen]) || askedByFirst !== firstChosen.length) {
    throw new Error(`asked to go: ${String(asked)}; chosen: ${String(firstChosen)}, ${String(secondChosen)}`);
  }
  const pods = firstChosen.map((id) => podOf(before, id));
  judge(before, pods, new Map());
  judge(
    between,
    secondChosen.map((id) => podOf(between, id)),
    new Map(goesOn ? pods.map(({ uid, owner }) => [uid, owner]) : []),
  );
  if (runner.open.length > 0) throw new Error("something is left to be undone");
  figures.runs += 2;
  figures.chosen += asked.length;
  figures.nobody += [firstChosen, secondChosen].filter((ids) => ids.length === 0).length;
}

/** Once everything that can happen without time going by has happened. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await giveWay();
}

function judge(one: PodCase, chosen: readonly Pod[], struck: Struck): void {
  const faults = faultsOf(one, chosen, struck);
  if (faults.length > 0) throw new Error(faults.join("; "));
  // A choice of nobody would keep every rule.
  const also = alsoPossible(one, chosen, struck);
  if (also.length > 0)
    throw new Error(`${String(also.length)} more could have been struck, such as ${also[0]?.uid ?? ""}`);
}

function replace(one: PodCase, uid: string, by: Partial<Pod>): void {
  one.pods.forEach((pod, index) => {
    if (pod.uid === uid) one.pods[index] = { ...pod, ...by };
  });
}

function idOf({ namespace, name, uid }: Pick<Pod, "namespace" | "name" | "uid">): string {
  return `pod/${namespace}/${name}/${uid}`;
}

function podOf(one: PodCase, id: string): Pod {
  const pod = one.pods.find((other) => idOf(other) === id);
  if (pod === undefined) throw new Error(`${id} is no pod`);
  return pod;
}
