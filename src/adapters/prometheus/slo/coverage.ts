/** How much of a stretch of time was watched, by samples of whether the metrics were there. */
import { formatDuration, MILLISECONDS } from "../../../core/time/duration.ts";

/** How a stretch of time is sampled. */
export interface Sampling {
  /** A subquery over an expression that is 1 or 0: the sum of its values at each full step of the stretch. */
  readonly sum: (expression: string) => string;
  /** How many steps there are in the stretch that ends at `end`. */
  readonly steps: (end: number) => number;
}

/** Of days a hundredth is worth knowing, of hours a twentieth. */
const MOST_STEPS = { days: 100, hours: 20 };
const SHORTEST_STEP_MS = 5 * MILLISECONDS.s;

/** At most 100 steps, of whole seconds. */
export function samplingOf(durationMs: number): Sampling {
  const most = durationMs > 5 * MILLISECONDS.d ? MOST_STEPS.days : MOST_STEPS.hours;
  const stepMs = Math.max(SHORTEST_STEP_MS, Math.ceil(durationMs / most / MILLISECONDS.s) * MILLISECONDS.s);
  // Without its first moment, as Prometheus 3 has it; 2 would count it.
  const range = `[${formatDuration(Math.max(1, durationMs - 1))}:${formatDuration(stepMs)}]`;
  return {
    sum: (expression) => `sum_over_time(${expression}${range})`,
    steps: (end) => Math.max(1, Math.floor(end / stepMs) - Math.floor((end - durationMs) / stepMs)),
  };
}
