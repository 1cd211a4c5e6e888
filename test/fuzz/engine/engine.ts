/** Runs targets in children until every input has had its turn, whatever becomes of the children. */
import { bundleChild } from "./bundle.ts";
import { ChildCrew, type CrewOptions } from "./crew.ts";
import { type Described, type Segment, sharesOf } from "./job.ts";
import type { FuzzReport } from "./report.ts";

/** What to run, and how. */
export interface FuzzOptions extends CrewOptions {
  /** Over all targets. */
  readonly inputs: number;
  /** Children at a time; with one, all targets share a single child as long as none dies. */
  readonly workers: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A child is given so many inputs at most: a fresh one costs a second, and forgets what it has learnt. */
const INPUTS_OF_A_CHILD = 40_000;
const INPUTS_OF_A_SEGMENT = 20_000;

/** Tries so many inputs; faults are values of the report. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const started = performance.now();
  const bundle = await bundleChild(options.files);
  try {
    const crew = new ChildCrew(bundle.script, options);
    await (options.workers === 1 ? crew.run(options.inputs) : work(crew, options));
    return crew.report((performance.now() - started) / 1_000);
  } finally {
    bundle.close();
  }
}

async function work(crew: ChildCrew, { inputs, workers, onProgress }: FuzzOptions): Promise<void> {
  const batches = batchesOf(await crew.describe(), inputs);
  const worker = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      await crew.run(batch);
      onProgress?.(crew.inputs, inputs);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

/** Each target's inputs in segments, and as many of these as a child may have. */
function batchesOf(targets: readonly Described[], inputs: number): (readonly Segment[])[] {
  const batches: Segment[][] = [];
  let room = 0;
  for (const { name, count, every } of sharesOf(targets, inputs)) {
    for (let from = 0; from < count; from += INPUTS_OF_A_SEGMENT) {
      const segment = { name, from, count: Math.min(INPUTS_OF_A_SEGMENT, count - from), every };
      if (segment.count > room) {
        batches.push([]);
        room = INPUTS_OF_A_CHILD;
      }
      batches.at(-1)?.push(segment);
      room -= segment.count;
    }
  }
  return batches;
}
