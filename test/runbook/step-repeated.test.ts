import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { RunKeeper } from "../../src/runbook/engine/keeper.ts";
import type { RunOccurrence } from "../../src/runbook/events.ts";
import { runbookFingerprint } from "../../src/runbook/fingerprint.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { ended, STARTED } from "./journal.ts";
import { failing, FakeRunner, Heard, stepOf, ticks } from "./support.ts";

const begin = (attempt: number): RunOccurrence => ({ type: "step_started", step: "look", attempt });
const failed = (number: number): RunOccurrence => ended("look", { number, status: "failed", reason: "no" }, false);
const asked = (afterFirst: boolean): readonly RunOccurrence[] => [
  ...(afterFirst ? [begin(1)] : []),
  { type: "approval_requested", step: "look", message: "?", expiresAt: 9e12 },
];

/** What becomes of a run of one step, of which `before` is known, in the next process. */
async function resumed(
  step: Partial<StepDefinition>,
  before: readonly RunOccurrence[],
  more: Partial<ConstructorParameters<typeof RunbookExecutor>[0]> & { readonly runner?: FakeRunner } = {},
) {
  const store = new MemoryIncidentStore();
  const runner = more.runner ?? new FakeRunner();
  const heard = new Heard();
  const executor = new RunbookExecutor({ store, logger: heard.logger, ...more, runner });
  const runbook = executor.registerRunbook("Latency", [{ name: "look", command: "ls", ...step }]);
  const { logger } = heard;
  const keeper = new RunKeeper({
    ...{ store, prefix: "RUN", owner: "dead", leaseMs: 1_000, patienceMs: 0, clock: new ManualClock(), logger },
    tell: () => undefined,
  });
  const steps = [{ name: "look", kind: "command" as const }];
  await keeper.begin({ ...STARTED, steps, fingerprint: runbookFingerprint(runbook) }, []);
  await keeper.add("RUN-0001", before);
  const run = await executor.resume("RUN-0001", { force: true });
  return { run, look: stepOf(run, "look"), runner, heard };
}
const died = (count: number): readonly RunOccurrence[] =>
  Array.from({ length: count }, (_, index) => begin(index + 1)).flatMap((one) => [one, { type: "resumed" } as const]);

describe("a step whose process died", () => {
  it("is done again, four times", async () => {
    const { look, runner } = await resumed({}, died(4));
    expect([look.status, look.attempts.length, runner.lines]).toEqual(["succeeded", 5, ["ls"]]);
    expect(runner.leftovers).toEqual(["RUN-0001/look"]);
  });

  it("is not done again when it has died five times", async () => {
    const { look, runner } = await resumed({}, died(5));
    expect(look).toMatchObject({ status: "failed", reason: "its process died 5 times while it was under way" });
    expect([runner.lines, runner.leftovers]).toEqual([[], ["RUN-0001/look"]]);
  });

  it("has not died where it only failed", async () => {
    const before = [1, 2, 3, 4].flatMap((number) => [begin(number), failed(number)]);
    const retries = { attempts: 9, delay: "1ms", factor: 1 } as const;
    const { look } = await resumed({ retries }, [...before, begin(5)]);
    expect([look.status, look.attempts.length]).toEqual(["succeeded", 6]);
  });

  it("is tried as often as it may fail, whatever died in between", async () => {
    const runner = new FakeRunner({ ls: failing(3) });
    const retries = { attempts: 3, delay: "1ms", factor: 1 } as const;
    const { look } = await resumed({ retries }, [begin(1), failed(1), begin(2)], { runner });
    expect(look.attempts.map(({ number, reason }) => [number, reason])).toEqual([
      [1, "no"],
      [2, "its process died"],
      [3, "exit code 3"],
      [4, "exit code 3"],
    ]);
    expect(look).toMatchObject({ status: "failed", reason: "exit code 3" });
  });

  it("is not done again where that is for nobody to say", async () => {
    const { look, runner } = await resumed({ onInterrupt: "fail" }, [begin(1)]);
    expect(look).toMatchObject({
      status: "failed",
      reason: "its process died while it was under way; nobody knows whether it was done",
    });
    expect(runner.lines).toEqual([]);
  });

  it("is tried dry again without a word, since nothing was done", async () => {
    const { look, runner } = await resumed({ onInterrupt: "fail", destructive: true }, [begin(1)]);
    expect([look.status, runner.leftovers]).toEqual(["dry", []]);
  });

  it("is done again though what it left could not be ended, which is said", async () => {
    class Stubborn extends FakeRunner {
      override endLeftovers = (): Promise<number> => Promise.reject(new RangeError("secret"));
    }
    const { look, heard } = await resumed({}, [begin(1)], { runner: new Stubborn() });
    expect(look.status).toBe("succeeded");
    expect(heard.lines).toEqual([
      'what a dead process left running could not be ended {"step":"look","error":"RangeError"}',
    ]);
  });

  it("waits three seconds for that, and no longer", async () => {
    class Hanging extends FakeRunner {
      override endLeftovers = (): Promise<number> => new Promise(() => undefined);
    }
    const clock = new ManualClock();
    const runner = new Hanging();
    const ended = resumed({}, [begin(1)], { runner, clock });
    await ticks(300);
    clock.advance(2_999);
    await ticks(100);
    expect(runner.lines).toEqual([]);
    clock.advance(1);
    expect((await ended).look.status).toBe("succeeded");
  });
});

