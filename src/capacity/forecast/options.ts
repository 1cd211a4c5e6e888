/** What a metric is, from outside, checked: the same for its trend and for its forecast. */
import { invalid, show } from "../../core/errors.ts";
import { checkConfidence } from "../math/line.ts";
import type { StepStatistic } from "../series/grid.ts";
import type { CapacityLimit } from "./exhaustion.ts";
import type { GrowthTrendOptions } from "./types.ts";

/** Nothing that is measured is larger, and of what is, squares and products would be no numbers any more. */
export const LARGEST_LIMIT = 1e100;

/** With what it leaves out. */
export interface CheckedSeriesOptions {
  readonly confidence: number;
  readonly kind: "gauge" | "counter";
  readonly floor: number | undefined;
  readonly cap: number;
  readonly limit: CapacityLimit | undefined;
  readonly stepMs: number | undefined;
  readonly statistic: StepStatistic;
}

/** Refuses what cannot be meant. @throws {@link ConfigurationError} that names the option */
export function checkedSeriesOptions(options: GrowthTrendOptions): CheckedSeriesOptions {
  const { confidence = 0.95, kind = "gauge", floor, cap = Infinity, stepMs, statistic = "mean" } = options;
  checkConfidence(confidence);
  if (!["gauge", "counter"].includes(kind)) throw invalid("kind", `${show(kind)} is neither gauge nor counter`);
  if (!["mean", "max"].includes(statistic)) throw invalid("statistic", `${show(statistic)} is neither mean nor max`);
  checkRange([], { floor, cap });
  if (stepMs !== undefined && !(Number.isSafeInteger(stepMs) && stepMs > 0)) {
    throw invalid("stepMs", `${show(stepMs)} is not a step; write a positive whole number of milliseconds`);
  }
  const limit = checkedLimit([], options.limit, { floor, cap });
  return { confidence, kind, floor, cap, stepMs, statistic, limit };
}

interface Range {
  readonly floor?: number | undefined;
  readonly cap?: number | undefined;
}

/** Refuses a floor that is not below the cap, and what is no number. */
export function checkRange(path: readonly string[], { floor = -Infinity, cap = Infinity }: Range): void {
  for (const [name, value] of Object.entries({ floor, cap })) {
    if (typeof value !== "number" || Number.isNaN(value)) throw invalid([...path, name], `${show(value)} is no number`);
    if (Number.isFinite(value)) checkSize([...path, name], value);
  }
  if (!(floor < cap)) throw invalid([...path, "floor"], `${show(floor)} is not below the cap, ${show(cap)}`);
}

/** Refuses what is larger than anything measured. */
function checkSize(path: readonly string[], value: number): void {
  if (Math.abs(value) > LARGEST_LIMIT)
    throw invalid(path, `${show(value)} is too large; at most ${show(LARGEST_LIMIT)} is possible`);
}

/** The limit with its side; undefined without one. Refuses one that the metric cannot reach. */
export function checkedLimit(
  path: readonly string[],
  limit: number | CapacityLimit | undefined,
  { floor = -Infinity, cap = Infinity }: Range,
): CapacityLimit | undefined {
  if (limit === undefined) return undefined;
  const given: unknown = limit;
  const { value, side = "above" }: { value?: unknown; side?: unknown } =
    typeof given === "object" && given !== null ? given : { value: given };
  if (typeof value !== "number" || Number.isNaN(value))
    throw invalid([...path, "limit"], `${show(value)} is no limit; write a number`);
  checkSize([...path, "limit"], value);
  if (side !== "above" && side !== "below")
    throw invalid([...path, "limit", "side"], `${show(side)} is neither above nor below`);
  if (value > cap || value < floor) {
    throw invalid(
      [...path, "limit"],
      `${show(value)} cannot be reached: the metric is from ${show(floor)} to ${show(cap)}`,
    );
  }
  return { value, side };
}
