/** Typed events whose listeners cannot harm each other, or the one who emits. */
import { EventEmitter } from "eventemitter3";

import { invalid, show } from "./errors.ts";
import { warnHost } from "./host.ts";
import { choices } from "./nearest.ts";
import { handled, quietly } from "./thenable.ts";
import { isError, messageOfThrown, stackOfThrown } from "./thrown.ts";

/** What a listener threw, and while it was told of what. */
export interface ListenerFailure {
  /** The event that it was told of. */
  readonly event: string;
  /** What it threw or rejected with. */
  readonly error: unknown;
}

/** Takes one event's payload; may be async. What it throws or rejects with is reported, not propagated. */
export type Listener<Payload> = (payload: Payload) => unknown;

/**
 * A typed emitter: a map of event names to payloads, and listeners that stand alone. One that throws, or rejects,
 * stops nobody else and never reaches `emit`; it is handed to `onListenerError`. Where nobody is there to be told, the
 * process warns of it (`process.emitWarning`): of the first failure of each listener, the second, the fourth, the eighth ...
 *
 * @example
 * ```ts
 * import { Events } from "nines";
 *
 * const failures: unknown[] = [];
 * const events = new Events<{ paid: number }>({ onListenerError: ({ error }) => failures.push(error) });
 * let sum = 0;
 * events.on("paid", () => { throw new Error("a bad listener"); });
 * events.on("paid", (amount) => { sum += amount; });
 * events.emit("paid", 5);
 * if (sum !== 5 || failures.length !== 1) throw new Error("listeners are not isolated");
 * ```
 */
export class Events<Payloads extends object> {
  readonly #emitter = new EventEmitter();
  readonly #onListenerError: ((failure: ListenerFailure) => void) | undefined;

  readonly #names: readonly string[] | undefined;

  /**
   * @param options - `names` are those of all events, where they are known: nobody can listen to another one then
   */
  constructor(
    options: {
      onListenerError?: ((failure: ListenerFailure) => void) | undefined;
      names?: readonly string[] | undefined;
    } = {},
  ) {
    this.#onListenerError = options.onListenerError;
    this.#names = options.names;
  }

  /**
   * Adds a listener; returns how to take it away again, from that moment on.
   *
   * @throws {@link ConfigurationError} if there is no such event, or the listener is no function
   */
  on<Name extends keyof Payloads & string>(name: Name, listener: Listener<Payloads[Name]>): () => void {
    if (this.#names?.includes(name) === false) {
      throw invalid("on", `${show(name)} is no event${choices(name, this.#names)}`);
    }
    if (typeof (listener as unknown) !== "function") {
      throw invalid("on", `${show(listener)} is no listener to ${show(name)}; give a function`);
    }
    // The emitter goes on telling those who were there when it began, even if they have left meanwhile.
    let listening = true;
    let failures = 0;
    const failed = (error: unknown): void => {
      failures += 1;
      this.#report({ event: name, error }, failures);
    };
    const guarded = (payload: Payloads[Name]): void => {
      if (!listening) return;
      try {
        handled(listener(payload), failed);
      } catch (error) {
        failed(error);
      }
    };
    this.#emitter.on(name, guarded);
    return () => {
      listening = false;
      this.#emitter.off(name, guarded);
    };
  }

  /** Adds a listener that is told once at most. */
  once<Name extends keyof Payloads & string>(name: Name, listener: Listener<Payloads[Name]>): () => void {
    const off = this.on(name, (payload) => {
      off();
      return listener(payload);
    });
    return off;
  }

  /** Tells every listener, in the order of their registration. Never throws. */
  emit<Name extends keyof Payloads & string>(name: Name, payload: Payloads[Name]): void {
    this.#emitter.emit(name, payload);
  }

  /** How many listen to `name`. */
  listenerCount(name: keyof Payloads & string): number {
    return this.#emitter.listenerCount(name);
  }

  /** Forgets every listener. */
  clear(): void {
    this.#emitter.removeAllListeners();
  }

  #report(failure: ListenerFailure, count: number): void {
    // The reporter itself is the user's code, maybe async; if it fails there is nobody left to tell.
    const report: ((failure: ListenerFailure) => unknown) | undefined = this.#onListenerError;
    if (report === undefined) warnOf(failure, count);
    else quietly(() => report(failure));
  }
}

/** Twice as rare each time: one that fails with each of a million events must not fill a disk, and must not be silent for good. */
function warnOf({ event, error }: ListenerFailure, count: number): void {
  if ((count & (count - 1)) !== 0) return;
  const often = count === 1 ? "" : ` (${String(count)} times by now)`;
  const what = isError(error) ? messageOfThrown(error) : `it threw ${messageOfThrown(error)}`;
  warnHost(`a listener to ${JSON.stringify(event)} failed${often}: ${what}`, {
    code: "NINES_LISTENER",
    detail: `${stackOfThrown(error)}Give onListenerError or a logger to be told of each.`,
  });
}
