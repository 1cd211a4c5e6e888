import { describe, expect, it, test } from "vitest";

import { parseDuration } from "../../src/core/time/duration.ts";
import { calendarWindow, rollingWindow } from "../../src/core/time/window.ts";
import { lengthText, windowName } from "../../src/core/time/window-text.ts";

describe("a length", () => {
  it.each([
    [28 * 86_400_000, "28d"],
    [7 * 86_400_000, "7d"],
    [365 * 86_400_000, "1y"],
    [730 * 86_400_000, "2y"],
    [36_180_000, "10h3m"],
    [1_500, "1s500ms"],
    [90_000_000, "1d1h"],
    [0, "0s"],
  ])("of %d ms is written %s, and is read as that", (durationMs, text) => {
    expect(lengthText(durationMs)).toBe(text);
    expect(parseDuration(text)).toBe(durationMs);
  });
});

test("a length is not negative", () => {
  expect(() => lengthText(-86_400_000)).toThrow("-86400000 is not a whole number of milliseconds");
});

test("a window is named by its length, or by its period and zone", () => {
  expect(windowName(rollingWindow(28 * 86_400_000))).toBe("28d");
  expect(windowName(calendarWindow("month", "Europe/Berlin"))).toBe("month (Europe/Berlin)");
});
