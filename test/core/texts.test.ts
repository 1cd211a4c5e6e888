import { describe, expect, test } from "vitest";

import { cut, lastOf } from "../../src/core/cut.ts";
import { escapeHtml, escapeXml, visible } from "../../src/core/escape.ts";
import { frozen } from "../../src/core/frozen.ts";
import { minutesText, percentText, plain } from "../../src/core/figures.ts";
import { areCounts, bigintText, checkCounts } from "../../src/core/measurement.ts";
import { shellWord } from "../../src/core/shell-word.ts";
import { fitted, widthOf } from "../../src/core/picture/text-width.ts";
import { dateIn, datesText, timeIn } from "../../src/core/time/time-text.ts";
import { wellFormed } from "../../src/core/well-formed.ts";
import { checkWords } from "../../src/core/words.ts";

test.each([
  ["abcdef", 6, "abcdef", "abcdef"],
  ["abcdef", 5, "abcd…", "…bcdef"],
  ["abcdef", 1, "…", "…f"],
  ["abcdef", 0, "", "…abcdef"],
  ["ab😀cd", 4, "ab…", "…😀cd"],
  ["ab😀cd", 3, "ab…", "…cd"],
  ["ab  ", 3, "ab…", "ab"],
])("%j in %i characters is %j, and its end %j", (text, most, begun, ended) => {
  expect(cut(text, most)).toBe(begun);
  expect(lastOf(text, most)).toBe(ended);
});

describe("words of people", () => {
  const refusalOf = (value: unknown): string | undefined => {
    let refusal: string | undefined;
    checkWords(value, 5, (message) => (refusal = message));
    return refusal;
  };

  test.each([
    ["a", undefined],
    ["abcde", undefined],
    ["abcdef", "has 6 characters; write 1 to 5 characters"],
    ["", '""; write 1 to 5 characters'],
    ["  ", '"  "; write 1 to 5 characters'],
    [undefined, "is missing; write 1 to 5 characters"],
    [5, "5; write 1 to 5 characters"],
    [["too", "many", "of", "them", "in", "it"], "a list of 6; write 1 to 5 characters"],
  ])("%j: %s", (value, refusal) => {
    expect(refusalOf(value)).toBe(refusal);
  });
});

test.each([
  [`<a href="x" id='y'>\`&</a>`, "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&#96;&amp;&lt;/a&gt;"],
  ["a\r\nb\rc\td\u0000e\u007f", "a\nb\nc\td␀e␡"],
  ["\u202ex\u0085\ud800y", "[U+202E]x[U+0085]\ufffdy"],
  ["\ufeff\ufffe\uffff\udfff\u001f\u0020", "[U+FEFF][U+FFFE][U+FFFF]\ufffd\u241f "],
])("%j is shown in HTML as %j", (text, html) => {
  expect(escapeHtml(text)).toBe(html);
});

test("a line end and a tab stay what they are in an attribute of XML", () => {
  expect(escapeXml("a\nb\tc<")).toBe("a&#10;b&#9;c&lt;");
  expect(visible("plain")).toBe("plain");
  expect(wellFormed("a\udc00😀")).toBe("a\ufffd😀");
});

test("a value and all within it are frozen, and what is frozen already is left", () => {
  const [inner, left] = [{ c: 1 }, Object.freeze({ d: {} })];
  const value = frozen({ a: [inner], b: null, n: 5, left });
  expect([value, value.a, inner].map(Object.isFrozen)).toEqual([true, true, true]);
  expect(Object.isFrozen(left.d)).toBe(false);
  const work = (): number => 1;
  expect(frozen({ work }).work).toBe(work);
  expect(Object.isFrozen(work)).toBe(false);
  expect(frozen("x")).toBe("x");
  expect(frozen(null)).toBe(null);
});

