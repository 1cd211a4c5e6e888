/** Trying again what the database could not do at this moment. */
import { systemRandom } from "../../core/random.ts";

const LONGEST_PAUSE_MS = 100;

/** Runs `attempt` up to `most` times, as long as `again` says of its error that another time may be better. */
export async function attempts<T>(
  attempt: () => Promise<T> | T,
  options: { most: number; again: (error: unknown) => boolean; signal: AbortSignal | undefined },
): Promise<T> {
  const { most, again, signal } = options;
  for (let tried = 1; ; tried += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (tried >= most || !again(error)) throw error;
    }
    await pause(Math.min(LONGEST_PAUSE_MS, 2 ** tried));
  }
}

// By chance, so that those who were in each other's way do not meet again. Somebody waits for it, so the timer may keep
// the process alive, unlike those of a clock.
function pause(mostMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1 + systemRandom.next() * mostMs);
  });
}
