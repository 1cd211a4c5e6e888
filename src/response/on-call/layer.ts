/** One layer of a schedule: a rotation, and the hours in which it is in force. */
import { invalid, show, within } from "../../core/errors.ts";

import { all, type FieldPath, nameField, objectField } from "../business-hours/fields.ts";
import { BusinessHours, type BusinessHoursOptions } from "../business-hours/business-hours.ts";
import { type OnCallHandover, Rotation } from "./rotation.ts";

/** One layer of an `OnCallSchedule`, as it is written. */
export interface OnCallLayer {
  /** 1 to 200 characters, and no other layer's. */
  readonly name: string;
  /** Ids of those who take turns, in their order; the first one begins. */
  readonly people: readonly string[];
  readonly handover: OnCallHandover;
  /** Date in the zone of the hand-over on which the first turn begins, at the time of the hand-over. */
  readonly startsAt: string;
  /** The hours in which the layer is in force; always unless told. Turns go on outside of them. */
  readonly during?: BusinessHours | BusinessHoursOptions;
}

/** What one source of a schedule says of an instant, and for how long it says so. */
export interface Say {
  /** Undefined if it says nothing. */
  readonly person: string | undefined;
  /** In epoch milliseconds, or infinitely long ago. */
  readonly from: number;
  /** In epoch milliseconds, or never. */
  readonly until: number;
}

/** A layer that was checked. */
export class Layer {
  readonly name: string;
  readonly #rotation: Rotation;
  readonly #hours: BusinessHours | undefined;

  constructor(layer: unknown, path: FieldPath) {
    const { name, during, ...rest } = objectField(path, layer, ["name", "people", "handover", "startsAt", "during"]);
    const { people, handover, startsAt } = rest;
    [this.name, this.#rotation, this.#hours] = all(
      () => nameField([...path, "name"], name),
      () => new Rotation({ people, handover, startsAt }, path),
      () => hoursField([...path, "during"], during),
    );
  }

  sayAt(at: number): Say {
    const { startsAt } = this.#rotation;
    const hours = this.#hours;
    const turn = this.#rotation.turnAt(at);
    if (turn === undefined) {
      const first = hours?.stretchAt(startsAt);
      return { person: undefined, from: -Infinity, until: first?.open === false ? first.until : startsAt };
    }
    if (hours === undefined) return turn;
    const { open, from, until } = hours.stretchAt(at);
    if (!open) return { person: undefined, from: from <= startsAt ? -Infinity : from, until };
    return { person: turn.person, from: Math.max(turn.from, from), until: Math.min(turn.until, until) };
  }
}

/** Business hours, or what they are made of, or undefined. */
export function hoursField(path: FieldPath, value: unknown): BusinessHours | undefined {
  if (value === undefined || value instanceof BusinessHours) return value;
  if (typeof value !== "object" || value === null) {
    throw invalid(path, `${show(value)} is not business hours; write an object with zone and hours`);
  }
  return within(path, () => new BusinessHours(value as BusinessHoursOptions));
}
