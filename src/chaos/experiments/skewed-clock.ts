/** A clock that can be made to tell the wrong time, and the experiment that does so. */
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { limitText } from "../../core/time/duration-text.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { checkWords } from "../../core/words.ts";

import {
  ChaosExperiment,
  type ChaosExperimentOptions,
  EXPERIMENT_OPTIONS,
  type InjectionResult,
} from "../experiment.ts";
import type { ChaosTarget, ChaosInjection } from "../model.ts";

/** By how much a clock is wrong. */
export interface ClockSkew {
  /** Ahead of the true time, or behind it if negative, in milliseconds. */
  readonly offsetMs: number;
  /** By how much it goes faster, or slower if negative: 0.01 gains 10 ms a second. None unless told. */
  readonly drift?: number;
}

/**
 * A {@link Clock} that is right until it is skewed. Give it to whom the experiment is about. Only the time of day is wrong, as where
 * a machine's clock is: elapsed time and timers stay true. Several skews add up; when one is taken away the clock steps back by it.
 *
 * @example
 * ```ts
 * import { SkewedClock } from "nines";
 * import { ManualClock } from "nines/testing";
 *
 * const truth = new ManualClock(1_000_000);
 * const clock = new SkewedClock({ name: "cart", clock: truth });
 * clock.skew("a", { offsetMs: -300_000, drift: 0.01 });
 * truth.advance(10_000);
 * if (clock.now() !== truth.now() - 300_000 + 100) throw new Error(String(clock.now()));
 * clock.unskew("a");
 * if (clock.now() !== truth.now()) throw new Error("still wrong");
 * ```
 */
export class SkewedClock implements Clock {
  /** Whose clock it is; two clocks of one experiment have two names. */
  readonly name: string;
  readonly #clock: Clock;
  readonly #skews = new Map<string, Required<ClockSkew> & { readonly since: number }>();

  constructor({ name, clock = systemClock }: { readonly name: string; readonly clock?: Clock }) {
    checkWords(name, MOST_CHARACTERS, (message) => {
      throw invalid("name", message);
    });
    checkMethods(clock, "clock", ["now", "monotonic", "schedule"]);
    this.name = name;
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.skewMs;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  schedule(callback: () => void, delayMs: number, options?: { readonly keepAlive?: boolean }): () => void {
    return this.#clock.schedule(callback, delayMs, options);
  }

  /** How far it is ahead of the true time now, in whole milliseconds. */
  get skewMs(): number {
    let sum = 0;
    const passed = this.#clock.monotonic();
    for (const { offsetMs, drift, since } of this.#skews.values()) sum += offsetMs + drift * (passed - since);
    return Math.round(sum);
  }

  /** Makes it wrong from now on. A skew of the same id is replaced. */
  skew(id: string, { offsetMs, drift = 0 }: ClockSkew): void {
    if (!(Math.abs(offsetMs) <= MOST_OFFSET_MS)) {
      throw invalid("offsetMs", `${show(offsetMs)} is out of range; write milliseconds, ten years at most`);
    }
    this.#skews.set(id, { offsetMs, drift: readDrift(drift), since: this.#clock.monotonic() });
  }

  /** Takes a skew away. False if there is none of that id. */
  unskew(id: string): boolean {
    return this.#skews.delete(id);
  }
}

/** What {@link ClockSkewExperiment} is told. */
export interface ClockSkewOptions extends ChaosExperimentOptions {
  /** Those that may be made wrong, each of another name. */
  readonly clocks: readonly SkewedClock[];
  /** Such as `"5m"`, or `"-5m"` for a clock that is behind; ten years at most. */
  readonly offset: string;
  /** By how much it goes faster, or slower if negative, from -0.5 to 1; 0.01 gains 10 ms a second. None unless told. */
  readonly drift?: number;
}

/** The clock of a target is wrong. */
export class ClockSkewExperiment extends ChaosExperiment {
  readonly kind = "clock-skew";
  override readonly takesAway = false;
  readonly #clocks: ReadonlyMap<string, SkewedClock>;
  readonly #skew: Required<ClockSkew>;

  constructor(options: ClockSkewOptions) {
    checkOptions(options, "ClockSkewExperiment", [...EXPERIMENT_OPTIONS, "clocks", "offset", "drift"]);
    super(options);
    const { clocks, offset, drift = 0 } = options;
    if (!Array.isArray(clocks) || clocks.length === 0) throw invalid("clocks", `${show(clocks)} is no list of clocks`);
    clocks.forEach((clock: unknown, index) => {
      checkMethods(clock ?? null, `clocks[${String(index)}]`, ["skew", "unskew"]);
    });
    this.#clocks = new Map(options.clocks.map((clock) => [clock.name, clock]));
    if (this.#clocks.size < clocks.length) throw invalid("clocks", "two of them have the same name");
    this.#skew = { offsetMs: readOffset(offset), drift: readDrift(drift) };
    if (this.#skew.offsetMs === 0 && drift === 0) throw invalid("offset", "is nothing, and there is no drift");
  }

  targets(): readonly ChaosTarget[] {
    return [...this.#clocks.keys()].map((name) => ({
      id: `clock/${name}`,
      group: "clocks",
      healthy: true,
      labels: {},
      details: { clock: name },
    }));
  }

  inject({ id, target, details }: ChaosInjection): InjectionResult {
    const { offsetMs, drift } = this.#skew;
    this.#clock(details)?.skew(id, this.#skew);
    const where = offsetMs < 0 ? "behind" : "ahead";
    const drifting = drift === 0 ? "" : `, and drifts by ${String(drift * 1_000)} ms a second`;
    return { result: "done", message: `${target} is ${limitText(Math.abs(offsetMs))} ${where}${drifting}` };
  }

  /** A clock that is not there any more went with its process, and so did its skew. */
  undo({ id, details }: ChaosInjection): void {
    this.#clock(details)?.unskew(id);
  }

  #clock({ clock }: ChaosInjection["details"]): SkewedClock | undefined {
    return typeof clock === "string" ? this.#clocks.get(clock) : undefined;
  }
}

const MOST_CHARACTERS = 200;
const MOST_OFFSET_MS = 10 * 365 * 86_400_000;

function readOffset(offset: unknown): number {
  const text = typeof offset === "string" ? offset : "";
  const isBehind = text.startsWith("-");
  const ms = parseDuration(isBehind ? text.slice(1) : (offset as string), "offset");
  if (ms > MOST_OFFSET_MS) throw invalid("offset", `${show(offset)} is more than ten years`);
  return isBehind && ms > 0 ? -ms : ms;
}

function readDrift(drift: unknown): number {
  if (typeof drift === "number" && drift >= -0.5 && drift <= 1) return drift;
  throw invalid("drift", `${show(drift)} is out of range; write a number from -0.5 to 1, such as 0.01`);
}
