/** A file system in memory that fails when it is told to, and forgets what was not synced when the power goes. */
import { dirname } from "node:path";

import { invalid, show } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { FileFacts, FileSystem, OpenFile } from "../ports/file-system.ts";

/**
 * What goes wrong with a call of a {@link FaultyFileSystem}:
 *
 * - `EIO`, `ENOSPC`: it rejects with that code. A write has by then taken half of the bytes; what a sync was to make safe is lost
 *   in the next crash, even if a later sync succeeds, as it is on a machine's disk.
 * - `short-write`: a write takes half of the bytes, and says so. Other calls work.
 * - `crash`: the power goes in the midst of it. That call and all others reject until `restart()`.
 */
export type FileFault = "EIO" | "ENOSPC" | "short-write" | "crash";

/** Which call fails, and how. */
export interface FileFaultPlan {
  /** Which of the calls from now on, from 1 upwards. */
  readonly call: number;
  readonly fault: FileFault;
  /** How many calls in a row fail; 1 unless told. */
  readonly times?: number;
  /** For a crash: see {@link FaultyFileSystem.crash}. */
  readonly random?: Random;
}

interface Edit {
  readonly at: number;
  /** Undefined cuts the file off at `at`. */
  readonly bytes: Uint8Array | undefined;
}

/** A file as programs see it, as it is on the disk, and what has to be done to the one to get the other. */
class Node {
  seen: Uint8Array = new Uint8Array(0);
  disk: Uint8Array = new Uint8Array(0);
  unsynced: Edit[] = [];
  modifiedAt = 0;

  edit(edit: Edit): void {
    this.seen = edited(this.seen, edit);
    this.unsynced.push(edit);
    this.modifiedAt += 1;
  }

  sync(): void {
    for (const edit of this.unsynced) this.disk = edited(this.disk, edit);
    this.unsynced = [];
  }
}

/** Disks write by sectors: of a write that was not synced, any of them may be there. */
const SECTOR = 512;

/**
 * A file system in memory for tests of what is kept in files. It counts its calls, fails the one that it is told to
 * fail, and has a power cut: then everything is gone that was not synced, names whose folder was not synced among it.
 *
 * Paths are taken as they are written. Folders survive a crash.
 *
 * @example
 * ```ts
 * import { FileStateStore } from "nines/file";
 * import { FaultyFileSystem } from "nines/testing";
 *
 * const fileSystem = new FaultyFileSystem();
 * const store = new FileStateStore("/state", { fileSystem });
 * await store.save("key", "old");
 * fileSystem.failAt({ call: 3, fault: "ENOSPC" });
 * const trouble = await store.save("key", "new").catch((error: Error) => error.message);
 * fileSystem.crash();
 * fileSystem.restart();
 * const kept = await store.load("key");
 * if (kept !== "old") throw new Error(`${String(kept)} after ${String(trouble)}`);
 * ```
 */
export class FaultyFileSystem implements FileSystem {
  readonly #folders = new Set<string>();
  /** Files by their names, as programs see them and as they are on the disk. */
  readonly #seen = new Map<string, Node>();
  readonly #disk = new Map<string, Node>();
  #calls = 0;
  #plan: FileFaultPlan | undefined;
  #struck: string | undefined;
  /** Files that were open when the power went stay dead. */
  #boots = 0;
  #isDown = false;

  /** How many calls there were since the last `failAt`, those to open files among them. */
  get calls(): number {
    return this.#calls;
  }

  /** The call that was made to fail, such as `"datasync /state/incidents.log"`; undefined if none was yet. */
  get struck(): string | undefined {
    return this.#struck;
  }

  /** Whether the power is gone. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Counts from now on, and makes one call fail; without a plan none fails. */
  failAt(plan?: FileFaultPlan): void {
    if (plan !== undefined && !(Number.isInteger(plan.call) && plan.call >= 1)) {
      throw invalid("call", `${show(plan.call)} is no number of a call; the first one is 1`);
    }
    this.#plan = plan;
    this.#calls = 0;
    this.#struck = undefined;
  }

