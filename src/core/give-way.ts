/** Lets everything else have its turn in the midst of long work. */

/**
 * Resolves once what waits in the event loop has had its turn. Not a matter of time, so no clock decides it: work that
 * is done in a test with a clock that stands still goes on as well.
 */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
