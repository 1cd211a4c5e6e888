/** What an expression gives while counters grow evenly and gauges stand still: a small reading of PromQL, by its meaning. */
import type { AggregateExpr, BinaryExpr, CallExpr, Expr, Selector } from "../promql/expression.ts";
import { isComparison } from "../promql/check.ts";
import type { LabelSet } from "./label-sets.ts";

/** A series with how fast it grows in a second, or with the value that it has. */
export interface SteadySeries {
  readonly labels: LabelSet;
  /** The selectors that find it. */
  readonly foundBy: (selector: Selector) => boolean;
  readonly value: number;
}

/** One sample of a result. */
export interface Sample {
  readonly labels: LabelSet;
  readonly value: number;
}

/** A scalar, or an instant vector. */
export type Measured = number | readonly Sample[];

/** The expression has something that is not known here. */
export class NotMeasured extends Error {}

const GROWN: ReadonlySet<string> = new Set(["rate", "increase", "irate"]);
const USUAL_STEP_MS = 60_000;

/** @throws NotMeasured for what is not known here: native histograms, `offset`, rare functions */
export function measure(expression: Expr, series: readonly SteadySeries[]): Measured {
  const inner = (part: Expr): Measured => measure(part, series);
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "string":
      throw new NotMeasured("a text");
    case "unary":
      return expression.operator === "+" ? inner(expression.of) : mapped(inner(expression.of), (value) => -value);
    case "selector":
      return found(expression, series);
    case "subquery":
      throw new NotMeasured("a subquery");
    case "call":
      return call(expression, series);
    case "aggregate":
      return aggregate(expression, vector(inner(expression.of)));
    case "binary":
      return binary(expression, inner(expression.left), inner(expression.right));
  }
}

function found(expression: Extract<Expr, { kind: "selector" }>, series: readonly SteadySeries[]): Sample[] {
  const { selector, shift } = expression;
  if (shift.offsetMs !== 0 || shift.at !== undefined) throw new NotMeasured("offset and @");
  return series.filter(({ foundBy }) => foundBy(selector)).map(({ labels, value }) => ({ labels, value }));
}

function call({ name, args }: CallExpr, series: readonly SteadySeries[]): Measured {
  const [first, second, third] = args;
  if (first === undefined) throw new NotMeasured(name);
  const inner = (part: Expr | undefined): Measured => {
    if (part === undefined) throw new NotMeasured(name);
    return measure(part, series);
  };
  const number = (part: Expr | undefined): number => {
    const value = inner(part);
    if (typeof value === "number") return value;
    throw new NotMeasured(name);
  };
  if (GROWN.has(name) && first.kind === "selector") {
    const seconds = name === "increase" ? (first.rangeMs ?? 0) / 1_000 : 1;
    return unnamed(mapped(found(first, series), (value) => value * seconds));
  }
  switch (name) {
    case "sum_over_time":
    case "count_over_time": {
      const { of, samples } = overTime(first, series);
      return unnamed(mapped(of, (value) => (name === "count_over_time" ? samples : value * samples)));
    }
    case "avg_over_time":
    case "min_over_time":
    case "max_over_time":
    case "last_over_time":
      return unnamed(overTime(first, series).of);
    case "vector":
      return [{ labels: {}, value: number(first) }];
    case "scalar": {
      const [only, more] = vector(inner(first));
      return only === undefined || more !== undefined ? Number.NaN : only.value;
    }
    case "clamp_min":
      return mapped(inner(first), (value) => Math.max(value, number(second)));
    case "clamp_max":
      return mapped(inner(first), (value) => Math.min(value, number(second)));
    case "clamp":
      return mapped(inner(first), (value) => Math.min(Math.max(value, number(second)), number(third)));
    case "abs":
      return mapped(inner(first), Math.abs);
    case "sort":
    case "sort_desc":
      return inner(first);
    case "label_replace": {
      const [, label, text, source, regex] = args;
      // `label_replace(x, "a", "b", "", "")` sets a label.
      if (label?.kind !== "string" || text?.kind !== "string" || source?.kind !== "string") break;
      if (regex?.kind !== "string" || regex.value !== "" || source.value !== "") break;
      return vector(inner(first)).map((one) => ({ ...one, labels: { ...one.labels, [label.value]: text.value } }));
    }
  }
  throw new NotMeasured(name);
}

