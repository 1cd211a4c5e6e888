import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { assessMaturity } from "../../src/maturity/assess.ts";
import { MATURITY_CRITERIA } from "../../src/maturity/criteria.ts";
import type { MaturityAnswers, MaturityCriterion, MaturityEvidence, MaturityReport } from "../../src/maturity/model.ts";
import { assessed, AT, criterion, DAY } from "./support.ts";

const ladder = ([1, 2, 3, 4] as const).flatMap((level) => [
  criterion(`must${level}`, level, { required: true, weight: 1 }),
  criterion(`may${level}`, level, { weight: 3 }),
  criterion(`small${level}`, level, { weight: 1 }),
]);
const allOf = (...levels: number[]): Record<string, number> =>
  Object.fromEntries(levels.flatMap((level) => ["must", "may", "small"].map((name) => [`${name}${level}`, 1])));

describe("the level", () => {
  test.each([
    ["nothing is known", {}, 0],
    ["all of level 1 is met", allOf(1), 1],
    ["exactly four fifths of the weight are met", { must1: 1, may1: 1 }, 1],
    ["less than four fifths are met", { must1: 1, may1: 0.99, small1: 1 }, 0],
    ["what is required is missing, whatever else there is", { ...allOf(1, 2), must1: 0.99 }, 0],
    ["level 2 is met and level 1 is not", allOf(2), 0],
    ["levels 1 and 3 are met", allOf(1, 3), 1],
    ["all is met", allOf(1, 2, 3, 4), 4],
  ])("%s", (_name, shares, level) => {
    expect(assessed(ladder, shares).level).toBe(level);
  });

  test("what does not apply is left out, but a level of which nothing is met is not reached", () => {
    const answered = (words: MaturityAnswers["answers"]) =>
      assessMaturity({ at: AT, criteria: ladder, answers: { by: "ann", at: AT, answers: words } });
    expect(answered({ must1: "not_applicable", may1: "yes" }).level).toBe(0);
    expect(answered({ must1: "not_applicable", may1: "yes", small1: "not_applicable" }).level).toBe(1);
    const nothing = answered({ must1: "not_applicable", may1: "not_applicable", small1: "not_applicable" });
    expect(nothing.level).toBe(0);
    expect(nothing.levels[0]).toMatchObject({ reached: false, metShare: undefined });
  });
});

describe("a criterion", () => {
  const only = [criterion("one", 1, { metFrom: 0.9 })];
  const standing = (evidence: MaturityEvidence, answers?: MaturityAnswers["answers"], at = AT) => {
    const said = answers === undefined ? undefined : { by: "ann", at, answers };
    const { criteria, remarks } = assessMaturity({ at: AT, criteria: only, evidence, answers: said });
    return { ...criteria[0], remarks: remarks.map(({ message }) => message) };
  };

  test.each([
    [0.9, "met", 1],
    [0.89, "partly", 0.89],
    [0, "not_met", 0],
    [undefined, "unknown", 0],
  ])("with a share of %s is %s", (share, state, value) => {
    expect(standing({ one: { share, text: "seen" } })).toMatchObject({ state, value, text: "seen" });
  });

  test("is judged by what was seen, and a contradiction is told", () => {
    const seen = { one: { share: 2 / 9, text: "2 of 9 alerts have a runbook" } };
    expect(standing(seen, { one: "yes" })).toMatchObject({
      ...{ state: "partly", source: "evidence" },
      remarks: ["answered yes by ann, and 2 of 9 alerts have a runbook"],
    });
    expect(standing(seen, { one: "partly" }).remarks).toEqual([]);
    expect(standing(seen, { one: "not_applicable" })).toMatchObject({ state: "partly", source: "evidence" });
  });

  test("is judged by what was said where nothing could be seen, and says why", () => {
    expect(standing({ one: { share: undefined, text: "it failed" } }, { one: "yes" })).toMatchObject({
      ...{ state: "met", source: "answer" },
      text: "answered yes by ann on 2026-03-20 (not seen: it failed)",
    });
  });

  test("an answer is old after a year, and stands until then without a word", () => {
    expect(standing({}, { one: "yes" }, AT - 365 * DAY).remarks).toEqual([]);
    expect(standing({}, { one: "yes" }, AT - 366 * DAY).remarks).toEqual(["the answer of ann is 366 d old; ask again"]);
  });

  test("partly is half, or the share that was told, and never met", () => {
    expect(standing({}, { one: "partly" })).toMatchObject({ state: "partly", value: 0.5 });
    expect(standing({}, { one: { answer: "partly", share: 0.95 } })).toMatchObject({ state: "partly", value: 0.95 });
  });
});

