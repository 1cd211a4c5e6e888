import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import { programOf } from "../support/program.ts";
import { cleanEnvironment, ROOT } from "../support/spawn.ts";
import { type ServiceName, service } from "../support/services.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "The machine's clock jumps an hour and a year both ways, by libfaketime: a service goes on, tells nothing that cannot be, and ends by itself.";
export const needs: readonly ServiceName[] = ["faketime"];

interface Size {
  /** Where the clock is set, in turn, as libfaketime writes it; in hours off the true time. */
  readonly jumps: readonly (readonly [offset: string, hours: number])[];
  /** How long it stays so. */
  readonly stayMs: number;
}

const DAY = 24;
const TRUE = ["+0", 0] as const;
export const quick: Size = { jumps: [["+365d", 365 * DAY], TRUE], stayMs: 100 };
export const full: Size = {
  jumps: [
    ...([["+1h", 1], TRUE, ["-1h", -1], TRUE, ["+365d", 365 * DAY], TRUE, ["-365d", -365 * DAY], TRUE] as const),
    ...([["-1h", -1], ["+365d", 365 * DAY], ["-1h", -1], TRUE, ["+365d", 365 * DAY], ["+1h", 1], TRUE] as const),
  ],
  stayMs: 9_000,
};

/** A busy second takes 100; a timer that sets the next one at once makes a thousand of them. */
const MOST_TIMERS = 700;
const PATIENCE_MS = 30_000;

interface Figures {
  readonly evaluations: number;
  readonly incidents: number;
  readonly pages: number;
  readonly updates: number;
  readonly experiments: number;
  readonly mostInASecond: number;
  readonly told?: number;
  readonly served?: number;
  readonly counted?: number;
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const folder = await mkdtemp(join(tmpdir(), "nines-jumps-"));
  const file = join(folder, "time");
  const set = async (offset: string): Promise<void> => {
    // It is read while it is written.
    await writeFile(`${file}.new`, `${offset}\n`);
    await rename(`${file}.new`, file);
  };
  await set("+0");
  const child = new Child(file, seed);
  try {
    let last = await child.ask("look");
    for (const [offset, hours] of size.jumps) {
      await set(offset);
      await child.until("off", (answer) => answer.hours === hours);
      const seen = await child.ask("look");
      await pause(size.stayMs);
      await child.until("look", ({ evaluations = 0, updates = 0, experiments = 0 }) => {
        return evaluations > seen.evaluations && updates > seen.updates && experiments > seen.experiments;
      });
      last = await child.ask("look");
      log(`${offset}: ${JSON.stringify(last)}`);
    }
    const end = await child.ask("end");
    await child.ended();
    const { mostInASecond, incidents, pages, evaluations, experiments, served = 0, counted = 0, told = 0 } = end;
    if (mostInASecond > MOST_TIMERS) throw new Error(`${String(mostInASecond)} timers in a second (seed ${seed})`);
    if (counted !== served)
      throw new Error(`${String(counted)} of ${String(served)} requests are counted (seed ${seed})`);
    if (incidents === 0 || pages === 0 || told !== incidents) throw new Error(`no incident: ${JSON.stringify(end)}`);
    const jumps = size.jumps.length;
    return { jumps, evaluations, incidents, pages, experiments, requests: served, mostTimersInASecond: mostInASecond };
  } finally {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A process whose clock is set by a file. */
class Child {
  readonly #child;
  readonly #lines: AsyncIterator<string>;
  #errors = "";

  constructor(file: string, seed: string) {
    const path = programOf("test/proofs/support/jump-child.ts");
    this.#child = spawn(process.execPath, [path, seed], {
      cwd: ROOT,
      stdio: ["pipe", "pipe", "pipe"],
      env: cleanEnvironment({
        ...{ LD_PRELOAD: library(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_CACHE_DURATION: "1" },
        ...{ FAKETIME_DONT_FAKE_MONOTONIC: "1", NO_FAKE_STAT: "1", FAKETIME_DISABLE_SHM: "1" },
      }),
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#errors += text));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#ready = this.#line();
  }

  readonly #ready: Promise<string>;

  async ask(word: string): Promise<Figures & { readonly hours: number }> {
    await this.#ready;
    this.#child.stdin.write(`${word}\n`);
    const answer = JSON.parse(await this.#line()) as Figures & { readonly hours: number; readonly fault?: string };
    if (answer.fault !== undefined) throw new Error(answer.fault);
    return answer;
  }

  async until(word: string, holds: (answer: Partial<Figures & { readonly hours: number }>) => boolean): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (let answer = await this.ask(word); !holds(answer); answer = await this.ask(word)) {
      if (performance.now() > until) throw new Error(`it does not go on: ${JSON.stringify(answer)}`);
      await pause(200);
    }
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    const late = AbortSignal.timeout(PATIENCE_MS);
    const [code] =
      exitCode === null && signalCode === null ? await once(this.#child, "exit", { signal: late }) : [exitCode];
    if (code !== 0 || this.#errors !== "") throw new Error(`it ended with ${String(code)}: ${this.#errors}`);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`it has ended: ${this.#errors}`);
    return value;
  }
}

/** The library of the program `faketime`. */
function library(): string {
  const wrapper = service("faketime");
  const homes = ["/usr/lib", "/usr/local/lib", "/usr/lib64"].filter((home) => existsSync(home));
  const folders = homes.flatMap((home) => [home, ...readdirSync(home).map((name) => join(home, name))]);
  const found = folders.map((folder) => join(folder, "faketime", "libfaketime.so.1")).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${wrapper} is there, and libfaketime.so.1 is not`);
  return found;
}
