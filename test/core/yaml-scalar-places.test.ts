/** Places within the texts of a YAML document. */
import fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, it, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { Faults, type Path, type SourceDocument } from "../../src/core/faults.ts";
import { openDocument } from "../../src/core/parse.ts";
import { parseYaml } from "../../src/core/yaml/yaml.ts";

function placeOf(document: SourceDocument, path: Path, offset: number): string | undefined {
  const place = document.locateIn(path, offset);
  return place && `${place.line}:${place.column}`;
}

describe("the place within a text", () => {
  const folded = "k: >-\n  ab\n  cd\n\n  ef\n    gh\n  ij\n";

  test.each<[string, string, string, string]>([
    ["plain", "k: abc", "c", "1:6"],
    ["in single quotes", "k: 'it''s c'", "c", "1:11"],
    ["at a doubled quote", "k: 'it''s c'", "'", "1:7"],
    ["in double quotes", String.raw`k: "\n\"\x41\u0041\U0001F600 c"`, "c", "1:30"],
    ["behind escapes of eight digits", String.raw`k: "\U00000041\U0000FFFF\U00010000\U0001F600 c"`, "c", "1:46"],
    ["in a block that is not indented", "--- # k\nk: |1\n a\n  c\n", "c", "4:3"],
    ["at an escape", String.raw`k: "a \"b\" c"`, '"b', "1:7"],
    ["at an escape of six characters", String.raw`k: "a \u0041 c"`, "A", "1:7"],
    ["in JSON", String.raw`{ "k": "\u00e9\/\ud83d\ude00c" }`, "c", "1:29"],
    ["behind an escaped line break", 'k: "ab  \\\n\n   c"', "c", "3:4"],
    ["in a plain text of many lines", "k: ab  \n  x\n\n  cd e", "e", "4:6"],
    ["in quotes of many lines", "k: 'ab  \n  x\n \n  cd e '", "e", "4:6"],
    ["in a literal block", "k: |\n\n  ab\n    c\n", "c", "4:5"],
    ["in a block whose indentation is said", "k: |1-\n    ab\n c\n", "c", "3:2"],
    ["in a folded block", folded, "cd", "3:3"],
    ["in a folded block, behind an empty line", folded, "ef", "5:3"],
    ["in a folded block, in a line of its own", folded, "gh", "6:5"],
    ["in a folded block, behind such a line", folded, "ij", "7:3"],
    ["behind an anchor and a tag", "k: &x !!str abc", "c", "1:15"],
    ["with CRLF", "k: |\r\n  ab\r\n\r\n  c\r\n", "c", "4:3"],
    ["behind a byte order mark", "\uFEFFk: abc", "c", "1:6"],
  ])("%s", (_, text, sought, place) => {
    const document = parseYaml(text);
    const { k } = document.value as { k: string };
    expect(k).toContain(sought);
    expect(placeOf(document, ["k"], k.indexOf(sought))).toBe(place);
  });

  test.each<[string, string, string]>([
    ["plain", "k: abc # d", "1:7"],
    ["in single quotes", "k: 'abc '", "1:9"],
    ["in double quotes", String.raw`k: "ab\n"`, "1:9"],
    ["empty, in quotes", "k: ''", "1:5"],
    ["empty, in a block", "k: |\r\n\r\nl: 1\r\n", "1:5"],
    ["empty, in a block of a text without a last line break", "k: |\n\nl: 1", "1:5"],
    ["empty, in a block that ends the text", "k: >", "1:5"],
    ["only spaces, in a block", "k: |\n   \nl: 1\n", "1:5"],
    ["in a block", "k: |\n  abc\n\nl: 1\n", "2:6"],
    ["in a block whose line breaks are kept", "k: |+\n  abc\n\n\nl: 1\n", "2:6"],
    ["in a folded block", "k: >\n  abc\n  de", "3:5"],
  ])("and its end: %s", (_, text, place) => {
    const document = parseYaml(text);
    const { length } = (document.value as { k: string }).k;
    expect([length, length + 9].map((offset) => placeOf(document, ["k"], offset))).toEqual([place, place]);
  });

  test("at line breaks is where the line ends", () => {
    const document = parseYaml("k: |\n  ab\n\n  c\nl: d \n  e\n");
    expect([2, 3].map((offset) => placeOf(document, ["k"], offset))).toEqual(["2:5", "2:5"]);
    expect(placeOf(document, ["l"], 1)).toBe("5:5");
  });

  test("behind an alias is in what it repeats", () => {
    const document = parseYaml("a: &a { x: 'abc' }\nb: &b |\n  de\nc: [*a, *b]\n");
    expect(placeOf(document, ["c", 0, "x"], 1)).toBe("1:14");
    expect(placeOf(document, ["c", 1], 1)).toBe("3:4");
  });

  test("of a document that is a block without indentation", () => {
    const document = parseYaml("--- |\nab\n\nc\n");
    expect(document.value).toBe("ab\n\nc\n");
    expect([0, 1, 4].map((offset) => placeOf(document, [], offset))).toEqual(["2:1", "2:2", "4:1"]);
    expect(placeOf(parseYaml("--- >\nab\ncd\n"), [], 4)).toBe("3:2");
  });

  test("of a document that is a word", () => {
    expect([0, 2].map((offset) => placeOf(parseYaml("abc"), [], offset))).toEqual(["1:1", "1:3"]);
  });

  test("before its beginning is its beginning", () => {
    expect(placeOf(parseYaml("k: 'abc'"), ["k"], -5)).toBe("1:5");
  });

  test.each<[string, Path]>([
    ["a list", ["l"]],
    ["a mapping", []],
    ["what is missing", ["x", 0]],
    ["an item that is missing", ["l", 7]],
    ["what is left empty", ["e"]],
  ])("is not that of %s", (_, path) => {
    expect(parseYaml("l: [a]\ne:\n").locateIn(path, 0)).toBeUndefined();
  });

  test("is none in an object", () => {
    expect(openDocument({ k: "abc" }).document.locateIn(["k"], 1)).toBeUndefined();
  });
});