describe("counts", () => {
  test.each([
    [{ good: 0, total: 0 }, true],
    [{ good: 1, total: 1 }, true],
    [{ good: 1.5, total: 2.5 }, true],
    [{ good: 2, total: 1 }, false],
    [{ good: -1, total: 1 }, false],
    [{ good: 0, total: NaN }, false],
    [{ good: 0, total: Infinity }, false],
    [{ good: "1", total: 1 }, false],
  ])("%j are some: %s", (counts, are) => {
    expect(areCounts(counts)).toBe(are);
  });

  test.each([
    [{ good: 0, total: -1 }, "total: -1 is not a count of events"],
    [{ good: 2, total: 1 }, "good: 2 is not a count from 0 to total (1)"],
    [{ good: 0, total: 5n }, "total: 5 is a bigint; write the number, Number(5)"],
    [{ good: 5n, total: 5 }, "good: 5 is a bigint; write the number, Number(5)"],
  ])("%s are refused", (counts, message) => {
    expect(() => {
      checkCounts(counts as never);
    }).toThrow(message);
    expect(() => {
      checkCounts(counts as never, (field) => ["list", 0, field]);
    }).toThrow(`list[0].${message}`);
  });

  test("of what is no number are none", () => {
    for (const none of [undefined, null, "1", 1n, [1]]) {
      expect(areCounts({ good: 0, total: none })).toBe(false);
      expect(areCounts({ good: none, total: 1 })).toBe(false);
    }
  });

  test("are not looked at twice", () => {
    expect(() => {
      checkCounts({ good: 1, total: 1 });
    }).not.toThrow();
    expect([bigintText(5), bigintText(5n)]).toEqual([undefined, "5 is a bigint; write the number, Number(5)"]);
  });
});

test.each([
  ["make", "make"],
  ["a-b_c@d%e+f=g:h,i./j", "a-b_c@d%e+f=g:h,i./j"],
  ["a b", "'a b'"],
  ["it's", "'it'\\''s'"],
  ["", "''"],
  ["a;b", "'a;b'"],
  ["$x", "'$x'"],
])("%j is the word %s to a shell", (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test("a time has the clocks of its zone, and days their zone's name", () => {
  const at = Date.UTC(2026, 2, 1, 23, 30, 5, 999);
  expect(timeIn("UTC", at)).toBe("2026-03-01 23:30:05");
  expect(timeIn("Europe/Berlin", at)).toBe("2026-03-02 00:30:05");
  expect(dateIn("Europe/Berlin", at)).toBe("2026-03-02");
  expect(datesText(at, at + 1_000, "UTC")).toBe("2026-03-01, UTC");
  expect(datesText(at, at + 3_600_000, "UTC")).toBe("2026-03-01 to 2026-03-02, UTC");
});

test("text is as wide as its letters, and is cut where there is no room", () => {
  expect([widthOf(""), widthOf("ab"), widthOf("AB"), widthOf("本"), widthOf("…–"), widthOf("‰")]).toEqual([
    ...[0, 14, 20, 14, 14, 14],
  ]);
  const edges = ["\u024f", "\u0250", "я", "\u200f", "\u2010", "\u2027", "\u2028", "@", "%", "z", "Z"];
  expect(edges.map(widthOf)).toEqual([7, 14, 14, 14, 7, 7, 14, 10, 10, 7, 10]);
  expect(fitted("abcdef", 42)).toBe("abcdef");
  expect(fitted("abcdef", 41)).toBe("abcd…");
  expect(fitted("ABCDEF", 41)).toBe("ABC…");
  expect(fitted("abc", 0)).toBe("…");
});

test.each([
  [0.125, "12.5 %"],
  [0, "0 %"],
  [1, "100 %"],
  [0.99995, "99.995 %"],
  [0.000123, "0.0123 %"],
  [-0.00000000001, "0 %"],
  [0.1, "10 %"],
  [0.09994, "9.99 %"],
  [2.505, "250.5 %"],
  [-1.2346, "-123.5 %"],
  [1e-12, "0 %"],
])("%d is %s", (ratio, text) => {
  expect(percentText(ratio)).toBe(text);
});

test("a figure has no more digits than mean something, and its thousands apart", () => {
  expect([plain(1_234_567.5, 2), plain(-0.001, 1), plain(-0.5, 1), plain(20, 3), plain(1e3, 0)]).toEqual([
    ...["1,234,567.5", "0", "-0.5", "20", "1,000"],
  ]);
  expect([21.6, 0, 1, 0.0456, -0.0456].map(minutesText)).toEqual(["21.6", "0", "1", "0.046", "-0.046"]);
});
