import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, describe, expect, test, vi } from "vitest";

import { LocalCommandRunner } from "../../../src/adapters/command/index.ts";
import { failureOf, outcome, pause, request, script, startOf } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "nines-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const runner = new LocalCommandRunner();
/** Shell: what was begun last has become the program that it was to be. */
const untilItSleeps = "until grep -q sleep /proc/$!/comm; do sleep 0.01; done";

async function aborted(text: string, options: { afterMs?: number; runner?: LocalCommandRunner } = {}) {
  const controller = new AbortController();
  let abortedAt = 0;
  let told = "";
  const running = outcome(options.runner ?? runner, script(text), {
    signal: controller.signal,
    onOutput(_, piece) {
      told += String(piece);
      // The tree has told that it stands.
      if (!told.includes("ready\n") || abortedAt > 0) return;
      abortedAt = Infinity;
      setTimeout(() => {
        abortedAt = performance.now();
        controller.abort();
      }, options.afterMs ?? 20);
    },
  });
  const result = await running;
  return { ...result, tookMs: performance.now() - abortedAt };
}

describe("a command", () => {
  test("gets no shell, nothing to read, and only some variables of this process", async () => {
    vi.stubEnv("NINES_TEST_SECRET", "tr0ub4dor");
    try {
      const { stdout } = await outcome(runner, request({ program: "env", environment: { GREETING: "a  b $HOME" } }));
      const names = stdout.split("\n").map((line) => line.split("=")[0]);
      expect(stdout).toContain("GREETING=a  b $HOME\n");
      expect(stdout).not.toContain("tr0ub4dor");
      expect(names).toContain("PATH");
      const told = new LocalCommandRunner({ inherit: ["NINES_TEST_SECRET"], environment: { A: "1", B: "1" } });
      const some = await outcome(
        told,
        request({ program: process.execPath, args: ["-p", "JSON.stringify(process.env)"], environment: { B: "2" } }),
      );
      const { NINES_COMMAND, ...rest } = JSON.parse(some.stdout) as Record<string, string>;
      expect(rest).toMatchObject({ NINES_TEST_SECRET: "tr0ub4dor", A: "1", B: "2" });
      expect(rest).not.toHaveProperty("HOME");
      expect(NINES_COMMAND).toMatch(/^RUN-0001\/step#/);
      expect(await outcome(runner, script("read line; echo got $?"))).toMatchObject({ stdout: "got 1\n" });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("runs in its folder, that of the runner, or that of this process", async () => {
    const where = async (one: LocalCommandRunner, workingDirectory?: string) =>
      (
        await outcome(one, request({ program: "pwd", ...(workingDirectory === undefined ? {} : { workingDirectory }) }))
      ).stdout.trim();
    expect(await where(runner)).toBe(process.cwd());
    expect(await where(new LocalCommandRunner({ workingDirectory: folder }))).toBe(folder);
    expect(await where(new LocalCommandRunner({ workingDirectory: folder }), "/")).toBe("/");
  });

  test("that a signal ends has no exit code", async () => {
    expect(await runner.run(script("kill -9 $$"))).toEqual({ signal: "SIGKILL" });
  });

  test("hands over all that it wrote, however fast it ends", async () => {
    const text = "console.log('x'.repeat(1e6)); console.error('y'.repeat(1e6)); process.exitCode = 7";
    const { exitCode, stdout, stderr } = await outcome(
      runner,
      request({ program: process.execPath, args: ["-e", text] }),
    );
    expect([exitCode, stdout.length, stderr.length]).toEqual([7, 1_000_001, 1_000_001]);
  });

  test("waits for its turn when many run, and for nothing once its caller has given up", async () => {
    const narrow = new LocalCommandRunner({ maxProcesses: 2 });
    let running = 0;
    let most = 0;
    const one = async (): Promise<void> => {
      await narrow.run(script("echo begin; sleep 0.05; echo end"), {
        onOutput(_, piece) {
          for (const word of String(piece).split("\n")) {
            if (word === "begin") most = Math.max(most, (running += 1));
            if (word === "end") running -= 1;
          }
        },
      });
    };
    const controller = new AbortController();
    const all = Array.from({ length: 6 }, one);
    const given = narrow.run(script(`echo > ${folder}/begun`), { signal: controller.signal });
    controller.abort();
    expect(await given).toEqual({ reason: "was not begun" });
    await Promise.all(all);
    expect(most).toBe(2);
    expect(existsSync(join(folder, "begun"))).toBe(false);
  });
});

describe("what cannot be begun is an error that shows no argument", () => {
  const plain = join(folder, "plain");
  writeFileSync(plain, "no program\n", { mode: 0o644 });
  test.each<[string, Parameters<typeof request>[0], string]>([
    ["no such program", { program: "nines-no-such-program" }, 'there is no program "nines-no-such-program"'],
    ["no such path", { program: "/no/such/program" }, 'there is no program "/no/such/program"'],
    ["no right to run it", { program: plain }, "may not be run, or is no program"],
    ["a folder", { program: folder }, "may not be run, or is no program"],
    [
      "no such folder to run in",
      { program: "ls", workingDirectory: "/no/such" },
      '"/no/such" is no folder to run "ls" in',
    ],
    ["a file to run in", { program: "ls", workingDirectory: plain }, 'is no folder to run "ls" in'],
    ["too long", { program: "ls", args: ["tr0ub4dor".repeat(50_000)] }, 'of "ls" are longer than the system allows'],
    ["a NUL in an argument", { program: "ls", args: ["a", "tr0ub4dor\0"] }, 'there is a NUL in argument 2 of "ls"'],
    ["a NUL in the program", { program: "l\0s" }, 'there is a NUL in the name of the program "l\\u0000s"'],
    [
      "a NUL in a variable",
      { program: "ls", environment: { A: "tr0ub4dor\0" } },
      'there is a NUL in the variable "A" for "ls"',
    ],
    ["a strange variable", { program: "ls", environment: { "A=B": "tr0ub4dor" } }, '"A=B" is no name of a variable'],
    ["no program", { program: "" }, '"" is no program'],
  ])("%s", async (_, change, message) => {
    const args = change.args ?? ["--password=tr0ub4dor"];
    const error = await failureOf(runner.run(request({ ...change, args })));
    expect(error).toMatchObject({
      code: "adapter",
      adapter: "local command",
      operation: "run a command",
      retryable: false,
    });
    expect(error.message).toContain(message);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("tr0ub4dor");
  });

  test("and leaves its place to the next", async () => {
    const narrow = new LocalCommandRunner({ maxProcesses: 1 });
    await expect(narrow.run(request({ program: "nines-no-such-program" }))).rejects.toThrow();
    expect(await narrow.run(request({ program: "true" }))).toEqual({ exitCode: 0 });
  });
});

describe.runIf(process.platform === "linux")("when its time is up", () => {
  test("a command that obeys ends at once, and may say goodbye", async () => {
    const { tookMs, ...result } = await aborted(
      "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.01; done",
    );
    expect(result).toMatchObject({ exitCode: 9, stdout: "ready\nbye\n" });
    expect(tookMs).toBeLessThan(250);
  });

  test("one that does not, and forks children that do not, ends as well", async () => {
    const stubborn = "trap '' TERM; while :; do sleep 1; done";
    const { tookMs, ...result } = await aborted(
      `(${stubborn}) & (${stubborn}) & trap '' TERM; echo $$ $!; echo ready; while :; do sleep 1; done`,
    );
    expect(result.signal).toBe("SIGKILL");
    expect(result.leftovers).toBeUndefined();
    expect(tookMs).toBeLessThan(250);
    for (const pid of result.stdout.split(/\s/).map(Number).filter(Boolean)) expect(startOf(pid)).toBeUndefined();
  });

  test.each([
    ["in a session of its own", `setsid sleep 300 & echo $!; ${untilItSleeps}; echo ready; sleep 300`],
    ["a daemon", "(setsid sh -c 'sleep 300 & echo $!' &); sleep 0.8; echo ready; sleep 300"],
    [
      "one that closed what it wrote to",
      "(setsid sh -c 'echo $$; exec sleep 300 > /dev/null 2>&1' &); sleep 0.8; echo ready; sleep 300",
    ],
    [
      "one without an environment",
      "(env -i setsid sh -c 'echo $$; exec sleep 300' &); sleep 0.8; echo ready; sleep 300",
    ],
    [
      "one without an environment or output",
      `env -i setsid sleep 300 > /dev/null 2>&1 & echo $!; ${untilItSleeps}; echo ready; sleep 300`,
    ],
  ])("what escaped is found, ended and reported: %s", async (_, text) => {
    const { tookMs, leftovers, stdout } = await aborted(text);
    const pid = Number(stdout.split("\n")[0]);
    expect(leftovers).toContainEqual({ pid, command: "sleep", ended: true });
    expect(startOf(pid)).toBeUndefined();
    expect(tookMs).toBeLessThan(250);
  });

  test("what others run is left alone", async () => {
    const other = outcome(runner, script("echo $$; setsid sleep 0.6; echo done"));
    await aborted("setsid sleep 300 & echo ready; sleep 300");
    expect((await other).stdout).toContain("done");
  });

  test("killAfterMs 0 gives nobody time", async () => {
    const hasty = new LocalCommandRunner({ killAfterMs: 0 });
    // Somebody else may have the machine just then: who waits at all is never so fast.
    let least = Infinity;
    for (let attempt = 0; attempt < 5 && least >= 80; attempt += 1) {
      const { tookMs } = await aborted("trap '' TERM; echo ready; while :; do sleep 1; done", { runner: hasty });
      least = Math.min(least, tookMs);
    }
    expect(least).toBeLessThan(80);
  });

  test("output that comes later is told to nobody", async () => {
    const told: string[] = [];
    const controller = new AbortController();
    const running = runner.run(script("while :; do echo x; done"), {
      signal: controller.signal,
      onOutput: (_, piece) => void told.push(String(piece)),
    });
    await expect.poll(() => told.length, { timeout: 10_000 }).toBeGreaterThan(0);
    controller.abort();
    await running;
    const { length } = told;
    expect(length).toBeGreaterThan(0);
    await pause(50);
    expect(told.length).toBe(length);
  });
});

describe.runIf(process.platform === "linux")("what a command leaves when it ends by itself", () => {
  test("stays and is reported, even where it holds the pipes", async () => {
    const began = performance.now();
    const result = await outcome(runner, script(`sleep 5 & echo $!; ${untilItSleeps}`, { key: "RUN-0001/leave" }));
    expect(performance.now() - began).toBeLessThan(1_000);
    const pid = Number(result.stdout);
    expect(result).toMatchObject({ exitCode: 0, leftovers: [{ pid, command: "sleep", ended: false }] });
    expect(startOf(pid)).toBeDefined();
    expect(await runner.endLeftovers("RUN-0001/leav")).toBe(0);
    expect(await runner.endLeftovers("RUN-0001/leave#")).toBe(0);
    expect(await new LocalCommandRunner({ scope: "another" }).endLeftovers("RUN-0001/leave")).toBe(0);
    expect(startOf(pid)).toBeDefined();
    expect(await runner.endLeftovers("RUN-0001/leave")).toBe(1);
    expect(startOf(pid)).toBeUndefined();
    expect(await runner.endLeftovers("RUN-0001/leave")).toBe(0);
  });

  test("a command that somebody waits for is nobody's leftover", async () => {
    const running = outcome(runner, script("sleep 0.4; echo done", { key: "RUN-0001/awaited" }));
    await pause(100);
    expect(await runner.endLeftovers("RUN-0001/awaited")).toBe(0);
    expect(await new LocalCommandRunner().endLeftovers("RUN-0001/awaited")).toBe(0);
    expect(await running).toMatchObject({ stdout: "done\n", exitCode: 0 });
  });

  test("who gave up is told so", async () => {
    await expect(
      runner.endLeftovers("RUN-0001/x", { signal: AbortSignal.abort(new Error("given up")) }),
    ).rejects.toThrow("given up");
  });
});

test("a dry run says what would be run, and runs nothing", async () => {
  const wanted = request({ program: "touch", args: [join(folder, "touched"), "it's", "a\nb", ""], isDryRun: true });
  expect(await outcome(runner, wanted)).toEqual({
    exitCode: 0,
    stdout: `touch ${join(folder, "touched")} 'it'\\''s' $'a\\nb' ''\n`,
    stderr: "",
  });
  expect(existsSync(join(folder, "touched"))).toBe(false);
});

test.each<[unknown, string]>([
  [{ inherit: "PATH" }, "inherit: must be a list of names of variables"],
  [{ inherit: ["A=B"] }, "inherit: must be a list of names of variables"],
  [{ environment: { A: 1 } }, "environment.A: must be a text without a NUL"],
  [{ environment: { "A=B": "" } }, "is no name of a variable"],
  [{ environment: null }, "environment: must map names of variables to texts, not be null"],
  [{ workingDirectory: "" }, 'workingDirectory: "" is no text for it'],
  [{ killAfterMs: 151 }, "killAfterMs: 151 is no whole number from 0 to 150"],
  [{ maxProcesses: 0 }, "maxProcesses: 0 is no whole number from 1 to 1000"],
  [{ scope: 5 }, "scope: 5 is no text for it"],
  [{ killAfter: 5 }, 'killAfter: is no option of LocalCommandRunner; did you mean "killAfterMs"?'],
])("options that are none are refused: %j", (options, message) => {
  expect(() => new LocalCommandRunner(options as object)).toThrow(message);
});
