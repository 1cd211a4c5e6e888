/** Exponential smoothing in its error-correction form: a level, a damped trend, seasons, and errors that die away. */
import { minimise } from "../math/optimise.ts";
import { type Profile, seasonalProfile } from "./profile.ts";
import type { Fitted, Ripple, Values } from "./types.ts";

/** Which parts a model has. */
export interface SmoothingParts {
  readonly trend: boolean;
  /** Lengths in steps, at most two; each has a profile that moves with the values. */
  readonly seasons: readonly number[];
  /** Whether one error tells of the next (Taylor 2003). */
  readonly echo: boolean;
}

/** In place of a season that there is not. */
const NONE = new Float64Array(1);

/** How much of an error goes where. */
interface Weights {
  readonly level: number;
  readonly trend: number;
  readonly damping: number;
  readonly echo: number;
  readonly seasons: readonly number[];
}

interface State {
  level: number;
  trend: number;
  echo: number;
  readonly profiles: readonly Float64Array[];
}

/** Errors beyond so many deviations move the state by no more than this many: one spike is no new level. */
const LOUDEST = 4;
/** A spike is no longer than so many steps. */
const SPIKE = 6;

/**
 * Simple smoothing, Holt's (1957) with a damped trend, or Winters' (1960) with one season or several.
 *
 * @param given - weights that were found before; without them they are searched for
 */
export function fitSmoothing(
  values: Values,
  parts: SmoothingParts,
  given?: readonly number[],
  profile: Pick<Profile, "working" | "profiles"> = seasonalProfile(values, parts.seasons, false),
): Fitted {
  const start = startOf(profile, parts);
  const loudest = LOUDEST * start.spread;
  const search = boundsOf(parts);
  const place =
    given ?? minimise((at) => run(values, start.state(), weightsAt(parts, at), loudest, undefined).cost, search);
  const weights = weightsAt(parts, place);
  const residuals = new Float64Array(values.length).fill(NaN);
  const { state } = run(values, start.state(), weights, loudest, residuals);
  return {
    forecast: (steps) => project(state, weights, values.length, steps),
    residuals,
    parameters: search.start.length,
    ripple: () => rippleOf(parts, weights),
    parameterVariance: () => 0,
    weights: place,
  };
}

function rippleOf({ seasons }: SmoothingParts, { level, trend, damping, echo, seasons: shares }: Weights): Ripple {
  const profiles = seasons.map((season) => new Float64Array(season));
  let [moved, slope, left, place] = [0, 0, 0, 0];
  return {
    step(error) {
      slope *= damping;
      moved += slope;
      left *= echo;
      let now = moved + left;
      for (let index = 0; index < profiles.length; index += 1) {
        const profile = profiles[index] as Float64Array;
        const phase = place % profile.length;
        now += profile[phase] as number;
        profile[phase] = (profile[phase] as number) + (shares[index] as number) * error;
      }
      moved += level * error;
      slope += trend * error;
      left += error;
      place += 1;
      return now;
    },
  };
}

function boundsOf({ trend, seasons, echo }: SmoothingParts): { start: number[]; lower: number[]; upper: number[] } {
  const start = [0.3];
  const lower = [0.001];
  const upper = [0.999];
  if (trend) {
    start.push(0.05, 0.95);
    lower.push(0.0001, 0.8);
    upper.push(0.4, 0.98);
  }
  if (echo) {
    start.push(0.3);
    lower.push(0);
    upper.push(0.95);
  }
  start.push(...seasons.map(() => 0.1));
  lower.push(...seasons.map(() => 0.0001));
  upper.push(...seasons.map(() => 0.6));
  return { start, lower, upper };
}

function weightsAt({ trend, echo, seasons }: SmoothingParts, place: readonly number[]): Weights {
  const level = place[0] as number;
  const next = trend ? 3 : 1;
  return {
    level,
    trend: trend ? Math.min(level, place[1] as number) : 0,
    damping: trend ? (place[2] as number) : 1,
    echo: echo ? (place[next] as number) : 0,
    seasons: seasons.map((_, index) => place[next + (echo ? 1 : 0) + index] as number),
  };
}

/** Where the state begins: profiles of all values, and the level of the first. */
function startOf(
  profile: Pick<Profile, "working" | "profiles">,
  { seasons, trend }: SmoothingParts,
): { state: () => State; spread: number } {
  const first = profile.working.filter((value) => !Number.isNaN(value)).slice(0, Math.max(4, seasons[0] ?? 0));
  const sorted = Float64Array.from(first).sort();
  const level = sorted[sorted.length >> 1] ?? 0;
  const steps: number[] = [];
  let last = NaN;
  for (const value of profile.working) {
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(last)) steps.push(Math.abs(value - last));
    last = value;
  }
  steps.sort((a, b) => a - b);
  const spread =
    (steps[Math.floor(steps.length * 0.5)] ?? 0) * 1.4826 || (steps[Math.floor(steps.length * 0.9)] ?? 0) || Infinity;
  const slope = trend && first.length > 3 ? ((first.at(-1) as number) - (first[0] as number)) / (first.length - 1) : 0;
  return {
    spread,
    state: () => ({
      level,
      trend: slope,
      echo: 0,
      profiles: seasons.map((season, index) =>
        Float64Array.from({ length: season }, (_, phase) => profile.profiles[index]?.[phase] ?? 0),
      ),
    }),
  };
}

function run(
  values: Values,
  state: State,
  { level, trend, damping, echo, seasons }: Weights,
  loudest: number,
  residuals: Values | undefined,
): { cost: number; state: State } {
  // This is what a search spends its time in: the first two seasons go without a loop, and nothing is divided.
  const [first = NONE, second = NONE] = state.profiles;
  const [firstShare = 0, secondShare = 0] = seasons;
  const [firstLength, secondLength] = [first.length, second.length];
  let [firstPhase, secondPhase] = [0, 0];
  let { level: height, trend: slope, echo: left } = state;
  let [cost, loud] = [0, 0];
  for (let place = 0; place < values.length; place += 1) {
    slope *= damping;
    height += slope;
    left *= echo;
    const value = values[place] as number;
    if (!Number.isNaN(value)) {
      const error = value - (height + left + (first[firstPhase] as number) + (second[secondPhase] as number));
      if (residuals !== undefined) residuals[place] = error;
      const size = Math.abs(error);
      let heard = error;
      if (size <= loudest) {
        loud = 0;
        cost += error * error;
      } else {
        // A loud error or a few are a spike; more of the same sign are a new level.
        loud = loud * error > 0 ? loud + Math.sign(error) : Math.sign(error);
        cost += loudest * (2 * size - loudest);
        if (Math.abs(loud) <= SPIKE) heard = error > 0 ? loudest : -loudest;
      }
      height += level * heard;
      slope += trend * heard;
      left += heard;
      first[firstPhase] = (first[firstPhase] as number) + firstShare * heard;
      second[secondPhase] = (second[secondPhase] as number) + secondShare * heard;
    }
    firstPhase = firstPhase + 1 === firstLength ? 0 : firstPhase + 1;
    secondPhase = secondPhase + 1 === secondLength ? 0 : secondPhase + 1;
  }
  return { cost, state: { ...state, level: height, trend: slope, echo: left } };
}

function project(state: State, { damping, echo }: Weights, length: number, steps: number): Float64Array {
  let { level, trend, echo: left } = state;
  return Float64Array.from({ length: steps }, (_, step) => {
    trend *= damping;
    level += trend;
    left *= echo;
    let value = level + left;
    for (const profile of state.profiles) value += profile[(length + step) % profile.length] as number;
    return value;
  });
}
