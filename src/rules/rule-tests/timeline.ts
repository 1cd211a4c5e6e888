/** What happens in a test, step by step: the series that promtool reads, and the counts that follow from them. */
import { MILLISECONDS } from "../../core/time/duration.ts";
import { numberText } from "../promql/write.ts";
import type { LoadSeries } from "./load.ts";

/** Time in which each step is like the others. */
export interface Piece {
  readonly lengthMs: number;
  /** Events of each step. Of time instead of events, a step is all `good` or all `bad`: 1 and 0. */
  readonly good: number;
  readonly bad: number;
  /** What is not as usual: the targets are gone, series of errors are not there yet, or a process starts anew. */
  readonly special?: "gone" | "no error series" | "restarted";
}

/** Pieces one after the other, from the first moment on. */
export class Timeline {
  readonly stepMs: number;
  readonly pieces: readonly Piece[];
  readonly unit: "events" | "time";
  /** Before the first moment there is nothing, which so much of the time counts as bad. */
  readonly badBeforeMs: number;

  constructor(
    pieces: readonly Piece[],
    {
      stepMs,
      unit,
      badBeforeMs = 0,
    }: { readonly stepMs: number; readonly unit: "events" | "time"; readonly badBeforeMs?: number },
  ) {
    this.pieces = pieces;
    this.stepMs = stepMs;
    this.unit = unit;
    this.badBeforeMs = badBeforeMs;
  }

  get lengthMs(): number {
    return this.pieces.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  }

  /** What happened from one moment to another. */
  counts(fromMs: number, toMs: number): { readonly events: number; readonly errors: number } {
    const before = Math.max(0, Math.min(toMs, 0) - Math.max(fromMs, -this.badBeforeMs)) / this.stepMs;
    let [events, errors, start] = [before, before, 0];
    for (const { lengthMs, good, bad, special } of this.pieces) {
      const steps = Math.max(0, Math.min(toMs, start + lengthMs) - Math.max(fromMs, start)) / this.stepMs;
      if (special !== "gone") {
        events += steps * (good + bad);
        errors += steps * bad;
      }
      start += lengthMs;
    }
    return { events, errors };
  }

  /** The samples of a series, as promtool reads them. */
  samplesOf(series: LoadSeries): string {
    const stepSeconds = this.stepMs / MILLISECONDS.s;
    const texts: string[] = [];
    let value = 0;
    let isThere = false;
    for (const [index, { lengthMs, good, bad, special }] of this.pieces.entries()) {
      const steps = Math.round(lengthMs / this.stepMs);
      const [first = 0, count = 0] = index === 0 ? [0, steps + 1] : [1, steps];
      if (special === "gone" || (special === "no error series" && series.isOptional)) {
        texts.push(...(isThere ? ["stale"] : []), absent(isThere ? count - 1 : count));
        isThere = false;
        continue;
      }
      if (special === "restarted" && series.isCounter) value = 0;
      const growth = this.#growth(series, { good, bad }, stepSeconds);
      if (series.isCounter) {
        texts.push(line(value + first * growth, growth, count - 1));
        value += steps * growth;
      } else texts.push(line(growth, 0, count - 1));
      isThere = true;
    }
    return texts.filter((text) => text !== "").join(" ");
  }

  #growth(series: LoadSeries, { good, bad }: Pick<Piece, "good" | "bad">, stepSeconds: number): number {
    const once = good * series.good + bad * series.bad;
    return this.unit === "time" && series.isCounter ? once * stepSeconds : once;
  }
}

/** `1` while a target is up, and `0` while it is not. */
export function upSamples(timeline: Timeline): string {
  const texts = timeline.pieces.map(({ lengthMs, special }, index) => {
    const steps = Math.round(lengthMs / timeline.stepMs);
    return line(special === "gone" ? 0 : 1, 0, index === 0 ? steps : steps - 1);
  });
  return texts.join(" ");
}

function line(from: number, growth: number, times: number): string {
  return times < 0 ? "" : `${numberText(from)}${growth < 0 ? "" : "+"}${numberText(growth)}x${String(times)}`;
}

function absent(count: number): string {
  return count <= 0 ? "" : `_x${String(count)}`;
}
