/** A folder of `timestamp,value` files: every series evaluated, and the models compared over all of them. */
import { readdirSync } from "node:fs";
import { median } from "../../src/capacity/math/statistics.ts";
import { MODEL_NAMES, type ModelName } from "../../src/capacity/models/catalog.ts";
import { CONTESTANTS, type Contestant } from "./contest.ts";
import { evaluateSeries, type SeriesResult } from "./evaluate-series.ts";
import { owaOf } from "./metrics.ts";
import { readSeries } from "./series.ts";

const DAY_MS = 86_400_000;

/** How a folder is evaluated. */
export interface FolderOptions {
  readonly stepMs: number;
  readonly horizon: number;
  /** Steps from one moment to the next. */
  readonly every: number;
  /** Seasons to look for, in steps; a day and a week unless told. */
  readonly seasons?: readonly number[] | undefined;
  /** Share of a series before the first moment that is forecast from. */
  readonly from: number;
  /** Moments of a series, at most. */
  readonly origins: number;
  readonly progress?: (message: string) => void;
}

/** One who was compared, over all series. */
export interface Standing {
  readonly name: Contestant;
  readonly medianMase: number;
  readonly meanMase: number;
  readonly meanSmape: number;
  /** Of the two means, as in M4. */
  readonly owa: number;
}

/** What came of a folder. */
export interface FolderResult {
  readonly series: readonly SeriesResult[];
  readonly standings: readonly Standing[];
  /** The median MASE of what nines chose, of the best single model, and whether the former is at or under the latter. */
  readonly chosen: number;
  readonly best: { readonly name: ModelName; readonly medianMase: number };
  readonly holds: boolean;
  /** Series where the choice did worse than the last value repeated. */
  readonly worseThanNaive: readonly string[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly notes: readonly string[];
}

/** Evaluates every `.csv` of a folder. Throws where it has none, or none that can be used. */
export function evaluateFolder(folder: string, options: FolderOptions): FolderResult {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /\.csv$/i.test(entry.name))
    .map(({ name }) => name)
    .sort();
  if (files.length === 0) throw new Error(`${folder} has no file that ends in .csv`);
  const [results, skipped, notes]: [SeriesResult[], { name: string; reason: string }[], string[]] = [[], [], []];
  for (const [place, file] of files.entries()) {
    options.progress?.(`${file} (${place + 1} of ${files.length}) ...`);
    const series = readSeries(folder, file, options.stepMs);
    notes.push(...series.notes);
    const result = "skipped" in series ? series.skipped : evaluateSeries(series, optionsFor(series.stepMs, options));
    if (typeof result === "string") skipped.push({ name: file, reason: result });
    else results.push(result);
  }
  if (results.length === 0)
    throw new Error(
      [
        `none of the ${files.length} files of ${folder} can be used`,
        ...skipped.map(({ name, reason }) => `${name}: ${reason}`),
        ...notes,
      ].join("\n"),
    );
  return { ...compare(results), series: results, skipped, notes };
}

function optionsFor(stepMs: number, { horizon, every, from, origins, seasons }: FolderOptions) {
  const usual = [DAY_MS / stepMs, (7 * DAY_MS) / stepMs].filter((steps) => Number.isInteger(steps) && steps >= 2);
  return { horizon, every, from, most: origins, least: Math.ceil((7 * DAY_MS) / stepMs), seasons: seasons ?? usual };
}

function compare(results: readonly SeriesResult[]) {
  const errorsOf = (who: Contestant) => {
    const mases = results.map(({ scores }) => scores[who].mase).filter((mase) => !Number.isNaN(mase));
    return { mases, mase: mean(mases), smape: mean(results.map(({ scores }) => scores[who].smape)) };
  };
  const reference = errorsOf("naive2");
  const standings = CONTESTANTS.map((name): Standing => {
    const { mases, mase, smape } = errorsOf(name);
    const medianMase = mases.length === 0 ? NaN : median(mases);
    return { name, medianMase, meanMase: mase, meanSmape: smape, owa: owaOf({ mase, smape }, reference) };
  });
  const medianOf = (who: Contestant): number => standings.find(({ name }) => name === who)!.medianMase;
  const chosen = medianOf("chosen");
  const [best] = MODEL_NAMES.map((name) => ({ name, medianMase: medianOf(name) })).sort(
    (a, b) => a.medianMase - b.medianMase,
  );
  return {
    standings,
    chosen,
    best: best!,
    // Where every series is constant there is no MASE, and nothing that would be above.
    holds: !(chosen > best!.medianMase),
    worseThanNaive: results.filter(({ scores }) => scores.chosen.mase > scores.naive.mase).map(({ name }) => name),
  };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
