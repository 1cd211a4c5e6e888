/** How far a child has come, in a file: whatever becomes of the child, its parent can read which input it was at. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const WORDS = ["turns", "segment", "index", "taken", "refused", "faults", "smaller"] as const;

/** Plain counts; `turns` grows with every input that is tried, and so tells a child that hangs. */
export type Progress = Record<(typeof WORDS)[number], number>;

/** What a child writes: cheap enough for every input. */
export class ProgressWriter {
  readonly at: Progress = { turns: 0, segment: 0, index: 0, taken: 0, refused: 0, faults: 0, smaller: 0 };
  readonly #file: number;
  readonly #words = new Uint32Array(WORDS.length);

  constructor(path: string) {
    this.#file = openSync(path, "r+");
  }

  /** Says that another input is about to be tried. */
  turn(): void {
    this.at.turns += 1;
    WORDS.forEach((word, index) => (this.#words[index] = this.at[word]));
    writeSync(this.#file, this.#words, 0, this.#words.byteLength, 0);
  }

  /** Which way the smaller inputs went so far; `at.smaller` counts those that are tried from there. */
  tellPath(path: readonly number[]): void {
    const text = Buffer.from(JSON.stringify(path).padEnd(4_000));
    writeSync(this.#file, text, 0, text.length, this.#words.byteLength);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** What the parent reads. */
export function readProgress(path: string): Progress & { readonly path: readonly number[] } {
  const bytes = readFileSync(path);
  const words = WORDS.map((word, index) => [word, bytes.length < 4 * (index + 1) ? 0 : bytes.readUInt32LE(4 * index)]);
  const rest = bytes
    .subarray(4 * WORDS.length)
    .toString()
    .trim();
  return { ...(Object.fromEntries(words) as Progress), path: rest === "" ? [] : (JSON.parse(rest) as number[]) };
}
