/** The life of an incident store on a disk that fails. */
import { FileIncidentStore } from "../../../src/adapters/file/incident-store.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { isReliabilityError } from "../../../src/core/errors.ts";
import type { Random } from "../../../src/core/random.ts";
import type { IncidentChange } from "../../../src/ports/incident-store.ts";
import type { FaultyFileSystem } from "../../../src/testing/faulty-file-system.ts";
import type { Life, LifeFigures } from "../fs-faults.ts";
import { expectTold, patiently } from "./state-life.ts";

const FOLDER = "/incidents";
const TRIES = 40;

/** Commits, alone and at once, compacts, opens again, and compares with what was acknowledged at every step. */
export const incidentLife: Life = async ({ fileSystem, random, steps, figures }) => {
  const world = new World(fileSystem, figures);
  await world.open();
  for (let step = 0; step < steps; step += 1) {
    const kind = random.next();
    if (kind < 0.15) await world.compact();
    else if (kind < 0.3) await world.reopen();
    else if (kind < 0.4) await world.loseConflict();
    else await world.commit(commits(random, world));
    await world.compare();
  }
  fileSystem.crash();
  await world.recover([]);
  await world.commit([[{ events: [world.event()] }]]);
  await world.compare();
  await world.reopen();
  await world.compare();
};

interface Draft {
  /** Undefined makes a new one. */
  readonly number?: number;
  readonly events: readonly string[];
}

/** What is committed at once: each touches other incidents than the others. */
function commits(random: Random, world: World): Draft[][] {
  const numbers = [...world.kept.keys()];
  return Array.from({ length: random.pick([1, 1, 3]) }, () =>
    Array.from({ length: random.pick([1, 1, 2]) }, () => {
      const events = Array.from({ length: random.integer(1, 3) }, () => world.event(random.pick([10, 300, 1_500])));
      const number = random.next() < 0.7 ? numbers.splice(random.integer(0, 9), 1)[0] : undefined;
      return number === undefined ? { events } : { number, events };
    }),
  );
}

class World {
  /** The events of each incident that were acknowledged. */
  readonly kept = new Map<number, readonly string[]>();
  readonly #fileSystem: FaultyFileSystem;
  readonly #figures: LifeFigures;
  #store: FileIncidentStore | undefined;
  #events = 0;
  #key: number | undefined;

  constructor(fileSystem: FaultyFileSystem, figures: LifeFigures) {
    this.#fileSystem = fileSystem;
    this.#figures = figures;
  }

