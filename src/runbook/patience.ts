/** Waiting, and whether it is worth it. */
import type { Clock } from "../core/clock.ts";
import { isReliabilityError, show } from "../core/errors.ts";

/** Resolves after `ms`. A run that is under way keeps its process alive. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(resolve, ms, { keepAlive: true });
  });
}

/** Resolves after `ms`, or at once when `signal` aborts. */
export async function sleepUnless(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  // Listened to by itself: a signal of a large group would have too many listeners.
  const own = AbortSignal.any([signal]);
  if (own.aborted) return;
  await new Promise<void>((resolve) => {
    const stop = clock.schedule(done, ms, { keepAlive: true });
    own.addEventListener("abort", done);
    function done(): void {
      stop();
      own.removeEventListener("abort", done);
      resolve();
    }
  });
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
  return error instanceof Error ? error.name : show(error);
}
