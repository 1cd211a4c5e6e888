/** Incidents in memory: for tests, and for a process that may forget. */
import type { CallOptions } from "../ports/store.ts";
import type { IncidentChange, IncidentPage, IncidentRow, IncidentStore } from "../ports/incident-store.ts";

import { claimConflict, versionConflict } from "./conflicts.ts";

interface Kept {
  readonly row: IncidentRow;
  readonly events: string[];
}

/**
 * Keeps incidents until the process ends.
 *
 * @example
 * ```ts
 * import { IncidentManager, MemoryIncidentStore } from "nines";
 *
 * const incidents = new IncidentManager({ store: new MemoryIncidentStore() });
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann" });
 * if (id !== "INC-0001") throw new Error(id);
 * ```
 */
export class MemoryIncidentStore implements IncidentStore {
  readonly #kept: Kept[] = [];
  readonly #claims = new Map<string, number>();

  async commit(
    changes: readonly IncidentChange[],
    options: CallOptions = {},
  ): Promise<readonly { number: number; version: number }[]> {
    options.signal?.throwIfAborted();
    this.#check(changes);
    return changes.map((change) => this.#make(change));
  }

  async read(number: number, options: CallOptions & { readonly after?: number } = {}): Promise<readonly string[]> {
    options.signal?.throwIfAborted();
    return this.#kept[number - 1]?.events.slice(options.after ?? 0) ?? [];
  }

  async rows({ limit, newestFirst = false, beyond, open, signal }: IncidentPage): Promise<readonly IncidentRow[]> {
    signal?.throwIfAborted();
    const step = newestFirst ? -1 : 1;
    const found: IncidentRow[] = [];
    let number = (beyond ?? (newestFirst ? this.#kept.length + 1 : 0)) + step;
    for (; found.length < limit && number >= 1 && number <= this.#kept.length; number += step) {
      const { row } = this.#kept[number - 1] as Kept;
      if (open === undefined || row.open === open) found.push(row);
    }
    return found;
  }

  async due(at: number, limit: number, options: CallOptions = {}): Promise<readonly number[]> {
    options.signal?.throwIfAborted();
    return this.#kept
      .map(({ row }) => row)
      .filter(({ dueAt }) => dueAt !== undefined && dueAt <= at)
      .sort((a, b) => (a.dueAt as number) - (b.dueAt as number))
      .slice(0, limit)
      .map(({ number }) => number);
  }

  async holderOf(key: string, options: CallOptions = {}): Promise<number | undefined> {
    options.signal?.throwIfAborted();
    return this.#claims.get(key);
  }

  /** Changes of one commit follow each other: each is checked against what those before it will leave. */
  #check(changes: readonly IncidentChange[]): void {
    const versions = new Map<number, number>();
    const holders = new Map<string, number>();
    let count = this.#kept.length;
    for (const { number, expectedVersion, events, claims = [] } of changes) {
      const version = number === undefined ? 0 : (versions.get(number) ?? this.#kept[number - 1]?.row.version);
      if (version !== expectedVersion) throw versionConflict(number, expectedVersion, version);
      if (number === undefined) count += 1;
      versions.set(number ?? count, version + events.length);
      for (const { key, from } of claims) {
        const holder = holders.get(key) ?? this.#claims.get(key);
        if (holder !== from) throw claimConflict(key, from, holder);
        holders.set(key, number ?? count);
      }
    }
  }

  #make(change: IncidentChange): { number: number; version: number } {
    const number = change.number ?? this.#kept.length + 1;
    const events = this.#kept[number - 1]?.events ?? [];
    for (const event of change.events) events.push(event);
    const { open, summary, dueAt } = change;
    const row = { number, version: events.length, open, summary, ...(dueAt === undefined ? {} : { dueAt }) };
    this.#kept[number - 1] = { row, events };
    for (const { key } of change.claims ?? []) this.#claims.set(key, number);
    return { number, version: events.length };
  }
}
