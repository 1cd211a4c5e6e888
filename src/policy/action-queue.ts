/** Runs what policies ask for: each request once, those of a service one after the other. */
import type { Clock } from "../core/time/clock.ts";
import { AdapterError, invalid, isReliabilityError, type ReliabilityError, show } from "../core/errors.ts";
import { kindOfThrown } from "../core/thrown.ts";
import type { PolicyActionRequest, PolicyActionRunner } from "../ports/policy-actions.ts";

import { settle } from "./settle.ts";

/** What came of one action. */
export interface PolicyActionResult {
  readonly action: string;
  readonly idempotencyKey: string;
  /** `pending`: the call was aborted before it began, and the next one runs it. */
  readonly outcome: "done" | "failed" | "pending";
  /** Why it failed. */
  readonly error?: ReliabilityError;
}

/** A freeze that is still running must not be overtaken by the unfreeze that follows: hence one queue a service. */
export class ActionQueue {
  readonly #runner: PolicyActionRunner | undefined;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #claimed = new Set<string>();
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(options: { runner: PolicyActionRunner | undefined; clock: Clock; timeoutMs: number }) {
    this.#runner = options.runner;
    this.#clock = options.clock;
    this.#timeoutMs = options.timeoutMs;
  }

  /** Runs those of `pending` that nobody has begun to run; resolves when they are through. Never rejects. */
  async run(
    service: string,
    pending: readonly PolicyActionRequest[],
    options: {
      readonly signal: AbortSignal | undefined;
      readonly onSettled: (request: PolicyActionRequest, error: ReliabilityError | undefined) => void;
    },
  ): Promise<readonly PolicyActionResult[]> {
    const mine = pending.filter(({ idempotencyKey }) => !this.#claimed.has(idempotencyKey));
    if (mine.length === 0) return [];
    for (const { idempotencyKey } of mine) this.#claimed.add(idempotencyKey);
    const turn = (this.#tails.get(service) ?? Promise.resolve()).then(async () => {
      const results: PolicyActionResult[] = [];
      for (const request of mine) results.push(await this.#runOne(request, options));
      return results;
    });
    this.#tails.set(service, turn);
    const results = await turn;
    if (this.#tails.get(service) === turn) this.#tails.delete(service);
    return results;
  }

  async #runOne(
    request: PolicyActionRequest,
    { signal, onSettled }: Parameters<ActionQueue["run"]>[2],
  ): Promise<PolicyActionResult> {
    const { action, idempotencyKey } = request;
    const begins = signal?.aborted !== true;
    const error = begins ? await this.#attempt(request, signal) : undefined;
    if (begins) onSettled(request, error);
    this.#claimed.delete(idempotencyKey);
    const outcome = !begins ? "pending" : error === undefined ? "done" : "failed";
    return { action, idempotencyKey, outcome, ...(error === undefined ? {} : { error }) };
  }

  async #attempt(request: PolicyActionRequest, signal: AbortSignal | undefined): Promise<ReliabilityError | undefined> {
    const runner = this.#runner;
    const { service, action } = request;
    if (runner === undefined) {
      return invalid(
        "actions",
        `the policy of ${show(service)} asks for ${show(action)}, and no action runner was given`,
      );
    }
    const operation = `run the policy action ${show(action)}`;
    const call = (abort: AbortSignal): Promise<void> => runner.run(request, { signal: abort });
    const settled = await settle(call, { clock: this.#clock, timeoutMs: this.#timeoutMs, operation, signal });
    return settled.ok ? undefined : asError(settled.error, { adapter: "policy-action-runner", operation });
  }
}

/** `error` as one of ours. A foreign message may hold anything, so it stays in `cause`. */
export function asError(
  error: unknown,
  { adapter, operation }: { adapter: string; operation: string },
): ReliabilityError {
  if (isReliabilityError(error)) return error;
  return new AdapterError(`it failed with ${kindOfThrown(error)}`, {
    adapter,
    operation,
    retryable: true,
    cause: error,
  });
}
