import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import type { ChaosExperiment } from "../../src/chaos/experiment.ts";
import {
  ConnectionCutExperiment,
  ErrorInjectionExperiment,
  NetworkLatencyExperiment,
} from "../../src/chaos/experiments/fault-experiments.ts";
import { InProcessFaults } from "../../src/chaos/in-process/in-process-faults.ts";
import { ChaosRunner } from "../../src/chaos/runner.ts";
import type { BudgetGuardOptions } from "../../src/chaos/guard.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { Reliability } from "../../src/reliability.ts";
import { LoadedService } from "./support/chaos-load.ts";
import { machineMs } from "./support/chaos-load-messages.ts";
import { pairedRatio, type PairedRatio, quantileOf } from "./support/paired-ratio.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Faults in a process end within a second of the burn rate that its guard allows, and slow down no route but theirs.";

interface Size {
  /** Experiments that must abort on their own. */
  readonly runs: number;
  /** Over which the guard looks, in seconds; one after the other. */
  readonly lookBacks: readonly number[];
  /** Pairs of stretches with and without an experiment: so many at the least, and more until the interval is narrow. */
  readonly rounds: number;
  readonly mostRounds: number;
  readonly stretchMs: number;
  /** What the service has served well before, so that there is a budget to be spent. */
  readonly served: number;
  /** Whether the machine may be too busy for time limits and tight intervals: then only what is plainly wrong is. */
  readonly isQuick: boolean;
}

export const quick: Size = {
  ...{ runs: 2, lookBacks: [1], rounds: 11, mostRounds: 11, stretchMs: 150 },
  served: 300_000,
  isQuick: true,
};
export const full: Size = {
  ...{ runs: 30, lookBacks: [1, 2, 5, 10], rounds: 40, mostRounds: 600, stretchMs: 500 },
  served: 8_000_000,
  isQuick: false,
};

const OBJECTIVE = 0.99;
const MAXIMUM_BURN_RATE = 10;
const LIMIT_MS = 1_000;
/** The service's own histories are told by tenths of a second: a second begins up to half of one too early or too late. */
const EARLIEST_SHARE = 0.9;
/** By which p99 may differ, to either side. */
const TOLERANCE = 1.25;
/** As narrow as an interval has to be, as its upper end over its lower one. */
const NARROW = 1.3;
/** Less likely by chance alone than anybody would wait for. */
const PLAINLY_P = 0.001;
const SETTLE_MS = 100;
const MOST_ATTEMPTS = 5;

interface Scene {
  readonly size: Size;
  readonly seed: string;
  readonly random: Random;
  readonly log: ProofContext["log"];
  readonly faults: InProcessFaults;
  readonly service: LoadedService;
  readonly reliability: Reliability;
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const faults = new InProcessFaults({
    routes: [{ route: "GET /hit", labels: { chaos: "yes" } }, "GET /safe"],
    random: seededRandom(`${seed}/faults`),
  });
  const reliability = await Reliability.open({
    document: {
      service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "1h" } } },
    },
  });
  const service = await LoadedService.start(reliability, faults, OBJECTIVE);
  try {
    const good = { method: "GET", route: "/safe", statusCode: 200, durationSeconds: 0.002 };
    for (let count = 0; count < size.served; count += 1) reliability.signals.record(good);
    const scene: Scene = { size, seed, random, log, faults, service, reliability };
    const aborts = await abortingRuns(scene);
    return { ...aborts, ...(await outsideOfTheBlast(scene)) };
  } finally {
    await service.stop();
    await reliability.close();
  }
}

/** Experiments that go on until the guard ends them. */
async function abortingRuns({ size, seed, random, log, faults, service, reliability }: Scene): Promise<ProofFigures> {
  const lags: number[] = [];
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  for (let index = 0; index < size.runs; index += 1) {
    const lookBack = size.lookBacks[index % size.lookBacks.length] ?? NaN;
    const toxicity = 0.4 + 0.6 * random.next();
    const kind = random.pick(["error", "reset"] as const);
    const where = `run ${String(index + 1)}, ${kind} for ${toxicity.toFixed(2)}, over ${String(lookBack)}s (seed ${seed})`;
    // What was before must be out of sight, for both who count.
    await pause(lookBack * 1_050 + 200);
    const runner = await runnerOf({
      statuses: reliability,
      maximumBurnRate: MAXIMUM_BURN_RATE,
      lookBack: `${String(lookBack)}s`,
    });
    await service.ask("watch", { windowMs: lookBack * 1_000, maximum: MAXIMUM_BURN_RATE });
    // The window of the independent count must be as full as the service's own.
    await pause(lookBack * 1_000 + 100);
    let goneAt: number | undefined;
    runner.on("moment", ({ code }) => {
      if (code === "undone" && !faults.isActive && faults.held === 0) goneAt = machineMs();
    });
    delays.reset();
    const report = await runner.run(experimentOf(kind, { plane: faults, duration: "1m", toxicity }));
    // What was answered before has been read by then.
    await pause(100);
    const { crossedAt, rate, safeFailures } = await service.ask("judged", { at: goneAt ?? NaN });
    const [reason] = report.reasons;
    const told = JSON.stringify({ outcome: report.outcome, reasons: report.reasons, crossedAt, goneAt, rate });
    if (report.outcome !== "aborted" || reason?.code !== "guarded" || !reason.message.includes("burns"))
      throw new Error(`it was not the guard that ended it: ${told}; ${where}`);
    if (goneAt === undefined || report.injections.some(({ undo }) => undo !== "done") || runner.open.length > 0)
      throw new Error(`it was not undone: ${told}; ${where}`);
    if (safeFailures > 0) throw new Error(`${String(safeFailures)} of /safe failed: ${where}`);
    if (!(rate >= MAXIMUM_BURN_RATE * EARLIEST_SHARE)) throw new Error(`it ended too early: ${told}; ${where}`);
    const lagMs = Math.max(0, goneAt - (crossedAt ?? Infinity));
    const allowedMs = LIMIT_MS + (size.isQuick ? delays.max / 1e6 : 0);
    if (!(lagMs < allowedMs)) throw new Error(`it took ${lagMs.toFixed()} ms to end it: ${told}; ${where}`);
    lags.push(lagMs);
    log(`${where}: ended ${lagMs.toFixed()} ms past it`);
    await runner.stop();
  }
  delays.disable();
  return {
    runs: size.runs,
    medianAbortMs: Math.round(quantileOf(lags, 0.5)),
    worstAbortMs: Math.round(Math.max(...lags)),
    limitMs: LIMIT_MS,
  };
}

