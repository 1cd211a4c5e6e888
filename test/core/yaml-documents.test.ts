/** Several YAML documents in one text. */
import { describe, expect, it, test } from "vitest";
import { ConfigurationError } from "../../src/core/errors.ts";
import type { Path } from "../../src/core/faults.ts";
import { openDocuments } from "../../src/core/parse.ts";

function values(text: string): unknown[] {
  return openDocuments(text).map(({ document, faults }) => {
    faults.throwIfAny(document);
    return document.value;
  });
}

function told(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
  return [];
}

describe("documents are read", () => {
  test.each<[string, string, unknown[]]>([
    ["one without a marker", "a: 1\n", [{ a: 1 }]],
    ["two", "a: 1\n---\nb: 2\n", [{ a: 1 }, { b: 2 }]],
    ["values behind their markers", "--- 1\n--- [2]\n--- |\n  x\n--- 'y'\n", [1, [2], "x\n", "y"]],
    [
      "ends and directives",
      "%YAML 1.2\n---\na: 1\n...\n# c\n%YAML 1.2\n---\nb: 2\n...\n...\nc: 3\n",
      [{ a: 1 }, { b: 2 }, { c: 3 }],
    ],
    [
      "without those that are empty",
      "---\n# nothing\n---\na: 1\n---\n---\n\n---\nb: 2\n---\n# end\n",
      [{ a: 1 }, { b: 2 }],
    ],
    ["but not without those that say null", "--- ~\n--- null\n--- !!null\n--- ''\n", [null, null, null, ""]],
    [
      "with --- in a block of text",
      "a: |\n  x\n  ---\n  y\nb: '\n  --- z'\n---\nc: 1\n",
      [{ a: "x\n---\ny\n", b: " --- z" }, { c: 1 }],
    ],
    [
      "with anchors of the same name",
      "a: &x 1\nb: *x\n---\na: &x 2\nb: *x\n",
      [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
      ],
    ],
    ["after a byte order mark, with CRLF", "\uFEFF---\r\na: 1\r\n---\r\nb: 2\r\n", [{ a: 1 }, { b: 2 }]],
    ["JSON", '{"a": 1}', [{ a: 1 }]],
  ])("%s", (_, text, expected) => {
    expect(values(text)).toStrictEqual(expected);
  });

  test("an object as one", () => {
    const [only, ...others] = openDocuments({ a: 1 }, { file: "f" });
    expect(only?.document).toMatchObject({ value: { a: 1 }, file: "f" });
    expect(others).toEqual([]);
  });
});

describe("each document", () => {
  const text = "a: 010\nx: &x { b: 1 }\n---\n# second\na:\n  - one\n  -\nb: *x\n---\nc: &x { d: 'text' }\ne: *x\n";
  const documents = openDocuments(text, { file: "all.yaml" });

  it("has faults of its own, among them an alias of another's anchor", () => {
    expect(documents.map(({ document, faults }) => told(() => faults.throwIfAny(document)))).toEqual([
      ["1:4 010 is octal to some YAML readers and decimal to others; write 10, or quotes if it is text"],
      ["8:4 *x repeats nothing; write &x before the value above that it is to repeat"],
      [],
    ]);
    expect(documents.map(({ document }) => document.file)).toEqual(["all.yaml", "all.yaml", "all.yaml"]);
  });

  test.each<[number, Path, "key" | "value", string]>([
    [0, [], "value", "1:1"],
    [0, ["x", "b"], "value", "2:12"],
    [1, [], "value", "5:1"],
    [1, ["a", 0], "value", "6:5"],
    [1, ["a", 1], "value", "6:3"],
    [1, ["missing"], "value", "5:1"],
    [2, [], "value", "10:1"],
    [2, ["e", "d"], "value", "10:12"],
    [2, ["e"], "key", "11:1"],
  ])("has the places of the whole text: %i %j %s", (index, path, part, place) => {
    const { line, column } = documents[index]!.document.locate(path, part)!;
    expect(`${line}:${column}`).toBe(place);
  });

  it("has them within its texts", () => {
    expect(documents[2]?.document.locateIn(["e", "d"], 2)).toEqual({ line: 10, column: 15 });
    expect(documents[2]?.document.placeAt(text.indexOf("e: *x"))).toEqual({ line: 11, column: 1 });
  });
});

describe("documents are refused", () => {
  const nodes = "too large: more than 5 keys and values up to here, repeated ones counted each time";

  test.each<[string, string, object, string]>([
    ["that are none", "", {}, "1:1 the document is empty"],
    ["that are all empty", "---\n# a\n---\n...\n", {}, "1:1 the document is empty"],
    [
      "with a fault of syntax in any",
      "a: 1\n---\nb: [\n---\n",
      {},
      "4:1 this is indented too little, or a bracket or quote above it is not closed",
    ],
    [
      "that are too long together",
      "a: 1\n---\nb: 1\n",
      { maxCharacters: 13 },
      "1:1 too large: 14 characters; at most 13 are read",
    ],
    [
      "that have too many separators together",
      "a: 1\n---\nb: 1\n",
      { maxNodes: 2 },
      "3:2 too large: more than 2 keys, items and separators up to here",
    ],
    ["that have too many nodes together", "&x [1, 1]\n---\n[1, 1]\n", { maxNodes: 5 }, `3:5 ${nodes}`],
    ["that have too many nodes before the last", "[1, 1, 1, 1]\n--- 1\n", { maxNodes: 5 }, `2:5 ${nodes}`],
    [
      "of which one is too deep",
      "a\n---\n[[[[1]]]]\n",
      { maxDepth: 3 },
      "3:3 too deep: more than 3 mappings and lists inside each other",
    ],
  ])("%s", (_, text, limits, fault) => {
    expect(told(() => openDocuments(text, { limits }))).toEqual([fault]);
  });

  test("that are more than ten thousand; empty ones do not count", () => {
    expect(openDocuments("--- a\n---\n".repeat(10_000))).toHaveLength(10_000);
    expect(told(() => openDocuments("--- a\n".repeat(10_001)))).toEqual([
      "10001:5 too large: more than 10000 documents up to here",
    ]);
  });
});

test("ten thousand documents are read and asked for their places in little time", () => {
  const text = "---\ngroups:\n  - name: x\n    rules:\n      - expr: |\n          sum(x)\n            / y\n".repeat(
    10_000,
  );
  const path = ["groups", 0, "rules", 0, "expr"];
  const began = performance.now();
  const places = openDocuments(text).map(({ document }) => [
    document.locate(path, "value"),
    document.locateIn(path, 9),
  ]);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(places.at(-1)).toEqual([
    { line: 69_999, column: 1 },
    { line: 70_000, column: 13 },
  ]);
});
