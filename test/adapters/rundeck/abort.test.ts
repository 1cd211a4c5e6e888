import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { RundeckCommandRunner } from "../../../src/adapters/rundeck/index.ts";
import type { CommandRequest, CommandResult } from "../../../src/ports/command-runner.ts";
import { FakeRundeck, JOB } from "./fake-rundeck.ts";

let fake: FakeRundeck;
beforeEach(async () => {
  fake = await new FakeRundeck().open();
  fake.plan = { lines: [], polls: 0, end: "never" };
});
afterEach(() => fake.close());

const REQUEST: CommandRequest = {
  program: JOB,
  args: ["pod=web-1"],
  environment: {},
  isDryRun: false,
  key: "RUN-0001/restart",
};

/** Aborts once `when` holds; the result, and how long it took after the abort. */
async function abortWhen(when: () => boolean): Promise<{ readonly result: CommandResult; readonly tookMs: number }> {
  const controller = new AbortController();
  const running = new RundeckCommandRunner({ baseUrl: fake.url, token: "token-of-nines" }).run(REQUEST, {
    signal: controller.signal,
  });
  await expect.poll(when, { interval: 5, timeout: 5_000 }).toBe(true);
  const from = performance.now();
  controller.abort(new Error("its time is up"));
  const result = await running;
  return { result, tookMs: performance.now() - from };
}

describe("an abort", () => {
  it.each([
    ["aborted", "execution 387 was aborted"],
    ["pending", "execution 387 was asked to stop; it is not known whether it has stopped yet"],
    ["failed", "execution 387 could not be aborted, and may go on"],
  ] as const)("is answered with %s", async (answer, reason) => {
    fake.abortAnswer = answer;
    const { result, tookMs } = await abortWhen(() => fake.asked("output") > 0);
    expect(result).toEqual({ reason, url: `${fake.url}/project/web/execution/show/387` });
    expect(tookMs).toBeLessThan(250);
    expect(fake.executions[0]?.isAborted).toBe(true);
  });

  it("does not wait for an answer that does not come", async () => {
    fake.faults.abort = ["silence"];
    const { result, tookMs } = await abortWhen(() => fake.asked("output") > 0);
    expect(result.reason).toBe("execution 387 is being aborted; Rundeck has not answered yet, and it may go on");
    expect(tookMs).toBeLessThan(250);
    expect(fake.asked("abort")).toBe(1);
  });

  it("is asked for again after an error, when nobody waits any more", async () => {
    fake.faults.abort = [503, "reset-before"];
    const { result, tookMs } = await abortWhen(() => fake.asked("output") > 0);
    expect(result.reason).toContain("is being aborted");
    expect(tookMs).toBeLessThan(250);
    await expect.poll(() => fake.executions[0]?.isAborted, { timeout: 5_000 }).toBe(true);
    expect(fake.asked("abort")).toBe(3);
  });

  it("is asked for by POST where GET is not allowed", async () => {
    fake.faults.abort = [405];
    const { result } = await abortWhen(() => fake.asked("output") > 0);
    expect(result.reason).toBe("execution 387 was aborted");
    expect(fake.seen.filter(({ route }) => route === "abort").map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  it("says so where it may not", async () => {
    fake.faults.abort = [403];
    const { result } = await abortWhen(() => fake.asked("output") > 0);
    expect(result.reason).toBe("execution 387 could not be aborted, and may go on");
  });

  it("during the start aborts what was started as soon as it is known", async () => {
    // The answer breaks off, and the key finds the execution half a second later.
    fake.faults.run = ["reset"];
    const { result, tookMs } = await abortWhen(() => fake.started === 1);
    expect(result).toEqual({
      reason: "the execution was being started when it was to be aborted; it is aborted as soon as it is known",
    });
    expect(tookMs).toBeLessThan(250);
    await expect.poll(() => fake.executions[0]?.isAborted, { timeout: 5_000 }).toBe(true);
    expect(fake.started).toBe(1);
  });

  it.each(["job", "executions"] as const)("before the start (%s) starts nothing", async (route) => {
    fake.faults[route] = ["silence"];
    const { result, tookMs } = await abortWhen(() => fake.asked(route) > 0);
    expect(tookMs).toBeLessThan(250);
    expect(result.reason).toMatch(/before it was started|is being started|was being started/);
    expect(fake.asked("run")).toBe(0);
  });

  it("that came before everything starts nothing", async () => {
    const rundeck = new RundeckCommandRunner({ baseUrl: fake.url, token: "token-of-nines" });
    const result = await rundeck.run(REQUEST, { signal: AbortSignal.abort() });
    expect(result).toEqual({ reason: "it was aborted before it was started" });
    expect(fake.seen).toEqual([]);
  });

  it("of a follower that waits is heard at once", async () => {
    const { tookMs } = await abortWhen(() => fake.asked("output") > 2);
    expect(tookMs).toBeLessThan(250);
  });
});
