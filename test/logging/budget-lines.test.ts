import { expect, test } from "vitest";

import type { BurnChange } from "../../src/budget/alerting.ts";
import { BUDGET_LINES } from "../../src/logging/budget-lines.ts";

function cleared(long: number | undefined, short: number | undefined): string {
  const rate = (value: number | undefined): object => ({ windowMs: 1, rate: value });
  const change = {
    ...{ id: "shop/availability", at: 0, status: { state: "no_data" } },
    tier: { severity: "page", longMs: 3_600_000, shortMs: 300_000, factor: 14.4 },
    ...{ long: rate(long), short: rate(short) },
  };
  const rule = BUDGET_LINES.burnCleared;
  return "told" in rule ? rule.told(change as unknown as BurnChange).message : "";
}

test.each([
  [20, 0, ": 0 times as fast as it may, over 5m (it was above 14.4)"],
  [2.678, 20, ": 2.68 times as fast as it may, over 1h (it was above 14.4)"],
  [20, undefined, ""],
])("a burn of %s over an hour and %s over five minutes is over by the look-back that is below", (long, short, how) => {
  expect(cleared(long, short)).toBe(`shop/availability does not burn its error budget any more${how}`);
});
