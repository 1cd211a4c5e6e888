/** Writing a log anew, without the summaries that others took the place of. Commits go on meanwhile. */
import { dirname } from "node:path";

import type { FileSystem, OpenFile } from "../../ports/file-system.ts";
import { asideOf, tried, writeAll } from "./bytes.ts";
import { ChangeReader, encodeChanges, type WrittenChange } from "./changes.ts";
import { encodeFrame } from "./frames.ts";
import { readEvents, readSummaries } from "./frame-texts.ts";
import { type Entry, IncidentIndex } from "./incident-index.ts";
import type { IncidentLog } from "./incident-log.ts";
import { headerOf } from "./log-header.ts";
import { scanFrames } from "./log-scan.ts";

/** What is to be written anew. */
export interface Compaction {
  readonly fileSystem: FileSystem;
  readonly path: string;
  readonly log: IncidentLog;
  readonly index: IncidentIndex;
  /** Runs work while nothing is appended. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Goes on with the new file, once `rename` has put it in the place of the old one. */
  readonly switchTo: (
    file: OpenFile,
    length: number,
    index: IncidentIndex,
    rename: () => Promise<void>,
  ) => Promise<void>;
  /** Whether to give up. */
  readonly stopped: () => boolean;
}

/** Events of one incident are split into frames of about so many bytes, and summaries of many put into one. */
const FRAME_BYTES = 64 * 1024;
const WRITE_BYTES = 1024 * 1024;
/** A tail of this length is copied while commits wait. */
const SHORT_TAIL = 256 * 1024;
const SUMMARIES_AT_ONCE = 200;

/** Resolves to false if it was stopped. */
export async function compact(compaction: Compaction): Promise<boolean> {
  const { fileSystem, path, log, index, exclusively, switchTo, stopped } = compaction;
  // At one moment, between two batches: where the log ends, and what it says up to there.
  const { until, entries, keys, highest } = await exclusively(async () => ({
    until: log.length,
    entries: index.entries(),
    keys: keysByIncident(index),
    highest: index.highest,
  }));
  const aside = asideOf(path);
  const file = await fileSystem.open(aside, "create");
  try {
    const writer = new CompactedLog(file, highest);
    for (const entry of entries) {
      if (stopped()) throw new Stopped();
      const places = index.places(entry.number, 0).filter(({ frameAt }) => frameAt < until);
      // A part at a time: an incident may be larger than memory should hold.
      for (const part of parts(places)) {
        const events = await log.reading((old) => readEvents(old, path, part, 0));
        const version = (part.at(-1)?.version ?? 0) - events.length;
        for (const chunk of chunks(events, version)) {
          await writer.add([{ ...fixed(entry), ...chunk, summary: undefined, claims: [] }]);
        }
      }
    }
    for (let at = 0; at < entries.length; at += SUMMARIES_AT_ONCE) {
      if (stopped()) throw new Stopped();
      const some = entries.slice(at, at + SUMMARIES_AT_ONCE);
      const places = some.map(({ summary }) => summary);
      const summaries = await log.reading((old) => readSummaries(old, path, places));
      for (const changes of summaryFrames(some, summaries, keys)) await writer.add(changes);
    }
    await writer.flush();
    let copied = until;
    while (log.length - copied > SHORT_TAIL && !stopped()) copied = await writer.copy(log, copied);
    await exclusively(async () => {
      if (stopped()) throw new Stopped();
      await writer.copy(log, copied);
      await file.datasync();
      await switchTo(file, writer.length, writer.index, async () => {
        await fileSystem.rename(aside, path);
        await fileSystem.syncFolder(dirname(path));
      });
    });
    return true;
  } catch (error) {
    await Promise.allSettled([tried(() => file.close()), tried(() => fileSystem.remove(aside))]);
    if (error instanceof Stopped) return false;
    throw error;
  }
}

class Stopped extends Error {}

/** The new log, and the index of what is in it. */
class CompactedLog {
  readonly index: IncidentIndex;
  readonly #file: OpenFile;
  readonly #reader = new ChangeReader();
  #waiting: Buffer[];
  #waitingBytes: number;
  /** With what waits to be written. */
  length: number;

  constructor(file: OpenFile, highest: number) {
    this.#file = file;
    const header = headerOf(highest);
    this.index = new IncidentIndex(highest);
    this.#waiting = [header];
    this.#waitingBytes = header.length;
    this.length = header.length;
  }

  async add(changes: readonly WrittenChange[]): Promise<void> {
    const payload = encodeChanges(changes);
    const line = encodeFrame(payload, 0);
    const start = line.length - 1 - payload.length;
    this.index.applyFrame(this.#reader, line, { start, end: line.length - 1 }, this.length, 0);
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    this.length += line.length;
    if (this.#waitingBytes >= WRITE_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    await writeAll(this.#file, this.length - this.#waitingBytes, Buffer.concat(this.#waiting));
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** Copies what was appended to the old log from `from` on, frame by frame; how far. */
  async copy(log: IncidentLog, from: number): Promise<number> {
    const until = log.length;
    const shift = this.length - from;
    const frames: Buffer[] = [];
    const scan = await log.reading((old) =>
      scanFrames(old, from, until, (bytes, frame, at, lineAt) => {
        this.index.applyFrame(this.#reader, bytes, frame, at + shift, lineAt);
        frames.push(Buffer.from(bytes.subarray(lineAt, frame.end + 1)));
      }),
    );
    if (scan.length !== until || scan.damages.length > 0) throw new Error("what was appended cannot be read any more");
    await writeAll(this.#file, this.length, Buffer.concat(frames));
    this.length += until - from;
    return until;
  }
}

function keysByIncident(index: IncidentIndex): Map<number, string[]> {
  const keys = new Map<number, string[]>();
  for (const [key, number] of index.claims) {
    const known = keys.get(number);
    if (known === undefined) keys.set(number, [key]);
    else known.push(key);
  }
  return keys;
}

function fixed({ number, open, dueAt }: Entry): Pick<WrittenChange, "number" | "open" | "dueAt"> {
  return { number, open, dueAt };
}

function* parts<P extends { readonly frameLength: number }>(places: readonly P[]): Generator<P[]> {
  let part: P[] = [];
  let bytes = 0;
  for (const place of places) {
    if (bytes > WRITE_BYTES) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(place);
    bytes += place.frameLength;
  }
  if (part.length > 0) yield part;
}

/** `events`, which follow the version `from`, a frame's worth at a time. */
function* chunks(events: readonly Buffer[], from: number): Generator<{ version: number; events: Buffer[] }> {
  let [chunk, bytes, version]: [Buffer[], number, number] = [[], 0, from];
  for (const event of events) {
    if (bytes > FRAME_BYTES) {
      yield { version, events: chunk };
      [chunk, bytes] = [[], 0];
    }
    chunk.push(event);
    bytes += event.length;
    version += 1;
  }
  if (chunk.length > 0) yield { version, events: chunk };
}

function* summaryFrames(
  entries: readonly Entry[],
  summaries: readonly Buffer[],
  keys: ReadonlyMap<number, readonly string[]>,
): Generator<WrittenChange[]> {
  let [changes, bytes]: [WrittenChange[], number] = [[], 0];
  for (const [index, entry] of entries.entries()) {
    const summary = summaries[index] as Buffer;
    const claims = keys.get(entry.number) ?? [];
    if (bytes > FRAME_BYTES) {
      yield changes;
      [changes, bytes] = [[], 0];
    }
    changes.push({ ...fixed(entry), version: entry.version, events: [], summary, claims });
    bytes += summary.length;
  }
  if (changes.length > 0) yield changes;
}
