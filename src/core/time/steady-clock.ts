/** Wall time that nobody sets. */
import type { Clock } from "./clock.ts";

/**
 * The same clock, but its wall time goes on from now as the monotonic one does: what is begun and ended by it has its true length,
 * however the clock on the wall is set meanwhile. For what is over soon.
 */
export function steadyClock(clock: Clock): Clock {
  const [wall, monotonic] = [clock.now(), clock.monotonic()];
  return {
    now: () => wall + Math.floor(clock.monotonic() - monotonic),
    monotonic: () => clock.monotonic(),
    schedule: (callback, delayMs, options) => clock.schedule(callback, delayMs, options),
  };
}
