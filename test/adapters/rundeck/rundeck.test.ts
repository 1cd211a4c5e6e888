import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { RundeckCommandRunner, type RundeckOptions } from "../../../src/adapters/rundeck/index.ts";
import { isReliabilityError } from "../../../src/core/errors.ts";
import type { CommandRequest, CommandResult } from "../../../src/ports/command-runner.ts";
import { body, FakeRundeck, type Fault, fastClock, JOB, type Route } from "./fake-rundeck.ts";

const KEY = "RUN-0001/restart";
const TOKEN = "token-of-nines";
const KEYLESS = "- name: restart\n  options:\n    pod:\n      required: true\n";

let fake: FakeRundeck;
let waits: number[];
beforeEach(async () => {
  fake = await new FakeRundeck().open();
  waits = [];
});
afterEach(() => fake.close());

function runner(options: Partial<RundeckOptions> = {}): RundeckCommandRunner {
  return new RundeckCommandRunner({ baseUrl: fake.url, token: TOKEN, clock: fastClock(waits), ...options });
}

function request(rest: Partial<CommandRequest> = {}): CommandRequest {
  return { program: JOB, args: ["pod=web-1"], environment: {}, isDryRun: false, key: KEY, ...rest };
}

interface Outcome {
  readonly result: CommandResult;
  readonly stdout: string;
  readonly stderr: string;
}

async function outcomeOf(asked: CommandRequest = request(), with_: RundeckCommandRunner = runner()): Promise<Outcome> {
  const kept = { stdout: "", stderr: "" };
  const result = await with_.run(asked, { onOutput: (stream, piece) => (kept[stream] += String(piece)) });
  return { result, ...kept };
}

const linkOf = (id: number): string => `${fake.url}/project/web/execution/show/${String(id)}`;
const numbered = (count: number): { text: string }[] =>
  Array.from({ length: count }, (_, at) => ({ text: `line ${String(at)}` }));
const textOf = (lines: readonly { text: string }[]): string => lines.map(({ text }) => `${text}\n`).join("");

describe("a job that is run", () => {
  it("gets its options and its key, and its output is told", async () => {
    fake.plan = {
      lines: [{ text: "hello" }, { text: "oh", level: "WARN" }, { text: "x", level: "DEBUG" }],
      polls: 3,
      end: "succeeded",
    };
    const args = ["pod=web-1; $(id)\n{{ x }}", "reason="];
    expect(await outcomeOf(request({ args }))).toEqual({
      result: { exitCode: 0, url: linkOf(387) },
      stdout: "hello\n",
      stderr: "oh\nx\n",
    });
    expect(fake.executions.map(({ options }) => options)).toEqual([
      { pod: "web-1; $(id)\n{{ x }}", reason: "", nines_key: KEY },
    ]);
    expect(fake.seen.every(({ token }) => token === TOKEN)).toBe(true);
    expect(fake.seen.filter(({ url }) => url.includes(TOKEN))).toEqual([]);
  });

  it("gets no key if it has no option for one", async () => {
    fake.job = KEYLESS;
    await outcomeOf();
    expect(fake.executions[0]?.options).toEqual({ pod: "web-1" });
    expect(fake.asked("executions")).toBe(0);
  });

  it.each<[string, string | undefined, Partial<CommandResult>]>([
    ["succeeded", undefined, { exitCode: 0 }],
    ["failed", undefined, { exitCode: 1, reason: "execution 387 failed" }],
    ["timedout", undefined, { reason: "execution 387 took longer than its job allows" }],
    ["aborted", undefined, { reason: "execution 387 was aborted" }],
    ["other", "half done", { reason: 'execution 387 ended as "half done"' }],
    ["incomplete", undefined, { reason: 'execution 387 ended as "incomplete"' }],
  ])("that ends as %s is told", async (end, customStatus, expected) => {
    fake.plan = { ...fake.plan, end, customStatus };
    expect((await outcomeOf()).result).toEqual({ ...expected, url: linkOf(387) });
  });

  it("writes a hundred thousand lines, each of which comes once and in order", { timeout: 30_000 }, async () => {
    const lines = numbered(100_000);
    fake.plan = { lines, polls: 2, end: "succeeded" };
    expect((await outcomeOf()).stdout).toBe(textOf(lines));
    expect(fake.asked("output")).toBeGreaterThanOrEqual(100);
  });

  it(
    "is asked for less where a page is too long, and without its output where a line is",
    { timeout: 30_000 },
    async () => {
      const wide = Array.from({ length: 12 }, (_, at) => ({ text: `${String(at)}${"x".repeat(1_000_000)}` }));
      fake.plan = { lines: wide, polls: 0, end: "succeeded" };
      expect((await outcomeOf()).stdout).toBe(textOf(wide));
      fake.plan = { lines: [{ text: "x".repeat(9_000_000) }], polls: 0, end: "failed" };
      const { result, stdout, stderr } = await outcomeOf();
      expect({ result, stdout, stderr }).toMatchObject({
        result: { exitCode: 1 },
        stdout: "",
        stderr: "(the rest of the output is too long to be shown)\n",
      });
    },
  );

  it("is asked after half a second to five", async () => {
    fake.plan = { lines: [], polls: 12, end: "succeeded" };
    await outcomeOf();
    // Deadlines of the calls are of 30 s.
    const polls = waits.filter((waitMs) => waitMs < 30_000);
    expect(polls.slice(0, 3)).toEqual([500, 750, 1_125]);
    expect(Math.max(...polls)).toBe(5_000);
  });

  it("does not wait for ever for output of an execution that is over", async () => {
    fake.plan = { lines: [], polls: 0, end: "failed" };
    const never = { id: "387", offset: "0", completed: false, execCompleted: true, empty: true, entries: [] };
    fake.faults.output = Array.from({ length: 30 }, () => ({ text: JSON.stringify(never) }));
    const running = outcomeOf();
    await expect.poll(() => fake.started, { interval: 2 }).toBe(1);
    fake.executions[0]!.status = "failed";
    expect((await running).result).toMatchObject({ exitCode: 1 });
  });
});

