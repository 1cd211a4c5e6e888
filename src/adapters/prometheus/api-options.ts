/** What can be told to a client of the API, checked. */
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { type Random, systemRandom } from "../../core/random.ts";
import { checkLogger, harmless, type Logger, silentLogger } from "../../ports/logger.ts";

import type { AskerOptions } from "./asker.ts";
import { ADDRESS_OPTIONS, connect, type PrometheusAddress } from "./client.ts";

/** What can be told to a `PrometheusApi`. */
export interface PrometheusApiOptions extends PrometheusAddress {
  /**
   * Milliseconds for a question with all that belongs to it: the wait for its turn, attempts, the waits between them, the
   * parts of a range. 1 to 3,600,000; 10,000 unless told.
   */
  readonly timeoutMs?: number;
  /**
   * Milliseconds for one attempt, `timeoutMs` at most. Unless told an attempt may take all the time that is left, so that a
   * server which does not answer at all is asked once; set it where another attempt may reach another server.
   */
  readonly attemptTimeoutMs?: number;
  /** How often a request is sent again after a failure that may pass. 0 to 10; 2 unless told. */
  readonly retries?: number;
  /** How many requests are under way at once; the others wait for their turn. 1 to 100; 4 unless told. */
  readonly concurrency?: number;
  /** Bytes that are read of the answers to a question, unpacked. 1,024 to 268,435,456; 33,554,432 (32 MiB) unless told. */
  readonly maxBytes?: number;
  /** What to do about an answer that comes with warnings: by default it is the failure `partial`. */
  readonly partial?: "refuse" | "accept";
  readonly clock?: Clock;
  /** Spreads the waits between attempts. */
  readonly random?: Random;
  /** Is warned of each attempt that failed and is made again; silent unless told. */
  readonly logger?: Logger;
}

const OPTIONS: readonly (keyof PrometheusApiOptions)[] = [
  ...ADDRESS_OPTIONS,
  "timeoutMs",
  "attemptTimeoutMs",
  "retries",
  "concurrency",
  "maxBytes",
  "partial",
  "clock",
  "random",
  "logger",
];
const PARTIAL = ["refuse", "accept"] as const;
const LONGEST_MS = 3_600_000;
const MIB = 1_048_576;

/** Refuses what makes no sense, and fills in what was not told. */
export function askerOptions(options: PrometheusApiOptions): AskerOptions {
  checkOptions(options, "PrometheusApi", OPTIONS);
  const { clock = systemClock, random = systemRandom, logger = silentLogger, partial = "refuse" } = options;
  checkMethods(clock, "clock", ["now", "monotonic", "schedule"]);
  checkMethods(random, "random", ["next"]);
  checkLogger(logger);
  if (!PARTIAL.includes(partial)) throw invalid("partial", `${show(partial)} is unknown${choices(partial, PARTIAL)}`);
  const timeoutMs = whole("timeoutMs", options.timeoutMs ?? 10_000, 1, LONGEST_MS);
  return {
    connection: connect(options, clock),
    timeoutMs,
    attemptTimeoutMs:
      options.attemptTimeoutMs === undefined
        ? undefined
        : whole("attemptTimeoutMs", options.attemptTimeoutMs, 1, timeoutMs),
    retries: whole("retries", options.retries ?? 2, 0, 10),
    concurrency: whole("concurrency", options.concurrency ?? 4, 1, 100),
    maxBytes: whole("maxBytes", options.maxBytes ?? 32 * MIB, 1_024, 256 * MIB),
    partial,
    clock,
    random,
    logger: harmless(logger),
  };
}

function whole(path: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw invalid(path, `${show(value)} is not possible; write a whole number from ${String(least)} to ${String(most)}`);
}
