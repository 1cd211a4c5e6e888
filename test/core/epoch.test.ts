import { describe, expect, test } from "vitest";

import { areInSeconds, checkTime, isInSeconds } from "../../src/core/time/epoch.ts";

const NOW = Date.UTC(2026, 10, 27);
const DAY = 86_400_000;
const refuse = (value: unknown, beside?: () => number) => () => checkTime(value, "at", beside);

describe("a time that is handed in", () => {
  test.each([0, -1, 1_000, 0.5, 11 * DAY, 60 * DAY, NOW, -8.64e15, 8.64e15])("%s is one", (at) => {
    expect(checkTime(at, "at")).toBe(at);
  });

  test.each([Date.UTC(2001, 8, 10), NOW, Date.UTC(2100, 0, 1)])("%s in seconds is refused", (at) => {
    expect(refuse(at / 1_000)).toThrow(/^at: \d+ is 1970-0\d-\d\dT.*Z in milliseconds; was it meant in seconds\?$/);
    expect(refuse(at / 1_000, () => NOW)).toThrow("was it meant in seconds?");
  });

  test("of 1970 is meant where the clock itself stands there", () => {
    expect(checkTime(20 * DAY, "at", () => 21 * DAY)).toBe(20 * DAY);
    expect(refuse(20 * DAY, () => NOW)).toThrow("was it meant in seconds?");
  });

  test.each([
    [new Date(NOW), "at: is a Date; write its epoch milliseconds, date.getTime()"],
    [NaN, "at: NaN is not a time in epoch milliseconds"],
    ["2026-11-27", 'at: "2026-11-27" is not a time in epoch milliseconds'],
    [8.64e15 + 1_000, "at: 8640000000001000 is not a time"],
    [1_795_962_217n, "at: 1795962217 is not a time"],
  ])("%s is none", (value, message) => {
    expect(refuse(value)).toThrow(message);
  });
});

test("a series that begins at 0, or is too long for seconds, is in milliseconds", () => {
  expect(areInSeconds(NOW / 1_000 - 86_400, NOW / 1_000)).toBe(true);
  expect(areInSeconds(0, 40 * DAY)).toBe(false);
  expect(areInSeconds(15 * DAY, 35 * DAY)).toBe(false);
  expect(areInSeconds(Infinity, -Infinity)).toBe(false);
  expect([isInSeconds(NaN), isInSeconds(999_999_999), isInSeconds(4.3e9)]).toEqual([false, false, false]);
});
