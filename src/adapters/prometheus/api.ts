/** A client of Prometheus' HTTP API whose answers are values: what was asked for, or why there is none. */
import { show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { CallOptions } from "../../ports/store.ts";
import { shortText } from "../http/settings.ts";

import { askerOptions, type PrometheusApiOptions } from "./api-options.ts";
import { Asker, type Question } from "./asker.ts";
import { checkedMatchers, checkedPeriod, type PrometheusMatch } from "./matching.ts";
import { getRequest, instantRequest, nameInPath, rangeRequest, seriesRequest } from "./forms.ts";
import { freshnessQuestion } from "./freshness.ts";
import { checkTime, type PrometheusRange, rangeParts } from "./range.ts";
import { readBuild, readMetadata, readNames } from "./read-lists.ts";
import { joinMatrices, readInstant, readLabelSets, readMatrix } from "./read-series.ts";
import type {
  InstantSample,
  MetricMetadata,
  PrometheusBuild,
  PrometheusFreshness,
  PrometheusResult,
  SampledSeries,
  SeriesLabels,
} from "./result.ts";
import type { ApiRequest } from "./request.ts";
import { Trouble } from "./trouble.ts";

/** What can be told to an instant query. */
export interface PrometheusQueryOptions extends CallOptions {
  /** When, in whole epoch milliseconds; the server's own now unless told. */
  readonly at?: number;
  /** Whether an answer without any series is the failure `empty`. */
  readonly needed?: boolean;
}

/** What can be told to a question about series that match. */
export type PrometheusMatchOptions = CallOptions & PrometheusMatch;

const LONGEST_QUERY = 4_000_000;
const LONGEST_NAME = 1_000;

/**
 * Asks a Prometheus, or what answers as one: Thanos, Mimir, VictoriaMetrics. Each method resolves to a
 * {@link PrometheusResult} within `timeoutMs`, whatever comes over the wire, and nothing goes on afterwards: no request, no
 * timer, no further attempt. It rejects with a `ConfigurationError` alone, for arguments that cannot be asked for.
 *
 * Sent again are requests that may be answered otherwise a moment later: those that found nobody, took too long
 * (`attemptTimeoutMs`), or were answered with 408, 425, 429, 5xx or something that is no answer. The waits between are
 * random, up to 100 ms and twice as much each time, 5 s at most; a `Retry-After` comes on top, as long as there is time.
 *
 * Queries are posted; a server that answers 405 or 501 is asked by GET from then on, where the form is short enough.
 * Redirects are not followed, and nothing is cached.
 *
 * @throws `ConfigurationError` for options that make no sense; it never shows a credential
 *
 * @example
 * ```ts
 * import { PrometheusApi } from "nines/prometheus";
 *
 * const prometheus = new PrometheusApi({
 *   url: "http://prometheus:9090",
 *   fetch: async () =>
 *     new Response('{"status":"success","data":{"resultType":"vector","result":[{"metric":{"job":"shop"},"value":[60,"1"]}]}}'),
 * });
 * const result = await prometheus.query("up", { at: 60_000, needed: true });
 * if (!result.ok) throw new Error(result.failure.message);
 * if (result.data[0]?.labels.job !== "shop" || result.data[0].value !== 1) throw new Error("not what was sent");
 * ```
 */
export class PrometheusApi {
  readonly #asker: Asker;
  readonly #now: () => number;

  constructor(options: PrometheusApiOptions) {
    const checked = askerOptions(options);
    this.#asker = new Asker(checked);
    this.#now = () => checked.clock.now();
  }

  /**
   * The value of each series at one instant; a scalar is one sample without labels. An answer with native histograms is
   * `refused`, since a part of it would be missing.
   *
   * @param promql - 1 to 4,000,000 characters
   */
  async query(
    promql: string,
    options: PrometheusQueryOptions = {},
  ): Promise<PrometheusResult<readonly InstantSample[]>> {
    checkOptions(options, "query", ["at", "needed", "signal"]);
    const { at, needed = false, signal } = options;
    checkTime("at", at, this.#now);
    const question = {
      ...once(`query ${show(promql)}`, instantRequest(queryText(promql), at), readInstant),
      join: ([samples = []]: readonly (readonly InstantSample[])[]) =>
        needed && samples.length === 0 ? new Trouble("empty", "it gives no series", false) : samples,
    };
    return this.#asker.result(question, signal);
  }

  /**
   * The values of each series over a range, both ends included, in as many requests of 11,000 times as it takes; they go out
   * one after the other, and the series are joined by their labels. Native histograms are `refused`.
   *
   * @param promql - 1 to 4,000,000 characters
   * @param range - whole epoch milliseconds; a million times at most
   */
  async queryRange(
    promql: string,
    range: PrometheusRange,
    options: CallOptions = {},
  ): Promise<PrometheusResult<readonly SampledSeries[]>> {
    checkOptions(options, "queryRange", ["signal"]);
    const query = queryText(promql);
    const requests = rangeParts(range, 1, this.#now).map((part) => rangeRequest(query, part, range.stepMs));
    const question: Question<readonly SampledSeries[], readonly SampledSeries[]> = {
      operation: `query ${show(promql)} over a range`,
      next: ({ length }) => requests[length],
      read: readMatrix,
      join: joinMatrices,
    };
    return this.#asker.result(question, options.signal);
  }

  /**
   * When the newest sample of a selector was taken: a failure `stale` if that is longer ago than `newerThanMs`, and `empty`
   * if there is none within the last hour (or `newerThanMs` and five minutes). The timestamps of an instant query do not
   * tell this: they are the time of the question. Age is measured by the clock of the server.
   *
   * A sample that is older than five minutes, or whose target is gone, is looked for in steps of a minute (of five minutes,
   * where `newerThanMs` is more than six hours): it may then be told as older by as much.
   *
   * @param selector - such as `up{job="shop"}`; without a range, `offset` and `@`
   * @param options - `newerThanMs` in whole milliseconds, a day at most; `at` as of {@link PrometheusApi.query}
   */
  async freshness(
    selector: string,
    options: CallOptions & { readonly at?: number; readonly newerThanMs?: number } = {},
  ): Promise<PrometheusResult<PrometheusFreshness>> {
    checkOptions(options, "freshness", ["at", "newerThanMs", "signal"]);
    const { at, newerThanMs, signal } = options;
    checkTime("at", at, this.#now);
    return this.#asker.result(freshnessQuestion(selector, { at, newerThanMs }), signal);
  }

  /** The labels of the series that match one of the selectors, such as `up{job="shop"}`. */
  async series(
    matchers: string | readonly string[],
    options: CallOptions & Omit<PrometheusMatch, "matchers"> = {},
  ): Promise<PrometheusResult<readonly SeriesLabels[]>> {
    checkOptions(options, "series", ["start", "end", "signal"]);
    const form = { ...checkedPeriod(options, this.#now), matchers: checkedMatchers(matchers, 1) };
    return this.#once("list series", seriesRequest("series", form), readLabelSets, options);
  }

  /** The names of labels, of the series that match. */
  async labelNames(options: PrometheusMatchOptions = {}): Promise<PrometheusResult<readonly string[]>> {
    checkOptions(options, "labelNames", ["matchers", "start", "end", "signal"]);
    const form = { ...checkedPeriod(options, this.#now), matchers: checkedMatchers(options.matchers ?? [], 0) };
    return this.#once("list the names of labels", seriesRequest("labels", form), readNames, options);
  }

  /** The values of a label, such as `job`, or of `__name__`: the names of metrics. */
  async labelValues(name: string, options: PrometheusMatchOptions = {}): Promise<PrometheusResult<readonly string[]>> {
    checkOptions(options, "labelValues", ["matchers", "start", "end", "signal"]);
    const path = `label/${nameInPath(shortText("name", name, LONGEST_NAME))}/values`;
    const form = { ...checkedPeriod(options, this.#now), matchers: checkedMatchers(options.matchers ?? [], 0) };
    return this.#once(`list the values of ${show(name)}`, seriesRequest(path, form), readNames, options);
  }

  /** Types and help texts, of one metric or of all. */
  async metadata(
    options: CallOptions & { readonly metric?: string } = {},
  ): Promise<PrometheusResult<readonly MetricMetadata[]>> {
    checkOptions(options, "metadata", ["metric", "signal"]);
    const { metric } = options;
    const form = metric === undefined ? {} : { metric: shortText("metric", metric, LONGEST_NAME) };
    return this.#once("read metadata", getRequest("/api/v1/metadata", form), readMetadata, options);
  }

  /** Which version answers. */
  async buildInfo(options: CallOptions = {}): Promise<PrometheusResult<PrometheusBuild>> {
    checkOptions(options, "buildInfo", ["signal"]);
    return this.#once("tell its version", getRequest("/api/v1/status/buildinfo"), readBuild, options);
  }

  /** Whether it answers questions already: a failure `unavailable` while it starts. Mimir has no such page. */
  async ready(options: CallOptions = {}): Promise<PrometheusResult<true>> {
    checkOptions(options, "ready", ["signal"]);
    const question = { ...once("tell whether it is ready", getRequest("/-/ready"), (): true => true), isPlain: true };
    return this.#asker.result(question, options.signal);
  }

  #once<Data>(
    operation: string,
    request: ApiRequest,
    read: (data: unknown) => Data | Trouble,
    { signal }: CallOptions,
  ): Promise<PrometheusResult<Data>> {
    return this.#asker.result(once(operation, request, read), signal);
  }
}

/** A question of one request. */
function once<Data>(
  operation: string,
  request: ApiRequest,
  read: (data: unknown) => Data | Trouble,
): Question<Data, Data> {
  return {
    operation,
    next: ({ length }) => (length === 0 ? request : undefined),
    read,
    join: (parts) => parts[0] as Data,
  };
}

function queryText(promql: unknown): string {
  return shortText("promql", promql, LONGEST_QUERY);
}
