/** When an experiment is due: at intervals or by chance, and only in allowed hours. The same seed gives the same instants. */
import { type Random, seededRandom } from "../../core/random.ts";
import type { BusinessHours } from "../../response/business-hours/business-hours.ts";

/** What a {@link ChaosTimetable} goes by. */
export interface TimetableQuestion {
  /** Nothing is due before it, in epoch milliseconds. */
  readonly from: number;
  /** Of this entry alone: the instants may depend on it and on `from`, and on nothing else. */
  readonly seed: string;
  /** How long one run takes, in milliseconds. */
  readonly durationMs: number;
  /** To be called for each instant that is gone through and becomes no due one: throws where that takes too long. */
  readonly onStep?: () => void;
}

/**
 * The instants at which something is due, in epoch milliseconds, each later than the one before. It is gone through several
 * times, and must give the same each time.
 */
export type ChaosTimetable = (question: TimetableQuestion) => Iterable<number>;

/** When something is due, before anybody looks at the hours. */
interface Due {
  readonly at: number;
  /** From 0 to 1: where in the time behind an opening it comes if it has to wait for that. */
  readonly place: number;
}

/** Every so many milliseconds, each time up to `jitterMs` earlier or later. Jitter does not add up. */
export function atIntervals(
  { everyMs, jitterMs }: { readonly everyMs: number; readonly jitterMs: number },
  hours: AllowedHours | undefined,
): ChaosTimetable {
  return within(hours, function* ({ from, seed }) {
    const random = seededRandom(seed);
    for (let due = from + everyMs; ; due += everyMs) {
      yield { at: Math.round(due + (2 * random.next() - 1) * jitterMs), place: random.next() };
    }
  });
}

/** As failures come: after times that are distributed exponentially, so that no instant is likelier than another. */
export function byChance(meanMs: number, hours: AllowedHours | undefined): ChaosTimetable {
  return within(hours, function* ({ from, seed }) {
    const random = seededRandom(seed);
    for (let due = from; ;) {
      due += exponential(meanMs, random);
      yield { at: Math.ceil(due), place: random.next() };
    }
  });
}

/** When it is allowed. */
export interface AllowedHours {
  readonly hours: BusinessHours;
  /** What has to wait for an opening comes within this time of it, in milliseconds. */
  readonly spreadMs: number;
}

/**
 * The first instant from `at` on at which a run of `durationMs` is over before it closes: `at` itself, or one behind the next
 * opening that is long enough, at `place` (0 to 1) of the spread. Undefined if no opening soon is long enough.
 */
export function movedIntoHours(
  at: number,
  { hours, spreadMs }: AllowedHours,
  { place, durationMs }: { readonly place: number; readonly durationMs: number },
): number | undefined {
  if (hours.isOpen(at, at) && at + durationMs <= hours.stretchAt(at, at).until) return at;
  for (let opening = at, tries = 0; tries < MOST_OPENINGS; tries += 1) {
    const stretch = hours.stretchAt(opening, opening);
    opening = stretch.open ? stretch.until : opening;
    if (!Number.isFinite(opening)) return undefined;
    opening = hours.nextOpening(opening, opening);
    const room = hours.stretchAt(opening, opening).until - opening - durationMs;
    if (room >= 0) return opening + Math.floor(place * Math.min(spreadMs, room));
  }
  return undefined;
}

/** More openings than there are in two weeks of the most crowded kind: none of them is long enough, so none ever is. */
const MOST_OPENINGS = 100;

function within(
  allowed: AllowedHours | undefined,
  dues: (question: TimetableQuestion) => Generator<Due, void>,
): ChaosTimetable {
  return function* (question) {
    let last = question.from;
    for (const { at, place } of dues(question)) {
      // What comes due while a later one stands already has been moved together with that.
      if (at <= last) {
        question.onStep?.();
        continue;
      }
      const moved =
        allowed === undefined ? at : movedIntoHours(at, allowed, { place, durationMs: question.durationMs });
      if (moved === undefined) return;
      last = moved;
      yield moved;
    }
  };
}

function exponential(mean: number, random: Random): number {
  // next() may be 0 and is never 1. At least a millisecond, so that time passes.
  return Math.max(1, -Math.log(1 - random.next()) * mean);
}
