/** The latencies that summaries tell: an ornament, and what they lack must not take the verdicts along. */
import { soundLatencies } from "../budget/ask.ts";
import type { Clock } from "../core/time/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import type { Logger } from "../ports/logger.ts";
import type { SliSource } from "../ports/sli-source.ts";
import type { Slo } from "../slo/model.ts";

/** Nobody waits longer than this for an ornament. */
const MOST_MS = 5_000;

/** Who is asked, about how long, and for how long at most. */
export interface PercentileOptions {
  readonly source: SliSource<Slo>;
  readonly windowMs: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The 95th percentile in milliseconds of each of the services: that of its first latency SLO, else of its first SLO that counts
 * requests. Undefined where there is none.
 */
export async function p95Of(
  services: readonly string[],
  slos: readonly Slo[],
  { at, signal }: { readonly at: number; readonly signal: AbortSignal | undefined },
  options: PercentileOptions,
): Promise<readonly (number | undefined)[]> {
  const { source, windowMs, clock, logger } = options;
  const subjects = services.map((service) => {
    const ofService = slos.filter((slo) => slo.service === service);
    return ofService.find(({ kind }) => kind === "latency") ?? ofService.find((one) => one.expression === undefined);
  });
  const asked = subjects.filter((slo) => slo !== undefined);
  if (source.latenciesMs === undefined || asked.length === 0) return [];
  const question = { quantile: 0.95, range: { start: at - windowMs, end: at } };
  const timeoutMs = Math.min(options.timeoutMs, MOST_MS);
  try {
    const told = await withDeadline(
      async (aborting) =>
        soundLatencies(await source.latenciesMs?.(asked, question, { signal: aborting }), asked.length),
      { clock, timeoutMs, operation: "to tell latencies", signal, keepAlive: true },
    );
    const bySlo = new Map(asked.map((slo, index) => [slo, told[index]]));
    return subjects.map((slo) => (slo === undefined ? undefined : bySlo.get(slo)));
  } catch (error) {
    if (signal?.aborted === true) throw error;
    logger.warn("latencies could not be told", { error });
    return [];
  }
}
