/** A runbook from a file, run by hand: an approval, a step that fails, and what was done taken back. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdout } from "node:process";

import { checklistMarkdown, checklistOf, applyRun, parseRunbook, RunbookExecutor } from "nines";
import { LocalCommandRunner } from "nines/command";
import { FileIncidentStore } from "nines/file";

const say = (line: string): void => void stdout.write(`${line}\n`);

const runbook = parseRunbook(await readFile(join(import.meta.dirname, "runbook.yaml"), "utf8"), {
  file: "runbook.yaml",
});
const folder = await mkdtemp(join(tmpdir(), "nines-runbook-"));
await writeFile(join(folder, "config"), "pool: 10\n");
await writeFile(join(folder, "larger"), "pool: 15\n"); // somebody has mistyped it

const store = await FileIncidentStore.open(join(folder, "runs"));
const executor = new RunbookExecutor({
  runner: new LocalCommandRunner(),
  programs: ["cat", "cp", "grep", "rm"],
  workingDirectory: folder,
  store,
});
executor.registerRunbook("PoolExhausted", runbook);

executor.on("stepEnded", ({ step }) => {
  if (step.status === "running")
    say(`   ${step.name}: attempt ${String(step.attempts.length)} failed; it is tried again`);
  else say(`   ${step.name}: ${step.status}${step.reason === undefined ? "" : ` (${step.reason})`}`);
});
executor.on("approvalRequested", ({ run, step }) => {
  say(`   ${step.name}: ${step.approval?.message ?? ""}`);
  void executor.answer(run.id, { step: step.name, approved: true, by: "ann" });
});
executor.on("rollbackBegan", ({ run }) => say(`   it is taken back: ${run.reason ?? ""}`));

say(runbook.title);
const run = await executor.executeRunbook("PoolExhausted", { by: "ann", labels: { service: "shop", size: "20" } });
say(`${run.id} ${run.status}: ${run.reason ?? ""}`);
say(`the configuration is ${(await readFile(join(folder, "config"), "utf8")).trim()}`);

const at = Date.parse("2026-11-28T12:00:00Z");
say(
  checklistMarkdown(applyRun(checklistOf(runbook, { at }), { ...run, endedAt: at }))
    .split("\n")
    .filter((line) => line.startsWith("- ["))
    .map((line) => line.replace(/, (?:\d{4}-\d\d-\d\d )?\d\d:\d\d UTC/, ""))
    .join("\n"),
);

await executor.close();
await store.close();
await rm(folder, { recursive: true });
