/** Whether a budget burns faster than a factor: exactly, though in doubles wherever these will do. */
import type { Objective } from "../core/objective.ts";
import { Fraction } from "../core/ratio.ts";

/** Nearer than this, rounding could decide. */
const NEAR = 1e-9;

/** Compares burn rates with factors, as `assessBudget` tells them. */
export function paceOver(objective: Objective): (bad: number, total: number, factor: number) => boolean {
  const [budget, whole] = objective.withBudget().budgetFraction;
  return (bad, total, factor) => {
    if (total <= 0) return false;
    const pace = (bad * whole) / (total * budget);
    if (Math.abs(pace - factor) > NEAR * factor) return pace > factor;
    return new Fraction([bad, whole], [total, budget]).value > factor;
  };
}
