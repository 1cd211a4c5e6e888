/** A week of opening hours without dates: a pattern on the wall line that comes again every seven days. */
import { invalid, show } from "../../core/errors.ts";

import { A_MONDAY, all, DAY_MS, each, listField, objectField, timeField, WEEK_MS, weekdayField } from "./fields.ts";
import type { FieldPath, Weekday } from "./fields.ts";

/** Hours on some days of the week. */
export interface OpeningHours {
  /** The days on which they begin. */
  readonly days: readonly Weekday[];
  /** When they begin, such as `09:00`. */
  readonly from: string;
  /** When they end, such as `17:00` or `24:00`. Not after `from`, it is meant on the next day. */
  readonly until: string;
}

/** Most windows in a week; more is not a week but a mistake. */
const MOST_HOURS = 50;

/** Opening hours from outside. @throws {@link ConfigurationError} if they are none */
export function weekField(path: FieldPath, value: unknown): WeekPattern {
  const hours = listField(path, value, { most: MOST_HOURS, what: "opening hours" });
  return new WeekPattern(each(hours, (one, index) => stretchesField([...path, index], one)).flat());
}

function stretchesField(path: FieldPath, value: unknown): readonly [number, number][] {
  const { days, from, until } = objectField(path, value, ["days", "from", "until"]);
  const [start, end, weekdays] = all(
    () => timeField([...path, "from"], from),
    () => timeField([...path, "until"], until, { end: true }),
    () => daysField([...path, "days"], days),
  );
  if (start === end) {
    throw invalid([...path, "until"], `${show(until)} is when they begin; for a whole day write 00:00 to 24:00`);
  }
  const lengthMs = end > start ? end - start : end + DAY_MS - start;
  return weekdays.map((day) => [day * DAY_MS + start, day * DAY_MS + start + lengthMs]);
}

function daysField(path: FieldPath, value: unknown): readonly number[] {
  const days = listField(path, value, { most: 7, what: "weekdays" });
  return each(days, (day, index) => weekdayField([...path, index], day));
}

/** Where a week is open, by its borders. */
export class WeekPattern {
  /** Where it opens or closes, from 0 to a week. None if it is open all week. */
  readonly #borders: readonly number[];
  /** Whether it is open before the first border, and behind the last. */
  readonly #openAtEnds: boolean;
  /** Milliseconds of the wall for which it is open in a week. */
  readonly openMs: number;

  /** `stretches` begin within the week, and may reach over its end. */
  constructor(stretches: readonly (readonly [from: number, until: number])[]) {
    const within = stretches.flatMap(([from, until]) =>
      until <= WEEK_MS ? [[from, until] as const] : [[from, WEEK_MS] as const, [0, until - WEEK_MS] as const],
    );
    const merged = mergeStretches(within);
    this.openMs = merged.reduce((sum, [from, until]) => sum + until - from, 0);
    const borders = merged.flat();
    const wraps = borders[0] === 0 && borders.at(-1) === WEEK_MS;
    this.#borders = wraps ? borders.slice(1, -1) : borders;
    this.#openAtEnds = wraps;
  }

  isOpen(wall: number): boolean {
    const place = placeIn(wall);
    const passed = this.#borders.filter((border) => border <= place).length;
    return (passed % 2 === 1) !== this.#openAtEnds;
  }

  /** The next border after `wall`; infinite if there is none. */
  nextAfter(wall: number): number {
    const place = placeIn(wall);
    const next = this.#borders.find((border) => border > place) ?? (this.#borders[0] ?? Infinity) + WEEK_MS;
    return wall - place + next;
  }

  /** The last border at or before `wall`; infinitely long ago if there is none. */
  lastBy(wall: number): number {
    const place = placeIn(wall);
    const last = this.#borders.findLast((border) => border <= place) ?? (this.#borders.at(-1) ?? -Infinity) - WEEK_MS;
    return wall - place + last;
  }
}

/** The same stretches in order, none of which touch each other. */
export function mergeStretches(stretches: readonly (readonly [from: number, until: number])[]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [from, until] of [...stretches].sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], until);
    else merged.push([from, until]);
  }
  return merged;
}

function placeIn(wall: number): number {
  return (((wall - A_MONDAY) % WEEK_MS) + WEEK_MS) % WEEK_MS;
}
