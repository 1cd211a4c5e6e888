import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { worsened } from "../../src/policy/caution.ts";
import { hold, type SloMemory } from "../../src/policy/hold.ts";
import { ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import type { PolicyInput } from "../../src/policy/verdict.ts";
import { consumed, given, HOUR, T0 } from "./support.ts";

const policy = new ConservativePolicy({ warnBelowRemainingRatio: 0.5, warnOnFastBurn: false });
const unknown = given({ total: 0, coverage: 0 });

function next(memory: SloMemory | undefined, input: PolicyInput, at = T0, minimumHoldMs = 0, marginRatio = 0.05) {
  const verdict = policy.evaluate(input);
  const cautious = policy.evaluate({ ...input, status: worsened(input.status, marginRatio) });
  return hold(memory, { id: input.slo.id, verdict, cautious }, { at, minimumHoldMs });
}

/** The decisions through a history. */
function through(inputs: readonly PolicyInput[], minimumHoldMs = 0, times: readonly number[] = []): string[] {
  let memory: SloMemory | undefined;
  return inputs.map((input, index) => {
    memory = next(memory, input, times[index] ?? T0 + index, minimumHoldMs).memory;
    return memory.decision;
  });
}

describe("a decision", () => {
  test("gets stricter at once", () => {
    expect(through([consumed(0), consumed(0.6), consumed(0.9)])).toEqual(["allow", "warn", "halt"]);
  });

  test("gets milder only when clear of the threshold by the margin", () => {
    expect(through([0.9, 0.8, 0.76, 0.751, 0.75].map((share) => consumed(share)))).toEqual([
      ...["halt", "halt", "halt", "halt"],
      "warn",
    ]);
  });

  test("goes down one level when that is as far as the margin lets it", () => {
    expect(through([consumed(0.9), consumed(0.47), consumed(0.45)])).toEqual(["halt", "warn", "allow"]);
  });

  test("to halt outlasts a gap in the data; a milder one gives way to unknown", () => {
    expect(through([consumed(0.9), unknown, consumed(0.1)])).toEqual(["halt", "halt", "allow"]);
    expect(through([consumed(0.6), unknown])).toEqual(["warn", "unknown"]);
  });

  test("does not slip past the margin through a gap in the data", () => {
    expect(through([consumed(0.6), unknown, consumed(0.47), consumed(0.44)])).toEqual([
      "warn",
      "unknown",
      "warn",
      "allow",
    ]);
  });

  test("says why it is kept", () => {
    const { memory } = next(undefined, consumed(0.9));
    expect(next(memory, consumed(0.78)).held).toBe("margin");
    expect(next(memory, unknown).held).toBe("unknown");
    expect(next(memory, consumed(0.1), T0 + 1, HOUR).held).toBe("time");
    expect(next(memory, consumed(0.9)).held).toBeUndefined();
    expect(next(memory, consumed(0.95), T0 + 1, HOUR).held).toBeUndefined();
  });

  test("that goes down by one level comes with what is to be done on that level", () => {
    const { memory } = next(undefined, consumed(0.9));
    expect(next(memory, consumed(0.47)).memory).toMatchObject({
      ...{ decision: "warn", level: "warn", since: T0 },
      recommendations: [expect.stringMatching(/^Release in small steps/), expect.anything()],
    });
    expect(next(memory, consumed(0.78)).memory.recommendations[0]).toMatch(/^Stop/);
    const blind = next(next(undefined, consumed(0.6)).memory, unknown, T0 + 5).memory;
    expect(blind).toMatchObject({ decision: "unknown", level: "warn", since: T0 + 5 });
    expect(next(undefined, unknown).memory).not.toHaveProperty("level");
    // The very first verdict is nobody's to hold back, though it is near a threshold.
    expect(next(undefined, consumed(0.47)).memory).toMatchObject({
      decision: "allow",
      level: "allow",
      recommendations: [],
    });
  });

  test("is as old as its entry, though the SLO was judged since", () => {
    const entered = next(undefined, consumed(0.9)).memory;
    const again = next(entered, consumed(0.95), T0 + 5).memory;
    expect(again.since).toBe(T0);
    expect(next(again, consumed(0.1), T0 + 9).memory.since).toBe(T0 + 9);
  });

  test.each(["halt", "warn"] as const)("of %s is left where slightly worse figures say nothing", (decision) => {
    const rest = { reasons: [], recommendations: [], actions: [] };
    const before: SloMemory = { id: "a/b", decision, level: decision, since: T0, actions: [], recommendations: [] };
    const [verdict, cautious] = [{ decision: "allow", ...rest } as const, { decision: "unknown", ...rest } as const];
    expect(hold(before, { id: "a/b", verdict, cautious }, { at: T0 + 5, minimumHoldMs: 0 })).toEqual({
      memory: { ...before, decision: "allow", level: "allow", since: T0 + 5 },
    });
  });

  test("keeps what was to be done when it was entered", () => {
    const freezing = new ConservativePolicy({ actions: { halt: ["freeze"] } });
    const judgement = (input: PolicyInput) => ({
      id: "a/b",
      verdict: freezing.evaluate(input),
      cautious: freezing.evaluate({ ...input, status: worsened(input.status, 0.05) }),
    });
    const entered = hold(undefined, judgement(consumed(0.9)), { at: T0, minimumHoldMs: 0 }).memory;
    const held = hold(entered, judgement(unknown), { at: T0, minimumHoldMs: 0 }).memory;
    expect(held).toMatchObject({ decision: "halt", actions: ["freeze"], since: T0 });
    expect(held.recommendations[0]).toMatch(/^Stop/);
  });
});

describe("the minimum hold", () => {
  const shares = [0.9, 0.1, 0.1].map((share) => consumed(share));

  test("keeps a decision for its time, and not a millisecond longer", () => {
    expect(through(shares, HOUR, [T0, T0 + HOUR - 1, T0 + HOUR])).toEqual(["halt", "halt", "allow"]);
  });

  test("counts from the entry, however often the decision is judged again", () => {
    const inputs = [0.9, 0.95, 0.1].map((share) => consumed(share));
    expect(through(inputs, HOUR, [T0, T0 + HOUR / 2, T0 + HOUR])).toEqual(["halt", "halt", "allow"]);
  });

  test("does not keep one from getting stricter", () => {
    expect(through([consumed(0.1), consumed(0.9)], HOUR)).toEqual(["allow", "halt"]);
  });

  test("is not prolonged by a clock that is set back for longer than itself", () => {
    const [dayAgo, later] = [T0 - 24 * HOUR, T0 - 23 * HOUR];
    expect(through(shares, HOUR, [T0, dayAgo, later])).toEqual(["halt", "halt", "allow"]);
  });
});

describe("laws", () => {
  const share = fc.double({ min: 0, max: 1.5, noNaN: true });
  const history = fc.array(
    fc.oneof({ weight: 5, arbitrary: share.map((s) => consumed(s)) }, { weight: 1, arbitrary: fc.constant(unknown) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );

  test("figures that jitter within the margin change a decision once at most", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.5, 0.8),
        fc.array(fc.integer({ min: -49, max: 49 }), { minLength: 2, maxLength: 60 }),
        (threshold, jitter) => {
          const decisions = through(jitter.map((thousandths) => consumed(threshold + thousandths / 1000)));
          const changes = decisions.filter((decision, index) => index > 0 && decision !== decisions[index - 1]);
          expect(changes.length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test("it is one trigger with two thresholds for each level, as written by hand", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1200 }), { minLength: 1, maxLength: 60 }), (thousandths) => {
        let [halted, warned] = [false, false];
        const expected = thousandths.map((bad) => {
          halted = bad > 800 || (halted && bad > 750);
          warned = bad > 500 || (warned && bad > 450);
          // Coming down from a halt, a warning that is not clear is on.
          return halted ? "halt" : warned ? "warn" : "allow";
        });
        expect(through(thousandths.map((bad) => given({ bad })))).toEqual(expected);
      }),
    );
  });

  test("a decision is never milder than the verdict, and a function of the history alone", () => {
    fc.assert(
      fc.property(history, (inputs) => {
        const rank = ["allow", "warn", "unknown", "halt"];
        const decisions = through(inputs);
        expect(through(inputs)).toEqual(decisions);
        for (const [index, decision] of decisions.entries()) {
          expect(rank.indexOf(decision)).toBeGreaterThanOrEqual(rank.indexOf(policy.evaluate(inputs[index]!).decision));
        }
      }),
    );
  });

  test("a memory goes through JSON unchanged", () => {
    fc.assert(
      fc.property(history, (inputs) => {
        let [kept, copied]: Array<SloMemory | undefined> = [undefined, undefined];
        for (const input of inputs) {
          kept = next(kept, input).memory;
          copied = JSON.parse(JSON.stringify(next(copied, input).memory)) as SloMemory;
        }
        expect(copied).toEqual(kept);
      }),
    );
  });
});

