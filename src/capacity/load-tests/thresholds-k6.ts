/** SLOs as the `thresholds` of k6. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { RequestSelector, Slo } from "../../slo/model.ts";
import { checkSlos, percentDigits, plainNumber, type SloLeft } from "./thresholds.ts";

/** One threshold, in either of the forms that k6 reads. */
export type K6Threshold =
  string | { readonly threshold: string; readonly abortOnFail: true; readonly delayAbortEval: string };

/** For a k6 script's `options`. */
export interface K6Thresholds {
  /** Expressions by metric, such as `{ http_req_failed: ["rate<=0.001"] }`. */
  readonly thresholds: Readonly<Record<string, readonly K6Threshold[]>>;
  /** The SLOs that are not among them. */
  readonly left: readonly SloLeft[];
  /** What the script must do for the thresholds to mean what the SLOs mean, as sentences. */
  readonly remarks: readonly string[];
}

/** How to write thresholds of k6. */
export interface K6ThresholdsOptions {
  /**
   * Ends a run whose errors or latency are over a threshold any time after so many seconds. Without it a run goes on to its
   * end. The floor of a throughput is always judged at the end: a run begins below it.
   */
  readonly abortAfterSeconds?: number | undefined;
}

/**
 * The SLOs as thresholds of k6. Errors become `http_req_failed: ["rate<=0.001"]`, latency
 * `http_req_duration: ["p(99)<=300"]`, throughput `http_reqs: ["rate>=1000"]` (the mean of the whole run). An SLO of one
 * route, method or status is put on the sub-metric of k6's tags `name`, `method` or `status`; whatever a tag cannot say is in
 * `left` with the reason.
 *
 * k6 passes a threshold that saw no requests, so each metric also gets `http_reqs: ["count>0"]`. Its percentiles are
 * interpolated: at the limit they may be off by one request.
 *
 * @throws {@link ConfigurationError} on what is no list of SLOs
 *
 * @example
 * ```ts
 * import { k6Thresholds, parseSloDocument } from "nines";
 *
 * const { slos } = parseSloDocument(`
 *   service_level_objectives:
 *     shop:
 *       availability: { target: 99.9%, measurement_window: 30d }
 *       latency: { target: 99%, threshold: 300ms, measurement_window: 30d, select: { routes: "/users/:id" } }
 * `);
 * const { thresholds, left } = k6Thresholds(slos);
 * if (thresholds["http_req_failed"]?.[0] !== "rate<=0.001") throw new Error("not written");
 * if (thresholds["http_req_duration{name:/users/:id}"]?.[0] !== "p(99)<=300") throw new Error("not written");
 * if (left.length > 0) throw new Error("both can be said");
 * ```
 */
export function k6Thresholds(slos: readonly Slo[], options: K6ThresholdsOptions = {}): K6Thresholds {
  checkSlos(slos, "k6Thresholds");
  checkOptions(options, "k6Thresholds", ["abortAfterSeconds"]);
  const delay = readDelay(options.abortAfterSeconds);
  const byMetric = new Map<string, Map<string, K6Threshold>>();
  const left: SloLeft[] = [];
  const remarks = new Set<string>();
  const put = (metric: string, threshold: string, isAborting = false): void => {
    const list = byMetric.get(metric) ?? new Map<string, K6Threshold>();
    byMetric.set(metric, list);
    const aborts = isAborting && delay !== undefined;
    list.set(threshold, aborts ? { threshold, abortOnFail: true, delayAbortEval: delay } : threshold);
  };
  for (const slo of slos) {
    const { tags, problem } = tagsOf(slo.selector ?? {});
    if (problem !== undefined) {
      left.push({ slo: slo.id, reason: problem });
      continue;
    }
    const [metric, threshold] = thresholdOf(slo);
    put(`${metric}${tags}`, threshold, slo.kind !== "throughput");
    put(`http_reqs${tags}`, "count>0");
    for (const remark of remarksOf(slo)) remarks.add(remark);
  }
  const lists = [...byMetric].map(([metric, list]) => [metric, [...list.values()]] as const);
  return { thresholds: Object.fromEntries(lists), left, remarks: [...remarks] };
}

