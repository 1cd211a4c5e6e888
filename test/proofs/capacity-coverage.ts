import { fitLine } from "../../src/capacity/math/line.ts";
import { normalQuantile } from "../../src/core/normal.ts";
import { bandOf } from "../../src/capacity/forecast/band.ts";
import { project } from "../../src/capacity/forecast/project.ts";
import { examine } from "../../src/capacity/series/examine.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Of 80 % and 95 % intervals as many hold as they say: within 2 points where independent normal errors come around a line, a line with a season or in a walk, within 5 elsewhere.";

interface Size {
  /** Series of each kind. */
  readonly series: number;
  /** What chance may add to the points allowed: a share of few series is not exact. */
  readonly slackPoints: number;
}

export const quick: Size = { series: 40, slackPoints: 14 };
export const full: Size = { series: 3_000, slackPoints: 0 };

const LENGTH = 240;
const AHEAD = 24;
const LEVELS = [0.8, 0.95] as const;

type Draw = () => number;

/** Errors of mean 0 and variance 1. */
function errorsOf(random: Random): Record<"normal" | "heavy" | "skewed" | "even" | "double", Draw> {
  const normal: Draw = () => normalQuantile(random.next() || 0.5);
  return {
    normal,
    // Student's t with 5 degrees of freedom.
    heavy: () => {
      let squares = 0;
      for (let index = 0; index < 5; index += 1) squares += normal() ** 2;
      return normal() / Math.sqrt(squares / 5) / Math.sqrt(5 / 3);
    },
    skewed: () => -Math.log(1 - random.next()) - 1,
    even: () => (random.next() - 0.5) * Math.sqrt(12),
    double: () => {
      const share = random.next() - 0.5;
      return (-Math.sign(share) * Math.log(1 - 2 * Math.abs(share))) / Math.SQRT2;
    },
  };
}

/** Series of a kind; `draw` is an error. */
const KINDS: Readonly<Record<string, (draw: Draw) => Float64Array>> = {
  line: (draw) => series((place) => 50 + 0.05 * place + 2 * draw()),
  "random walk": (draw) => {
    let level = 100;
    return series(() => (level += draw()));
  },
  "line with a season": (draw) =>
    series((place) => 50 + 0.02 * place + 8 * Math.sin((place / 24) * 2 * Math.PI) + 2 * draw()),
};
/** What an error leaves behind has to be estimated, errors are not independent, or not of one size. */
const OTHER_KINDS: typeof KINDS = {
  "moving level": (draw) => {
    let level = 50;
    return series(() => {
      const error = draw();
      const value = level + error;
      level += 0.3 * error;
      return value;
    });
  },
  "correlated errors": (draw) => {
    let left = 0;
    return series((place) => 50 + 0.02 * place + (left = 0.6 * left + draw()));
  },
  "growing errors": (draw) => series((place) => 50 + 0.05 * place + (1 + (2 * place) / LENGTH) * draw()),
};

function series(value: (place: number) => number): Float64Array {
  return Float64Array.from({ length: LENGTH + AHEAD }, (_, place) => value(place));
}

export function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures: Record<string, string> = {};
  const faults: string[] = [];
  const judge = (name: string, asAssumed: boolean, shares: readonly number[]): void => {
    figures[name] = shares.map((share) => `${(100 * share).toFixed(1)} %`).join(" and ");
    const allowed = (asAssumed ? 2 : 5) + size.slackPoints;
    for (const [place, share] of shares.entries()) {
      const off = 100 * (share - (LEVELS[place] as number));
      if (Math.abs(off) > allowed)
        faults.push(
          `${name}: ${(100 * share).toFixed(2)} % of ${String((LEVELS[place] as number) * 100)} % intervals held`,
        );
    }
  };
  const random = seededRandom(seed);
  const draws = errorsOf(random);
  judge("a fitted line, normal errors", true, lineCoverage(size.series * 20, random, draws.normal));
  for (const [kind, make] of Object.entries(KINDS)) {
    for (const [errors, draw] of Object.entries(draws)) {
      log(`${kind}, ${errors}`);
      judge(
        `${kind}, ${errors} errors`,
        errors === "normal",
        coverage(size.series, () => make(draw)),
      );
    }
  }
  for (const [kind, make] of Object.entries(OTHER_KINDS)) {
    log(kind);
    judge(
      kind,
      false,
      coverage(size.series, () => make(draws.normal)),
    );
  }
  if (faults.length > 0) throw new Error(`${faults.join("; ")} (seed ${seed})`);
  return Promise.resolve(figures);
}

/** Share of the values to come that were within the chosen forecast's intervals. */
function coverage(count: number, make: () => Float64Array): readonly number[] {
  const held = LEVELS.map(() => 0);
  for (let index = 0; index < count; index += 1) {
    const whole = make();
    const history = whole.subarray(0, LENGTH);
    const found = examine({ values: history, stepMs: 1 }, Infinity, [24]);
    const asked = { steps: AHEAD, floor: -Infinity, cap: Infinity };
    const { fitted, spread } = project(found, { ...asked, confidence: 0.5 });
    for (const [place, confidence] of LEVELS.entries()) {
      const { lower, upper } = bandOf(fitted, spread, { ...asked, confidence });
      for (let step = 0; step < AHEAD; step += 1) {
        const value = whole[LENGTH + step] as number;
        if (value >= (lower[step] as number) && value <= (upper[step] as number))
          held[place] = (held[place] as number) + 1;
      }
    }
  }
  return held.map((hits) => hits / (count * AHEAD));
}

/** The same of one line of few points, where Student's t matters. */
function lineCoverage(count: number, random: Random, draw: Draw): readonly number[] {
  const held = LEVELS.map(() => 0);
  for (let index = 0; index < count; index += 1) {
    const x = Array.from({ length: 12 }, () => 1_700_000_000_000 + random.next() * 1e9);
    const at = 1_700_000_000_000 + random.next() * 2e9;
    const truth = (place: number): number => 5 + (place - 1.7e12) * 3e-9 + draw();
    const line = fitLine({ x, y: x.map(truth) });
    const value = truth(at);
    for (const [place, confidence] of LEVELS.entries()) {
      const { lower, upper } = line.predictionInterval(at, confidence);
      if (value >= lower && value <= upper) held[place] = (held[place] as number) + 1;
    }
  }
  return held.map((hits) => hits / count);
}
