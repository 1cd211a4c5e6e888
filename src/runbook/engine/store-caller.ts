/** Calls a run store: ids instead of numbers, and calls that always end. */
import { askStore } from "../../core/ask.ts";
import type { Clock } from "../../core/time/clock.ts";
import { IncidentIds } from "../../incident/ids.ts";
import { newestRows } from "../../incident/row-pages.ts";
import { soundStore } from "../../incident/sound-store.ts";
import type { IncidentChange, IncidentPage, IncidentRow } from "../../ports/incident-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { RunStore } from "../../ports/run-store.ts";
import type { CallOptions } from "../../ports/store.ts";

import { readRunSummary, type RunSummary } from "../record.ts";

/** What a caller works with. */
export interface RunStoreCallerOptions {
  readonly store: RunStore;
  /** What ids of runs begin with. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The run that a key leads to. */
export interface KeyHolder {
  readonly id: string;
  readonly number: number;
  /** Whether it goes on. */
  readonly isOpen: boolean;
}

const CALL_MS = 10_000;
const MOST_DUE = 500;

/** The calls that a keeper makes. */
export class RunStoreCaller {
  readonly #store: RunStore;
  readonly #clock: Clock;
  readonly #ids: IncidentIds;

  constructor({ store, prefix, clock }: RunStoreCallerOptions) {
    this.#store = soundStore(store, "run store");
    this.#clock = clock;
    this.#ids = new IncidentIds(prefix, "a run");
  }

  /** `RUN-0001` for 1. */
  idOf(number: number): string {
    return this.#ids.idOf(number);
  }

  /** The run that `key` leads to. */
  async holder(key: string, call: CallOptions): Promise<KeyHolder | undefined> {
    const number = await this.#ask("read", call, (options) => this.#store.holderOf(key, options));
    if (number === undefined) return undefined;
    const row = await this.#row(number, call);
    return { id: this.#ids.idOf(number), number, isOpen: row?.open === true };
  }

  /** Until when a run is its owner's, in epoch milliseconds. */
  async leaseUntil(id: string, call: CallOptions): Promise<number | undefined> {
    return (await this.#row(this.#ids.numberOf(id), call))?.dueAt;
  }

  /** The events of a run beyond the first `after`. */
  read(id: string, after: number, call: CallOptions): Promise<readonly string[]> {
    const number = this.#ids.numberOf(id);
    return this.#ask("read", call, (options) => this.#store.read(number, { ...options, after }));
  }

  /** Makes a run; its number. */
  async commitNew(change: IncidentChange): Promise<number> {
    const [made] = await this.#ask("commit", {}, (options) => this.#store.commit([change], options));
    return (made as { readonly number: number }).number;
  }

  /** Adds to a run. */
  async commit(id: string, change: Omit<IncidentChange, "number">, call: CallOptions): Promise<void> {
    const number = this.#ids.numberOf(id);
    await this.#ask("commit", call, (options) => this.#store.commit([{ ...change, number }], options));
  }

  /** Ids of the runs whose lease is over at `at`. */
  async due(at: number, call: CallOptions): Promise<readonly string[]> {
    const numbers = await this.#ask("list", call, (options) => this.#store.due(at, MOST_DUE, options));
    return numbers.map((number) => this.#ids.idOf(number));
  }

  /** Runs, the newest first, read page by page as far as they are asked for. */
  async *list(
    open: boolean | undefined,
    call: CallOptions,
  ): AsyncGenerator<RunSummary & { readonly id: string }, void, undefined> {
    for await (const { number, summary } of newestRows(open, (page) => this.#rows(page, call))) {
      const id = this.#ids.idOf(number);
      yield { ...readRunSummary(summary, id), id };
    }
  }

  async #row(number: number, call: CallOptions) {
    const [row] = await this.#rows({ limit: 1, beyond: number - 1 }, call);
    return row?.number === number ? row : undefined;
  }

  #rows(page: IncidentPage, call: CallOptions): Promise<readonly IncidentRow[]> {
    return this.#ask("list", call, (options) => this.#store.rows({ ...page, ...options }));
  }

  #ask<T>(operation: string, { signal }: CallOptions, call: (options: CallOptions) => Promise<T>): Promise<T> {
    return askStore(call, { clock: this.#clock, timeoutMs: CALL_MS, adapter: "run store", operation, signal });
  }
}
