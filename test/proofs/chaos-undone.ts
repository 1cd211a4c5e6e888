import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileStateStore } from "../../src/adapters/file/state-store.ts";
import { ChaosRunner } from "../../src/chaos/runner.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { programOf } from "../support/program.ts";
import { runNode } from "../support/spawn.ts";
import { startToxiproxy, toxiproxyProgram } from "../support/toxiproxy.ts";
import { type RunningToxiproxy, startStandIn } from "../support/toxiproxy-stand-in.ts";
import { oneOfEach } from "./support/chaos-course.ts";
import { type Instant, runAndEnd, type Way, WAYS } from "./support/chaos-ways.ts";
import { toldUntilKilled } from "./support/killed.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "However and whenever an experiment is ended, kill -9 included, no toxic is left in the Toxiproxy that it used.";

interface Size {
  /** All instants. */
  readonly aborts: number;
  /** Of these by kill -9, and by SIGTERM. */
  readonly kills: number;
  readonly terms: number;
  /** Whether a Toxiproxy that this machine does not have yet is made, which takes a while. */
  readonly makes: boolean;
}

export const quick: Size = { aborts: 20, kills: 3, terms: 1, makes: false };
export const full: Size = { aborts: 500, kills: 60, terms: 40, makes: true };

/** Each has a Toxiproxy of its own, so that all of it can be looked at. */
const LANES = 2;
const CHILD = "test/proofs/support/chaos-child.ts";
/** A run has some 30 steps; the latter half of these is met by the longer ones. */
const MOST_STEPS = 45;
const LONGEST_MS = 120;

interface Figures {
  readonly ended: Map<string, number>;
  readonly instants: Map<string, number>;
  readonly outcomes: Map<string, number>;
  killsThatLeftToxics: number;
  toxicsLeftByKills: number;
  /** More than toxics: some were written down and not put yet, or taken away and not forgotten yet. */
  entriesLeftByKills: number;
}

type Case = "kill -9" | "SIGTERM" | Way;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const program = await toxiproxyProgram({ makes: size.makes });
  const { path } = program;
  const lanes = await Promise.all(
    Array.from({ length: LANES }, () => (path === undefined ? startStandIn() : startToxiproxy(path))),
  );
  const figures: Figures = {
    ...{ ended: new Map(), instants: new Map(), outcomes: new Map() },
    ...{ killsThatLeftToxics: 0, toxicsLeftByKills: 0, entriesLeftByKills: 0 },
  };
  const cases: Case[] = Array.from({ length: size.aborts }, (_, index) => {
    if (index < size.kills) return "kill -9";
    return index < size.kills + size.terms ? "SIGTERM" : (WAYS[index % WAYS.length] as Way);
  });
  let next = 0;
  try {
    await Promise.all(
      lanes.map(async (toxiproxy) => {
        await prepare(toxiproxy);
        for (let index = next++; index < cases.length; index = next++) {
          await end(toxiproxy, cases[index] as Case, `${seed}/${String(index)}`, figures);
          if (index % 50 === 49) log(`${String(index + 1)} aborts`);
        }
      }),
    );
    // Once more, for what may have come late.
    for (const { url } of lanes) await expectNone(url, `at the end, seed ${seed}`);
  } finally {
    for (const lane of lanes) await lane.stop();
  }
  if (size.kills >= full.kills && figures.killsThatLeftToxics === 0) throw new Error(`no kill left anything (${seed})`);
  const told = (counts: ReadonlyMap<string, number>): string =>
    [...counts]
      .sort()
      .map(([name, count]) => `${name} ${String(count)}`)
      .join(", ");
  return {
    toxiproxy: path === undefined ? `stand-in (${program.why})` : "real",
    aborts: size.aborts,
    by: told(figures.ended),
    endedAfter: told(figures.instants),
    outcomes: told(figures.outcomes),
    killsThatLeftToxics: figures.killsThatLeftToxics,
    toxicsLeftByKills: figures.toxicsLeftByKills,
    entriesLeftByKills: figures.entriesLeftByKills,
    toxicsLeftInTheEnd: 0,
  };
}

