/** When a straight line reaches a limit: Fieller's interval, widened where its residuals are not independent. */
import { durationText } from "../../core/duration-text.ts";
import { type Exhaustion, type ExhaustionQuestion, percentOf, told } from "./exhaustion.ts";
import type { LineFit } from "../math/line.ts";

/** Nobody plans further. */
const FURTHEST_MS = 3_650 * 86_400_000;

/**
 * @param line - fitted to steps, of which the last known is `lastStep`
 * @param independence - how many residuals one of independent ones is worth: (1 + r) / (1 - r) with correlation r
 */
export function exhaustionOfLine(
  line: LineFit,
  question: ExhaustionQuestion & { readonly nextStep: number; readonly independence: number },
): Exhaustion {
  const { limit, confidence, endMs, stepMs, nextStep, independence } = question;
  const rising = limit.side !== "below";
  const reach = line.reach(limit.value, { from: nextStep, confidence, rising, varianceFactor: independence });
  const at = (step: number): number => endMs + (step - nextStep) * stepMs;
  const within = (step: number): number | undefined => (at(step) - endMs <= FURTHEST_MS ? at(step) : undefined);
  const [earliest, expected, latest] = [within(reach.earliest), within(reach.expected), within(reach.latest)];
  if (earliest === undefined) {
    const sure = `at ${percentOf(confidence)}`;
    if (reach.earliest === Infinity)
      return { state: "never", method: "fieller", confidence, text: `never ${sure}, as it goes now` };
    const text = `not within ${durationText(FURTHEST_MS)} ${sure}`;
    return { state: "not_within", horizonMs: FURTHEST_MS, method: "fieller", confidence, text };
  }
  return told({ ...question, steps: FURTHEST_MS / stepMs, earliest, expected, latest, method: "fieller" });
}
