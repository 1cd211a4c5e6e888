/** A process that tries inputs: what ends it ends nothing else, and its last input is written down. */
import { writeSync } from "node:fs";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import type { FuzzTarget } from "../types.ts";
import { readFound } from "./found.ts";
import { drawnAt } from "./inputs.ts";
import { type Described, EXIT, type Job, type Message, type Segment, sharesOf } from "./job.ts";
import { describeFault, judge, kindOfFault } from "./judge.ts";
import { ProgressWriter } from "./progress.ts";
import { watchPrototypes } from "./prototypes.ts";
import { descend } from "./shrink.ts";
import { targetOf } from "./targets.ts";

/** So many different faults of one target are made smaller, and the others are counted. */
const MOST_KINDS = 5;
const MB = 2 ** 20;

const job = JSON.parse(process.argv[2] ?? "") as Job;
const progress = new ProgressWriter(job.progressFile);
const targets = new Map<string, FuzzTarget>();
const kinds = new Map<string, Set<string>>();
let prototypes = watchPrototypes();

/** Does what the first argument says, with targets of these modules. */
export async function main(modules: Readonly<Record<string, () => Promise<object>>>): Promise<void> {
  for (const name of job.names) targets.set(name, targetOf(name, await modules[name]?.()));
  prototypes = watchPrototypes();
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    process.on(event, (error: unknown) => endFaulty(`${event}: ${describeFault(error)}`));
  }
  if (job.replay !== undefined) await replay(job.replay);
  else if (job.shrink !== undefined) await shrink(job.shrink);
  else await runAll(job.run ?? []);
  // What a target has left open is its own affair: it had its turn to close it.
  process.exit(0);
}

async function runAll(run: readonly Segment[] | number): Promise<void> {
  const described = [...targets.values()].map(({ name, description, share = 1 }): Described => ({
    name,
    description,
    share,
  }));
  await tell({ described });
  const segments = typeof run === "number" ? sharesOf(described, run) : run;
  for (const [index, segment] of segments.entries()) {
    const at = { segment: index, taken: 0, refused: 0, faults: 0 };
    Object.assign(progress.at, at);
    await runSegment(segment);
  }
}

async function runSegment(segment: Segment): Promise<void> {
  const target = known(segment.name);
  const opened = await target.open?.();
  const { at } = progress;
  const [started, third, end] = [performance.now(), Math.ceil(segment.count / 3), segment.from + segment.count];
  let [slowestMs, slowestIndex, heapAtThird] = [0, segment.from, 0];
  for (at.index = segment.from; at.index < end; at.index += 1) {
    progress.turn();
    const { index } = at;
    if (index - segment.from === third) heapAtThird = await heapNow();
    const input = drawnAt(target, { seed: job.seed, index, path: [] })?.value;
    const began = performance.now();
    const judgement = await judge(target, input);
    const took = performance.now() - began;
    if (took > slowestMs) [slowestMs, slowestIndex] = [took, index];
    if (judgement.kind === "fault") await tellFault(target, index, judgement.why);
    else at[judgement.kind] += 1;
    // A rejection that nobody has handled is told in a turn of its own.
    await turnOfTheLoop();
    lookAtPrototypes(segment, index, end);
  }
  progress.turn();
  const heap = await heapNow();
  const grown = (heap - heapAtThird) / MB;
  if (heapAtThird > 0 && grown > job.heapGrowthMb) {
    const stretch = `inputs ${String(segment.from + third)} to ${String(end)}`;
    const why = `the heap has grown by ${grown.toFixed(1)} MB over ${stretch}; ${job.heapGrowthMb} MB are allowed`;
    await tell({ found: { name: target.name, index: segment.from + third, why } });
  }
  await opened?.close();
  const { segment: number, taken, refused, faults } = at;
  const seconds = (performance.now() - started) / 1_000;
  await tell({
    ended: { segment: number, taken, refused, faults, seconds, slowestMs, slowestIndex, heapMb: heap / MB },
  });
}

async function tellFault(target: FuzzTarget, index: number, why: string): Promise<void> {
  progress.at.faults += 1;
  const met = kinds.get(target.name) ?? new Set();
  kinds.set(target.name, met);
  if (met.has(kindOfFault(why)) || met.size >= MOST_KINDS) return;
  met.add(kindOfFault(why));
  const drawn = drawnAt(target, { seed: job.seed, index, path: [] });
  if (drawn === undefined) return;
  const fails = async (input: unknown): Promise<string | undefined> => {
    const judgement = await judge(target, input);
    // Another fault would be found by itself: going down to it would hide this one.
    return judgement.kind === "fault" && kindOfFault(judgement.why) === kindOfFault(why) ? judgement.why : undefined;
  };
  const smallest = await descend(target, { path: [], drawn, fails, onTry: () => progress.turn() });
  await tell({ found: { name: target.name, index, why: smallest.why ?? why, path: smallest.path } });
}

function lookAtPrototypes({ from, every }: Segment, index: number, end: number): void {
  const first = prototypes.first();
  if (first !== undefined) endFaulty(first);
  if ((index - from) % every !== every - 1 && index !== end - 1) return;
  const change = prototypes.all();
  if (change === undefined) return;
  if (every === 1) endFaulty(change);
  writeSync(2, `${change}\n`);
  process.exit(EXIT.somewhere);
}

/** Each kept input once; `index` counts them in the order of their files. */
async function replay(folder: string): Promise<void> {
  const opened = [];
  for (const target of targets.values()) opened.push(await target.open?.());
  for (const [index, { target: name, input }] of [...readFound(folder).values()].entries()) {
    progress.at.index = index;
    progress.turn();
    const judgement = await judge(known(name), input);
    await turnOfTheLoop();
    const change = prototypes.all();
    if (change !== undefined) endFaulty(change);
    if (judgement.kind === "fault") await tell({ found: { name, index, why: judgement.why } });
  }
  for (const one of opened.reverse()) await one?.close();
}

async function shrink({ name, index, path }: NonNullable<Job["shrink"]>): Promise<void> {
  const target = known(name);
  const opened = await target.open?.();
  const drawn = drawnAt(target, { seed: job.seed, index, path });
  if (drawn === undefined) throw new Error(`there is no input ${String(index)} at ${path.join()}`);
  const fails = async (input: unknown): Promise<string | undefined> => {
    const judgement = await judge(target, input);
    await turnOfTheLoop();
    const change = prototypes.all();
    if (change !== undefined) endFaulty(change);
    return judgement.kind === "fault" ? judgement.why : undefined;
  };
  const onTry = (way: readonly number[], step: number): void => {
    progress.at.smaller = step;
    progress.tellPath(way);
    progress.turn();
  };
  const smallest = await descend(target, { path, drawn, fails, onTry });
  await tell({ shrunk: { path: smallest.path, why: smallest.why ?? "" } });
  await opened?.close();
}

function endFaulty(why: string): never {
  writeSync(2, `${why}\n`);
  process.exit(EXIT.faulty);
}

function known(name: string): FuzzTarget {
  const target = targets.get(name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  return target;
}

async function heapNow(): Promise<number> {
  await turnOfTheLoop();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function tell(message: Message): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}
