/** A store of incidents, or of runs, that keeps the latest and forgets the others: what grows beside it is a leak. */
import type { IncidentChange, IncidentPage, IncidentRow, IncidentStore } from "../../../src/ports/incident-store.ts";
import { claimConflict, versionConflict } from "../../../src/incident/conflicts.ts";

interface Kept {
  row: IncidentRow;
  readonly events: string[];
  readonly keys: Set<string>;
}

/** Keeps what is open or due, and so many of the others. */
export class RecentIncidentStore implements IncidentStore {
  readonly #most: number;
  readonly #kept = new Map<number, Kept>();
  readonly #claims = new Map<string, number>();
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async commit(changes: readonly IncidentChange[]): Promise<readonly { number: number; version: number }[]> {
    await Promise.resolve();
    for (const { number, expectedVersion, claims = [] } of changes) {
      const version = number === undefined ? 0 : this.#kept.get(number)?.row.version;
      if (version !== expectedVersion) throw versionConflict(number, expectedVersion, version);
      for (const { key, from } of claims) {
        if (this.#claims.get(key) !== from) throw claimConflict(key, from, this.#claims.get(key));
      }
    }
    const made = changes.map((change) => this.#make(change));
    this.#forget();
    return made;
  }

  async read(number: number, { after = 0 }: { readonly after?: number } = {}): Promise<readonly string[]> {
    await Promise.resolve();
    return this.#kept.get(number)?.events.slice(after) ?? [];
  }

  async rows({ limit, newestFirst = false, beyond, open }: IncidentPage): Promise<readonly IncidentRow[]> {
    await Promise.resolve();
    const numbers = [...this.#kept.keys()].sort((one, other) => (newestFirst ? other - one : one - other));
    return numbers
      .filter((number) => beyond === undefined || (newestFirst ? number < beyond : number > beyond))
      .map((number) => this.#kept.get(number)!.row)
      .filter((row) => open === undefined || row.open === open)
      .slice(0, limit);
  }

  async due(at: number, limit: number): Promise<readonly number[]> {
    await Promise.resolve();
    return [...this.#kept.values()]
      .filter(({ row: { dueAt = Infinity } }) => dueAt <= at)
      .sort((one, other) => one.row.dueAt! - other.row.dueAt!)
      .slice(0, limit)
      .map(({ row: { number } }) => number);
  }

  async holderOf(key: string): Promise<number | undefined> {
    await Promise.resolve();
    return this.#claims.get(key);
  }

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  /** How many are open, or have something due. */
  get waiting(): number {
    return [...this.#kept.values()].filter(({ row }) => row.open || row.dueAt !== undefined).length;
  }

  #make({ number, events, summary, open, dueAt, claims = [] }: IncidentChange): { number: number; version: number } {
    const mine = number ?? (this.#count += 1);
    const before = this.#kept.get(mine);
    const kept = before ?? { row: { number: mine, version: 0, open, summary }, events: [], keys: new Set<string>() };
    kept.events.push(...events);
    const version = kept.events.length;
    kept.row = { number: mine, version, open, summary, ...(dueAt === undefined ? {} : { dueAt }) };
    this.#kept.set(mine, kept);
    for (const { key } of claims) {
      this.#claims.set(key, mine);
      kept.keys.add(key);
    }
    return { number: mine, version };
  }

  #forget(): void {
    if (this.#kept.size <= this.#most) return;
    for (const [number, { row, keys }] of this.#kept) {
      if (this.#kept.size <= this.#most) return;
      if (row.open || row.dueAt !== undefined) continue;
      this.#kept.delete(number);
      for (const key of keys) if (this.#claims.get(key) === number) this.#claims.delete(key);
    }
  }
}
