import { describe, expect, test } from "vitest";

import {
  type CommandRecording,
  LocalCommandRunner,
  RecordedCommandRunner,
  recordingRunner,
} from "../../../src/adapters/command/index.ts";
import type { CommandRunner } from "../../../src/ports/command-runner.ts";
import { Redactor } from "../../../src/runbook/redact/redactor.ts";
import { failureOf, outcome, request } from "./support.ts";

describe("a runner that answers from recordings", () => {
  const GET = { program: "kubectl", args: ["get", "pods"] };

  test("answers each once, those for the same command in order, and knows what was asked", async () => {
    const runner = new RecordedCommandRunner([
      { ...GET, exitCode: 1, stderr: "refused\n" },
      { program: "kubectl", args: ["delete"], signal: "SIGKILL", reason: "out of memory" },
      { ...GET, exitCode: 0, stdout: "web-0\n" },
    ]);
    expect(await outcome(runner, request(GET))).toEqual({ exitCode: 1, stdout: "", stderr: "refused\n" });
    expect(await outcome(runner, request(GET))).toEqual({ exitCode: 0, stdout: "web-0\n", stderr: "" });
    expect(runner.unused).toMatchObject([{ args: ["delete"] }]);
    expect(await runner.run(request({ program: "kubectl", args: ["delete"] }))).toEqual({
      signal: "SIGKILL",
      reason: "out of memory",
    });
    expect(runner.requests.map(({ args }) => args)).toEqual([["get", "pods"], ["get", "pods"], ["delete"]]);
  });

  test.each([
    [
      { program: "kubectl", args: ["get"] },
      'nothing is recorded for "kubectl" with these arguments; 1 left for it, with other',
    ],
    [{ program: "kubectl", args: ["get", "pods", ""] }, "with these arguments; 1 left"],
    [{ program: "kubectl get", args: ["pods"] }, 'nothing is recorded for "kubectl get"'],
    [{ program: "ls", args: ["tr0ub4dor"] }, 'nothing is recorded for "ls" with these arguments; none is left for it'],
  ])("is strict: %j", async (asked, message) => {
    const error = await failureOf(new RecordedCommandRunner([{ ...GET, exitCode: 0 }]).run(request(asked)));
    expect(error).toMatchObject({ code: "adapter", retryable: false });
    expect(error.message).toContain(message);
    expect(error.message).not.toContain("tr0ub4dor");
  });

  test("uses up nothing in a dry run, or for who has given up", async () => {
    const runner = new RecordedCommandRunner([{ ...GET, exitCode: 0 }]);
    expect(await outcome(runner, request({ ...GET, isDryRun: true }))).toMatchObject({ stdout: "kubectl get pods\n" });
    expect(await runner.run(request(GET), { signal: AbortSignal.abort() })).toEqual({ reason: "was not begun" });
    expect(runner.unused.length).toBe(1);
  });

  test.each<[unknown, string]>([
    [5, "recordings: must be a list, not 5"],
    [[null], "recordings[0]: must be a recording, not null"],
    [[{ program: "", args: [] }], 'recordings[0].program: "" is no program'],
    [[{ program: "ls", args: [1] }], "recordings[0].args: must be a list of texts"],
    [[{ program: "ls", args: [], exitCode: "0" }], 'recordings[0].exitCode: "0" is no exit code'],
    [[{ program: "ls", args: [], delayMs: -1 }], "recordings[0].delayMs: -1 is no number of milliseconds up to a day"],
    [[{ program: "ls", args: [], stdout: 1 }], "recordings[0].stdout: must be a text"],
    [[{ program: "ls", args: [], exitcode: 1 }], 'exitcode: is no option of a recording; did you mean "exitCode"?'],
  ])("refuses what is no recording: %j", (recordings, message) => {
    expect(() => new RecordedCommandRunner(recordings as CommandRecording[])).toThrow(message);
  });
});

describe("a recording", () => {
  const redactor = new Redactor(["tr0ub4dor"]);
  const wanted = request({
    program: process.execPath,
    args: [
      "-e",
      "process.stdout.write('to tr0ub'); setTimeout(() => { console.log('4dor'); console.error('x'); process.exit(4) }, 50)",
      "tr0ub4dor",
    ],
  });

  test("holds no secret, and can be played again", async () => {
    const live = recordingRunner(new LocalCommandRunner(), { redactor });
    const told = await outcome(live, wanted);
    expect(told).toMatchObject({ exitCode: 4, stdout: "to tr0ub4dor\n", stderr: "x\n" });
    await live.run(request({ program: "true", isDryRun: true }));
    expect(live.recordings).toMatchObject([{ exitCode: 4, stdout: "to [redacted]\n", stderr: "x\n" }]);
    expect(JSON.stringify(live.recordings)).not.toContain("tr0ub4dor");
    expect(live.recordings[0]?.delayMs).toBeGreaterThan(40);

    const again = new RecordedCommandRunner(live.recordings, { redactor });
    expect(await outcome(again, wanted)).toMatchObject({ exitCode: 4, stdout: "to [redacted]\n", stderr: "x\n" });
    await expect(new RecordedCommandRunner(live.recordings).run(wanted)).rejects.toThrow("nothing is recorded");
  });

  test("of a long output keeps its ends", async () => {
    const live = recordingRunner(new LocalCommandRunner(), { maxCharacters: 40 });
    await live.run(request({ program: "seq", args: ["1000"] }));
    expect(live.recordings[0]?.stdout).toMatch(/^1\n2\n3\n4\n5\n\n\.\.\. \d+ characters left out \.\.\.\n[^]*1000\n$/);
  });

  test("is refused without a runner, or with options that are none", () => {
    expect(() => recordingRunner({} as CommandRunner)).toThrow("runner: a mapping has no method run()");
    expect(() => recordingRunner(new LocalCommandRunner(), { maxCharacters: -1 })).toThrow(
      "maxCharacters: -1 is no whole number",
    );
    expect(() => recordingRunner(new LocalCommandRunner(), { redact: 1 } as object)).toThrow(
      "redact: is no option of recording",
    );
  });
});
