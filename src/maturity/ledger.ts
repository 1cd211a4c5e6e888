/** The history in a store: read once, and saved with each report, one after the other. */
import { type AskOptions, askStore, readMapping } from "../core/ask.ts";
import type { Clock } from "../core/time/clock.ts";
import { AdapterError } from "../core/errors.ts";
import { Turns } from "../core/turns.ts";
import type { CallOptions, StateStore } from "../ports/store.ts";

import { historyText, NO_HISTORY, readHistory, withReport } from "./history.ts";
import type { MaturityHistory, MaturityReport } from "./model.ts";

/** Where it is kept, and how much. */
export interface LedgerOptions {
  /** Without one it is kept in memory. */
  readonly store: StateStore | undefined;
  readonly key: string;
  /** Records that are kept. */
  readonly most: number;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** Keeps the history. */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #turns = new Turns();
  #kept: MaturityHistory = NO_HISTORY;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** What is remembered. Another process may have added to it, so the store is asked each time. */
  async read(options: CallOptions = {}): Promise<MaturityHistory> {
    const { store, key } = this.#options;
    if (store === undefined) return this.#kept;
    const text = await askStore((call) => store.load(key, call), this.#ask("load", options));
    if (text === undefined) return NO_HISTORY;
    const history = readHistory(readMapping(text, WHAT, unreadable));
    if (history === undefined) throw unreadable(`${WHAT} is none of ours, or damaged`);
    return history;
  }

  /** Adds a report. */
  async add(report: MaturityReport, options: CallOptions = {}): Promise<MaturityHistory> {
    return this.#turns.take("add", async () => {
      const { store, key, most } = this.#options;
      const history = withReport(await this.read(options), report, most);
      if (store !== undefined) {
        await askStore((call) => store.save(key, historyText(history), call), this.#ask("save", options));
      }
      this.#kept = history;
      return history;
    });
  }

  #ask(operation: string, { signal }: CallOptions): AskOptions {
    const { clock, timeoutMs } = this.#options;
    return { clock, timeoutMs, adapter: "maturity history", operation, signal, keepAlive: true };
  }
}

const WHAT = "the history";

function unreadable(message: string, cause?: unknown): AdapterError {
  return new AdapterError(message, { adapter: "maturity-history", operation: "be read", retryable: false, cause });
}
