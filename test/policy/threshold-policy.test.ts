import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { USUAL_MINIMUM_FAILURES } from "../../src/budget/alerting.ts";
import { AggressivePolicy, ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import { DAY, given, HOUR } from "./support.ts";

const conservative = new ConservativePolicy();
const aggressive = new AggressivePolicy();

describe("the conservative policy", () => {
  test.each([
    ["allows with an untouched budget", 0, "allow"],
    ["allows one event short of 80%", 799, "allow"],
    ["allows at exactly 80% consumed, for above is strict", 800, "allow"],
    ["halts one event after", 801, "halt"],
    ["halts with everything spent", 1000, "halt"],
    ["halts when overspent", 5000, "halt"],
  ])("%s", (_, bad, decision) => {
    expect(conservative.evaluate(given({ bad })).decision).toBe(decision);
  });

  test.each([
    [499, "allow"],
    [500, "allow"],
    [501, "warn"],
    [800, "warn"],
    [801, "halt"],
  ])("that warns below half of the budget: after %i of 1000 failures %s", (bad, decision) => {
    expect(new ConservativePolicy({ warnBelowRemainingRatio: 0.5 }).evaluate(given({ bad })).decision).toBe(decision);
  });

  test("gives its reasons with the figures, the halting ones first", () => {
    const { reasons, recommendations } = conservative.evaluate(given({ bad: 830 }));
    expect(reasons).toEqual([
      {
        code: "consumed_above",
        message: "checkout/availability: 83% of the error budget is consumed; releases halt above 80%",
      },
      {
        code: "remaining_below",
        message: "checkout/availability: 17% of the error budget remains; a warning is due below 20%",
      },
    ]);
    expect(recommendations[0]).toMatch(/^Stop feature releases/);
  });

  test("shows enough digits to tell a figure from its threshold", () => {
    const [reason] = conservative.evaluate(given({ bad: 800_001, total: 1_000_000_000 })).reasons;
    expect(reason?.message).toContain("80.0001% of the error budget is consumed; releases halt above 80%");
  });

  test("is exact at its boundary, whatever the objective and the traffic", () => {
    const objectives = fc.constantFrom("90%", "99%", "99.5%", "99.9%", "99.95%", "99.99%");
    fc.assert(
      fc.property(
        objectives,
        fc.integer({ min: 1, max: 200_000 }),
        fc.integer({ min: -1, max: 1 }),
        (objective, units, offset) => {
          const total = units * 100_000;
          const budget = Math.round(total * (1 - Number(objective.slice(0, -1)) / 100));
          const bad = budget * 0.8 + offset;
          expect(conservative.evaluate(given({ objective, total, bad: Math.round(bad) })).decision).toBe(
            Math.round(bad) * 10 > budget * 8 ? "halt" : "allow",
          );
        },
      ),
    );
  });
});

describe("the aggressive policy", () => {
  test.each([
    [800, "allow"],
    [900, "allow"],
    [901, "warn"],
    [950, "warn"],
    [951, "halt"],
  ])("after %i of 1000 failures: %s", (bad, decision) => {
    expect(aggressive.evaluate(given({ bad })).decision).toBe(decision);
  });
});

describe("a fast burn", () => {
  test.each([
    ["above 14.4 over 1 h and 5 m warns with 30% consumed", { [HOUR]: 0.015, [HOUR / 12]: 0.015 }, "warn"],
    ["above 14.4 over 1 h alone warns, for want of the short look-back", { [HOUR]: 0.015 }, "warn"],
    ["that a look-back of another length does not see is one all the same", { [HOUR]: 0.015, [60_000]: 0 }, "warn"],
    ["of exactly 14.4 does not: a tier is crossed above its factor", { [HOUR]: 0.0144 }, "allow"],
    ["of 14 over 1 h does not", { [HOUR]: 0.014, [HOUR / 12]: 0.5 }, "allow"],
    ["that has ended does not", { [HOUR]: 0.015, [HOUR / 12]: 0 }, "allow"],
    ["that burns at exactly 14.4 over the last 5 m has ended", { [HOUR]: 0.015, [HOUR / 12]: 0.0144 }, "allow"],
    ["above 6 over 6 h warns", { [6 * HOUR]: 0.007, [HOUR / 2]: 0.007 }, "warn"],
    ["of 3 over a day makes a ticket, not a warning", { [DAY]: 0.003, [2 * HOUR]: 0.003 }, "allow"],
  ])("%s", (_, failing, decision) => {
    for (const policy of [conservative, aggressive]) {
      expect(policy.evaluate(given({ bad: 300, failing })).decision).toBe(decision);
    }
  });

  test.each([
    ["neither long look-back", {}, ["within_budget", "look_back_missing"], "over 1h and 6h was not measured"],
    ["one of them", { [HOUR]: 0.001 }, ["within_budget", "look_back_missing"], "over 6h was not measured"],
    ["both", { [HOUR]: 0.001, [6 * HOUR]: 0.001 }, ["within_budget"], undefined],
  ])("that nobody could see is told where the status has %s", (_, failing, codes, message) => {
    const { decision, reasons } = conservative.evaluate(given({ bad: 300, failing }));
    expect([decision, reasons.map(({ code }) => code)]).toEqual(["allow", codes]);
    if (message !== undefined) expect(reasons[1]?.message).toContain(message);
    const calm = new ConservativePolicy({ warnOnFastBurn: false }).evaluate(given({ bad: 300, failing }));
    expect(calm.reasons.map(({ code }) => code)).toEqual(["within_budget"]);
  });

  test.each([
    ["of 4 failures", 4, {}, "allow"],
    ["of as many as alerts take", USUAL_MINIMUM_FAILURES, {}, "warn"],
    ["of nearly as many, as an extrapolation tells them", 4.6, {}, "warn"],
    ["of one fewer than its SLO asks for", 19, { alerting: { minimumFailures: 20 } }, "allow"],
    ["of as many as its SLO asks for", 20, { alerting: { minimumFailures: 20 } }, "warn"],
    ["of a single one, which its SLO asks for", 1, { alerting: { minimumFailures: 1 } }, "warn"],
    ["of 5 where the SLO's alerting says something else", 5, { alerting: { name: "Burn" } }, "warn"],
    ["whose alerts are switched off", 5, { alerting: { page: false, ticket: false } }, "warn"],
    ["of a single slice", 1, { kind: "throughput", alerting: { minimumFailures: 20 } }, "warn"],
    ["of a single slice of events", 1, { slices: { lengthMs: 60_000, empty: "ignored" } }, "warn"],
  ] as const)("%s is one that warns, or none yet (%i of %o)", (_, bad, about, decision) => {
    const input = given({ bad: 300, failing: { [HOUR]: 0.015 } });
    const burnRates = input.status.burnRates.map((burn) => ({ ...burn, bad }));
    const slo = { ...input.slo, ...about };
    for (const policy of [conservative, aggressive])
      expect(policy.evaluate({ slo, status: { ...input.status, burnRates } }).decision).toBe(decision);
  });

  test("after which nothing came over the short look-back has ended", () => {
    const input = given({ bad: 300, failing: { [HOUR]: 0.015, [HOUR / 12]: 0.5 } });
    const burnRates = input.status.burnRates.map((burn) =>
      burn.windowMs === HOUR ? burn : { ...burn, rate: undefined },
    );
    expect(conservative.evaluate({ ...input, status: { ...input.status, burnRates } }).decision).toBe("allow");
  });

  test("is told with its pace and the pace that is too much", () => {
    expect(conservative.evaluate(given({ bad: 300, failing: { [HOUR]: 0.02 } })).reasons).toEqual([
      {
        code: "burn_rate_high",
        message: expect.stringMatching(/^checkout\/availability: .*20.* over 1h.*; a warning is due above 14\.4x$/),
      },
    ]);
  });

  test("can be left out", () => {
    const calm = new ConservativePolicy({ warnOnFastBurn: false });
    expect(calm.evaluate(given({ bad: 300, failing: { [HOUR]: 0.5 } })).decision).toBe("allow");
    expect(calm.lookBacksMs(rollingWindow(30 * DAY))).toEqual([]);
    expect(conservative.lookBacksMs(rollingWindow(30 * DAY))).toEqual([HOUR, HOUR / 12, 6 * HOUR, HOUR / 2]);
  });
});

describe("what was not measured is unknown, never healthy", () => {
  test.each([
    ["no_traffic", { total: 0, coverage: 1 }],
    ["too_little_traffic", { total: 5, minimumEvents: 10 }],
    ["no_data", { total: 0, coverage: 0 }],
  ])("%s", (code, facts) => {
    const verdict = conservative.evaluate(given(facts));
    expect(verdict.decision).toBe("unknown");
    expect(verdict.actions).toEqual([]);
    expect(verdict.reasons[0]?.message).toMatch(/^checkout\/availability cannot be judged: ./);
    expect(verdict.reasons.map((reason) => reason.code)).toEqual([code]);
    expect(verdict.recommendations).toHaveLength(1);
  });

  test("an idle service can be allowed to be idle, but not to be unwatched", () => {
    const lenient = new ConservativePolicy({ whenIdle: "allow" });
    expect(lenient.evaluate(given({ total: 0 }))).toEqual({
      decision: "allow",
      reasons: [{ code: "idle_allowed", message: "checkout/availability had no traffic, which this policy allows" }],
      recommendations: [],
      actions: [],
    });
    expect(lenient.evaluate(given({ total: 0, coverage: 0 })).decision).toBe("unknown");
    expect(lenient.evaluate(given({ total: 5, minimumEvents: 10 })).decision).toBe("unknown");
  });
});

test("a policy has the name that it is given, or its own, and its limits may be as far apart as they can be", () => {
  expect(
    [new ConservativePolicy(), new AggressivePolicy(), new AggressivePolicy({ name: "night" })].map(({ name }) => name),
  ).toEqual([...["conservative", "aggressive", "night"]]);
  const widest = new ConservativePolicy({ haltAboveConsumedRatio: 10, warnBelowRemainingRatio: 1 });
  expect(widest.evaluate(given({ bad: 1 })).decision).toBe("warn");
  expect(new ConservativePolicy({ haltAboveConsumedRatio: 0 }).evaluate(given({ bad: 1 })).decision).toBe("halt");
});

test("a policy that never warns of what remains still halts", () => {
  const quiet = new ConservativePolicy({ warnBelowRemainingRatio: false });
  expect(quiet.evaluate(given({ bad: 1200 })).reasons.map(({ code }) => code)).toEqual(["consumed_above"]);
  expect(quiet.evaluate(given({ bad: 830 })).reasons.map(({ code }) => code)).toEqual(["consumed_above"]);
  const late = new ConservativePolicy({ warnBelowRemainingRatio: false, haltAboveConsumedRatio: 2 });
  expect(late.evaluate(given({ bad: 999 })).decision).toBe("allow");
});

test("what is allowed has its figure, and no action unless one is given", () => {
  const calm = new ConservativePolicy({ warnOnFastBurn: false });
  expect(calm.evaluate(given({ bad: 250 }))).toEqual({
    decision: "allow",
    reasons: [{ code: "within_budget", message: "checkout/availability: 75% of the error budget remains" }],
    recommendations: [],
    actions: [],
  });
});

test("actions go with the decision", () => {
  const policy = new ConservativePolicy({ actions: { halt: ["freeze"], unknown: ["ask"], allow: ["thaw"] } });
  expect(policy.evaluate(given({ bad: 900 })).actions).toEqual(["freeze"]);
  expect(policy.evaluate(given({ total: 0 })).actions).toEqual(["ask"]);
  expect(policy.evaluate(given()).actions).toEqual(["thaw"]);
});

test.each([
  ["haltAboveConsumedRatio", { haltAboveConsumedRatio: -0.1 }, "haltAboveConsumedRatio: -0.1 is not a share"],
  [
    "warnBelowRemainingRatio",
    { warnBelowRemainingRatio: 20 },
    "warnBelowRemainingRatio: 20 is not a share of the budget; write a number from 0 to 1",
  ],
  [
    "haltAboveConsumedRatio in words",
    { haltAboveConsumedRatio: "0.5" as never },
    'haltAboveConsumedRatio: "0.5" is not a share of the budget; write a number from 0 to 10',
  ],
  ["whenIdle", { whenIdle: "halt" as never }, 'whenIdle: "halt" is not allowed'],
])("a bad %s is refused by name", (_, options, message) => {
  expect(() => new ConservativePolicy(options)).toThrow(message);
});
