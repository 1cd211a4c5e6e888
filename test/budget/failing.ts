/** A budget with a given share of failures over each look-back. */
import { assessBudget } from "../../src/budget/assess.ts";
import type { BudgetStatus } from "../../src/budget/status.ts";

export const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
export const AT = Date.UTC(2026, 5, 11);

/** A status with that share of 10,000 failing over each look-back; undefined: nobody looked. */
export function statusOf(failing: Readonly<Record<number, number | undefined>>, bad = 0): BudgetStatus {
  const lookBacks = Object.entries(failing).map(([windowMs, share]) => ({
    windowMs: Number(windowMs),
    measurement:
      share === undefined
        ? { good: 0, total: 0, coverage: 0 }
        : { good: 10_000 * (1 - share), total: 10_000, coverage: 1 },
  }));
  const window = { good: 1_000_000 - bad, total: 1_000_000, coverage: 1 };
  return assessBudget({ id: "shop", objective: "99.9%", window: "30d" }, { window, lookBacks }, AT);
}
