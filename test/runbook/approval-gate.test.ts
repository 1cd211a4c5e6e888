import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { ApprovalRequest } from "../../src/runbook/engine/approval.ts";
import { ApprovalGate, type GateOptions } from "../../src/runbook/engine/gate.ts";
import type { RunOccurrence } from "../../src/runbook/events.ts";
import { foldRun, recordOf } from "../../src/runbook/fold.ts";
import { Redactor } from "../../src/runbook/redact/redactor.ts";
import { stateAfter } from "./journal.ts";
import { Heard, ticks } from "./support.ts";

const START = 1_000_000;
const REQUEST = {
  ...{ run: "RUN-0001", runbook: "Slow", step: "look", message: "Look?", command: ["ls"], alert: "Latency" },
  ...{ by: "ann", isDestructive: false, isRepeat: false },
};
type Asked = Parameters<ApprovalGate["ask"]>[1];

/** A gate in front of a run, and what goes on there. */
function gated(some: Partial<GateOptions> = {}, before: readonly RunOccurrence[] = []) {
  const clock = new ManualClock(START);
  const heard = new Heard();
  const added: RunOccurrence[] = [];
  const looks = { count: 0 };
  let state = stateAfter(...before);
  const say = (occurrence: RunOccurrence): void => {
    const event = { ...occurrence, at: clock.now(), id: `o:${String(added.length)}` };
    state = foldRun(state, event, "RUN-0001") ?? state;
    if (event.type === "approval_answered") gate.heard(event);
  };
  const gate: ApprovalGate = new ApprovalGate({
    ...{ approver: undefined, clock, logger: heard.logger, redactor: new Redactor(["tok-12345"]) },
    add: async (...occurrences) => {
      added.push(...occurrences);
      occurrences.forEach(say);
    },
    look: async () => void (looks.count += 1),
    step: (name) => recordOf(state, name),
    ...some,
  });
  const controller = new AbortController();
  const ask = (more: Partial<Asked> = {}, request: object = {}) =>
    gate.ask({ ...REQUEST, ...request }, { timeoutMs: 5_000, signal: controller.signal, ...more });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 250) {
      clock.advance(Math.min(250, left));
      await ticks(20);
    }
  };
  return { ...{ gate, clock, heard, added, looks, say, ask, pass, controller } };
}

const yes: RunOccurrence = { type: "approval_answered", step: "look", approved: true, by: "bob" };
const requested = { type: "approval_requested", step: "look", message: "Look?", expiresAt: START + 5_000 } as const;

