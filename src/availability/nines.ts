/** The number of nines: availability on a logarithmic scale, and back. */
import { invalid, show } from "../core/errors.ts";

import type { Availability } from "./availability.ts";

// Beyond this 10^-n is no longer a normal double.
const MOST_NINES = 300;

/** `-log10(unavailability)`; exact for whole numbers of nines, Infinity where nothing ever fails. */
export function countNines({ unavailabilityRatio }: Availability): number {
  // `-Math.log10(1)` is -0.
  return unavailabilityRatio === 1 ? 0 : -Math.log10(unavailabilityRatio);
}

/** The availability of `count` nines: an unavailability of `10^-count`. */
export function ninesToAvailability(count: number): Availability {
  if (typeof count !== "number" || !(count >= 0 && count <= MOST_NINES)) {
    throw invalid("nines", `${show(count)} is not a number of nines; write one from 0 to ${String(MOST_NINES)}`);
  }
  // `10 ** -5` is not the double nearest to 0.00001; the literal is.
  const unavailabilityRatio = Number.isInteger(count) ? Number(`1e-${String(count)}`) : 10 ** -count;
  // 1 - 10^-n without cancellation where n is small.
  return { availabilityRatio: 0 - Math.expm1(-count * Math.LN10), unavailabilityRatio };
}
