/** Doing a thing again and again, in the background. */
import type { Clock } from "./time/clock.ts";

/**
 * Calls `task` after `firstMs`, and then `everyMs()` after each time, until it is cancelled; counted from the end of the one before, so that a slow task
 * never overlaps itself. A task that rejects is reported and called again.
 *
 * @returns how to cancel it; a task that runs is not interrupted
 */
export function repeat(
  task: () => Promise<unknown>,
  options: { clock: Clock; firstMs: number; everyMs: () => number; onError: (error: unknown) => void },
): () => void {
  const { clock, firstMs, everyMs, onError } = options;
  let cancelled = false;
  let cancelNext = (): void => undefined;
  const wait = (delayMs: number): void => {
    cancelNext = clock.schedule(() => void turn(), delayMs);
  };
  const turn = async (): Promise<void> => {
    try {
      await task();
    } catch (error) {
      onError(error);
    }
    if (!cancelled) wait(everyMs());
  };
  wait(firstMs);
  return () => {
    cancelled = true;
    cancelNext();
  };
}