describe("a gate", () => {
  it("asks, and passes on what somebody answers", async () => {
    const { ask, say, added, looks } = gated();
    const answer = ask();
    await ticks(20);
    expect(added).toStrictEqual([requested]);
    say({ ...yes, reason: "fine" });
    expect(await answer).toStrictEqual({ approved: true, by: "bob", reason: "fine" });
    expect([added.length, looks.count]).toEqual([1, 0]);
  });

  it("has no reason where none was told", async () => {
    const { ask, say } = gated();
    const answer = ask();
    await ticks(20);
    say({ ...yes, approved: false });
    expect(await answer).toStrictEqual({ approved: false, by: "bob" });
  });

  it("tells what step it is for, where the run has not planned that", async () => {
    const { ask, added, controller } = gated();
    const planned = { name: "undo", kind: "command", of: "look", isRollback: true } as const;
    const answer = ask({ planned }, { step: "undo" });
    await ticks(20);
    expect(added).toStrictEqual([{ ...requested, step: "undo", planned }]);
    controller.abort();
    expect(await answer).toBeUndefined();
  });

  it("looks every second for what others have said, and goes on though it cannot", async () => {
    let looks = 0;
    const { ask, pass, say, heard } = gated({
      look: async () => {
        looks += 1;
        if (looks === 2) throw new RangeError("secret");
        if (looks === 3) say(yes);
      },
    });
    const answer = ask();
    await ticks(20);
    await pass(2_750);
    expect(looks).toBe(2);
    await pass(250);
    expect(await answer).toStrictEqual({ approved: true, by: "bob" });
    expect(heard.lines).toEqual([
      'answers to an approval could not be looked for {"step":"look","error":"RangeError"}',
    ]);
  });

  it("takes it for a no when nobody has answered in time", async () => {
    const { ask, pass, added, looks } = gated();
    const answer = ask();
    await ticks(20);
    await pass(4_750);
    expect(added).toHaveLength(1);
    await pass(250);
    const reason = "nobody answered within 5 s, which is taken as no";
    expect(await answer).toStrictEqual({ approved: false, by: "nobody", reason });
    expect(added[1]).toStrictEqual({ type: "approval_answered", step: "look", approved: false, by: "nobody", reason });
    expect(looks.count).toBe(5);
  });

  it("waits for a question that was asked before for no longer than that one's time", async () => {
    const { ask, pass, added } = gated({}, [{ ...requested, expiresAt: START + 1_500 }]);
    const answer = ask();
    await ticks(20);
    await pass(1_250);
    expect(added).toEqual([]);
    await pass(250);
    expect((await answer)?.by).toBe("nobody");
    expect(added).toHaveLength(1);
  });

  it("waits no longer than it may, though the clock was set back since", async () => {
    const { ask, pass } = gated({}, [{ ...requested, expiresAt: START + 900_000 }]);
    const answer = ask();
    await ticks(20);
    await pass(5_000);
    expect((await answer)?.reason).toBe("nobody answered within 5 s, which is taken as no");
  });

  it("waits no longer than it may, though the machine slept meanwhile", async () => {
    const { ask, pass, clock, looks } = gated();
    const answer = ask();
    await ticks(20);
    clock.stepWall(5_000);
    await pass(1_000);
    expect((await answer)?.by).toBe("nobody");
    expect(looks.count).toBe(1);
  });

  it("does not wait for one whose time is up", async () => {
    const { ask, looks } = gated({}, [{ ...requested, expiresAt: START - 1 }]);
    expect((await ask())?.by).toBe("nobody");
    expect(looks.count).toBe(0);
  });

  it("asks anew what was answered before", async () => {
    const { ask, added } = gated({}, [requested, yes, { type: "step_started", step: "look", attempt: 1 }]);
    void ask();
    await ticks(20);
    expect(added).toEqual([requested]);
  });

  it("is left at once, without an answer, when the run is cancelled", async () => {
    const { ask, added, controller, looks } = gated();
    const answer = ask();
    await ticks(20);
    controller.abort();
    expect(await answer).toBeUndefined();
    expect([added.length, looks.count]).toEqual([1, 1]);
    const late = gated({}, [requested]);
    late.controller.abort();
    expect(await late.ask()).toBeUndefined();
    expect(late.added).toEqual([]);
  });

  it("is left the same way by a step that nobody knows any more", async () => {
    const { ask, controller } = gated({ step: () => undefined });
    const answer = ask();
    await ticks(20);
    controller.abort();
    expect(await answer).toBeUndefined();
  });

  it("does not mind an answer that nobody waits for", () => {
    expect(() => {
      gated().say(yes);
    }).not.toThrow();
  });
});

