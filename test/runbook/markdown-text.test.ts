import { describe, expect, it, test } from "vitest";

import { approvalNote, code, fence, inline, lines, sentence } from "../../src/runbook/markdown/text.ts";

describe("a text on one line", () => {
  test.each([
    ["a \t\n b ", "a b"],
    ["a & b < c > d", "a &amp; b \\< c \\> d"],
    ["\\`*_[]<>#|~$!@", "\\\\\\`\\*\\_\\[\\]\\<\\>\\#\\|\\~\\$\\!\\@"],
    ["ftp://h www.h WWW.h wwww.h a.b", "ftp\\://h www\\.h WWW\\.h wwww\\.h a.b"],
    ["a: b", "a: b"],
    ["- a", "\\- a"],
    ["+ a - b", "\\+ a - b"],
    ["=== a", "\\=== a"],
    ["1. a 2. b", "1\\. a 2. b"],
    ["123456789) a", "123456789\\) a"],
    ["1234567890. a", "1234567890. a"],
    ["a 1. b", "a 1. b"],
    ["https://h/a_b.", "<https://h/a_b>."],
    ["(http://h/*) b_c", "(<http://h/>\\*) b\\_c"],
    ["https://a https://b?c=d&e, f", "<https://a> <https://b?c=d&e>, f"],
    ["https://", "https\\://"],
  ])("%j is %j", (text, expected) => {
    expect(inline(text)).toBe(expected);
  });

  it("may stand on several, or in a cell", () => {
    expect(lines("a\r\nb\rc\n\n \nd")).toBe("a\\\nb\\\nc\\\nd");
    expect(lines("a\n- b", "  ")).toBe("a\\\n  \\- b");
    expect(inline("a|b\\|c https://h/d|e")).toBe("a\\|b\\\\\\|c <https://h/d>\\|e");
  });
});

describe("code", () => {
  test.each([
    ["a", "`a`"],
    ["a  \n b", "`a b`"],
    ["a`b", "``a`b``"],
    ["a``b`c", "```a``b`c```"],
    ["`a", "`` `a ``"],
    ["a`", "`` a` ``"],
    [" a", "`  a `"],
    ["a ", "` a  `"],
  ])("%j within a line is %j", (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it("in a block is closed by nothing in it", () => {
    expect(fence("a\r\nb\rc\n\nd \n\n")).toBe("```\na\nb\nc\n\nd\n```");
    expect(fence("a", "sh", "  ")).toBe("  ```sh\n  a\n  ```");
    expect(fence("a\n\nb", "", "  ")).toBe("  ```\n  a\n\n  b\n  ```");
    expect(fence("``")).toBe("```\n``\n```");
    expect(fence("```")).toBe("````\n```\n````");
    expect(fence("a`````b```")).toBe("``````\na`````b```\n``````");
  });
});

test("notes are a sentence", () => {
  expect(sentence([])).toEqual([]);
  expect(sentence(["a b"])).toEqual(["A b."]);
  expect(sentence(["a", "b", "c"])).toEqual(["A; b; c."]);
  expect(approvalNote()).toBe("needs approval");
  expect(approvalNote("")).toBe("needs approval");
  expect(approvalNote("a*\nb")).toBe('needs approval ("a\\* b")');
});
