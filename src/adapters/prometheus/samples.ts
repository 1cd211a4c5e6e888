/** Samples of capacity out of a Prometheus. */
import type { CapacitySample, SeriesPoint } from "../../capacity/series/samples.ts";
import { systemClock } from "../../core/time/clock.ts";
import { checkOptions } from "../../core/options.ts";
import { systemRandom } from "../../core/random.ts";
import { checkLogger, harmless, type Logger, silentLogger } from "../../ports/logger.ts";
import type { CallOptions } from "../../ports/store.ts";
import { shortText } from "../http/settings.ts";

import { Asker } from "./asker.ts";
import { ADDRESS_OPTIONS, connect, type PrometheusAddress } from "./client.ts";
import { checkedQueries, LONGEST_QUERY, nameOf } from "./queries.ts";
import { askRange, MOST_BYTES } from "./range-query.ts";
import { type PrometheusRange, rangeParts } from "./range.ts";

/** What can be told to {@link PrometheusSamples}. */
export interface PrometheusSamplesOptions extends PrometheusAddress {
  /** Gets the warnings that come with answers, each once a query; silent unless told. */
  readonly logger?: Logger;
}

const OPTIONS: readonly (keyof PrometheusSamplesOptions)[] = [...ADDRESS_OPTIONS, "logger"];

/**
 * Reads a Prometheus as samples of capacity, by range queries. It has no deadline of its own: hand in a signal, such as
 * `AbortSignal.timeout(30_000)`.
 *
 * @throws `ConfigurationError` for an address, a token, a header or a logger that cannot be one
 *
 * @example
 * ```ts
 * import { PrometheusSamples } from "nines/prometheus";
 *
 * const shop = new PrometheusSamples({
 *   url: "http://prometheus:9090",
 *   fetch: async () =>
 *     new Response('{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[60,"0.4"]]}]}}'),
 * });
 * const samples = await shop.samples(
 *   { cpu: 'avg(rate(process_cpu_seconds_total{job="shop"}[5m]))' },
 *   { start: 60_000, end: 60_000, stepMs: 60_000 },
 * );
 * if (JSON.stringify(samples) !== '[{"timestamp":60000,"cpu":0.4}]') throw new Error(JSON.stringify(samples));
 * ```
 */
export class PrometheusSamples {
  readonly #asker: Asker;
  readonly #logger: Logger;

  constructor(options: PrometheusSamplesOptions) {
    checkOptions(options, "PrometheusSamples", OPTIONS);
    checkLogger(options.logger);
    this.#logger = harmless(options.logger ?? silentLogger);
    this.#asker = new Asker({
      connection: connect(options),
      timeoutMs: undefined,
      attemptTimeoutMs: undefined,
      retries: 0,
      concurrency: Infinity,
      maxBytes: MOST_BYTES,
      partial: "accept",
      clock: systemClock,
      random: systemRandom,
      logger: this.#logger,
    });
  }

  /**
   * The values of several queries, joined on their times. The queries go out one after the other, in requests of 11,000
   * times each. Where a query has no value at a time, or NaN, the sample lacks the metric; a time at which none has one is
   * left out. Infinity is a value.
   *
   * @param queries - names of metrics with their PromQL, 1 to 100; each must give one series at most, such as by `sum()`
   * @param range - whole epoch milliseconds, both ends included; a million points at most, all queries together
   * @returns sorted by time; `timestamp` in epoch milliseconds
   * @throws `ConfigurationError` for queries or a range that cannot be asked for
   * @throws `AdapterError` naming the metric, where Prometheus refuses a query or cannot be asked, or a query gives
   *   several series or histograms
   */
  async samples(
    queries: Readonly<Record<string, string>>,
    range: PrometheusRange,
    { signal }: CallOptions = {},
  ): Promise<readonly CapacitySample[]> {
    const checked = checkedQueries(queries);
    const parts = rangeParts(range, checked.length);
    const rows = new Map<number, Record<string, number>>();
    for (const [metric, query] of checked) {
      const asked = { what: nameOf(metric), query, stepMs: range.stepMs, parts, signal };
      for (const [at, value] of await askRange(this.#asker, this.#logger, asked)) {
        if (Number.isNaN(value)) continue;
        const row = rows.get(at) ?? {};
        row[metric] = value;
        rows.set(at, row);
      }
    }
    return [...rows].sort(([a], [b]) => a - b).map(([timestamp, row]) => ({ timestamp, ...row }));
  }

  /**
   * The values of one query, sorted by time; NaN stays NaN. Otherwise as {@link PrometheusSamples.samples}.
   */
  async series(query: string, range: PrometheusRange, { signal }: CallOptions = {}): Promise<readonly SeriesPoint[]> {
    const values = await askRange(this.#asker, this.#logger, {
      what: "a series",
      query: shortText("query", query, LONGEST_QUERY),
      stepMs: range.stepMs,
      parts: rangeParts(range, 1),
      signal,
    });
    return [...values].sort(([a], [b]) => a - b).map(([at, value]) => ({ at, value }));
  }
}
