/** What a comparison is given, checked. */
import { invalid, show } from "../core/errors.ts";
import { Objective } from "../core/objective.ts";
import { checkOptions } from "../core/options.ts";
import type { CanaryComparison, CanaryOptions, VersionCounts } from "./model.ts";
import { countsOf } from "./tables.ts";

const OPTIONS = ["margin", "falseRollBack", "falsePromote", "looks", "minimumEvents"] as const;
const FIELDS = ["name", "baseline", "canary", "margin", "objective"] as const;
const MOST_LOOKS = 10_000;
const MOST_COMPARISONS = 100;
const LONGEST_NAME = 200;

/** How sure a comparison is to be, complete. */
export interface CanarySettings {
  readonly margin: number | undefined;
  readonly falseRollBack: number;
  readonly falsePromote: number;
  readonly looks: number;
  readonly minimumEvents: number;
}

/** One SLI of both versions, with its margin. */
export interface CheckedComparison {
  readonly name: string;
  readonly baseline: VersionCounts;
  readonly canary: VersionCounts;
  readonly margin: number;
}

/** @throws {@link ConfigurationError} naming the option */
export function readSettings(options: CanaryOptions): CanarySettings {
  checkOptions(options, "compareCanary", OPTIONS);
  const { margin, falseRollBack = 0.05, falsePromote = 0.05, looks = 1, minimumEvents = 1 } = options;
  checkRate(falseRollBack, "falseRollBack");
  checkRate(falsePromote, "falsePromote");
  if (!Number.isInteger(looks) || looks < 1 || looks > MOST_LOOKS) {
    throw invalid("looks", `${show(looks)} is not a number of looks; write a whole number from 1 to 10,000`);
  }
  if (!Number.isSafeInteger(minimumEvents) || minimumEvents < 0) {
    throw invalid(
      "minimumEvents",
      `${show(minimumEvents)} is not a number of events; write a whole number, at least 0`,
    );
  }
  if (margin !== undefined) checkMargin(margin, ["margin"]);
  return { margin, falseRollBack, falsePromote, looks, minimumEvents };
}

/** @throws {@link ConfigurationError} naming the field of the comparison */
export function readComparisons(
  comparisons: readonly CanaryComparison[],
  settings: CanarySettings,
): readonly CheckedComparison[] {
  const count = comparisons.length;
  if (count < 1 || count > MOST_COMPARISONS) {
    throw invalid("comparisons", `${show(comparisons)} is not a list of 1 to ${String(MOST_COMPARISONS)} comparisons`);
  }
  const names = new Set<unknown>();
  return comparisons.map((comparison, index) => {
    const path = ["comparisons", index];
    checkOptions(comparison, "a comparison", FIELDS, path);
    const { name } = comparison;
    if (typeof name !== "string" || name === "" || name.length > LONGEST_NAME) {
      throw invalid([...path, "name"], `${show(name)} is not a name of 1 to ${String(LONGEST_NAME)} characters`);
    }
    if (names.has(name)) throw invalid([...path, "name"], `${show(name)} is the name of another comparison too`);
    names.add(name);
    const baseline = countsOf(comparison.baseline, [...path, "baseline"]);
    const canary = countsOf(comparison.canary, [...path, "canary"]);
    return { name, baseline, canary, margin: marginOf(comparison, settings, path) };
  });
}

function marginOf(
  { margin, objective }: CanaryComparison,
  settings: CanarySettings,
  path: readonly (string | number)[],
): number {
  const promised = objective === undefined ? undefined : Objective.parse(objective, [...path, "objective"]);
  if (margin !== undefined) return checkMargin(margin, [...path, "margin"]);
  if (settings.margin !== undefined) return settings.margin;
  if (promised !== undefined) return promised.withBudget([...path, "objective"]).budgetRatio / 2;
  throw invalid(
    [...path, "margin"],
    "is missing: write how much worse is tolerated, as a difference of error ratios such as 0.001, or the objective, half of whose budget is",
  );
}

function checkMargin(margin: number, path: readonly (string | number)[]): number {
  if (Number.isFinite(margin) && margin > 0 && margin < 1) return margin;
  throw invalid(path, `${show(margin)} is not a difference of error ratios; it is above 0 and below 1`);
}

function checkRate(rate: number, name: string): void {
  if (!Number.isFinite(rate) || !(rate > 0 && rate < 0.5))
    throw invalid(name, `${show(rate)} is not an error rate; it is above 0 and below 0.5`);
}
