/** What the command line of an evaluation says. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { parseDuration } from "../../src/core/time/duration.ts";

export const USAGE: string = `npm run evaluate -- FOLDER [options]     every .csv of the folder, with the columns timestamp,value
  --step 1h        means of so long are forecast; a file's own step where that is longer
  --horizon 24     steps ahead
  --every N        steps from one moment that is forecast from to the next; a quarter of the horizon
  --origins 60     such moments in a series, at most
  --from 0.5       share of a series before the first; not less than 7 days where there are so many
  --seasons 24,168 lengths of seasons to look for, in steps, 0 for none; a day and a week

npm run evaluate:m4 -- FOLDER [options]  Monthly-train.csv and Monthly-test.csv, or Train and Test with such files
npm run evaluate:m4 -- TRAIN.csv TEST.csv [options]
  --period 12      values in a season; by the name of the file or the ids of the rows
  --seasons 24,168 lengths of seasons to look for; the period, 168 hours too, 52 weeks, 7 days
  --horizon 18     steps ahead; as many as a row of the test file has
  --limit N        so many series at most, evenly from all
  --workers N      processes; one for each core

both:
  --json           one object instead of text
  --check          exit code 1 where the MASE of the choice (the median; of M4, the mean) is above the best single model's`;

/** All that can be said, read and checked. */
export interface Arguments {
  readonly paths: readonly string[];
  readonly m4: boolean;
  readonly json: boolean;
  readonly check: boolean;
  readonly help: boolean;
  readonly errand: string | undefined;
  readonly stepMs: number;
  readonly horizon: number | undefined;
  readonly every: number | undefined;
  readonly origins: number;
  readonly from: number;
  readonly seasons: readonly number[] | undefined;
  readonly period: number | undefined;
  readonly limit: number | undefined;
  readonly workers: number;
}

const FLAG = { type: "boolean", default: false } as const;
const TEXT = { type: "string" } as const;
const OF_FOLDER = ["step", "every", "origins", "from"] as const;
const OF_M4 = ["period", "limit", "workers"] as const;

/** Reads arguments; throws, in words, for those that mean nothing. */
export function argumentsOf(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ m4: FLAG, json: FLAG, check: FLAG, help: FLAG, errand: TEXT, step: TEXT, horizon: TEXT, every: TEXT },
      ...{ origins: TEXT, from: TEXT, seasons: TEXT, period: TEXT, limit: TEXT, workers: TEXT },
    },
  });
  for (const name of values.m4 ? OF_FOLDER : OF_M4)
    if (values[name] !== undefined)
      throw new Error(`--${name} is only for ${values.m4 ? "a folder of series" : "--m4"}`);
  const whole = (name: "horizon" | "every" | "origins" | "period" | "limit" | "workers"): number | undefined =>
    values[name] === undefined ? undefined : count(name, values[name]);
  const stepMs = parseDuration(values.step ?? "1h", "--step");
  if (stepMs < 1) throw new Error("--step is no time at all");
  const from = Number(values.from ?? 0.5);
  if (!(from > 0 && from < 1)) throw new Error(`--from ${String(values.from)} is not between 0 and 1`);
  return {
    paths: positionals,
    m4: values.m4,
    json: values.json,
    check: values.check,
    help: values.help,
    errand: values.errand,
    stepMs,
    from,
    horizon: whole("horizon"),
    every: whole("every"),
    origins: whole("origins") ?? 60,
    seasons: values.seasons === undefined ? undefined : seasonsOf(values.seasons),
    period: whole("period"),
    limit: whole("limit"),
    workers: whole("workers") ?? availableParallelism(),
  };
}

function seasonsOf(text: string): number[] {
  if (text === "0" || text === "") return [];
  const seasons = text.split(",").map((part) => count("seasons", part.trim()));
  if (seasons.includes(1)) throw new Error("--seasons: 1 is no season; each has 2 steps or more");
  return [...new Set(seasons)].sort((a, b) => a - b);
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isSafeInteger(value) || value < 1 || value > 1e9)
    throw new Error(`--${name}: "${text}" is not a whole number of 1 or more`);
  return value;
}