/**
 * {@link k6Thresholds} as the text of a module that exports `options`; what is left and what is to be known are comments in
 * it. In a script of one's own: `import { options as slo } from "./slo.js"` and
 * `export const options = { vus: 10, duration: "1m", ...slo }`.
 *
 * @throws {@link ConfigurationError} as {@link k6Thresholds}
 *
 * @example
 * ```ts
 * import { k6ThresholdsScript, parseSloDocument } from "nines";
 *
 * const { slos } = parseSloDocument(`
 *   service_level_objectives: { shop: { availability: { target: 99.9%, measurement_window: 30d } } }
 * `);
 * if (!k6ThresholdsScript(slos).includes('"rate<=0.001"')) throw new Error("not written");
 * ```
 */
export function k6ThresholdsScript(slos: readonly Slo[], options: K6ThresholdsOptions = {}): string {
  const { thresholds, left, remarks } = k6Thresholds(slos, options);
  const comments = [
    ...remarks.map((remark) => `// ${remark}`),
    // Quoted by show(), which leaves no way to end the comment.
    ...left.map(({ slo, reason }) => `// Not checked by k6: ${show(slo)}: ${reason}`),
  ];
  const code = JSON.stringify({ thresholds }, null, 2);
  return [...comments, `export const options = ${code};`, ""].join("\n");
}

function thresholdOf(slo: Slo): readonly [metric: string, threshold: string] {
  switch (slo.kind) {
    case "availability":
    case "error_rate":
      return ["http_req_failed", `rate<=${slo.objective.budgetText}`];
    case "latency":
      return ["http_req_duration", `p(${percentDigits(slo)})<=${plainNumber(slo.thresholdMs, "thresholdMs")}`];
    case "throughput":
      return ["http_reqs", `rate>=${plainNumber(slo.floorPerSecond, "floorPerSecond")}`];
  }
}

/** The selector as the end of a sub-metric's name, or why it has none. */
function tagsOf({ routes, methods, statusCodes, operations }: RequestSelector): { tags: string; problem?: string } {
  const refuse = (problem: string): { tags: string; problem: string } => ({ tags: "", problem });
  if (operations !== undefined) return refuse("it selects operations, and k6 sees only the requests that it makes");
  const tags: string[] = [];
  for (const [tag, what, values] of [
    ["name", "routes", routes],
    ["method", "methods", methods],
    ["status", "status codes", statusCodes],
  ] as const) {
    const [value, ...others] = values ?? [];
    if (value === undefined) continue;
    if (others.length > 0) {
      return refuse(`it selects ${String(others.length + 1)} ${what}, and a sub-metric of k6 has one value a tag`);
    }
    if (value.includes("*") || /^\dxx$/.test(value)) {
      return refuse(`${show(value)} stands for many, and k6 compares a tag as a whole`);
    }
    if (/[,"'\s]/.test(value)) return refuse(`${show(value)} has a character that no sub-metric of k6 can name`);
    tags.push(`${tag}:${value}`);
  }
  return { tags: tags.length === 0 ? "" : `{${tags.join(",")}}` };
}

function remarksOf({ kind, selector }: Slo): string[] {
  const remarks: string[] = [];
  if (kind === "availability" || kind === "error_rate") {
    const fix = "http.setResponseCallback(http.expectedStatuses({ min: 200, max: 499 }))";
    remarks.push(
      `k6 takes an answer of 4xx for a failure, and nines does not; this in the script makes them agree: ${fix}`,
    );
  }
  if (kind === "throughput") remarks.push("k6 compares the mean rate of the whole run, ramps included, with the floor");
  if (selector?.routes !== undefined) {
    remarks.push('requests to a route need its name as a tag: http.get(url, { tags: { name: "/users/:id" } })');
  }
  return remarks;
}

function readDelay(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400) return `${String(seconds)}s`;
  throw invalid("abortAfterSeconds", `${show(seconds)} is not possible; write whole seconds from 0 to 86400`);
}
