/** Which series make an event, or a moment, good, and which make it bad. */
import type { Count, Indicator } from "../indicator/model.ts";
import { everyExpr, type Expr, type Selector } from "../promql/expression.ts";
import { readPromql } from "../promql/read.ts";
import { selectorKey } from "../promql/selector.ts";
import { type LabelSet, type PossibleSeries, possibleSeries } from "./label-sets.ts";
import { measure, type Measured, NotMeasured } from "./measure.ts";

/** One series of the load. */
export interface LoadSeries {
  readonly labels: LabelSet;
  readonly isCounter: boolean;
  /**
   * What it grows by for each good event, and for each bad one; of time instead of events how fast a counter grows in a
   * second, or the value of a gauge, while all is good, and while all is bad.
   */
  readonly good: number;
  readonly bad: number;
  /** Whether it may be missing until something fails. */
  readonly isOptional: boolean;
}

/** Series that an indicator is measured by. */
export interface Load {
  readonly series: readonly LoadSeries[];
  /** What one event counts; more or less than 1 where the expression weighs it. */
  readonly weight: number;
  /** Whether no series at all are as bad as can be. */
  readonly absentIsBad: boolean;
}

interface Candidate extends PossibleSeries {
  readonly keys: ReadonlySet<string>;
}

/** Values of some of the candidates; the others have 0. */
type World = ReadonlyMap<Candidate, number>;

const MOST_SERIES = 8;
const MOST_VALUES = 12;

/** The load of an indicator, or why none is known. */
export function loadOf(indicator: Indicator): Load | { readonly problem: string } {
  const [total, part] = [parsed(indicator.total), parsed(indicator.part)];
  if (total === undefined || part === undefined) return { problem: "its expression is not understood" };
  const selectors = distinct([
    ...indicator.totalSelectors,
    ...indicator.partSelectors,
    ...[total, part].flatMap((of) =>
      [...everyExpr(of)].flatMap((one) => (one.kind === "selector" ? [one.selector] : [])),
    ),
  ]);
  const grouping = indicator.grouping.kind === "by" ? indicator.grouping.labels : [];
  const possible = possibleSeries(selectors, grouping);
  if ("problem" in possible) return possible;
  const candidates = possible
    .map((one): Candidate => ({ ...one, keys: new Set(one.foundBy.map(selectorKey)) }))
    .slice(0, MOST_SERIES);
  try {
    const cover = covering(candidates, selectors);
    const sets = indicator.unit === "time" ? [cover, candidates] : [candidates];
    const absent = judge(new Map(), [], { indicator, total, part });
    const absentIsBad = absent !== undefined && absent.bad > 0;
    for (const set of sets) {
      const judged = judgeWorlds(set, { indicator, total, part });
      if (judged !== undefined) {
        return made(judged, { indicator, selectors, set, counters: countersIn([total, part]), absentIsBad });
      }
    }
  } catch (error) {
    if (error instanceof NotMeasured) return { problem: `series cannot be made for ${error.message}` };
    throw error;
  }
  return { problem: "no series are known by which all is good, or all is bad" };
}

interface Measures {
  readonly indicator: Indicator;
  readonly total: Expr;
  readonly part: Expr;
}

interface Judged {
  readonly good: World;
  readonly bad: World;
  readonly weight: number;
}

/** The first worlds in which all is good, and all is bad. */
function judgeWorlds(candidates: readonly Candidate[], measures: Measures): Judged | undefined {
  const { indicator } = measures;
  const values = indicator.unit === "events" ? [1] : valuesIn([measures.total, measures.part]);
  let good: { readonly world: World; readonly total: number } | undefined;
  let bad: typeof good;
  for (const world of worlds(candidates, values)) {
    const judged = judge(world, candidates, measures);
    if (judged === undefined) continue;
    if (Math.abs(judged.bad) < 1e-12 * judged.total) good ??= { world, total: judged.total };
    if (Math.abs(judged.bad - judged.total) < 1e-12 * judged.total) bad ??= { world, total: judged.total };
    if (good !== undefined && bad !== undefined) break;
  }
  if (good === undefined || bad === undefined || Math.abs(good.total - bad.total) > 1e-12 * good.total)
    return undefined;
  // A second of one event each is what the counts are asked over.
  return { good: good.world, bad: bad.world, weight: good.total / 300 };
}