describe("a fault at an offset of a text", () => {
  const faultOf = (input: string | object, path: Path): unknown => {
    const { document } = openDocument(input);
    const faults = new Faults();
    faults.add(path, "is bad", { offset: 2 });
    const error = faults.error(document);
    expect(error).toBeInstanceOf(ConfigurationError);
    return error.issues[0];
  };

  it("is told with the place of its character", () => {
    expect(faultOf("k: |\n  abc\n", ["k"])).toEqual({ path: ["k"], message: "is bad", line: 2, column: 5 });
  });

  it("is told with the place of the value where there is no text", () => {
    expect(faultOf("\nk: [abc]\n", ["k"])).toMatchObject({ line: 2, column: 4 });
    expect(faultOf({ k: "abc" }, ["k"])).toEqual({ path: ["k"], message: "is bad" });
  });
});

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "0": "\0", a: "\x07", b: "\b", t: "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b", " ": " " },
  ...{ '"': '"', "/": "/", "\\": "\\", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029" },
};

/** What the source at `at` stands for, and how long it is. */
function readingAt(raw: string, at: number, style: string): { reading: string; length: number } {
  if (style === "single" && raw.startsWith("''", at)) return { reading: "'", length: 2 };
  if (style !== "double" || raw[at] !== "\\") return { reading: raw.charAt(at), length: 1 };
  const hex = /^\\(?:x(..)|u(....)|U(.{8}))/.exec(raw.slice(at, at + 10));
  if (hex === null) return { reading: ESCAPES[raw.charAt(at + 1)] ?? "", length: 2 };
  const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "", 16);
  return { reading: String.fromCodePoint(code), length: hex[0].length };
}

/** Each character that is no space is where it is said to be, and they follow each other as they do in the text. */
function expectPlaces(raw: string, path: Path, style: string): void {
  const document = parseYaml(raw);
  const starts = [0, ...[...raw.matchAll(/\r\n?|\n/g)].map(({ 0: { length }, index }) => index + length)];
  let text = document.value as string;
  for (const step of path) text = (text as unknown as Record<string | number, string>)[step] ?? "";
  let behind = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    if (/[ \t\r\n]/.test(text.charAt(offset))) continue;
    const { line, column } = document.locateIn(path, offset)!;
    const at = starts[line - 1]! + column - 1;
    const { reading, length } = readingAt(raw, at, style);
    // Both halves of a character beyond the sixteen bits are at its one escape.
    expect(reading, `${JSON.stringify(raw)} ${offset}`).toBe(text.slice(offset, offset + reading.length));
    expect(at, `${JSON.stringify(raw)} ${offset}`).toBeGreaterThanOrEqual(behind);
    if (style !== "double" && behind > 0) expect(raw.slice(behind, at)).toMatch(/^\s*$/);
    behind = at + length;
    offset += reading.length - 1;
  }
}

