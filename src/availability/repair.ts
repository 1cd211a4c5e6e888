/**
 * Availability from how often something fails and how long a repair takes.
 *
 * MTBF here is the mean operating time between failures, repair not included (IEC 60050-192, 192-05-13), so that a failure
 * and its repair take MTBF + MTTR together, and steady-state availability is MTBF / (MTBF + MTTR). Sources that count the
 * repair into MTBF call that sum "MTBF" and this one "MTTF" or "MUT".
 */
import { invalid, show } from "../core/errors.ts";

import { type Availability, readAmount } from "./availability.ts";

/** MTBF / (MTBF + MTTR). */
export function availabilityOfRepair(mtbfHours: number, mttrHours: number): Availability {
  const up = readAmount(mtbfHours, "mtbfHours", { unit: "hours" });
  const down = readAmount(mttrHours, "mttrHours", { unit: "hours" });
  if (up + down === 0) throw invalid("mtbfHours", "0 with an mttrHours of 0 is no time at all; one must be above 0");
  return { availabilityRatio: up / (up + down), unavailabilityRatio: down / (up + down) };
}

/** MTTR * a / (1 - a). */
export function mtbfOf({ availabilityRatio, unavailabilityRatio }: Availability, mttrHours: number): number {
  const down = readAmount(mttrHours, "mttrHours", { unit: "hours" });
  if (unavailabilityRatio === 0) {
    throw invalid(
      "availability",
      `${show(availabilityRatio)} never fails, so nothing tells its MTBF; allowed is below 100%`,
    );
  }
  return (down * availabilityRatio) / unavailabilityRatio;
}

/** MTBF * (1 - a) / a. */
export function mttrOf({ availabilityRatio, unavailabilityRatio }: Availability, mtbfHours: number): number {
  const up = readAmount(mtbfHours, "mtbfHours", { unit: "hours" });
  if (availabilityRatio === 0) {
    throw invalid("availability", "0 is never up, so nothing tells its MTTR; allowed is above 0%");
  }
  return (up * unavailabilityRatio) / availabilityRatio;
}
