/** What was injected and not yet undone, written down before it is done: after a crash it is all there is. */
import { type AskOptions, askStore, readMapping } from "../core/ask.ts";
import type { Clock } from "../core/time/clock.ts";
import { AdapterError, ConflictError, invalid } from "../core/errors.ts";
import { frozen } from "../core/frozen.ts";
import { openPlain } from "../core/plain.ts";
import * as z from "../core/schema.ts";
import { Turns } from "../core/turns.ts";
import type { CallOptions, StateStore } from "../ports/store.ts";

import type { ChaosInjection } from "./model.ts";

/** An injection that is not undone, as far as the journal knows. */
export interface OpenInjection extends ChaosInjection {
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
const DOCUMENT = z.object({ version: z.literal(1), writer: z.string(), open: z.array(entry).max(MOST) });

/**
 * Kept in a {@link StateStore} under one key; a change that resolved is kept. Whoever opened it last has it: one that was opened before,
 * in another process, can write nothing more, and so injects nothing more.
 */
export class ChaosJournal {
  readonly #store: StateStore;
  readonly #key: string;
  readonly #limits: { readonly clock: Clock; readonly timeoutMs: number };
  readonly #turns = new Turns();
  readonly #open = new Map<string, OpenInjection>();
  readonly #writer: string;
  /** Settles with the last save, which may be long after that was given up. */
  #lastSave: Promise<void> = Promise.resolve();

  /** @param writer - unique for ever */
  constructor(
    store: StateStore,
    { key, writer }: { readonly key: string; readonly writer: string },
    limits: { readonly clock: Clock; readonly timeoutMs: number },
  ) {
    this.#store = store;
    this.#key = key;
    this.#writer = writer;
    this.#limits = limits;
  }

  /**
   * Takes over what an earlier process has left open. @throws {@link AdapterError} if it cannot be read, for then nobody knows, or
   * not be written
   */
  async take(): Promise<void> {
    await this.#turns.take(this.#key, async () => {
      for (const one of (await this.#read())?.open ?? []) this.#open.set(one.id, one);
      await this.#write();
    });
  }

  /** All that is not undone. */
  get open(): readonly OpenInjection[] {
    return [...this.#open.values()];
  }

  /**
   * Writes down what is about to be done; gives it as it is written down. Nothing may be injected before this has resolved.
   *
   * @throws {@link ConfigurationError} for what could not be read again
   */
  async add(given: OpenInjection): Promise<OpenInjection> {
    if (this.#open.size >= MOST) throw unreadable(`${String(MOST)} injections are not undone yet`);
    const injection = readable(given);
    this.#open.set(injection.id, injection);
    try {
      await this.#save();
    } catch (error) {
      // It will not be injected; whether it was written does not matter, as undoing it does no harm.
      this.#open.delete(injection.id);
      throw error;
    }
    return injection;
  }

  /** Forgets what was undone. If that cannot be kept, it is undone once more at the next start. */
  async remove(id: string): Promise<void> {
    if (this.#open.delete(id)) await this.#save();
  }

  #save(): Promise<void> {
    return this.#turns.take(this.#key, async () => {
      // One that was given up may be kept all the same, and must not be so after this one.
      await askStore(() => this.#lastSave, this.#ask("end an earlier save"));
      // What another has written down must not be lost by writing over it.
      const found = await this.#read();
      if (found !== undefined && found.writer !== this.#writer) {
        throw new ConflictError(
          "another runner has opened the chaos journal since, and undoes what is in it; give each process a store, or a key, of its own",
        );
      }
      await this.#write();
    });
  }

  async #read(): Promise<{ readonly writer: string; readonly open: readonly OpenInjection[] } | undefined> {
    const text = await askStore((options) => this.#store.load(this.#key, options), this.#ask("load"));
    if (text === undefined) return undefined;
    const read = DOCUMENT.safeParse(readMapping(text, "the chaos journal", unreadable));
    if (!read.success) throw unreadable("it is none of ours, or damaged");
    // Of two with one id only one could be undone.
    if (new Set(read.data.open.map(({ id }) => id)).size < read.data.open.length) throw unreadable("it is damaged");
    return { writer: read.data.writer, open: read.data.open };
  }

  #write(): Promise<void> {
    const document = JSON.stringify({ version: 1, writer: this.#writer, open: this.open });
    const save = (options: CallOptions): Promise<void> => {
      const saving = this.#store.save(this.#key, document, options);
      const settle = (): void => undefined;
      this.#lastSave = saving.then(settle, settle);
      return saving;
    };
    return askStore(save, this.#ask("save"));
  }

  #ask(operation: string): AskOptions {
    return { ...this.#limits, adapter: "chaos journal", operation, keepAlive: true };
  }
}

/** A copy as it is when it is read again, whatever becomes of the original; nobody can change it. */
function readable(injection: OpenInjection): OpenInjection {
  const { document, faults } = openPlain({ ...injection });
  faults.throwIfAny(document);
  const read = entry.safeParse(document.value);
  if (read.success) return frozen(read.data);
  const path = (read.error.issues[0]?.path ?? []).filter((key) => typeof key !== "symbol");
  throw invalid(path, "cannot be written down: details are a mapping of what JSON keeps, and all names are text");
}

function unreadable(message: string, cause?: unknown): AdapterError {
  return new AdapterError(message, { adapter: "chaos-journal", operation: "be used", retryable: false, cause });
}
