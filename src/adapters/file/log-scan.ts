/** Reading a log from its beginning to its end: which of it is whole, and what the rest is. */
import type { OpenFile } from "../../ports/file-system.ts";
import { readFully } from "./bytes.ts";
import { type Frame, readFrame } from "./frames.ts";

/** What a scan found. */
export interface Scan {
  /** Where the part ends that can be built upon. */
  readonly length: number;
  /** Bytes behind it, left by a write that was never finished. */
  readonly tornBytes: number;
  /** Stretches that were whole once. */
  readonly damages: readonly Stretch[];
}

interface Stretch {
  readonly at: number;
  readonly bytes: number;
}

interface Line {
  /** Undefined if it is no whole frame. */
  readonly frame: Frame | undefined;
  readonly bytes: Buffer;
  readonly at: number;
  readonly from: number;
}

/** Told of a frame that is whole: `at` is where it begins in the file, `from` where in `bytes`. */
export type OnFrame = (bytes: Buffer, frame: Frame, at: number, from: number) => void;

const PIECE = 1024 * 1024;
const LINE_FEED = 10;

/**
 * Reads the frames of the file from `start` to `end`.
 *
 * What is damaged up to the end is torn: the power went while it was written, and whoever wrote it was never told that it is
 * safe. So are frames behind it that were written in the same batch: a disk does not write in order. What is damaged in front of
 * frames of a later batch was safe once.
 */
export async function scanFrames(file: OpenFile, start: number, end: number, onFrame: OnFrame): Promise<Scan> {
  const lines = new Lines(file, start, end);
  const damages: Stretch[] = [];
  /** Since the first of what may be torn: stretches that are damaged, and copies of the frames between them. */
  let doubtful: (Stretch | { readonly frame: Frame; readonly bytes: Buffer; readonly at: number })[] = [];
  let doubtfulFrom: number | undefined;
  let damagedFrom: number | undefined;

  for (;;) {
    // Waiting for a line that is there already would take as long as reading it.
    const line = lines.nextRead() ?? (await lines.next());
    if (line === undefined) break;
    const { frame, bytes, at, from } = line;
    if (frame === undefined) {
      doubtfulFrom ??= at;
      damagedFrom ??= at;
      continue;
    }
    if (damagedFrom !== undefined) {
      doubtful.push({ at: damagedFrom, bytes: at - damagedFrom });
      damagedFrom = undefined;
    }
    if (doubtfulFrom !== undefined && frame.batchAt <= doubtfulFrom) {
      const copy = Buffer.from(bytes.subarray(from, frame.end + 1));
      const moved = { ...frame, start: frame.start - from, end: frame.end - from };
      doubtful.push({ frame: moved, bytes: copy, at });
      continue;
    }
    // All that was in doubt had been synced when this frame was written.
    for (const part of doubtful) {
      if ("frame" in part) onFrame(part.bytes, part.frame, part.at, 0);
      else damages.push(part);
    }
    doubtful = [];
    doubtfulFrom = undefined;
    onFrame(bytes, frame, at, from);
  }
  const length = doubtfulFrom ?? lines.position;
  return { length, tornBytes: lines.position - length, damages };
}

/** The lines of a file, one after the other, as far as they are frames. */
class Lines {
  readonly #file: OpenFile;
  readonly #end: number;
  #buffer = Buffer.allocUnsafe(PIECE);
  #bytes = this.#buffer.subarray(0, 0);
  /** Where the first of `#bytes` is in the file, and which of them is looked at. */
  #origin: number;
  #at = 0;

  constructor(file: OpenFile, start: number, end: number) {
    this.#file = file;
    this.#origin = start;
    this.#end = end;
  }

  /** How far the file was read. */
  get position(): number {
    return this.#origin + this.#at;
  }

  /** The frame that comes next, if it is one and was read already. */
  nextRead(): Line | undefined {
    const frame = this.#look();
    return typeof frame === "string" ? undefined : this.#pass(frame);
  }

  /** The frame that comes next, or a line that is none; undefined at the end. */
  async next(): Promise<Line | undefined> {
    let frame = this.#look();
    while (frame === "cut") {
      if (await this.#readOn()) frame = this.#look();
      else if (this.#at >= this.#bytes.length) return undefined;
      // It may be the length that is damaged, and whole frames may follow.
      else frame = "damaged";
    }
    if (frame !== "damaged") return this.#pass(frame);
    const at = this.position;
    let lineEnd = this.#bytes.indexOf(LINE_FEED, this.#at);
    while (lineEnd < 0) {
      this.#at = this.#bytes.length;
      if (!(await this.#readOn())) break;
      lineEnd = this.#bytes.indexOf(LINE_FEED, this.#at);
    }
    this.#at = lineEnd < 0 ? this.#bytes.length : lineEnd + 1;
    return { frame: undefined, bytes: this.#bytes, at, from: 0 };
  }

  #pass(frame: Frame): Line {
    const line = { frame: frame.isEnded ? frame : undefined, bytes: this.#bytes, at: this.position, from: this.#at };
    this.#at = frame.end + 1;
    return line;
  }

  #look(): Frame | "damaged" | "cut" {
    return this.#at < this.#bytes.length ? readFrame(this.#bytes, this.#at, this.#origin) : "cut";
  }

  async #readOn(): Promise<boolean> {
    const rest = this.#bytes.subarray(this.#at);
    if (rest.length > this.#buffer.length / 2) this.#buffer = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.set(rest);
    this.#origin += this.#at;
    this.#at = 0;
    const position = this.#origin + rest.length;
    const wanted = Math.min(this.#buffer.length - rest.length, this.#end - position);
    const came = await readFully(this.#file, position, this.#buffer.subarray(rest.length, rest.length + wanted));
    this.#bytes = this.#buffer.subarray(0, rest.length + came);
    return came > 0;
  }
}
