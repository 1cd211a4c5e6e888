import { expect, test } from "vitest";

import { headingOf } from "../../src/postmortem/headings.ts";

test.each([
  ["# Title", 1, "Title"],
  ["   ### Deep ###", 3, "Deep"],
  ["## a # b", 2, "a # b"],
  ["## a#", 2, "a#"],
  ["# ##", 1, "##"],
  ["###", 3, ""],
  ["#\tTab \t", 1, "Tab"],
])("%j is a heading", (line, level, text) => {
  expect(headingOf(line)).toEqual({ level, text });
});

test.each(["#word", "####### seven", "    # code", "text", ""])("%j is none", (line) => {
  expect(headingOf(line)).toBeUndefined();
});
