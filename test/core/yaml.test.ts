import { describe, expect, it, test } from "vitest";
import { ConfigurationError } from "../../src/core/errors.ts";
import { openYaml, parseYaml, yaml11Reading } from "../../src/core/yaml/yaml.ts";

/** The faults of a text as `line:column message`. */
function faultsOf(text: string, limits = {}): string[] {
  try {
    parseYaml(text, { file: "slo.yaml", limits });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.file).toBe("slo.yaml");
    return error.issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
  return [];
}

describe("parseYaml reads", () => {
  test.each<[string, string, unknown]>([
    ["mappings and lists", "a: 1\nb: [x, { c: -2.5 }]\n", { a: 1, b: ["x", { c: -2.5 }] }],
    [
      "YAML 1.2 scalars",
      "[yes, on, true, ~, null, 0o17, 0x1f, 1e3, 1:30, 2026-01-01]",
      ["yes", "on", true, null, null, 15, 31, 1000, "1:30", "2026-01-01"],
    ],
    ["values that are left empty", "a:\nb: ''\n", { a: null, b: "" }],
    ["JSON", '{"a": [true, null, 1.5e2, "\\u00e9"]}', { a: [true, null, 150, "é"] }],
    ["a byte order mark and CRLF", "\uFEFFa: 1\r\nb: 2\r\n", { a: 1, b: 2 }],
    ["block scalars", "a: |\n  x\n  y\nb: >-\n  x\n  y\n", { a: "x\ny\n", b: "x y" }],
    [
      "YAML's own tags",
      "[!!str 010, !!int '7', !!float '1', !!bool 'true', !!null '', ! x, !!seq [], !!map {}, ! [1], ! { a: 1 }]",
      ["010", 7, 1, true, null, "x", [], {}, [1], { a: 1 }],
    ],
    [
      "numbers that only a tag makes ones",
      "[!!int 0b11, !!int -0x1f, 0b11, -0x1f, !!float 1e3]",
      [3, -31, "0b11", "-0x1f", 1000],
    ],
    [
      "words that are none of YAML's own",
      "[nullable, trueish, +, ., ~x, -x, Null]",
      ["nullable", "trueish", "+", ".", "~x", "-x", null],
    ],
    ["texts that only begin as octal numbers do", "[010x, 01:30, 0]", ["010x", "01:30", 0]],
    ["aliases", "a: &x { b: 1 }\nc: *x\nd: &x 2\ne: *x\n", { a: { b: 1 }, c: { b: 1 }, d: 2, e: 2 }],
    ["an explicit start and end", "---\na: 1\n...\n", { a: 1 }],
    ["keys of Object.prototype as any others", "toString: 1\nhasOwnProperty: 2\n", { toString: 1, hasOwnProperty: 2 }],
  ])("%s", (_, text, value) => {
    expect(parseYaml(text).value).toStrictEqual(value);
  });

  test("a thousand levels of indentation within the limit it is given", () => {
    const text = Array.from({ length: 50 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("");
    expect(faultsOf(text)).toEqual([]);
  });
});

describe("parseYaml refuses", () => {
  test.each<[string, string, string[]]>([
    ["nothing", "", ["1:1 the document is empty"]],
    ["only a comment", "# later\n", ["1:1 the document is empty"]],
    [
      "bad indentation",
      "a: 1\n  b: 2\n",
      ['2:4 this does not line up with what is above it; check the indentation, and quote a value that has ": " in it'],
    ],
    ["a tab as indentation", "a:\n\tb: 1\n", ["2:1 a tab is used as indentation; write spaces"]],
    [
      "an open bracket",
      "a: [1, 2\n",
      ["2:1 this is indented too little, or a bracket or quote above it is not closed"],
    ],
    ["an open quote", "a: 'x", ["1:6 the text ends before a single quote is closed"]],
    ["a control character", "a: x\u0001y\n", ["1:5 a control character is in the text; remove it"]],
    ["a null byte", "a: \u0000\n", ["1:4 a null character is in the text; remove it"]],
    [
      "keys that are written twice",
      "a: 1\nb:\n  c: 1\n  d: 1\n  c: 2\na: 2\na: 3\n",
      [
        "5:3 this key is written twice, first on line 3; keep one of them",
        "6:1 this key is written twice, first on line 1; keep one of them",
        "7:1 this key is written twice, first on line 1; keep one of them",
      ],
    ],
    [
      "keys that reach a prototype",
      "__proto__: { polluted: true }\na: { constructor: 1 }\nb: [{ 'prototype': 1 }]\n",
      [
        '1:1 the key "__proto__" is not allowed in any document',
        '2:6 the key "constructor" is not allowed in any document',
        '3:7 the key "prototype" is not allowed in any document',
      ],
    ],
    [
      "keys that are not text",
      "010: a\ntrue: b\n~: c\n[x]: d\n{ y: 1 }: e\n",
      [
        "1:1 the key 010 is read as 10, not as text; write it in quotes",
        "2:1 the key true is read as true, not as text; write it in quotes",
        "3:1 the key ~ is read as null, not as text; write it in quotes",
        "4:1 a key must be text; this one is a list of 1",
        "5:1 a key must be text; this one is a mapping",
      ],
    ],
    ["a key that is missing", ": a\n", ["1:1 the key before the colon is missing"]],
    ["a key that is missing in a mapping", "a:\n  : b\n", ["2:3 the key before the colon is missing"]],
    ["an alias as a key", "a: &x b\n*x : 1\n", ["2:1 an alias cannot be a key; write the key as text"]],
    ["merge keys", "a: &x { b: 1 }\nc:\n  <<: *x\n", ["3:3 merge keys (<<) are not read; write the fields out"]],
    [
      "tags that are not YAML's own",
      "a: !!js/function 'x'\nb: !foo [1]\nc: !!int x\nd: !!seq {}\n",
      [
        "1:4 the tag !!js/function is not read here; remove it and write the value plainly",
        "2:9 the tag !foo is not read here; remove it and write the value plainly",
        "3:4 the tag !!int is not read here; remove it and write the value plainly",
        "4:10 the tag !!seq is not read here; remove it and write the value plainly",
      ],
    ],
    [
      "integers that YAML 1.1 reads as octal",
      "a: 010\nb: [-007, '010', 0.10]\n",
      [
        "1:4 010 is octal to some YAML readers and decimal to others; write 10, or quotes if it is text",
        "2:5 -007 is octal to some YAML readers and decimal to others; write -7, or quotes if it is text",
      ],
    ],
    [
      "what is long, which it repeats up to forty characters of",
      `a: 0${"1".repeat(39)}\nb: 0${"1".repeat(40)}\n`,
      [
        `1:4 0${"1".repeat(39)} is octal to some YAML readers and decimal to others; write ${"1".repeat(39)}, or quotes if it is text`,
        `2:4 0${"1".repeat(36)}... is octal to some YAML readers and decimal to others; write ${"1".repeat(40)}, or quotes if it is text`,
      ],
    ],
    [
      "aliases without an anchor, and within their own value",
      "a: *x\nb: &x [*x]\n",
      [
        "1:4 *x repeats nothing; write &x before the value above that it is to repeat",
        "2:8 *x repeats a value that it is itself a part of",
      ],
    ],
    [
      "a second document",
      "a: 1\n---\nb: 2\n---\n",
      ["2:1 more than one document: the second begins on line 2; give each a file of its own"],
    ],
    [
      "a second document after a marked one",
      "---\na: |\n --- x\n---\nb: 2\n",
      ["4:1 more than one document: the second begins on line 4; give each a file of its own"],
    ],
    [
      "a second document after an end",
      "a: 1\n...\n\nb: 2\n",
      ["4:1 more than one document: the second begins on line 4; give each a file of its own"],
    ],
  ])("%s", (_, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  test("a second document behind a byte order mark of its own", () => {
    expect(() => parseYaml("a: 1\n...\n\uFEFF---\nb: 2\n")).toThrow(
      "more than one document: the second begins on line",
    );
  });

  test("a text as a whole, with the reason of the parser where it has one", () => {
    const refused = (text: string): unknown => {
      try {
        return openYaml(text);
      } catch (error) {
        return error;
      }
    };
    expect(refused("")).toMatchObject({ issues: [{ path: [], line: 1, column: 1 }], file: undefined });
    expect(refused("")).not.toHaveProperty("cause");
    expect(refused("a: [")).toMatchObject({ issues: [{ path: [] }], cause: { name: "YAMLException" } });
    expect(() => parseYaml("a: 010")).toThrow(expect.not.objectContaining({ cause: expect.anything() }));
  });

  test("a key of 257 characters, without repeating it", () => {
    const [fault] = faultsOf(`${"k".repeat(257)}: 1\n`);
    expect(fault).toMatch(/^1:1 the key "k+\.\.\. has 257 characters; allowed: 256$/);
    expect(faultsOf(`${"k".repeat(256)}: 1\n`)).toEqual([]);
  });

  test("all faults of form at once, the first hundred in full", () => {
    const text = Array.from({ length: 150 }, (_, line) => `k${line}: 0${line}\n`).join("");
    const faults = faultsOf(text);
    expect(faults).toHaveLength(101);
    expect(faults[0]).toMatch(/^1:5 00 /);
    expect(faults[100]).toBe("undefined:undefined and 50 more faults");
    expect(() => parseYaml(text)).toThrow(
      expect.objectContaining({ issues: expect.arrayContaining([{ path: [], message: "and 50 more faults" }]) }),
    );
  });

  test("no prototype is changed by what was refused", () => {
    faultsOf("__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n");
    expect("polluted" in {}).toBe(false);
  });
});

describe("a place", () => {
  const document = parseYaml(
    ["a: &x", "  b: 'q'", "  c:", "    - one", '    - { d: "two" }', "e: *x", "f: >", "  folded", "g:", ""].join("\r"),
  );

  test.each<[string, Array<string | number>, "key" | "value", string]>([
    ["the root", [], "value", "1:1"],
    ["a key", ["a", "b"], "key", "2:3"],
    ["a quoted value, at its quote", ["a", "b"], "value", "2:6"],
    ["an item", ["a", "c", 0], "value", "4:7"],
    ["a value in a flow mapping", ["a", "c", 1, "d"], "value", "5:12"],
    ["an alias", ["e"], "value", "6:4"],
    ["a value behind an alias, where it is written", ["e", "c", 0], "value", "4:7"],
    ["an empty value, at its key", ["g"], "value", "9:1"],
    ["a key that is missing, at the key of what it is missing from", ["a", "zz"], "value", "1:1"],
    ["a path that leads nowhere", ["a", "b", 3, "x"], "value", "2:3"],
  ])("of %s", (_, path, part, place) => {
    const { line, column } = document.locate(path, part)!;
    expect(`${line}:${column}`).toBe(place);
  });
});

describe("a place in a document", () => {
  const placeOf = (text: string, path: Array<string | number>, part: "key" | "value" = "value"): string => {
    const { line, column } = parseYaml(text).locate(path, part)!;
    return `${line}:${column}`;
  };

  test("of what is missing from a text is at that text's key, whatever comes behind it", () => {
    expect(placeOf("a: x\nb: 2\n", ["a", "b"])).toBe("1:1");
    expect(placeOf("- x\n- y\n", [0, 1])).toBe("1:3");
    expect(placeOf("a: [x, [y]]\nb: 1\n", ["a", 1, 1])).toBe("1:8");
  });

  test("of a key that is a list is nobody's, not even that of the whole text", () => {
    const text = "[a]: 1\n";
    const { line, column } = openYaml(text).document.locate([text], "value")!;
    expect([line, column]).toEqual([1, 1]);
  });

  test("of a key without letters is at its tag", () => {
    expect(placeOf("!!str : a\n", [""], "key")).toBe("1:1");
    expect(placeOf("!!str : a\n", [""])).toBe("1:9");
  });

  test("behind an alias is at the last value of that name before it", () => {
    const text = "a: &x { k: 1 }\nb: *x\nc: *x\nd: &x { k: 2 }\ne: *x\n";
    expect(["a", "b", "c", "d", "e"].map((key) => placeOf(text, [key, "k"]))).toEqual([
      ...["1:12", "1:12", "1:12", "4:12", "4:12"],
    ]);
    expect(parseYaml(text.replaceAll("{ k: ", "'").replaceAll(" }", "'")).locateIn(["c"], 0)).toEqual({
      line: 1,
      column: 8,
    });
  });
});

describe("the limits", () => {
  test("are reached, and not passed", () => {
    expect(faultsOf("a: 12345", { maxCharacters: 8 })).toEqual([]);
    expect(faultsOf("[1, 1]", { maxNodes: 3 })).toEqual([]);
    expect(faultsOf("a: &a [1]\nb: &b [*a]\nc: &c [*b]\nd: *c", { maxDepth: 4 })).toEqual([]);
  });

  test.each<[string, string, object, string]>([
    ["characters", "a: 12345", { maxCharacters: 7 }, "1:1 too large: 8 characters; at most 7 are read"],
    [
      "separators, before any work",
      "[a,\na,a,a]",
      { maxNodes: 3 },
      "2:4 too large: more than 3 keys, items and separators up to here",
    ],
    ["depth", "[[[[1]]]]", { maxDepth: 3 }, "1:3 too deep: more than 3 mappings and lists inside each other"],
    [
      "depth through aliases",
      "a: &a [1]\nb: &b [*a]\nc: &c [*b]\nd: [*c]",
      { maxDepth: 4 },
      "4:5 too deep: more than 4 mappings and lists inside each other",
    ],
    [
      "nodes that aliases expand to",
      "a: &a [1, 1, 1, 1]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]",
      { maxNodes: 50 },
      "3:13 too large: more than 50 keys and values up to here, repeated ones counted each time",
    ],
  ])("of %s", (_, text, limits, fault) => {
    expect(faultsOf(text, limits)).toEqual([fault]);
  });
});

test("what YAML 1.1 takes a text for", () => {
  expect(["yes", "off", "1:30", "1_000", "08", "x"].map(yaml11Reading)).toEqual([
    true,
    false,
    90,
    1000,
    undefined,
    undefined,
  ]);
});

describe("braces that are to be filled in, without quotes", () => {
  const slip = (place: string, text: string): string[] => [
    `${place} YAML reads {{ as the beginning of a mapping; put the value in quotes: ${text}`,
  ];

  test.each([
    ["a: {{ labels.app }}", "1:4", '"{{ labels.app }}"'],
    ["a: {{labels.app}}  # why\nb: 1", "1:4", '"{{labels.app}}"'],
    ["a: {{ labels.app }}/x y # why\nb: 1", "1:4", '"{{ labels.app }}/x y"'],
    ['a: {{ labels.app }} "x"\nb: 1', "1:4", String.raw`"{{ labels.app }} \"x\""`],
    ["a:\n  - b\n  - {{ labels.app }}\n", "3:5", '"{{ labels.app }}"'],
    ["a:\n  - b\n  - {{ labels.app }} x\n", "3:5", '"{{ labels.app }} x"'],
    ["- { a: {{ labels.app }}, b: 1 }", "1:8", '"{{ labels.app }}"'],
    ["- { a: b {{ labels.app }} c {{ d }} e, b: 1 }", "1:8", '"b {{ labels.app }} c {{ d }} e"'],
    ["- { a: {{ labels.app }} c, b: 1 }", "1:8", '"{{ labels.app }} c"'],
    ["a: [b, {{ c }}]", "1:8", '"{{ c }}"'],
    ["a: [b, https://h/{{ c }}, d]", "1:8", '"https://h/{{ c }}"'],
    ["a: [b, {{ c }}d]", "1:8", '"{{ c }}d"'],
    ["{ a: 'it''s {{ b }}', c: {{ d }} }", "1:26", '"{{ d }}"'],
    ["a: {{ b: c }}", "1:4", '"{{ b: c }}"'],
    ["a: {{.Names}}", "1:4", '"{{.Names}}"'],
    ["a: {{{ b }}}", "1:4", '"{{{ b }}}"'],
    ["a:\n  {{ b }}: c", "2:3", '"{{ b }}: c"'],
    ["{ a: { b: c }, d: {{ e }} }", "1:19", '"{{ e }}"'],
    ["[{ a: b }, [c], {{ d }}]", "1:17", '"{{ d }}"'],
    ['{ a: "say \\"{{ b }}\\"", c: {{ d }} }', "1:28", '"{{ d }}"'],
  ])("%j is told with the quotes", (text, place, quoted) => {
    expect(faultsOf(text)).toEqual(slip(place, quoted));
  });

  it("hide no other fault of the mapping that they are in", () => {
    expect(faultsOf("{ {{ a }}: 1, b: 1, b: 2 }")).toEqual([
      expect.stringMatching(/^1:3 YAML reads/),
      expect.stringMatching(/^1:21 this key is written twice, first on line 1/),
    ]);
  });

  it("are explained a hundred times, those of three braces twice as soon", () => {
    const faults = faultsOf("- {{{ a }}}\n".repeat(51));
    expect(faults).toHaveLength(51);
    expect(faults.filter((fault) => fault.includes("YAML reads {{"))).toHaveLength(50);
    expect(faults[50]).toMatch(/^51:\d+ a key must be text/);
  });

  it("cost no time in a hostile text", () => {
    const began = performance.now();
    const faults = faultsOf(`[${"{{ a }},".repeat(100_000)}]`);
    expect(faults).toHaveLength(101);
    expect(faults[0]).toMatch(/YAML reads \{\{/);
    expect(faultsOf(`[${"{ a: b },".repeat(10_000)}{{ a }}]`)).toEqual([expect.stringMatching(/a key must be text/)]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test.each([
    ["a: b {{ c }}", { a: "b {{ c }}" }],
    ["a: '{{ c }}'", { a: "{{ c }}" }],
    ["a: |\n  {{ c }} x\n", { a: "{{ c }} x\n" }],
    ["{ a: '{{ b }}', c: 'd {{ e }}' }", { a: "{{ b }}", c: "d {{ e }}" }],
  ])("%j is as it is written", (text, value) => {
    expect(parseYaml(text).value).toEqual(value);
  });

  test.each([
    ["{ a: '{{ b }}', c: 'd' e }", /missed comma/],
    ['{ a: "x {{ b }}", c: "d" e }', /missed comma/],
    ["a: b {{ c }}: d", /does not line up/],
    ["a: b - {{ c }}: d", /does not line up/],
    ["a: [b\n# {{ c }}", /a bracket/],
    ["a: '{{ b }}'\nc: d: e", /does not line up/],
    ["{ {a: 1}: 2 }", /a key must be text/],
    ["a: |\n  {{ b }}\n c: 1", /line up|indent/],
  ])("is not what is wrong with %j", (text, message) => {
    expect(faultsOf(text).join()).toMatch(message);
    expect(faultsOf(text).join()).not.toContain("{{");
  });
});
