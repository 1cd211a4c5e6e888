/** Where the M4 competition's files are: `Monthly-train.csv` beside `Monthly-test.csv`, or in `Train` and `Test`. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";

/** How often the values come. */
export interface Frequency {
  readonly name: string;
  /** Values in a season, as M4 counts them: what MASE and Naive2 are by. */
  readonly period: number;
  /** Lengths of the seasons that nines looks for; more than M4's, which are one at most. */
  readonly seasons: readonly number[];
}

/** A file to train on, and what came after. */
export interface Pair {
  readonly train: string;
  readonly test: string;
  /** By the name of the file; undefined where it says nothing, and the ids of the rows have to. */
  readonly frequency: Frequency | undefined;
}

/** M4's own, in its order. */
export const FREQUENCIES: readonly Frequency[] = [
  { name: "Yearly", period: 1, seasons: [] },
  { name: "Quarterly", period: 4, seasons: [4] },
  { name: "Monthly", period: 12, seasons: [12] },
  { name: "Weekly", period: 1, seasons: [52] },
  { name: "Daily", period: 1, seasons: [7] },
  { name: "Hourly", period: 24, seasons: [24, 168] },
];

/** A frequency by what a file is called. */
export function frequencyOfFile(file: string): Frequency | undefined {
  return FREQUENCIES.find(({ name }) => basename(file).toLowerCase().includes(name.toLowerCase()));
}

/** A frequency by a row's id: `M1` is monthly. */
export function frequencyOfId(id: string): Frequency | undefined {
  return /^[a-z]\d+$/i.test(id)
    ? FREQUENCIES.find(({ name }) => name.startsWith(id.charAt(0).toUpperCase()))
    : undefined;
}

/** The pairs of a folder, or of a folder's `train` and `test`, in M4's order; with a word about files without a partner. */
export function pairsIn(folder: string): { pairs: readonly Pair[]; notes: readonly string[] } {
  const sides = { train: new Map<string, string>(), test: new Map<string, string>() };
  for (const path of csvFiles(folder)) {
    // The name of the file counts before that of the folder it is in.
    const side = sideOf(basename(path)) ?? sideOf(path);
    if (side !== undefined) sides[side].set(keyOf(path), path);
  }
  const pairs: Pair[] = [];
  const notes: string[] = [];
  for (const [key, train] of sides.train) {
    const test = sides.test.get(key);
    if (test === undefined) notes.push(`${train} has no test file beside it, and is left out`);
    else pairs.push({ train: join(folder, train), test: join(folder, test), frequency: frequencyOfFile(train) });
  }
  for (const [key, test] of sides.test)
    if (!sides.train.has(key)) notes.push(`${test} has no train file beside it, and is left out`);
  if (pairs.length === 0)
    throw new Error([`${folder} has no pair such as Monthly-train.csv and Monthly-test.csv`, ...notes].join("\n"));
  const order = ({ frequency }: Pair): number => FREQUENCIES.findIndex((one) => one === frequency);
  return { pairs: pairs.sort((a, b) => order(a) - order(b)), notes };
}

function csvFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() && sideOf(entry.name) !== undefined
        ? readdirSync(join(folder, entry.name)).map((name) => join(entry.name, name))
        : [entry.name],
    )
    .filter((path) => /\.csv$/i.test(path))
    .sort();
}

function sideOf(name: string): "train" | "test" | undefined {
  const [, side] = /(train|test)/i.exec(name) ?? [];
  return side?.toLowerCase() as "train" | "test" | undefined;
}

/** What both files of a pair are called. */
function keyOf(path: string): string {
  return basename(path)
    .toLowerCase()
    .replace(/\.csv$/, "")
    .replace(/[-_. ]*(train|test)[-_. ]*/, "");
}