test("hours of toil answer both criteria about them, and come before what was said", () => {
  const toil = (hours: number) =>
    assessMaturity({
      at: AT,
      answers: { by: "ann", at: AT, toil: { hours, of: 40 }, answers: { toil_bounded: "yes" } },
    });
  const state = (report: MaturityReport, id: string) => report.criteria.find((one) => one.id === id);
  expect(state(toil(20), "toil_bounded")).toMatchObject({ state: "met", source: "answer" });
  const much = toil(30);
  expect(state(much, "toil_measured")).toMatchObject({ state: "met", text: "30 of 40 hours went into toil (75 %)" });
  expect(state(much, "toil_bounded")).toMatchObject({ state: "partly", value: 0.5 });
  expect(much.remarks[0]?.message).toBe(
    "answered yes by ann, and 30 of 40 hours went into toil (75 %); half is Google's bound",
  );
});

test("hours of toil grow old as answers do, but not where something was seen", () => {
  const remarks = (age: number, evidence: MaturityEvidence = {}) => {
    const answers = { by: "ann", at: AT - age * DAY, toil: { hours: 10, of: 40 }, answers: {} };
    return assessMaturity({ at: AT, answers, evidence }).remarks;
  };
  const message = "the answer of ann is 366 d old; ask again";
  expect(remarks(365)).toEqual([]);
  expect(remarks(366)).toEqual([
    { criterion: "toil_measured", message },
    { criterion: "toil_bounded", message },
  ]);
  expect(remarks(366, { toil_measured: { share: 1, text: "a timesheet" } })).toEqual([
    { criterion: "toil_bounded", message },
  ]);
});

test("scores are rounded down, count what is known, and effects are what is left", () => {
  const criteria = [
    criterion("a", 1, { weight: 2 }),
    criterion("b", 1, { weight: 1 }),
    criterion("c", 1, { weight: 3, area: "my own" }),
  ];
  const { whole, areas, criteria: standings } = assessed(criteria, { a: 1, b: 0.5 });
  // (2 + 0.5) of 6 are 41.66...; 3 of 6 are known.
  expect(whole).toEqual({ score: 41.6, known: 0.5 });
  expect(areas).toEqual([
    { area: "slos", title: "SLOs", score: 83.3, known: 1 },
    { area: "my own", title: "my own", score: 0, known: 0 },
  ]);
  expect(standings.map(({ effect }) => effect)).toEqual([
    { area: 0, whole: 0 },
    { area: 16.7, whole: 8.3 },
    { area: 100, whole: 50 },
  ]);
});

test("what is missing: first what the level requires, then by effect", () => {
  const criteria = [
    criterion("first", 1),
    criterion("light", 2, { weight: 1 }),
    criterion("heavy", 2, { weight: 5 }),
    criterion("half_done", 2, { weight: 4 }),
    criterion("must", 2, { required: true, weight: 1 }),
    criterion("done", 2),
    criterion("later", 3, { weight: 50 }),
  ];
  const report = assessed(criteria, { first: 1, done: 1, half_done: 0.5, heavy: 0 });
  expect(report.next?.level).toBe(2);
  expect(report.next?.missing.map(({ id }) => id)).toEqual(["must", "heavy", "half_done", "light"]);
  expect(assessed(ladder, allOf(1, 2, 3, 4)).next).toBeUndefined();
});

test.each([
  [
    { evidence: { golden_signal: { share: 1, text: "x" } } },
    /evidence.golden_signal: is no criterion; did you mean "golden_signals"/,
  ],
  [{ evidence: { paging: { share: 1.5, text: "x" } } }, /evidence.paging.share: 1.5 is out of range/],
  [{ evidence: { paging: { share: NaN, text: "x" } } }, /evidence.paging.share: NaN is out of range/],
  [
    { answers: { by: "a", at: AT, answers: { paging: "yess" } } },
    /answers.paging: "yess" is no answer; did you mean "yes"/,
  ],
  [
    { answers: { by: "a", at: AT, answers: { pagin: "yes" } } },
    /answers.pagin: is no criterion; did you mean "paging"/,
  ],
  [{ answers: { by: "", at: AT, answers: {} } }, /answers.by: "" ?/],
  [{ answers: { by: "a", at: NaN, answers: {} } }, /answers.at: NaN is not a time/],
  [{ answers: { by: "a", at: AT, answers: {}, toil: { hours: 5, of: 0 } } }, /answers.toil.of: 0 is no number/],
  [{ criteria: [] }, /criteria: a list of 0 is not possible/],
  [{ criteria: [criterion("a", 1), criterion("a", 2)] }, /criteria\[1\].id: "a" is there twice/],
  [{ criteria: [criterion("a", 1, { weight: 0.5 })] }, /criteria\[0\].weight: 0.5 is out of range/],
  [{ criteria: new Array(3) }, /criteria\[0\]: a criterion takes an object of options, not undefined/],
  [{ criteria: [criterion("a", 5 as 4)] }, /criteria\[0\].level: 5 is no level/],
  [{ at: NaN }, /at: NaN is not a time/],
])("%j is refused", (question, message) => {
  expect(() => assessMaturity({ at: AT, ...(question as object) })).toThrow(message);
});

