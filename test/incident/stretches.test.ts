/** When an incident was on. */
import { describe, expect, it } from "vitest";

import { lengthWithin, stretches } from "../../src/incident/stretches.ts";

const resolved = (enteredAt: number, leftAt?: number) => ({ status: "resolved", enteredAt, leftAt });

describe("the stretches of an incident", () => {
  it("are those between its start and its resolutions", () => {
    const visits = [{ status: "investigating", enteredAt: 1, leftAt: 5 }, resolved(5, 8), resolved(9)];
    expect(stretches({ startedAt: 0, resolvedAt: 9, visits }, 20)).toEqual([
      { start: 0, end: 5 },
      { start: 8, end: 9 },
    ]);
  });

  it("last until now, or until it was resolved, where no visits are told", () => {
    expect(stretches({ startedAt: 3 }, 20)).toEqual([{ start: 3, end: 20 }]);
    expect(stretches({ startedAt: 3 }, 2)).toEqual([{ start: 3, end: 3 }]);
    expect(stretches({ startedAt: 3, resolvedAt: 7 }, 20)).toEqual([{ start: 3, end: 7 }]);
  });

  it("may have no length, and follow each other at once", () => {
    const visits = [resolved(4, 4), resolved(4)];
    expect(stretches({ startedAt: 4, resolvedAt: 4, visits }, 20)).toEqual([
      { start: 4, end: 4 },
      { start: 4, end: 4 },
    ]);
  });

  it.each([
    ["resolved before it began", { startedAt: 4, visits: [resolved(3)] }],
    ["resolved at no time", { startedAt: 4, visits: [resolved(NaN)] }],
    ["reopened before it was resolved", { startedAt: 4, visits: [resolved(9, 8)] }],
    ["reopened at no time", { startedAt: 4, visits: [resolved(9, NaN)] }],
    ["resolved again without a reopening", { startedAt: 4, visits: [resolved(9), resolved(10)] }],
    ["over before it began", { startedAt: 4, resolvedAt: 3 }],
    ["over at no time", { startedAt: 4, resolvedAt: NaN }],
  ])("are unknown where it was %s", (_, lasted) => {
    expect(stretches(lasted, 20)).toBeUndefined();
  });
});

it("of what lasts longer than a window, the part within it counts", () => {
  const ranges = [
    { start: 0, end: 4 },
    { start: 6, end: 20 },
    { start: 30, end: 40 },
  ];
  expect(lengthWithin(ranges, { start: 3, end: 10 })).toBe(1 + 4);
});
