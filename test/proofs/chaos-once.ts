/** Whatever probes, experiments, people and crashes do: what was injected is undone, once. */
import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import type { InjectionResult } from "../../src/chaos/experiment.ts";
import { KillSwitch } from "../../src/chaos/kill-switch.ts";
import type { ChaosReport } from "../../src/chaos/model.ts";
import { probe } from "../../src/chaos/probes.ts";
import type { ChaosRunner } from "../../src/chaos/runner.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import type { StateStore } from "../../src/ports/store.ts";
import { runnerOf, settled, Strike, T0, targetsOf } from "../chaos/support.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "For any sequence of probe results, exceptions, signals and crashes, what an experiment injects is undone exactly once.";

interface Size {
  readonly sequences: number;
}

export const quick: Size = { sequences: 250 };
export const full: Size = { sequences: 20_000 };

/** What is really wrong in the world, by injection; it outlives every process. */
class World {
  readonly wrong = new Set<string>();
  /** How often each was made wrong, and how often that was taken away. */
  readonly made = new Map<string, number>();
  readonly mended = new Map<string, number>();

  make(id: string): void {
    this.wrong.add(id);
    this.made.set(id, (this.made.get(id) ?? 0) + 1);
  }

  mend(id: string): void {
    if (!this.wrong.delete(id)) return;
    this.mended.set(id, (this.mended.get(id) ?? 0) + 1);
  }
}

/** A process that may die: from then on nothing of it goes on, and nothing reaches the world or the disk. */
class Process {
  #isDead = false;
  /** How many more of its calls to the outside it lives through. */
  #callsLeft: number;

