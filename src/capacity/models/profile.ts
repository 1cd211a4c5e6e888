/** What recurs: the profile of each season, taken out of the values and put back into forecasts. */

type Values = Float64Array;

/** Seasons of a series. */
export interface Profile {
  /** The values without them. */
  readonly adjusted: Values;
  /** The same before it is put back into the values' own unit: logarithms where seasons multiply. */
  readonly working: Values;
  /** What recurs in each of the seasons, by phase; logarithms where it multiplies. */
  readonly profiles: readonly Float64Array[];
  /** A value without season, as it is at `place`, which may lie in the future. */
  restore(value: number, place: number): number;
}

const ROUNDS = 4;

/**
 * Takes the profiles of `seasons` out of values, each profile the means by phase of what the course of the level and the other
 * profiles leave, and each mean drawn towards none by as much as its values differ among themselves (James and Stein 1961).
 */
export function seasonalProfile(values: Values, seasons: readonly number[], multiplicative: boolean): Profile {
  const logs = multiplicative ? values.map((value) => Math.log(value)) : values;
  const profiles = seasons.map((season) => new Float64Array(season));
  const left = Float64Array.from(logs);
  for (let round = 0; round < (seasons.length > 1 ? ROUNDS : 2); round += 1) {
    // The level moves: what it does within the longest season must not be taken for a part of the season.
    const level = movingMean(left, seasons.at(-1) ?? 1);
    for (const [index, season] of seasons.entries()) {
      const profile = profiles[index] as Float64Array;
      const change = phaseMeans(left, level, profile, season);
      for (let place = 0; place < left.length; place += 1)
        left[place] = (left[place] as number) - (change[place % season] as number);
      for (let phase = 0; phase < season; phase += 1)
        profile[phase] = (profile[phase] as number) + (change[phase] as number);
    }
  }
  const at = (place: number): number => {
    let total = 0;
    for (const profile of profiles) total += profile[place % profile.length] as number;
    return total;
  };
  return {
    profiles,
    working: left,
    adjusted: multiplicative ? left.map((value) => Math.exp(value)) : left,
    restore: (value, place) => (multiplicative ? value * Math.exp(at(place)) : value + at(place)),
  };
}

/** By how much each phase's profile has to change; the whole of a profile is shrunk, not the change. */
function phaseMeans(left: Values, level: Values, profile: Float64Array, season: number): Float64Array {
  const sums = new Float64Array(season);
  const squares = new Float64Array(season);
  const counts = new Float64Array(season);
  for (let place = 0; place < left.length; place += 1) {
    const phase = place % season;
    const value = (left[place] as number) + (profile[phase] as number) - (level[place] as number);
    if (Number.isNaN(value)) continue;
    sums[phase] = (sums[phase] as number) + value;
    squares[phase] = (squares[phase] as number) + value * value;
    counts[phase] = (counts[phase] as number) + 1;
  }
  let [within, degrees, between, groups, centre] = [0, 0, 0, 0, 0];
  const means = sums.map((total, phase) => ((counts[phase] as number) > 0 ? total / (counts[phase] as number) : 0));
  for (let phase = 0; phase < season; phase += 1) centre += (means[phase] as number) / season;
  for (let phase = 0; phase < season; phase += 1) {
    const count = counts[phase] as number;
    if (count === 0) continue;
    within += (squares[phase] as number) - count * (means[phase] as number) ** 2;
    degrees += count - 1;
    between += count * ((means[phase] as number) - centre) ** 2;
    groups += 1;
  }
  const noise = degrees > 0 ? within / degrees : 0;
  const ratio = between > 0 && groups > 3 ? Math.max(0, 1 - ((groups - 3) * noise) / between) : 1;
  return means.map((mean, phase) => (mean - centre) * ratio - (profile[phase] as number));
}

/** Mean of the values around each place over one season; NaN where there is no whole season around it. */
export function movingMean(values: Values, season: number): Values {
  const length = values.length;
  const sums = new Float64Array(length + 1);
  const counts = new Float64Array(length + 1);
  for (let place = 0; place < length; place += 1) {
    const value = values[place] as number;
    const known = !Number.isNaN(value);
    sums[place + 1] = (sums[place] as number) + (known ? value : 0);
    counts[place + 1] = (counts[place] as number) + (known ? 1 : 0);
  }
  const mean = (from: number, until: number): number =>
    ((sums[until] as number) - (sums[from] as number)) / ((counts[until] as number) - (counts[from] as number));
  const half = season >> 1;
  return Float64Array.from({ length }, (_, place) => {
    const from = place - half;
    // An even season has no middle: the mean of the two that are next to it.
    const until = from + season + (season % 2 === 0 ? 1 : 0);
    if (from < 0 || until > length) return NaN;
    return season % 2 === 1 ? mean(from, until) : (mean(from, until - 1) + mean(from + 1, until)) / 2;
  });
}
