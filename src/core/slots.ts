/** A bounded number at once; more wait, first come, first served. */

import { onAbort } from "./abort.ts";

/** Hands out so many places. */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves to how to give the place back; or to undefined if `signal` aborts before there is one. */
  take(signal: AbortSignal | undefined): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve(undefined);
        return;
      }
      const serve = (): void => {
        forget();
        this.#free -= 1;
        resolve(() => {
          this.#free += 1;
          this.#serveNext();
        });
      };
      const forget = onAbort(signal, () => {
        this.#waiting.delete(serve);
        resolve(undefined);
      });
      this.#waiting.add(serve);
      this.#serveNext();
    });
  }

  #serveNext(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#free <= 0) return;
    this.#waiting.delete(next);
    next();
  }
}