describe("documented bodies", () => {
  it("are understood", async () => {
    fake.faults.run = [{ text: body("execution.json").replace('"failed"', '"running"') }];
    fake.faults.output = [{ text: body("output-empty.json") }, { text: body("output.json") }];
    fake.faults.execution = [{ text: body("execution.json") }];
    expect(await outcomeOf()).toEqual({
      result: {
        exitCode: 1,
        reason: 'execution 387 failed on "nodec", "noded"',
        url: "http://rundeck.example.com/project/web/execution/show/387",
      },
      stdout: 'pod "web-1" deleted\n',
      stderr: "warning: forced\n",
    });
  });

  it.each<[string, string]>([
    ["no link", '{"id":387,"status":"succeeded"}'],
    ["a link that is a script", '{"id":387,"status":"succeeded","permalink":"javascript:alert(1)"}'],
    ["a link with a password", '{"id":387,"status":"succeeded","permalink":"https://a:b@x.example/"}'],
  ])("with %s give no address", async (_what, text) => {
    fake.faults.run = [{ text }];
    fake.faults.output = [{ text: body("output.json") }];
    fake.faults.execution = [{ text }];
    expect((await outcomeOf()).result).toEqual({ exitCode: 0, url: undefined });
  });
});

describe("trouble on the way", () => {
  const SHAKY: readonly Fault[] = [429, 500, 503, "truncated", "reset", "reset-before", "silence", { text: "[]" }];

  it.each(["output", "execution"] as const)("of %s breaks nothing, and starts nothing twice", async (route) => {
    const lines = numbered(3_000);
    fake.plan = { lines, polls: 3, end: "succeeded" };
    fake.faults[route] = [...SHAKY, ...SHAKY];
    const { result, stdout } = await outcomeOf();
    expect(result).toMatchObject({ exitCode: 0 });
    expect(stdout).toBe(textOf(lines));
    expect(fake.started).toBe(1);
    expect(fake.faults[route]).toEqual([]);
  });

  it("waits as long as a server wants", async () => {
    fake.faults.output = [429];
    await outcomeOf();
    expect(waits).toContain(1_000);
  });

  it("gives up where it may not look, and says that the execution goes on", async () => {
    fake.plan = { ...fake.plan, polls: 9 };
    fake.faults.output = [403, 403, 403];
    await expect(outcomeOf()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining("execution 387 goes on, but cannot be followed") as string,
    });
    expect(fake.started).toBe(1);
  });

  it("bears two refusals, as from a server that wakes up", async () => {
    fake.faults.output = [404, "login"];
    expect((await outcomeOf()).result).toMatchObject({ exitCode: 0 });
  });
});

