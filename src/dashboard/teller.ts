/** Asks one source after the other, and always gets on: what fails or takes too long is a sentence for people. */
import type { Clock } from "../core/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { publicReason } from "../core/public-reason.ts";
import type { Logger } from "../ports/logger.ts";

/** What of a snapshot could not be told. */
export class Teller {
  /** In sentences, each once. */
  readonly troubles: Set<string> = new Set<string>();
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

  /**
   * What `call` answers; `otherwise` if it fails, hangs, or answers with nothing that can be read. Rejects only if the signal aborts.
   *
   * @param what - such as `the incidents could not be told`
   */
  async ask<Answer>(
    what: string,
    call: (signal: AbortSignal) => PromiseLike<Answer> | Answer,
    otherwise: (reason: string) => Answer,
  ): Promise<Answer> {
    try {
      return await withDeadline(call, {
        clock: this.#clock,
        timeoutMs: this.#timeoutMs,
        operation: "the call",
        signal: this.#signal,
        keepAlive: true,
      });
    } catch (error) {
      this.#signal?.throwIfAborted();
      return otherwise(this.#note(what, error));
    }
  }

  /** The same of what answers at once. */
  try<Answer>(what: string, call: () => Answer, otherwise: (reason: string) => Answer): Answer {
    try {
      return call();
    } catch (error) {
      return otherwise(this.#note(what, error));
    }
  }

  #note(what: string, error: unknown): string {
    const reason = publicReason(error);
    this.troubles.add(`${what}: ${reason}`);
    this.#logger.warn(what, { error });
    return reason;
  }
}
