/** From what was found in the values to a forecast with its band. */
import type { Findings } from "../series/examine.ts";
import type { ModelName } from "../models/catalog.ts";
import type { Fitted } from "../models/types.ts";
import { type Band, bandOf, type Spread, spreadOf } from "./band.ts";
import { type Choice, choose, fitChoice } from "./choose.ts";

/** What is asked for. */
export interface Projecting {
  /** How far ahead, in steps. */
  readonly steps: number;
  readonly confidence: number;
  readonly floor: number;
  readonly cap: number;
  readonly models?: readonly ModelName[] | undefined;
}

/** What comes of it. */
export interface Projection {
  readonly choice: Choice;
  /** The chosen models, fitted to all values. */
  readonly fitted: Fitted;
  readonly spread: Spread;
  readonly band: Band;
}

/** Chooses among the models, fits the choice to all values, and tells what is to come. */
export function project({ series, shiftWindow }: Findings, asked: Projecting): Projection {
  const choice = choose(series, { horizon: asked.steps, shiftDelay: shiftWindow, models: asked.models });
  const fitted = fitChoice(series, choice.shares);
  const spread = spreadOf(fitted, choice, series.values);
  return { choice, fitted, spread, band: bandOf(fitted, spread, asked) };
}
