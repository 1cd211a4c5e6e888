import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

import { LocalCommandRunner } from "../../src/adapters/command/index.ts";
import { pause, startOf } from "../adapters/command/support.ts";
import { type SampleTree, SAMPLE_TREES } from "./support/trees.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "When a command's time is up its whole tree is gone, the call has settled within 250 ms, and who escaped is reported.";

interface Size {
  /** How often each of the sample trees is begun and timed out. */
  readonly rounds: number;
}

// The rounds with busy cores are for the full form: beside other tests the cores are busy anyway.
export const quick: Size = { rounds: 1 };
export const full: Size = { rounds: 20 };

const PROMPTLY_MS = 250;
/** A plain timer of this process that is later than this tells that the machine had no time for it: that is no measurement. */
const LATE_MS = 40;
const MOST_REPEATS = 3;
const PATIENCE_MS = 10_000;
/** Variable by which this proof finds a tree again; the runner knows nothing of it. */
const TOKEN = "NINES_PROOF_TREE";

export async function run({ rounds }: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  if (process.platform !== "linux") return { "not on": process.platform };
  const figures = { trees: 0, processesTold: 0, escapeesReported: 0, measuredAgain: 0 };
  const times: number[] = [];
  const busyTimes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // In every second round both cores of a small machine have something else to do.
    const isBusy = round % 2 === 1;
    const busy = isBusy ? [1, 2].map(() => spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" })) : [];
    try {
      for (const [index, tree] of SAMPLE_TREES.entries()) {
        const token = `${seed}-${String(process.pid)}-${String(round)}-${String(index)}`;
        let measured = await timeOut(tree, token);
        for (let again = 0; measured.trouble !== undefined && again < MOST_REPEATS; again += 1) {
          if (measured.lateMs < LATE_MS) break;
          figures.measuredAgain += 1;
          measured = await timeOut(tree, `${token}-${String(again)}`);
        }
        const { tookMs, told, escaped, trouble } = measured;
        if (trouble !== undefined) throw new Error(`${tree.name} (${token}): ${trouble}`);
        (isBusy ? busyTimes : times).push(tookMs);
        figures.trees += 1;
        figures.processesTold += told;
        figures.escapeesReported += escaped;
      }
    } finally {
      for (const child of busy) child.kill("SIGKILL");
    }
    log(`${String(figures.trees)} trees, worst ${worst([...times, ...busyTimes])} ms`);
  }
  if (figures.escapeesReported === 0) throw new Error("no tree had an escapee: nothing was shown");
  return {
    ...figures,
    ...{ "median ms": median(times), "worst ms": worst(times) },
    ...(busyTimes.length === 0
      ? {}
      : { "median ms, both cores busy": median(busyTimes), "worst ms, both cores busy": worst(busyTimes) }),
  };
}

interface Measured {
  readonly tookMs: number;
  /** The latest that a plain timer was meanwhile. */
  readonly lateMs: number;
  readonly told: number;
  readonly escaped: number;
  /** What was not done in time. Even then it must be done some seconds later. */
  readonly trouble: string | undefined;
}

async function timeOut({ name, script }: SampleTree, token: string): Promise<Measured> {
  const bystander = spawn("sleep", ["300"], { stdio: "ignore" });
  const fail = (what: string): never => {
    throw new Error(`${name} (${token}): ${what}`);
  };
  const controller = new AbortController();
  const stayed = new Map<number, string | undefined>();
  const left = new Map<number, string | undefined>();
  let stands = (): void => undefined;
  const isReady = new Promise<void>((resolve) => {
    stands = resolve;
  });
  let text = "";
  const running = new LocalCommandRunner().run(
    { program: "/bin/sh", args: ["-c", script], environment: { [TOKEN]: token }, isDryRun: false, key: token },
    {
      signal: controller.signal,
      onOutput(_stream, piece) {
        const lines = (text + String(piece)).split("\n");
        text = lines.pop() ?? "";
        for (const line of lines) {
          const [, kind, pid] = /^([PE]) (\d+)$/.exec(line) ?? [];
          if (kind !== undefined) (kind === "P" ? stayed : left).set(Number(pid), startOf(Number(pid)));
          if (line === "ready") stands();
        }
      },
    },
  );
  const impatience = setTimeout(stands, PATIENCE_MS);
  try {
    await Promise.race([isReady, running]);
    if (bearing(token).length === 0) fail("it does not stand: there is nothing to end");
    const began = performance.now();
    controller.abort();
    const lateness = measureLateness();
    const result = await running;
    const tookMs = performance.now() - began;
    const lateMs = lateness();
    const told = [...stayed, ...left];
    const lives = (): string =>
      [
        ...told.filter(([pid, started]) => started !== undefined && startOf(pid) === started).map(([pid]) => pid),
        ...bearing(token),
      ].join();
    const late = lives();
    const trouble =
      tookMs > PROMPTLY_MS ? `it took ${tookMs.toFixed(0)} ms to settle` : late === "" ? undefined : `${late} live`;
    if (trouble !== undefined) {
      const until = performance.now() + PATIENCE_MS;
      while (lives() !== "") {
        if (performance.now() > until) fail(`${lives()} live, and are not hunted any more`);
        await pause(20);
      }
    }
    for (const pid of left.keys()) {
      const found = result.leftovers?.find((one) => one.pid === pid);
      if (found === undefined || (!found.ended && trouble === undefined)) fail(`${String(pid)} is not reported`);
    }
    if (result.exitCode === 0) fail("it is told to be a success");
    if (!isAlive(bystander)) fail("a process of somebody else was ended");
    return { tookMs, lateMs, told: told.length, escaped: left.size, trouble };
  } finally {
    clearTimeout(impatience);
    bystander.kill("SIGKILL");
    for (const pid of bearing(token)) process.kill(pid, "SIGKILL");
  }
}

/** The latest that a plain timer has been until it is asked. */
function measureLateness(): () => number {
  let last = performance.now();
  let latest = 0;
  const look = (): void => {
    const now = performance.now();
    latest = Math.max(latest, now - last - 5);
    last = now;
  };
  const timer = setInterval(look, 5);
  return () => {
    clearInterval(timer);
    look();
    return latest;
  };
}

/** Living processes that were begun with the token. */
function bearing(token: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const variables = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
      return variables.includes(`${TOKEN}=${token}`) && startOf(Number(name)) !== undefined ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function isAlive({ pid }: ChildProcess): boolean {
  return pid !== undefined && startOf(pid) !== undefined;
}

function median(times: readonly number[]): number {
  return Math.round([...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN);
}

function worst(times: readonly number[]): number {
  return Math.round(Math.max(...times));
}
