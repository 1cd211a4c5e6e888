/** Units of durations by the names of metrics, and the bounds of buckets in all their spellings. */
import type { LabelMatcher, Selector } from "../promql/expression.ts";
import { matcherOf, numberText } from "../promql/write.ts";

const UNITS: ReadonlyArray<readonly [names: string, perSecond: number]> = [
  ["nanoseconds nanosecond nanos ns nsec", 1e9],
  ["microseconds microsecond micros us usec", 1e6],
  ["milliseconds millisecond millis ms msec", 1e3],
  ["seconds second secs sec s", 1],
  ["minutes minute", 1 / 60],
  ["hours hour", 1 / 3_600],
];
const PER_SECOND: ReadonlyMap<string, number> = new Map(
  UNITS.flatMap(([names, perSecond]) => names.split(" ").map((name) => [name, perSecond] as const)),
);

/** The metric's name; empty if only a regular expression gives it. */
export function nameOf({ metric }: Selector): string {
  return metric ?? "";
}

/** A duration in the unit that the metric's name tells; seconds, as Prometheus advises, if it tells none. */
export function inUnitOf(metric: string, durationMs: number): number {
  const words = metric.toLowerCase().split(/[^a-z0-9]+/);
  const unit = words.findLast((word) => PER_SECOND.has(word)) ?? "seconds";
  // 15 digits are exact in decimals: 0.2 and not 0.20000000000000001.
  return Number(((durationMs / 1_000) * (PER_SECOND.get(unit) ?? 1)).toPrecision(15));
}

/**
 * A bound as client libraries write it: Go, JavaScript and .NET `1` and `1e-05`, OpenMetrics, Python and Prometheus 3 `1.0`, Java
 * `1.0E-5`.
 */
export function boundSpellings(bound: number): string[] {
  if (!Number.isFinite(bound)) return ["+Inf"];
  const go = goText(bound);
  const java = javaText(bound);
  const plain = numberText(bound);
  const texts = [plain, go, String(bound), java, `${plain}.0`];
  return [...new Set(texts.filter((text) => /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text)))];
}

/** The matcher of the bucket with this bound. */
export function bucketMatcher(bound: number): LabelMatcher {
  return matcherOf("le", boundSpellings(bound));
}

/** The bounds that matchers on `le` name one by one; undefined if there are others, or none. */
export function boundsOf({ matchers }: Selector): number | undefined {
  const own = matchers.filter(({ name }) => name === "le");
  const [only] = own;
  if (own.length !== 1 || only === undefined) return undefined;
  const texts = only.operator === "=" ? [only.value] : only.operator === "=~" ? only.value.split("|") : [];
  const bounds = new Set(
    texts.map((text) =>
      boundValue(
        text
          .replaceAll("\\", "")
          .replaceAll("[.]", ".")
          .replace(/^\((.*)\)$/, "$1"),
      ),
    ),
  );
  const [bound] = bounds;
  return bounds.size === 1 && bound !== undefined && !Number.isNaN(bound) ? bound : undefined;
}

/** The selector with its bound in all spellings. */
export function withAllSpellings(selector: Selector): Selector {
  const bound = boundsOf(selector);
  if (bound === undefined) return selector;
  return {
    ...selector,
    matchers: selector.matchers.map((matcher) => (matcher.name === "le" ? bucketMatcher(bound) : matcher)),
  };
}

function boundValue(text: string): number {
  return /^\+?inf$/i.test(text) ? Infinity : text.trim() === "" ? Number.NaN : Number(text);
}

/** strconv.FormatFloat(value, 'g', -1, 64), which Go's client and Prometheus' text format use: exponents from 1e+06 on. */
function goText(value: number): string {
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  return power >= -4 && power < 6 ? numberText(value) : exponential(digits, power);
}

function exponential(digits: string, power: number): string {
  const size = String(Math.abs(power)).padStart(2, "0");
  return `${digits}e${power < 0 ? "-" : "+"}${size}`;
}

/** Double.toString of Java: exponents below a thousandth and from ten million on. */
function javaText(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e7))
    return Number.isInteger(value) ? `${numberText(value)}.0` : numberText(value);
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${String(Number(exponent))}`;
}
