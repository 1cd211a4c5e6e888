/** What forecasts are between: how errors spread from step to step, what shape they have, and how wrong the model has been. */
import type { Choice } from "./choose.ts";
import type { Fitted, Values } from "../models/types.ts";
import { isNormal, spreadOverTime } from "../math/residuals.ts";
import { quantileSorted } from "../math/statistics.ts";
import { studentQuantile } from "../math/student.ts";
import { deviationOf, variancesOf } from "./variances.ts";

/** How the errors of a forecast are spread. */
export interface Spread {
  /** Standard deviation of the errors one step ahead. */
  readonly deviation: number;
  readonly degrees: number;
  /** Errors of the past in units of that deviation, sorted; undefined where Student's t describes them. */
  readonly shape: Float64Array | undefined;
  /** What the backtest says the deviations have to be multiplied by. */
  readonly calibration: number;
  /** Errors of the past as they were, to be drawn from. */
  readonly errors: Float64Array;
}

/** A forecast with what each step is between. */
export interface Band {
  readonly mean: Values;
  readonly lower: Values;
  readonly upper: Values;
}

/** So many origins are worth no more than the model's own word. */
const TRUST = 2;
/** A backtest may widen a band to so many times its width, and narrow it to so many. */
const [NARROWEST, WIDEST] = [0.9, 4];
/** Of fewer errors nobody can tell a shape. */
const SHAPED = 100;

/** Looks at a fitted model's errors, and at those of its backtest. */
export function spreadOf(fitted: Fitted, choice: Choice, values: Values): Spread {
  // Where errors grow with time, those of the past count as if they came now.
  const widths = spreadOverTime(fitted.residuals);
  const width = widths.at(-1) ?? 1;
  const errors = fitted.residuals
    .map((residual, place) => (residual * width) / (widths[place] as number))
    .filter((residual) => !Number.isNaN(residual));
  const degrees = errors.length - fitted.parameters;
  const deviation = deviationOf(errors, fitted.parameters);
  const shaped = errors.length >= SHAPED && deviation > 0 && !isNormal(errors);
  const shape = shaped ? errors.map((error) => error / deviation).sort() : undefined;
  return {
    deviation,
    degrees,
    shape,
    errors,
    calibration: calibrate(
      fitted,
      choice,
      values,
      widths.map((at) => (deviation * at) / width),
    ),
  };
}

/** How much wider or narrower than the model says the errors of the backtest were. */
function calibrate(fitted: Fitted, { backtest, blind }: Choice, values: Values, deviations: Values): number {
  if (blind.length === 0 || !((deviations[0] as number) > 0)) return 1;
  const variances = totalsOf(fitted, deviations.at(-1) as number, backtest.horizon);
  let [total, origins] = [0, 0];
  for (const [place, origin] of backtest.origins.entries()) {
    let [sum, count] = [0, 0];
    const forecast = blind[place] as Values;
    for (let step = 0; step < forecast.length; step += 1) {
      const error =
        ((values[origin + step] as number) - (forecast[step] as number)) / (deviations[origin + step] as number);
      if (Number.isNaN(error)) continue;
      sum += (error * error) / (variances[step] as number);
      count += 1;
    }
    if (count === 0) continue;
    total += sum / count;
    origins += 1;
  }
  return Math.min(WIDEST, Math.max(NARROWEST, Math.sqrt((total + TRUST) / (origins + TRUST))));
}

/** Variances in units of the one-step variance: those that several models say each of itself, or those of the one. */
function totalsOf(fitted: Fitted, deviation: number, steps: number): Float64Array {
  const own = fitted.deviations?.(steps);
  return own === undefined || !(deviation > 0)
    ? variancesOf(fitted, steps).total
    : own.map((value) => (value / deviation) ** 2);
}

/** What each of the next steps is between at `confidence`; within `floor` and `cap`, which the metric cannot leave. */
export function bandOf(
  fitted: Fitted,
  spread: Spread,
  {
    steps,
    confidence,
    floor,
    cap,
  }: { readonly steps: number; readonly confidence: number; readonly floor: number; readonly cap: number },
): Band {
  const mean = fitted.forecast(steps);
  const { deviation, degrees, shape, calibration } = spread;
  const total = totalsOf(fitted, deviation, steps);
  const { single } = variancesOf(fitted, steps);
  const student = studentQuantile((1 + confidence) / 2, Math.max(1, degrees));
  const [low, high] =
    shape === undefined
      ? [-student, student]
      : // Of a lopsided shape both may be on one side; the mean is within all the same.
        [
          Math.min(0, quantileSorted(shape, (1 - confidence) / 2)),
          Math.max(0, quantileSorted(shape, (1 + confidence) / 2)),
        ];
  const within = (value: number): number => Math.min(cap, Math.max(floor, value));
  // Where nothing tells how far off the model is, it is anywhere that the metric can be.
  if (Number.isNaN(deviation)) {
    return { lower: mean.map(() => floor), upper: mean.map(() => cap), mean: mean.map(within) };
  }
  const edge = (own: number, normal: number): Values =>
    mean.map((value, step) => {
      // One error has its own shape; a sum of many has the normal one.
      const share = Math.sqrt(single[step] as number);
      const quantile = own * share + normal * (1 - share);
      return within(value + quantile * deviation * calibration * Math.sqrt(total[step] as number));
    });
  return { lower: edge(low, -student), upper: edge(high, student), mean: mean.map(within) };
}
