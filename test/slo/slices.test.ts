import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDuration } from "../../src/core/time/duration.ts";
import { CALENDAR_UNITS, calendarWindow, rollingWindow, windowAt } from "../../src/core/time/window.ts";
import { sliceProblem, usualSliceMs } from "../../src/slo/slices.ts";

const rolling = (text: string) => rollingWindow(parseDuration(text));

describe("the usual slice", () => {
  test.each([
    ["1y", "10m"],
    ["90d", "5m"],
    ["30d", "1m"],
    ["1h", "1m"],
    ["30m", "1m"],
    ["100000m", "1m"],
    ["5m", "10s"],
    ["10s", "250ms"],
    ["1s", "25ms"],
  ])("of a window of %s is %s", (window, slice) => {
    expect(usualSliceMs(rolling(window))).toBe(parseDuration(slice));
  });

  test.each([
    ["day", "1m"],
    ["week", "1m"],
    ["month", "1m"],
    ["quarter", "5m"],
    ["year", "10m"],
  ] as const)("of a calendar %s is %s", (unit, slice) => {
    expect(usualSliceMs(calendarWindow(unit))).toBe(parseDuration(slice));
  });

  test("suits its window, or there is none", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 31_536_000_000 }), (durationMs) => {
        const window = rollingWindow(durationMs);
        const sliceMs = usualSliceMs(window);
        if (sliceMs === undefined) return;
        expect(Number.isInteger(sliceMs)).toBe(true);
        expect(sliceProblem(window, sliceMs)).toBeUndefined();
      }),
    );
    expect(usualSliceMs(rollingWindow(2_147_483_647))).toBeUndefined();
  });
});

describe("a slice", () => {
  test.each([
    ["30d", "7m", "slices of 7m do not divide the window of 30d into equal parts, at least 2 of them"],
    ["1m", "1m", "slices of 1m do not divide the window of 1m into equal parts, at least 2 of them"],
    ["1y", "1m", "slices of 1m are more than 100000 in a window of 1y; write longer ones"],
    ["100s", "1ms", undefined],
    ["1m", "30s", undefined],
  ])("of a window of %s may be %s, or not", (window, slice, problem) => {
    expect(sliceProblem(rolling(window), parseDuration(slice))).toBe(problem);
  });

  test("of a calendar window divides each of its periods, whatever the clocks do", () => {
    // Lord Howe changes its clocks by half an hour.
    for (const unit of CALENDAR_UNITS) {
      for (const zone of ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]) {
        const window = calendarWindow(unit, zone);
        expect(sliceProblem(window, parseDuration("45m"))).toContain("do not divide 30m");
        for (let month = 0; month < 24; month += 1) {
          const { start, end } = windowAt(window, Date.UTC(2026, month, 5));
          expect((end - start) % usualSliceMs(window)!).toBe(0);
          expect((end - start) / usualSliceMs(window)!).toBeLessThanOrEqual(100_000);
        }
      }
    }
  });
});
