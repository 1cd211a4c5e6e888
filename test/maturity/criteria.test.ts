import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { MATURITY_CRITERIA } from "../../src/maturity/criteria.ts";
import { checkCriteria } from "../../src/maturity/check-criteria.ts";
import { MATURITY_AREAS } from "../../src/maturity/levels.ts";
import { ROOT } from "../support/spawn.ts";

test("the criteria of nines are sound, in known areas, and lead to pages that there are", () => {
  expect(checkCriteria(MATURITY_CRITERIA)).toHaveLength(MATURITY_CRITERIA.length);
  for (const { id, area, docs, question, advice } of MATURITY_CRITERIA) {
    expect(Object.keys(MATURITY_AREAS), id).toContain(area);
    expect(question, id).toMatch(/^[A-Z].*\?$/s);
    expect(advice, id).toMatch(/^[A-Z].*\.$/s);
    if (docs !== undefined) expect(existsSync(join(ROOT, docs)), docs).toBe(true);
  }
});

test("each level has something that it requires, and each area something", () => {
  for (const level of [1, 2, 3, 4]) {
    expect(MATURITY_CRITERIA.some((one) => one.level === level && one.required)).toBe(true);
  }
  for (const area of Object.keys(MATURITY_AREAS)) expect(MATURITY_CRITERIA.some((one) => one.area === area)).toBe(true);
});
