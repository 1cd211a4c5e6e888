import { expect, it } from "vitest";

import { isDeeperThan } from "../../src/core/json-depth.ts";

it.each([
  ["[[1]]", 2, false],
  ["[[[1]]]", 2, true],
  ['{"a":{"b":[]}}', 2, true],
  ['["[[[[", "\\"[[["]', 1, false],
  ['["\\\\",[[1]]]', 2, true],
  ['["\\\\\\"[[[",[1]]', 2, false],
  ["[][][][]", 1, false],
  ["{}{}{}{}", 1, false],
  ["[{},{},{}]", 2, false],
  ["[[[", 2, true],
  ["", 0, false],
])("%s is deeper than %i: %s", (text, most, expected) => {
  expect(isDeeperThan(text, most)).toBe(expected);
});
