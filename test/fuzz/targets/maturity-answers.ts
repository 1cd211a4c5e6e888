/** Answers of a team for the maturity model. */
import { parseMaturityAnswers } from "../../../src/maturity/answers-document.ts";
import { MATURITY_CRITERIA } from "../../../src/maturity/criteria.ts";
import { type DocumentInput, documents, given, tried } from "../support/documents.ts";
import type { FuzzTarget } from "../types.ts";

const IDS = MATURITY_CRITERIA.map(({ id }) => id);
const SAMPLE = `maturity_answers:
  by: ann
  at: 2026-03-01
  toil: { hours: 14, of: 40 }
  answers:
    ${IDS[0] ?? ""}: yes
    ${IDS[1] ?? ""}: { answer: partly, share: 60%, by: bob, at: 2026-02-01, note: three of five teams }
    ${IDS[2] ?? ""}: { answer: no }
`;
const WORDS = {
  names: [
    "maturity_answers",
    "by",
    "at",
    "toil",
    "hours",
    "of",
    "answers",
    "answer",
    "share",
    "note",
    "__proto__",
    "",
    ...IDS,
  ],
  values: [
    "yes",
    "no",
    "partly",
    true,
    false,
    "60%",
    "0%",
    "100%",
    0.5,
    1,
    0,
    -1,
    1e7,
    "2026-02-30",
    "2026-03-01T12:00:00Z",
    "ann",
  ],
};

export const target: FuzzTarget<DocumentInput> = {
  name: "maturity-answers",
  description: "answers for the maturity model",
  inputs: documents([SAMPLE], WORDS),
  share: 0.3,
  run: (input) => tried(input, () => void parseMaturityAnswers(given(input))),
};
