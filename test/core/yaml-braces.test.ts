/** Values with braces that should be in quotes, found on the line of a fault. */
import { describe, expect, it } from "vitest";

import { bracesSlip } from "../../src/core/yaml/braces.ts";
import { offsetOfExcess } from "../../src/core/yaml/bounds.ts";

/** The slip in a text whose fault is at the first `@`, as its offset and the value that is told. */
function slipIn(marked: string, isFlow = false): string | undefined {
  const offset = marked.indexOf("@");
  const slip = bracesSlip(marked.slice(0, offset) + marked.slice(offset + 1), offset, isFlow);
  return slip && `${slip.offset} ${slip.message.replace(/^.*put the value in quotes: /, "")}`;
}

describe("a value with braces", () => {
  it("is told with what to do about it", () => {
    expect(bracesSlip("a: {{ b }}", 4, false)).toEqual({
      offset: 3,
      message: 'YAML reads {{ as the beginning of a mapping; put the value in quotes: "{{ b }}"',
    });
  });

  it.each([
    ["behind a key", "a: @{{ b }}", false, '3 "{{ b }}"'],
    ["at the beginning of a line", "@{{ b }}", false, '0 "{{ b }}"'],
    ["that is indented", "a:\n  @{{ b }}: c", false, '5 "{{ b }}: c"'],
    ["in a line that ends with a carriage return", "x\ra: @{{ b }}\rc: 1", false, '5 "{{ b }}"'],
    ["in a line that ends with both", "x\r\na: @{{ b }}\r\nc: 1", false, '6 "{{ b }}"'],
    ["behind a dash", "- @{{ b }}", false, '2 "{{ b }}"'],
    ["behind dashes", "- - @{{ b }}", false, '4 "{{ b }}"'],
    ["behind a key behind a dash", "- a: @{{ b }}", false, '5 "{{ b }}"'],
    ["in a list", "[a, @{{ b }}]", false, '4 "{{ b }}"'],
    ["in a list of a line above", "  a, x @{{ b }} y]", true, '5 "x {{ b }} y"'],
    ["in the midst of a value of a list", "[a, x @{{ b }} y]", false, '4 "x {{ b }} y"'],
    ["in a mapping in a list", "[{ a: @{{ b }} }]", false, '6 "{{ b }}"'],
    ["behind a mapping that is closed", "[{ a: b }, @{{ c }}]", false, '11 "{{ c }}"'],
    ["behind a text in quotes", '["it\'s {{ a }}", @{{ b }}]', false, '17 "{{ b }}"'],
    ["behind a hash that begins no comment", "[a#@{{ b }}]", false, '1 "a#{{ b }}"'],
    ["behind a colon that ends no key", "[a:@{{ b }}]", false, '1 "a:{{ b }}"'],
    ["behind a dash that begins no item", "[-@{{ b }}]", false, '1 "-{{ b }}"'],
    ["the last of several, up to the fault", "[{{ a }}, {{ b }}@, {{ c }}]", false, '10 "{{ b }}"'],
    ["in a list that begins behind a word", "[a [@{{ b }}]", false, '4 "{{ b }}"'],
    ["with a line separator behind it", "a: @{{ b }}\u2028c", false, String.raw`3 "{{ b }}\u2028c"`],
    ["with a quote in its midst", `[it's @{{ b }}]`, false, `1 "it's {{ b }}"`],
    ["with three braces", "[@{{{ b }}}]", false, '1 "{{{ b }}}"'],
    ["with two places", "[{{ a }}-@{{ b }}]", false, '1 "{{ a }}-{{ b }}"'],
    ["before a comment", "a: @{{ b }} c  # d", false, '3 "{{ b }} c"'],
    ["before a hash that begins none", "a: @{{ b }}#c", false, '3 "{{ b }}#c"'],
    ["before a comma at the end of a line", "a: @{{ b }},", false, '3 "{{ b }}"'],
    ["before a comma and spaces", "a: @{{ b }},  ", false, '3 "{{ b }}"'],
    ["with a comma in its midst", "a: @{{ b }}, c", false, '3 "{{ b }}, c"'],
    ["at the very end of a text that goes on below", "a: {{ b }}@\nc: {{ d }}", false, '3 "{{ b }}"'],
  ])("is found %s: %s", (_, marked, isFlow, slip) => {
    expect(slipIn(marked, isFlow)).toBe(slip);
  });

  it.each([
    ["in the midst of a plain value", "a: b {{ c }}@: d", false],
    ["behind a dash in a plain value", "a: b - {{ c }}@: d", false],
    ["behind a comma in a plain value", "a, {{ b }}@: c", false],
    ["behind a bracket in a plain value", "a: b [c, {{ d }}@]", false],
    ["behind a list that is closed", "a: [b] {{ c }} @", false],
    ["behind a mapping that is closed", "a: {b: c} {{ d }} @", false],
    ["behind the end of a list of a line above", "b] {{ c }} @", true],
    ["in a comment", "a: b # {{ c }}@", false],
    ["in a comment in a list", "[a, # {{ b }}@", false],
    ["in a comment that is a line", "# {{ b }}@", true],
    ["behind the fault", "a: b @c: {{ d }}", false],
    ["on the line above", "a: {{ b }}\nc: @d", false],
    ["on the line below", "a: b@\nc: {{ d }}", false],
    ["without an end", "a: {{ b @", false],
    ["in double quotes", '{ a: "x {{ b }}", c: "d" @e }', false],
    ["in double quotes, behind an escaped one", String.raw`{ a: "x \" {{ b }}", c: "d" @e }`, false],
    ["in double quotes, behind an escaped backslash", String.raw`{ a: "x \\", b: "{{ c }}" @e }`, false],
    ["in single quotes", "{ a: 'x {{ b }}', c: 'd' @e }", false],
    ["in single quotes that begin soon", "['xxxxxxxx {{ b }}' @c]", false],
    ["in single quotes, behind a doubled one", "['it''s {{ b }}' @c]", false],
    ["in quotes that are not closed", "a: 'x {{ b }} @", false],
    ["though there are none", "a: b@", false],
  ])("is not found %s: %s", (_, marked, isFlow) => {
    expect(slipIn(marked, isFlow)).toBeUndefined();
  });

  it("is looked for in lines that people write, of less than two thousand characters up to the fault", () => {
    const lineOf = (length: number): string => `x\n[${"a".repeat(length - 9)},{{ b }}@]`;
    expect(slipIn(lineOf(1_999))).toBe('1994 "{{ b }}"');
    expect(slipIn(lineOf(2_000))).toBeUndefined();
    expect(slipIn(lineOf(2_000), true)).toBeUndefined();
    expect(slipIn(lineOf(5_000), true)).toBeUndefined();
  });

  it("is found in the first line of a long text", () => {
    expect(slipIn(`[a, x @{{ b }} y]\n${"c\n".repeat(2_000)}`)).toBe('4 "x {{ b }} y"');
  });

  it("is read for a thousand characters", () => {
    expect(slipIn(`a: @{{ b }}${" ".repeat(1_100)}c`)).toBe('3 "{{ b }}"');
    expect(slipIn(`a: @{{ b }}${" ".repeat(20)}c`)).toBe(`3 "{{ b }}${" ".repeat(20)}c"`);
  });
});

describe("the nodes of a text, by the characters that can begin one", () => {
  it.each([
    ["- a\n- b\n- c", 2, 8],
    ["- a\n- b\n- c", 3, undefined],
    ["-\ta\n-\n-\r\n", 2, 6],
    ["-1 -2 -3 -a", 2, undefined],
    ["a-b- c", 0, 3],
    ["a-", 0, undefined],
    ["[[[[", 2, 2],
    ["{{{{", 2, 2],
    ["? a ? b ? c", 2, 8],
    ["a: b: c: d", 2, 7],
    ["a,b,c,d", 2, 5],
    ["a,{[:?", 4, 5],
    [",,,", 3, undefined],
    [",,", 3, undefined],
    ["plain text; (with) others!", 0, undefined],
    ["", 0, undefined],
  ])("of %j are more than %i at %s", (text, most, offset) => {
    expect(offsetOfExcess(text, most)).toBe(offset);
  });
});
