import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { durationText, limitText } from "../../src/core/time/duration-text.ts";

describe("a duration for people", () => {
  test.each([
    [0, "0 ms"],
    [-3, "0 ms"],
    [23.4, "23 ms"],
    [999.6, "1 s"],
    [2_023, "2 s"],
    [59_600, "1 min"],
    [110_000, "1 min 50 s"],
    [3_840_000, "1 h 4 min"],
    [3_600_400, "1 h"],
    [90_061_000, "1 d 1 h"],
  ])("of %d ms is %j, if it was measured", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test.each([
    [0, "0 s"],
    [1, "1 ms"],
    [1_500, "1 s 500 ms"],
    [90_000, "1 min 30 s"],
    [3_600_000, "1 h"],
    [93_784_005, "1 d 2 h 3 min 4 s 5 ms"],
  ])("of %d ms is %j, if somebody has set it", (ms, text) => {
    expect(limitText(ms)).toBe(text);
  });

  it("has all of what was set", () => {
    const sizes: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1_000, ms: 1 };
    fc.assert(
      fc.property(fc.nat({ max: 10_000_000_000 }), (ms) => {
        const parts = [...limitText(ms).matchAll(/(\d+) ([a-z]+)/g)];
        expect(parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (sizes[unit] ?? NaN), 0)).toBe(ms);
      }),
    );
  });
});
