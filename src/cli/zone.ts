/** The zone of calendar windows, which nothing else has. */
import { CALENDAR_UNITS, type Window } from "../core/time/window.ts";

import type { Given } from "./given.ts";

/** Refuses a `--time-zone` that says nothing of the windows. @throws {@link UsageError} */
export function checkZone(given: Given, windows: readonly Window[]): void {
  given.needs("time-zone", "window", "it says whose calendar that means");
  if (!given.has("time-zone") || windows.some(({ kind }) => kind === "calendar")) return;
  const units = CALENDAR_UNITS.join(", ");
  throw given.fault(
    `--time-zone: --window ${given.all("window").join(" and ")} is as long in every zone; leave it out, or write a window of the calendar: ${units}`,
  );
}