describe("laws", () => {
  const share = fc.option(fc.constantFrom(0, 0.1, 0.5, 0.89, 0.9, 1), { nil: undefined });
  const rank = ["met", "partly", "not_met", "unknown"];
  const situation = fc.record({
    shares: fc.array(share, { minLength: MATURITY_CRITERIA.length, maxLength: MATURITY_CRITERIA.length }),
    said: fc.array(fc.constantFrom("yes", "partly", "no", "not_applicable", undefined), {
      minLength: MATURITY_CRITERIA.length,
      maxLength: MATURITY_CRITERIA.length,
    }),
    chosen: fc.nat(MATURITY_CRITERIA.length - 1),
  });
  const report = (
    shares: readonly (number | undefined)[],
    said: readonly (MaturityAnswers["answers"][string] | undefined)[],
    criteria: readonly MaturityCriterion[] = MATURITY_CRITERIA,
  ): MaturityReport => {
    const seen = MATURITY_CRITERIA.flatMap(({ id }, index) =>
      shares[index] === undefined ? [] : [[id, { share: shares[index], text: id }]],
    );
    const answers = MATURITY_CRITERIA.flatMap(({ id }, index) =>
      said[index] === undefined ? [] : [[id, said[index]]],
    );
    return assessMaturity({
      ...{ at: AT, criteria, evidence: Object.fromEntries(seen) },
      answers: { by: "ann", at: AT, answers: Object.fromEntries(answers) },
    });
  };

  test("to meet one more criterion lowers no level and no score", () => {
    fc.assert(
      fc.property(situation, ({ shares, said, chosen }) => {
        const before = report(shares, said);
        const after = report(shares.with(chosen, 1), said);
        expect(after.level).toBeGreaterThanOrEqual(before.level);
        expect(after.whole.score).toBeGreaterThanOrEqual(before.whole.score ?? 0);
        for (const { area, score } of before.areas) {
          const now = after.areas.find((one) => one.area === area)?.score;
          // An area that applies to nobody has no score, before as after.
          if (score !== undefined || now !== undefined) expect(now).toBeGreaterThanOrEqual(score ?? 0);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("not to know is never better than to know, and a score is never more than what is known", () => {
    fc.assert(
      fc.property(situation, ({ shares, said, chosen }) => {
        const without = said.with(chosen, undefined);
        const unknown = report(shares.with(chosen, undefined), without);
        const known = report(shares.with(chosen, 0.5), without);
        expect(known.level).toBeGreaterThanOrEqual(unknown.level);
        expect(known.whole.score).toBeGreaterThanOrEqual(unknown.whole.score ?? 0);
        for (const { score, known: share_ } of [unknown.whole, ...unknown.areas]) {
          expect(score ?? 0).toBeLessThanOrEqual(100 * (share_ ?? 0) + 1e-9);
        }
        expect(rank).toContain(
          unknown.criteria[chosen]?.state === "not_applicable" ? "unknown" : unknown.criteria[chosen]?.state,
        );
      }),
      { numRuns: 100 },
    );
  });

  test("the order of criteria, evidence and answers changes nothing, and a report is plain JSON", () => {
    fc.assert(
      fc.property(
        situation,
        fc.shuffledSubarray([...MATURITY_CRITERIA], { minLength: MATURITY_CRITERIA.length }),
        (one, shuffled) => {
          const usual = report(one.shares, one.said);
          expect(report(one.shares, one.said, shuffled)).toEqual(usual);
          expect(JSON.parse(JSON.stringify(usual))).toEqual(usual);
          expect(JSON.stringify(usual)).not.toContain("null");
        },
      ),
      { numRuns: 30 },
    );
  });

  test("the level is what a count by hand gives", () => {
    fc.assert(
      fc.property(situation, ({ shares, said }) => {
        const { level, criteria } = report(shares, said);
        let expected = 0;
        for (const step of [1, 2, 3, 4]) {
          const here = criteria.filter((one) => one.level === step && one.state !== "not_applicable");
          const met = here.filter((one) => one.state === "met");
          const all = here.flatMap(({ weight }) => Array<number>(weight).fill(1)).length;
          const done = met.flatMap(({ weight }) => Array<number>(weight).fill(1)).length;
          if (here.some((one) => one.required && one.state !== "met") || done === 0 || 10 * done < 8 * all) break;
          expected = step;
        }
        expect(level).toBe(expected);
      }),
      { numRuns: 100 },
    );
  });
});
