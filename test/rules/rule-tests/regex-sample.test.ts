import { describe, expect, it } from "vitest";

import { regexOf } from "../../../src/rules/rule-tests/regex-sample.ts";

describe("texts that a regular expression matches", () => {
  it.each([
    ["5..", "500"],
    ["5\\d\\d|429", "500"],
    ["[45][0-9]{2}", "400"],
    ["shop|cart", "shop"],
    ["/api/.*", "/api/a"],
    [".+", "a"],
    ["(?i)ERROR", "ERROR"],
    ["(?:get|post)_x?", "get_x"],
    ["0\\.2|0\\.20", "0.2"],
    ["^[[:alpha:]]+-\\Qa.b\\E$", "a-a.b"],
    ["[^/]+/\\x41", "a/A"],
    ["a{3,}", "aaa"],
    ["a{2,3}", "aa"],
    ["\\Aab\\z", "ab"],
    ["(?P<code>5..)", "500"],
    ["[^a-c]", "/"],
    ["a-\\Qb.c", "a-b.c"],
  ])("%s has %s first", (pattern, text) => {
    const regex = regexOf(pattern);
    expect(regex?.texts[0]).toBe(text);
    expect(regex?.matches(text)).toBe(true);
  });

  it.each([
    ["5..", "50", false],
    ["5..", "5000", false],
    ["(?i)error", "ErRoR", true],
    ["a|b|", "", true],
    ["a*", "b", false],
    ["[^5]..", "404", true],
    ["(?:(?i)a)b", "AB", false],
    ["x{2,3}", "xxxx", false],
  ])("%s and %j: %s", (pattern, text, matches) => {
    expect(regexOf(pattern)?.matches(text)).toBe(matches);
  });

  it("agrees with JavaScript where both read the same", () => {
    const texts = ["", "a", "ab", "aab", "abb", "200", "500", "5", "/a/b", "GET"];
    for (const pattern of [
      "a*b?",
      "(a|ab)(b|)",
      "[a-b]+",
      "(a+)+b",
      "\\w*",
      "5?\\d{2}",
      ".*b",
      "[^a]*",
      "(?:a|b){2}",
    ]) {
      const own = regexOf(pattern);
      for (const text of texts) {
        expect(own?.matches(text), `${pattern} and ${text}`).toBe(new RegExp(`^(?:${pattern})$`, "s").test(text));
      }
    }
  });

  it("takes a text of more than 200 characters for one that does not match", () => {
    expect([200, 201].map((length) => regexOf("x*")?.matches("x".repeat(length)))).toEqual([true, false]);
  });

  it("takes no longer for a hostile expression", () => {
    const started = performance.now();
    expect(regexOf("(a|a|aa)*(a*)*b")?.matches("a".repeat(150))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it.each(["\\bword", "\\pL+", "(?m)^a"])("says that it does not know %s", (pattern) => {
    expect(regexOf(pattern)).toBeUndefined();
  });

  it("has no text for what cannot match", () => {
    expect(regexOf("a^b")?.texts).toEqual([]);
  });

  it("leaves out what would be long, where there is something shorter", () => {
    expect(regexOf("a{51}|.*")?.texts).toEqual(["a", "b", "c"]);
  });
});
