/** Tries kept inputs again, in a process of their own: some of them once ended the one that they were given to. */
import { basename } from "node:path";
import { bundleChild } from "./bundle.ts";
import { readFound } from "./found.ts";
import { runChild } from "./run-child.ts";

const BOUNDS = { hangMs: 20_000, memoryMb: 1_024 };

/** Which of the kept inputs of a folder fail again, by the names of their files, and why. */
export async function replayFound(files: readonly string[], folder: string): Promise<ReadonlyMap<string, string>> {
  const kept = [...readFound(folder)];
  const names = new Set(kept.map(([, { target }]) => target));
  const needed = files.filter((file) => names.has(basename(file, ".ts")));
  const failing = new Map<string, string>();
  const nameOf = (index: number): string => kept[index]?.[0] ?? `input ${String(index)}`;
  const bundle = await bundleChild(needed);
  try {
    const job = { seed: "", names: [...names], replay: folder, heapGrowthMb: 0 };
    const end = await runChild(bundle.script, job, BOUNDS, (message) => {
      if ("found" in message) failing.set(nameOf(message.found.index), message.found.why);
    });
    if (end.death !== undefined) failing.set(nameOf(end.progress.index), end.death);
    return failing;
  } finally {
    bundle.close();
  }
}
