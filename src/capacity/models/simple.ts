/** The models that everything else has to beat: the last value, the last season, the line through first and last. */
import { type Fitted, lastingRipple, STILL, type Values } from "./types.ts";

/** Place of the last value that there is; -1 if there is none. */
export function lastKnown(values: Values): number {
  let place = values.length - 1;
  while (place >= 0 && Number.isNaN(values[place])) place -= 1;
  return place;
}

/** Variance `ahead` steps on by a drift that was taken for none, of a walk that was seen for so many steps. */
export function driftVariance(ahead: number, seen: number): number {
  return (ahead * ahead) / Math.max(1, seen - 1);
}

/** Tomorrow is as today. */
export function fitNaive(values: Values): Fitted {
  const last = values[lastKnown(values)] as number;
  return {
    forecast: (steps) => new Float64Array(steps).fill(last),
    residuals: differences(values, 0),
    parameters: 0,
    ripple: () => lastingRipple(1),
    // That there is no drift is not known: it could be as large as chance makes the mean of so many steps.
    parameterVariance: (ahead) => driftVariance(ahead, values.length),
  };
}

/** On from the last value by the mean step so far. */
export function fitDrift(values: Values): Fitted {
  const last = lastKnown(values);
  let first = 0;
  while (first < last && Number.isNaN(values[first])) first += 1;
  const span = last - first;
  const slope = span > 0 ? ((values[last] as number) - (values[first] as number)) / span : 0;
  return {
    forecast: (steps) =>
      Float64Array.from(
        { length: steps },
        (_, step) => (values[last] as number) + slope * (values.length - last + step),
      ),
    residuals: differences(values, slope),
    parameters: 1,
    ripple: () => lastingRipple(1),
    parameterVariance: (ahead) => (span > 0 ? (ahead * ahead) / span : 0),
  };
}

/** The mean of the values from `start` on, or of all where none is known since. */
export function fitMean(values: Values, start: number): Fitted {
  const from = lastKnown(values) >= start ? start : 0;
  let [total, count] = [0, 0];
  for (let place = from; place < values.length; place += 1) {
    if (Number.isNaN(values[place])) continue;
    total += values[place] as number;
    count += 1;
  }
  const mean = total / count;
  return {
    forecast: (steps) => new Float64Array(steps).fill(mean),
    residuals: values.map((value, place) => (place < from ? NaN : value - mean)),
    parameters: 1,
    ripple: () => STILL,
    parameterVariance: () => 1 / count,
  };
}

/** Each step as the same step of the season before. */
export function fitSeasonalNaive(values: Values, season: number): Fitted {
  const length = values.length;
  const known = Float64Array.from({ length: season }, (_, phase) => {
    // The latest value of this phase that there is.
    for (let place = length - season + phase; place >= 0; place -= season) {
      if (!Number.isNaN(values[place])) return values[place] as number;
    }
    return values[lastKnown(values)] as number;
  });
  return {
    forecast: (steps) => Float64Array.from({ length: steps }, (_, step) => known[step % season] as number),
    residuals: Float64Array.from(values, (value, place) =>
      place < season ? NaN : value - (values[place - season] as number),
    ),
    parameters: 0,
    ripple: () => seasonalRipple(season),
    parameterVariance: () => 0,
  };
}

/** An error comes again a season later, and so on. */
function seasonalRipple(season: number): { step(error: number): number } {
  const moved = new Float64Array(season);
  let phase = 0;
  return {
    step(error) {
      const now = moved[phase] as number;
      moved[phase] = now + error;
      phase = (phase + 1) % season;
      return now;
    },
  };
}

/** Steps from one value to the next, per step where values between are missing, less what was expected. */
function differences(values: Values, slope: number): Values {
  const residuals = new Float64Array(values.length).fill(NaN);
  let last = -1;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] as number;
    if (Number.isNaN(value)) continue;
    if (last >= 0) {
      const gap = place - last;
      // The error of several steps at once is as one of them, times the root of their number.
      residuals[place] = (value - (values[last] as number) - slope * gap) / Math.sqrt(gap);
    }
    last = place;
  }
  return residuals;
}
