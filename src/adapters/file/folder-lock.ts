/**
 * Keeps a folder to one store. Node has no locks of the system, so each that opens puts a file into the folder whose name
 * says which process it is, and then looks who else has one there: of two, at least one sees the other.
 */
import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";

import type { Clock } from "../../core/time/clock.ts";
import type { FileSystem, OpenFile } from "../../ports/file-system.ts";
import { systemError, writeAll } from "./bytes.ts";
import { isAlive, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

const NAME = /^incidents\.lock\.(\d{1,10})-(\d{1,20})-([0-9a-f]{12})-[0-9a-f]{8}$/;
/** How often the file is written anew, for those who cannot ask whether this process lives. */
const BEAT_MS = 2_000;
/** How long they look. */
const WATCH_MS = 12_000;
/** With beats that are older, somebody may have given this process up. */
const DOUBTFUL_MS = 6_000;
const LOOK_AGAIN_MS = 10;
const MOST_LOOKS = 200;

/** Names of files of this process that stand for no store any more, and that the disk would not remove. */
const abandoned = new Set<string>();

/** A folder that nobody else may write to. */
export class FolderLock {
  readonly #fileSystem: FileSystem;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #file: OpenFile;
  #beats = 0;
  #lastBeat: number;
  #stopTimer: () => void = () => undefined;
  #released = false;
  #isLost = false;

  private constructor(fileSystem: FileSystem, clock: Clock, path: string, file: OpenFile) {
    this.#fileSystem = fileSystem;
    this.#clock = clock;
    this.#path = path;
    this.#file = file;
    this.#lastBeat = clock.monotonic();
  }

  /** @throws Error with the code `EBUSY` and the `pid` of who has the folder */
  static async take(fileSystem: FileSystem, folder: string, clock: Clock): Promise<FolderLock> {
    const { pid, started, place } = ownIdentity();
    const own = `incidents.lock.${String(pid)}-${started}-${place}-${randomUUID().slice(0, 8)}`;
    const path = join(folder, own);
    const lock = new FolderLock(fileSystem, clock, path, await fileSystem.open(path, "create"));
    try {
      await lock.#wait(folder, own);
      await lock.#beat();
      lock.#goOn();
      return lock;
    } catch (error) {
      await lock.release().catch(() => undefined);
      throw error;
    }
  }

  /** Whether nobody else has been led to believe that this process is dead. */
  async isHeld(): Promise<boolean> {
    if (this.#isLost) return false;
    if (this.#clock.monotonic() - this.#lastBeat < DOUBTFUL_MS) return true;
    return this.#isThere();
  }

  async release(): Promise<void> {
    this.#stopTimer();
    if (!this.#released) {
      this.#released = true;
      await this.#file.close().catch(() => undefined);
    }
    const name = basename(this.#path);
    abandoned.add(name);
    await this.#fileSystem.remove(this.#path);
    abandoned.delete(name);
  }

  /** Waits until nobody else has the folder, or refuses. */
  async #wait(folder: string, own: string): Promise<void> {
    for (let looks = 0; ; looks += 1) {
      const others = (await this.#fileSystem.list(folder)).filter((name) => name !== own && NAME.test(name)).sort();
      let rival: string | undefined;
      for (const other of others) {
        if (abandoned.has(other) || (await this.#isDead(join(folder, other), identityIn(other)))) {
          await this.#fileSystem.remove(join(folder, other));
        } else rival ??= other;
      }
      if (rival === undefined) return;
      // Who has the folder has written to its file. Of two that want it at once, the first by name waits for the other,
      // who gives up, unless it had looked before this one was there.
      const facts = await this.#fileSystem.stat(join(folder, rival));
      const isHolder = (facts?.size ?? 0) > 0;
      if (isHolder || rival < own || looks >= MOST_LOOKS) throw busy(folder, identityIn(rival));
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** Asks the system, if it can know. Otherwise the file's beats tell. */
  async #isDead(path: string, identity: ProcessIdentity): Promise<boolean> {
    const alive = isAlive(identity);
    if (alive !== undefined) return !alive;
    const first = await this.#fileSystem.stat(path);
    for (let waited = 0; waited < WATCH_MS; waited += BEAT_MS / 4) {
      await pause(BEAT_MS / 4);
      const facts = await this.#fileSystem.stat(path);
      if (facts === undefined) return true;
      if (facts.modifiedAt !== first?.modifiedAt || facts.size !== first.size) return false;
    }
    return true;
  }

  async #beat(): Promise<void> {
    const at = this.#clock.monotonic();
    this.#beats += 1;
    await writeAll(this.#file, 0, Buffer.from(`${String(this.#beats).padStart(15)}\n`));
    // A file that was removed can still be written to.
    if (await this.#isThere()) this.#lastBeat = at;
  }

  /** Whether the file is there; who has lost it once gets it back by opening the store again only. */
  async #isThere(): Promise<boolean> {
    if ((await this.#fileSystem.stat(this.#path)) === undefined) this.#isLost = true;
    return !this.#isLost;
  }

  #goOn(): void {
    this.#stopTimer = this.#clock.schedule(() => {
      // A beat that fails is one that is missing: before the next commit it is asked whether the file is still there.
      void this.#beat()
        .catch(() => undefined)
        .finally(() => {
          if (!this.#released) this.#goOn();
        });
    }, BEAT_MS);
  }
}

function identityIn(name: string): ProcessIdentity {
  const [, pid = "", started = "", place = ""] = NAME.exec(name) ?? [];
  return { pid: Number(pid), started, place };
}

function busy(folder: string, { pid, started, place }: ProcessIdentity): Error {
  const own = ownIdentity();
  const isSame = pid === own.pid && started === own.started && place === own.place;
  const where = place === own.place ? "" : " in another container or on another machine";
  const who = isSame
    ? `this process, ${String(pid)}; close the store there first`
    : `process ${String(pid)}${where}; one store at a time`;
  return Object.assign(systemError("EBUSY", `${folder} is in use by ${who}`), { pid });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