describe("a policy at a gate", () => {
  it("sees the question and until when it is one, and answers at once", async () => {
    const requests: ApprovalRequest[] = [];
    const { ask, added } = gated({
      approver: (request) => {
        requests.push(request);
        return { approved: true, by: "night", reason: "safe" };
      },
    });
    expect(await ask()).toStrictEqual({ approved: true, by: "night", reason: "safe" });
    expect(requests).toEqual([{ ...REQUEST, expiresAt: START + 5_000 }]);
    expect(added[1]).toStrictEqual({ ...yes, by: "night", reason: "safe" });
  });

  it("says nothing secret, and no more than fits", async () => {
    const long = "x".repeat(2_001);
    const { ask, added } = gated({
      approver: async () => ({ approved: false, by: `tok-12345 ${long}`, reason: `tok-12345 ${long}` }),
    });
    await ask();
    expect(added[1]).toStrictEqual({
      ...{ type: "approval_answered", step: "look", approved: false, by: `[redacted] ${"x".repeat(188)}…` },
      reason: `[redacted] ${"x".repeat(1_988)}…`,
    });
  });

  it("without a reason tells none", async () => {
    const { ask, added } = gated({ approver: () => ({ approved: true, by: "night" }) });
    await ask();
    expect(added[1]).toStrictEqual({ ...yes, by: "night" });
  });

  it.each<[string, unknown, string]>([
    ["approved", { approved: "yes", by: "night" }, "a mapping"],
    ["by", { approved: true, by: 5 }, "a mapping"],
    ["name", { approved: true, by: "" }, "a mapping"],
    ["answer", null, "null"],
    ["answer but a text", "yes", '\\"yes\\"'],
    ["answer but a secret", "tok-12345", '\\"[redacted]\\"'],
  ])("that has no %s to give leaves it to people", async (_title, answer, shown) => {
    const { ask, say, added, heard } = gated({ approver: () => answer as never });
    const asked = ask();
    await ticks(20);
    expect(added).toHaveLength(1);
    expect(heard.lines).toEqual([
      `an approver failed; the question waits for people {"step":"look","error":"approver: answered ${shown}; write { approved: true, by: \\"name\\" }"}`,
    ]);
    say(yes);
    expect((await asked)?.by).toBe("bob");
  });

  it("that has nothing to say, or throws, leaves it to people", async () => {
    const { ask, say, heard, added } = gated({ approver: () => undefined });
    const asked = ask();
    await ticks(20);
    say(yes);
    await asked;
    expect([heard.lines, added.length]).toEqual([[], 1]);
    const other = gated({ approver: () => Promise.reject(new RangeError("secret")) });
    void other.ask();
    await ticks(20);
    expect(other.heard.lines).toEqual([
      'an approver failed; the question waits for people {"step":"look","error":"RangeError"}',
    ]);
  });

  it("that hangs is told when its answer is not wanted any more", async () => {
    const signals: AbortSignal[] = [];
    const { ask, say, heard } = gated({
      approver: (_request, { signal }) => {
        signals.push(signal);
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("given up")));
        });
      },
    });
    const asked = ask();
    await ticks(20);
    expect(signals[0]?.aborted).toBe(false);
    say(yes);
    expect((await asked)?.by).toBe("bob");
    expect([signals[0]?.aborted, heard.lines]).toEqual([true, []]);
    const gone = gated({ approver: (_request, { signal }) => void signals.push(signal) });
    const left = gone.ask();
    await ticks(20);
    gone.controller.abort();
    await left;
    expect(signals[1]?.aborted).toBe(true);
  });

  it("that answers when the time is up is not heard", async () => {
    let answerNow = (): void => undefined;
    const { ask, pass, clock, heard, added } = gated({
      approver: () =>
        new Promise((resolve) => {
          answerNow = () => resolve({ approved: true, by: "night" });
        }),
    });
    const asked = ask();
    await ticks(20);
    clock.stepWall(5_001);
    answerNow();
    await ticks(20);
    expect(added).toHaveLength(1);
    expect(heard.lines).toEqual(['an approver answered when the time was up; its answer is none {"step":"look"}']);
    await pass(1_000);
    expect((await asked)?.by).toBe("nobody");
  });

  it("that is slower than a person is not heard", async () => {
    let answerNow = (): void => undefined;
    const { ask, say, added } = gated({
      approver: () =>
        new Promise((resolve) => {
          answerNow = () => resolve({ approved: true, by: "night" });
        }),
      add: async (...occurrences) => {
        added.push(...occurrences);
        say(occurrences[0]!);
      },
    });
    const asked = ask();
    await ticks(20);
    say({ ...yes, approved: false });
    answerNow();
    expect((await asked)?.by).toBe("bob");
    expect(added).toHaveLength(1);
  });
});