/** Undefined where nothing is counted, or in more than one group. */
function judge(
  world: World,
  candidates: readonly Candidate[],
  { indicator, total, part }: Measures,
): { readonly total: number; readonly bad: number } | undefined {
  const series = candidates.map((one) => ({
    labels: one.labels,
    foundBy: (selector: Selector): boolean => one.keys.has(selectorKey(selector)),
    value: world.get(one) ?? 0,
  }));
  const all = single(measure(total, series));
  const some = single(measure(part, series));
  if (all === undefined || some === undefined || !(all > 0)) return undefined;
  return { total: all, bad: indicator.counted === "bad" ? some : all - some };
}

function single(measured: Measured): number | undefined {
  if (typeof measured === "number") return measured;
  const counted = measured.filter(({ value }) => value !== 0);
  return counted.length > 1 ? undefined : (counted[0]?.value ?? 0);
}

/** Nothing at all, one series, all of them alike, and two of them. */
function* worlds(candidates: readonly Candidate[], values: readonly number[]): Generator<World> {
  yield new Map();
  for (const value of values) for (const one of candidates) yield new Map([[one, value]]);
  for (const value of values) yield new Map(candidates.map((one) => [one, value]));
  for (const one of candidates) {
    for (const other of candidates) {
      if (candidates.indexOf(one) >= candidates.indexOf(other)) continue;
      for (const first of values) {
        for (const second of values) {
          yield new Map([
            [one, first],
            [other, second],
          ]);
        }
      }
    }
  }
}

/** Values on both sides of every limit in the expressions. */
function valuesIn(expressions: readonly Expr[]): number[] {
  const limits = expressions.flatMap((expression) =>
    [...everyExpr(expression)].flatMap((part) =>
      part.kind === "number" && Number.isFinite(part.value) ? [part.value] : [],
    ),
  );
  const around = [...new Set(limits)].filter((limit) => limit !== 0).flatMap((limit) => [limit * 2, limit / 2]);
  return [...new Set([1, ...around])].slice(0, MOST_VALUES);
}

/** Few series that all selectors find something in. */
function covering(candidates: readonly Candidate[], selectors: readonly Selector[]): Candidate[] {
  const missing = new Set(selectors.map(selectorKey));
  const chosen: Candidate[] = [];
  const found = (one: Candidate): number => [...one.keys].filter((key) => missing.has(key)).length;
  while (missing.size > 0) {
    const [best] = [...candidates].sort((one, other) => found(other) - found(one));
    if (best === undefined || found(best) === 0) break;
    chosen.push(best);
    for (const key of best.keys) missing.delete(key);
  }
  return chosen;
}

function made(
  { good, bad, weight }: Judged,
  known: {
    readonly indicator: Indicator;
    readonly selectors: readonly Selector[];
    readonly set: readonly Candidate[];
    readonly counters: ReadonlySet<string>;
    readonly absentIsBad: boolean;
  },
): Load {
  const { indicator, selectors, set, counters } = known;
  const used = set.filter((one) => indicator.unit === "time" || good.has(one) || bad.has(one));
  const missing = selectors.filter((selector) => !used.some(({ keys }) => keys.has(selectorKey(selector))));
  const flat = covering(
    set.filter((one) => !used.includes(one)),
    missing,
  );
  const parts = new Set(indicator.partSelectors.map(selectorKey));
  const series = [...used, ...flat].map((one): LoadSeries => {
    const isPart = [...one.keys].some((key) => parts.has(key));
    return {
      labels: one.labels,
      isCounter: [...one.keys].some((key) => counters.has(key)),
      good: good.get(one) ?? 0,
      bad: bad.get(one) ?? 0,
      isOptional: isPart && indicator.missingPart === "none" && bad.has(one) && !good.has(one),
    };
  });
  return { series, weight, absentIsBad: known.absentIsBad };
}

/** Selectors whose growth is looked at, not their value. */
function countersIn(expressions: readonly Expr[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const expression of expressions) {
    for (const part of everyExpr(expression)) {
      if (part.kind !== "call" || !["rate", "increase", "irate"].includes(part.name)) continue;
      const [of] = part.args;
      if (of?.kind === "selector") found.add(selectorKey(of.selector));
    }
  }
  return found;
}

function parsed(count: Count): Expr | undefined {
  const read = readPromql(count({ text: "5m", exact: false }));
  return "fault" in read ? undefined : read.expression;
}

function distinct(selectors: readonly Selector[]): Selector[] {
  return [...new Map(selectors.map((selector) => [selectorKey(selector), selector])).values()];
}
