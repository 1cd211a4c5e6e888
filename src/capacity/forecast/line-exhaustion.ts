/** When a straight line reaches a limit: Fieller's interval, widened where its residuals are not independent. */
import type { LineFit } from "../math/line.ts";
import { type CapacityLimit, type CapacityExhaustion, percentOf, told } from "./exhaustion.ts";

/** Nobody plans further. */
const FURTHEST_MS = 3_650 * 86_400_000;

/** What a line is asked. */
export interface LineQuestion {
  readonly limit: CapacityLimit;
  readonly confidence: number;
  /** From when on, in epoch milliseconds. */
  readonly endMs: number;
  /** How many residuals one of independent ones is worth: (1 + r) / (1 - r) with correlation r. */
  readonly independence: number;
}

/** @param line - over epoch milliseconds */
export function exhaustionOfLine(
  line: LineFit,
  { limit, confidence, endMs, independence }: LineQuestion,
): CapacityExhaustion {
  const rising = limit.side !== "below";
  const now = line.at(endMs);
  if (rising ? now >= limit.value : now <= limit.value) {
    return { state: "reached", at: endMs, confidence, text: "reached" };
  }
  const reach = line.reach(limit.value, { from: endMs, confidence, rising, varianceFactor: independence });
  const within = (at: number): number | undefined => (at - endMs <= FURTHEST_MS ? at : undefined);
  const [earliest, expected, latest] = [within(reach.earliest), within(reach.expected), within(reach.latest)];
  if (earliest !== undefined) {
    return told({ confidence, endMs, horizonMs: FURTHEST_MS, earliest, expected, latest, method: "fieller" });
  }
  const sure = `at ${percentOf(confidence)}`;
  if (reach.earliest === Infinity) {
    return { state: "never", method: "fieller", confidence, text: `never ${sure}, as it goes now` };
  }
  const text = `not within 10 years ${sure}`;
  return { state: "not_within", horizonMs: FURTHEST_MS, method: "fieller", confidence, text };
}
