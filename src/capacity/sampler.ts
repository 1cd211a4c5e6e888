/** Samples of this process, from the signals that it records anyway. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { repeat } from "../core/repeat.ts";
import { atOnce } from "../core/thenable.ts";
import { harmless, type Logger, silentLogger } from "../ports/logger.ts";
import type { CapacitySample } from "./series/samples.ts";

/** What of a `GoldenSignalsCollector` is read. */
export interface SampledSignals {
  /** Requests recorded since the start. */
  readonly requests: number;
  /** How full each resource is, from 0 to 1. */
  saturation(): Readonly<Record<string, number>>;
}

/** What a {@link SignalSampler} is made with. */
export interface SignalSamplerOptions {
  readonly signals: SampledSignals;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
}

const SHORTEST_MS = 1_000;

/**
 * Takes samples of this process: `requestRate` in requests a second since the sample before, and each resource of its
 * saturation (`cpu`, `memory`, `event_loop`, and those that were added) as a share.
 *
 * @example
 * ```ts
 * import { CapacityPlanner, GoldenSignalsCollector, SignalSampler } from "nines";
 *
 * const signals = new GoldenSignalsCollector();
 * const planner = new CapacityPlanner();
 * const sampler = new SignalSampler({ signals });
 * const stop = sampler.every(60_000, (sample) => planner.addSamples("checkout", [sample]));
 * stop();
 * signals.close();
 * ```
 */
export class SignalSampler {
  readonly #signals: SampledSignals;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #before: { readonly requests: number; readonly at: number };

  /** @throws {@link ConfigurationError} if the signals are none */
  constructor(options: SignalSamplerOptions) {
    checkOptions(options, "SignalSampler", ["signals", "clock", "logger"]);
    const { signals, clock = systemClock, logger = silentLogger } = options;
    checkMethods(signals, "signals", ["saturation"]);
    if (typeof signals.requests !== "number")
      throw invalid("signals", `${show(signals)} does not count requests; give a GoldenSignalsCollector`);
    this.#signals = signals;
    this.#clock = clock;
    // Told in the background, where a throw would end the process.
    this.#logger = harmless(logger);
    this.#before = { requests: signals.requests, at: clock.monotonic() };
  }

  /** How it is now. Its `requestRate` is over the time since the last call, and left out where that is less than a second. */
  sample(): CapacitySample {
    const now = { requests: this.#signals.requests, at: this.#clock.monotonic() };
    const passed = now.at - this.#before.at;
    const told = passed >= SHORTEST_MS;
    const requestRate = told ? (Math.max(0, now.requests - this.#before.requests) * 1_000) / passed : undefined;
    // A call too soon after another must not lose the requests between the two.
    if (told) this.#before = now;
    return { ...atOnce(this.#signals.saturation()), timestamp: this.#clock.now(), requestRate };
  }

  /** Hands a sample to `take` again and again; what it throws is logged. Returns how to stop; nothing keeps the process alive. */
  every(everyMs: number, take: (sample: CapacitySample) => unknown): () => void {
    if (!(everyMs >= SHORTEST_MS && everyMs < Infinity)) {
      throw invalid(
        "everyMs",
        `${show(everyMs)} is not how often to take a sample; write ${String(SHORTEST_MS)} ms or more`,
      );
    }
    const task = async (): Promise<void> => {
      await take(this.sample());
    };
    const onError = (error: unknown): void => {
      this.#logger.error("could not take a sample of the service's capacity", { error });
    };
    return repeat(task, { clock: this.#clock, firstMs: everyMs, everyMs: () => everyMs, onError });
  }
}

/** Samples from counts of equal steps, as `Reliability.history()` tells them of an SLO: `requestRate` of each. */
export function samplesFromCounts(
  points: readonly { readonly at: number; readonly total: number }[],
  stepMs: number,
): readonly CapacitySample[] {
  if (!(stepMs > 0 && stepMs < Infinity))
    throw invalid("stepMs", `${show(stepMs)} is not the length of a step in milliseconds`);
  // A step is told at its end.
  return points.map(({ at, total }) => ({ timestamp: at - stepMs, requestRate: (total * 1_000) / stepMs }));
}
