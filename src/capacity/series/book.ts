/** The samples of one service, metric by metric, and no more of them than fit. */
import { areInSeconds, inSeconds } from "../../core/time/epoch.ts";
import { invalid, show } from "../../core/errors.ts";
import type { CapacitySample, SeriesPoint } from "./samples.ts";
import { timeOf } from "./times.ts";

const MOST_METRICS = 1_000;

/** Keeps the latest values of each metric. */
export class SampleBook {
  readonly #points = new Map<string, SeriesPoint[]>();
  readonly #most: number;
  #revision = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** All or nothing: a sample that cannot be used leaves the book as it was. */
  add(samples: readonly CapacitySample[]): void {
    if (!Array.isArray(samples)) throw invalid("samples", `${show(samples)} is no list of samples`);
    checkNotInSeconds(samples);
    const added = new Map<string, SeriesPoint[]>();
    for (const [place, sample] of (samples as readonly CapacitySample[]).entries()) {
      if (!isObject(sample))
        throw invalid(["samples", place], `${show(sample)} is no sample; write { timestamp, cpu: 0.4, ... }`);
      const at = timeOf(sample.timestamp, ["samples", place, "timestamp"]);
      for (const metric of Object.keys(sample)) {
        if (metric === "timestamp") continue;
        const value = sample[metric];
        // Not measured at this time.
        if (value === undefined || value === null) continue;
        if (typeof value !== "number")
          throw invalid(
            ["samples", place, metric],
            `${show(value)} is no number; leave it out, or write null, where it was not measured`,
          );
        let points = added.get(metric);
        if (points === undefined) {
          points = [];
          added.set(metric, points);
        }
        points.push({ at, value });
      }
    }
    const names = new Set([...this.#points.keys(), ...added.keys()]);
    if (names.size > MOST_METRICS)
      throw invalid(
        "samples",
        `have ${names.size.toLocaleString("en")} metrics; a service has at most ${MOST_METRICS.toLocaleString("en")}`,
      );
    this.#revision += 1;
    for (const [metric, points] of added) {
      const kept = this.#points.get(metric) ?? [];
      for (const point of points) kept.push(point);
      // Not at each sample: what is beyond may gather for a while, and is left out when the points are asked for.
      this.#points.set(metric, kept.length > 1.25 * this.#most + 100 ? this.#latest(kept) : kept);
    }
  }

  /** Another number after each change. */
  get revision(): number {
    return this.#revision;
  }

  /** Names of the metrics that there are values of. */
  get metrics(): readonly string[] {
    return [...this.#points.keys()];
  }

  /** The values of a metric; none of one that there is not. */
  points(metric: string): readonly SeriesPoint[] {
    return this.#latest(this.#points.get(metric) ?? []);
  }

  /** All metrics with their values. */
  entries(): readonly (readonly [metric: string, points: readonly SeriesPoint[]])[] {
    return [...this.#points].map(([metric, points]) => [metric, this.#latest(points)]);
  }

  #latest(points: readonly SeriesPoint[]): SeriesPoint[] {
    return points.length <= this.#most ? [...points] : [...points].sort((a, b) => a.at - b.at).slice(-this.#most);
  }
}

/** Dates and text say what they mean; numbers that all lie in a few days of 1970 do not. */
function checkNotInSeconds(samples: readonly unknown[]): void {
  let [earliest, latest] = [Infinity, -Infinity];
  for (const sample of samples) {
    const at = isObject(sample) ? (sample as CapacitySample).timestamp : undefined;
    if (typeof at !== "number") return;
    if (at < earliest) earliest = at;
    if (at > latest) latest = at;
  }
  if (areInSeconds(earliest, latest)) throw invalid(["samples", 0, "timestamp"], inSeconds(earliest));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