async function prepare({ url }: RunningToxiproxy): Promise<void> {
  for (const name of ["cart", "search", "shop"]) {
    // Nobody connects: it is about what is put, and taken away.
    const body = JSON.stringify({ name, listen: "127.0.0.1:0", upstream: "127.0.0.1:9" });
    const { status } = await fetch(`${url}/proxies`, { method: "POST", body });
    if (status !== 201) throw new Error(`a proxy could not be made (${String(status)})`);
  }
}

async function end({ url }: RunningToxiproxy, how: Case, seed: string, figures: Figures): Promise<void> {
  const random = seededRandom(seed);
  if (how === "kill -9") await killed(url, seed, random, figures);
  else if (how === "SIGTERM") await terminated(url, seed, random);
  else await ended(url, how, seed, random, figures);
  await expectNone(url, `${how}, seed ${seed}`);
  count(figures.ended, how);
}

/** A run is ended from within its process. One that was over before its instant came does not count, and another takes its place. */
async function ended(url: string, how: Way, seed: string, random: Random, figures: Figures): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const instant: Instant =
      random.next() < 0.6 ? { step: random.integer(1, MOST_STEPS) } : { afterMs: random.next() * LONGEST_MS };
    const { report, course } = await runAndEnd(url, how, instant, `${seed}/${String(attempt)}`);
    if (course.firedAfter === undefined) {
      await expectNone(url, `nothing, seed ${seed}`);
      continue;
    }
    count(figures.instants, course.firedAfter);
    count(figures.outcomes, report.outcome);
    return;
  }
}

/** A process is killed, by itself at a step or from outside at some time; then its journal is opened, here or by another one. */
async function killed(url: string, seed: string, random: Random, figures: Figures): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "nines-chaos-"));
  try {
    const step = random.next() < 0.5 ? random.integer(1, MOST_STEPS) : 0;
    await toldUntilKilled(CHILD, [url, folder, seed, "run", String(step)], step > 0 ? 5_000 : random.next() * 600);
    const toxics = await toxicsOf(url);
    if (toxics.length > 0) figures.killsThatLeftToxics += 1;
    figures.toxicsLeftByKills += toxics.length;
    const store = new FileStateStore(folder);
    const journal = JSON.parse((await store.load("chaos")) ?? '{"open":[]}') as { readonly open: readonly unknown[] };
    figures.entriesLeftByKills += journal.open.length;
    if (random.next() < 0.25) {
      const child = programOf(CHILD);
      const { stdout, stderr } = await runNode([child, url, folder, seed, "recover"]);
      if (stdout !== "open 0\n") throw new Error(`${stdout}${stderr} (seed ${seed})`);
    } else {
      const runner = await ChaosRunner.open({ store, guard: "none", experiments: oneOfEach(url) });
      if (runner.open.length > 0) throw new Error(`${JSON.stringify(runner.open)} (seed ${seed})`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A process is told to stop, and undoes by itself what it has done. */
async function terminated(url: string, seed: string, random: Random): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "nines-chaos-"));
  try {
    const args = [programOf(CHILD), url, folder, seed, "stop"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let told = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (told === "") setTimeout(() => child.kill("SIGTERM"), random.next() * 200);
      told += text;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code !== 0 || told !== "go\nstopped\n")
      throw new Error(`it ended with ${String(code)}: ${told} (seed ${seed})`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function expectNone(url: string, where: string): Promise<void> {
  const left = await toxicsOf(url);
  if (left.length > 0) throw new Error(`${left.join(", ")} left (${where})`);
}

async function toxicsOf(url: string): Promise<readonly string[]> {
  const reply = await fetch(`${url}/proxies`);
  const proxies = (await reply.json()) as Record<string, { readonly toxics: readonly { readonly name: string }[] }>;
  if (Object.keys(proxies).length !== 3) throw new Error("there are other proxies than there were");
  return Object.entries(proxies).flatMap(([proxy, { toxics }]) => toxics.map(({ name }) => `${name} on ${proxy}`));
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