function overTime(of: Expr, series: readonly SteadySeries[]): { readonly of: Measured; readonly samples: number } {
  if (of.kind === "selector" && of.rangeMs !== undefined) {
    return { of: found(of, series), samples: of.rangeMs / USUAL_STEP_MS };
  }
  if (of.kind !== "subquery" || of.shift.offsetMs !== 0 || of.shift.at !== undefined) throw new NotMeasured("offset");
  return { of: measure(of.of, series), samples: of.rangeMs / (of.stepMs ?? USUAL_STEP_MS) };
}

function aggregate({ name, grouping }: AggregateExpr, samples: readonly Sample[]): Sample[] {
  const groups = new Map<string, { labels: LabelSet; values: number[] }>();
  for (const { labels, value } of samples) {
    const names = Object.keys(labels).filter((label) => {
      if (label === "__name__" || grouping.kind === "none") return false;
      return grouping.labels.includes(label) === (grouping.kind === "by");
    });
    const kept = picked(labels, names);
    const key = keyOf(kept);
    const group = groups.get(key) ?? { labels: kept, values: [] };
    group.values.push(value);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: aggregated(name, values) }));
}

function aggregated(name: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (name) {
    case "sum":
      return sum;
    case "avg":
      return sum / values.length;
    case "min":
      return Math.min(...values);
    case "max":
      return Math.max(...values);
    case "count":
      return values.length;
    case "group":
      return 1;
    default:
      throw new NotMeasured(name);
  }
}

function binary(expression: BinaryExpr, left: Measured, right: Measured): Measured {
  const { operator, matching } = expression;
  if (["or", "and", "unless"].includes(operator)) {
    const key = (sample: Sample): string => keyOf(matched(sample.labels, matching));
    const [one, other] = [vector(left), vector(right)];
    const [inOne, inOther] = [new Set(one.map(key)), new Set(other.map(key))];
    if (operator === "or") return [...one, ...other.filter((sample) => !inOne.has(key(sample)))];
    return one.filter((sample) => inOther.has(key(sample)) === (operator === "and"));
  }
  const isFilter = isComparison(operator) && !expression.bool;
  const pair = (one: number, other: number, kept: number): number | undefined => {
    const value = calculated(operator, one, other);
    return isFilter ? (value === 1 ? kept : undefined) : value;
  };
  if (typeof left === "number" && typeof right === "number") return calculated(operator, left, right);
  if (typeof right === "number") return kept(left as readonly Sample[], (value) => pair(value, right, value));
  if (typeof left === "number") return kept(right, (value) => pair(left, value, value));
  if (matching?.many !== undefined) throw new NotMeasured("group_left and group_right");
  const others = new Map(right.map((sample) => [keyOf(matched(sample.labels, matching)), sample.value]));
  return left.flatMap(({ labels, value }) => {
    const other = others.get(keyOf(matched(labels, matching)));
    const result = other === undefined ? undefined : pair(value, other, value);
    return result === undefined ? [] : [{ labels: isFilter ? labels : matched(labels, matching), value: result }];
  });
}

function calculated(operator: string, one: number, other: number): number {
  switch (operator) {
    case "+":
      return one + other;
    case "-":
      return one - other;
    case "*":
      return one * other;
    case "/":
      return one / other;
    case ">":
      return Number(one > other);
    case ">=":
      return Number(one >= other);
    case "<":
      return Number(one < other);
    case "<=":
      return Number(one <= other);
    case "==":
      return Number(one === other);
    case "!=":
      return Number(one !== other);
    default:
      throw new NotMeasured(operator);
  }
}

function matched(labels: LabelSet, matching: BinaryExpr["matching"]): LabelSet {
  const names = Object.keys(labels).filter((name) => {
    if (name === "__name__") return false;
    return matching === undefined || matching.labels.includes(name) === (matching.kind === "on");
  });
  return picked(labels, names);
}

function kept(samples: readonly Sample[], change: (value: number) => number | undefined): Sample[] {
  return samples.flatMap(({ labels, value }) => {
    const result = change(value);
    return result === undefined ? [] : [{ labels, value: result }];
  });
}

function mapped(measured: Measured, change: (value: number) => number): Measured {
  if (typeof measured === "number") return change(measured);
  return measured.map(({ labels, value }) => ({ labels, value: change(value) }));
}

function unnamed(measured: Measured): Measured {
  return vector(measured).map(({ labels, value }) => ({ labels: matched(labels, undefined), value }));
}

function vector(measured: Measured): readonly Sample[] {
  if (typeof measured !== "number") return measured;
  throw new NotMeasured("a number where a vector is");
}

function picked(labels: LabelSet, names: readonly string[]): LabelSet {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? ""]));
}

/** A label that is empty is not there. */
function keyOf(labels: LabelSet): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== "")
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}
