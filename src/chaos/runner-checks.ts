/** What is asked of the options of a runner, and what it answers at once. */
import { invalid, show } from "../core/errors.ts";

import type { ChaosExperiment } from "./experiment.ts";
import { BudgetGuard, type BudgetGuardOptions } from "./guard.ts";
import type { ChaosReason, ChaosReport } from "./model.ts";

/** Undefined for `"none"`. */
export function readGuard(guard: unknown): BudgetGuard | undefined {
  if (guard === "none") return undefined;
  if (guard === undefined)
    throw invalid("guard", 'is missing; give the statuses that guard the error budget, or say "none"');
  return new BudgetGuard(guard as BudgetGuardOptions);
}

/** Whether it can be run and undone. */
export function isExperiment(value: unknown): value is ChaosExperiment {
  // Not by its class: two copies of the package may be installed.
  const { inject, undo, targets, kind } = (value ?? {}) as Partial<Record<keyof ChaosExperiment, unknown>>;
  return typeof kind === "string" && [inject, undo, targets].every((method) => typeof method === "function");
}

/** Only what is true or false: the text "false" is neither. */
export function flag(path: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw invalid(path, `${show(value)} is neither true nor false`);
}

/** A whole number from `least` to 10,000. */
export function whole(path: string, value: unknown, least: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= 10_000) return value;
  throw invalid(path, `${show(value)} is out of range; write a whole number from ${String(least)} to 10,000`);
}

/** The report of a run that did not even look around. */
export function refused(
  { name, kind, description, services }: ChaosExperiment,
  {
    id,
    by,
    at,
    refusal,
  }: { readonly id: string; readonly by: string; readonly at: number; readonly refusal: ChaosReason },
): ChaosReport {
  return {
    ...{ id, experiment: name, kind, description, services, by, startedAt: at, endedAt: at },
    outcome: "refused",
    reasons: [refusal],
    steadyAfterwards: undefined,
    blastRadius: { targets: 0, eligible: 0, chosen: [], share: 0 },
    injections: [],
    observations: [],
    timeline: [{ at, ...refusal }],
  };
}
