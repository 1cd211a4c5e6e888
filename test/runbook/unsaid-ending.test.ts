import { expect, test } from "vitest";

import type { CommandResult, CommandRunner } from "../../src/ports/command-runner.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";

test.each([
  [{ code: 0 }, "the runner gave no exitCode; it gave code"],
  [{}, "the runner gave no exitCode; it gave nothing"],
  [{ signal: "SIGKILL" }, "ended by SIGKILL"],
  [{ reason: "the job was deleted" }, "the job was deleted"],
])("a runner that answers %j has the step failed, and it says why", async (answer, expected) => {
  // As a runner in plain JavaScript might.
  const run: CommandRunner["run"] = async () => answer as unknown as CommandResult;
  const executor = new RunbookExecutor({ runner: { run } });
  executor.registerRunbook("X", [{ name: "a", command: ["restart"] }]);
  const ended = await executor.executeRunbook("X", { by: "test" });
  expect(ended.status).toBe("failed");
  expect(JSON.stringify(ended.steps)).toContain(expected);
});
