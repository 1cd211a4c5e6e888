/** How many messages go to one channel at once, and when none do. */
import type { Clock } from "../../core/time/clock.ts";

interface Waiting {
  readonly signal: AbortSignal | undefined;
  readonly enter: (admitted: boolean) => void;
}

/** Lets a few in at a time, in the order in which they came. */
export class ChannelGate {
  readonly #atOnce: number;
  readonly #clock: Clock;
  readonly #watched = new WeakSet<AbortSignal>();
  #queue: Waiting[] = [];
  #inside = 0;
  #pausedUntil = -Infinity;
  #stopTimer = (): void => undefined;

  constructor({ atOnce, clock }: { readonly atOnce: number; readonly clock: Clock }) {
    this.#atOnce = atOnce;
    this.#clock = clock;
  }

  /** Whether the channel has asked for a pause that is not over. */
  get paused(): boolean {
    return this.#clock.monotonic() < this.#pausedUntil;
  }

  /** Nobody goes in for so long. */
  pause(ms: number): void {
    const until = this.#clock.monotonic() + ms;
    if (until <= this.#pausedUntil) return;
    this.#pausedUntil = until;
    this.#openIn(ms);
  }

  /** Timers may be early by some milliseconds, and nobody would open the gate again. */
  #openIn(ms: number): void {
    this.#stopTimer();
    this.#stopTimer = this.#clock.schedule(() => {
      const restMs = this.#pausedUntil - this.#clock.monotonic();
      if (restMs > 0) this.#openIn(Math.max(1, Math.ceil(restMs)));
      else this.#admit();
    }, ms);
  }

  /** Runs `work` when there is room and no pause; not at all if `signal` aborts before. */
  async pass(work: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return;
    // One listener for all who wait.
    if (signal !== undefined && !this.#watched.has(signal)) {
      this.#watched.add(signal);
      signal.addEventListener("abort", () => {
        this.#dismiss(signal);
      });
    }
    const admitted = await new Promise<boolean>((enter) => {
      this.#queue.push({ signal, enter });
      this.#admit();
    });
    if (!admitted) return;
    try {
      await work();
    } finally {
      this.#inside -= 1;
      this.#admit();
    }
  }

  #admit(): void {
    while (this.#queue.length > 0 && this.#inside < this.#atOnce && !this.paused) {
      const { enter } = this.#queue.shift() as Waiting;
      this.#inside += 1;
      enter(true);
    }
  }

  #dismiss(signal: AbortSignal): void {
    const leaving = this.#queue.filter((waiting) => waiting.signal === signal);
    this.#queue = this.#queue.filter((waiting) => waiting.signal !== signal);
    for (const { enter } of leaving) enter(false);
  }
}