  constructor(callsLeft: number) {
    this.#callsLeft = callsLeft;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** One call to the outside; it dies before or after its effect, or lives on. */
  async call<T>(effect: () => T | Promise<T>): Promise<T> {
    this.#callsLeft -= 1;
    if (this.#callsLeft === 0) this.#isDead = true;
    if (this.#isDead) return new Promise<never>(() => undefined);
    const made = await effect();
    if (this.#callsLeft === 1) {
      this.#callsLeft = 0;
      this.#isDead = true;
      return new Promise<never>(() => undefined);
    }
    return made;
  }
}

export async function run({ sequences }: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const tally = { injections: 0, effective: 0, crashes: 0, undoCalls: 0, exactlyOnce: 0 };
  const outcomes = new Map<string, number>();
  for (let index = 0; index < sequences; index += 1) {
    if (index % 2_000 === 0) log(`${String(index)} sequences`);
    const told = await sequence(seededRandom(`${seed}/${String(index)}`), `sequence ${String(index)}, seed ${seed}`);
    for (const key of Object.keys(tally) as (keyof typeof tally)[]) tally[key] += told[key];
    for (const outcome of told.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const ends = [...outcomes].sort().map(([outcome, count]) => `${outcome} ${String(count)}`);
  return { sequences, ...tally, outcomes: ends.join(", ") };
}

interface Told {
  readonly injections: number;
  readonly effective: number;
  readonly crashes: number;
  readonly undoCalls: number;
  readonly exactlyOnce: number;
  readonly outcomes: readonly string[];
}

async function sequence(random: Random, where: string): Promise<Told> {
  const world = new World();
  const disk = new MemoryStateStore();
  const crashes = random.next() < 0.4 ? random.integer(1, 3) : 0;
  const outcomes: string[] = [];
  let [undoCalls, lateOrTwice] = [0, false];
  for (let life = 0; life <= crashes; life += 1) {
    const isLast = life === crashes;
    const dying = new Process(isLast ? Infinity : random.integer(1, 12));
    const strike = strikeIn(world, dying, random, isLast);
    const store = storeOf(disk, dying, isLast ? 0 : random.pick([0, 0, 0.05]), random);
    const clock = new ManualClock(T0 + life * 3_600_000);
    const killSwitch = new KillSwitch();
    const opening = runnerOf({
      ...{ clock, store, killSwitch, experiments: [strike], random, maxRuns: 2 },
      blastRadius: { maxTargets: 4, maxShare: 1 },
      timeout: "2s",
      undoAttempts: UNDO_ATTEMPTS,
      recovery: "3s",
    });
    const opened = await until(opening, clock, dying, () => undefined);
    if (opened === undefined) continue;
    if (opened === "failed") {
      outcomes.push("not opened");
      continue;
    }
    const { runner } = opened;
    const report = await live(runner, strike, { clock, killSwitch, dying, random });
    outcomes.push(report?.outcome ?? "died");
    undoCalls += strike.undone.length;
    lateOrTwice ||= strike.undone.length !== new Set(strike.undone).size;
    if (report !== undefined) check(report, strike, where);
    if (!isLast) continue;
    // Injections that were given up may end later still; then what is left to the journal is taken from it.
    await passTime(clock, 60_000);
    const own = runner.open.filter(({ run: id }) => id === report?.id);
    if (own.length > 0) throw new Error(`${where}: ${String(own.length)} are left to the journal, and nothing failed`);
    await until(runner.undoOpen(), clock, dying, () => undefined);
    await passTime(clock, 60_000);
    if (runner.open.length > 0) throw new Error(`${where}: ${String(runner.open.length)} are still in the journal`);
  }
  if (world.wrong.size > 0) throw new Error(`${where}: ${[...world.wrong].join()} is still wrong`);
  for (const [id, made] of world.made) {
    const mended = world.mended.get(id) ?? 0;
    if (made !== 1 || mended !== 1)
      throw new Error(`${where}: ${id} was made ${String(made)} times and undone ${String(mended)} times`);
  }
  return {
    injections: world.made.size,
    effective: world.made.size,
    crashes,
    undoCalls,
    exactlyOnce: lateOrTwice ? 0 : 1,
    outcomes,
  };
}

/** What a report says must be so: each that was done was undone by one call, unless undoing had to be tried again. */
function check(report: ChaosReport, strike: Strike, where: string): void {
  for (const { id, result, undo } of report.injections) {
    const calls = strike.undone.filter((undone) => undone === id).length;
    const failures = FAILED_UNDO.get(strike)?.get(id) ?? 0;
    if (result === "refused" && calls !== 0) throw new Error(`${where}: what was refused was undone`);
    if (undo === "not_yet" && result === "done" && failures < UNDO_ATTEMPTS)
      throw new Error(`${where}: ${id} was not undone, and undoing it failed ${String(failures)} times`);
    if (undo === "done" && calls !== failures + 1)
      throw new Error(`${where}: ${id} took ${String(calls)} calls to undo, of which ${String(failures)} failed`);
  }
}

const FAILED_UNDO = new WeakMap<Strike, Map<string, number>>();

function strikeIn(world: World, dying: Process, random: Random, isLast: boolean): Strike {
  const check = (): unknown => {
    const chance = random.next();
    if (chance < 0.9) return true;
    if (chance < 0.94) return false;
    if (chance < 0.97) throw new Error("a probe fails");
    return new Promise(() => undefined);
  };
  const strike = new Strike({
    all: targetsOf(5),
    strike: random.integer(1, 4),
    duration: random.pick(["1s", "5s", "20s"]),
    steadyState: [probe("one", check), probe("two", check)].slice(0, random.integer(1, 2)),
  });
  const failed = new Map<string, number>();
  FAILED_UNDO.set(strike, failed);
  const done: InjectionResult = { result: "done", message: "done" };
  strike.injecting = async ({ id, target }): Promise<InjectionResult> => {
    const chance = random.next();
    if (chance < 0.6)
      return dying.call(() => {
        world.make(id);
        return done;
      });
    if (chance < 0.7) return dying.call(() => ({ result: "refused", message: `${target} refuses` }));
    if (chance < 0.78) throw new Error("before it was done");
    if (chance < 0.9)
      return dying.call(() => {
        world.make(id);
        throw new Error("after it was done");
      });
    // Nobody waits for it any more when it is done, or fails, after all; what ends is told to.
    await late(random, dying);
    return dying.call(() => {
      world.make(id);
      return done;
    });
  };
  strike.undoing = async ({ id }): Promise<void> => {
    const chance = random.next();
    if (chance < 0.15 && !isLast) {
      failed.set(id, (failed.get(id) ?? 0) + 1);
      throw new Error("not now");
    }
    await dying.call(() => {
      world.mend(id);
    });
  };
  return strike;
}

/** Clocks by process: late work ends by the clock that its runner has. */
const CLOCKS = new WeakMap<Process, ManualClock>();

async function late(random: Random, dying: Process): Promise<void> {
  const clock = CLOCKS.get(dying);
  if (clock === undefined) throw new Error("no clock");
  const delayMs = random.integer(1, 8_000);
  await new Promise<void>((resolve) => {
    clock.schedule(() => {
      if (!dying.isDead) resolve();
    }, delayMs);
  });
}

function storeOf(disk: MemoryStateStore, dying: Process, failures: number, random: Random): StateStore {
  return {
    load: (key) => dying.call(() => disk.load(key)),
    save: (key, document) => {
      if (random.next() < failures) return Promise.reject(new Error("the disk is full"));
      return dying.call(() => disk.save(key, document));
    },
  };
}

/** One life of a process: one or two runs, ended by whoever wants to. Undefined if it dies meanwhile. */
async function live(
  runner: ChaosRunner,
  strike: Strike,
  {
    clock,
    killSwitch,
    dying,
    random,
  }: {
    readonly clock: ManualClock;
    readonly killSwitch: KillSwitch;
    readonly dying: Process;
    readonly random: Random;
  },
): Promise<ChaosReport | undefined> {
  const controller = new AbortController();
  const endAt = random.integer(0, 30_000);
  const how = random.pick(["nobody", "nobody", "caller", "kill switch", "stop", "second"]);
  let isEnded = false;
  const report = await until(runner.run(strike, { signal: controller.signal }), clock, dying, (passedMs) => {
    if (isEnded || passedMs < endAt) return;
    isEnded = true;
    if (how === "caller") controller.abort();
    if (how === "kill switch") killSwitch.pull({ by: "ada", reason: "an incident" });
    if (how === "stop") void runner.stop();
    if (how === "second") void runner.undoOpen();
  });
  return report === "failed" ? undefined : report;
}

/** What comes of it while time passes; undefined if the process dies first. */
async function until<T>(
  promise: Promise<T>,
  clock: ManualClock,
  dying: Process,
  onStep: (passedMs: number) => void,
): Promise<T | "failed" | undefined> {
  CLOCKS.set(dying, clock);
  let state: { readonly value: T } | "failed" | undefined;
  promise.then(
    (value) => {
      state = { value };
    },
    () => {
      state = "failed";
    },
  );
  for (let passedMs = 0; passedMs < 300_000; passedMs += STEP_MS) {
    await settled();
    if (state !== undefined) return state === "failed" ? "failed" : state.value;
    if (dying.isDead) return undefined;
    onStep(passedMs);
    clock.advance(STEP_MS);
  }
  throw new Error("it hangs");
}

async function passTime(clock: ManualClock, ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 1_000) {
    await settled();
    clock.advance(1_000);
  }
}

const STEP_MS = 250;
const UNDO_ATTEMPTS = 5;
