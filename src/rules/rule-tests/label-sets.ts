/** Concrete series: label sets of which each is found by another choice of the selectors. */
import type { LabelMatcher, Selector } from "../promql/expression.ts";
import { selectorText } from "../promql/write.ts";
import { regexOf } from "./regex-sample.ts";

/** Labels by their names; the metric's name is `__name__`. A label that is not there is empty. */
export type LabelSet = Readonly<Record<string, string>>;

/** A series that could be. */
export interface PossibleSeries {
  readonly labels: LabelSet;
  /** The selectors that find it. */
  readonly foundBy: readonly Selector[];
}

/** Series, or why there are none. */
export type PossibleSeriesResult = readonly PossibleSeries[] | { readonly problem: string };

/** Of more combinations than these only the first are looked at. */
const MOST_COMBINATIONS = 20_000;
const USUAL = ["200", "a", "", "b", "500", "404", "GET", "/", "ok", "error", "true", "false", "0", "1"];
const USUAL_WORDS = ["a", "200", ...USUAL.slice(2)];
const METRIC = /^[A-Za-z_:][A-Za-z0-9_:]*$/;

/** A series for each choice of the selectors that can be found together, the plainest ones. */
export function possibleSeries(selectors: readonly Selector[], grouping: readonly string[]): PossibleSeriesResult {
  const tests = new Map<string, Test[]>();
  for (const label of grouping) tests.set(label, []);
  for (const matcher of selectors.flatMap(matchersOf)) {
    const test = testOf(matcher);
    if (test === undefined) {
      return { problem: `no value is known that ${matcher.name}${matcher.operator}"${matcher.value}" matches` };
    }
    tests.set(matcher.name, [...(tests.get(matcher.name) ?? []), test]);
  }
  const names = [...tests.keys()];
  const choices = names.map((name) => valuesOf(name, tests.get(name) ?? [], grouping.includes(name)));
  const found = new Map<string, PossibleSeries>();
  let count = 0;
  for (const values of combinations(choices)) {
    if ((count += 1) > MOST_COMBINATIONS) break;
    const labels = Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
    const by = selectors.filter((selector) => finds(selector, labels, tests));
    const key = by.map((selector) => selectors.indexOf(selector)).join();
    if (by.length === 0 || found.has(key)) continue;
    const isSame = (fewer: LabelSet): boolean =>
      selectors.every((one) => finds(one, fewer, tests) === by.includes(one));
    found.set(key, {
      labels: plainest(labels, [...grouping, ...by.flatMap(matchersOf).map(({ name }) => name)], isSame),
      foundBy: by,
    });
  }
  const without = selectors.find((selector) => ![...found.values()].some(({ foundBy }) => foundBy.includes(selector)));
  if (without !== undefined) return { problem: `no series is known that ${selectorText(without)} finds` };
  return [...found.values()];
}

/** The series as promtool reads it. */
export function seriesText(labels: LabelSet): string {
  const { __name__: metric, ...others } = labels;
  const matchers = Object.entries(others)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => ({ name, operator: "=" as const, value }));
  return selectorText({ metric, matchers });
}

interface Test {
  readonly matcher: LabelMatcher;
  readonly passes: (value: string) => boolean;
  readonly texts: readonly string[];
}

function matchersOf({ metric, matchers }: Selector): readonly LabelMatcher[] {
  return metric === undefined ? matchers : [{ name: "__name__", operator: "=", value: metric }, ...matchers];
}

function testOf(matcher: LabelMatcher): Test | undefined {
  const { operator, value } = matcher;
  const isNegated = operator.startsWith("!");
  if (!operator.endsWith("~")) {
    return { matcher, passes: (text) => (text === value) !== isNegated, texts: [value] };
  }
  const regex = regexOf(value);
  if (regex === undefined) return undefined;
  return { matcher, passes: (text) => regex.matches(text) !== isNegated, texts: regex.texts };
}

/** One value for each choice of the label's matchers that can pass together. */
function valuesOf(name: string, tests: readonly Test[], isGrouping: boolean): string[] {
  const usual = name === "__name__" ? [] : /code|status/i.test(name) ? USUAL : USUAL_WORDS;
  const own = tests.flatMap(({ texts }) => texts);
  const all = [...own, ...usual].filter((value) => (name === "__name__" ? METRIC.test(value) : true));
  const byPassing = new Map<string, string>();
  for (const value of isGrouping ? all.filter((one) => one !== "") : all) {
    const passing = tests.map(({ passes }) => (passes(value) ? "1" : "0")).join("");
    if (!byPassing.has(passing)) byPassing.set(passing, value);
  }
  return [...byPassing.values()];
}

function finds(selector: Selector, labels: LabelSet, tests: ReadonlyMap<string, readonly Test[]>): boolean {
  return matchersOf(selector).every(({ name, operator, value }) => {
    const test = tests.get(name)?.find(({ matcher }) => matcher.operator === operator && matcher.value === value);
    return test?.passes(labels[name] ?? "") ?? false;
  });
}

/** Without the labels that nobody asks this metric for, where the same selectors find it without them: one that is missing is empty. */
function plainest(labels: LabelSet, asked: readonly string[], isSame: (fewer: LabelSet) => boolean): LabelSet {
  let plain = labels;
  for (const name of Object.keys(labels)) {
    if (asked.includes(name)) continue;
    const fewer = Object.fromEntries(Object.entries(plain).filter(([other]) => other !== name));
    if (isSame(fewer)) plain = fewer;
  }
  return plain;
}

/** Every choice of one of each, the first ones of all first. */
function* combinations(choices: readonly (readonly string[])[]): Generator<readonly string[]> {
  const [first, ...rest] = choices;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const others of combinations(rest)) for (const value of first) yield [value, ...others];
}
