/** What one more label set keeps of the heap, once it was scraped. */
import type { HeapFigures, HeapInput } from "./signals/heap.child.ts";
import { inChild } from "./support/child.ts";
import { once } from "./support/once.ts";
import type { Benchmark, BenchmarkOptions } from "./support/types.ts";

const CHILD = new URL("./signals/heap.child.ts", import.meta.url);
const LABEL_SETS = 10_000;

const measured = (party: HeapInput["party"]) =>
  once(async ({ progress }) => {
    const input: HeapInput = { party, labelSets: LABEL_SETS };
    const figures = await inChild<HeapFigures>(CHILD, input, { execArgv: ["--expose-gc"] });
    const { recorded, scraped } = figures;
    progress(`${party}: ${recorded.toFixed(0)} bytes once recorded, ${scraped.toFixed(0)} once scraped`);
    return scraped;
  });

const ours = measured("nines");

function beside(name: string, peerName: string, peer: (options: BenchmarkOptions) => Promise<number>): Benchmark {
  return {
    name,
    unit: "bytes",
    peerName,
    run: async (options) => ({ ours: await ours(options), peer: await peer(options) }),
  };
}

export const benchmarks: readonly Benchmark[] = [
  beside("signals.heap-per-label-set", "prom-client histogram + counter", measured("prom-client")),
  beside("signals.heap-per-label-set.floor", "hand-written, without line beginnings", measured("hand-written")),
];
