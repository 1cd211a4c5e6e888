/** The document of answers: what people say of each criterion, who, and when. */
import { invalid, show } from "../core/errors.ts";
import type { Faults } from "../core/faults.ts";
import { readInstant } from "../core/time/instant.ts";
import { choices } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { check, field, openDocument } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import { textField } from "../slo/texts.ts";

import { checkCriteria } from "./check-criteria.ts";
import { MATURITY_CRITERIA } from "./criteria.ts";
import {
  MATURITY_ANSWERS,
  type MaturityAnswer,
  type MaturityAnswers,
  type MaturityAnswerWord,
  type MaturityCriterion,
} from "./model.ts";

/** How {@link parseMaturityAnswers} reads. */
export interface ParseMaturityAnswersOptions {
  /** What to call the document in an error, as a rule its file's name. */
  readonly file?: string | undefined;
  /** What may be answered; `MATURITY_CRITERIA` unless told. */
  readonly criteria?: readonly MaturityCriterion[] | undefined;
}

const ROOT = "maturity_answers";
const MAPPING = z.record(z.string(), z.unknown());
const DAY = /^\d{4}-\d\d-\d\d$/;

const hours = field((input) => {
  if (typeof input === "number" && input >= 0 && input <= 1_000_000) return input;
  throw invalid([], `${show(input)} is no number of hours; write one such as 14`);
}, "14");

const day = field((input) => {
  // A day alone is its beginning in UTC: nobody's answers are old by hours.
  const at = readInstant(typeof input === "string" && DAY.test(input) ? `${input}T00:00:00Z` : input);
  if (at !== undefined) return at;
  throw invalid(
    [],
    `${show(input)} is no day; write one such as 2026-03-01, or an instant such as 2026-03-01T12:00:00Z`,
  );
}, "2026-03-01");

const word = field((input): MaturityAnswerWord => {
  // What YAML 1.1 makes of yes and no.
  if (typeof input === "boolean") return input ? "yes" : "no";
  const found = MATURITY_ANSWERS.find((one) => one === input);
  if (found !== undefined) return found;
  throw invalid([], `${show(input)} is no answer${choices(input, MATURITY_ANSWERS)}`);
}, "yes");

const share = field((input) => {
  if (typeof input === "number" && input > 0 && input < 1) return input;
  const match = typeof input === "string" ? /^(\d{1,2}(?:\.\d{1,9})?)\s*%$/.exec(input.trim()) : null;
  const read = Number(`${match?.[1] ?? "0"}e-2`);
  if (read > 0) return read;
  throw invalid([], `${show(input)} is no share; write a percentage between 0% and 100%, such as 60%`);
}, "60%");

const person = textField(200, "ann");

const ROOT_FIELDS = z.strictObject({
  by: person,
  at: day,
  answers: MAPPING.optional(),
  toil: z.strictObject({ hours, of: hours }).optional(),
});

const ANSWER = z.strictObject({
  answer: word,
  share: share.optional(),
  by: person.optional(),
  at: day.optional(),
  note: textField(500, "since the move").optional(),
});

const DOCUMENT = z.strictObject({ [ROOT]: MAPPING });

/**
 * Reads a document of answers: YAML or JSON text, or the same as a plain object. `docs/maturity.md` has every field.
 *
 * @throws {@link ConfigurationError} with all faults of the document at once (the first 100 in full), each with its path
 *   and, for text, line and column
 *
 * @example
 * ```ts
 * import { parseMaturityAnswers } from "nines";
 *
 * const answers = parseMaturityAnswers(`
 *   maturity_answers:
 *     by: ann
 *     at: 2026-03-01
 *     toil: { hours: 14, of: 40 }
 *     answers:
 *       blameless: yes
 *       slos_agreed: { answer: partly, share: 60%, by: bob, note: three of five teams }
 * `);
 * if (answers.answers.blameless === undefined || answers.toil?.hours !== 14) throw new Error("not read");
 * ```
 */
export function parseMaturityAnswers(
  input: string | object,
  options: ParseMaturityAnswersOptions = {},
): MaturityAnswers {
  checkOptions(options, "parseMaturityAnswers", ["file", "criteria"]);
  const { file, criteria = MATURITY_CRITERIA } = options;
  const known = checkCriteria(criteria).map(({ id }) => id);
  const { document, faults } = openDocument(input, file === undefined ? {} : { file });
  check(DOCUMENT, document.value, [], faults);
  // What is no mapping is told of already.
  const root = MAPPING.safeParse(MAPPING.safeParse(document.value).data?.[ROOT]).data;
  const fields = root === undefined ? undefined : check(ROOT_FIELDS, root, [ROOT], faults);
  const written = MAPPING.safeParse(root?.answers).data ?? {};
  const answers: Record<string, MaturityAnswer> = {};
  for (const [id, raw] of Object.entries(written)) {
    const answer = answerOf(id, raw, { known, faults });
    if (answer !== undefined) answers[id] = answer;
  }
  const toil = fields?.toil;
  if (toil !== undefined && !(toil.hours <= toil.of && toil.of > 0)) {
    const what = `${String(toil.hours)} of ${String(toil.of)} hours is not possible`;
    faults.add([ROOT, "toil"], `${what}; of is all hours of work, those of toil among them`);
  }
  faults.throwIfAny(document);
  const { by, at } = fields as NonNullable<typeof fields>;
  return { by, at, answers, ...(toil === undefined ? {} : { toil }) };
}

function answerOf(
  id: string,
  raw: unknown,
  { known, faults }: { readonly known: readonly string[]; readonly faults: Faults },
): MaturityAnswer | undefined {
  const path = [ROOT, "answers", id];
  if (!known.includes(id)) {
    faults.add(path, `is no criterion${choices(id, known)}`, "key");
    return undefined;
  }
  if (typeof raw !== "object" || raw === null) {
    const answer = check(word, raw, path, faults);
    return answer === undefined ? undefined : { answer };
  }
  const answer = check(ANSWER, raw, path, faults);
  if (answer?.share === undefined) return answer;
  if (answer.answer === "partly") return answer;
  faults.add([...path, "share"], `is not possible with ${answer.answer}; a share goes with partly`);
  return undefined;
}
