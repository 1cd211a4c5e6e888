/** When to try again: pure. */

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** How long to wait after so many tries that failed, `chance` being from 0 to 1: others wait as well, and are not all to come at once. */
export function waitMs(failures: number, chance: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10)) * (0.75 + chance / 4);
}