describe("an answer to the start that got lost", () => {
  const LOST: readonly Fault[] = ["truncated", "reset"];

  it.each(LOST)("(%s) is found again by the key", async (fault) => {
    fake.faults.run = [fault];
    fake.faults.executions = [];
    expect((await outcomeOf()).result).toMatchObject({ exitCode: 0, url: linkOf(387) });
    expect(fake.started).toBe(1);
  });

  it("is not taken for an earlier attempt under the same key", async () => {
    fake.start({ nines_key: KEY }).status = "failed";
    fake.plan = { ...fake.plan, end: "succeeded" };
    fake.faults.run = ["reset"];
    expect((await outcomeOf()).result).toMatchObject({ exitCode: 0, url: linkOf(388) });
    expect(fake.started).toBe(2);
  });

  it.each<Fault>([...LOST, 500, 503, "reset-before", "silence"])(
    "(%s) is never tried again without a key",
    async (fault) => {
      fake.job = KEYLESS;
      fake.faults.run = [fault];
      const failed = outcomeOf();
      await expect(failed).rejects.toThrow("it is not known whether an execution was started");
      await expect(failed).rejects.toMatchObject({ retryable: false });
      expect(fake.asked("run")).toBe(1);
    },
  );

  it.each<Fault>([500, "reset-before"])("(%s) is not tried again if nothing is found", async (fault) => {
    fake.faults.run = [fault];
    await expect(outcomeOf()).rejects.toMatchObject({ retryable: false });
    expect(fake.asked("run")).toBe(1);
    expect(fake.started).toBe(0);
  });

  it.each<[Fault, boolean]>([
    [429, true],
    [400, false],
    [403, false],
    [404, false],
    [409, false],
    ["login", false],
    ["redirect", false],
  ])("(%s) is a refusal, and %s to be tried again", async (fault, retryable) => {
    fake.faults.run = [fault];
    const failed = outcomeOf();
    await expect(failed).rejects.toMatchObject({ code: "adapter", adapter: "rundeck", retryable });
    expect(fake.started).toBe(0);
  });

  it("is no matter where nothing listens", async () => {
    fake.job = KEYLESS;
    const { url } = fake;
    const closed = await new FakeRundeck().open();
    await closed.close();
    let calls = 0;
    const fetch: RundeckOptions["fetch"] = async (address, init) => {
      calls += 1;
      return globalThis.fetch(calls === 1 ? address : address.replace(url, closed.url), init);
    };
    await expect(outcomeOf(request(), runner({ fetch }))).rejects.toMatchObject({ retryable: true });
  });
});

describe("an execution under way with the same key", () => {
  it("is followed, and no other is started", async () => {
    fake.plan = { lines: [{ text: "mine" }], polls: 2, end: "succeeded" };
    fake.start({ pod: "web-1", nines_key: "RUN-0001/other" });
    fake.start({ pod: "web-1", nines_key: KEY });
    expect(await outcomeOf()).toMatchObject({ result: { exitCode: 0, url: linkOf(388) }, stdout: "mine\n" });
    expect(fake.asked("run")).toBe(0);
  });

  it("is aborted as a leftover, among many others", async () => {
    fake.plan = { ...fake.plan, end: "never" };
    fake.start({ nines_key: KEY });
    for (let others = 0; others < 250; others += 1) fake.start({ nines_key: `${KEY}-${String(others)}` });
    expect(await runner().endLeftovers(KEY)).toBe(1);
    expect(fake.executions.filter(({ isAborted }) => isAborted).map(({ id }) => id)).toEqual([387]);
    expect(fake.asked("running")).toBe(3);
    expect(await runner().endLeftovers(KEY)).toBe(0);
  });

  it("is looked for in the project that is named", async () => {
    expect(await runner({ project: "a b" }).endLeftovers(KEY)).toBe(0);
    expect(fake.seen[0]?.url).toMatch(/\/project\/a%20b\/executions\/running/);
  });

  it("is an error if it does not stop", async () => {
    fake.plan = { ...fake.plan, end: "never" };
    fake.abortAnswer = "pending";
    fake.start({ nines_key: KEY });
    await expect(runner().endLeftovers(KEY)).rejects.toThrow("execution 387 was asked to stop and still runs");
  });
});

