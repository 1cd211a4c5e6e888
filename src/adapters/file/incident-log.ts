/** The file that incidents are appended to, and what is done when the disk fails. */
import type { FileSystem, OpenFile } from "../../ports/file-system.ts";
import { copyBytes, replaceFile, systemError, writeAll } from "./bytes.ts";
import { encodeFrame } from "./frames.ts";
import { HEADER_LENGTH, headerOf } from "./log-header.ts";
import { scanFrames } from "./log-scan.ts";

/** Where a frame was put. */
export interface Appended {
  readonly at: number;
  readonly length: number;
}

/** A file that readers share with the writer; it is closed when the last of them is through. */
class SharedFile {
  readonly file: OpenFile;
  #users = 1;

  constructor(file: OpenFile) {
    this.file = file;
  }

  take(): void {
    this.#users += 1;
  }

  async letGo(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) await this.file.close();
  }
}

/** One log. Only one call of `append`, `mend` and `replace` may run at a time. */
export class IncidentLog {
  readonly #fileSystem: FileSystem;
  readonly #path: string;
  #shared: SharedFile;
  #length: number;
  /**
   * What the last failure has left: bytes behind the safe ones after a write; nothing that can be relied upon after a sync,
   * since the system may have forgotten what it could not write, and would call the next sync a success.
   */
  #unsure: "written" | "unsynced" | undefined;

  constructor(fileSystem: FileSystem, path: string, file: OpenFile, length: number) {
    this.#fileSystem = fileSystem;
    this.#path = path;
    this.#shared = new SharedFile(file);
    this.#length = length;
  }

  /** A new log with nothing in it. */
  static async create(fileSystem: FileSystem, path: string): Promise<IncidentLog> {
    const header = headerOf(0);
    const file = await replaceFile(fileSystem, path, (aside) => writeAll(aside, 0, header));
    return new IncidentLog(fileSystem, path, file, header.length);
  }

  /** How many bytes are safe. */
  get length(): number {
    return this.#length;
  }

  /** Appends one frame for each payload, with one write and one sync. After a failure, none of them counts. */
  async append(payloads: readonly Buffer[]): Promise<Appended[]> {
    await this.mend();
    await this.#checkWhole();
    const places: Appended[] = [];
    let bytes = 0;
    const lines = payloads.map((payload) => {
      const line = encodeFrame(payload, bytes);
      places.push({ at: this.#length + bytes, length: line.length });
      bytes += line.length;
      return line;
    });
    try {
      await writeAll(this.#shared.file, this.#length, lines.length === 1 ? (lines[0] as Buffer) : Buffer.concat(lines));
    } catch (error) {
      this.#unsure = "written";
      throw error;
    }
    try {
      await this.#shared.file.datasync();
    } catch (error) {
      this.#unsure = "unsynced";
      throw error;
    }
    this.#length += bytes;
    return places;
  }

  /** Takes away what the last failure has left, if there was one. */
  async mend(): Promise<void> {
    if (this.#unsure === "written") {
      try {
        await this.#shared.file.truncate(this.#length);
        await this.#shared.file.datasync();
        this.#unsure = undefined;
        return;
      } catch {
        this.#unsure = "unsynced";
      }
    }
    if (this.#unsure === undefined) return;
    const length = this.#length;
    const file = await replaceFile(this.#fileSystem, this.#path, async (aside) => {
      await copyBytes(this.#shared.file, aside, length);
      const scan = await scanFrames(aside, HEADER_LENGTH, length, () => undefined);
      if (scan.length !== length || scan.damages.length > 0) {
        throw systemError("EIO", `what was safe in ${this.#path} cannot be read any more`);
      }
    });
    this.#change(file, length);
  }

  /** Goes on with another file that `rename` puts in the place of this one. */
  async replace(file: OpenFile, length: number, rename: () => Promise<void>): Promise<void> {
    try {
      await rename();
    } catch (error) {
      // Which of the two would be there after a power cut, nobody can tell.
      this.#unsure = "unsynced";
      throw error;
    }
    this.#change(file, length);
  }

  /** Lets `read` read; the file stays the same meanwhile. What it reads must have been found before it is called. */
  async reading<T>(read: (file: OpenFile) => Promise<T>): Promise<T> {
    const shared = this.#shared;
    shared.take();
    try {
      return await read(shared.file);
    } finally {
      await shared.letGo().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#shared.letGo();
  }

  /** Rejects if somebody else has cut or removed the file: what is added to it would be read by nobody. */
  async #checkWhole(): Promise<void> {
    const size = (await this.#fileSystem.stat(this.#path))?.size;
    if (size !== undefined && size >= this.#length) return;
    const found = size === undefined ? "is gone" : `has ${String(size)} bytes`;
    throw systemError(
      "EIO",
      `${this.#path} ${found}, where ${String(this.#length)} bytes were safe: somebody else has removed or cut it; nothing is added to it`,
    );
  }

  #change(file: OpenFile, length: number): void {
    const before = this.#shared;
    this.#shared = new SharedFile(file);
    this.#length = length;
    this.#unsure = undefined;
    // Nothing that is worth keeping is in it any more.
    void before.letGo().catch(() => undefined);
  }
}
