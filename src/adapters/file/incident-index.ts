/** What is known of the incidents in a log without reading them again: how each stands, and where its texts are. */
import type { ChangeReader } from "./changes.ts";

/** Where a change is: in which frame, and where in that frame. */
export interface Place {
  readonly frameAt: number;
  readonly frameLength: number;
  readonly changeAt: number;
}

/** Events of an incident. */
export interface EventsPlace extends Place {
  /** Which version of the incident they end with, and how many they are. */
  readonly version: number;
  readonly count: number;
}

/** One incident. */
export interface Entry {
  readonly number: number;
  readonly version: number;
  readonly open: boolean;
  readonly dueAt: number | undefined;
  readonly summary: Place;
}

/** Numbers that describe one {@link EventsPlace}; in one list of an incident, they take a fifth of what objects do. */
const STRIDE = 5;

class Kept implements Entry {
  readonly number: number;
  version = 0;
  open = false;
  dueAt: number | undefined = undefined;
  summary: Place = NOWHERE;
  /** Bytes of the change that holds the summary, besides its events. */
  summaryLength = 0;
  readonly places: number[] = [];

  constructor(number: number) {
    this.number = number;
  }
}

const NOWHERE: Place = { frameAt: -1, frameLength: 0, changeAt: 0 };

/** The incidents of one log. */
export class IncidentIndex {
  readonly #kept: (Kept | undefined)[] = [];
  /** Of those that there are, rising: between two there may be any number that there is not. */
  readonly #numbers: number[] = [];
  readonly #due = new Map<number, number>();
  /** Which incident each key leads to. */
  readonly claims: Map<string, number> = new Map<string, number>();
  /** The highest number that an incident ever had. */
  highest: number;
  /** How many incidents there are. */
  incidents = 0;
  /** How many events there are. */
  events = 0;
  /** Bytes of summaries that others took the place of. */
  wasted = 0;

  constructor(highest = 0) {
    this.highest = highest;
  }

  /**
   * Takes in every change of a frame. Its payload lies from `start` to `end` in `bytes`, its line begins at `from` there, and at
   * `at` in the file.
   */
  applyFrame(
    reader: ChangeReader,
    bytes: Buffer,
    { start, end }: { readonly start: number; readonly end: number },
    at: number,
    from: number,
  ): void {
    reader.start(bytes, start, end);
    const frameLength = end + 1 - from;
    for (let changeAt = start - from; reader.next(); changeAt = reader.position - from) {
      this.apply(reader, at, frameLength, changeAt);
    }
  }

  /** Takes in the change that a reader is at. @throws Error if it does not follow from those before it */
  apply(change: ChangeReader, frameAt: number, frameLength: number, changeAt: number): void {
    const { number, version, count, dueAt } = change;
    if (number > this.highest) this.highest = number;
    const kept = this.#kept[number] ?? new Kept(number);
    if (kept.version + count !== version) {
      const from = `${String(version - count)} to ${String(version)}`;
      throw new Error(`takes incident ${String(number)} from version ${from}, and it is at ${String(kept.version)}`);
    }
    if (this.#kept[number] === undefined) {
      this.#kept[number] = kept;
      if (number > (this.#numbers.at(-1) ?? 0)) this.#numbers.push(number);
      else this.#numbers.splice(firstBeyond(this.#numbers, number), 0, number);
      this.incidents += 1;
    }
    this.events += count;
    kept.version = version;
    kept.open = change.open;
    if (kept.dueAt !== dueAt) {
      kept.dueAt = dueAt;
      if (dueAt === undefined) this.#due.delete(number);
      else this.#due.set(number, dueAt);
    }
    if (count > 0) kept.places.push(frameAt, frameLength, changeAt, version, count);
    if (change.summaryLength >= 0) {
      this.wasted += kept.summaryLength;
      kept.summaryLength = change.summaryLength;
      kept.summary = { frameAt, frameLength, changeAt };
    }
    for (const key of change.claims) this.claims.set(key, number);
  }

  /** How an incident stands. */
  entry(number: number): Entry | undefined {
    return this.#kept[number];
  }

  /** Where the events of an incident are, but for those up to the version `after`. */
  places(number: number, after: number): EventsPlace[] {
    const places = this.#kept[number]?.places ?? [];
    const found: EventsPlace[] = [];
    // From the end: who reads mostly knows all but the last ones.
    for (let at = places.length - STRIDE; at >= 0; at -= STRIDE) {
      const [frameAt = 0, frameLength = 0, changeAt = 0, version = 0, count = 0] = places.slice(at, at + STRIDE);
      if (version <= after) break;
      found.push({ frameAt, frameLength, changeAt, version, count });
    }
    return found.reverse();
  }

  /** Up to `limit` incidents beyond a number, by rising or falling numbers. */
  page(limit: number, newestFirst: boolean, beyond: number | undefined, open: boolean | undefined): Entry[] {
    const numbers = this.#numbers;
    const step = newestFirst ? -1 : 1;
    const found: Entry[] = [];
    let place = newestFirst
      ? firstBeyond(numbers, (beyond ?? Infinity) - 1) - 1
      : firstBeyond(numbers, Math.max(beyond ?? 0, 0));
    for (; found.length < limit && place >= 0 && place < numbers.length; place += step) {
      const kept = this.#kept[numbers[place] as number] as Kept;
      if (open === undefined || kept.open === open) found.push(standing(kept));
    }
    return found;
  }

  /** Numbers of the incidents that are due, the longest overdue first. */
  due(at: number, limit: number): number[] {
    return [...this.#due]
      .filter(([, dueAt]) => dueAt <= at)
      .sort(([a, dueA], [b, dueB]) => dueA - dueB || a - b)
      .slice(0, limit)
      .map(([number]) => number);
  }

  /** Every incident as it stands now, by rising numbers. */
  entries(): Entry[] {
    return this.#numbers.map((number) => standing(this.#kept[number] as Kept));
  }
}

/** The place of the first of rising `numbers` that is larger than `number`; how many they are, if none is. */
function firstBeyond(numbers: readonly number[], number: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) > number) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** As it stands now, whatever becomes of it. */
function standing({ number, version, open, dueAt, summary }: Kept): Entry {
  return { number, version, open, dueAt, summary };
}
