/** An availability as two numbers, so that neither end loses its digits. */
import { invalid, show } from "../core/errors.ts";
import type { Path } from "../core/faults.ts";
import { Objective, type ObjectiveInput } from "../core/objective.ts";

/**
 * How likely something is to be up. Near 1 a double holds `1 - 1e-18` as 1, so what is missing to 1 is kept beside it,
 * with all of its digits.
 */
export interface Availability {
  /** Share of the time, or of the requests, that is good; from 0 to 1. */
  readonly availabilityRatio: number;
  /** `1 - availabilityRatio`, computed on its own and never by that subtraction; from 0 to 1. */
  readonly unavailabilityRatio: number;
}

/**
 * An availability as it is handed in: a percentage or ratio as {@link Objective.parse} reads it (`"99.95%"`, `0.9995`),
 * or one or both of the numbers of {@link Availability}. `{ unavailabilityRatio: 1e-12 }` is the way to write more than
 * nine digits, and the results of the calculator can be handed in again.
 */
export type AvailabilityInput = ObjectiveInput | Partial<Availability>;

// Two figures for one thing may differ by rounding, not by more.
const DISAGREEMENT = 1e-9;

/** Reads `input`; `path` is what an error calls it. Throws a {@link ConfigurationError} if it is no availability. */
export function readAvailability(input: AvailabilityInput, path: string | Path): Availability {
  if (isPair(input)) return readPair(input, typeof path === "string" ? [path] : path);
  const objective = Objective.parse(input, path);
  return { availabilityRatio: objective.ratio, unavailabilityRatio: objective.budgetRatio };
}

function isPair(input: AvailabilityInput): input is Partial<Availability> {
  return typeof input === "object" && (input as unknown) !== null && !(input instanceof Objective);
}

function readPair(input: Partial<Availability>, path: Path): Availability {
  const { availabilityRatio: up, unavailabilityRatio: down } = input;
  if (up === undefined && down === undefined) {
    throw invalid(path, "has neither availabilityRatio nor unavailabilityRatio; write at least one, from 0 to 1");
  }
  if (up !== undefined) readRatio(up, [...path, "availabilityRatio"]);
  if (down !== undefined) readRatio(down, [...path, "unavailabilityRatio"]);
  const availabilityRatio = up ?? 1 - (down ?? 0);
  const unavailabilityRatio = down ?? 1 - availabilityRatio;
  if (Math.abs(availabilityRatio + unavailabilityRatio - 1) > DISAGREEMENT) {
    throw invalid(path, `${show(availabilityRatio)} and ${show(unavailabilityRatio)} do not add up to 1`);
  }
  return { availabilityRatio, unavailabilityRatio };
}

function readRatio(value: unknown, path: Path): void {
  if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
    throw invalid(path, `${show(value)} is not a ratio; write a number from 0 to 1`);
  }
}

/** `value` if it is a finite number of at least `least`; a {@link ConfigurationError} that names `path` otherwise. */
export function readAmount(value: number, path: string, { least = 0, unit }: { least?: number; unit: string }): number {
  if (typeof value === "number" && value >= least && value < Infinity) return value;
  throw invalid(path, `${show(value)} is not an amount of ${unit}; write a number of at least ${String(least)}`);
}
