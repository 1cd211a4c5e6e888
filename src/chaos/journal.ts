/** What was injected and not yet undone, written down before it is done: after a crash it is all there is. */
import { type AskOptions, askStore, readMapping } from "../core/ask.ts";
import type { Clock } from "../core/clock.ts";
import { AdapterError } from "../core/errors.ts";
import { z } from "../core/schema.ts";
import { Turns } from "../core/turns.ts";
import type { StateStore } from "../ports/store.ts";

import type { Injection } from "./model.ts";

/** An injection that is not undone, as far as the journal knows. */
export interface OpenInjection extends Injection {
  readonly run: string;
  readonly experiment: string;
  readonly at: number;
}

const MOST = 10_000;
const entry = z.object({
  id: z.string(),
  kind: z.string(),
  target: z.string(),
  details: z.record(z.string(), z.json()),
  run: z.string(),
  experiment: z.string(),
  at: z.number(),
});
const DOCUMENT = z.object({ version: z.literal(1), open: z.array(entry).max(MOST) });

/** Kept in a {@link StateStore} under one key; a change that resolved is kept. One process at a time may have it. */
export class ChaosJournal {
  readonly #store: StateStore;
  readonly #key: string;
  readonly #limits: { readonly clock: Clock; readonly timeoutMs: number };
  readonly #turns = new Turns();
  readonly #open = new Map<string, OpenInjection>();

  constructor(store: StateStore, key: string, limits: { readonly clock: Clock; readonly timeoutMs: number }) {
    this.#store = store;
    this.#key = key;
    this.#limits = limits;
  }

  /** What an earlier process has left open. @throws {@link AdapterError} if it cannot be read: then nobody knows */
  async load(): Promise<readonly OpenInjection[]> {
    const text = await askStore((options) => this.#store.load(this.#key, options), this.#ask("load"));
    if (text === undefined) return [];
    const read = DOCUMENT.safeParse(readMapping(text, "the chaos journal", unreadable));
    if (!read.success) throw unreadable("it is none of ours, or damaged");
    for (const one of read.data.open as readonly OpenInjection[]) this.#open.set(one.id, one);
    return this.open;
  }

  /** All that is not undone. */
  get open(): readonly OpenInjection[] {
    return [...this.#open.values()];
  }

  /** Writes down what is about to be done. Nothing may be injected before this has resolved. */
  async add(injection: OpenInjection): Promise<void> {
    if (this.#open.size >= MOST) throw unreadable(`${String(MOST)} injections are not undone yet`);
    this.#open.set(injection.id, injection);
    try {
      await this.#save();
    } catch (error) {
      // It will not be injected; whether it was written does not matter, as undoing it does no harm.
      this.#open.delete(injection.id);
      throw error;
    }
  }

  /** Forgets what was undone. If that cannot be kept, it is undone once more at the next start. */
  async remove(id: string): Promise<void> {
    if (this.#open.delete(id)) await this.#save();
  }

  #save(): Promise<void> {
    return this.#turns.take(this.#key, () =>
      askStore(
        (options) => this.#store.save(this.#key, JSON.stringify({ version: 1, open: this.open }), options),
        this.#ask("save"),
      ),
    );
  }

  #ask(operation: string): AskOptions {
    return { ...this.#limits, adapter: "chaos journal", operation, keepAlive: true };
  }
}

function unreadable(message: string, cause?: unknown): AdapterError {
  return new AdapterError(message, { adapter: "chaos-journal", operation: "be used", retryable: false, cause });
}
