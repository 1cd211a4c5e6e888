import { expect, test } from "vitest";

import { RunbookExecutor } from "../../src/runbook/executor.ts";

test.each([
  [{ code: 0 }, "the runner gave no exitCode; it gave code"],
  [{}, "the runner gave no exitCode; it gave nothing"],
  [{ signal: "SIGKILL" }, "ended by SIGKILL"],
  [{ reason: "the job was deleted" }, "the job was deleted"],
])("a runner that answers %j has the step failed, and it says why", async (answer, expected) => {
  const executor = new RunbookExecutor({ runner: { run: async () => answer as object } });
  executor.registerRunbook("X", [{ name: "a", command: ["restart"] }]);
  const run = await executor.executeRunbook("X", { by: "test" });
  expect(run.status).toBe("failed");
  expect(JSON.stringify(run.steps)).toContain(expected);
});