  /** An event that is like no other one. */
  event(length = 10): string {
    this.#events += 1;
    return JSON.stringify({ id: this.#events, text: "ä".repeat(length) });
  }

  async open(): Promise<void> {
    this.#store = await patiently(
      () =>
        FileIncidentStore.open(FOLDER, {
          fileSystem: this.#fileSystem,
          // No beat of the lock is counted among the calls.
          clock: new ManualClock(),
          compactAtBytes: 10_000,
        }),
      () => this.#comeUp(),
    );
  }

  async reopen(): Promise<void> {
    await patiently(
      () => this.#opened.close(),
      () => this.#comeUp(),
    );
    await this.open();
  }

  async compact(): Promise<void> {
    await this.#orRecover(() => this.#opened.compact());
  }

  /** Somebody else was first: that is a conflict, whatever the disk does. */
  async loseConflict(): Promise<void> {
    const [first] = this.kept;
    if (first === undefined) return;
    const late = { number: first[0], expectedVersion: first[1].length + 1, events: ["{}"], summary: "{}", open: true };
    const told = await this.#opened.commit([late]).catch((error: unknown) => error);
    if (!isReliabilityError(told) || told.code !== "conflict") throw new Error("no conflict", { cause: told });
  }

  async commit(all: readonly (readonly Draft[])[]): Promise<void> {
    let waiting = all;
    let gaveUp = false;
    for (let tries = 1; waiting.length > 0; tries += 1) {
      if (tries > TRIES) throw new Error("no commit works any more");
      const settled = await Promise.allSettled(waiting.map((drafts) => this.#attempt(drafts)));
      const refused: (readonly Draft[])[] = [];
      for (const [index, result] of settled.entries()) {
        if (result.status === "fulfilled") continue;
        expectTold(result.reason);
        this.#figures.refused += 1;
        refused.push(waiting[index] as readonly Draft[]);
      }
      if (refused.length === 0) break;
      // The first of them is tried again. The others are given up: they must never come to light, though parts of them may
      // be on the disk right behind what the first one leaves there.
      waiting = (this.#fileSystem.isDown ? await this.recover(refused) : refused).slice(0, 1);
      gaveUp = true;
      await this.compare();
    }
    if (gaveUp) await this.reopen();
  }

  /** The store has what was acknowledged, and nothing else. */
  async compare(): Promise<void> {
    await this.#orRecover(async () => {
      const rows = await this.#opened.rows({ limit: 1_000 });
      if (rows.length !== this.kept.size)
        throw new Error(`${String(rows.length)} of ${String(this.kept.size)} incidents`);
      for (const { number, version, summary } of rows) {
        const kept = this.kept.get(number);
        const events = await this.#opened.read(number);
        const same = events.join() === kept?.join() && version === events.length && summary === summaryOf(events);
        if (!same) throw new Error(`incident ${String(number)} is not as it was acknowledged`);
      }
      const holder = await this.#opened.holderOf("key");
      if (holder !== this.#key) throw new Error(`the key leads to ${String(holder)}, not to ${String(this.#key)}`);
    });
  }

  /**
   * After a power cut: all that was acknowledged is there, and of each commit that was under way all or nothing. Returns the
   * commits that have left nothing.
   */
  async recover(underWay: readonly (readonly Draft[])[]): Promise<readonly (readonly Draft[])[]> {
    const found = await this.#readAll();
    const lost: (readonly Draft[])[] = [];
    const there = new Set([...found.values()].flat());
    for (const drafts of underWay) {
      const events = drafts.flatMap(({ events }) => events);
      const survivors = events.filter((event) => there.has(event)).length;
      if (survivors === 0) lost.push(drafts);
      else if (survivors !== events.length) throw new Error("half of a commit survived");
      else {
        this.#figures.survivedUntold += 1;
        for (const event of events) there.delete(event);
      }
    }
    for (const [number, events] of this.kept) {
      const start = found.get(number)?.slice(0, events.length);
      if (start?.join() !== events.join())
        throw new Error(`acknowledged events of incident ${String(number)} are lost`);
      for (const event of events) there.delete(event);
    }
    if (there.size > 0) throw new Error("there are events that nobody wrote, or not any more");
    for (const [number, events] of found) this.kept.set(number, events);
    return lost;
  }

  /** Opens the store after a power cut, however often the power goes meanwhile. */
  async #readAll(): Promise<Map<number, readonly string[]>> {
    for (;;) {
      this.#comeUp();
      await this.open();
      const found = new Map<number, readonly string[]>();
      try {
        await patiently(async () => {
          for (const { number } of await this.#opened.rows({ limit: 1_000 })) {
            found.set(number, await this.#opened.read(number));
          }
          this.#key = await this.#opened.holderOf("key");
        });
        return found;
      } catch (error) {
        if (!this.#fileSystem.isDown) throw error;
      }
    }
  }

  async #attempt(drafts: readonly Draft[]): Promise<void> {
    const changes = drafts.map(({ number, events }, index): IncidentChange => {
      const before = number === undefined ? [] : (this.kept.get(number) ?? []);
      const claims = drafts.length === 2 && index === 0 && this.#key === undefined ? [{ key: "key" }] : [];
      const shape = { events, summary: summaryOf([...before, ...events]), open: true, claims };
      const change = { ...shape, expectedVersion: before.length };
      return number === undefined ? change : { ...change, number };
    });
    const made = await this.#claimedOnce(changes);
    for (const [index, { number }] of made.entries()) {
      this.kept.set(number, [...(this.kept.get(number) ?? []), ...(drafts[index] as Draft).events]);
      if ((changes[index]?.claims ?? []).length > 0) this.#key = number;
    }
    this.#figures.acknowledged += 1;
  }

  /** Of several that want the key at once, all but one are told; those go without it. */
  async #claimedOnce(changes: readonly IncidentChange[]) {
    try {
      return await this.#opened.commit(changes);
    } catch (error) {
      if ((error as { code?: string }).code !== "conflict") throw error;
      const unclaimed = changes.map(({ claims: _, ...change }) => change);
      for (const change of changes) (change as { claims?: unknown }).claims = [];
      return await this.#opened.commit(unclaimed);
    }
  }

  get #opened(): FileIncidentStore {
    if (this.#store === undefined) throw new Error("it is not open");
    return this.#store;
  }

  async #orRecover(work: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await work();
        return;
      } catch (error) {
        expectTold(error);
        if (tries > TRIES) throw error;
        if (this.#fileSystem.isDown) await this.recover([]);
      }
    }
  }

  /** The machine comes up again; whoever held the folder did not live through that. */
  #comeUp(): void {
    if (!this.#fileSystem.isDown) return;
    this.#fileSystem.restart();
    this.#fileSystem.forget((path) => path.includes(".lock."));
  }
}

function summaryOf(events: readonly string[]): string {
  return JSON.stringify({ version: events.length, last: events.at(-1), text: "s".repeat(500) });
}
