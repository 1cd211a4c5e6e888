/** When a limit is reached: by walks through the future that the forecast allows, or by Fieller's theorem where it is a line. */
import { durationText } from "../../core/time/duration-text.ts";
import { seededRandom } from "../../core/random.ts";
import type { Spread } from "./band.ts";
import type { Fitted, Values } from "../models/types.ts";
import { normalQuantile } from "../../core/normal.ts";

/** A value that must not be reached, and from which side it is. */
export interface CapacityLimit {
  readonly value: number;
  /** `above`: reached by growing, as of a disk. `below`: by shrinking, as of what is free of it. `above` unless told. */
  readonly side?: "above" | "below" | undefined;
}

/**
 * When a limit is reached. Times are epoch milliseconds; texts count from the end of the samples. What is expected there is a mean, or a level without its noise. */
export type CapacityExhaustion = { readonly confidence: number; readonly text: string } & (
  | { readonly state: "reached"; readonly at: number }
  | {
      readonly state: "between";
      readonly earliest: number;
      readonly latest: number;
      readonly expected: number;
      readonly method: ExhaustionMethod;
    }
  | {
      /** Not before `earliest`, and perhaps not at all within `horizonMs`. */
      readonly state: "from";
      readonly earliest: number;
      /** Undefined where it is more likely not to be reached within the horizon. */
      readonly expected: number | undefined;
      readonly horizonMs: number;
      readonly method: ExhaustionMethod;
    }
  | { readonly state: "not_within"; readonly horizonMs: number; readonly method: ExhaustionMethod }
  | { readonly state: "never"; readonly method: ExhaustionMethod }
  | { readonly state: "unknown"; readonly reason: string }
);

/** How a time was found. */
export type ExhaustionMethod = "fieller" | "simulation";

/** What a forecast is asked for. */
export interface ExhaustionQuestion {
  readonly limit: CapacityLimit;
  readonly confidence: number;
  /** End of the history, in epoch milliseconds: the forecast's first step begins there. */
  readonly endMs: number;
  readonly stepMs: number;
  /** Steps to look ahead. */
  readonly steps: number;
}

const PATHS = 500;
/** A limit that the expected value stays so many deviations away from is not walked to. */
const FAR = 8;

/**
 * Walks 500 times through the future, each time with errors drawn from those of the past, and with another of the parameters that
 * the values allow. Each walk is of the level with its seasons; single noisy values do not count.
 */
export function exhaustionByPaths(fitted: Fitted, spread: Spread, question: ExhaustionQuestion): CapacityExhaustion {
  const { limit, confidence, steps, stepMs } = question;
  const sign = limit.side === "below" ? -1 : 1;
  const level = sign * limit.value;
  const mean = fitted.forecast(steps).map((value) => sign * value);
  const known = new Float64Array(steps).map(
    (_, step) => Math.sqrt(fitted.parameterVariance(step + 1)) * spread.deviation * spread.calibration,
  );
  const tail = (1 - confidence) / 2;
  if (isFar(fitted, spread, { mean, known, level })) return notWithin(question);

  const random = seededRandom("capacity");
  const errors = centred(spread.errors).map((error) => sign * error * spread.calibration);
  const crossed: number[] = [];
  for (let path = 0; path < PATHS; path += 1) {
    const ripple = fitted.ripple();
    // One draw for the whole walk: parameters do not change on the way. Evenly spread draws settle faster.
    const luck = normalQuantile((path + 0.5) / PATHS);
    for (let step = 0; step < steps; step += 1) {
      const error = errors.length === 0 ? 0 : (errors[Math.floor(random.next() * errors.length)] as number);
      const at = (mean[step] as number) + luck * (known[step] as number) + ripple.step(error);
      if (at < level) continue;
      crossed.push(step);
      break;
    }
  }
  crossed.sort((a, b) => a - b);
  const at = (share: number): number | undefined => {
    const step = crossed[Math.floor(share * PATHS)];
    return step === undefined ? undefined : question.endMs + step * stepMs;
  };
  const [earliest, expected, latest] = [at(tail), at(0.5), at(1 - tail)];
  if (earliest === undefined) return notWithin(question);
  return told({ ...question, horizonMs: steps * stepMs, earliest, expected, latest, method: "simulation" });
}

/** Puts the three times, of which the later may be missing, into an answer. */
export function told(found: {
  readonly confidence: number;
  readonly endMs: number;
  readonly horizonMs: number;
  readonly earliest: number;
  readonly expected: number | undefined;
  readonly latest: number | undefined;
  readonly method: ExhaustionMethod;
}): CapacityExhaustion {
  const { earliest, expected, latest, method, confidence, endMs, horizonMs } = found;
  const from = (at: number): number => Math.max(0, at - endMs);
  const sure = `at ${percentOf(confidence)}`;
  if (latest !== undefined && expected !== undefined) {
    if (from(latest) === 0)
      return { state: "between", earliest, expected, latest, method, confidence, text: `at once ${sure}` };
    const text = `${betweenText(from(earliest), from(latest))} ${sure}, most likely ${inText(from(expected))}`;
    return { state: "between", earliest, expected, latest, method, confidence, text };
  }
  const likely = expected === undefined ? "" : `, most likely ${inText(from(expected))}`;
  const text = `${inText(from(earliest))} at the earliest, perhaps not within ${durationText(horizonMs)} (${sure})${likely}`;
  return { state: "from", earliest, expected, horizonMs, method, confidence, text };
}

/** `between 12 and 19 days`, with one unit where both have it. */
function betweenText(earliestMs: number, latestMs: number): string {
  const DAY = 86_400_000;
  if (earliestMs >= 2 * DAY && latestMs - earliestMs < 1e-6 * DAY) return `in ${durationText(earliestMs)}`;
  if (earliestMs >= 2 * DAY)
    return `between ${String(Math.floor(earliestMs / DAY))} and ${String(Math.ceil(latestMs / DAY))} days`;
  if (earliestMs === 0) return `within ${durationText(latestMs)}`;
  return `between ${durationText(earliestMs)} and ${durationText(latestMs)}`;
}

function inText(ms: number): string {
  return ms === 0 ? "at once" : `in ${durationText(ms)}`;
}

function notWithin({ confidence, steps, stepMs }: ExhaustionQuestion): CapacityExhaustion {
  const horizonMs = steps * stepMs;
  const text = `not within ${durationText(horizonMs)} at ${percentOf(confidence)}`;
  return { state: "not_within", horizonMs, method: "simulation", confidence, text };
}

function isFar(
  fitted: Fitted,
  { deviation, calibration }: Spread,
  { mean, known, level }: { mean: Values; known: Values; level: number },
): boolean {
  const ripple = fitted.ripple();
  ripple.step(1);
  let squares = 0;
  return mean.every((value, step) => {
    const reach = FAR * (Math.sqrt(squares) * deviation * calibration + (known[step] as number));
    squares += ripple.step(0) ** 2;
    return value + reach < level;
  });
}

function centred(errors: Values): Values {
  let total = 0;
  for (const error of errors) total += error / errors.length;
  return errors.map((error) => error - total);
}

/** `95 %`. */
export function percentOf(share: number): string {
  return `${String(Math.round(share * 10_000) / 100)} %`;
}
