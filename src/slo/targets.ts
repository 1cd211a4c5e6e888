/** What is promised: the `target` of each kind, and what goes with it. */
import { parseDuration } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { Objective, type ObjectiveInput } from "../core/objective.ts";
import { field, remembering } from "../core/parse.ts";
import type * as z from "../core/schema.ts";

const DAY_MS = 86_400_000;
const HIGHEST_FLOOR = 1e12;

/** A share of good events that leaves a budget. */
export function objectiveField(example: string): z.ZodType<Objective> {
  return field(
    remembering((input) => Objective.parse(input as ObjectiveInput, []).withBudget([])),
    example,
  );
}

/** A ceiling on the share of failures, as the objective that is its complement. */
export const ceilingField: z.ZodType<Objective> = field(
  remembering((input) => {
    if (typeof input !== "string" || !/%\s*$/.test(input)) {
      throw invalid([], `${show(input)} could be a percentage or a ratio; write it with a %, such as 0.1%`);
    }
    if (/^[\s0.]*%\s*$/.test(input) && input.includes("0")) {
      throw invalid([], `${show(input)} leaves no error budget to measure against; the least that does is 0.0000001%`);
    }
    const ceiling = Objective.parse(input, []);
    if (ceiling.budgetPartsPerBillion === 0) {
      throw invalid([], `${show(input)} allows every request to fail; write less than 100%`);
    }
    return ceiling.complement();
  }),
  "0.1%",
);

/** A share of the budget: a percentage as text, or a number from 0 to 1. */
export function shareField(example: string): z.ZodType<number> {
  return field(
    remembering((input) => {
      if (typeof input === "number" && input >= 0 && input <= 1) return input;
      const match = typeof input === "string" ? /^(\d{1,4}(?:\.\d{1,9})?)\s*%$/.exec(input.trim()) : null;
      // The text shifted by two places is rounded once; divided by 100 it would be twice.
      if (match !== null) return Number(`${match[1] ?? ""}e-2`);
      // Beside 0.8, which is a share, 1.2 may be one as well.
      const asShare =
        typeof input === "number" && input > 1 && input < 10 && !Number.isInteger(input)
          ? `${String(Number((input * 100).toPrecision(12)))}% or `
          : "";
      const hint = typeof input === "number" ? `, such as ${asShare}${String(input)}%` : "";
      throw invalid(
        [],
        `${show(input)} is not a share of the budget; write a percentage${hint || ` such as ${example}`}`,
      );
    }),
    example,
  );
}

/** A floor, in requests a second. */
export const floorField: z.ZodType<number> = field((input) => {
  if (typeof input === "number" && input > 0 && input <= HIGHEST_FLOOR) return input;
  throw invalid([], `${show(input)} is not a floor; write requests a second as a number above 0, such as 1000`);
}, "1000");

/** The longest time that a good request takes, in milliseconds. */
export const thresholdField: z.ZodType<number> = field(
  remembering((input) => durationBetween(input, 1, DAY_MS, "a threshold is from 1ms to 1d")),
  "200ms",
);

/** Length of a time slice, in milliseconds; whether it divides the window is seen when both are known. */
export const sliceField: z.ZodType<number> = field(
  remembering((input) => durationBetween(input, 1, Infinity, "a slice is at least 1ms")),
  "1m",
);

/** How many events are enough to judge by. */
export const minimumEventsField: z.ZodType<number> = field((input) => {
  if (typeof input === "number" && Number.isSafeInteger(input) && input >= 1) return input;
  throw invalid([], `${show(input)} is not a number of events; write a whole number from 1`);
}, "100");

/** Milliseconds from `least` to `most`; `rule` says so. */
export function durationBetween(input: unknown, least: number, most: number, rule: string): number {
  const durationMs = parseDuration(input as string, []);
  if (durationMs < least || durationMs > most) throw invalid([], `${show(input)} is out of range; ${rule}`);
  return durationMs;
}
