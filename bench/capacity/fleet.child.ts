/** A thousand services, one after the other: 30 days at 5 minutes each, all models and the backtest, 7 days ahead. */
import ARIMA from "arima";
import { forecastSeries, seededRandom, type SeriesPoint } from "nines";
import { answer } from "../support/child.ts";

export interface FleetInput {
  readonly services: number;
}

export interface FleetFigures {
  readonly services: number;
  readonly secondsEach: number;
  /** One seasonal ARIMA model of the hourly means, which are made before the clock starts; of the first services only. */
  readonly peerSecondsEach: number;
  /** Heap after the last service beyond that after the first few. */
  readonly heapGrowthBytes: number;
}

const STEP_MS = 300_000;
const STEPS = 30 * 288;
const WEEK_MS = 7 * 86_400_000;
/** Services before the engine has settled. */
const WARM_UP = 5;
const MOST_PEERS = 30;
const START = Date.UTC(2026, 9, 1);

/** Growth, days, weeks, noise and now and then a spike; each service another mixture. */
function points(seed: number): SeriesPoint[] {
  const random = seededRandom(seed);
  const [growth, daily, weekly] = [random.next() * 2, random.next() * 40, random.next() * 20];
  return Array.from({ length: STEPS }, (_, step) => {
    const day = step / 288;
    const spike = random.next() < 0.001 ? 60 : 0;
    const season = daily * Math.sin(day * 2 * Math.PI) + (Math.floor(day) % 7 > 4 ? -weekly : 0);
    return { at: START + step * STEP_MS, value: 100 + growth * day + season + 8 * (random.next() - 0.5) + spike };
  });
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function hourlyMeans(history: readonly SeriesPoint[]): number[] {
  return Array.from({ length: history.length / 12 }, (_, hour) => {
    let total = 0;
    for (let step = 0; step < 12; step += 1) total += history[hour * 12 + step]?.value ?? 0;
    return total / 12;
  });
}

answer(async ({ services }: FleetInput, progress): Promise<FleetFigures> => {
  let [all, theirs, theirCount, settled] = [0, 0, 0, 0];
  for (let service = 0; service < services; service += 1) {
    const history = points(service);
    const started = performance.now();
    const full = forecastSeries(history, { horizonMs: WEEK_MS, limit: 400 });
    const ended = performance.now();
    if (full.state !== "forecast" || full.backtest.origins === 0)
      throw new Error(`service ${String(service)} was not forecast`);
    if (service === WARM_UP) settled = heap();
    if (service >= WARM_UP) all += ended - started;
    if (service >= WARM_UP && theirCount < MOST_PEERS) {
      const means = hourlyMeans(history);
      const before = performance.now();
      new ARIMA({ p: 1, d: 0, q: 1, P: 0, D: 1, Q: 1, s: 24, verbose: false }).train(means).predict(7 * 24);
      theirs += performance.now() - before;
      theirCount += 1;
    }
    if (service % 100 === 99) progress(`${String(service + 1)} services`);
  }
  return {
    services,
    secondsEach: all / (services - WARM_UP) / 1_000,
    peerSecondsEach: theirs / theirCount / 1_000,
    heapGrowthBytes: heap() - settled,
  };
});
