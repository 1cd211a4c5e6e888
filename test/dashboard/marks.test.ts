import { expect, test } from "vitest";

import { haltMarks } from "../../src/dashboard/marks.ts";
import type { PolicyAuditEntry } from "../../src/ports/policy-audit.ts";

test("a halt that was decided by a clock that was ahead begins by its end, or by now", () => {
  const entry = (at: number, to: "halt" | "allow"): PolicyAuditEntry => ({
    what: "decision_changed",
    at,
    service: "shop",
    from: "allow",
    to,
    why: "the budget",
  });
  const range = { start: 0, end: 10_000 };
  const [over] = haltMarks([entry(900_000, "halt"), entry(5_000, "allow")], range);
  expect([over?.from, over?.until]).toEqual([5_000, 5_000]);
  const [open] = haltMarks([entry(900_000, "halt")], range);
  expect([open?.from, open?.until]).toEqual([10_000, undefined]);
});
