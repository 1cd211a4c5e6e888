/** One switch that ends all chaos at once, and keeps it from beginning. */
import { Events, type ListenerFailure } from "../core/events.ts";
import { checkOptions } from "../core/options.ts";
import { checkWords } from "../core/words.ts";
import { invalid } from "../core/errors.ts";
import { type Logger, toldOfListeners } from "../ports/logger.ts";

/** Who pulled the switch, and why. */
export interface KillSwitchPull {
  readonly by: string;
  readonly reason: string;
}

/**
 * Ends every run of every runner that it was given to, which undo what they have done, and lets none begin until it is released.
 * Pull it from wherever people are: a route, a chat command, an incident that begins.
 *
 * @example
 * ```ts
 * import { KillSwitch } from "nines";
 *
 * const killSwitch = new KillSwitch();
 * killSwitch.pull({ by: "ada", reason: "we have a real incident" });
 * if (killSwitch.pulled?.by !== "ada") throw new Error("not pulled");
 * killSwitch.release();
 * ```
 */
export class KillSwitch {
  readonly #events: Events<{ pulled: KillSwitchPull; released: undefined }>;
  #pulled: KillSwitchPull | undefined;

  constructor(
    options: { readonly logger?: Logger; readonly onListenerError?: (failure: ListenerFailure) => void } = {},
  ) {
    this.#events = new Events({ onListenerError: toldOfListeners(options) });
  }

  /** Who pulled it; undefined while chaos may go on. */
  get pulled(): KillSwitchPull | undefined {
    return this.#pulled;
  }

  /** Ends everything. Who pulls first is remembered. */
  pull(who: KillSwitchPull): void {
    checkOptions(who, "pulling the kill switch", ["by", "reason"]);
    const { by, reason } = who;
    for (const [path, words] of Object.entries({ by, reason })) {
      checkWords(words, MOST_CHARACTERS, (message) => {
        throw invalid(path, message);
      });
    }
    if (this.#pulled !== undefined) return;
    this.#pulled = { by, reason };
    this.#events.emit("pulled", this.#pulled);
  }

  /** Lets chaos begin again. */
  release(): void {
    if (this.#pulled === undefined) return;
    this.#pulled = undefined;
    this.#events.emit("released", undefined);
  }

  /** Told when it is pulled; at once if it is. Returns how to stop. */
  onPull(listener: (pulled: KillSwitchPull) => void): () => void {
    if (this.#pulled !== undefined) listener(this.#pulled);
    return this.#events.on("pulled", listener);
  }

  /** Told when it is released. Returns how to stop. */
  onRelease(listener: () => void): () => void {
    return this.#events.on("released", () => {
      listener();
    });
  }
}

const MOST_CHARACTERS = 500;
