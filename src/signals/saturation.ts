/** The fourth golden signal: how full the service is. */
import type { Clock } from "../core/time/clock.ts";
import { atOnce, quietly } from "../core/thenable.ts";
import type { ProcessProbe, ProcessSample } from "../ports/process-probe.ts";

/** How full each resource is, from 0 (idle) to 1 (full); what is not known yet is left out. */
export type SaturationReading = Readonly<Record<string, number>>;

/** Reads a share from 0 to 1 at each scrape; throws or returns something else if it cannot tell. */
export type SaturationGauge = () => number;

/** Rates are taken over at least this long, so that two scrapers do not take them from under each other. */
const SHORTEST_SPAN_MS = 5_000;

/** A reading is used again for this long, so that the metrics of one scrape come from one. */
const REUSED_MS = 10;

/** What the probe said, and when. */
interface Reading {
  /** Undefined if it could not tell. */
  readonly sample: ProcessSample | undefined;
  readonly at: number;
}

/** Gathers the process' own saturation and the user's gauges. */
export class Saturation {
  readonly #probe: ProcessProbe | undefined;
  readonly #clock: Clock;
  readonly #gauges = new Map<string, SaturationGauge>();
  readonly #onRejected: (resource: string) => void;
  #reading: Reading | undefined;
  #earlier: { sample: ProcessSample; at: number } | undefined;
  #latest: { sample: ProcessSample; at: number } | undefined;

  constructor(options: { probe: ProcessProbe | undefined; clock: Clock; onRejected: (resource: string) => void }) {
    this.#probe = options.probe;
    this.#clock = options.clock;
    this.#onRejected = options.onRejected;
    this.sample();
  }

  /** Adds or replaces a gauge. */
  set(resource: string, gauge: SaturationGauge): void {
    this.#gauges.set(resource, gauge);
  }

  /** What the probe says; undefined if there is none, or it cannot tell. */
  sample(): ProcessSample | undefined {
    return this.#read().sample;
  }

  /** How full everything is now. */
  read(): SaturationReading {
    const reading: Record<string, number> = {};
    const { sample, at } = this.#read();
    if (sample !== undefined) this.#readProcess(sample, at, reading);
    for (const [resource, gauge] of this.#gauges) {
      try {
        const value: unknown = atOnce(gauge());
        if (typeof value === "number" && Number.isFinite(value) && value >= 0) reading[resource] = value;
        else this.#onRejected(resource);
      } catch {
        this.#onRejected(resource);
      }
    }
    return reading;
  }

  /** Stops the probe. */
  close(): void {
    // A service that ends must not fail for it.
    quietly(() => this.#probe?.close());
  }

  #read(): Reading {
    const at = this.#clock.monotonic();
    if (this.#reading !== undefined && at - this.#reading.at < REUSED_MS) return this.#reading;
    const sample = this.#ask();
    this.#reading = { sample, at };
    if (sample !== undefined && (this.#latest === undefined || at - this.#latest.at >= SHORTEST_SPAN_MS)) {
      this.#earlier = this.#latest;
      this.#latest = { sample, at };
    }
    return this.#reading;
  }

  // Reading memory opens a file: out of descriptors it throws, and then above all must the rest be told.
  #ask(): ProcessSample | undefined {
    try {
      return soundSample(atOnce(this.#probe?.sample()));
    } catch {
      this.#onRejected("probe");
      return undefined;
    }
  }

  #readProcess(now: ProcessSample, at: number, reading: Record<string, number>): void {
    const put = (resource: string, share: number): void => {
      // What a probe cannot tell may be NaN.
      if (share >= 0) reading[resource] = Math.min(1, share);
    };
    put("memory", now.memoryBytes / now.memoryLimitBytes);
    const since = [this.#latest, this.#earlier].find((past) => past !== undefined && at - past.at >= SHORTEST_SPAN_MS);
    const base = since ?? this.#earlier ?? this.#latest;
    if (base === undefined) return;
    const seconds = (at - base.at) / 1_000;
    const active = now.eventLoopActiveSeconds - base.sample.eventLoopActiveSeconds;
    const idle = now.eventLoopIdleSeconds - base.sample.eventLoopIdleSeconds;
    if (seconds > 0) put("cpu", (now.cpuSeconds - base.sample.cpuSeconds) / seconds / now.cpuCores);
    put("event_loop", active / (active + idle));
  }
}

/** What a probe of somebody's own answers: figures, or nothing. @throws TypeError for anything else */
function soundSample(sample: unknown): ProcessSample | undefined {
  if (sample === undefined) return undefined;
  if (typeof sample !== "object" || sample === null) throw new TypeError("it answered with no sample");
  const given = sample as ProcessSample;
  // Read here, once: what cannot be read is no sample, and the rest of a scrape goes on.
  return {
    cpuSeconds: number(given.cpuSeconds),
    cpuCores: number(given.cpuCores),
    memoryBytes: number(given.memoryBytes),
    memoryLimitBytes: number(given.memoryLimitBytes),
    heapUsedBytes: number(given.heapUsedBytes),
    eventLoopActiveSeconds: number(given.eventLoopActiveSeconds),
    eventLoopIdleSeconds: number(given.eventLoopIdleSeconds),
    eventLoopDelaySeconds: numbers(given.eventLoopDelaySeconds),
    gcSeconds: numbers(given.gcSeconds),
    gcPauseMaxSeconds: number(given.gcPauseMaxSeconds),
    activeResources: numbers(given.activeResources),
  };
}

/** What is no number cannot be told. */
function number(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

function numbers(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, number(one)]));
}
