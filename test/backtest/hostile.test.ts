import { describe, expect, test } from "vitest";

import { backtest } from "../../src/backtest/backtest.ts";
import { backtestCandidate, candidatesOf } from "../../src/backtest/candidate.ts";
import type { BacktestCandidate } from "../../src/backtest/model.ts";
import { stepsOf } from "../../src/backtest/steps.ts";
import { suggestObjective } from "../../src/backtest/suggest.ts";
import { ConfigurationError, formatPath } from "../../src/core/errors.ts";
import { candidateOf, DAY, MINUTE, sloOf, START, steady } from "./pasts.ts";

/** What is refused: path and message. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`).join("\n");
  }
  return "nothing was refused";
}

const usual = candidateOf("99.9%", "30d");
const fine = steady(3);

describe("counts that are none are refused by their place", () => {
  test.each<[string, object, string]>([
    ["NaN beside a count", { good: [1, NaN, 1] }, "data.good[1]: NaN is not a count from 0 to total (100)"],
    ["a count beside NaN", { total: [100, NaN, 100] }, "data.total[1]: NaN is not a count of events"],
    ["a negative count", { good: [1, 1, -1] }, "data.good[2]: -1 is not a count from 0 to total (100)"],
    ["a negative total", { good: [0, 0, 0], total: [-5, 0, 0] }, "data.total[0]: -5 is not a count of events"],
    ["more good than all", { good: [1, 101, 1] }, "data.good[1]: 101 is not a count from 0 to total (100)"],
    ["an endless count", { total: [Infinity, 1, 1] }, "data.total[0]: Infinity is not a count of events"],
    ["text", { good: ["1", 1, 1] }, 'data.good[0]: "1" is not a count'],
    ["holes", { total: new Array(3) }, "data.total[0]: undefined is not a count of events"],
    ["lists of two lengths", { good: [1] }, "data.good: there are 1 of good and 3 of total; each step needs both"],
    ["no list", { good: 5 }, "data.good: 5 is not a list of counts"],
    ["no steps", { good: [], total: [] }, "data.total: has no steps; there has to be one"],
    ["a step of no length", { stepMs: 0 }, "stepMs: 0 is not a step"],
    ["a start that is no time", { start: NaN }, "data.start: NaN is not a whole number of epoch milliseconds"],
    ["a start that no Date holds", { start: 9e15 }, "data.start: 9000000000000000 is not a whole number"],
    ["a misspelt field", { goods: [] }, "data.goods: is no option of counted steps; did you mean"],
    [
      "more than a million steps",
      { good: { length: 1_000_001 }, total: { length: 1_000_001 } },
      "stepMs: 1000001 steps of 1m are too many",
    ],
    ["more than ten years", { stepMs: 4 * 365 * DAY }, "data.end: is more than ten years after the start"],
  ])("%s", (_what, changes, message) => {
    expect(refusal(() => backtest([usual], { ...fine, ...changes }))).toContain(message);
    expect(refusal(() => suggestObjective({ ...fine, ...changes }, { window: "1d" }))).toContain(message);
  });

  test("in a map by the candidate's name", () => {
    const data = new Map([[usual.name, { ...fine, good: [1, 2, -3] }]]);
    expect(refusal(() => backtest([usual], data))).toContain('data["99.9% over 30d"].good[2]: -3');
    expect(refusal(() => backtest([usual], new Map()))).toContain('data["99.9% over 30d"]: has no counts');
    const other = { ...usual, name: "other" };
    const apart = new Map([
      [usual.name, fine],
      ["other", { ...fine, start: START + MINUTE }],
    ]);
    expect(refusal(() => backtest([usual, other], apart))).toContain("data.other: has other steps");
    expect(refusal(() => backtest([], new Map()))).toContain("candidates: a list of 0 is nothing to try");
  });
});

describe("samples that are none are refused by their place", () => {
  const options = { start: 0, end: 10, stepMs: 5 };
  test.each<[string, unknown, string]>([
    ["NaN", { at: 1, good: NaN, total: 1 }, "samples[1].good: NaN is not a count from 0 to total (1)"],
    ["a total of NaN", { at: 1, good: 0, total: NaN }, "samples[1].total: NaN is not a count of events"],
    ["a negative count", { at: 1, good: -1, total: 1 }, "samples[1].good: -1 is not"],
    ["more good than all", { at: 1, good: 2, total: 1 }, "samples[1].good: 2 is not a count from 0 to total (1)"],
    ["text", { at: 1, good: "1", total: 1 }, 'samples[1].good: "1" is not a count'],
    ["no time", { at: "now", good: 1, total: 1 }, 'samples[1].at: "now" is not a time in epoch milliseconds'],
  ])("%s", (_what, sample, message) => {
    const samples = [{ at: 0, good: 1, total: 1 }, sample as { at: number; good: number; total: number }];
    expect(refusal(() => stepsOf(samples, options))).toContain(message);
  });

  test.each<[string, object, string]>([
    ["part of a step", { end: 12 }, "end: 12 is not a whole number of steps of 5ms after the start, 0"],
    ["an end before the start", { end: -5 }, "end: -5 is not a whole number of steps"],
    ["half a millisecond", { stepMs: 0.5 }, "stepMs: 0.5 is not a step"],
    ["what is unknown", { empty: "idle" }, "empty: is no option of stepsOf"],
    ["another word", { withoutSamples: "good" }, 'withoutSamples: "good" is not possible; allowed: idle, unwatched'],
  ])("options: %s", (_what, changes, message) => {
    expect(refusal(() => stepsOf([], { ...options, ...changes }))).toContain(message);
  });

  test.each([
    [undefined, "undefined"],
    [null, "null"],
    [7, "7"],
    ["now", '"now"'],
  ])("%j", (sample, shown) => {
    const samples = [{ at: 0, good: 1, total: 1 }, sample as never];
    expect(refusal(() => stepsOf(samples, options))).toBe(`samples[1]: ${shown} is no object with at, good and total`);
  });

  test("holes in the list", () => {
    expect(refusal(() => stepsOf(new Array(2), options))).toContain("samples[0]: undefined is no object");
  });

  test("no list of samples", () => {
    expect(refusal(() => stepsOf("none" as unknown as [], options))).toBe('samples: "none" is not a list of counts');
  });
});

describe("candidates that cannot be tried are refused by their place", () => {
  const [tier] = usual.tiers;
  test.each<[string, unknown, string]>([
    ["no name", { ...usual, name: " " }, "candidates[1].name:"],
    ["a name twice", usual, 'candidates[1].name: there are two of the name "99.9% over 30d"'],
    [
      "half a failure",
      { ...usual, name: "b", minimumFailures: 0.5 },
      "candidates[1].minimumFailures: 0.5 is not a whole number",
    ],
    [
      "an objective as text",
      { ...usual, name: "b", subject: { ...usual.subject, objective: "99%" } },
      'candidates[1].subject.objective: "99%" is no Objective',
    ],
    [
      "no window",
      { ...usual, name: "b", subject: { ...usual.subject, window: { kind: "rolling", durationMs: 0 } } },
      "candidates[1].subject.window: 0 is not a window",
    ],
    [
      "a window shorter than a step",
      { ...usual, name: "b", subject: { ...usual.subject, window: { kind: "rolling", durationMs: 1_000 } } },
      'candidates[1].subject.window: "b" has a window of 1s, and a step of the past has 1m: take steps of 1s at most',
    ],
    [
      "a negative least number of events",
      { ...usual, name: "b", subject: { ...usual.subject, minimumEvents: -1 } },
      "candidates[1].subject.minimumEvents: -1 is not",
    ],
    [
      "tiers that are no list",
      { ...usual, name: "b", tiers: {} },
      "candidates[1].tiers: a mapping is not a list of tiers",
    ],
    [
      "a factor of nothing",
      { ...usual, name: "b", tiers: [{ ...tier, factor: 0 }] },
      "candidates[1].tiers[0].factor: 0 is not a positive number",
    ],
    [
      "a look-back shorter than a step",
      { ...usual, name: "b", tiers: [{ ...tier, shortMs: 30_000 }] },
      'candidates[1].tiers[0].shortMs: the alert page_fast of "b" looks back 30s, and a step of the past has 1m: take steps of 30s at most',
    ],
    [
      "a tier twice",
      { ...usual, name: "b", tiers: [tier, tier] },
      'candidates[1].tiers[1].name: there are two of the name "page_fast"',
    ],
    [
      "another severity",
      { ...usual, name: "b", tiers: [{ ...tier, severity: "mail" }] },
      'candidates[1].tiers[0].severity: "mail" is not possible; allowed: page, ticket',
    ],
    [
      "no share",
      { ...usual, name: "b", tiers: [{ ...tier, budgetShare: NaN }] },
      "candidates[1].tiers[0].budgetShare: NaN is not a share",
    ],
    [
      "what is unknown",
      { ...usual, name: "b", tier: [] },
      'candidates[1].tier: is no option of a candidate; did you mean "tiers"?',
    ],
    [
      "a look-back of no whole milliseconds",
      { ...usual, name: "b", tiers: [{ ...tier, shortMs: 59_999.5 }] },
      'the alert page_fast of "b" looks back 59s999ms, and a step of the past has 1m: take steps of 59s999ms at most',
    ],
    ["no subject", { ...usual, name: "b", subject: undefined }, "candidates[1].subject: undefined is not a subject"],
    [
      "a tier that is none",
      { ...usual, name: "b", tiers: [tier, undefined] },
      "candidates[1].tiers[1]: undefined is not a tier",
    ],
    ["nothing", null, "candidates[1]: a candidate takes an object of options, not null"],
  ])("%s", (_what, candidate, message) => {
    expect(refusal(() => backtest([usual, candidate as BacktestCandidate], fine))).toContain(message);
  });

  test("none at all, and more than a hundred", () => {
    expect(refusal(() => backtest([], fine))).toBe("candidates: a list of 0 is nothing to try; hand in one at least");
    const many = Array.from({ length: 101 }, (_, index) => ({ ...usual, name: String(index) }));
    expect(refusal(() => backtest(many, fine))).toContain("candidates: 101 are too many");
  });

  test("what is no list, and no candidate, before anything is counted", () => {
    const data = new Map([[usual.name, fine]]);
    for (const counts of [fine, data, undefined as never]) {
      expect(refusal(() => backtest(undefined as never, counts))).toBe(
        "candidates: undefined is nothing to try; hand in one at least",
      );
      expect(refusal(() => backtest({} as never, counts))).toContain("candidates: a mapping is nothing to try");
      expect(refusal(() => backtest([undefined as never], counts))).toContain(
        "candidates[0]: a candidate takes an object",
      );
      expect(refusal(() => backtest(new Array(2) as never, counts))).toContain(
        "candidates[0]: a candidate takes an object",
      );
      expect(refusal(() => backtest([{ ...usual, name: undefined as never }], counts))).toContain(
        "candidates[0].name:",
      );
    }
  });

  test("no counts at all", () => {
    expect(refusal(() => backtest([usual], undefined as never))).toContain("data: counted steps takes an object");
    expect(refusal(() => backtest([usual], {} as never))).toContain("data.good: undefined is not a list of counts");
    expect(refusal(() => backtest([usual], new Map([[usual.name, null as never]])))).toContain(
      'data["99.9% over 30d"]: counted steps takes an object',
    );
    expect(refusal(() => suggestObjective(undefined as never, undefined as never))).toContain(
      "data: counted steps takes an object of options, not undefined",
    );
    expect(refusal(() => suggestObjective(fine, undefined as never))).toContain("suggestObjective takes an object");
    expect(refusal(() => suggestObjective(fine, {} as never))).toContain("window: undefined is not a window");
  });

  test("what candidates cannot be made of", () => {
    const slo = sloOf({ target: "99.9%", measurement_window: "30d" });
    expect(refusal(() => backtestCandidate(undefined as never))).toContain("slo: undefined is no SLO");
    expect(refusal(() => candidatesOf({} as never))).toContain("slo: a mapping is no SLO");
    expect(refusal(() => candidatesOf(slo, {} as never))).toContain("variations: a mapping is not a list of changes");
    expect(refusal(() => candidatesOf(slo, [{}, undefined as never]))).toContain(
      "variations[1]: undefined is no object of changes",
    );
  });

  test("options that are none", () => {
    expect(refusal(() => backtest([usual], fine, { keptRatio: 95 }))).toContain(
      "keptRatio: 95 is not a share of windows",
    );
    expect(refusal(() => backtest([usual], fine, { kept: 1 } as object))).toContain("kept: is no option of backtest");
    expect(refusal(() => suggestObjective(fine, { window: "soon" }))).toContain('window: "soon" is not a duration');
    expect(refusal(() => suggestObjective(fine, { window: "1d", minimumEvents: 0.5 }))).toContain("minimumEvents: 0.5");
  });
});
