/** Expressions of users on texts of anybody: they find what the engine finds, and come to an end. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { endlessness, expression, finds } from "../../src/core/pattern/expression.ts";
import { javaScriptPattern } from "../../src/core/pattern/javascript.ts";

const ATOMS = [
  ..."a b x K 1 . ^ $".split(" "),
  ..."\\d \\w \\W \\s \\b \\B \\. \\n \\0 \\x61 \\u0062 \\cJ [ab] [^a] [a-c1] [\\d_] [^] [] [\\]\\\\] () (?:)".split(
    " ",
  ),
];
const UNICODE = [...ATOMS, ..."\\u{1F600} \\uD83D\\uDE00 \\p{Lu} \\P{L} 😀 [😀-😂é] é".split(" ")];
const PLAIN = [...ATOMS, "{", "}", "]", "\\-", "\\p", "😀", "é"];
const NEVER_REPEATED = /^(?:[\^${]|\\[bB])$/;

function patternsOf(atoms: readonly string[]) {
  const atom = fc.constantFrom(...atoms);
  return fc.letrec<{ whole: string }>((tie) => ({
    whole: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      atom,
      fc
        .tuple(atom, fc.constantFrom("*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "{1,2}?"))
        .map(([one, repeat]) => (NEVER_REPEATED.test(one) ? one : one + repeat)),
      fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => one + other),
      fc.tuple(tie("whole"), tie("whole")).map(([one, other]) => `(?:${one}|${other})`),
      fc
        .tuple(tie("whole"), fc.constantFrom("(", "(?:", "(?<ä1>"), fc.constantFrom("", "*", "+", "?", "{0,3}"))
        .map(([one, open, repeat]) => `${open}${one})${repeat}`),
    ),
  })).whole;
}
const text = fc.string({
  unit: fc.constantFrom(...Array.from("abcxkK1_ .-\\]{}\n\r\u2028\0é😀ſ"), "\ud83d", "\ude00"),
  maxLength: 10,
});

describe("an expression", () => {
  it.each([
    ["code points", UNICODE, ["u", "iu", "mu", "su", "imsu", "du"]],
    ["code units", PLAIN, ["", "i", "m", "s", "ims", "g"]],
  ])("finds what the engine finds, in %s", (_, atoms, flagged) => {
    fc.assert(
      fc.property(patternsOf(atoms), fc.constantFrom(...flagged), text, (source, flags, subject) => {
        let engine: RegExp;
        try {
          engine = new RegExp(source, flags);
        } catch {
          // Two groups of one name.
          return;
        }
        expect(javaScriptPattern(engine)?.fitsIn(subject), `${String(engine)} in ${JSON.stringify(subject)}`).toBe(
          new RegExp(source, flags.replace("g", "")).test(subject),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    "(?=a)b",
    "(?!a)b",
    "(?<=a)b",
    "(?<!a)b",
    "(a)\\1",
    "(?<x>a)\\k<x>",
    "a{1000}".repeat(3),
    "a".repeat(2_001),
  ])("that looks around or back, or is very large, is left to the engine: %s", (source) => {
    expect(javaScriptPattern(new RegExp(source, "u"))).toBeUndefined();
    expect(finds(expression(new RegExp(source.slice(0, 1_000), "u")), source)).toBe(
      new RegExp(source.slice(0, 1_000), "u").test(source),
    );
  });

  it.each(["[[a]&&[b]]", "a"])("of sets of sets is left to the engine: %s", (source) => {
    expect(javaScriptPattern(new RegExp(source, "v"))).toBeUndefined();
  });

  it.each([
    [/\bb/, "a b", true],
    [/\bb/, "ab", false],
    [/a\b/, "a", true],
    [/a\b/, "ab", false],
    [/\ba/, "a", true],
    [/\b/, " ", false],
    [/\b/, "", false],
    [/\Bb/, "ab", true],
    [/\Bb/, "a b", false],
    [/\B/, "", true],
    [/\bſ/iu, "ſ", true],
    [/\bſ/u, "ſ", false],
    [/a$/, "ab", false],
    [/a$/, "ba", true],
    [/a$/, "a\n", false],
    [/a$/m, "a\nb", true],
    [/a$/m, "ab", false],
    [/^b/m, "a\u2028b", true],
    [/^b/m, "ab", false],
    [/^b/, "a\nb", false],
    [/^..$/, "😀", true],
    [/^..$/u, "😀", false],
    [/^.$/u, "😀", true],
    [/a.b/, "a\nb", false],
    [/a.b/s, "a\nb", true],
    [/^a{2,}$/, "aaaa", true],
    [/^a{2,}$/, "a", false],
    [/^a{2}$/, "aaa", false],
    [/^a{2}$/, "aa", true],
    [/^a{1,2}$/, "aaa", false],
    [/^a?$/, "aa", false],
    [/^a+$/, "", false],
    [/^a*$/, "", true],
    [/^(?:a|)$/, "", true],
    [/^(?:a|b)$/, "c", false],
  ])("%s in %j is found: %s", (source, subject, isFound) => {
    expect(javaScriptPattern(source)?.fitsIn(subject)).toBe(isFound);
    expect(finds(source, subject)).toBe(isFound);
  });

  it("of more than two thousand characters is left to the engine, however simple", () => {
    expect(javaScriptPattern(new RegExp(`[${"a".repeat(1_998)}]`))?.fitsIn("a")).toBe(true);
    expect(javaScriptPattern(new RegExp(`[${"a".repeat(1_999)}]`))).toBeUndefined();
    expect(finds(new RegExp(`[${"a".repeat(1_999)}]`), "a")).toBe(true);
  });

  it("that the engine has not taken is not left to it", () => {
    expect(() => javaScriptPattern({ source: "[", flags: "" } as RegExp)).toThrow(SyntaxError);
  });

  it("that begins at a place of its own is left to the engine", () => {
    expect(javaScriptPattern(/a/y)).toBeUndefined();
  });

  it("is text of one to a thousand characters, or an expression of so many", () => {
    const message = (input: unknown) => () => expression(input);
    for (const input of ["", 5, undefined, null, ["a"], "a".repeat(1_001), new RegExp("a".repeat(1_001))]) {
      expect(message(input)).toThrow(/ is not an expression; write text of 1 to 1000 characters$/);
    }
    expect(message("(")).toThrow(/^"\("/);
    expect(message("(")).toThrow('"(" is not a regular expression of JavaScript');
    expect(expression("a".repeat(1_000))).toEqual(new RegExp("a".repeat(1_000), "u"));
    const given = /a/giy;
    given.lastIndex = 1;
    expect(expression(given)).toEqual(/a/i);
    expect(expression(given)).not.toBe(given);
    expect([finds(expression(given), "A"), finds(expression(given), "A")]).toEqual([true, true]);
  });

  it("comes to an end on any text, where going back would not", () => {
    const subject = "a".repeat(10_000);
    for (const source of [
      ".*a.*a.*a.*b",
      "a*a*a*a*b",
      `${"a?".repeat(60)}${"a".repeat(60)}b`,
      "(a|a){40}b",
      "\\s*\\w*\\w*$!",
    ])
      expect(finds(expression(source), subject)).toBe(false);
    expect(finds(expression(/^.*a.*a.*a.*a$/i), subject.toUpperCase())).toBe(true);
  });

  it.each([
    ["(?=b).*a.*c", "looks around"],
    ["(a+)\\1+", "refers back"],
    ["(?!x)a?a?a?a?a?b", "many ways"],
    ["(?!x)(a|b){9}", "many ways"],
    ["(?!x)a+(a|b){9}", "many ways"],
    ["(a+)+", "repeats a group"],
    ["(a|b)*", "repeats a group"],
    ["(a?)+", "repeats a group"],
    ["(a??)+", "repeats a group"],
    ["(a{2,})*", "repeats a group"],
    ["((a+)b)+", "repeats a group"],
    ["((a|b)c){2,}", "repeats a group"],
    ["(?:a*)+", "repeats a group"],
    ["(?<x>a*)+?", "repeats a group"],
    ["(?!x)a{2,}b{2,}", "many ways"],
    ["(?!x)a{10,}b{10,}", "many ways"],
    ["(?!x)(ab){9}", "many ways"],
    ["(?!x)(ab){2,}a{2,}", "many ways"],
  ])("that may take for ever is refused: %s", (source, why) => {
    expect(() => expression(source)).toThrow(why);
    expect(endlessness(new RegExp(source))).toMatch(/may take for ever on some texts; write it with/);
  });

  it.each([
    "(ab)+",
    "((a)b)+",
    "(a)(b+)",
    "(a+)b",
    "(a+)(b)+",
    "a|(bc)+",
    "a+(bc)+",
    "(\\?)+",
    "([?*+|])+",
    "(\\(a)+",
    "(a{2})+",
    "(a|b){3}",
    "(?:[)(]a)*",
    "(a)b+",
    "(?<name>ab)*",
  ])("that repeats no repetition is taken: %s", (source) => {
    expect(endlessness(expression(source))).toBeUndefined();
  });

  it.each([
    "(?!test-)[a-z]+",
    "^(?!foo)\\d{3}-\\d{4}$",
    "(?<=\\$)\\d+",
    "(['\"])\\w\\1",
    "(?!x)a?b?c?d?",
    "(?!x)\\*\\+[*+]a+",
  ])("that looks around or back in few ways is taken: %s", (source) => {
    expect(endlessness(expression(source))).toBeUndefined();
  });
});
