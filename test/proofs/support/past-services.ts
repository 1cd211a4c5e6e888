/** Services with a past: what happened from scrape to scrape, as counters for Prometheus and as bare numbers for an oracle. */
import type { Random } from "../../../src/core/random.ts";
import type { Measurement } from "../../../src/core/measurement.ts";
import type { TimeRange } from "../../../src/core/time/window.ts";
import type { StoredSeries } from "./rules-storage.ts";

/** One service. */
export interface PastService {
  readonly name: string;
  readonly series: readonly StoredSeries[];
  /** Events that a scrape told of within the stretch, which has its end and lacks its beginning. */
  readonly counted: (range: TimeRange) => Pick<Measurement, "good" | "total">;
  /** The same of requests that took 0.3 s at most. */
  readonly fast: (range: TimeRange) => Pick<Measurement, "good" | "total">;
  /** Whether counters began anew within the stretch. */
  readonly restarted: (range: TimeRange) => boolean;
}

/** When, in seconds. */
export interface Past {
  readonly from: number;
  readonly to: number;
  readonly everySeconds: number;
}

/**
 * A service with a daily course, a few faults and a few restarts. The counters are there from the beginning, which no window
 * should reach.
 */
export function pastService(name: string, { from, to, everySeconds }: Past, random: Random): PastService {
  const scrapes = Math.floor((to - from) / everySeconds) + 1;
  const [good, bad, slow] = [new Float64Array(scrapes), new Float64Array(scrapes), new Float64Array(scrapes)];
  const rate = 1 + random.next() * 20;
  const faults = Array.from({ length: 2 + random.integer(0, 6) }, () => ({
    begin: random.integer(0, scrapes - 1),
    length: random.integer(2, Math.ceil(7_200 / everySeconds)),
    ratio: random.pick([0.01, 0.05, 0.3, 1]),
  }));
  for (let index = 1; index < scrapes; index += 1) {
    const hour = ((from + index * everySeconds) / 3_600) % 24;
    const events = Math.round(rate * everySeconds * (0.3 + 0.7 * Math.sin((Math.PI * hour) / 24)) * random.next() * 2);
    const fault = faults.find(({ begin, length }) => index >= begin && index < begin + length);
    const ratio = fault?.ratio ?? 0.0003;
    let failed = 0;
    for (let event = 0; event < Math.min(events, 300); event += 1) failed += random.next() < ratio ? 1 : 0;
    failed = Math.min(events, events > 300 ? Math.round((failed * events) / 300) : failed);
    bad[index] = failed;
    good[index] = events - failed;
    slow[index] = Math.min(events, failed + Math.round(events * 0.002 * random.next()));
  }
  const restarts = new Set(Array.from({ length: 3 }, () => random.integer(10, scrapes - 1)));
  const counter = (growth: Float64Array): ((at: number) => number) => {
    const values = new Float64Array(scrapes);
    for (let index = 1; index < scrapes; index += 1) {
      values[index] = (restarts.has(index) ? 0 : (values[index - 1] as number)) + (growth[index] as number);
    }
    return (at) => values[Math.round((at - from) / everySeconds)] as number;
  };
  const all = good.map((count, index) => count + (bad[index] as number));
  const quick = all.map((count, index) => count - (slow[index] as number));
  const stored = (series: string, growth: Float64Array): StoredSeries => ({
    series,
    from,
    to: from + (scrapes - 1) * everySeconds,
    everySeconds,
    valueAt: counter(growth),
  });
  const sums = { good: runningSum(good), all: runningSum(all), quick: runningSum(quick) };
  /** Scrapes at or before an instant in milliseconds. */
  const before = (at: number): number =>
    Math.max(0, Math.min(scrapes, Math.floor((at / 1_000 - from) / everySeconds) + 1));
  const between = (sum: Float64Array, { start, end }: TimeRange): number =>
    (sum[before(end)] as number) - (sum[before(start)] as number);
  return {
    name,
    series: [
      stored(`requests_total{job="${name}",code="200"}`, good),
      stored(`requests_total{job="${name}",code="500"}`, bad),
      stored(`duration_seconds_bucket{job="${name}",le="0.3"}`, quick),
      stored(`duration_seconds_bucket{job="${name}",le="+Inf"}`, all),
      stored(`duration_seconds_count{job="${name}"}`, all),
    ],
    counted: (range) => ({ good: between(sums.good, range), total: between(sums.all, range) }),
    fast: (range) => ({ good: between(sums.quick, range), total: between(sums.all, range) }),
    restarted: ({ start, end }) => [...restarts].some((index) => index >= before(start) && index < before(end)),
  };
}

function runningSum(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, index) => {
    sums[index + 1] = (sums[index] as number) + value;
  });
  return sums;
}
