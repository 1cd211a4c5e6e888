/** How the errors of a model grow from step to step, by what it says of itself. */
import type { Fitted, Values } from "../models/types.ts";

/** Variances by step, in units of the variance of one step's error. */
export interface Variances {
  /** Of a value: its own error, what earlier ones left behind, and what is not known of the parameters. */
  readonly total: Float64Array;
  /** How much a single error makes of it: 1 where there is but one, near 0 where many add up. */
  readonly single: Float64Array;
}

/** Follows one error through `steps` steps. */
export function variancesOf(fitted: Pick<Fitted, "ripple" | "parameterVariance">, steps: number): Variances {
  const ripple = fitted.ripple();
  const [total, single] = [new Float64Array(steps), new Float64Array(steps)];
  ripple.step(1);
  let [squares, fourths] = [1, 1];
  for (let step = 0; step < steps; step += 1) {
    total[step] = squares + fitted.parameterVariance(step + 1);
    single[step] = fourths / (squares * squares);
    const later = ripple.step(0);
    squares += later * later;
    fourths += later ** 4;
  }
  return { total, single };
}

/** Standard deviation of errors, with what was estimated from them taken off; NaN where nothing is left. */
export function deviationOf(errors: Values, parameters: number): number {
  let [squares, count] = [0, 0];
  for (const error of errors) {
    if (Number.isNaN(error)) continue;
    squares += error * error;
    count += 1;
  }
  return count > parameters ? Math.sqrt(squares / (count - parameters)) : NaN;
}
