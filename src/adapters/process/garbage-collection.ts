/** How long the program stood still for garbage collection. */
import { constants, performance, PerformanceObserver, type PerformanceEntry } from "node:perf_hooks";

import type { GcKind, ProcessSample } from "../../ports/process-probe.ts";
import { KEPT_MS } from "./event-loop-delay.ts";

const KINDS: ReadonlyMap<number | undefined, GcKind> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);

/**
 * Pauses by kind, and the longest of the last one to two minutes (or since the last reading, if that is longer ago).
 *
 * Node tells of a pause one or two turns of the event loop after it, so those of the turn in which a reading is taken
 * are in the next one. Being told costs less than 0.1 ms a collection, of which a busy service has some ten a second.
 */
export class GarbageCollection {
  readonly #now: () => number;
  readonly #observer: PerformanceObserver | undefined;
  readonly #seconds: Record<GcKind, number> = { minor: 0, major: 0, incremental: 0, weakcb: 0 };
  #longestBefore = 0;
  #longest = 0;
  #turnedAt: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#turnedAt = now();
    const { supportedEntryTypes } = PerformanceObserver as { supportedEntryTypes?: readonly string[] };
    if (supportedEntryTypes?.includes("gc") !== true) return;
    this.#observer = new PerformanceObserver((list) => {
      this.#add(list.getEntries());
    });
    this.#observer.observe({ type: "gc" });
  }

  /** Nothing where the platform does not tell. */
  read(): Pick<ProcessSample, "gcSeconds" | "gcPauseMaxSeconds"> {
    if (this.#observer === undefined) return {};
    this.#add(this.#observer.takeRecords());
    const now = this.#now();
    if (now - this.#turnedAt > KEPT_MS) {
      this.#longestBefore = this.#longest;
      this.#longest = 0;
      this.#turnedAt = now;
    }
    return { gcSeconds: { ...this.#seconds }, gcPauseMaxSeconds: Math.max(this.#longest, this.#longestBefore) };
  }

  close(): void {
    this.#observer?.disconnect();
  }

  #add(entries: readonly PerformanceEntry[]): void {
    for (const entry of entries) {
      const pause = entry.duration / 1_000;
      const { detail } = entry as { detail?: { readonly kind?: number } };
      // V8 has a second collector of young objects, whose kind Node does not name.
      const kind = KINDS.get(detail?.kind) ?? "minor";
      this.#seconds[kind] += pause;
      if (pause > this.#longest) this.#longest = pause;
    }
  }
}