/** The same stretches of load with and without an experiment on the other route, in an order that chance decides. */
async function outsideOfTheBlast(scene: Scene): Promise<ProofFigures> {
  const { size, seed, random, log, faults, service, reliability } = scene;
  const runner = await runnerOf({
    statuses: reliability,
    maximumBurnRate: 1e6,
    minimumRemainingRatio: 0,
    lookBack: "2s",
  });
  const duration = `${String(size.stretchMs)}ms`;
  const rounds: (readonly [number, number])[] = [];
  let struck = 0;
  const stretch = async (kind: Kind | undefined, where: string, attempt = 1): Promise<number> => {
    await pause(SETTLE_MS);
    // What was held goes on all at once when the fault is gone: that is no part of what the fault does while it is there.
    let undoneAt: number | undefined;
    if (kind === undefined) {
      await service.ask("begin");
      await pause(size.stretchMs);
    } else {
      const stop = runner.on("moment", ({ code }) => {
        if (code === "injection_done") void service.ask("begin");
        if (code === "undone") undoneAt = machineMs();
      });
      const report = await runner.run(experimentOf(kind, { plane: faults, duration, toxicity: 1 }));
      stop();
      if (report.outcome !== "completed") throw new Error(`${JSON.stringify(report.reasons)}: ${where}`);
    }
    const seen = await service.ask("end", { at: undoneAt ?? machineMs() });
    if (seen.safeFailures > 0) throw new Error(`${String(seen.safeFailures)} of /safe failed: ${where}`);
    ({ struck } = seen);
    if (seen.count >= size.stretchMs / 20) return seen.p99;
    // The machine had other things to do: of so few there is no p99.
    if (attempt >= MOST_ATTEMPTS) throw new Error(`only ${String(seen.count)} were answered: ${where}`);
    return stretch(kind, where, attempt + 1);
  };
  // What runs for the first time is compiled.
  for (const kind of KINDS) await stretch(kind, `the first ${kind}`);
  let found: PairedRatio = { ratio: NaN, paired: NaN, low: NaN, high: NaN, signP: NaN };
  for (let index = 0; index < size.mostRounds; index += 1) {
    const kind = KINDS[index % KINDS.length] ?? "error";
    const where = `round ${String(index + 1)}, ${kind} (seed ${seed})`;
    const before = random.next() < 0.5 ? await stretch(kind, where) : undefined;
    const without = await stretch(undefined, where);
    rounds.push([before ?? (await stretch(kind, where)), without]);
    if (rounds.length < size.rounds || rounds.length % 4 > 0) continue;
    found = pairedRatio(rounds, random);
    log(`${String(rounds.length)} rounds: ${textOf(found)}`);
    // How narrow it is does not depend on what it says.
    if (found.high / found.low < NARROW) break;
  }
  await runner.stop();
  if (struck === 0) throw new Error(`no request was struck (seed ${seed})`);
  const { low, high, signP } = found;
  const isChanged = size.isQuick
    ? signP < PLAINLY_P && (low > TOLERANCE || high < 1 / TOLERANCE)
    : !(high < TOLERANCE && low > 1 / TOLERANCE);
  if (isChanged) throw new Error(`p99 outside of the blast radius changed by ${textOf(found)} (seed ${seed})`);
  return {
    rounds: rounds.length,
    p99WithMs: medianOf(rounds.map(([first]) => first)),
    p99WithoutMs: medianOf(rounds.map(([, second]) => second)),
    ratioOfMedians: Number(found.ratio.toFixed(3)),
    p99Ratio: textOf(found),
    tolerance: TOLERANCE,
    signTestP: Number(signP.toPrecision(2)),
    struck,
  };
}

function textOf({ paired, low, high }: PairedRatio): string {
  return `${paired.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function medianOf(values: readonly number[]): number {
  return Number(quantileOf(values, 0.5).toFixed(2));
}

const KINDS = ["error", "latency", "reset", "silence"] as const;
type Kind = (typeof KINDS)[number];

interface Told {
  readonly plane: InProcessFaults;
  readonly duration: string;
  readonly toxicity: number;
}

function experimentOf(kind: Kind, told: Told): ChaosExperiment {
  const all = { ...told, name: `${kind} on /hit`, services: ["shop"], blastRadius: { optIn: { chaos: "yes" } } };
  if (kind === "error") return new ErrorInjectionExperiment(all);
  if (kind === "latency") return new NetworkLatencyExperiment({ ...all, latency: "60ms", jitter: "20ms" });
  return new ConnectionCutExperiment({ ...all, as: kind });
}

function runnerOf(guard: BudgetGuardOptions): Promise<ChaosRunner> {
  return ChaosRunner.open({ store: new MemoryStateStore(), guard, armed: true });
}
