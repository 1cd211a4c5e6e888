import { expect, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { parseMaturityAnswers } from "../../src/maturity/answers-document.ts";
import { assessMaturity } from "../../src/maturity/assess.ts";

const within = (fields: string): string => `maturity_answers:\n  by: ann\n  at: 2026-03-01\n${fields}`;

test("a document, with all that it may have", () => {
  const answers = parseMaturityAnswers(
    within(`
  toil: { hours: 14, of: 40 }
  answers:
    blameless: yes
    canaries: no
    dashboards: true
    traces: not_applicable
    slos_agreed: { answer: partly, share: 60%, by: bob, at: 2026-02-01T12:00:00Z, note: three of five teams }
`),
  );
  expect(answers).toEqual({
    ...{ by: "ann", at: Date.UTC(2026, 2, 1), toil: { hours: 14, of: 40 } },
    answers: {
      blameless: { answer: "yes" },
      canaries: { answer: "no" },
      dashboards: { answer: "yes" },
      traces: { answer: "not_applicable" },
      slos_agreed: {
        ...{ answer: "partly", share: 0.6, by: "bob", at: Date.UTC(2026, 1, 1, 12) },
        note: "three of five teams",
      },
    },
  });
  const said = assessMaturity({ at: Date.UTC(2026, 2, 20), answers }).criteria.find(({ id }) => id === "slos_agreed");
  expect(said?.text).toBe("answered partly by bob on 2026-02-01: three of five teams");
  expect(parseMaturityAnswers({ maturity_answers: { by: "ann", at: "2026-03-01" } })).toMatchObject({ answers: {} });
});

test.each([
  [
    "  answers: { blamless: yes }",
    'a.yaml:4:14 maturity_answers.answers.blamless: is no criterion; did you mean "blameless"?',
  ],
  [
    "  answers: { traces: yess }",
    'a.yaml:4:22 maturity_answers.answers.traces: "yess" is no answer; did you mean "yes"?',
  ],
  [
    "  answers: { traces: { answer: yes, share: 20% } }",
    "a.yaml:4:44 maturity_answers.answers.traces.share: is not possible with yes",
  ],
  ["  answers: { traces: { answer: partly, share: 100% } }", 'share: "100%" is no share; write a percentage between'],
  ["  answers: { traces: { answer: partly, shar: 20% } }", 'unknown key "shar"; did you mean "share"?'],
  ["  answers: [1]", "a.yaml:4:12 maturity_answers.answers: "],
  ["  toil: { hours: 50, of: 40 }", "a.yaml:4:9 maturity_answers.toil: 50 of 40 hours is not possible"],
  ["  toil: { hours: -1, of: 40 }", "maturity_answers.toil.hours: -1 is no number of hours"],
  ["  answrs: {}", 'unknown key "answrs"; did you mean "answers"?'],
])("%s is refused with its place", (fields, message) => {
  expect(() => parseMaturityAnswers(within(fields), { file: "a.yaml" })).toThrow(message);
});

test("all faults are told at once, and who and when are needed", () => {
  let found: unknown;
  try {
    parseMaturityAnswers("maturity_answers:\n  at: yesterday\n  answers: { traces: 7, canaries: maybe }\n");
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(ConfigurationError);
  const { issues } = found as ConfigurationError;
  expect(issues.map(({ path }) => path.join("."))).toEqual([
    "maturity_answers.by",
    "maturity_answers.at",
    "maturity_answers.answers.traces",
    "maturity_answers.answers.canaries",
  ]);
  expect(() => parseMaturityAnswers("{}")).toThrow(/maturity_answers/);
  // Once is enough.
  for (const [root, message] of [
    ["", "1:1 maturity_answers: is empty; it must be a mapping"],
    [" 5", /^1:19 maturity_answers: [^\n]*mapping[^\n]*$/],
    [" [a]", /^1:19 maturity_answers: [^\n]*mapping[^\n]*$/],
  ] as const) {
    expect(() => parseMaturityAnswers(`maturity_answers:${root}`)).toThrow(message);
  }
  expect(() => parseMaturityAnswers("")).toThrow(ConfigurationError);
});

test.each([
  [{ fil: "a.yaml" }, 'fil: is no option of parseMaturityAnswers; did you mean "file"?'],
  [null, "parseMaturityAnswers takes an object of options, not null"],
])("options %j are refused", (options, message) => {
  expect(() => parseMaturityAnswers(within(""), options as never)).toThrow(message);
});
