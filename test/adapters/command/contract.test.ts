import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, test } from "vitest";

import {
  DryCommandRunner,
  LocalCommandRunner,
  RecordedCommandRunner,
  recordingRunner,
} from "../../../src/adapters/command/index.ts";
import type { CommandRunner } from "../../../src/ports/command-runner.ts";
import { type CommandExamples, commandRunnerContract } from "../../../src/testing/command-runner-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "nines-contract-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function localExamples(name: string): CommandExamples {
  const file = join(folder, name);
  const echo = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
  return {
    succeeding: { program: "printf", args: ["%s|%s\\n", "a b", "ä€😀"], stdout: "a b|ä€😀\n" },
    failing: { program: "/bin/sh", args: ["-c", "echo no >&2; exit 3"], exitCode: 3, stderr: "no\n" },
    endless: { program: "/bin/sh", args: ["-c", "trap '' TERM; while :; do sleep 1; done"] },
    missing: { program: "nines-no-such-program", args: [] },
    echo: (args) => ({ program: process.execPath, args: ["-e", echo, "--", ...args] }),
    changing: { program: "touch", args: [file], isDone: () => existsSync(file) },
  };
}

const line = { program: "uptime", args: ["-p"] };
const RUNNERS: Record<string, readonly [() => CommandRunner, CommandExamples]> = {
  "on this machine": [() => new LocalCommandRunner(), localExamples("local")],
  "on this machine, recorded": [() => recordingRunner(new LocalCommandRunner()), localExamples("recorded")],
  dry: [
    () => new DryCommandRunner(),
    {
      succeeding: { ...line, stdout: "uptime -p\n" },
      missing: { program: "ls", args: ["\0"] },
    },
  ],
  recorded: [
    () =>
      new RecordedCommandRunner([
        { ...line, exitCode: 0, stdout: "up 3 days\n" },
        { program: "false", args: [], exitCode: 1, stderr: "no\n" },
        { program: "sleep", args: ["inf"], delayMs: 60_000, exitCode: 0 },
      ]),
    {
      succeeding: { ...line, stdout: "up 3 days\n" },
      failing: { program: "false", args: [], exitCode: 1, stderr: "no\n" },
      endless: { program: "sleep", args: ["inf"] },
      missing: { program: "reboot", args: [] },
    },
  ],
};

describe.each(Object.entries(RUNNERS))("a runner %s", (_, [create, examples]) => {
  test.each(commandRunnerContract(create, examples))("$name", async ({ check }) => {
    await check();
  });
});
