/** Seasons that are in the values themselves: what recurs from day to day, and from week to week. */
import { fitLine } from "../math/line.ts";
import { knownPoints } from "../models/trend.ts";
import { ratioTail } from "../math/student.ts";
import { movingMean, seasonalProfile } from "../models/profile.ts";
import type { Values } from "../models/types.ts";

/** A season is believed where its autocorrelation is beyond what chance would give in one of ten series. */
const CRITICAL = 1.645;
/** Of fewer rounds than this an autocorrelation says little; then it is believed where its phases differ by more than chance. */
const FEW = 5;
const SURE = 0.001;

/**
 * Those of `candidates`, in steps, that the values show, shortest first. A longer season has to show in what the shorter ones leave,
 * and each needs two whole rounds and three values more than it has steps.
 */
export function findSeasons(values: Values, candidates: readonly number[]): readonly number[] {
  const found: number[] = [];
  const shortest = Math.min(...candidates);
  let left = values;
  for (const season of [...candidates].sort((a, b) => a - b)) {
    if (season < 2 || values.length < Math.max(2 * season, season + 3)) continue;
    if (!recurs(left, season, season === shortest)) continue;
    found.push(season);
    left = seasonalProfile(values, found, false).adjusted;
  }
  return found;
}

function recurs(values: Values, season: number, shortest: boolean): boolean {
  const centred = withoutLine(values);
  const own = product(centred, 0);
  if (!(own > 0)) return false;
  if (values.length < FEW * season)
    return echoes(centred, own, season) || (shortest && phasesDiffer(centred, values, season));
  if (!echoes(centred, own, season)) return false;
  // A level that wanders echoes at every lag, the more surely the longer it is looked at; a season does without the level too.
  const bare = withoutLevel(values, season);
  const left = product(bare, 0);
  return left > 0 && echoes(bare, left, season);
}

/** The test of the M4 competition, on values without their line. */
function echoes(centred: Float64Array, own: number, season: number): boolean {
  let before = 0;
  for (let lag = 1; lag < season; lag += 1) before += (product(centred, lag) / own) ** 2;
  const limit = CRITICAL * Math.sqrt((1 + 2 * before) / centred.length);
  return product(centred, season) / own > limit;
}

/** Whether the phases of a season differ by more than values of one phase do (analysis of variance). */
function phasesDiffer(centred: Float64Array, values: Values, season: number): boolean {
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  let [total, squares, known] = [0, 0, 0];
  for (let place = 0; place < values.length; place += 1) {
    if (Number.isNaN(values[place])) continue;
    const value = centred[place] as number;
    sums[place % season] = (sums[place % season] as number) + value;
    counts[place % season] = (counts[place % season] as number) + 1;
    total += value;
    squares += value * value;
    known += 1;
  }
  let between = -(total * total) / known;
  let groups = 0;
  for (let phase = 0; phase < season; phase += 1) {
    if ((counts[phase] as number) === 0) continue;
    between += (sums[phase] as number) ** 2 / (counts[phase] as number);
    groups += 1;
  }
  const within = squares - (total * total) / known - between;
  const [above, below] = [groups - 1, known - groups];
  if (above < 1 || below < 1) return false;
  return ratioTail(between / above / (within / below), above, below) < SURE;
}

/** What a line leaves; 0 where a value is missing. */
function withoutLine(values: Values): Float64Array {
  const line = fitLine(knownPoints(values));
  return Float64Array.from(values, (value, place) => (Number.isNaN(value) ? 0 : value - line.at(place)));
}

/** What the mean of the season around each place leaves; 0 where a value is missing, or a whole season around it. */
function withoutLevel(values: Values, season: number): Float64Array {
  return movingMean(values, season).map((level, place) => {
    const bare = (values[place] as number) - level;
    return Number.isNaN(bare) ? 0 : bare;
  });
}

function product(values: Float64Array, lag: number): number {
  let total = 0;
  for (let place = lag; place < values.length; place += 1)
    total += (values[place] as number) * (values[place - lag] as number);
  return total;
}
