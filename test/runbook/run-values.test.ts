import { describe, expect, it } from "vitest";

import { AdapterError, ConfigurationError, TimeoutError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { RunOccurrence } from "../../src/runbook/events.ts";
import { RunValuesOf } from "../../src/runbook/engine/run-values.ts";
import { fnv64, runbookFingerprint } from "../../src/runbook/fingerprint.ts";
import { foldRun } from "../../src/runbook/fold.ts";
import { isWorthATry, nameOf, sleep, sleepUnless } from "../../src/runbook/patience.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { ended, journalOf, STARTED, stateAfter } from "./journal.ts";
import { ticks } from "./support.ts";

const begin: RunOccurrence = { type: "step_started", step: "look", attempt: 1 };
const stream = (text: string, isCut = false) => ({ text, bytes: text.length, isCut });

describe("what can be filled in while a run goes on", () => {
  it("is what was handed over with the call, and what the run is for", () => {
    const given = { labels: { app: "db" }, annotations: {}, parameters: { a: true } };
    expect(new RunValuesOf({ token: "t" }, given).of(stateAfter())).toEqual({
      ...given,
      ...{ alert: { name: "Latency" }, incident: { id: "INC-0001", title: "memory is full", severity: "SEV2" } },
      ...{ run: { id: "RUN-0001", by: "ann" }, secrets: { token: "t" }, steps: {} },
    });
  });

  it("is what was kept of it where nobody has it any more, without what a secret was taken out of", () => {
    const { incident: _incident, ...rest } = STARTED;
    const labels = { app: "web", token: "x[redacted]y" };
    const [event] = journalOf({ ...rest, labels, parameters: { replicas: 3, key: "[redacted]", isBig: false } });
    const values = new RunValuesOf({}, undefined).of(foldRun(undefined, event!, "RUN-0001")!);
    expect(values).toMatchObject({ annotations: { summary: "slow" }, incident: { id: "", title: "", severity: "" } });
    expect(values.labels).toEqual({ app: "web" });
    expect(values.parameters).toEqual({ replicas: 3, isBig: false });
  });

  it.each([
    ["5\n", "5"],
    ["5\r\n\r\n", "5"],
    ["5\n\r\n\n", "5"],
    ["a\nb", "a\nb"],
    [" 5 \r", " 5 \r"],
    ["\n", ""],
    ["\r\n", ""],
    ["", ""],
  ])("of a step's output %j it is %j", (text, output) => {
    const state = stateAfter(begin, ended("look", { stdout: stream(text), stderr: stream(text) }));
    expect(new RunValuesOf({}, undefined).of(state).steps.look).toMatchObject({ output, stderr: output });
  });

  it("is what finished steps came to, as JSON too", () => {
    const state = stateAfter(
      begin,
      ended("look", { status: "failed", exitCode: 3, stdout: stream('{"a":[1]}\n', true) }),
      { type: "step_settled", step: "part", status: "skipped" },
      { type: "step_started", step: "both", attempt: 1 },
    );
    const { steps } = new RunValuesOf({}, undefined).of(state);
    expect(Object.keys(steps)).toEqual(["look", "part"]);
    expect({ ...steps.look }).toEqual({
      ...{ status: "failed", exit_code: 3, output: '{"a":[1]}', stderr: "", isCut: true, json: { a: [1] } },
    });
    expect({ ...steps.part }).toEqual({ status: "skipped", output: "", stderr: "", isCut: false, json: undefined });
    expect(Object.keys(steps.part ?? {})).not.toContain("exit_code");
    expect(Object.isFrozen(steps.look) && Object.isFrozen(steps.look?.json)).toBe(true);
    expect(steps.look?.json).toBe(steps.look?.json);
  });

  it("is worked out once of each step, however often it is asked for", () => {
    const values = new RunValuesOf({}, undefined);
    const { look } = values.of(stateAfter(begin, ended("look"))).steps;
    const { steps } = values.of(
      stateAfter(begin, ended("look"), { type: "step_settled", step: "part", status: "skipped" }),
    );
    expect(Object.keys(steps)).toEqual(["look", "part"]);
    expect(steps.look).toBe(look);
  });
});

describe("a call that failed", () => {
  const adapter = (retryable: boolean) => new AdapterError("down", { adapter: "a", operation: "b", retryable });

  it.each<[unknown, boolean, string]>([
    [adapter(true), true, "a could not b: down"],
    [adapter(false), false, "a could not b: down"],
    [new TimeoutError("to read", 5), true, "to read did not finish within 5 ms"],
    [new ConfigurationError([{ path: ["a"], message: "is missing" }]), false, "a: is missing"],
    [new RangeError("password 1234"), false, "RangeError"],
    ["no", false, '"no"'],
  ])("with %s may work later: %s; in a log it is %s", (error, isWorth, name) => {
    expect([isWorthATry(error), nameOf(error)]).toEqual([isWorth, name]);
  });
});

describe("a wait of a run", () => {
  it("keeps its process alive, and ends when its time is up or nobody waits any more", async () => {
    const clock = new ManualClock();
    const asked: unknown[] = [];
    const keeping = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      schedule: (callback: () => void, ms: number, options?: unknown) => {
        asked.push([ms, options]);
        return clock.schedule(callback, ms);
      },
    };
    const ends: string[] = [];
    const controller = new AbortController();
    void sleep(keeping, 50).then(() => ends.push("slept"));
    void sleepUnless(keeping, 70, controller.signal).then(() => ends.push("woken"));
    clock.advance(50);
    await ticks(5);
    expect(ends).toEqual(["slept"]);
    controller.abort();
    await ticks(5);
    expect(ends).toEqual(["slept", "woken"]);
    expect(asked).toEqual([
      [50, { keepAlive: true }],
      [70, { keepAlive: true }],
    ]);
  });
});

describe("the fingerprint of a runbook", () => {
  it.each([
    ["", "cbf29ce484222325"],
    ["a", "af63dc4c8601ec8c"],
    ["foobar", "85944171f73967e8"],
  ])("is FNV-1a: of %j it is %s", (text, hash) => {
    expect(fnv64(text)).toBe(hash);
  });

  it("is another one for other steps, another pattern or another way back, and has sixteen digits", () => {
    const of = (steps: object[], more: object = {}) => runbookFingerprint(runbookOf("X", { steps, ...more }));
    const asking = (matches: string) => [
      { name: "a", command: "ls" },
      { name: "b", command: "ls", when: { step: "a", output: { matches } } },
    ];
    const all = [
      of([{ name: "a", command: "ls" }]),
      of([{ name: "a", command: "ps" }]),
      of([{ name: "a", command: "ls" }], { rollbackOnCancel: true }),
      ...[of(asking("x")), of(asking("y"))],
    ];
    expect(new Set(all).size).toBe(5);
    expect(of([{ name: "a", command: "ls" }], { title: "Other words" })).toBe(all[0]);
    for (const one of all) expect(one).toMatch(/^[0-9a-f]{16}$/);
    const padded = Array.from({ length: 200 }, (_, index) => fnv64(String(index)));
    expect(padded.some((hash) => hash.startsWith("0")) && padded.every((hash) => hash.length === 16)).toBe(true);
  });
});
