/** Going through the instants of a timetable. */
import { invalid, show } from "../../core/errors.ts";

import type { Lived } from "./lived.ts";
import type { PlannedRun, SoundEntry } from "./schedule-entry.ts";

/** How far an entry is. */
export interface Turn {
  readonly entry: SoundEntry;
  readonly dues: Iterator<number, void>;
  readonly walk: Walk;
  /** When it is due next; undefined if it never is again. */
  next: number | undefined;
}

/** How many instants are gone through, at most: looking is not waited for, and holds up everything else. */
export class Walk {
  readonly #from: number;
  #steps = 0;

  /** @param from - where the plan begins */
  constructor(from: number) {
    this.#from = from;
  }

  /** One more. @throws {@link ConfigurationError} where that is too many */
  readonly step = (): void => {
    this.#steps += 1;
    if (this.#steps <= MOST_WALKED) return;
    throw invalid(
      "from",
      `between ${new Date(this.#from).toISOString()}, where the plan begins, and the time that is asked for there are more than 1,000,000 instants to go through; let it begin later (from; since of a chaos monkey), or ask for an earlier time`,
    );
  };

  /** As if there had been none. */
  rest(): void {
    this.#steps = 0;
  }
}

/** The next one; undefined if there is none. */
export function following(dues: Iterator<number, void>): number | undefined {
  const next = dues.next();
  return next.done === true ? undefined : next.value;
}

/** The first one that is not before `from`, and not in a time that was lived through already. */
export function firstFrom(dues: Iterator<number, void>, from: number, lived?: Lived): number | undefined {
  let at = following(dues);
  while (at !== undefined && (at < from || lived?.has(at) === true)) at = following(dues);
  return at;
}

/** The same instants. @throws {@link ConfigurationError} at one that is not after the one before: time would never come to an end */
export function* inOrder(dues: Iterable<number>, name: string, walk: Walk): Generator<number, void> {
  let last = -Infinity;
  for (const at of dues) {
    if (!(at > last && at < Infinity)) throw invalid("timetable", `${name} is due at ${show(at)} after ${show(last)}`);
    walk.step();
    last = at;
    yield at;
  }
}

/** For sorting. */
export function bySoonest(a: PlannedRun, b: PlannedRun): number {
  return a.at - b.at;
}

/** A time from outside, in epoch milliseconds. */
export function instant(path: string, at: number): number {
  if (typeof at === "number" && Math.abs(at) <= MOST_INSTANT) return at;
  throw invalid(path, `${show(at)} is not a time in epoch milliseconds`);
}

const MOST_WALKED = 1_000_000;
/** Far enough that nothing is planned behind what calendars know. */
const MOST_INSTANT: number = Date.UTC(9000, 0, 1);
