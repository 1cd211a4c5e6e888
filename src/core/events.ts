/** Typed events whose listeners cannot harm each other, or the one who emits. */
import { EventEmitter } from "eventemitter3";

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
 * stops nobody else and never reaches `emit`; it is handed to `onListenerError`.
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
  readonly #onListenerError: (failure: ListenerFailure) => void;

  constructor(options: { onListenerError?: (failure: ListenerFailure) => void } = {}) {
    this.#onListenerError = options.onListenerError ?? ((): undefined => undefined);
  }

  /** Adds a listener; returns how to take it away again, from that moment on. */
  on<Name extends keyof Payloads & string>(name: Name, listener: Listener<Payloads[Name]>): () => void {
    // The emitter goes on telling those who were there when it began, even if they have left meanwhile.
    let listening = true;
    const guarded = (payload: Payloads[Name]): void => {
      if (!listening) return;
      try {
        const result = listener(payload);
        if (isThenable(result)) {
          result.then(undefined, (error: unknown) => {
            this.#report(name, error);
          });
        }
      } catch (error) {
        this.#report(name, error);
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

  #report(event: string, error: unknown): void {
    // The reporter itself is the user's code, maybe async; if it fails there is nobody left to tell.
    const report: (failure: ListenerFailure) => unknown = this.#onListenerError;
    const ignore = (): undefined => undefined;
    try {
      const result = report({ event, error });
      if (isThenable(result)) result.then(undefined, ignore);
    } catch {
      ignore();
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
