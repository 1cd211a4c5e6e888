import { expect, test } from "vitest";
import { waitMs } from "../../../src/dashboard/page/retry.ts";

test("tries become rarer, up to half a minute, and are not made by all at the same time", () => {
  expect([0, 1, 2, 3].map((failures) => waitMs(failures, 1))).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(waitMs(50, 1)).toBe(30_000);
  expect(waitMs(2, 0)).toBe(3_000);
});
