/** One plugin of one user, and what must go on when it misbehaves. */
import type { Stage } from "./stage.ts";
import type { Way } from "./ways.ts";

export interface Scenario {
  /** A file of `src/ports` without its ending, or what else a user hands in. */
  readonly plugin: string;
  /** What misbehaves, such as `load`. */
  readonly method: string;
  /** Who uses it. */
  readonly by: string;
  /** Whether anything is made of what it answers: junk is then told. */
  readonly answers: boolean;
  /** It is called where nobody can wait: a promise is junk. */
  readonly atOnce?: boolean;
  /** What is told of a failure: it names the plugin, or what was done with it. Undefined where nobody is left to be told. */
  readonly names: RegExp | undefined;
  /** Ways that are as good as any, such as `answers undefined` where there may be nothing. */
  readonly fine?: (way: Way) => boolean;
  /** Calls of which nobody needs the answer, or which are made again at once. */
  readonly forgives?: (nth: number, calls: number) => boolean;
  /** Plays it; throws for what did not go on. */
  play(stage: Stage): Promise<void>;
}

/** Throws with the words if it does not hold. */
export function goesOn(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not go on: ${what}`);
}
