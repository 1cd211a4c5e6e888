import { expect, test } from "vitest";
import { runFixtures } from "../support/fixtures.ts";

test("the tally counts files that do not load, hooks that fail and rejections that nobody handles", async () => {
  const { tally, code } = await runFixtures("tally");
  expect(code).toBe(1);
  expect(tally.passed).toBe(2);
  // One each: a test, a module, a suite's hook, a file's hook and a late rejection.
  expect(tally.failed).toBe(5);
  expect([...tally.failures].sort()).toEqual([
    "outside of any test: nobody waits for this",
    "tally/broken-file-hook.fixture.ts: this hook fails",
    "tally/broken-hook.fixture.ts > a suite: this hook fails",
    "tally/broken-module.fixture.ts: this file does not load",
    "tally/mixed.fixture.ts > fails: expected 1 to be 2 // Object.is equality",
  ]);
  expect(Object.fromEntries(tally.skipped.map(({ name, reason }) => [name, reason]))).toEqual({
    "a suite > never runs": "a hook before it failed",
    "never runs either": "a hook before it failed",
    "is skipped": "",
    "is still to do": "",
    "skips itself": "there is no moon tonight",
  });
});
