/** Asks one source after the other, and always gets on: what fails or takes too long is a sentence for people. */
import type { Clock } from "../core/time/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { TimeoutError } from "../core/errors.ts";
import { publicReason } from "../core/public-reason.ts";
import { atOnce } from "../core/thenable.ts";
import type { Logger } from "../ports/logger.ts";

const OPERATION = "the call";
/** More of them are told as a number. */
const MOST_TROUBLES = 20;

/** What of a snapshot could not be told. */
export class Teller {
  readonly #troubles = new Set<string>();
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #logger: Logger;
  readonly #signal: AbortSignal | undefined;

  constructor(options: {
    readonly clock: Clock;
    readonly timeoutMs: number;
    readonly logger: Logger;
    readonly signal: AbortSignal | undefined;
  }) {
    this.#clock = options.clock;
    this.#timeoutMs = options.timeoutMs;
    this.#logger = options.logger;
    this.#signal = options.signal;
  }

  /** In sentences, each once. */
  get troubles(): readonly string[] {
    const all = [...this.#troubles];
    const rest = all.length - MOST_TROUBLES;
    return rest > 0 ? [...all.slice(0, MOST_TROUBLES), `and ${String(rest)} more`] : all;
  }

  /** Until when those that are asked together have to answer, however many they are; for {@link ask}. */
  together(): number {
    return this.#clock.monotonic() + this.#timeoutMs;
  }

  /**
   * What `call` answers; `otherwise` if it fails, hangs, or answers with nothing that can be read. Rejects only if the signal aborts.
   *
   * @param what - such as `the incidents could not be told`
   * @param until - of {@link together}; as long as each may take without it
   */
  async ask<Answer>(
    what: string,
    call: (signal: AbortSignal) => PromiseLike<Answer> | Answer,
    otherwise: (reason: string) => Answer,
    until: number = this.together(),
  ): Promise<Answer> {
    const restMs = until - this.#clock.monotonic();
    // Whose turn never came is not asked any more.
    if (restMs <= 0) return otherwise(this.note(what, new TimeoutError(OPERATION, this.#timeoutMs)));
    try {
      return await withDeadline(call, {
        clock: this.#clock,
        timeoutMs: restMs,
        operation: OPERATION,
        signal: this.#signal,
        keepAlive: true,
      });
    } catch (error) {
      this.#signal?.throwIfAborted();
      return otherwise(this.note(what, error));
    }
  }

  /** The same of what answers at once. */
  try<Answer>(what: string, call: () => Answer, otherwise: (reason: string) => Answer): Answer {
    try {
      return atOnce(call());
    } catch (error) {
      return otherwise(this.note(what, error));
    }
  }

  /** Notes what could not be told; why, as people may see it. */
  note(what: string, error: unknown): string {
    const reason = publicReason(error);
    this.#troubles.add(`${what}: ${reason}`);
    this.#logger.warn(what, { error });
    return reason;
  }
}
