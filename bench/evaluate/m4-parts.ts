/** The series of M4's files shared among processes: each reads the files, and works on every so manyth series. */
import { type ChildProcess, fork } from "node:child_process";
import { countTests, evaluateM4, type M4Options, type M4Part } from "./m4.ts";
import { pairsIn, type Pair } from "./m4-layout.ts";
import { addSums, noSums, type Sums } from "./m4-sums.ts";

/** What a process is to do; goes to it as JSON. */
export interface Errand {
  readonly pairs: readonly Pair[];
  readonly options: Omit<M4Options, "progress">;
}

/** What a process says: how far it is, what came of it, or why nothing will. */
export type Word = { readonly done: number } | { readonly part: M4Part } | { readonly problem: string };

/** So few series are done sooner than processes are started. */
const FEW = 40;
const PROGRESS_MS = 5_000;

/** Evaluates in as many processes as `workers`; `program` is what they run, with the errand as their last argument. */
export async function evaluateParts(
  pairs: readonly Pair[],
  options: Omit<M4Options, "progress" | "part">,
  { workers, program, say }: { workers: number; program: string; say: (message: string) => void },
): Promise<M4Part> {
  const count = Math.min(await countTests(pairs), options.limit ?? Infinity);
  const dones = new Array<number>(workers).fill(0);
  let told = performance.now();
  const progress = (worker: number, done: number): void => {
    dones[worker] = done;
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    const sum = dones.reduce((total, own) => total + own, 0);
    say(`${sum.toLocaleString("en")} of ${count.toLocaleString("en")} series ...`);
  };
  if (workers < 2 || count < FEW) return evaluateM4(pairs, { ...options, progress: (done) => progress(0, done) });
  const children: ChildProcess[] = [];
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, number) => {
      const errand: Errand = { pairs, options: { ...options, part: { number, of: workers } } };
      const child = fork(program, ["--errand", JSON.stringify(errand)]);
      children.push(child);
      return partOf(child, (done) => progress(number, done));
    }),
    // What one could not do makes the others' work useless.
  ).finally(() => children.forEach((child) => child.kill()));
  return { sums: together(parts), notes: [...new Set(parts.flatMap(({ notes }) => notes))] };
}

/** What a process does that was sent. */
export async function runErrand(text: string): Promise<void> {
  const { pairs, options } = JSON.parse(text) as Errand;
  // Nobody waits for the rest where the sender has gone.
  process.on("disconnect", () => process.exit(1));
  let told = performance.now();
  const progress = (done: number): void => {
    if (performance.now() - told < 500) return;
    told = performance.now();
    process.send?.({ done } satisfies Word);
  };
  let word: Word;
  try {
    word = { part: await evaluateM4(pairs, { ...options, progress }) };
  } catch (error) {
    word = { problem: error instanceof Error ? error.message : String(error) };
  }
  await new Promise((resolve) => process.send?.(word, resolve));
  process.removeAllListeners("disconnect");
  process.disconnect();
}

function partOf(child: ChildProcess, onProgress: (done: number) => void): Promise<M4Part> {
  return new Promise((resolve, reject) => {
    let part: M4Part | undefined;
    child.on("message", (word: Word) => {
      if ("part" in word) part = word.part;
      else if ("done" in word) onProgress(word.done);
      else reject(new Error(word.problem));
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (part !== undefined) resolve(part);
      else reject(new Error(`a process of the evaluation ended by ${signal ?? `exit code ${String(code)}`}`));
    });
  });
}

function together(parts: readonly M4Part[]): readonly Sums[] {
  const all = new Map<string, Sums>();
  for (const sums of parts.flatMap((part) => part.sums)) {
    if (!all.has(sums.name)) all.set(sums.name, noSums(sums.name));
    addSums(all.get(sums.name)!, sums);
  }
  return [...all.values()];
}

/** The pairs that the arguments mean: a folder's, or the two files. */
export function pairsOf(paths: readonly string[], frequencyOf: (file: string) => Pair["frequency"]) {
  const [first = "", second] = paths;
  if (second === undefined) return pairsIn(first);
  return { pairs: [{ train: first, test: second, frequency: frequencyOf(first) }], notes: [] };
}
