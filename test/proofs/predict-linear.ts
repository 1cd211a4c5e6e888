/** Forecasts beside those of a running Prometheus. */
import { predictLinear } from "../../src/capacity/math/predict-linear.ts";
import type { SeriesPoint } from "../../src/capacity/series/samples.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { startBackfilled } from "../support/prometheus-backfill.ts";
import { service } from "../support/services.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "predictLinear gives what predict_linear gives in a running Prometheus, on the same samples.";

export const needs = ["promtool", "prometheus"] as const;

interface Size {
  readonly series: number;
  /** Most points of one. */
  readonly points: number;
  /** Questions: each a time, a range and a horizon, to all of the series at once. */
  readonly questions: number;
}

export const quick: Size = { series: 20, points: 150, questions: 12 };
export const full: Size = { series: 2_000, points: 150, questions: 60 };

/** Where a block of two hours begins. */
const START = Date.UTC(2026, 0, 1);
const SPAN_MS = 4 * 3_600_000;
const HORIZONS = [0, 60, 3_600, 14_400, 86_400, 30 * 86_400, -1_800, 0.5];
const TOLERANCE = 1e-9;
const IS_EXACT = process.arch === "x64";

interface Question {
  readonly at: number;
  readonly rangeSeconds: number;
  readonly aheadSeconds: number;
}

interface Tally {
  compared: number;
  bitEqual: number;
  nothing: number;
  notANumber: number;
  worst: number;
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const all = Array.from({ length: size.series }, (_, index) => anySeries(random, size.points, index));
  const paths = { prometheus: service("prometheus"), promtool: service("promtool") };
  log(`${String(all.reduce((sum, { length }) => sum + length, 0))} samples to backfill`);
  const past = all.map((points, index) => ({ name: "proof", labels: { series: String(index) }, points }));
  const { url, stop } = await startBackfilled(paths, past);
  try {
    const version = await versionOf(url);
    const tally: Tally = { compared: 0, bitEqual: 0, nothing: 0, notANumber: 0, worst: 0 };
    for (let index = 0; index < size.questions; index += 1) {
      if (index % 10 === 0) log(`${String(index)} questions`);
      const question = anyQuestion(random, index);
      const theirs = await ask(url, question);
      for (const [series, points] of all.entries()) {
        const mine = windowOf(points, question, Number.parseInt(version, 10) >= 3);
        const place = `series ${String(series)}, ${JSON.stringify(question)} (seed ${seed})`;
        compare(tally, mine, question, theirs.get(String(series)), place);
      }
    }
    if (tally.compared === 0 || tally.nothing === 0) throw new Error(`nothing was compared (seed ${seed})`);
    return { prometheus: version, series: size.series, questions: size.questions, ...tally };
  } finally {
    await stop();
  }
}

function compare(
  tally: Tally,
  points: readonly SeriesPoint[],
  { at, aheadSeconds }: Question,
  theirs: number | undefined,
  place: string,
): void {
  const mine = predictLinear(points, { at, aheadSeconds });
  if (mine === undefined || theirs === undefined || Number.isNaN(mine)) {
    if (!Object.is(mine, theirs)) throw new Error(`${String(mine)} instead of ${String(theirs)}: ${place}`);
    tally[mine === undefined ? "nothing" : "notANumber"] += 1;
    return;
  }
  const scale = points.reduce((most, { value }) => Math.max(most, Math.abs(value)), Math.abs(theirs));
  const difference = mine === theirs ? 0 : Math.abs(mine - theirs) / scale;
  // Where Go fuses no products and sums, all bits are the same. NaN is no difference that is small enough.
  const isClose = IS_EXACT ? Object.is(mine, theirs) : difference <= TOLERANCE;
  if (!isClose) throw new Error(`${String(mine)} instead of ${String(theirs)}: ${place}`);
  tally.compared += 1;
  tally.bitEqual += Object.is(mine, theirs) ? 1 : 0;
  tally.worst = Math.max(tally.worst, difference);
}

