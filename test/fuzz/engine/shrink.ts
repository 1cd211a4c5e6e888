/** From an input that fails to the smallest that still does. */
import type { FuzzTarget } from "../types.ts";
import { type Drawn, smallerThan } from "./inputs.ts";

/** What it takes to go down: `fails` tells why, or undefined where a smaller input is well. */
export interface Descent {
  readonly path: readonly number[];
  readonly drawn: Drawn;
  readonly fails: (input: unknown) => Promise<string | undefined>;
  /** Told before each try, of the way so far and the number of the one that is tried. */
  readonly onTry?: (path: readonly number[], step: number) => void;
}

/** A shrink that finds nothing better in so many tries is over, and so is one that goes on and on. */
const MOST_TRIES = 5_000;
const MOST_MS = 15_000;

/** The way to the smallest that fails, and why it does; `why` is undefined where nothing smaller fails. */
export async function descend(
  target: FuzzTarget,
  { path, drawn, fails, onTry }: Descent,
): Promise<{ readonly path: readonly number[]; readonly why: string | undefined }> {
  const started = performance.now();
  let [way, current, reason]: [readonly number[], Drawn, string | undefined] = [path, drawn, undefined];
  let tries = 0;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    let step = -1;
    for (const smaller of smallerThan(target, current)) {
      step += 1;
      tries += 1;
      if (tries > MOST_TRIES || performance.now() - started > MOST_MS) return { path: way, why: reason };
      onTry?.(way, step);
      const why = await fails(smaller.value);
      if (why === undefined) continue;
      [way, current, reason, isSmaller] = [[...way, step], smaller, why, true];
      break;
    }
  }
  return { path: way, why: reason };
}
