/** Waiting, and whether it is worth it. */
import { pause } from "../core/abort.ts";
import type { Clock } from "../core/time/clock.ts";
import { isReliabilityError } from "../core/errors.ts";
import { nameOfThrown } from "../core/thrown.ts";

import type { RetryRule } from "./model.ts";

/** Resolves after `ms`. A run that is under way keeps its process alive. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return pause(clock, ms, { keepAlive: true });
}

/** Resolves after `ms`, or at once when `signal` aborts. */
export function sleepUnless(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return pause(clock, ms, { signal, keepAlive: true });
}

/** How long is waited after `failed` attempts: exponential back-off, as in RFC 9110's advice for retries. */
export function retryDelayMs({ delayMs, factor, maxDelayMs }: RetryRule, failed: number): number {
  return Math.min(maxDelayMs, delayMs * factor ** (failed - 1));
}

/** Whether the same call may work later. */
export function isWorthATry(error: unknown): boolean {
  if (!isReliabilityError(error)) return false;
  // One that somebody has made by hand may have no context.
  const { context } = error as { readonly context?: Readonly<Record<string, unknown>> };
  return error.code === "timeout" || context?.retryable === true;
}

/** An error for a log line. A foreign message may hold anything. */
export function nameOf(error: unknown): string {
  if (isReliabilityError(error)) return error.message;
  return nameOfThrown(error);
}
