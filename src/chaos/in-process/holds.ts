/** Requests that wait for something to pass, no more of them at a time than are allowed. */
import type { Clock } from "../../core/time/clock.ts";

/**
 * Why a request waits no more. `over`: it has waited its time. `removed`: the fault was taken away. `full`: too many wait already. In all
 * three it goes on. `left`: whoever asked has gone.
 */
export type HoldEnd = "over" | "removed" | "full" | "left";

/** A request that waits. */
export interface HeldRequest {
  /** Never rejects. */
  readonly ended: Promise<HoldEnd>;
  /** Whoever asked has gone; may be called at any time, as often as one likes. */
  readonly letGo: () => void;
}

/** Those that one fault holds. */
export class Holds {
  readonly #waiting = new Set<(end: HoldEnd) => void>();

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Holds one for `delayMs`, or without end. The process stays alive for the time, as for a call that takes so long. */
  hold(clock: Clock, delayMs: number | undefined): HeldRequest {
    let end = (_end: HoldEnd): void => undefined;
    const ended = new Promise<HoldEnd>((resolve) => {
      let cancel = (): void => undefined;
      end = (how) => {
        if (!this.#waiting.delete(end)) return;
        cancel();
        resolve(how);
      };
      this.#waiting.add(end);
      if (delayMs !== undefined) {
        cancel = clock.schedule(
          () => {
            end("over");
          },
          delayMs,
          { keepAlive: true },
        );
      }
    });
    return {
      ended,
      letGo: () => {
        end("left");
      },
    };
  }

  /** Lets all of them go on. */
  releaseAll(): void {
    for (const end of [...this.#waiting]) end("removed");
  }
}

/** One that does not wait at all. */
export function notHeld(why: HoldEnd): HeldRequest {
  return { ended: Promise.resolve(why), letGo: () => undefined };
}