  /**
   * The power goes: every call rejects until {@link restart}, and what was not synced is lost. With `random`, each sector of
   * what was written and not synced may have reached the disk all the same, in any order, and each name too.
   */
  crash(random?: Random): void {
    this.#isDown = true;
    this.#boots += 1;
    const survives = (): boolean => random !== undefined && random.next() < 0.5;
    for (const name of new Set([...this.#seen.keys(), ...this.#disk.keys()])) {
      if (survives()) rename(this.#disk, name, this.#seen.get(name));
    }
    this.#seen.clear();
    for (const [name, node] of this.#disk) {
      for (const edit of node.unsynced) {
        for (const part of sectors(edit)) if (survives()) node.disk = edited(node.disk, part);
      }
      node.unsynced = [];
      node.seen = node.disk;
      this.#seen.set(name, node);
    }
  }

  /** The machine comes up again, with what is on its disk. */
  restart(): void {
    this.#isDown = false;
  }

  /** What programs see in a file; undefined if there is none. */
  content(path: string): Uint8Array | undefined {
    return this.#seen.get(path)?.seen.slice();
  }

  /** Puts a file there that is safe, whatever was in its place. */
  put(path: string, bytes: Uint8Array): void {
    const node = new Node();
    node.seen = bytes.slice();
    node.disk = node.seen;
    this.#addFolder(dirname(path));
    this.#seen.set(path, node);
    this.#disk.set(path, node);
  }

  /** Removes files whose paths `which` says yes to, for good: those of processes that the power cut has ended, say. */
  forget(which: (path: string) => boolean): void {
    for (const names of [this.#seen, this.#disk]) {
      for (const path of [...names.keys()]) if (which(path)) names.delete(path);
    }
  }

  async open(path: string, mode: "read" | "write" | "create"): Promise<OpenFile> {
    this.#call(`open ${path}`);
    let node = this.#seen.get(path);
    if (mode === "create") {
      if (node !== undefined) throw failed("EEXIST", `open ${path}`);
      if (!this.#folders.has(dirname(path))) throw failed("ENOENT", `open ${path}`);
      node = new Node();
      this.#seen.set(path, node);
    }
    if (node === undefined) throw failed("ENOENT", `open ${path}`);
    return this.#opened(path, node);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#call(`rename ${from}`);
    const node = this.#seen.get(from);
    if (node === undefined) throw failed("ENOENT", `rename ${from}`);
    this.#seen.delete(from);
    this.#seen.set(to, node);
  }

  async remove(path: string): Promise<void> {
    this.#call(`remove ${path}`);
    this.#seen.delete(path);
  }

  async list(folder: string): Promise<readonly string[]> {
    this.#call(`list ${folder}`);
    if (!this.#folders.has(folder)) throw failed("ENOENT", `list ${folder}`);
    return this.#namesIn(this.#seen, folder).map((path) => path.slice(folder.length + 1));
  }

  async makeFolder(path: string): Promise<void> {
    this.#call(`makeFolder ${path}`);
    this.#addFolder(path);
  }

  async syncFolder(path: string): Promise<void> {
    const names = new Set([...this.#namesIn(this.#seen, path), ...this.#namesIn(this.#disk, path)]);
    const changed = [...names].filter((name) => this.#seen.get(name) !== this.#disk.get(name));
    this.#call(`syncFolder ${path}`);
    for (const name of changed) rename(this.#disk, name, this.#seen.get(name));
  }

  async stat(path: string): Promise<FileFacts | undefined> {
    this.#call(`stat ${path}`);
    const node = this.#seen.get(path);
    return node === undefined ? undefined : { size: node.seen.length, modifiedAt: node.modifiedAt };
  }

  #opened(path: string, node: Node): OpenFile {
    const boot = this.#boots;
    let isOpen = true;
    const call = (operation: string): FileFault | undefined => {
      if (boot !== this.#boots || !isOpen) throw failed("EBADF", `${operation} ${path}`);
      return this.#call(`${operation} ${path}`, operation === "write");
    };
    return {
      read: async (position, into) => {
        call("read");
        const bytes = node.seen.subarray(position, position + into.length);
        into.set(bytes);
        return bytes.length;
      },
      write: async (position, bytes) => {
        const fault = call("write");
        const taken = fault === undefined ? bytes.length : Math.ceil(bytes.length / 2);
        if (taken > 0) node.edit({ at: position, bytes: bytes.slice(0, taken) });
        if (fault === "crash") this.crash(this.#plan?.random);
        if (fault !== undefined && fault !== "short-write") throw failed(fault, `write ${path}`);
        return taken;
      },
      truncate: async (length) => {
        call("truncate");
        node.edit({ at: length, bytes: undefined });
      },
      datasync: async () => {
        try {
          call("datasync");
        } catch (error) {
          // The system has given these up, and will not try them again.
          node.unsynced = [];
          throw error;
        }
        node.sync();
      },
      size: async () => {
        call("size");
        return node.seen.length;
      },
      close: async () => {
        // Whatever it answers, the file is not open any more.
        try {
          call("close");
        } finally {
          isOpen = false;
        }
      },
    };
  }

  /** Counts a call. Faults of a write are the write's to act on; any other call throws them. */
  #call(what: string, isWrite = false): FileFault | undefined {
    if (this.#isDown) throw failed("EIO", `${what}: there is no power`);
    this.#calls += 1;
    if (this.#plan === undefined) return undefined;
    const { call, fault, times = 1, random } = this.#plan;
    if (this.#calls < call || this.#calls >= call + times) return undefined;
    if (fault === "short-write" && !isWrite) return undefined;
    this.#struck ??= what;
    if (isWrite) return fault;
    if (fault === "crash") this.crash(random);
    throw failed(fault, what);
  }

  #addFolder(path: string): void {
    for (let folder = path; !this.#folders.has(folder); folder = dirname(folder)) this.#folders.add(folder);
  }

  #namesIn(names: ReadonlyMap<string, Node>, folder: string): string[] {
    return [...names.keys()].filter((path) => dirname(path) === folder);
  }
}

function rename(names: Map<string, Node>, name: string, node: Node | undefined): void {
  if (node === undefined) names.delete(name);
  else names.set(name, node);
}

function edited(bytes: Uint8Array, { at, bytes: added }: Edit): Uint8Array {
  if (added === undefined) {
    const cut = new Uint8Array(at);
    cut.set(bytes.subarray(0, at));
    return cut;
  }
  // What lies between the end and a write behind it reads as zeros.
  const grown = new Uint8Array(Math.max(bytes.length, at + added.length));
  grown.set(bytes);
  grown.set(added, at);
  return grown;
}

function sectors({ at, bytes }: Edit): Edit[] {
  if (bytes === undefined) return [{ at, bytes }];
  const parts: Edit[] = [];
  for (let from = 0; from < bytes.length;) {
    const until = Math.min(bytes.length, from + SECTOR - ((at + from) % SECTOR));
    parts.push({ at: at + from, bytes: bytes.subarray(from, until) });
    from = until;
  }
  return parts;
}

function failed(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
