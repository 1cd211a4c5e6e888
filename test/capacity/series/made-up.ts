/** Series that are made up: the same on every machine. */
import { seededRandom } from "../../../src/core/random.ts";
import type { SeriesPoint } from "../../../src/capacity/series/samples.ts";

export const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
/** A Monday. */
export const START = Date.UTC(2026, 5, 1);

/** A course of values over their places. */
export type Course = (place: number) => number;

/** Noise of deviation 1, nearly normal. */
export function noise(seed: string | number): () => number {
  const random = seededRandom(seed);
  return () => {
    let total = -6;
    for (let turn = 0; turn < 12; turn += 1) total += random.next();
    return total;
  };
}

/** From -1 to 1 and back in so many places. */
export function wave(place: number, season: number): number {
  return Math.sin((2 * Math.PI * place) / season);
}

export function values(length: number, course: Course): Float64Array {
  return Float64Array.from({ length }, (_, place) => course(place));
}

export function points(length: number, stepMs: number, course: Course, start = START): SeriesPoint[] {
  return Array.from({ length }, (_, place) => ({ at: start + place * stepMs, value: course(place) }));
}
