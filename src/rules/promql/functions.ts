/** The functions and aggregations of PromQL: what each takes and gives. */

/** Kinds of values: an instant vector, a range of one, a number, text. */
export type ValueKind = "vector" | "range" | "scalar" | "string";

/** What a function takes. */
export interface Signature {
  readonly parameters: readonly ValueKind[];
  /** How many of the parameters must be there. */
  readonly least: number;
  /** Whether the last parameter may be repeated. */
  readonly repeats: boolean;
  readonly gives: ValueKind;
}

const LETTERS: Readonly<Record<string, ValueKind>> = { v: "vector", m: "range", s: "scalar", t: "string" };

// One letter a parameter; those after "/" may be left out, and "+" repeats the last. Source: Prometheus, promql/parser/functions.go.
const VECTORS: Readonly<Record<string, string>> = {
  v:
    "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count " +
    "histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp",
  m:
    "absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate " +
    "last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time " +
    "stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time",
  "/v": "day_of_month day_of_week day_of_year days_in_month hour minute month year",
  "v/s": "round",
  "v/v": "info",
  "v/t+": "sort_by_label sort_by_label_desc",
  vs: "clamp_max clamp_min",
  vss: "clamp",
  sv: "histogram_quantile",
  "vts/s+": "histogram_quantiles",
  ssv: "histogram_fraction",
  sm: "quantile_over_time",
  ms: "predict_linear",
  mss: "double_exponential_smoothing",
  "vtt/t+": "label_join",
  vtttt: "label_replace",
  s: "vector",
};

const FUNCTIONS: ReadonlyMap<string, Signature> = new Map([
  ...Object.entries(VECTORS).flatMap(([letters, names]) =>
    names.split(" ").map((name) => [name, signature(letters, "vector")] as const),
  ),
  ["scalar", signature("v", "scalar")],
  ["time", signature("", "scalar")],
  ["pi", signature("", "scalar")],
]);

/** The aggregations, each with the kind of its parameter; undefined where it has none. */
export const AGGREGATIONS: ReadonlyMap<string, ValueKind | undefined> = new Map<string, ValueKind | undefined>([
  ...["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"].map((name) => [name, undefined] as const),
  ...["topk", "bottomk", "quantile", "limitk", "limit_ratio"].map((name) => [name, "scalar"] as const),
  ["count_values", "string"],
]);

/** What a function of that name takes; undefined if there is none. */
export function signatureOf(name: string): Signature | undefined {
  return FUNCTIONS.get(name);
}

/** All names of functions and aggregations. */
export function callableNames(): string[] {
  return [...FUNCTIONS.keys(), ...AGGREGATIONS.keys()];
}

function signature(letters: string, gives: ValueKind): Signature {
  const [required = "", optional = ""] = letters.split("/");
  const parameters = Array.from(required + optional.replace("+", ""), (letter) => LETTERS[letter] ?? "vector");
  return { parameters, least: required.length, repeats: letters.endsWith("+"), gives };
}
