/** Business hours: when a team is there, by the clocks of its zone. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { instantOf, wallAt } from "../../core/time/wall-time.ts";

import {
  all,
  DAY_MS,
  dateField,
  each,
  type FieldPath,
  instantField,
  listField,
  momentField,
  zoneField,
} from "./fields.ts";
import { mergeStretches, type OpeningHours, weekField, type WeekPattern } from "./week.ts";

/** What {@link BusinessHours} are made of. */
export interface BusinessHoursOptions {
  /** IANA name of the zone whose clocks are meant, such as `Europe/Berlin`. */
  readonly zone: string;
  /** 1 to 50 stretches of the week; they may touch and overlap. */
  readonly hours: readonly OpeningHours[];
  /** Dates in the zone that are closed from midnight to midnight, such as `2026-12-25`; at most 1,000. */
  readonly holidays?: readonly string[];
}

/** A half-open stretch of time in which it is open, or closed. Infinite where there is no end. */
export interface HoursStretch {
  readonly open: boolean;
  /** In epoch milliseconds. */
  readonly from: number;
  /** In epoch milliseconds. */
  readonly until: number;
}

const MOST_HOLIDAYS = 1_000;
/** Waits longer than this many weeks of open time are mistakes. */
const MOST_WEEKS = 520;

/**
 * Business hours in a zone. A time of day that the clocks leap over is the moment of the leap; one that they show twice is
 * the first.
 *
 * @example
 * ```ts
 * import { BusinessHours } from "nines";
 *
 * const office = new BusinessHours({
 *   zone: "Europe/Berlin",
 *   hours: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", until: "17:00" }],
 *   holidays: ["2026-12-25"],
 * });
 * const eve = Date.parse("2026-12-24T16:30:00+01:00");
 * const answered = office.addOpenTime(eve, 60 * 60_000);
 * if (answered !== Date.parse("2026-12-28T09:30:00+01:00")) throw new Error(new Date(answered).toISOString());
 * ```
 */
export class BusinessHours {
  /** IANA name of the zone. */
  readonly zone: string;
  readonly #week: WeekPattern;
  /** Runs of holidays on the wall, in order. */
  readonly #closed: readonly (readonly [from: number, until: number])[];

  constructor(options: BusinessHoursOptions) {
    checkOptions(options, "BusinessHours", ["zone", "hours", "holidays"]);
    const [zone, week, holidays] = all(
      () => zoneField(["zone"], options.zone),
      () => weekField(["hours"], options.hours),
      () => holidaysField(["holidays"], options.holidays ?? []),
    );
    this.zone = zone;
    this.#week = week;
    this.#closed = mergeStretches(holidays.map((day) => [day, day + DAY_MS]));
  }

  /** Milliseconds for which it is open in a usual week. */
  get openMsPerWeek(): number {
    return this.#week.openMs;
  }

  /**
   * Whether it is open at `at` (epoch milliseconds).
   *
   * @param now - what a clock says: beside one that stands in the early seventies, as in a test, `at` may be of then, which is
   *   else refused as a time in seconds
   */
  isOpen(at: number, now?: number): boolean {
    return this.#isOpenAt(momentField(["at"], at, now));
  }

  /** `at` if it is open then, else the next instant at which it opens, in epoch milliseconds; `now` as of {@link BusinessHours.isOpen}. */
  nextOpening(at: number, now?: number): number {
    return this.#openingAt(momentField(["at"], at, now));
  }

  /**
   * The instant by which it has been open for `ms` since `at`: the first such one, so it may be a closing time. `at` if
   * `ms` is 0. `now` as of {@link BusinessHours.isOpen}.
   */
  addOpenTime(at: number, ms: number, now?: number): number {
    const mostMs = MOST_WEEKS * this.openMsPerWeek;
    if (!(ms >= 0 && ms <= mostMs)) {
      throw invalid(
        "ms",
        `${show(ms)} is not a number of milliseconds from 0 to ${String(mostMs)}, ten years of hours`,
      );
    }
    let reached = momentField(["at"], at, now);
    for (let leftMs = ms; leftMs > 0;) {
      reached = this.#openingAt(reached);
      const { until } = this.#stretchOf(reached);
      const passedMs = Math.min(leftMs, until - reached);
      reached += passedMs;
      leftMs -= passedMs;
    }
    return reached;
  }

  /** The stretch that `at` is in: since when it is open, or closed, and until when; `now` as of {@link BusinessHours.isOpen}. */
  stretchAt(at: number, now?: number): HoursStretch {
    return this.#stretchOf(momentField(["at"], at, now));
  }

  #isOpenAt(at: number): boolean {
    return this.#isOpen(wallAt(instantField(["at"], at), this.zone));
  }

  #openingAt(at: number): number {
    let opening = at;
    // The hours that come next may be those that the clocks leap over.
    while (!this.#isOpenAt(opening)) opening = this.#stretchOf(opening).until;
    return opening;
  }

  #stretchOf(at: number): HoursStretch {
    const wall = wallAt(instantField(["at"], at), this.zone);
    const open = this.#isOpen(wall);
    let from = this.#lastBy(wall);
    while (from > -Infinity && this.#isOpen(from - 1) === open) from = this.#lastBy(from - 1);
    let until = this.#nextAfter(wall);
    while (until < Infinity && this.#isOpen(until) === open) until = this.#nextAfter(until);
    return { open, from: this.#instantOf(from), until: this.#instantOf(until) };
  }

  #instantOf(wall: number): number {
    return Number.isFinite(wall) ? instantOf(wall, this.zone) : wall;
  }

  #isOpen(wall: number): boolean {
    return this.#week.isOpen(wall) && this.#holidaysAt(wall) === undefined;
  }

  #nextAfter(wall: number): number {
    const now = this.#holidaysAt(wall);
    if (now !== undefined) return now[1];
    const next = this.#closed[this.#closedBefore(wall)];
    return Math.min(this.#week.nextAfter(wall), next?.[0] ?? Infinity);
  }

  #lastBy(wall: number): number {
    const now = this.#holidaysAt(wall);
    if (now !== undefined) return now[0];
    const last = this.#closed[this.#closedBefore(wall) - 1];
    return Math.max(this.#week.lastBy(wall), last?.[1] ?? -Infinity);
  }

  #holidaysAt(wall: number): readonly [from: number, until: number] | undefined {
    const last = this.#closed[this.#closedBefore(wall) - 1];
    return last !== undefined && wall < last[1] ? last : undefined;
  }

  /** How many runs of holidays begin at or before `wall`. */
  #closedBefore(wall: number): number {
    let [low, high] = [0, this.#closed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#closed[middle]?.[0] as number) <= wall) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function holidaysField(path: FieldPath, value: unknown): readonly number[] {
  const dates = listField(path, value, { fewest: 0, most: MOST_HOLIDAYS, what: "dates" });
  return each(dates, (date, index) => dateField([...path, index], date));
}
