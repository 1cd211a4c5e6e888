/** Patterns: they fit what regular expressions fit, and take no pattern whose matching could take forever. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Pattern, type PatternNode, PatternProblem } from "../../src/core/pattern/pattern.ts";
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

  it.each<[most: number, text: string, isFound: boolean | undefined]>([
    [3, "", false],
    [2, "", undefined],
    [6, "b", false],
    [5, "b", undefined],
    [3, "c", true],
    [2, "c", undefined],
  ])("gives up after %i steps in %j: %s", (mostFollowed, text, isFound) => {
    const one = (letter: string): PatternNode => ({ kind: "one", fits: (character) => character === letter });
    const node: PatternNode = { kind: "all", parts: [{ kind: "repeat", part: one("b"), least: 0, most: 1 }, one("c")] };
    expect(new Pattern(node, { mostFollowed }).fitsIn(text)).toBe(isFound);
  });

  it("is read, or refused as one, whatever it is", () => {
    const source = fc.string({ unit: fc.constantFrom(..."[]^-ax(){}|*".split(""), "\\d", "\\") });
    fc.assert(
      fc.property(source, (written) => {
        let outcome: unknown;
        try {
          outcome = pythonPattern(written);
        } catch (error) {
          outcome = error;
        }
        expect(outcome instanceof Pattern || outcome instanceof PatternProblem).toBe(true);
      }),
      { examples: [["[\\d-x]"]], numRuns: 1_000 },
    );
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
    ["(?i)ready", "READY", true],
    ["(?i)^[b-d]+$", "bCD", true],
    ["(?i)[b-d]", "E", false],
    ["(?i)straße", "STRAßE", true],
    ["ready", "READY", false],
    ["a$", "a\n", true],
    ["a$", "a\n\n", false],
    ["a$", "a\nb", false],
    ["(?m)a$", "a\nb", true],
    ["(?m)a$", "ab", false],
    ["(?m)^a", "ba", false],
    ["(?m)^a", "ab", true],
    ["^\\.x41$", ".x41", true],
    ["^\\.u0041$", ".u0041", true],
    ["\\Aa", "ba", false],
    ["(?m)\\Ab", "a\nb", false],
    ["a\\Z", "ab", false],
    ["\\bb", "a b", true],
    ["\\bb", "ab", false],
    ["a\\b", "a", true],
    ["a\\b", "ab", false],
    ["\\ba", "a", true],
    ["\\b", " ", false],
    ["\\b", "", false],
    ["\\Bb", "ab", true],
    ["\\Bb", "a b", false],
    ["\\B", "", true],
    ["^\\n\\t\\r\\f\\v\\a$", "\n\t\r\f\v\u0007", true],
    ["^n$", "\n", false],
    ["^[\\b]$", "\b", true],
    ["^[\\b]$", "b", false],
    ["^[\\n\\]]+$", "\n]", true],
    ["^[\\d]$", "5", true],
    ["^[\\d]$", "d", false],
    ["^[^\\d]$", "5", false],
    ["^[\\D]$", "x", true],
    ["^[\\D]$", "5", false],
    ["^\\d$", "٣", true],
    ["^\\w+$", "é_3", true],
    ["\\W", "é_3", false],
    ["^[b-d]$", "a", false],
    ["^[b-d]$", "b", true],
    ["^[b-d]$", "d", true],
    ["^[b-d]$", "e", false],
    ["^[b-b]$", "b", true],
    ["^[a-]+$", "a-", true],
    ["^[-a]+$", "a-", true],
    ["^[a-]$", "b", false],
    ["^[\\x41-C]$", "B", true],
    ["^[\ue000-😀]$", "\uffff", true],
    ["^[a^]$", "^", true],
    ["^[^^]$", "^", false],
    ["^[^]]$", "]", false],
    ["^a{2,}$", "aaaa", true],
    ["^a{2,}$", "a", false],
    ["^a{2}$", "aaa", false],
    ["^a{1,2}$", "aaa", false],
    ["^a{0,2}?$", "", true],
    ["^(a|b)+?$", "abba", true],
    ["(^)*a", "a", true],
    ["(\\b)?a", "a", true],
    ["^(?:a|)$", "", true],
    ["^(?<n1_>a)$", "a", true],
    ["^.$", "\n", false],
    ["^[^a]$", "\n", true],
    ["}", "}", true],
    ["]", "]", true],
    ["{", "{", true],
    ["a{x}", "a{x}", true],
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
    ["\\b{2}", "repeats an anchor"],
    ["a{1001}", "repeats out of order, or more than 1000 times"],
    ["a{1001,}", "more than 1000 times"],
    ["a{0,1001}", "more than 1000 times"],
    ["{2}a", "repeats nothing"],
    ["a{2}{3}", "repeats a repetition"],
    ["a??*", "repeats a repetition"],
    ["[\\d-", "not closed"],
    ["[b-a]", "a range that is none"],
    ["[a-\\d]", "a range that is none"],
    ["[\\d-x]", "a range that is none"],
    ["[\\w-.]", "a range that is none"],
    ["[😀-\ue000]", "a range that is none"],
    ["\\q", "has \\q; allowed: \\d"],
    ["[\\A]", "has \\A"],
    ["a(?i)b", "has flags within"],
    ["(?x)a", "has flags within"],
    ["a|b)", '"a|b)" has a ) that closes nothing'],
    [`${"(".repeat(21)}${")".repeat(21)}`, "has more than 20 groups in each other"],
  ])("refuses %s", (source, message) => {
    expect(() => pythonPattern(source)).toThrow(PatternProblem);
    expect(() => pythonPattern(source)).toThrow(message);
  });

  it("may be as large as it is allowed to be", () => {
    expect(pythonPattern("a".repeat(1_000)).fitsIn("a".repeat(1_000))).toBe(true);
    expect(pythonPattern("^a{1000}$").fitsIn("a".repeat(1_000))).toBe(true);
    expect(pythonPattern("^a{1000,}$").fitsIn("a".repeat(999))).toBe(false);
    expect(pythonPattern("^a{0,998}$").fitsIn("a".repeat(999))).toBe(false);
    expect(pythonPattern(`${"(".repeat(20)}a${")".repeat(20)}${"(a)".repeat(30)}`).fitsIn("a".repeat(31))).toBe(true);
  });

  it("has the spaces of Python, which are not those of JavaScript", () => {
    const isSpace = (character: string): boolean[] =>
      ["^\\s$", "^[\\s]$", "^\\S$"].map((source) => pythonPattern(source).fitsIn(character) ?? false);
    for (const space of [" ", "\t", "\n", "\u001c", "\u001f", "\u0085", "\u00a0", "\u2028", "\u3000"]) {
      expect(isSpace(space)).toEqual([true, true, false]);
    }
    for (const other of ["a", "\ufeff", "\u001b", "\u200b"]) expect(isSpace(other)).toEqual([false, false, true]);
  });

  it("does not grow with what is empty", () => {
    expect(pythonPattern("((((){1000}){1000}){1000}){1000}x").fitsIn("x")).toBe(true);
  });
});