/** Range selectors take the older end in up to version 2, and not from 3 on. */
function windowOf(points: readonly SeriesPoint[], { at, rangeSeconds }: Question, isLeftOpen: boolean): SeriesPoint[] {
  const from = at - rangeSeconds * 1_000;
  return points.filter((point) => point.at <= at && (point.at > from || (point.at === from && !isLeftOpen)));
}

async function versionOf(url: string): Promise<string> {
  const { data } = (await (await fetch(`${url}/api/v1/status/buildinfo`)).json()) as { data: { version: string } };
  return data.version;
}

async function ask(url: string, { at, rangeSeconds, aheadSeconds }: Question): Promise<ReadonlyMap<string, number>> {
  const query = `predict_linear(proof[${String(rangeSeconds)}s], ${String(aheadSeconds)})`;
  const body = new URLSearchParams({ query, time: new Date(at).toISOString() });
  const answer = (await (await fetch(`${url}/api/v1/query`, { method: "POST", body })).json()) as {
    status: string;
    error?: string;
    data: { result: { metric: { series: string }; value: [number, string] }[] };
  };
  if (answer.status !== "success") throw new Error(`${query}: ${answer.error ?? "no answer"}`);
  return new Map(answer.data.result.map(({ metric, value }) => [metric.series, numberOf(value[1])]));
}

function numberOf(text: string): number {
  return text.endsWith("Inf") ? (text.startsWith("-") ? -Infinity : Infinity) : Number(text);
}

/** The first ones look at the ends of windows: series with whole minutes have a point on both. */
function anyQuestion(random: Random, index: number): Question {
  const aheadSeconds = random.pick(HORIZONS);
  if (index % 2 === 0) {
    return { at: START + random.integer(1, 240) * 60_000, rangeSeconds: random.integer(1, 200) * 60, aheadSeconds };
  }
  const at = START + Math.floor(random.next() * SPAN_MS);
  return { at, rangeSeconds: random.integer(1, SPAN_MS / 1_000), aheadSeconds };
}

/** Every minute, or at irregular times; with gaps, or without. */
function anySeries(random: Random, most: number, index: number): SeriesPoint[] {
  const value = anyShape(random, index);
  const isRegular = random.next() < 0.4;
  const gaps = random.next() < 0.5 ? 0 : random.next() * 0.1;
  const points: SeriesPoint[] = [];
  let at = START + (isRegular ? random.integer(0, 120) * 60_000 : random.integer(0, 57_600) * 125);
  for (let count = random.integer(0, most); count > 0 && at < START + SPAN_MS; count -= 1) {
    points.push({ at, value: value(points.length) });
    const step = isRegular ? 60_000 : random.integer(1, 960) * 125;
    at += random.next() < gaps ? step * random.integer(5, 30) : step;
  }
  return points;
}

function anyShape(random: Random, index: number): (place: number) => number {
  const offset = random.pick([0, 1, -1_000, 1e6, -1e12, 2 ** 53, 1e15, 1e-9, -1e300]);
  const slope = (random.next() - 0.5) * 10 ** random.integer(-6, 6);
  const noise = 10 ** random.integer(-6, 6);
  let counter = 0;
  const shapes: readonly ((place: number) => number)[] = [
    (place) => offset + slope * place + noise * (random.next() - 0.5),
    () => offset,
    (place) => (place < 30 ? offset : offset + 1),
    () => (counter = random.next() < 0.05 ? 0 : counter + random.integer(0, 1_000)),
    () => (random.next() - 0.5) * 10 ** random.integer(-300, 300),
    (place) => Math.sin(place / 5) * noise + offset,
    (place) => (random.next() < 0.02 ? random.pick([NaN, Infinity, -Infinity]) : slope * place),
    () => random.pick([0, -0]),
    () => random.pick([Infinity, -Infinity]),
    () => -Infinity,
  ];
  // Each of them, however few series there are.
  return shapes[index % shapes.length] as (place: number) => number;
}