describe("a retry by Rundeck itself", () => {
  it("is followed by its key", async () => {
    fake.plan = { lines: [{ text: "first" }], polls: 0, end: "failed-with-retry" };
    const running = outcomeOf();
    await expect.poll(() => fake.executions[0]?.status, { interval: 2 }).toBe("failed-with-retry");
    fake.plan = { lines: [{ text: "second" }], polls: 0, end: "succeeded" };
    fake.start({ nines_key: KEY });
    expect(await running).toMatchObject({ result: { exitCode: 0, url: linkOf(388) }, stdout: "first\nsecond\n" });
  });

  it("is an error that is not retryable if it cannot be found", async () => {
    fake.job = KEYLESS;
    fake.plan = { ...fake.plan, end: "failed-with-retry" };
    await expect(outcomeOf()).rejects.toMatchObject({ retryable: false });
  });
});

describe("a dry run", () => {
  it("looks whether the job is there, and starts nothing", async () => {
    expect(await outcomeOf(request({ isDryRun: true, args: ["pod=secret", "reason=x"] }))).toEqual({
      result: { exitCode: 0 },
      stdout: 'would run the job "restart" with pod, reason\n',
      stderr: "",
    });
    expect(fake.seen.map(({ route }) => route)).toEqual(["job"]);
  });

  it.each<[string, Fault, boolean]>([
    ["is not there", 404, false],
    ["may not be read", "login", false],
    ["is no job", { text: "hello" }, true],
    ["cannot be read now", 503, true],
  ])("fails where the job %s", async (_what, fault, retryable) => {
    fake.faults.job = [fault];
    await expect(outcomeOf(request({ isDryRun: true }))).rejects.toMatchObject({ retryable });
  });
});

describe("what a step may not say", () => {
  it.each<[string, Partial<CommandRequest>, string]>([
    ["no job", { program: "../../etc" }, "is no id of a job"],
    ["a working directory", { workingDirectory: "/" }, "has no working directory"],
    ["an environment", { environment: { A: "1" } }, "takes no environment"],
    ["a word", { args: ["hunter2"] }, "argument 1 is no option; write name=value"],
    ["an option twice", { args: ["pod=a", "pod=b"] }, "argument 2 sets an option that is set already"],
    ["a date that Rundeck would fill in", { args: ["pod=${DATE-1:yyyy}"] }, "the value of pod has a date in it"],
    ["the key", { args: ["nines_key=x"] }, "argument 1 sets nines_key"],
    [
      "an option that the job does not have",
      { args: ["pid=hunter2"] },
      'has no option "pid"; did you mean "pod"?; it has pod, reason',
    ],
  ])("is %s", async (_what, rest, message) => {
    const failed = outcomeOf(request(rest));
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ adapter: "rundeck", retryable: false });
    await expect(failed).rejects.not.toThrow("hunter2");
    expect(fake.started).toBe(0);
  });
});

describe("errors", () => {
  it.each<[Route, Fault]>([
    ["job", 401],
    ["job", "login"],
    ["executions", 500],
    ["run", 400],
    ["run", "reset-before"],
  ])("of %s (%s) hold neither the token nor a body", async (route, fault) => {
    fake.faults[route] = [fault, fault, fault];
    const error: unknown = await outcomeOf(request({ args: ["pod=hunter2"] })).catch((caught: unknown) => caught);
    if (!isReliabilityError(error)) throw new Error("it should have failed");
    const all = JSON.stringify([error.message, error.context, String(error.cause)]);
    for (const secret of [TOKEN, "hunter2", "secret-in-body", "j_username"]) expect(all).not.toContain(secret);
  });
});

describe("options", () => {
  it.each<[string, object, string]>([
    ["misspelt", { tokn: "x" }, 'did you mean "token"'],
    ["no token", { token: undefined }, "token: is missing"],
    ["no address", { baseUrl: "x" }, "baseUrl: is no address"],
    ["an old version", { apiVersion: 11 }, "11 is no version that can be spoken"],
    ["an option that is none", { keyOption: "a b" }, "is no name of an option"],
    ["a clock that is none", { clock: {} }, "clock: a mapping has no method now()"],
  ])("refuse %s", (_what, options, message) => {
    expect(() => runner(options)).toThrow(message);
  });
});
