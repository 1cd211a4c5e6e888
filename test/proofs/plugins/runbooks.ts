/** Runbooks whose runner, store, actions, fetch or approver misbehave: each run ends, and says how. */
import { MemoryIncidentStore } from "../../../src/incident/memory-store.ts";
import type { CommandRunner } from "../../../src/ports/command-runner.ts";
import type { StepDefinition } from "../../../src/runbook/definition/types.ts";
import { RunbookExecutor } from "../../../src/runbook/executor/executor.ts";
import type { RunbookExecutorOptions } from "../../../src/runbook/executor/options.ts";
import { isRunEnd } from "./run-ends.ts";

import type { Stage } from "./stage.ts";
import { goesOn, type Scenario } from "./types.ts";

const RUNNER: CommandRunner = {
  run: async ({ program }, { onOutput } = {}) => {
    onOutput?.("stdout", `${program} is done\n`);
    return { exitCode: 0 };
  },
  endLeftovers: async () => 0,
};
const STEPS: readonly StepDefinition[] = [
  { name: "one", command: "look", timeout: "10s" },
  { name: "two", command: "mend", timeout: "10s", rollback: [{ name: "back", command: "undo", timeout: "10s" }] },
  { name: "three", command: "look again", timeout: "10s" },
];

/** Runs the runbook three times. */
async function runs(
  stage: Stage,
  options: RunbookExecutorOptions,
  steps: readonly StepDefinition[] = STEPS,
): Promise<void> {
  const executor = new RunbookExecutor({ runner: RUNNER, clock: stage.clock, logger: stage.logger, ...options });
  executor.registerRunbook("Alert", steps);
  for (let time = 0; time < 3; time += 1) {
    const run = await stage.attempt("running", () => executor.executeRunbook("Alert", { by: "ann" }));
    if (run === undefined) continue;
    goesOn(isRunEnd(run.status), `a run that has resolved is ${run.status}`);
    if (run.reason !== undefined) stage.tell(run.reason);
    for (const step of run.steps) {
      if (step.status !== "succeeded") stage.tell(`step ${step.name} is ${step.status}`, step.reason);
      for (const { reason } of step.attempts) if (reason !== undefined) stage.tell(`step ${step.name}: ${reason}`);
    }
  }
  await stage.settle();
  await stage.attempt("listing", async () => {
    let count = 0;
    for await (const { status } of executor.list()) {
      goesOn(isRunEnd(status), `a run that has ended is kept as ${status}`);
      count += 1;
    }
    goesOn(count >= 2, `${String(count)} runs are kept`);
  });
  const other = new RunbookExecutor({ runner: RUNNER, clock: stage.clock, logger: stage.logger, ...options });
  other.registerRunbook("Alert", steps);
  for (let time = 0; time < 2; time += 1) {
    await stage.attempt("reading", () => other.get("RUN-0001"));
    await stage.attempt("looking for runs to resume", () => other.resumeAll());
  }
  await stage.play(executor.close());
  await stage.play(other.close());
}

export const RUNBOOKS: readonly Scenario[] = [
  {
    ...{
      plugin: "command-runner",
      method: "run",
      by: "RunbookExecutor",
      answers: true,
      names: /step (?:one|two|three)/,
    },
    play: (stage) => runs(stage, { runner: stage.spoiling(RUNNER, "run") }),
  },
  ...(["commit", "read", "rows", "due", "holderOf"] as const).map((method): Scenario => ({
    ...{ plugin: "run-store", method, by: "RunbookExecutor", answers: true, names: /run store|store/ },
    fine: ({ name }) =>
      (method === "holderOf" && /undefined$|number$/.test(name)) ||
      (/read|rows|due/.test(method) && name.includes("empty list")),
    play: (stage) => runs(stage, { store: stage.spoiling(new MemoryIncidentStore(), method) }),
  })),
  {
    ...{ plugin: "ActionFunction", method: "act", by: "RunbookExecutor", answers: false, names: /step (?:act|again)/ },
    play: (stage) =>
      runs(stage, { actions: { mine: stage.plugin(async () => undefined) } }, [
        { name: "act", action: "mine", timeout: "10s" },
        { name: "again", action: "mine", timeout: "10s" },
      ]),
  },
  {
    ...{ plugin: "http-fetch", method: "fetch", by: "RunbookExecutor", answers: true, names: /step (?:ask|again)/ },
    play: (stage) => {
      const fetch = stage.plugin(async () => ({ status: 200, headers: { get: () => null }, body: null }));
      return runs(stage, { fetch }, [
        { name: "ask", http: { url: "http://shop.example/" }, timeout: "10s" },
        { name: "again", http: { url: "http://shop.example/" }, timeout: "10s" },
      ]);
    },
  },
  {
    ...{ plugin: "Approver", method: "approve", by: "RunbookExecutor", answers: true, names: /approv|answer/ },
    fine: ({ name }) => name.endsWith("undefined"),
    play: (stage) =>
      runs(stage, { approver: stage.plugin(async () => ({ approved: true, by: "bob" })) }, [
        { name: "one", command: "look", approval: { timeout: "1m" } },
      ]),
  },
];
