/** Finds some processes and all that come from them, again and again while they come and go. */
import type { ProcessEntry, ProcessTable } from "./process-table.ts";

/** What is looked for. */
export interface SearchOptions {
  /** Whether a process is one of them, by itself. Their descendants are found without it. */
  readonly isOne: (entry: ProcessEntry) => boolean;
  /** Older processes cannot be among them. */
  readonly since?: number;
}

/**
 * Remembers whom it has found: who was begun by one of them belongs to them for good, even when what it came from is gone
 * and its environment was wiped.
 */
export class ProcessSearch {
  readonly #table: ProcessTable;
  readonly #options: SearchOptions;
  readonly #found = new Map<string, ProcessEntry>();

  constructor(table: ProcessTable, options: SearchOptions) {
    this.#table = table;
    this.#options = options;
  }

  /** All that were found so far, whether they live or not. */
  get found(): Iterable<ProcessEntry> {
    return this.#found.values();
  }

  /** Those that live now. `visit` is called for each at the moment in which it is found. */
  async look(visit: (entry: ProcessEntry) => void = () => undefined): Promise<readonly ProcessEntry[]> {
    const { isOne, since = 0 } = this.#options;
    const living = new Map<number, ProcessEntry>();
    const others = new Map<number, ProcessEntry[]>();
    const take = (entry: ProcessEntry): void => {
      this.#found.set(identityOf(entry), entry);
      living.set(entry.pid, entry);
      visit(entry);
    };
    await this.#table.each((entry) => {
      if (entry.isOver || entry.started < since || entry.pid === process.pid || entry.pid <= 1) return;
      if (this.#found.has(identityOf(entry)) || isOne(entry)) take(entry);
      else others.set(entry.parent, [...(others.get(entry.parent) ?? []), entry]);
    });
    // Grows while it is walked: children of children come in at its end.
    for (const { pid } of living.values()) {
      for (const child of others.get(pid) ?? []) if (this.lives(child)) take(child);
    }
    return [...living.values()];
  }

  /** Whether this very process still lives. */
  lives(entry: ProcessEntry): boolean {
    const now = this.#table.find(entry.pid);
    return now !== undefined && !now.isOver && identityOf(now) === identityOf(entry);
  }
}

function identityOf({ pid, started }: ProcessEntry): string {
  return `${String(pid)} ${String(started)}`;
}
