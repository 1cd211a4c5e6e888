/** What a forecast is given, checked. */
import type { CountedPoint } from "../budget/history.ts";
import { type Exclusion, Exclusions } from "../budget/exclusions.ts";
import type { BudgetStatus } from "../budget/status.ts";
import { checkTime, isTime } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import { checkCounts } from "../core/measurement.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { type Random, seededRandom } from "../core/random.ts";
import type { ForecastInput, ForecastOptions } from "./model.ts";

const OPTIONS = ["level", "horizonMs", "paths", "random"] as const;
const INPUTS = ["subject", "status", "points", "stepMs", "exclusions"] as const;
/** As many steps and points as are looked at at most. */
export const MOST_STEPS = 10_000;
const [FEWEST_PATHS, MOST_PATHS] = [100, 2_000];

/** A forecast's options, complete. */
export interface ForecastSettings {
  readonly level: number;
  readonly horizonMs: number;
  readonly paths: number;
  readonly random: Random;
}

/** @throws {@link ConfigurationError} naming the option */
export function readForecastOptions(options: ForecastOptions): ForecastSettings {
  checkOptions(options, "forecastBudget", OPTIONS);
  const { level = 0.8, horizonMs, paths = 500, random = seededRandom("forecast") } = options;
  if (!Number.isFinite(level) || !(level > 0 && level < 1))
    throw invalid("level", `${show(level)} is not a level; it is above 0 and below 1`);
  if (horizonMs !== undefined && !(Number.isFinite(horizonMs) && horizonMs > 0))
    throw invalid("horizonMs", `${show(horizonMs)} is not a length of time above 0`);
  if (!Number.isInteger(paths) || paths < FEWEST_PATHS || paths > MOST_PATHS) {
    throw invalid(
      "paths",
      `${show(paths)} is not a whole number from ${String(FEWEST_PATHS)} to ${String(MOST_PATHS)}`,
    );
  }
  checkMethods(random, "random", ["next", "pick"]);
  return { level, horizonMs: horizonMs ?? Infinity, paths, random };
}

/** @throws {@link ConfigurationError} if it is no status of a budget */
export function checkStatus(status: BudgetStatus): void {
  const given: unknown = status;
  if (typeof given !== "object" || given === null || !("state" in given))
    throw invalid("status", `${show(given)} is not how a budget stands; give what assessBudget() or status() tells`);
  if (!isTime(status.at)) throw invalid(["status", "at"], `${show(status.at)} is not a time in epoch milliseconds`);
}

/** @throws {@link ConfigurationError} naming the entry */
export function readExclusions(given: readonly Exclusion[] | undefined, at: number): Exclusions {
  const list: unknown = given ?? [];
  if (!Array.isArray(list)) throw invalid("exclusions", `${show(list)} is no list of { start, end, reason }`);
  const exclusions = new Exclusions();
  for (const [index, one] of (list as readonly unknown[]).entries()) {
    if (typeof one !== "object" || one === null)
      throw invalid(["exclusions", index], `${show(one)} is no exclusion; write { start, end, reason }`);
    exclusions.add(one as Exclusion, ["exclusions", index], () => at);
  }
  return exclusions;
}

/** @throws {@link ConfigurationError} naming the field */
export function checkInput(input: ForecastInput): void {
  checkOptions(input, "forecastBudget", INPUTS);
  const { points, stepMs, status } = input;
  checkStatus(status);
  if (!Number.isFinite(stepMs) || stepMs <= 0)
    throw invalid("stepMs", `${show(stepMs)} is not a length of time above 0`);
  if (!Array.isArray(points) || points.length > MOST_STEPS) {
    throw invalid("points", `${show(points)} is not a list of at most ${String(MOST_STEPS)} points`);
  }
  let last = -Infinity;
  for (const [index, point] of (points as readonly (CountedPoint | null | undefined)[]).entries()) {
    if (typeof point !== "object" || point === null)
      throw invalid(["points", index], `${show(point)} is no point; write { at, good, total }`);
    const { at, good, total } = point;
    checkCounts({ good, total }, (field) => ["points", index, field]);
    if (Number.isFinite(at)) checkTime(at, ["points", index, "at"], () => status.at);
    if (!Number.isFinite(at) || at <= last || at > status.at) {
      const order = "points are in order, and none is later than the status";
      throw invalid(["points", index, "at"], `${show(at)} is not a time after the one before; ${order}`);
    }
    last = at;
  }
}
