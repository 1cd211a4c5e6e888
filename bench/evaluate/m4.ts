/** Series in the M4 competition's layout: each forecast once from its end, and compared with its row of the test file. */
import { basename } from "node:path";
import { CONTESTANTS, hold } from "./contest.ts";
import { MOST_VALUES } from "../../src/capacity/series/grid.ts";
import { type Frequency, frequencyOfId, type Pair } from "./m4-layout.ts";
import { m4Rows } from "./m4-rows.ts";
import { noSums, type Sums } from "./m4-sums.ts";
import { coverageOf, maseOf, msisOf, scaleOf, smapeOf } from "./metrics.ts";

/** How they are evaluated. */
export interface M4Options {
  /** Values in a season, instead of what the frequency says. */
  readonly period?: number | undefined;
  /** Instead of what the frequency says. */
  readonly seasons?: readonly number[] | undefined;
  /** Steps to forecast; as many as a test row has unless told. */
  readonly horizon?: number | undefined;
  /** So many series at most, evenly taken from all. */
  readonly limit?: number | undefined;
  /** Which of how many equal parts of the series to work on; all of them without it. */
  readonly part?: { readonly number: number; readonly of: number } | undefined;
  /** Told how many are done. */
  readonly progress?: (done: number) => void;
}

/** What came of a part of the series. */
export interface M4Part {
  readonly sums: readonly Sums[];
  readonly notes: readonly string[];
}

/** Evaluates the series of all pairs. */
export async function evaluateM4(pairs: readonly Pair[], options: M4Options): Promise<M4Part> {
  const tests = await Promise.all(pairs.map(({ test }) => testRows(test)));
  const take = takerOf(
    tests.reduce((sum, { rows }) => sum + rows.size, 0),
    options,
  );
  const sums = new Map<string, Sums>();
  const notes = tests.flatMap((test) => test.notes);
  let done = 0;
  for (const [place, pair] of pairs.entries()) {
    const { rows } = tests[place]!;
    const [seen, strangers, useless]: [Set<string>, string[], string[]] = [new Set(), [], []];
    const wanted = (id: string): boolean => {
      if (!rows.has(id)) strangers.push(id);
      else if (seen.has(id)) notes.push(`${basename(pair.train)}: ${id} comes twice; the first is taken`);
      else {
        seen.add(id);
        return take();
      }
      return false;
    };
    for await (const { id, values } of m4Rows(pair.train, (text) => notes.push(text), wanted)) {
      const actual = rows.get(id)!.subarray(0, options.horizon);
      if (!values.some(isKnown) || !actual.some(isKnown)) {
        useless.push(id);
        continue;
      }
      const frequency = frequencyFor(pair, id, options);
      if (!sums.has(frequency.name)) sums.set(frequency.name, noSums(frequency.name));
      addSeries(sums.get(frequency.name)!, values.subarray(values.findIndex(isKnown)), actual, frequency);
      options.progress?.((done += 1));
    }
    const lonely = [...rows.keys()].filter((id) => !seen.has(id));
    for (const [ids, what] of [
      [strangers, `of ${basename(pair.train)} have no test row`],
      [lonely, `of ${basename(pair.test)} have no train row`],
      [useless, `of ${basename(pair.train)} have no values to train on or to compare with`],
    ] as const)
      if (ids.length > 0) notes.push(`${ids.length} id(s) ${what}, and are left out: ${some(ids)}`);
  }
  return { sums: [...sums.values()], notes };
}

/** How many series there are to compare with. */
export async function countTests(pairs: readonly Pair[]): Promise<number> {
  const tests = await Promise.all(pairs.map(({ test }) => testRows(test)));
  return tests.reduce((sum, { rows }) => sum + rows.size, 0);
}

function addSeries(sums: Sums, values: Float64Array, actual: Float64Array, { period, seasons }: Frequency): void {
  const { forecasts, replaced, interval95 } = hold(values, { steps: actual.length, seasons, period });
  const scale = scaleOf(values, period);
  sums.count += 1;
  if (values.length > MOST_VALUES) sums.cut += 1;
  for (const who of CONTESTANTS) {
    sums.smape[who] += smapeOf(actual, forecasts[who]);
    if (replaced.has(who)) sums.replaced[who] += 1;
    if (!Number.isNaN(scale)) sums.mase[who] += maseOf(actual, forecasts[who], scale);
  }
  const { lower, upper } = interval95;
  sums.coverage += coverageOf(actual, lower, upper);
  if (Number.isNaN(scale)) return;
  sums.scaled += 1;
  sums.msis += msisOf(actual, lower, upper, 0.05, scale);
}

async function testRows(file: string): Promise<{ rows: Map<string, Float64Array>; notes: string[] }> {
  const [rows, notes]: [Map<string, Float64Array>, string[]] = [new Map(), []];
  for await (const { id, values } of m4Rows(file, (text) => notes.push(text))) {
    if (rows.has(id)) notes.push(`${basename(file)}: ${id} comes twice; the first is taken`);
    else rows.set(id, values);
  }
  return { rows, notes };
}

function frequencyFor(pair: Pair, id: string, { period, seasons }: M4Options): Frequency {
  const known = pair.frequency ?? frequencyOfId(id);
  if (known === undefined && period === undefined)
    throw new Error(`neither ${basename(pair.train)} nor the id "${id}" tells a frequency; say it by --period`);
  const told = period === undefined ? undefined : period > 1 ? [period] : [];
  return {
    name: known?.name ?? basename(pair.train).replace(/\.csv$/i, ""),
    period: period ?? known!.period,
    seasons: seasons ?? told ?? known!.seasons,
  };
}

/** Says of one series after the other whether it is taken. */
function takerOf(count: number, { limit = count, part = { number: 0, of: 1 } }: M4Options): () => boolean {
  const stride = Math.max(1, Math.ceil(count / limit));
  let [number, taken] = [-1, -1];
  return () => {
    number += 1;
    if (number % stride !== 0) return false;
    taken += 1;
    return taken % part.of === part.number;
  };
}

function isKnown(value: number): boolean {
  return !Number.isNaN(value);
}

function some(ids: readonly string[]): string {
  return ids.length <= 5 ? ids.join(", ") : `${ids.slice(0, 5).join(", ")}, ...`;
}
