/** The indicator of an SLO without an expression: the metrics that nines publishes itself, counted as the collector counts. */
import type { RequestSelector, Slo } from "../../slo/model.ts";
import { refusal } from "../promql/faults.ts";
import { readPromql } from "../promql/read.ts";
import { anyOf, escapeRegex } from "../promql/write.ts";
import { fromCounts } from "./from-counts.ts";
import type { Indicator } from "./model.ts";
import type { LabelMatcher, Selector } from "../promql/expression.ts";
import type { Question } from "./settings.ts";
import type { CountSum, CountTerm } from "./terms.ts";
import { throughputOf } from "./throughput.ts";
import { bucketMatcher } from "./units.ts";

/** One of the metrics, without `_count` and the like. */
interface Family {
  /** Counter of all events. */
  readonly total: string;
  readonly bucket: string;
  readonly matchers: readonly LabelMatcher[];
  /** Which events failed. */
  readonly failed: LabelMatcher;
  /** Whose client, or caller, went away: no verdict. */
  readonly aborted: string;
  readonly outcome: string;
}

const RANGE_MS = 300_000;

/** The indicator; `target` has the matchers that find the service. Throws a refusal if these are not PromQL. */
export function ownIndicator(slo: Slo, target: string | undefined, question: Question, leastMs: number): Indicator {
  const families = familiesOf(slo.selector ?? {}, targetMatchers(target, slo.service));
  const select = (
    name: "total" | "bucket",
    more: (family: Family) => readonly LabelMatcher[],
    weight = 1,
  ): CountTerm[] =>
    families.map((family) => term({ metric: family[name], matchers: [...family.matchers, ...more(family)] }, weight));
  const judged = (family: Family): LabelMatcher[] => [isNot(family.outcome, family.aborted)];
  switch (slo.kind) {
    case "availability":
    case "error_rate": {
      const part = select("total", ({ failed }) => [failed]);
      return fromCounts(
        { total: sum(select("total", judged)), part: sum(part), counted: "bad", isNamed: true },
        question,
      );
    }
    case "latency": {
      const fast = bucketMatcher(slo.thresholdMs / 1_000);
      // Who went away within the threshold says nothing; who went away after it had waited too long.
      const left = select("bucket", ({ outcome, aborted }) => [is(outcome, aborted), fast], -1);
      const total = sum([...select("total", () => []).map(durations), ...left]);
      const part = sum(select("bucket", (family) => [...judged(family), fast]));
      return fromCounts({ total, part, counted: "good", isNamed: true }, question);
    }
    case "throughput": {
      const { floorPerSecond, sliceMs } = slo;
      return throughputOf(sum(select("total", () => [])), { floorPerSecond, sliceMs: Math.max(sliceMs, leastMs) });
    }
  }
}

function familiesOf(selector: RequestSelector, target: readonly LabelMatcher[]): Family[] {
  const { routes, methods, statusCodes, operations } = selector;
  const method = methods === undefined ? [] : [oneOf("method", methods)];
  const code = statusCodes === undefined ? [] : [oneOf("code", statusCodes)];
  if (operations === undefined) {
    const route = routes === undefined ? [] : [oneOf("route", routes)];
    const matchers = [...target, ...method, ...route, ...code];
    const failed = matcher("code", "=~", "5..");
    return [
      {
        total: "http_requests_total",
        bucket: "http_request_duration_seconds_bucket",
        matchers,
        failed,
        outcome: "code",
        aborted: "499",
      },
    ];
  }
  const calls: Family = {
    total: "dependency_request_duration_seconds_count",
    bucket: "dependency_request_duration_seconds_bucket",
    matchers: [...target, oneOf("dependency", operations), ...method, ...code],
    failed: matcher("code", "=~", "5..|error"),
    outcome: "code",
    aborted: "aborted",
  };
  const jobs: Family = {
    total: "operation_duration_seconds_count",
    bucket: "operation_duration_seconds_bucket",
    matchers: [...target, oneOf("operation", operations), ...outcomes(statusCodes)],
    failed: is("outcome", "error"),
    outcome: "outcome",
    aborted: "aborted",
  };
  // A job has no method.
  return methods === undefined ? [jobs, calls] : [calls];
}

/** Jobs end as `ok`, `error` or `aborted`; an SLO sees these as 200, 500 and 499. */
function outcomes(statusCodes: readonly string[] | undefined): LabelMatcher[] {
  if (statusCodes === undefined) return [];
  const codes = { ok: "200", error: "500", aborted: "499" };
  const known = Object.entries(codes).filter(([, code]) =>
    statusCodes.some((wanted) => wanted === code || wanted === `${code.charAt(0)}xx`),
  );
  return [matcher("outcome", "=~", known.length === 0 ? "(none)" : anyOf(known.map(([outcome]) => outcome)))];
}

/** `2xx` is a class, and a trailing `*` any rest. */
function oneOf(name: string, patterns: readonly string[]): LabelMatcher {
  const [only = ""] = patterns;
  const isClass = (text: string): boolean => name === "code" && /^\dxx$/.test(text);
  if (patterns.length === 1 && !only.endsWith("*") && !isClass(only)) return is(name, only);
  const regexes = patterns.map((text) => {
    if (isClass(text)) return `${text.charAt(0)}..`;
    return text.endsWith("*") ? `${escapeRegex(text.slice(0, -1))}.*` : escapeRegex(text);
  });
  return matcher(name, "=~", regexes.join("|"));
}

function targetMatchers(target: string | undefined, service: string): readonly LabelMatcher[] {
  if (target === undefined) return [is("job", service)];
  const read = readPromql(`x{${target}}`);
  if ("fault" in read) throw refusal(0, `the target ${target} is not a list of matchers: ${read.fault.message}`);
  const { expression } = read;
  if (expression.kind === "selector" && expression.rangeMs === undefined) return expression.selector.matchers;
  throw refusal(0, `the target ${target} is not a list of matchers, such as job="shop"`);
}

function durations(total: CountTerm): CountTerm {
  if (total.source.kind !== "counter" || total.source.selector.metric !== "http_requests_total") return total;
  const selector: Selector = { ...total.source.selector, metric: "http_request_duration_seconds_count" };
  return { ...total, source: { ...total.source, selector } };
}

function sum(terms: readonly CountTerm[]): CountSum {
  return { terms, grouping: { kind: "none" }, measure: "rate", rangeMs: RANGE_MS, from: 0 };
}

function term(selector: Selector, weight: number): CountTerm {
  return { weight, source: { kind: "counter", selector, offsetMs: 0 }, from: 0 };
}

function is(name: string, value: string): LabelMatcher {
  return matcher(name, "=", value);
}

function isNot(name: string, value: string): LabelMatcher {
  return matcher(name, "!=", value);
}

function matcher(name: string, operator: LabelMatcher["operator"], value: string): LabelMatcher {
  return { name, operator, value };
}
