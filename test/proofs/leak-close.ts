import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { systemClock } from "../../src/core/time/clock.ts";
import { programOf } from "../support/program.ts";
import { cleanEnvironment, ROOT, runNode } from "../support/spawn.ts";
import { CLOSABLES, NO_CLOSABLES } from "./support/closables.ts";
import { CountingClock } from "./support/counting-clock.ts";
import { plateauFigures, plateauOf } from "./support/plateau.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "What is closed leaves no timer, handle, listener or memory behind, and a process that has used everything ends by itself.";

interface Size {
  /** How often each is opened and closed. */
  readonly rounds: number;
  /** Moments at which the heap is measured. */
  readonly moments: number;
  /** Processes that have to end by themselves. */
  readonly processes: number;
}

export const quick: Size = { rounds: 2, moments: 2, processes: 1 };
export const full: Size = { rounds: 270, moments: 9, processes: 10 };

const MOST_BYTES_EACH = { quick: 1_000_000, full: 12_000 };
/** Of a child, which works for two seconds; a busy machine takes longer. */
const LONGEST_MS = 180_000;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const children = endings(size.processes);
  // It is awaited below, when all that is closed here has been looked at.
  children.catch(() => undefined);
  const missing = (await closableClasses()).filter((name) => !(name in CLOSABLES) && !NO_CLOSABLES.includes(name));
  if (missing.length > 0) throw new Error(`nobody tries to close ${missing.join(", ")}`);

  const clock = new CountingClock(systemClock);
  let closed = 0;
  const round = async (): Promise<void> => {
    for (const [name, open] of Object.entries(CLOSABLES)) {
      const before = standing();
      const close = await open(clock);
      await close();
      const left = await settled(before);
      if (left !== undefined) throw new Error(`${name} leaves ${left} behind (seed ${seed})`);
      if (clock.pending > 0) throw new Error(`${name} leaves ${String(clock.pending)} timers behind (seed ${seed})`);
      closed += 1;
    }
  };
  // What is loaded when it is first used is no leak.
  await round();
  const plateau = await plateauOf({
    ...{ times: size.rounds, moments: size.moments, log },
    mostBytesEach: size.rounds < 100 ? MOST_BYTES_EACH.quick : MOST_BYTES_EACH.full,
    work: async (times) => {
      for (let done = 0; done < times; done += 1) await round();
    },
  });
  const processes = await children;
  return { classesAndFunctions: Object.keys(CLOSABLES).length, closed, processes, ...plateauFigures(plateau) };
}

/** Exported classes with a method that closes something, of all entries of the package. */
async function closableClasses(): Promise<readonly string[]> {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const names = new Set<string>();
  for (const target of Object.values(exports)) {
    const path = typeof target === "string" ? target : target.default;
    if (!path.endsWith(".js")) continue;
    const source = join(ROOT, path.replace("./dist/", "src/").replace(/\.js$/, ".ts"));
    const entry = (await import(pathToFileURL(source).href)) as Readonly<Record<string, unknown>>;
    for (const [name, value] of Object.entries(entry)) if (closes(value)) names.add(name);
  }
  if (names.size < 8) throw new Error(`only ${[...names].join(", ")} can be closed: the entries were not found`);
  return [...names];
}

function closes(value: unknown): boolean {
  if (typeof value !== "function" || !Function.prototype.toString.call(value).startsWith("class")) return false;
  for (let prototype: unknown = value.prototype; prototype !== Object.prototype && prototype !== null;) {
    const keys = Reflect.ownKeys(prototype as object).map(String);
    if (keys.some((key) => /^(close|stop|dispose|end|destroy|shutdown)$|dispose\)$/i.test(key))) return true;
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}

type Standing = ReadonlyMap<string, number>;

/** What keeps the event loop going, and who listens to the process. */
function standing(): Standing {
  const counts = new Map<string, number>();
  const count = (name: string, by: number): unknown => counts.set(name, (counts.get(name) ?? 0) + by);
  for (const type of process.getActiveResourcesInfo()) count(type, 1);
  for (const name of process.eventNames()) count(`listener to ${String(name)}`, process.listenerCount(name));
  return counts;
}

/** What is more than before, once what is being let go of is gone; undefined for nothing. */
async function settled(before: Standing): Promise<string | undefined> {
  for (let turns = 0; ; turns += 1) {
    const left = [...standing()].filter(([name, count]) => count > (before.get(name) ?? 0));
    if (left.length === 0) return undefined;
    if (turns === 500) return left.map(([name, count]) => `${String(count)} ${name}`).join(", ");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Processes that use everything and close it, and use it again and leave it, each of which ends by itself. */
async function endings(count: number): Promise<number> {
  const path = programOf("test/proofs/support/closing-child.ts");
  for (let child = 0; child < count; child += 1) {
    const options = { timeout: LONGEST_MS, env: cleanEnvironment() };
    const { code, stdout, stderr } = await runNode([path], options);
    if (code === 0 && stderr === "" && stdout === "closed\nleft\n") continue;
    throw new Error(`a process ended with ${String(code)}: ${stdout}${stderr}`);
  }
  return count;
}
