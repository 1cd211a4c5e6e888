/** Commits that are decided upon and not yet safe: what comes behind them is judged as if they were. */
import { claimConflict, versionConflict } from "../../incident/conflicts.ts";
import type { IncidentChange } from "../../ports/incident-store.ts";
import { encodeChanges, type WrittenChange } from "./changes.ts";
import { LARGEST_PAYLOAD } from "./frames.ts";
import type { IncidentIndex } from "./incident-index.ts";

/** What a commit answers. */
export type Committed = readonly { readonly number: number; readonly version: number }[];

/** One commit that waits. */
export interface Waiting {
  readonly payload: Buffer;
  readonly changes: readonly WrittenChange[];
  readonly answer: Committed;
  readonly resolve: (answer: Committed) => void;
  readonly reject: (reason: unknown) => void;
}

/** Judges commits, and holds those that wait. */
export class IncidentQueue {
  #index: IncidentIndex;
  #waiting: Waiting[] = [];
  readonly #versions = new Map<number, number>();
  readonly #claims = new Map<string, number>();
  #highest: number;

  constructor(index: IncidentIndex) {
    this.#index = index;
    this.#highest = index.highest;
  }

  /** Goes on with an index that says the same, of another file. */
  moveTo(index: IncidentIndex): void {
    this.#index = index;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** How a commit would be written. @throws ConflictError if somebody else was first, or will be */
  decide(changes: readonly IncidentChange[]): WrittenChange[] {
    const versions = new Map<number, number>();
    const claims = new Map<string, number>();
    let highest = this.#highest;
    return changes.map((change) => {
      const isNew = change.number === undefined;
      const number = change.number ?? (highest += 1);
      const known = versions.get(number) ?? this.#versions.get(number) ?? this.#index.entry(number)?.version;
      const version = isNew ? 0 : known;
      if (version === undefined || version !== change.expectedVersion) {
        throw versionConflict(change.number, change.expectedVersion, version ?? 0);
      }
      for (const { key, from } of change.claims ?? []) {
        const holder = claims.get(key) ?? this.#claims.get(key) ?? this.#index.claims.get(key);
        if (holder !== from) throw claimConflict(key, from, holder);
        claims.set(key, number);
      }
      versions.set(number, version + change.events.length);
      return {
        number,
        version: version + change.events.length,
        open: change.open,
        dueAt: change.dueAt,
        events: change.events,
        summary: change.summary,
        claims: (change.claims ?? []).map(({ key }) => key),
      };
    });
  }

  /** Lets commits that were decided wait, and answers once they are safe, or are not to be. */
  add(changes: readonly WrittenChange[], payload: Buffer): Promise<Committed> {
    for (const { number, version, claims } of changes) {
      this.#versions.set(number, version);
      for (const key of claims) this.#claims.set(key, number);
      if (number > this.#highest) this.#highest = number;
    }
    const answer = changes.map(({ number, version }) => ({ number, version }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ payload, changes, answer, resolve, reject });
    });
  }

  /** The next of them, so many bytes at most, but one at least. They go on counting as decided. */
  take(mostBytes: number): Waiting[] {
    let [count, bytes] = [0, 0];
    for (const { payload } of this.#waiting) {
      bytes += payload.length;
      if (count > 0 && bytes > mostBytes) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Forgets what is in the index by now. */
  settle(waiting: readonly Waiting[]): void {
    for (const { changes } of waiting) {
      for (const { number, version, claims } of changes) {
        if (this.#versions.get(number) === version) this.#versions.delete(number);
        for (const key of claims) if (this.#claims.get(key) === number) this.#claims.delete(key);
      }
    }
  }

  /** Forgets all that waits, since what it was judged by did not become true; returns it. */
  drop(): Waiting[] {
    const dropped = this.#waiting;
    this.#waiting = [];
    this.#versions.clear();
    this.#claims.clear();
    this.#highest = this.#index.highest;
    return dropped;
  }

  /** Whether nothing that waits has anything to do with a commit's being refused. */
  isFinal(changes: readonly IncidentChange[]): boolean {
    try {
      new IncidentQueue(this.#index).decide(changes);
      return false;
    } catch {
      return true;
    }
  }
}

/** The payload of a commit. @throws RangeError if it is larger than a frame may be */
export function payloadOf(changes: readonly WrittenChange[]): Buffer {
  const payload = encodeChanges(changes);
  if (payload.length > LARGEST_PAYLOAD) {
    throw new RangeError(`a commit of ${String(payload.length)} bytes; at most ${String(LARGEST_PAYLOAD)} bytes`);
  }
  return payload;
}
