/** Which objective the past supports. */
import { formatDuration } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { percentText, plain } from "../core/figures.ts";
import { Objective } from "../core/objective.ts";
import { checkOptions } from "../core/options.ts";
import { readWindow, type Window } from "../core/time/window.ts";
import { windowName } from "../core/time/window-text.ts";
import type { CountedSteps, ObjectiveSuggestion } from "./model.ts";
import { paceOver } from "./pace.ts";
import { between, RunningSums } from "./running-sums.ts";
import { wholeWindows } from "./windows.ts";

/** What is asked of an objective. */
export interface SuggestOptions {
  /** What it is judged over: a duration such as `"30d"`, or a window. */
  readonly window: string | Window;
  /** Share of the whole windows in which it has to have been kept, above 0 and up to 1; all of them unless told. */
  readonly keptRatio?: number | undefined;
  /** Windows with fewer events than this are not judged; 1 unless told. */
  readonly minimumEvents?: number | undefined;
}

const OPTIONS = ["window", "keptRatio", "minimumEvents"] as const;
/** Budgets in parts per billion: 0.0000001 % to 50 %, with two significant digits. */
const BUDGETS: readonly number[] = [
  ...Array.from({ length: 9 }, (_, index) => index + 1),
  ...Array.from({ length: 8 }, (_, zeros) => digits(10, 99).map((first) => first * 10 ** zeros)).flat(),
].filter((budget) => budget <= 500_000_000);
/** 99.9999999 %, 99.9999995 % ... 99.9 %, 99.5 %, 99 %, 95 %, 90 %. */
const USUAL_BUDGETS: readonly number[] = Array.from({ length: 8 }, (_, zeros) => [10 ** zeros, 5 * 10 ** zeros])
  .flat()
  .concat(100_000_000);

/**
 * The strictest objective, its budget written with two digits (99.93 %, 99.9 %, 98.5 %), that the past would have kept in at least
 * `keptRatio` of the whole windows in it. A window supports only objectives whose budget allows it a failure at least: a thousand events
 * without one do not show that more than 99.9 % are good. "Whole windows" are those that lie within what was watched from
 * its first step on: of a rolling window one for each step that ends one, of a calendar window the periods that are over.
 *
 * @throws {@link ConfigurationError} if the counts or an option cannot be used
 *
 * @example
 * ```ts
 * import { suggestObjective } from "nines";
 *
 * const days = { start: 0, stepMs: 86_400_000, good: [9_993, 9_995, 9_999], total: [10_000, 10_000, 10_000] };
 * const { objective, usual } = suggestObjective(days, { window: "1d" });
 * if (objective !== "99.93%" || usual !== "99.9%") throw new Error(objective);
 * ```
 */
export function suggestObjective(data: CountedSteps, options: SuggestOptions): ObjectiveSuggestion {
  const sums = new RunningSums(data);
  checkOptions(options, "suggestObjective", OPTIONS);
  const { keptRatio = 1, minimumEvents = 1 } = options;
  const window = readWindow(options.window);
  if (!Number.isSafeInteger(minimumEvents) || minimumEvents < 0) {
    throw invalid("minimumEvents", `${show(minimumEvents)} is not a whole number from 0`);
  }
  return suggestionOf(sums, { window, keptRatio: checkKeptRatio(keptRatio), minimumEvents });
}

/** @throws {@link ConfigurationError} if it is not above 0 and at most 1 */
export function checkKeptRatio(keptRatio: number): number {
  if (keptRatio > 0 && keptRatio <= 1) return keptRatio;
  throw invalid("keptRatio", `${show(keptRatio)} is not a share of windows; write 0.95 for 95 %, at most 1`);
}

/** The same of sums that are there. */
export function suggestionOf(
  sums: RunningSums,
  { window, keptRatio, minimumEvents }: { window: Window; keptRatio: number; minimumEvents: number },
): ObjectiveSuggestion {
  const { from, to } = wholeWindows(sums, window);
  const [bad, total] = [new Float64Array(from.length), new Float64Array(from.length)];
  let windows = 0;
  for (let index = 0; index < from.length; index += 1) {
    const [start, end] = [from[index] as number, to[index] as number];
    const events = between(sums.total, start, end);
    if (events === 0 || events < minimumEvents) continue;
    bad[windows] = between(sums.bad, start, end);
    total[windows] = events;
    windows += 1;
  }
  const none = (reason: string): ObjectiveSuggestion => ({
    objective: undefined,
    usual: undefined,
    keptRatio: 0,
    windows,
    reason,
  });
  if (from.length === 0) return none(`the past has no whole window of ${windowName(window)}: ${knownText(sums)}`);
  if (windows === 0) {
    const needed = plain(Math.max(1, minimumEvents), 0);
    return none(`of ${counted(from.length, window)} none had the ${needed} events that are needed to judge`);
  }
  const kept = (objective: Objective, leastBad: number): number => {
    const isOver = paceOver(objective);
    let count = 0;
    for (let index = 0; index < windows; index += 1) {
      if (!isOver(Math.max(leastBad, bad[index] as number), total[index] as number, 1)) count += 1;
    }
    return count;
  };
  // 0.95 of 20 is 19, whatever the product of the doubles is.
  const needed = Math.max(1, Math.ceil(keptRatio * windows - 1e-9));
  const strictest = (budgets: readonly number[]): Objective | undefined =>
    firstOf(
      budgets.map((budget) => Objective.fromPartsPerBillion(1_000_000_000 - budget)),
      (objective) => kept(objective, 1) >= needed,
    );
  const [objective, usual] = [strictest(BUDGETS), strictest(USUAL_BUDGETS)];
  if (objective === undefined)
    return none(`not even 50% would have been kept in ${percentText(keptRatio)} of ${counted(windows, window)}`);
  const count = kept(objective, 0);
  const share = count === windows ? "all" : percentText(count / windows);
  const rest = usual === undefined ? "" : `; of the usual objectives ${usual.percentText}`;
  return {
    objective: objective.percentText,
    usual: usual?.percentText,
    keptRatio: count / windows,
    windows,
    reason: `${objective.percentText} would have been kept in ${share} of ${counted(windows, window)}${rest}`,
  };
}

/** The first for which it holds; it holds for all that come after one for which it does. */
function firstOf<T>(items: readonly T[], holds: (item: T) => boolean): T | undefined {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return items[low];
}

function counted(windows: number, window: Window): string {
  return `${windows === 1 ? "one window" : `${plain(windows, 0)} windows`} of ${windowName(window)}`;
}

function knownText(sums: RunningSums): string {
  const known = (sums.length - sums.knownFrom) * sums.stepMs;
  return known === 0 ? "nobody watched" : `it is known for ${formatDuration(known)}`;
}

function digits(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
