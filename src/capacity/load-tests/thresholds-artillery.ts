/** SLOs as the `ensure` of Artillery. */
import type { Objective } from "../../core/objective.ts";
import type { Slo } from "../../slo/model.ts";
import { checkSlos, percentDigits, plainNumber, type SloLeft } from "./thresholds.ts";

/** For the `config` of an Artillery script. */
export interface ArtilleryEnsure {
  readonly ensure: { readonly conditions: ReadonlyArray<{ readonly expression: string; readonly strict: true }> };
  /** Loads the plugin that reads `ensure`. */
  readonly plugins: { readonly ensure: Readonly<Record<string, never>> };
  /** The SLOs that are not among the conditions. */
  readonly left: readonly SloLeft[];
  /** How the conditions differ from the SLOs, as sentences. */
  readonly remarks: readonly string[];
}

// p999 is in Artillery's reports, but no condition can name it: the plugin takes "p99" out of "p999" and cannot read the rest
// (seen with artillery 2.0.21).
const PERCENTILES = [50, 75, 90, 95, 99];

// A counter exists only for a status that was seen and the plugin knows no wildcards, so all must be named: those that IANA
// has registered, and those of Cloudflare.
const SERVER_ERRORS = [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 521, 522, 523, 524, 525, 526, 530];
const FAILED = ["http.requests - http.responses", ...SERVER_ERRORS.map((code) => `(http.codes.${String(code)} or 0)`)];

/**
 * The SLOs as conditions of Artillery's `ensure`, for the `config` of a script. Failed requests are those without an answer
 * and answers of 5xx; latency is judged by the percentile of the objective, or else by the next stricter one of p50, p75,
 * p90, p95 and p99; throughput by `http.request_rate`.
 *
 * Artillery's thresholds are "less than", while a request of exactly the SLO's threshold is good; so these are conditions. It
 * keeps totals only: an SLO that selects requests is in `left`, as is one of latency above 99 %.
 *
 * @throws {@link ConfigurationError} on what is no list of SLOs
 *
 * @example
 * ```ts
 * import { artilleryEnsure, parseSloDocument } from "nines";
 *
 * const { slos } = parseSloDocument(`
 *   service_level_objectives:
 *     shop:
 *       latency: { target: 99%, threshold: 300ms, measurement_window: 30d }
 *       tail: { kind: latency, target: 99.9%, threshold: 2s, measurement_window: 30d }
 * `);
 * const { ensure, plugins, left } = artilleryEnsure(slos);
 * const script = { config: { target: "http://localhost:3000", phases: [{ duration: 60, arrivalRate: 50 }], plugins, ensure } };
 * if (script.config.ensure.conditions[0]?.expression !== "http.response_time.p99 <= 300") throw new Error("not written");
 * if (left[0]?.slo !== "shop/tail") throw new Error("Artillery has nothing between p99 and the longest");
 * ```
 */
export function artilleryEnsure(slos: readonly Slo[]): ArtilleryEnsure {
  checkSlos(slos, "artilleryEnsure");
  const expressions = new Set<string>();
  const left: SloLeft[] = [];
  const remarks = new Set<string>();
  for (const slo of slos) {
    const { expression, problem, remark } = conditionOf(slo);
    if (expression === undefined) left.push({ slo: slo.id, reason: problem });
    else expressions.add(expression);
    if (remark !== undefined) remarks.add(remark);
  }
  return {
    ensure: { conditions: [...expressions].map((expression) => ({ expression, strict: true })) },
    plugins: { ensure: {} },
    left,
    remarks: [...remarks],
  };
}

type Condition =
  | { readonly expression: string; readonly problem?: undefined; readonly remark?: string }
  | { readonly expression?: undefined; readonly problem: string; readonly remark?: undefined };

function conditionOf(slo: Slo): Condition {
  if (slo.selector !== undefined) {
    return { problem: "it selects some of the requests, and Artillery's totals are of all" };
  }
  switch (slo.kind) {
    case "availability":
    case "error_rate":
      return {
        expression: errorsExpression(slo.objective),
        remark: `of the answers, those of ${SERVER_ERRORS.join(", ")} are failures; Artillery has no counter for all of 5xx`,
      };
    case "throughput":
      return {
        expression: `http.request_rate >= ${plainNumber(slo.floorPerSecond, "floorPerSecond")}`,
        remark:
          "http.request_rate is of requests made, answered or not: the mean over the run's periods, as a whole number",
      };
    case "latency":
      return latencyCondition(slo);
  }
}

/** In whole numbers, so that exactly the budget is within it. */
function errorsExpression({ budgetFraction: [numerator, denominator] }: Objective): string {
  return `(${FAILED.join(" + ")}) * ${String(denominator)} <= http.requests${numerator === 1 ? "" : ` * ${String(numerator)}`}`;
}

function latencyCondition(slo: Extract<Slo, { kind: "latency" }>): Condition {
  const percentile = PERCENTILES.find((known) => known * 10_000_000 >= slo.objective.partsPerBillion);
  if (percentile === undefined) {
    const percent = percentDigits(slo);
    return { problem: `it promises ${percent}%, and the strictest percentile that Artillery's ensure can read is p99` };
  }
  const name = `p${String(percentile)}`;
  const expression = `http.response_time.${name} <= ${plainNumber(slo.thresholdMs, "thresholdMs")}`;
  if (percentile * 10_000_000 === slo.objective.partsPerBillion) return { expression };
  const next = "the next stricter percentile that Artillery has";
  return { expression, remark: `${slo.id} promises ${percentDigits(slo)}% and is judged by ${name}, ${next}` };
}
