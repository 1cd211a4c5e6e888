import { describe, expect, it } from "vitest";

import { ViolationLedger } from "../../src/budget/violations.ts";

const AT = Date.UTC(2026, 5, 11);

describe("a ledger of violations", () => {
  it("has watched all the time, but for no time at all", () => {
    const ledger = new ViolationLedger();
    ledger.add({ timestamp: AT, minutes: 1, impact: 0.5 });
    const measure = (startMs: number, endMs: number) => ledger.measure({ start: AT + startMs, end: AT + endMs });
    expect(measure(0, 10)).toEqual({ good: 5, total: 10, coverage: 1 });
    expect(measure(5, 5)).toEqual({ good: 0, total: 0, coverage: 0 });
    expect(measure(5, 4)).toEqual({ good: 0, total: 0, coverage: 0 });
  });

  it.each([["0.5"], ["1"], [true], [null]])("knows no impact of %j", (impact) => {
    const ledger = new ViolationLedger();
    expect(() => {
      ledger.add({ timestamp: AT, minutes: 1, impact: impact as never });
    }).toThrow(
      expect.objectContaining({
        code: "configuration",
        message: `impact: ${JSON.stringify(impact)} is not a share from 0 to 1`,
      }),
    );
  });
});
