import { expect, test } from "vitest";
import { runFixtures } from "../support/fixtures.ts";

test("the tally counts files that do not load, hooks that fail and rejections that nobody handles", async () => {
  const { tally, code } = await runFixtures("tally");
  expect(code).toBe(1);
  expect(tally.passed).toBe(2);
  // One each: a test, a module, a suite's hook, a file's hook and a late rejection.
  expect(tally.failed).toBe(5);
  expect(Object.fromEntries(tally.skipped.map(({ name, reason }) => [name, reason]))).toEqual({
    "a suite > never runs": "a hook before it failed",
    "never runs either": "a hook before it failed",
    "is skipped": "",
    "is still to do": "",
    "skips itself": "there is no moon tonight",
  });
});
