/** One request: in its turn, and sent again where that may help. */
import { abortable, onAbort, pause } from "../../core/abort.ts";
import type { Clock } from "../../core/time/clock.ts";
import { withDeadline } from "../../core/deadline.ts";
import { durationText } from "../../core/time/duration-text.ts";
import { isReliabilityError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { Slots } from "../../core/slots.ts";
import type { Logger } from "../../ports/logger.ts";
import type { HttpAnswer, HttpCaller } from "../http/caller.ts";

import { type ApiRequest, ApiSender } from "./request.ts";
import { tooSlow, Trouble, troubleOf } from "./trouble.ts";

/** How often, how long and how many. */
export interface AttemptsOptions {
  readonly caller: HttpCaller;
  /** For one attempt; undefined if only the question's signal ends it. */
  readonly attemptTimeoutMs: number | undefined;
  /** How often a request is sent again at most. */
  readonly retries: number;
  /** How many requests are under way at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** A question on its way. */
export interface Round {
  /** As in "prometheus could not OPERATION". */
  readonly operation: string;
  /** On the monotonic clock. */
  readonly endsAt: number;
  readonly maxBytes: number;
  /** How much of that may still be read. */
  bytesLeft: number;
  /** How many requests went out. */
  attempts: number;
  /** What came of the attempt before. */
  last: Trouble | undefined;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** Sends requests, so many at once and no more; the others wait in a queue. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #sender: ApiSender;
  readonly #slots: Slots;

  constructor(options: AttemptsOptions) {
    this.#options = options;
    this.#sender = new ApiSender(options.caller);
    this.#slots = new Slots(options.concurrency);
  }

  /**
   * What `read` makes of the answer, or of that to a later attempt. Rejects with the signal's reason alone, and nothing goes
   * on then.
   */
  async send<Read>(
    request: ApiRequest,
    read: (answer: HttpAnswer) => Read | Trouble,
    round: Round,
    signal: AbortSignal | undefined,
  ): Promise<Read | Trouble> {
    const { clock, logger, retries } = this.#options;
    for (let failed = 1; ; failed += 1) {
      const outcome = await this.#attempt(request, read, round, signal);
      if (!(outcome instanceof Trouble)) return outcome;
      round.last = outcome;
      if (!outcome.isPassing || failed > retries) return outcome;
      const waitMs = this.#waitMs(failed, outcome);
      if (waitMs >= round.endsAt - clock.monotonic()) return outcome;
      const { operation, attempts } = round;
      const { kind, text } = outcome;
      logger.warn(`prometheus could not ${operation}: ${text}; it is asked again in ${durationText(waitMs)}`, {
        operation,
        kind,
        attempts,
      });
      await pause(clock, waitMs, { signal, keepAlive: true });
      signal?.throwIfAborted();
    }
  }

  async #attempt<Read>(
    request: ApiRequest,
    read: (answer: HttpAnswer) => Read | Trouble,
    round: Round,
    signal: AbortSignal | undefined,
  ): Promise<Read | Trouble> {
    const { attemptTimeoutMs: timeoutMs, clock } = this.#options;
    const send = (within: AbortSignal | undefined): Promise<HttpAnswer> =>
      this.#sender.send(request, {
        maxBytes: Math.max(1, round.bytesLeft),
        signal: within,
        onSend: () => {
          round.attempts += 1;
        },
      });
    const release = await this.#slots.take(signal);
    try {
      signal?.throwIfAborted();
      const { operation } = round;
      const answer =
        timeoutMs === undefined
          ? await withOwnSignal(send, signal, round)
          : await withDeadline(send, { clock, timeoutMs, operation, signal, keepAlive: true });
      const outcome = read(answer);
      // A byte gives a character at most.
      if (!(outcome instanceof Trouble)) round.bytesLeft -= answer.text.length;
      return outcome;
    } catch (error) {
      signal?.throwIfAborted();
      if (timeoutMs !== undefined && isTimeout(error)) return tooSlow(timeoutMs);
      return troubleOf(error, round.maxBytes);
    } finally {
      release?.();
    }
  }

  /** Full jitter: clients that failed together do not come back together, even if they are told when to. */
  #waitMs(failed: number, { facts }: Trouble): number {
    const backOffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failed - 1));
    return (facts.retryAfterMs ?? 0) + this.#options.random.next() * backOffMs;
  }
}

/** Until `signal` aborts, though what is called may not hear of that. */
async function withOwnSignal<T>(
  call: (signal: AbortSignal | undefined) => Promise<T>,
  signal: AbortSignal | undefined,
  { endsAt }: Round,
): Promise<T> {
  // A question that only its caller ends has one request, which may as well listen to the caller.
  if (signal === undefined || endsAt === Infinity) return abortable(call(signal), signal);
  // Some implementations of fetch never let go of a signal, and a question may have many requests.
  const own = new AbortController();
  const release = onAbort(signal, () => own.abort(signal.reason));
  try {
    return await abortable(call(own.signal), signal);
  } finally {
    release();
  }
}

/** Whether it is of a deadline. */
export function isTimeout(error: unknown): boolean {
  return isReliabilityError(error) && error.code === "timeout";
}