describe("every character of a text is found where it is written", () => {
  const ordinary = fc.constantFrom("a", "b", "(", ")", "=~", "é", "😀", "x", "~", "*", "\u00a0", "\u2028");
  const gap = fc.constantFrom(" ", "  ", "\t", " \t ");
  const breaks = fc
    .tuple(fc.constantFrom("", " ", "\t"), fc.array(fc.constantFrom("", "  ", "\t"), { maxLength: 2 }))
    .map(([trailing, empty]) => `${trailing}\n${empty.map((line) => `${line}\n`).join("")}`);
  const flowBreak = fc.tuple(breaks, fc.constantFrom("", "  ", "\t")).map(([all, more]) => `${all}        ${more}`);
  const flow = (...more: Array<fc.Arbitrary<string>>): fc.Arbitrary<string> =>
    fc.array(fc.oneof(ordinary, gap, flowBreak, ...more), { maxLength: 30 }).map((all) => all.join(""));
  const hex = (digits: number) => (code: number) => code.toString(16).padStart(digits, "0");
  const escape = fc.oneof(
    fc.constantFrom(...Object.keys(ESCAPES)).map((name) => `\\${name}`),
    fc.integer({ min: 1, max: 255 }).map((code) => `\\x${hex(2)(code)}`),
    fc.integer({ min: 1, max: 0xffff }).map((code) => `\\u${hex(4)(code)}`),
    fc.integer({ min: 1, max: 0x10ffff }).map((code) => `\\U${hex(8)(code)}`),
    fc.constant("\\\n        "),
  );
  const blockLine = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.array(fc.oneof(ordinary, gap, fc.constantFrom("#", ": ", "'", "\\")), { maxLength: 8 }),
    },
    { weight: 1, arbitrary: fc.array(fc.constant(" "), { maxLength: 3 }) },
  );
  // The sign @ is for the indentation that is said: eight spaces, less those of the key.
  const block = (sign: string): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom("", "-", "+"), fc.boolean(), fc.array(blockLine, { maxLength: 8 }), fc.boolean())
      .map(([chomping, isSaid, lines, isEnded]) => {
        const [first = "", ...others] = lines.map((line) => `        ${line.join("")}`);
        const head = isSaid ? `${sign}@${chomping}` : `${sign}${chomping}\n        o`;
        return [isSaid ? `${head}\n${first}` : `${head}${first.trim()}`, ...others].join("\n") + (isEnded ? "\n" : "");
      });
  const styles: ReadonlyArray<[string, fc.Arbitrary<string>]> = [
    ["plain", flow(fc.constant("\\")).map((text) => `o${text}`.replace(/[ \t\n]+$/, ""))],
    ["single", flow(fc.constantFrom("''", '"', "#", ": ", "\\")).map((text) => `'${text}'`)],
    ["double", flow(escape, fc.constantFrom("'", "#", ": ")).map((text) => `"${text}"`)],
    ["literal", block("|")],
    ["folded", block(">")],
  ];
  const settings: ReadonlyArray<[string, string, Path, number]> = [
    ["k: ", "", ["k"], 0],
    ["# c\na: 1\nb:\n  k: &x ", "\n", ["b", "k"], 2],
    ["a:\n  k: &x ", "\nl: *x", ["l"], 2],
  ];
  const written = (style: string): fc.Arbitrary<string> => styles.find(([name]) => name === style)![1];

  test.each(styles.map(([style]) => [style]))("%s", (style) => {
    fc.assert(
      fc.property(
        written(style),
        fc.constantFrom(...settings),
        fc.constantFrom("\n", "\r\n", "\r"),
        (scalar, [before, after, path, indent], lineBreak) => {
          const raw = `${before}${scalar.replace("@", String(8 - indent))}${after}`;
          expectPlaces(raw.replaceAll("\n", lineBreak), path, style);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("as js-yaml writes it", () => {
    const text = fc.array(fc.oneof(fc.string({ unit: "grapheme" }), gap, fc.constant("\n"), ordinary), {
      maxLength: 40,
    });
    const options = fc.record({ lineWidth: fc.constantFrom(-1, 20), indent: fc.constantFrom(2, 4) });
    const seen = new Set<string>();
    fc.assert(
      fc.property(text, options, (parts, layout) => {
        const raw = dump({ a: [{ k: parts.join("") }] }, layout);
        const sign = /k: (.)/.exec(raw)?.[1] ?? "";
        seen.add(sign);
        expectPlaces(raw, ["a", 0, "k"], sign === '"' ? "double" : sign === "'" ? "single" : "block");
      }),
      { numRuns: 2_000 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(["|", ">", '"', "'"]));
  });

  test("as JSON writes it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!/[\x7f-\x9f\ufffe\uffff]/.test(text));
        expectPlaces(JSON.stringify({ k: text }), ["k"], "double");
      }),
    );
  });
});
