/** Patterns: they fit what regular expressions fit, and take no pattern whose matching could take forever. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { PatternProblem } from "../../src/core/pattern/pattern.ts";
import { pythonPattern } from "../../src/core/pattern/python.ts";

const atom = fc.constantFrom(
  ...[
    "a",
    "b",
    "c",
    ".",
    "\\d",
    "\\w",
    "\\W",
    "\\s",
    "[ab]",
    "[^a]",
    "[a-c1]",
    "\\.",
    "\\bx",
    "[\\d_]",
    "^",
    "$",
    "\\B1",
  ],
);
const pattern = fc.letrec<{ whole: string }>((tie) => ({
  whole: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc
      .tuple(atom, fc.constantFrom("*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?"))
      .map(([one, repeat]) => (/^(?:[\^$]|\\[bB])/.test(one) ? one : one + repeat)),
    fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => one + other),
    fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => `(?:${one}|${other})`),
    fc.tuple(tie("whole"), fc.constantFrom("", "*", "+", "?", "{0,3}")).map(([one, repeat]) => `(${one})${repeat}`),
  ),
})).whole;
const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "x", "1", "_", " ", ".", "-"), maxLength: 12 });

describe("a pattern", () => {
  it("fits what the engine of the language fits, whatever it is", () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        expect(pythonPattern(source).fitsIn(subject)).toBe(new RegExp(source, "u").test(subject));
      }),
      { numRuns: 3_000 },
    );
  });

  it("comes to an end where backtracking would not", () => {
    const subject = `${"a".repeat(20_000)}!`;
    for (const source of ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*a){12}b", "^(([a-z])+.)+[A-Z]([a-z])+$"])
      expect(pythonPattern(source).fitsIn(subject)).toBe(false);
  });

  it("gives up where finding out would take too many steps", () => {
    expect(pythonPattern("(?:\\w?){999}x").fitsIn("a".repeat(65_536))).toBeUndefined();
    expect(pythonPattern("(?:\\w?){9}x").fitsIn("a".repeat(65_536))).toBe(false);
  });

  it.each([
    ["^up$", "up\n", true],
    ["^up\\Z", "up\n", false],
    ["(?i)READY", "it is ready", true],
    ["(?m)^b$", "a\nb\nc", true],
    ["^b$", "a\nb\nc", false],
    ["a.b", "a\nb", false],
    ["(?s)a.b", "a\nb", true],
    ["(?P<version>\\d+)\\.x", "v12.x", true],
    ["[]a]+$", "]]", true],
    ["\\x41\\u00e9", "Aé", true],
    ["^.$", "😀", true],
    ["a{,2}", "a{,2}", true],
    ["\\$5", "$5", true],
  ])("reads %s as Python does", (source, subject, fits) => {
    expect(pythonPattern(source).fitsIn(subject)).toBe(fits);
  });

  it.each([
    ["(?=a)", "looks around"],
    ["(?<!a)b", "looks around"],
    ["(a)\\1", "has \\1"],
    ["a**", "repeats a repetition"],
    ["*a", "repeats nothing"],
    ["(a", "not closed"],
    ["a)", "closes nothing"],
    ["[a", "not closed"],
    ["[z-a]", "a range that is none"],
    ["a{3,1}", "out of order"],
    ["a\\", "ends with a backslash"],
    ["(((a{100}){100}){100}){100}", "too large"],
    ["a".repeat(1_001), "1001 characters"],
    ["^*", "repeats an anchor"],
  ])("refuses %s", (source, message) => {
    expect(() => pythonPattern(source)).toThrow(PatternProblem);
    expect(() => pythonPattern(source)).toThrow(message);
  });

  it("does not grow with what is empty", () => {
    expect(pythonPattern("((((){1000}){1000}){1000}){1000}x").fitsIn("x")).toBe(true);
  });
});
