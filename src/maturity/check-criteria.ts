/** Criteria of the user's own, checked. */
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { checkWords } from "../core/words.ts";

import { byArea, MATURITY_STEPS } from "./levels.ts";
import type { MaturityCriterion } from "./model.ts";

const MOST_CRITERIA = 1_000;
const MOST_WEIGHT = 100;
const FIELDS: readonly (keyof MaturityCriterion)[] = [
  "id",
  "area",
  "level",
  "required",
  "weight",
  "question",
  "advice",
  "docs",
  "metFrom",
];

/** Criteria in their order: by level, area and id, whatever order they came in. @throws {@link ConfigurationError} naming the first that cannot be */
export function checkCriteria(given: unknown): readonly MaturityCriterion[] {
  if (!Array.isArray(given) || given.length < 1 || given.length > MOST_CRITERIA) {
    throw invalid("criteria", `${show(given)} is not possible; write a list of 1 to ${String(MOST_CRITERIA)} criteria`);
  }
  const seen = new Set<string>();
  // Not `map`, which leaves out what was never set.
  const criteria = Array.from(given as readonly MaturityCriterion[], (one, index) => {
    checkCriterion(one, ["criteria", index]);
    if (seen.has(one.id)) throw invalid(["criteria", index, "id"], `${show(one.id)} is there twice`);
    seen.add(one.id);
    return one;
  });
  return criteria.sort((a, b) => a.level - b.level || byArea(a.area, b.area) || (a.id < b.id ? -1 : 1));
}

/** Refuses the id of a criterion that there is not. */
export function checkId(id: string, known: ReadonlySet<string>, path: readonly (string | number)[]): void {
  if (!known.has(id)) throw invalid(path, `is no criterion${choices(id, [...known])}`);
}

function checkCriterion(one: MaturityCriterion, path: readonly (string | number)[]): void {
  checkOptions(one, "a criterion", FIELDS, path);
  const { id, level, weight, required, metFrom, docs } = one;
  const refuse = (field: string, message: string): never => {
    throw invalid([...path, field], message);
  };
  if (typeof id !== "string" || !/^[a-z][a-z0-9_]{0,63}$/.test(id)) {
    refuse("id", `${show(id)} is no id; write lower-case letters, digits and _, beginning with a letter`);
  }
  if (!MATURITY_STEPS.includes(level))
    refuse("level", `${show(level)} is no level of a criterion; allowed: 1, 2, 3, 4`);
  if (!Number.isInteger(weight) || weight < 1 || weight > MOST_WEIGHT) {
    refuse("weight", `${show(weight)} is out of range; write a whole number from 1 to ${String(MOST_WEIGHT)}`);
  }
  if (metFrom !== undefined && !(typeof metFrom === "number" && metFrom > 0 && metFrom <= 1)) {
    refuse("metFrom", `${show(metFrom)} is out of range; write a share above 0, at most 1`);
  }
  if (required !== undefined && typeof required !== "boolean") {
    refuse("required", `${show(required)} is neither true nor false`);
  }
  for (const [field, most] of [
    ["area", 60],
    ["question", 500],
    ["advice", 500],
  ] as const) {
    checkWords(one[field], most, (message) => refuse(field, message));
  }
  if (docs !== undefined) checkWords(docs, 500, (message) => refuse("docs", message));
}
