import { describe, expect, test } from "vitest";

import {
  ANY_IN_SECONDS,
  areInSeconds,
  checkTime,
  instantText,
  isInSeconds,
  isInSecondsBeside,
} from "../../src/core/time/epoch.ts";

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

test("seconds are those of this century, and of a series of less than ten years", () => {
  expect([999_999_999, 1e9, 4.2e9, 4.2e9 + 1].map((at) => isInSeconds(at))).toEqual([false, true, true, false]);
  expect([3e8 - 1, 3e8, 1e11, 1e11 + 1].map((at) => isInSeconds(at, ANY_IN_SECONDS))).toEqual([
    ...[false, true, true, false],
  ]);
  expect([areInSeconds(1e9, 1e9 + 3.2e8 - 1), areInSeconds(1e9, 1e9 + 3.2e8)]).toEqual([true, false]);
  expect([areInSeconds(999_999_999, 1e9), areInSeconds(4.2e9, 4.2e9 + 1)]).toEqual([false, false]);
});

test("a time beside a clock of before 1973 is not in seconds", () => {
  expect(checkTime(2e9, "at", () => 1e11 - 1)).toBe(2e9);
  expect(refuse(2e9, () => 1e11)).toThrow("was it meant in seconds?");
});

test.each([
  [1e9, NOW, true],
  [1e9, 1e11, true],
  [1e9, 1e11 - 1, false],
  [1e9, NaN, false],
  [1e9 - 1, NOW, false],
  [4.2e9 + 1, NOW, false],
  [NaN, NOW, false],
  [0, 0, false],
])("%d beside %d is in seconds: %s", (at, other, expected) => {
  expect(isInSecondsBeside(at, other)).toBe(expected);
});

test("an instant is told as a date, and what is none as it is", () => {
  expect([0, 8.64e15, -8.64e15, 8.65e15, NaN].map(instantText)).toEqual([
    ...["1970-01-01T00:00:00.000Z", "+275760-09-13T00:00:00.000Z", "-271821-04-20T00:00:00.000Z"],
    ...["8650000000000000", "NaN"],
  ]);
});

test("a series that begins at 0, or is too long for seconds, is in milliseconds", () => {
  expect(areInSeconds(NOW / 1_000 - 86_400, NOW / 1_000)).toBe(true);
  expect(areInSeconds(0, 40 * DAY)).toBe(false);
  expect(areInSeconds(15 * DAY, 35 * DAY)).toBe(false);
  expect(areInSeconds(Infinity, -Infinity)).toBe(false);
  expect([isInSeconds(NaN), isInSeconds(999_999_999), isInSeconds(4.3e9)]).toEqual([false, false, false]);
});
