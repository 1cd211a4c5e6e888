/** People who take turns. */
import { invalid, show } from "../../core/errors.ts";
import { instantOf, wallAt } from "../../core/time/wall-time.ts";

import {
  A_MONDAY,
  all,
  DAY_MS,
  dateField,
  each,
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
    const [names, turns, day] = all(
      () => peopleField([...path, "people"], people),
      () => handoverField([...path, "handover"], handover),
      () => dateField([...path, "startsAt"], startsAt),
    );
    this.#people = names;
    this.#stepMs = turns.stepMs;
    this.#zone = turns.zone;
    const { weekday } = turns;
    const start = day + turns.at;
    this.startsAt = instantOf(start, this.#zone);
    if (weekday === undefined) {
      this.#firstWall = start;
      return;
    }
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

function peopleField(path: FieldPath, value: unknown): readonly string[] {
  const people = listField(path, value, { most: MOST_PEOPLE, what: "people" });
  return each(people, (person, index) => nameField([...path, index], person));
}

interface Handover {
  readonly stepMs: number;
  readonly zone: string;
  /** From midnight, in milliseconds. */
  readonly at: number;
  /** Undefined for that of the first date. */
  readonly weekday: number | undefined;
}

function handoverField(path: FieldPath, value: unknown): Handover {
  const { every, on, at, zone } = objectField(path, value, ["every", "on", "at", "zone"]);
  const [{ stepMs, inWeeks }, inZone, time, weekday] = all(
    () => stepField([...path, "every"], every),
    () => zoneField([...path, "zone"], zone),
    () => timeField([...path, "at"], at),
    () => (on === undefined ? undefined : weekdayField([...path, "on"], on)),
  );
  if (weekday !== undefined && !inWeeks)
    throw invalid([...path, "on"], `is for turns of weeks, and these are of ${show(every)}`);
  return { stepMs, zone: inZone, at: time, weekday };
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
