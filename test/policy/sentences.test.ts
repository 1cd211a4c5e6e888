import { describe, expect, test } from "vitest";

import { percentText, timeText, wholePercentText } from "../../src/policy/sentences.ts";

describe("a ratio as a percentage", () => {
  test.each([
    [0.8, "80%"],
    [0.57, "57%"],
    [0.800014, "80.0014%"],
    [0.123456789, "12.3456789%"],
    [1.1, "110%"],
    [0, "0%"],
  ])("%s as it was written is %s", (ratio, text) => {
    expect(wholePercentText(ratio)).toBe(text);
  });

  test.each([
    [0.5, undefined, "50%"],
    [0.123456, undefined, "12.35%"],
    [1.25, undefined, "125%"],
    [0.8, 0.8, "80%"],
    [0.123456, 0.123456, "12.35%"],
    [0.80004, 0.8, "80.004%"],
    [0.800001, 0.8, "80.0001%"],
    [0.8 + 1e-16, 0.8, "80.00000000000001%"],
    [0.3, 0.5, "30%"],
  ])("%s beside %s is %s", (ratio, beside, text) => {
    expect(percentText(ratio, beside)).toBe(text);
  });

  test("that no fifteen digits tell from another is written with all that it has", () => {
    expect(percentText(2 ** -70, 2 ** -71)).toBe(`${String(100 * 2 ** -70)}%`);
    expect(percentText(1.234e-17, 0)).toBe("1e-15%");
  });
});

test("a moment is to the second, in UTC", () => {
  expect(timeText(Date.UTC(2026, 2, 1, 10, 30, 59, 999))).toBe("2026-03-01T10:30:59Z");
});
