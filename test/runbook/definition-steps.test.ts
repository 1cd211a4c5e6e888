import { describe, expect, it, test } from "vitest";

import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { BASE, long, plain, readStep, stepFaults, told } from "./definition-support.ts";

const A = { command: "a" };
const KIND = { kind: "command", command: { shell: false, program: "a", args: [] }, environment: {}, okExitCodes: [0] };
const FOR_PEOPLE = "is not for a step that people do; this is one, for it has no command, action, http or parallel";
const WITH_UNIT = 'write a duration such as "30s" or "5 minutes"';
const DURATION = 'write seconds as a number, or a duration such as "30s" or "5 minutes"';

describe("a step", () => {
  it("has all that is said of any", () => {
    const step = {
      ...A,
      title: "Do it",
      description: "Does it",
      timeLimit: 5,
      actions: "Look",
      escalation: [{ to: "ann", after: 90, note: "by phone" }, "bob"],
      potentialCauses: ["A leak"],
      mitigation: { leak: "Restart" },
      timeout: "1m30s",
      continueOnFailure: true,
      retries: { attempts: 3, delay: "2s", factor: 1.5, maxDelay: "1h" },
      when: { step: "first", status: "failed" },
      approval: { message: "Really? {{ labels.x }}", timeout: "60s" },
      maxOutput: 100,
      rollbackIf: "started",
      step: 2,
    };
    expect(readStep(step)).toStrictEqual({
      ...{ ...BASE, ...KIND },
      title: "Do it",
      description: "Does it",
      timeLimitMs: 300_000,
      actions: ["Look"],
      escalation: "after 1 h 30 min: ann (by phone); bob",
      potentialCauses: ["A leak"],
      mitigation: { leak: ["Restart"] },
      timeoutMs: 90_000,
      continueOnFailure: true,
      retry: { attempts: 3, delayMs: 2_000, factor: 1.5, maxDelayMs: 3_600_000 },
      when: { kind: "step", step: "first", status: ["failed"] },
      approval: { message: "Really? {{ labels.x }}", timeoutMs: 60_000 },
      maxOutput: 100,
      rollbackIf: "started",
    });
  });

  it("that is destructive is asked about after an interruption", () => {
    expect(readStep({ ...A, destructive: true })).toStrictEqual({
      ...{ ...BASE, ...KIND, isDestructive: true, onInterrupt: "ask" },
    });
    expect(readStep({ ...A, destructive: true, onInterrupt: "repeat" })).toMatchObject({ onInterrupt: "repeat" });
    expect(readStep({ ...A, on_interrupt: "fail" })).toMatchObject({ onInterrupt: "fail", isDestructive: false });
  });

  test.each<[unknown, object]>([
    [0, { ...BASE.retry }],
    [99, { ...BASE.retry, attempts: 100 }],
    [{ attempts: 1 }, { ...BASE.retry }],
    [
      { attempts: 100, delay: 0, factor: 10 },
      { ...BASE.retry, attempts: 100, delayMs: 0, factor: 10 },
    ],
    [
      { attempts: 2, delay: "2m" },
      { ...BASE.retry, attempts: 2, delayMs: 120_000, maxDelayMs: 120_000 },
    ],
    [
      { attempts: 2, delay: "2s", max_delay: "2s" },
      { ...BASE.retry, attempts: 2, delayMs: 2_000, maxDelayMs: 2_000 },
    ],
  ])("is tried again as %j says", (retries, retry) => {
    expect(readStep({ ...A, retries })).toStrictEqual({ ...BASE, ...KIND, retry });
  });

  test.each<[unknown, object]>([
    [true, { approval: { timeoutMs: 900_000 } }],
    [{}, { approval: { timeoutMs: 900_000 } }],
    [false, {}],
    [{ timeout: "7d" }, { approval: { timeoutMs: 604_800_000 } }],
    [{ timeout: "1s" }, { approval: { timeoutMs: 1_000 } }],
  ])("is approved as %j says", (approval, expected) => {
    expect(readStep({ ...A, approval })).toStrictEqual({ ...BASE, ...KIND, ...expected });
  });

  it("may be for people, or a group", () => {
    expect(readStep({ title: "Look", rollback: A })).toStrictEqual({
      ...{ ...BASE, kind: "manual", title: "Look" },
      rollback: [{ ...BASE, ...KIND, name: "x.rollback" }],
    });
    expect(readStep({ parallel: [A, { name: "b", command: "a" }, "Look"] })).toStrictEqual({
      ...{ ...BASE, kind: "parallel", timeoutMs: 86_400_000, maxParallel: 3, failFast: false },
      steps: [
        { ...BASE, ...KIND, name: "x_1" },
        { ...BASE, ...KIND, name: "b" },
        { ...BASE, name: "look", title: "Look", kind: "manual" },
      ],
    });
    expect(readStep({ parallel: [A], maxParallel: 100, fail_fast: true, timeout: 5 })).toMatchObject({
      ...{ maxParallel: 100, failFast: true, timeoutMs: 5_000 },
    });
  });

  test.each<[object, string]>([
    [{ ...A, title: "" }, 'title: is blank; write some text, such as "Look at the pods"'],
    [{ ...A, title: long(301) }, "title: has 301 characters; allowed: at most 300"],
    [{ ...A, description: "" }, 'description: is blank; write some text, such as "Looks for pods that restart"'],
    [{ ...A, description: long(20_001) }, "description: has 20001 characters; allowed: at most 20000"],
    [{ ...A, timeout: 0 }, "timeout: 0 is out of range (a number is in seconds); allowed: 1ms to 1d"],
    [
      { ...A, timeout: 30_000 },
      "timeout: 30000 is taken in seconds, which would be 8 h 20 min; beyond an hour write the unit: 30000ms or 30000s",
    ],
    [
      { ...A, timeout: "3600.5" },
      "timeout: 3600.5 is taken in seconds, which would be 1 h 500 ms; beyond an hour write the unit: 3600.5ms or 3600.5s",
    ],
    [
      { ...A, timeout: 1e21 },
      "timeout: 1e+21 is taken in seconds, which would be 11574074074074074 d; beyond an hour write the unit: a duration such as 30ms or 30s",
    ],
    [{ ...A, timeout: "25h" }, 'timeout: "25h" is out of range (a number is in seconds); allowed: 1ms to 1d'],
    [{ ...A, timeout: "soon" }, `timeout: "soon" is no length of time; ${DURATION}`],
    [{ ...A, timeout: [] }, `timeout: a list of 0 is no length of time; ${DURATION}`],
    [{ ...A, timeLimit: 0 }, "timeLimit: 0 is out of range (a number is in minutes); allowed: 1s to 30d"],
    [{ ...A, continueOnFailure: 1 }, "continueOnFailure: 1 is not true or false"],
    [{ ...A, destructive: "yes" }, 'destructive: "yes" is not true or false'],
    [{ ...A, onInterrupt: "stop" }, 'onInterrupt: "stop" is not allowed here; allowed: repeat, ask, fail'],
    [{ ...A, rollbackIf: "failed" }, 'rollbackIf: "failed" is not allowed here; allowed: done, started'],
    [{ ...A, maxOutput: 0 }, "maxOutput: 0 is out of range; allowed: at least 1"],
    [{ ...A, max_output: 10_000_001 }, "max_output: 10000001 is out of range; allowed: at most 10000000"],
    [{ ...A, retries: 100 }, "retries: 100 is out of range; allowed: at most 99"],
    [{ ...A, retries: -1 }, "retries: -1 is out of range; allowed: at least 0"],
    [
      { ...A, retries: "3" },
      'retries: "3" is neither a number nor { attempts, delay }; write 3, or { attempts: 3, delay: 10s }',
    ],
    [{ ...A, retries: {} }, "retries.attempts: is missing; write one, such as 3"],
    [{ ...A, retries: { attempts: 0 } }, "retries.attempts: 0 is out of range; allowed: at least 1"],
    [{ ...A, retries: { attempts: 101 } }, "retries.attempts: 101 is out of range; allowed: at most 100"],
    [{ ...A, retries: { attempts: 2, factor: 0.5 } }, "retries.factor: 0.5 is out of range; allowed: at least 1"],
    [{ ...A, retries: { attempts: 2, factor: 11 } }, "retries.factor: 11 is out of range; allowed: at most 10"],
    [{ ...A, retries: { attempts: 2, delay: "2s", maxDelay: "1s" } }, "retries: max_delay is shorter than delay"],
    [{ ...A, retries: { attempts: 2, delay: "2d" } }, 'retries.delay: "2d" is out of range; allowed: 0s to 1d'],
    [
      { ...A, retries: { attempts: 2, x: 1 } },
      'retries.x: unknown key "x"; allowed: attempts, delay, factor, max_delay',
    ],
    [{ ...A, retries: { attempts: 2, delay: 500 } }, "retries.delay: 500 has no unit; write 500ms or 500s"],
    [{ ...A, retries: { attempts: 2, max_delay: "90" } }, "retries.max_delay: 90 has no unit; write 90ms or 90s"],
    [{ ...A, retries: { attempts: 2, delay: -1 } }, "retries.delay: -1 is out of range; allowed: 0s to 1d"],
    [{ ...A, retries: { attempts: 2, delay: [] } }, `retries.delay: a list of 0 is no length of time; ${WITH_UNIT}`],
    [
      { ...A, retries: { attempts: 2, delay: 1e-7 } },
      "retries.delay: 1e-7 has no unit; write a duration such as 30ms or 30s",
    ],
    [{ ...A, approval: { timeout: 15 } }, "approval.timeout: 15 has no unit; write 15s or 15m"],
    [{ ...A, approval: { timeout: " 1.5 " } }, "approval.timeout: 1.5 has no unit; write 1.5s or 1.5m"],
    [{ ...A, approval: { timeout: 0 } }, "approval.timeout: 0 is out of range; allowed: 1s to 1w"],
    [{ ...A, approval: "yes" }, 'approval: "yes" is neither true nor message: and timeout:; allowed: true'],
    [
      { ...A, approval: "ture" },
      'approval: "ture" is neither true nor message: and timeout:; did you mean "true"? allowed: true',
    ],
    [{ ...A, approval: { timeout: "0.5s" } }, 'approval.timeout: "0.5s" is out of range; allowed: 1s to 1w'],
    [{ ...A, approval: { timeout: "8d" } }, 'approval.timeout: "8d" is out of range; allowed: 1s to 1w'],
    [
      { ...A, approval: { message: "" } },
      'approval.message: is blank; write some text, such as "Looks for pods that restart"',
    ],
    [{ ...A, approval: { message: "{{ x" } }, 'approval.message: "{{ x" is no template: unclosed tag at 4'],
    [{ ...A, approval: { text: "a" } }, 'approval.text: unknown key "text"; allowed: message, timeout'],
    [{ ...A, step: 1 }, "step: 1 is not its place among the steps; leave it out, or write 2"],
    [{ ...A, step: "2" }, 'step: "2" is not its place among the steps; leave it out, or write 2'],
    [
      { ...A, rollback: { ...A, step: 2 } },
      "rollback.step: 2 is not its place among the steps; leave it out, or write 1",
    ],
    [{ ...A, action: "b", parallel: [] }, ": has command and action and parallel; a step does one thing"],
    [{ run: () => 1, http: {} }, ": has http and action; a step does one thing"],
    [{ ...A, input: 1 }, "input: is for a step with action; this one has command"],
    [{ action: "a", runner: "b" }, "runner: is for a step with command; this one has action"],
    [{ ...A, maxParallel: 1 }, "maxParallel: is for a step with parallel; this one has command"],
    [{ title: "a", failFast: true }, "failFast: is for a step with parallel; this one has none, and is for people"],
    [{ title: "a", timeout: 1 }, `timeout: ${FOR_PEOPLE}`],
    [{ title: "a", retries: 1 }, `retries: ${FOR_PEOPLE}`],
    [{ title: "a", maxOutput: 1 }, `maxOutput: ${FOR_PEOPLE}`],
    [{ title: "a", onInterrupt: "ask" }, `onInterrupt: ${FOR_PEOPLE}`],
    [{ title: "a", destructive: true }, `destructive: ${FOR_PEOPLE}`],
    [{ title: "a", approval: true }, `approval: ${FOR_PEOPLE}`],
    [{ parallel: [A], retries: 1 }, "retries: is not for a group; its parts may have it"],
    [{ parallel: [A], rollback: A }, "rollback: is not for a group; its parts may have it"],
    [{ parallel: [A], rollbackIf: "done" }, "rollbackIf: is not for a group; its parts may have it"],
    [{ parallel: [A], maxOutput: 1 }, "maxOutput: is not for a group; its parts may have it"],
    [{ parallel: [A], onInterrupt: "ask" }, "onInterrupt: is not for a group; its parts may have it"],
    [{ parallel: [A], maxParallel: 0 }, "maxParallel: 0 is out of range; allowed: at least 1"],
    [{ parallel: [A], maxParallel: 101 }, "maxParallel: 101 is out of range; allowed: at most 100"],
    [{ parallel: A }, "parallel: a mapping is no list of steps"],
    [{ parallel: [] }, "parallel: has 0 steps; allowed: 1 to 100"],
    [{ ...A, rollback: [] }, "rollback: has 0 steps; allowed: 1 to 100"],
    [{ ...A, rollback: Array(101).fill(A) }, "rollback: has 101 steps; allowed: 1 to 100"],
    [
      { parallel: [{ parallel: [A] }] },
      "parallel[0].parallel: a group is a step of its own; it cannot be a part of another, or take one back",
    ],
    [
      { ...A, rollback: { parallel: [A] } },
      "rollback.parallel: a group is a step of its own; it cannot be a part of another, or take one back",
    ],
    [{ ...A, rollback: { ...A, rollback: A } }, "rollback.rollback: is not for what takes a step back"],
    [{ ...A, rollback: { ...A, rollbackIf: "done" } }, "rollback.rollbackIf: is not for what takes a step back"],
    [{ ...A, rollback: { ...A, rollback: { command: 7 } } }, "rollback.rollback: is not for what takes a step back"],
    [{ ...A, rollback: "undo it" }, 'rollback: "undo it" is not a mapping; write { command: "undo it" }'],
    [{ ...A, rollback: [" "] }, 'rollback[0]: " " is not a mapping'],
    [{ ...A, rollback: [7] }, "rollback[0]: 7 is not a mapping"],
    [
      { ...A, timeOut: 1 },
      'timeOut: unknown key "timeOut"; did you mean "timeout"? allowed: name, title, description, time_limit, actions, escalation, potential_causes, mitigation, command, shell, runner, working_directory, environment, ok_exit_codes, action, input, http, parallel, max_parallel, fail_fast, timeout, continue_on_failure, retries, when, approval, destructive, on_interrupt, rollback, rollback_if, max_output',
    ],
    [{ ...A, escalation: 7 }, "escalation: 7 is not text; write it in quotes"],
    [{ ...A, actions: [7] }, "actions[0]: 7 is not text; write it in quotes"],
  ])("with %j is refused", (step, fault) => {
    expect(stepFaults(step)).toStrictEqual([fault]);
  });

  it("of a group may say its place in neither", () => {
    expect(
      stepFaults({
        parallel: [
          { ...A, step: 1 },
          { ...A, step: 2 },
        ],
      }),
    ).toStrictEqual([]);
    expect(stepFaults({ parallel: [{ ...A, step: 2 }] })).toStrictEqual([
      "parallel[0].step: 2 is not its place among the steps; leave it out, or write 1",
    ]);
  });

  it("is text for people, and not less", () => {
    expect(told(() => runbookOf("r", ["Look", ""]))).toStrictEqual([
      'steps[1].title: is blank; write some text, such as "Look at the pods"',
    ]);
    expect(told(() => runbookOf("r", [7] as never))).toStrictEqual(["steps[0]: 7 is not a mapping"]);
    expect(runbookOf("r", ["Look"]).steps).toStrictEqual([{ ...BASE, name: "look", title: "Look", kind: "manual" }]);
  });

  it("has its faults told beside those of its parts", () => {
    const step = { parallel: [{ command: 7 }, { command: "a", x: 1 }], maxParallel: 0 };
    expect(stepFaults(step).map((fault) => fault.split(":")[0])).toStrictEqual([
      ...["parallel[0].command", "parallel[1].x", "maxParallel"],
    ]);
    expect(readStep({ command: ["a", "b"], rollback: A })).toMatchObject({
      command: { args: [plain("b")] },
      rollback: [{ name: "x.rollback" }],
    });
  });
});
