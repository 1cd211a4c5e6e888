/** Doing a thing again and again, in the background. */
import type { Clock } from "./clock.ts";

/**
 * Calls `task` every `everyMs` until it is cancelled, each time counted from the end of the one before, so that a slow task
 * never overlaps itself. A task that rejects is reported and called again.
 *
 * @returns how to cancel it; a task that runs is not interrupted
 */
export function repeat(
  task: () => Promise<unknown>,
  options: { clock: Clock; everyMs: number; onError: (error: unknown) => void },
): () => void {
  const { clock, everyMs, onError } = options;
  let cancelled = false;
  let cancelNext = (): void => undefined;
  const wait = (): void => {
    cancelNext = clock.schedule(() => void turn(), everyMs);
  };
  const turn = async (): Promise<void> => {
    try {
      await task();
    } catch (error) {
      onError(error);
    }
    if (!cancelled) wait();
  };
  wait();
  return () => {
    cancelled = true;
    cancelNext();
  };
}