describe("a worsened status", () => {
  test("agrees with itself", () => {
    const { status } = given({ bad: 500, failing: { [HOUR]: 0.01 } });
    const worse = worsened(status, 0.05);
    expect(worse).toMatchObject({ state: "measured", verdict: "within", bad: 550, good: 999_450, sliRatio: 0.99945 });
    if (worse.state !== "measured" || status.state !== "measured") throw new Error("not measured");
    expect(worse.consumedRatio).toBeCloseTo(0.55, 12);
    expect(worse.remainingRatio).toBeCloseTo(0.45, 12);
    expect(worse.remainingEvents).toBeCloseTo(450, 6);
    expect(worse.remainingMinutes).toBeCloseTo(0.45 * 43.2, 9);
    expect(worse.burnRates[0]?.rate).toBeCloseTo(10.5, 9);
  });

  test("of an untouched budget has that share of its events spent", () => {
    expect(worsened(given({ bad: 0 }).status, 0.05)).toMatchObject({ bad: 50, good: 999_950, remainingEvents: 950 });
  });

  test("is spent where the margin is all that is left", () => {
    expect(worsened(given({ bad: 500 }).status, 0.5)).toMatchObject({
      ...{ remainingRatio: 0, verdict: "spent", exhaustion: { kind: "exhausted" } },
    });
    const within = worsened(given({ bad: 400, failing: { [HOUR]: 0.002 } }).status, 0.5);
    expect(within).toMatchObject({ verdict: "within", exhaustion: { kind: expect.not.stringMatching("exhausted") } });
  });

  test("has no burn rate where there was none", () => {
    const { status } = given({ failing: { [HOUR]: 0.01 } });
    if (status.state !== "measured") throw new Error("not measured");
    const idle = { ...status, burnRates: status.burnRates.map((burn) => ({ ...burn, rate: undefined })) };
    expect(worsened(idle, 0.05)).toMatchObject({ burnRates: [{ windowMs: HOUR, rate: undefined }] });
  });

  test("is exhausted where the margin is more than what is left", () => {
    expect(worsened(given({ bad: 960 }).status, 0.05)).toMatchObject({
      verdict: "exceeded",
      exhaustion: { kind: "exhausted" },
    });
  });

  test("is the same where nothing was measured, or by a margin of nothing", () => {
    expect(worsened(unknown.status, 0.05)).toBe(unknown.status);
    const { status } = given();
    expect(worsened(status, 0)).toBe(status);
  });
});
