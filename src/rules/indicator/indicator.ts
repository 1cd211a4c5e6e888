/** The indicator of an SLO, from whatever its author wrote. */
import type { EventExpressions, Slo } from "../../slo/model.ts";
import { isComparison, kindOf } from "../promql/check.ts";
import { everyExpr, type BinaryExpr, type Expr } from "../promql/expression.ts";
import { guarded, refusal } from "../promql/faults.ts";
import type { PromFault } from "../promql/node.ts";
import { readPromql } from "../promql/read.ts";
import { constantOf, withoutFallback } from "./constants.ts";
import { checkAlike, readCount } from "./counts.ts";
import { fromCounts } from "./from-counts.ts";
import { fallbackOf, readDuration, readRatio, readStatement } from "./gauge.ts";
import type { Indicator } from "./model.ts";
import { nativeIndicator } from "./native.ts";
import { ownIndicator } from "./own.ts";
import { type Limit, readQuantile } from "./quantile.ts";
import type { IndicatorFault, IndicatorResult, IndicatorSettings, Question } from "./settings.ts";
import { looksLikeShare, readPlainShare } from "./share.ts";
import { inSlices } from "./slices.ts";
import { readThroughput } from "./throughput.ts";
import { inUnitOf, nameOf } from "./units.ts";

const USUAL_SCRAPE_MS = 30_000;
/** A rate needs two samples, and one scrape may fail. */
const SCRAPES = 4;
const COUNTING = /^(?:rate|increase|irate|idelta|sum_over_time|count_over_time|histogram_(?:count|sum|avg|fraction))$/;
const FLIPPED: Readonly<Record<string, string>> = {
  "<": ">",
  ">": "<",
  "<=": ">=",
  ">=": "<=",
  "==": "==",
  "!=": "!=",
};

/**
 * How the events of an SLO are counted. What cannot be understood is a fault, with the offset in the text, the reason, and what
 * to write instead.
 */
export function indicatorOf(slo: Slo, settings: IndicatorSettings = {}): IndicatorResult {
  const scrapeIntervalMs = settings.scrapeIntervalMs ?? USUAL_SCRAPE_MS;
  const leastMs = SCRAPES * scrapeIntervalMs;
  const question: Question = {
    kind: slo.kind,
    scrapeIntervalMs,
    thresholdMs: slo.kind === "latency" ? slo.thresholdMs : undefined,
    objectiveRatio: slo.objective.ratio,
  };
  const { expression, events, slices } = slo;
  const result =
    events !== undefined
      ? ofEvents(events, question)
      : expression === undefined
        ? inPart(
            "expression",
            guarded(() => ownIndicator(slo, settings.target, question, leastMs)),
          )
        : ofExpression(expression, slo, question, leastMs);
  if ("fault" in result || slices === undefined || slo.kind === "throughput") return result;
  return inSlices(result, slices, leastMs);
}

function ofEvents(events: EventExpressions, question: Question): IndicatorResult {
  const name = events.good === undefined ? "bad" : "good";
  const total = readPromql(events.total);
  if ("fault" in total) return inPart("total", total);
  const part = readPromql(events[name] ?? "");
  if ("fault" in part) return inPart(name, part);
  const all = guarded(() => readCount(total.expression));
  if ("fault" in all) return inPart("total", all);
  const made = guarded(() => {
    const some = readCount(part.expression);
    checkAlike(all, some, true);
    return fromCounts({ total: all, part: some, counted: name, isNamed: true }, question);
  });
  return inPart(name, made);
}

function ofExpression(text: string, slo: Slo, question: Question, leastMs: number): IndicatorResult {
  const read = readPromql(text);
  if ("fault" in read) return inPart("expression", read);
  const { expression } = read;
  return inPart(
    "expression",
    guarded(() => {
      checkWhole(expression);
      if (slo.kind === "throughput") {
        const { floorPerSecond, sliceMs } = slo;
        return readThroughput(expression, { floorPerSecond, sliceMs: Math.max(sliceMs, leastMs) }, counts(expression));
      }
      return understand(expression, question);
    }),
  );
}

/** Only series can be counted, and a number of its own says nothing of a service. */
function checkWhole(expression: Expr): void {
  if (![...everyExpr(expression)].some((part) => part.kind === "selector")) {
    throw refusal(expression.from, "this asks no metric at all; write one count over another: sum(...) / sum(...)");
  }
  if (kindOf(expression) === "vector") return;
  throw refusal(
    expression.from,
    kindOf(expression) === "range"
      ? "a range alone counts nothing; write a function around it, such as rate(x[5m])"
      : "this is a number without labels; leave scalar( ) out",
  );
}

