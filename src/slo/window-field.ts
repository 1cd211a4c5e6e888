/** The `measurement_window` of an SLO. */
import { zoneProblem } from "../core/time/calendar.ts";
import { invalid } from "../core/errors.ts";
import { field, remembering } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import { CALENDAR_UNITS, rollingWindow, type Window } from "../core/time/window.ts";
import { durationBetween } from "./targets.ts";

const SECOND_MS = 1_000;
const YEAR_MS = 365 * 86_400_000;
const FORMS = "a duration such as 30d, or a calendar period such as { calendar: month, time_zone: Europe/Berlin }";

const rolling = field(
  remembering((input): Window => {
    const durationMs = durationBetween(input, SECOND_MS, YEAR_MS, "a rolling window is from 1s to 1y");
    return Object.freeze(rollingWindow(durationMs));
  }),
  "30d",
);

// Asking Intl about a zone takes 50 microseconds, and documents repeat one or two with every SLO.
const zone = field(
  remembering((input) => {
    const problem = zoneProblem(input as string);
    if (problem !== undefined) throw invalid([], problem);
    return input as string;
  }),
  "Europe/Berlin",
);

const mapping = z
  .strictObject({
    rolling: rolling.optional(),
    calendar: z.enum(CALENDAR_UNITS).optional(),
    time_zone: zone.optional(),
  })
  .transform(({ rolling, calendar, time_zone }, context): Window => {
    if (context.issues.length > 0) return z.NEVER;
    if (rolling !== undefined && calendar === undefined && time_zone === undefined) return rolling;
    if (rolling === undefined && calendar !== undefined) {
      return { kind: "calendar", unit: calendar, zone: time_zone ?? "UTC" };
    }
    const message =
      rolling === undefined
        ? `is missing a length; write ${FORMS}`
        : "a rolling window has no calendar and no time_zone; write either rolling, or calendar with its time_zone";
    context.issues.push({ code: "custom", message, input: rolling });
    return z.NEVER;
  });

/** A rolling length, or a calendar period in a time zone (UTC unless told). */
export const windowField: z.ZodType<Window> = z.union(
  [z.string().pipe(rolling as z.ZodType<Window, string>), mapping],
  { error: FORMS },
);
