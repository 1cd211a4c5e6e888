import { expect, test } from "vitest";
import { runFixtures } from "../support/fixtures.ts";

test("a test that prints fails with the text, and its silent neighbours pass", async () => {
  const { tally, code, output } = await runFixtures("console-guard");
  expect(code).toBe(1);
  expect(tally).toMatchObject({ passed: 2, failed: 3, skipped: [] });
  expect(tally.failures).toContainEqual(
    expect.stringMatching(/prints by console: something was printed while testing: console\.warn: a warning of 0\.5/),
  );
  expect(output).toContain("console.warn: a warning of 0.5 { budget: 1 }");
  expect(output).toContain("process.stdout.write: straight to the terminal");
  expect(output).toContain("console.log: printed while loading");
});
