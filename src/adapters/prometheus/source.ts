/** A Prometheus as the source of SLIs. */
import { AdapterError, ConfigurationError, invalid, show } from "../../core/errors.ts";
import type { Measurement } from "../../core/measurement.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import type { TimeRange } from "../../core/time/window.ts";
import { harmless, type Logger, silentLogger } from "../../ports/logger.ts";
import type { SliAnswer, SliQuestion, SliSource, SliTraits } from "../../ports/sli-source.ts";
import type { CallOptions } from "../../ports/store.ts";
import { type RuleOptions, type RuleSettings, ruleSettings } from "../../rules/options.ts";
import type { Slo } from "../../slo/model.ts";

import { PrometheusApi } from "./api.ts";
import type { PrometheusApiOptions } from "./api-options.ts";
import type { PrometheusFailure, PrometheusResult } from "./result.ts";
import { answerAll, type CountedQuestion } from "./slo/answering.ts";
import { CountedSlos } from "./slo/counted.ts";
import { askLatencies } from "./slo/latency.ts";

/** What can be told to a {@link PrometheusSource}: where the Prometheus is, and how its rules were generated. */
export interface PrometheusSourceOptions
  extends PrometheusApiOptions, Pick<RuleOptions, "convention" | "scrapeInterval" | "target"> {
  /**
   * What is asked: `rules`, what the generated rules have recorded, and the metrics only for edges and for lengths that are too short to
   * be made of recorded parts; `expressions`, the metrics themselves; `auto`, the rules where they reach back to the beginning of
   * what is asked, else the metrics. `auto` unless told.
   */
  readonly use?: "auto" | "rules" | "expressions";
}

const USES = ["auto", "rules", "expressions"] as const;
const OF_RULES = ["convention", "scrapeInterval", "target"] as const;

/**
 * Measures SLOs by a Prometheus, or what speaks its API. Many SLOs at once take a few queries of what the generated rules have
 * recorded, however many they are; SLOs without such rules are asked for by their own expressions, one query each. Calendar windows,
 * windows of one's own and stretches without maintenance are put together from recorded parts.
 *
 * Counts of grouped SLOs are those of all groups together.
 *
 * @throws `ConfigurationError` for options that cannot be used
 *
 * @example
 * ```ts
 * import { parseSloDocument, SloStatusReader } from "nines";
 * import { PrometheusSource } from "nines/prometheus";
 *
 * const slos = parseSloDocument(`
 *   service_level_objectives:
 *     shop:
 *       availability: { target: 99.9%, measurement_window: 30d }
 * `);
 * const source = new PrometheusSource({ url: "http://127.0.0.1:1", retries: 0 });
 * const { verdict, reasons } = await new SloStatusReader({ slos, source }).getSloStatus("shop");
 * if (verdict !== "unknown") throw new Error(reasons[0]?.message);
 * ```
 */
export class PrometheusSource implements SliSource<Slo> {
  /** The client that it asks with. */
  readonly api: PrometheusApi;
  readonly #settings: RuleSettings;
  readonly #counted: CountedSlos;
  readonly #use: "auto" | "rules" | "expressions";
  readonly #logger: Logger;

  constructor(options: PrometheusSourceOptions) {
    if (typeof options !== "object" || (options as unknown) === null) checkOptions(options, "PrometheusSource", []);
    const { use = "auto", convention, scrapeInterval, target, ...ofApi } = options;
    if (!USES.includes(use)) throw invalid("use", `${show(use)} is not possible${choices(use, USES)}`);
    this.#use = use;
    const ofRules = Object.fromEntries(
      OF_RULES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
    ) as RuleOptions;
    this.#settings = ruleSettings({ ...ofRules, calendarWindows: "rolling" });
    this.#counted = new CountedSlos(this.#settings);
    this.api = new PrometheusApi(ofApi);
    this.#logger = harmless(options.logger ?? silentLogger);
  }

  /**
   * Good and total of each stretch of time. A stretch that the rules have recorded may be counted up to a moment before its end,
   * which is then its `until`.
   *
   * @throws `ConfigurationError` for an SLO whose expression cannot be counted
   * @throws `AdapterError` if the Prometheus cannot tell; its `context.failure` is a `PrometheusFailure`
   */
  async measure(slo: Slo, ranges: readonly TimeRange[], options: CallOptions = {}): Promise<readonly Measurement[]> {
    const [answer] = await this.measureAll([{ subject: slo, ranges }], options);
    if (answer === undefined || "error" in answer) throw answer?.error ?? new Error("there was no answer");
    return answer.measurements;
  }

  /** The same of many SLOs, together. What one of them lacks is in its answer. */
  async measureAll(
    questions: readonly SliQuestion<Slo>[],
    { signal }: CallOptions = {},
  ): Promise<readonly SliAnswer[]> {
    const read = questions.map(({ subject, ranges }) => ({
      counted: this.#counted.of(subject),
      ranges: whole(ranges),
    }));
    const askable = read.filter((one): one is CountedQuestion => !(one.counted instanceof ConfigurationError));
    const given = signal === undefined ? {} : { signal };
    const answers = await answerAll(askable, {
      use: this.#use,
      instant: async (query, at) => this.#answerOf(await this.api.query(query, { at, ...given })),
      range: async (query, range) => this.#answerOf(await this.api.queryRange(query, range, given)),
    });
    let next = 0;
    return read.map(({ counted }): SliAnswer => {
      if (counted instanceof ConfigurationError) return { error: counted };
      const answer = answers[next];
      next += 1;
      return answer ?? { error: new Error("there was no answer") };
    });
  }

  /** Percentiles of the latency, of the histogram behind each SLO, or of the one that nines publishes. */
  async latenciesMs(
    slos: readonly Slo[],
    { quantile, range }: { readonly quantile: number; readonly range: TimeRange },
    { signal }: CallOptions = {},
  ): Promise<readonly (number | undefined)[]> {
    const counted = slos.map((slo) => {
      const one = this.#counted.of(slo);
      return one instanceof ConfigurationError ? undefined : one;
    });
    const durationMs = Math.round(range.end - range.start);
    const target = (slo: Slo): string => this.#settings.target(slo) ?? "";
    return askLatencies(counted, { quantile, durationMs, at: Math.round(range.end), target }, async (query, at) =>
      this.#answerOf(await this.api.query(query, { at, ...(signal === undefined ? {} : { signal }) })),
    );
  }

  #answerOf<Data>(result: PrometheusResult<Data>): Data {
    if (!result.ok) throw failureError(result.failure);
    for (const warning of new Set(result.warnings)) {
      this.#logger.warn(`prometheus warns, so a part of the data may be missing: ${warning}`, { warning });
    }
    return result.data;
  }

  /** What is known of an SLO's counts before they are asked for. */
  traits(slo: Slo): SliTraits {
    const counted = this.#counted.of(slo);
    return counted instanceof ConfigurationError
      ? { unit: "events", resolutionMs: this.#counted.shortestMs }
      : counted.traits;
  }
}

function whole(ranges: readonly TimeRange[]): readonly TimeRange[] {
  return ranges.map(({ start, end }) => ({ start: Math.round(start), end: Math.round(end) }));
}

function failureError(failure: PrometheusFailure): AdapterError {
  return new AdapterError(failure.reason, {
    adapter: "prometheus",
    operation: "measure the SLOs",
    retryable: failure.retryable,
    context: { failure },
  });
}
