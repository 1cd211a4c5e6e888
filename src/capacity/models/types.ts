/** What a forecasting model is: something fitted to equal steps of time that tells what comes, and how errors spread. */
import { type Profile, seasonalProfile } from "./profile.ts";

/** Values at equal steps; NaN where one is missing. */
export type Values = Float64Array;

/** What the errors of a forecast leave behind as they come, one step after the other. */
export interface Ripple {
  /** What earlier errors have moved this step by; `error` is this step's own, heard by those after it. */
  step(error: number): number;
}

/** A model that was fitted. */
export interface Fitted {
  /** Forecasts of the steps 1 to `steps` after the last value. */
  forecast(steps: number): Float64Array;
  /** What it was wrong by at each value, one step ahead; NaN where it could not tell. */
  readonly residuals: Values;
  /** How many numbers were estimated from the values. */
  readonly parameters: number;
  /** A walk through the future. */
  ripple(): Ripple;
  /** Variance of the forecast at a step ahead by what is not known of the parameters, in units of the errors' variance. */
  parameterVariance(ahead: number): number;
  /** Standard deviations of the errors by step, where they do not follow from the rest; a model of several has them. */
  deviations?(steps: number): Float64Array;
  /** What was searched for, to be used again on more of the same values. */
  readonly weights?: readonly number[];
}

/** Values with what was found in them before any model is fitted; what several models need is worked out once. */
export class Series {
  readonly values: Values;
  /** Lengths of the seasons in steps, shortest first. */
  readonly seasons: readonly number[];
  /** Whether seasons are shares of the level rather than added to it. */
  readonly multiplicative: boolean;
  /** Places where the level moved and stayed, in order. */
  readonly shifts: readonly number[];
  /** Whether there are values far from all others. */
  readonly outliers: boolean;
  #profile: Profile | undefined;
  #known: number | undefined;

  constructor(
    values: Values,
    found: {
      readonly seasons?: readonly number[];
      readonly multiplicative?: boolean;
      readonly shifts?: readonly number[];
      readonly outliers?: boolean;
    } = {},
  ) {
    this.values = values;
    this.seasons = found.seasons ?? [];
    this.multiplicative = found.multiplicative ?? false;
    this.shifts = found.shifts ?? [];
    this.outliers = found.outliers ?? false;
  }

  /** How many values there are. */
  get known(): number {
    return (this.#known ??= knownOf(this.values));
  }

  /** The seasons, and the values without them. */
  get profile(): Profile {
    return (this.#profile ??= seasonalProfile(this.values, this.seasons, this.multiplicative));
  }

  /** The first `length` values, with what of the findings could be known by then. A shift is known a `delay` after it. */
  until(length: number, delay: number): Series {
    return new Series(this.values.subarray(0, length), {
      seasons: this.seasons.filter((season) => 2 * season <= length),
      multiplicative: this.multiplicative,
      outliers: this.outliers,
      shifts: this.shifts.filter((place) => place + delay <= length),
    });
  }
}

/** How many of the values there are. */
export function knownOf(values: Values): number {
  let known = 0;
  for (const value of values) if (!Number.isNaN(value)) known += 1;
  return known;
}

/** Errors that nothing later hears of. */
export const STILL: Ripple = { step: () => 0 };

/** Errors that stay, by a share, in all that comes. */
export function lastingRipple(share: number): Ripple {
  let moved = 0;
  return {
    step(error) {
      const now = moved;
      moved += share * error;
      return now;
    },
  };
}
