/** How late the event loop is: what a whole life's histogram hides. */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";

import type { ProcessSample } from "../../ports/process-probe.ts";

/** A spike is told for at least this long, to everybody who asks. */
export const KEPT_MS = 60_000;

const RESOLUTION_MS = 10;

/**
 * Delays of the last one to two minutes; without a reading for longer than that, since the last one. Of two histograms
 * the older is read, and a minute after the last turn it is begun afresh and they change places: a reader takes nothing
 * away from another.
 */
export class EventLoopDelay {
  readonly #now: () => number;
  #older = startHistogram();
  #younger = startHistogram();
  #turnedAt: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#turnedAt = now();
  }

  /** In seconds, by statistic. */
  read(): ProcessSample["eventLoopDelaySeconds"] {
    const now = this.#now();
    if (now - this.#turnedAt > KEPT_MS) {
      this.#older.reset();
      [this.#older, this.#younger] = [this.#younger, this.#older];
      this.#turnedAt = now;
    }
    return {
      p50: seconds(this.#older.percentile(50)),
      p99: seconds(this.#older.percentile(99)),
      max: seconds(this.#older.max),
    };
  }

  close(): void {
    this.#older.disable();
    this.#younger.disable();
  }
}

function startHistogram(): ReturnType<typeof monitorEventLoopDelay> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return histogram;
}

// The timer behind the histogram is itself one resolution late; without that an idle loop would read 10 ms.
function seconds(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS) / 1_000 : 0;
}
