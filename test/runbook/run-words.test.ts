import { expect, it } from "vitest";

import { describeRun } from "../../src/runbook/run-words.ts";
import { executing, failing } from "./support.ts";

it("a run is summed up with a line for each step, parts under their group", async () => {
  const { run } = executing(
    [
      { name: "look", command: "echo look" },
      {
        name: "both",
        parallel: [
          { name: "a", command: "echo a" },
          { name: "b", command: "echo b" },
        ],
      },
      { name: "drop", command: "redis-cli FLUSHALL", destructive: true },
      { name: "change", command: "echo change", approval: true, rollback: { command: "undo change" } },
      { title: "Tell the team" },
      { name: "verify", command: "verify", retries: { attempts: 2, delay: "1ms" } },
      { name: "never", command: "echo never" },
    ],
    { behaviours: { verify: failing(4) }, approver: () => ({ approved: true, by: "bob" }) },
  );
  const lines = describeRun(await run())
    .replaceAll(/ (in|after) \d+ (?:ms|s)/g, "")
    .split("\n");
  expect(lines).toEqual([
    "RUN-0001 HighMemoryUsage failed (some of it only dry): step verify failed: exit code 4 (2 attempts); 1 of 1 rollback steps done",
    "  look: succeeded",
    "  both: succeeded",
    "    a: succeeded",
    "    b: succeeded",
    "  drop: only tried dry",
    "  change: succeeded, approved by bob",
    "  tell_the_team: left to people",
    "  verify: failed, 2 attempts: exit code 4",
    "  never: not done",
    "  change.rollback (takes back change): succeeded",
  ]);
});