function understand(written: Expr, question: Question): Indicator {
  const expression = withoutFallback(written);
  const { thresholdMs } = question;
  const comparison = comparisonOf(expression);
  const side = withoutFactor(comparison?.left ?? expression);
  if (thresholdMs !== undefined && side.of.kind === "call" && side.of.name === "histogram_quantile") {
    return readQuantile(side.of, limitOf(comparison, side.factor), question);
  }
  if (comparison !== undefined) return readStatement(comparison, fallbackOf(written).otherwise, question);
  const quantile = [...everyExpr(expression)].find(
    (part) => part.kind === "call" && part.name === "histogram_quantile",
  );
  if (quantile !== undefined) throw refusal(quantile.from, quantileProblem(question));
  if (counts(expression)) return readShare(expression, question);
  if (thresholdMs === undefined) return readRatio(written, question);
  return readDuration(written, thresholdMs, question);
}

function readShare(expression: Expr, question: Question): Indicator {
  if (!looksLikeShare(expression)) {
    readCount(expression);
    throw refusal(expression.from, "this is one count, not a share; divide it by all of them: sum(...) / sum(...)");
  }
  const { part, total, isRest, fraction } = readPlainShare(expression);
  const counted = (question.kind === "error_rate") === isRest ? "good" : "bad";
  if (question.thresholdMs !== undefined) checkMean(part.terms, expression.from);
  if (fraction === undefined) return fromCounts({ total, part, counted, isNamed: false }, question);
  const [term] = total.terms;
  if (question.thresholdMs !== undefined && term?.source.kind === "counter") {
    const bound = inUnitOf(nameOf(term.source.selector), question.thresholdMs);
    if (Math.abs(fraction.upper - bound) > 1e-9 * bound) {
      throw refusal(
        expression.from,
        `${String(fraction.upper)} is not the threshold, which is ${String(bound)} here; write the same in both`,
      );
    }
  }
  return nativeIndicator(total, fraction, counted, []);
}

function quantileProblem({ kind, thresholdMs }: Question): string {
  if (kind === "latency" && thresholdMs === undefined) return "histogram_quantile needs the threshold of its latency";
  if (kind === "latency") return "histogram_quantile of a latency stands alone; write nothing around it";
  return "histogram_quantile is a duration, not a share; write kind: latency with a threshold";
}

/** A mean duration hides what was slow. */
function checkMean(
  terms: readonly {
    readonly source: { readonly kind: string; readonly selector?: { readonly metric: string | undefined } };
  }[],
  from: number,
): void {
  const isSum = terms.some(({ source }) => source.selector?.metric?.endsWith("_sum") === true);
  if (!isSum) return;
  throw refusal(
    from,
    'a mean duration says nothing of how many were slow; write a bucket over the count, such as sum(rate(x_bucket{le="0.2"}[5m])) / sum(rate(x_count[5m]))',
  );
}

/** A comparison with the number on its right. */
function comparisonOf(expression: Expr): BinaryExpr | undefined {
  if (expression.kind !== "binary" || !isComparison(expression.operator)) return undefined;
  const { left, right, operator } = expression;
  if (constantOf(left) === undefined) return expression;
  return { ...expression, left: right, right: left, operator: FLIPPED[operator] ?? operator };
}

/** `1000 * x` in milliseconds is `x` in seconds. */
function withoutFactor(expression: Expr): { readonly of: Expr; readonly factor: number } {
  const plain = withoutFallback(expression);
  if (plain.kind !== "binary" || (plain.operator !== "*" && plain.operator !== "/")) return { of: plain, factor: 1 };
  const right = constantOf(plain.right);
  const left = constantOf(plain.left);
  if (right !== undefined) return { of: plain.left, factor: plain.operator === "*" ? right : 1 / right };
  return left !== undefined && plain.operator === "*" ? { of: plain.right, factor: left } : { of: plain, factor: 1 };
}

function limitOf(comparison: BinaryExpr | undefined, factor: number): Limit | undefined {
  if (comparison === undefined) return undefined;
  const { operator, right } = comparison;
  const value = constantOf(right);
  if (value === undefined)
    throw refusal(right.from, "the limit of a latency is its threshold; leave the comparison out");
  if (operator === "<" || operator === "<=") return { value: value / factor, from: right.from };
  throw refusal(comparison.from, `${operator} says when it is too slow; write <=, or leave the comparison out`);
}

function counts(expression: Expr): boolean {
  return [...everyExpr(expression)].some((part) => part.kind === "call" && COUNTING.test(part.name));
}

function inPart(part: IndicatorFault["part"], result: Indicator | { readonly fault: PromFault }): IndicatorResult {
  return "fault" in result ? { fault: { part, ...result.fault } } : result;
}
