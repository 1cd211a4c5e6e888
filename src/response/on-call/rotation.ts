/** People who take turns. */
import { invalid, show } from "../../core/errors.ts";
import { instantOf, wallAt } from "../../core/time/wall-time.ts";

import {
  A_MONDAY,
  DAY_MS,
  dateField,
  type FieldPath,
  listField,
  nameField,
  objectField,
  timeField,
  type Weekday,
  WEEK_MS,
  weekdayField,
  zoneField,
} from "../business-hours/fields.ts";

/** When the turn goes to the next one. */
export interface OnCallHandover {
  /** `day`, `week`, or a number of hours, days or weeks: `12h`, `3d`, `2w`. By the clocks on the wall, as all of it. */
  readonly every: string;
  /** On which weekday, for turns of weeks; that of the first date unless told. */
  readonly on?: Weekday;
  /** At what time of the day, such as `09:00`; for turns of hours one of the times. */
  readonly at: string;
  /** IANA name of the zone whose clocks are meant. */
  readonly zone: string;
}

/** Whose turn it is, and for how long. */
export interface Turn {
  readonly person: string;
  /** In epoch milliseconds. */
  readonly from: number;
  /** In epoch milliseconds; the turn is over then. */
  readonly until: number;
}

const MOST_PEOPLE = 1_000;
const MOST_STEPS = 1_000;
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: DAY_MS, w: WEEK_MS };

/**
 * Turns on the wall line, where all of them have the same length: the one at an instant is found by division, however
 * long ago the first was.
 */
export class Rotation {
  readonly #people: readonly string[];
  readonly #zone: string;
  readonly #stepMs: number;
  /** Where the first turn begins on the wall, or would have, had it begun on its weekday. */
  readonly #firstWall: number;
  /** When the first turn begins, in epoch milliseconds. */
  readonly startsAt: number;

  constructor(
    { people, handover, startsAt }: Readonly<Record<"people" | "handover" | "startsAt", unknown>>,
    path: FieldPath,
  ) {
    this.#people = listField([...path, "people"], people, { most: MOST_PEOPLE, what: "people" }).map((person, index) =>
      nameField([...path, "people", index], person),
    );
    const inHandover = [...path, "handover"];
    const { every, on, at, zone } = objectField(inHandover, handover, ["every", "on", "at", "zone"]);
    const { stepMs, inWeeks } = stepField([...inHandover, "every"], every);
    this.#stepMs = stepMs;
    this.#zone = zoneField([...inHandover, "zone"], zone);
    const day = dateField([...path, "startsAt"], startsAt);
    const start = day + timeField([...inHandover, "at"], at);
    this.startsAt = instantOf(start, this.#zone);
    if (on === undefined) {
      this.#firstWall = start;
      return;
    }
    const weekday = weekdayField([...inHandover, "on"], on);
    if (!inWeeks) throw invalid([...inHandover, "on"], `is for turns of weeks, and these are of ${show(every)}`);
    this.#firstWall = start - ((((day - A_MONDAY - weekday * DAY_MS) % WEEK_MS) + WEEK_MS) % WEEK_MS);
  }

  /** The turn that `at` is in; undefined before the first. */
  turnAt(at: number): Turn | undefined {
    if (at < this.startsAt) return undefined;
    const count = Math.floor((wallAt(at, this.#zone) - this.#firstWall) / this.#stepMs);
    return {
      person: this.#people[count % this.#people.length] as string,
      from: Math.max(this.startsAt, this.#handover(count)),
      until: this.#handover(count + 1),
    };
  }

  #handover(count: number): number {
    return instantOf(this.#firstWall + count * this.#stepMs, this.#zone);
  }
}

function stepField(path: FieldPath, value: unknown): { readonly stepMs: number; readonly inWeeks: boolean } {
  const text = value === "day" ? "1d" : value === "week" ? "1w" : value;
  const match = typeof text === "string" ? /^([1-9]\d{0,3})([hdw])$/.exec(text) : null;
  const [, count = "", unit = ""] = match ?? [];
  if (match === null || Number(count) > MOST_STEPS) {
    throw invalid(path, `${show(value)} is no length of turns; write day, week, or 1 to 1000 of h, d, w, such as 12h`);
  }
  return { stepMs: Number(count) * (UNITS[unit] as number), inWeeks: unit === "w" };
}
