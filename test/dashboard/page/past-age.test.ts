import { expect, test } from "vitest";
import { isBehind } from "../../../src/dashboard/page/past-age.ts";
import { AT } from "../support/fixtures.ts";

const MINUTE = 60_000;
const past = (stepMs: number, ends: number) => [
  { start: 0, stepMs: 1, bad: [1], total: [1] },
  { start: ends - 3 * stepMs, stepMs, bad: [0, 1, 0], total: [5, 5, 5] },
];

test("a course is behind once it ends more than one of its steps, and more than a minute, before now", () => {
  expect([5, 6].map((minutes) => isBehind(past(5 * MINUTE, AT), AT + minutes * MINUTE))).toEqual([false, true]);
  expect([MINUTE, MINUTE + 1].map((age) => isBehind(past(1_000, AT), AT + age))).toEqual([false, true]);
  expect(isBehind([], AT)).toBe(true);
  expect(isBehind([{ start: AT, stepMs: 1, bad: [], total: [] }], AT)).toBe(true);
});
