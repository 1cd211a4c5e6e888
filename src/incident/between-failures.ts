/** How long a service works from one failure to the next. */
import { type MeanTime, MeanTimeTally } from "./mean-time.ts";

/** Starts and ends of one service's failures, in the order in which they were told. */
interface Failures {
  readonly starts: number[];
  readonly ends: number[];
}

/**
 * Operating time between failures: from the end of a failure to the start of the next one of the same service. Failures
 * that overlap, or begin together, are one. A gap belongs to the window in which it ends, so that the gaps of windows in a row add up.
 */
export class BetweenFailures {
  readonly #from: number;
  readonly #until: number;
  readonly #failures = new Map<string, Failures>();
  /** What stands in the way; the gaps are added when all failures are known. */
  readonly tally: MeanTimeTally = new MeanTimeTally("startedAt and resolvedAt");

  constructor({ from, until }: { readonly from: number; readonly until: number }) {
    this.#from = from;
    this.#until = until;
  }

  add(service: string, start: number, end: number): void {
    let failures = this.#failures.get(service);
    if (failures === undefined) this.#failures.set(service, (failures = { starts: [], ends: [] }));
    failures.starts.push(start);
    failures.ends.push(end);
  }

  /** To be asked once. */
  result(nothing: string): MeanTime {
    for (const { starts, ends } of this.#failures.values()) {
      const order = Uint32Array.from(starts.keys()).sort((a, b) => (starts[a] as number) - (starts[b] as number));
      let reached = -Infinity;
      let last = -Infinity;
      for (const index of order) {
        const start = starts[index] as number;
        const within = start >= this.#from && start < this.#until;
        if (within && last !== -Infinity && start > last && start >= reached) this.tally.add(start - reached);
        last = start;
        reached = Math.max(reached, ends[index] as number);
      }
    }
    return this.tally.result(nothing);
  }
}