describe("who is asked about a step whose process died", () => {
  const requests: unknown[] = [];
  const approver = ({ message, isRepeat }: { readonly message: string; readonly isRepeat: boolean }) => {
    requests.push([message, isRepeat]);
    return { approved: true, by: "night" };
  };
  const askedOf = async (step: Partial<StepDefinition>, before: readonly RunOccurrence[]): Promise<unknown> => {
    requests.length = 0;
    const { look } = await resumed(step, before, { approver });
    return [look.status, ...requests];
  };
  const died1 = "its process died while it was under way; nobody knows whether it was done. Do it again?";
  const yes: RunOccurrence = { type: "approval_answered", step: "look", approved: true, by: "bob" };

  it.each<[string, Partial<StepDefinition>, readonly RunOccurrence[], readonly unknown[]]>([
    ["is, before it is done again", { onInterrupt: "ask" }, [begin(1)], [[`look: ${died1}`, true]]],
    ["hears its title", { onInterrupt: "ask", title: "Look at it" }, [begin(1)], [[`Look at it: ${died1}`, true]]],
    ["is not, where it is simply repeated", { approval: true }, [begin(1)], []],
    ["is, before it was begun", { approval: { message: "Go on?" } }, [], [["Go on?", false]]],
    ["hears its name where there are no words", { approval: true }, [], [["look?", false]]],
    ["hears its title where there are no words", { approval: true, title: "Look" }, [], [["Look?", false]]],
    [
      "hears the question as it is written",
      { approval: { message: "{{ labels.pod }}?" } },
      [],
      [["{{ labels.pod }}?", false]],
    ],
    ["is not again, if he has answered already", { approval: true }, [...asked(false), yes], []],
    ["is not again, if he has answered since", { onInterrupt: "ask" }, [...asked(true), yes], []],
    [
      "is again, if that was for another time",
      { approval: true, onInterrupt: "ask" },
      [...asked(false), yes, begin(1)],
      [[`look: ${died1}`, true]],
    ],
  ])("%s", async (_title, step, before, expected) => {
    expect(await askedOf(step, before)).toEqual(["succeeded", ...expected]);
  });

  it("and has said no before it died is heard", async () => {
    const no = { ...yes, approved: false, reason: "not now" } as RunOccurrence;
    const { look, runner } = await resumed({ approval: true }, [...asked(false), no]);
    expect(look).toMatchObject({ status: "refused", reason: "refused by bob: not now" });
    expect(runner.lines).toEqual([]);
  });
});
