import { describe, expect, test } from "vitest";
import { parseDuration } from "../../src/core/time/duration.ts";
import { ConfigurationError, formatPath, invalid, show } from "../../src/core/errors.ts";
import {
  falseOr,
  field,
  oneOrMore,
  openDocument,
  openDocuments,
  parseDocument,
  remembering,
} from "../../src/core/parse.ts";
import { openPlain } from "../../src/core/plain.ts";
import * as z from "../../src/core/schema.ts";

/** The faults as `line:column path: message`; for plain objects without a place. */
function faultsOf(input: string | object, schema: z.ZodType): string[] {
  try {
    parseDocument(input, schema, { file: "policy.yaml" });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ line, column, path, message }) => {
      const place = line === undefined ? "" : `${line}:${column} `;
      return `${place}${formatPath(path)}: ${message}`;
    });
  }
  return [];
}

const duration = field((input) => parseDuration(input as string, []), "30d");

describe("a field that is false, or a mapping", () => {
  const page = falseOr(z.strictObject({ label: z.string(), team: z.string().optional() }), "false, or a mapping");
  const schema = z.object({ page });

  test("is what it says", () => {
    expect(parseDocument("page: false", schema)).toEqual({ page: false });
    expect(parseDocument("page: { label: a }", schema)).toEqual({ page: { label: "a" } });
  });

  test.each([
    ["page: true", "1:7 page: true is not possible; write false, or a mapping"],
    ["page:", "1:1 page: is empty; it must be a mapping"],
    ["page: 5", "1:7 page: 5 is not possible; write false, or a mapping"],
    ["page: { label: 5 }", "1:16 page.label: 5 is not text"],
    ["page: { label: a, taem: b }", '1:25 page.taem: unknown key "taem"; did you mean "team"? allowed: label, team'],
  ])("is not %s", (text, fault) => {
    expect(faultsOf(text, schema)).toEqual([fault]);
  });

  test("is told when it is missing", () => {
    expect(faultsOf("other: 1", schema)[0]).toContain("page: is missing");
  });
});

describe("a field that is one value, or a list of them", () => {
  const schema = z.object({ a: oneOrMore(z.number(), z.array(z.number()).max(2)) });

  test.each([
    ["a: 5", [5]],
    ["a: [5]", [5]],
    ["a: [5, 6]", [5, 6]],
    ["a: []", []],
  ])("is a list: %s", (text, a) => {
    expect(parseDocument(text, schema)).toEqual({ a });
  });

  test.each([
    ["a: x", '1:4 a: "x" is not a number'],
    ["a: [5, x]", '1:8 a[1]: "x" is not a number'],
    ["a: [5, 6, 7]", "1:4 a: has 3 items; allowed: at most 2"],
    ["a:", "1:1 a: is empty; it must be a number"],
  ])("has the faults of what was meant: %s", (text, fault) => {
    expect(faultsOf(text, schema)).toEqual([fault]);
  });
});

test.each(["slo.yaml", "./a b/slo.yml", "C:\\slo\\SLO.JSON"])("the name of a file is no document: %s", (name) => {
  const message = `${show(name)} is a file's name; read the file, and give the text that is in it`;
  expect(() => openDocument(name)).toThrow(message);
  expect(() => openDocuments(name)).toThrow(message);
});

test("the name of a file is told as that of the whole, up to a thousand characters", () => {
  const name = `${"a".repeat(995)}.yaml`;
  expect(() => openDocument("slo.yaml")).toThrow(
    expect.objectContaining({ issues: [expect.objectContaining({ path: [] })] }),
  );
  expect(() => openDocument(name)).toThrow("is a file's name");
  expect(openDocument(`a${name}`).document.value).toBe(`a${name}`);
});

test.each(["a: slo.yaml", "- slo.yaml", "- slo.yaml\n", '["slo.json"]', "{file: slo.yaml}"])(
  "a text may name files: %s",
  (text) => {
    expect(openDocument(text).document.value).toBeDefined();
  },
);

test("documents of one text are several, and an object is one", () => {
  expect(openDocuments("a: 1\n---\nb: 2\n").map(({ document }) => document.value)).toEqual([{ a: 1 }, { b: 2 }]);
  expect(openDocuments({ a: 1 }).map(({ document }) => document.value)).toEqual([{ a: 1 }]);
});

describe("a schema's faults, in words", () => {
  test.each<[string, z.ZodType, string, string[]]>([
    ["text", z.string(), "3", ["1:1 : 3 is not text"]],
    ["a number", z.object({ a: z.number() }), "a: x", ['1:4 a: "x" is not a number']],
    ["a number that is none", z.object({ a: z.number() }), "a: .nan", ["1:4 a: NaN is not a number"]],
    ["a whole number", z.object({ a: z.int() }), "a: 1.5", ["1:4 a: 1.5 is not a whole number"]],
    ["true or false", z.object({ a: z.boolean() }), "a: yes", ['1:4 a: "yes" is not true or false']],
    ["a list", z.object({ a: z.array(z.string()) }), "a: {}", ["1:4 a: a mapping is not a list"]],
    ["an item", z.object({ a: z.array(z.string()) }), "a: [x, 2]", ["1:8 a[1]: 2 is not text"]],
    ["a mapping", z.object({ a: z.object({}) }), "a:", ["1:1 a: is empty; it must be a mapping"]],
    [
      "a missing key",
      z.object({ a: z.object({ b: z.string() }) }),
      "a:\n  c: 1",
      ["1:1 a.b: is missing; it must be text"],
    ],
    ["a missing key of any type", z.object({ a: z.unknown() }), "b: 1", ["1:1 a: is missing"]],
    ["an unknown key", z.strictObject({ abc: z.string() }), "abc: x\nq: 1", ['2:1 q: unknown key "q"; allowed: abc']],
    [
      "a misspelled key, once",
      z.strictObject({ threshold: z.string(), a: z.string() }),
      "treshold: x",
      [
        "1:1 a: is missing; it must be text",
        '1:1 treshold: unknown key "treshold"; did you mean "threshold"? allowed: threshold, a',
      ],
    ],
    [
      "a misspelled key beside the right one",
      z.strictObject({ threshold: z.string() }),
      "threshold: 5\ntreshold: x",
      [
        "1:12 threshold: 5 is not text",
        '2:1 treshold: unknown key "treshold"; did you mean "threshold"? allowed: threshold',
      ],
    ],
    [
      "one of several",
      z.object({ a: z.enum(["warn", "freeze"]) }),
      "a: wran",
      ['1:4 a: "wran" is not allowed here; did you mean "warn"? allowed: warn, freeze'],
    ],
    [
      "one of several, missing",
      z.object({ a: z.enum(["warn", "freeze"]) }),
      "{}",
      ["1:1 a: is missing; allowed: warn, freeze"],
    ],
    ["too few", z.object({ a: z.array(z.string()).min(1) }), "a: []", ["1:4 a: has 0 items; allowed: at least 1"]],
    [
      "too many characters",
      z.object({ a: z.string().max(2) }),
      "a: xyz",
      ["1:4 a: has 3 characters; allowed: at most 2"],
    ],
    ["too low", z.object({ a: z.number().gt(0) }), "a: 0", ["1:4 a: 0 is out of range; allowed: more than 0"]],
    ["too high", z.object({ a: z.number().lt(1) }), "a: 1", ["1:4 a: 1 is out of range; allowed: less than 1"]],
    [
      "at least and at most, of a number",
      z.object({ a: z.number().min(2).max(3), b: z.number().min(2).max(3) }),
      "a: 1\nb: 4",
      ["1:4 a: 1 is out of range; allowed: at least 2", "2:4 b: 4 is out of range; allowed: at most 3"],
    ],
    [
      "too few characters",
      z.object({ a: z.string().min(2) }),
      "a: x",
      ["1:4 a: has 1 characters; allowed: at least 2"],
    ],
    [
      "too many items",
      z.object({ a: z.array(z.string()).max(1) }),
      "a: [x, y]",
      ["1:4 a: has 2 items; allowed: at most 1"],
    ],
    [
      "text of another form",
      z.object({ a: z.string().regex(/^x/, "begin it with x") }),
      "a: y",
      ['1:4 a: "y": begin it with x'],
    ],
    ["no multiple", z.object({ a: z.number().multipleOf(5) }), "a: 7", ["1:4 a: 7 is not a multiple of 5"]],
    [
      "a key that does not fit",
      z.record(z.string().regex(/^x/, "begin it with x"), z.number()),
      "y: 1",
      ['1:1 y: the key "y": begin it with x'],
    ],
    [
      "either of two types",
      z.object({ a: z.union([z.string(), z.number()]) }),
      "a: []",
      ["1:4 a: a list of 0 is not text or a number"],
    ],
    [
      "either of two types, missing",
      z.object({ a: z.union([z.string(), z.number()]) }),
      "{}",
      ["1:1 a: is missing; it must be text or a number"],
    ],
    [
      "the alternative that was meant",
      z.object({ a: z.union([z.string(), z.strictObject({ b: z.number() })]) }),
      "a: { b: x }",
      ['1:9 a.b: "x" is not a number'],
    ],
    [
      "either of three types, two of them together",
      z.object({ a: z.union([z.union([z.string(), z.number()]), z.strictObject({ b: z.number() })]) }),
      "a: true",
      ["1:4 a: true is not text or a number or a mapping"],
    ],
    [
      "the alternative that was meant, among those of an alternative",
      z.object({ a: z.union([z.union([z.string(), z.strictObject({ b: z.number() })]), z.boolean()]) }),
      "a: { b: x }",
      ['1:9 a.b: "x" is not a number'],
    ],
    [
      "an alternative of another type that has more faults",
      z.object({
        a: z.union([z.union([z.array(z.string()).and(z.object({ b: z.number() })), z.boolean()]), z.string()]),
      }),
      "a: [1]",
      ["1:4 a: a list of 1 is not a mapping or true or false or text"],
    ],
    [
      "an alternative whose type fits, and whose value does not",
      z.object({ a: z.union([z.literal("freeze"), z.object({ b: z.number() })]) }),
      "a: freze",
      ['1:4 a: "freze" is not allowed here; did you mean "freeze"? allowed: freeze'],
    ],
    [
      "a place within what is empty",
      z.object({ a: z.unknown().refine(() => false, { path: ["b"], error: "is wrong" }) }),
      "a:",
      ["1:1 a.b: is wrong"],
    ],
    [
      "a fault of a kind that no document has",
      z.object({
        a: z.transform((input, { issues }) => {
          issues.push({ code: "invalid_element", origin: "map", key: {}, issues: [], input });
        }),
      }),
      "a: 5",
      ["1:4 a: 5 is not allowed"],
    ],
    [
      "what cannot be read, once",
      z.object({ a: z.string() }),
      "a: 010",
      [expect.stringMatching(/^1:4 a: 010 is octal /)],
    ],
    [
      "the alternative with the fewest faults",
      z.object({
        a: z.union([z.strictObject({ b: z.int(), c: z.int() }), z.strictObject({ b: z.string(), c: z.int() })]),
      }),
      "a: { b: x, c: y }",
      ['1:15 a.c: "y" is not a number'],
    ],
    [
      "a missing key that every object has",
      z.object({ ["valueOf"]: z.string() }),
      "b: 1",
      ["1:1 valueOf: is missing; it must be text"],
    ],
    [
      "the noun of a union",
      z.object({ a: z.union([z.string(), z.number()], { error: "a name or a number" }) }),
      "a: true",
      ["1:4 a: true is not a name or a number"],
    ],
    [
      "an unknown variant",
      z.discriminatedUnion("type", [z.object({ type: z.literal("freeze") }), z.object({ type: z.literal("warn") })]),
      "type: wran",
      ['1:7 type: "wran" is not allowed here; did you mean "warn"? allowed: freeze, warn'],
    ],
    [
      "a field of our own",
      z.object({ a: duration }),
      "a: 1:30",
      [
        '1:4 a: "1:30" is not a duration; write whole numbers with units (y, w, d, h, m, s, ms), such as 30d, 1h30m or 200ms (some YAML readers take "1:30" for 90)',
      ],
    ],
    [
      "a field of our own, as YAML 1.1 reads up to 39 characters",
      z.object({ a: duration, b: duration }),
      `a: "${"1_".repeat(19)}1"\nb: "${"1_".repeat(19)}11"`,
      [
        expect.stringMatching(/ \(some YAML readers take "1_1_.*" for 1+0*\)$|e\+19\)$/) as string,
        expect.stringMatching(/200ms$/) as string,
      ],
    ],
    ["a field of our own, missing", z.object({ a: duration }), "{}", ["1:1 a: is missing; write one, such as 30d"]],
    [
      "a field of our own, empty",
      z.object({ a: duration.optional() }),
      "a:",
      ["1:1 a: is empty; write one, such as 30d"],
    ],
  ])("%s", (_, schema, text, faults) => {
    expect(faultsOf(text, schema)).toEqual(faults);
  });

  test("the first twenty unknown keys may be slips, and the rest are none", () => {
    const schema = z.strictObject({ threshold: z.string() });
    const text = (before: number): string =>
      `${Array.from({ length: before }, (_, index) => `k${index}: 1\n`).join("")}treshold: x`;
    expect(faultsOf(text(19), schema).filter((fault) => fault.includes("is missing"))).toEqual([]);
    expect(faultsOf(text(20), schema)[0]).toBe("1:1 threshold: is missing; it must be text");
  });

  test("faults of form and of content come together, in the order of the text", () => {
    const schema = z.strictObject({ a: z.string(), b: z.number(), c: z.number() });
    expect(faultsOf("b: x\na: 1\na: y\nc: 010\nd: 1\n", schema)).toEqual([
      '1:4 b: "x" is not a number',
      "2:4 a: 1 is not text",
      "3:1 a: this key is written twice, first on line 2; keep one of them",
      "4:4 c: 010 is octal to some YAML readers and decimal to others; write 10, or quotes if it is text",
      '5:1 d: unknown key "d"; allowed: a, b, c',
    ]);
  });

  test("a path within a field is kept, and an error that is no configuration error is thrown on", () => {
    const deep = field(() => {
      throw invalid(["inner", 0], "is wrong");
    }, "x");
    expect(faultsOf({ a: { inner: [1] } }, z.object({ a: deep }))).toEqual(["a.inner[0]: is wrong"]);
    const broken = field(() => {
      throw new RangeError("a bug");
    }, "x");
    expect(() => parseDocument("a: 1", z.object({ a: broken }))).toThrow(RangeError);
  });

  test("a hundred thousand unknown keys are counted, not compared", () => {
    const text = Array.from({ length: 100_000 }, (_, key) => `key_number_${key}: 1`).join("\n");
    const started = performance.now();
    const faults = faultsOf(text, z.strictObject({ key_number: z.number().optional() }));
    expect(faults).toHaveLength(101);
    expect(faults[100]).toBe(": and 99900 more faults");
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("a plain object", () => {
  const anything = z.unknown();

  test("is copied, without what is undefined", () => {
    const input = { a: [1, "x", null, true], b: { c: undefined } };
    const read = parseDocument(input, anything) as typeof input;
    expect(read).toStrictEqual({ a: [1, "x", null, true], b: {} });
    expect(read.a).not.toBe(input.a);
  });

  test("may keep what its reader wants to have as it is", () => {
    const [work, when] = [(): number => 1, new Date(0)];
    const isKept = (value: unknown): boolean => typeof value === "function";
    expect(openPlain({ a: [work] }, { isKept }).document.value).toStrictEqual({ a: [work] });
    const { document, faults } = openPlain({ a: when, b: work }, { isKept });
    expect(() => faults.throwIfAny(document)).toThrow(/^a: an object of the class "Date" is not read here/);
    expect(document.value).toStrictEqual({ a: null, b: work });
  });

  test("is as deep and as large as its limits allow", () => {
    const limited = (input: unknown, limits: object) => () => {
      const { document, faults } = openPlain(input, { limits });
      faults.throwIfAny(document);
    };
    expect(limited([[[1]]], { maxDepth: 3 })).not.toThrow();
    expect(limited([[[[]]]], { maxDepth: 3 })).toThrow("[0][0][0]: too deep: more than 3 ");
    expect(limited({ a: 1, b: [2] }, { maxNodes: 4 })).not.toThrow();
    expect(limited({ a: 1, b: [2] }, { maxNodes: 3 })).toThrow("b[0]: too large: more than 3 keys and values");
  });

  test("may repeat an object and have no prototype", () => {
    const shared = Object.assign(Object.create(null) as object, { x: 1 });
    expect(parseDocument({ a: shared, b: shared }, anything)).toStrictEqual({ a: { x: 1 }, b: { x: 1 } });
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.a = [cyclic];
  const ALLOWED = "allowed: plain objects, lists, text, numbers, true, false and null";
  test.each<[string, object, string[]]>([
    ["a cycle", cyclic, ["a[0]: this value is a part of itself"]],
    [
      "an own __proto__",
      JSON.parse('{"a": {"__proto__": {"x": 1}}}') as object,
      ['a: the key "__proto__" is not allowed in any document'],
    ],
    ["a function", { a: { f: () => 1 } }, [`a.f: a function is not read here; ${ALLOWED}`]],
    ["a date", { a: new Date(0) }, [`a: an object of the class "Date" is not read here; ${ALLOWED}`]],
    [
      "a bigint and a hole",
      { a: [1n, undefined] },
      [`a[0]: 1 is not read here; ${ALLOWED}`, `a[1]: undefined is not read here; ${ALLOWED}`],
    ],
    ["a map at the root", new Map(), [`: an object of the class "Map" is not read here; ${ALLOWED}`]],
    ["a long key", { ["k".repeat(300)]: 1 }, [`: the key "${"k".repeat(56)}... has 300 characters; allowed: 256`]],
  ])("with %s is refused", (_, input, faults) => {
    expect(faultsOf(input, anything)).toEqual(faults);
  });

  test("that is too deep is refused where it is", () => {
    let input: object = {};
    for (let depth = 0; depth < 100_000; depth += 1) input = { a: input };
    const [fault] = faultsOf(input, anything);
    expect(fault).toMatch(/^a(\.a){99}: too deep: more than 100 /);
  });

  test("that is too large is refused, however often it repeats itself", () => {
    let input: unknown[] = [1];
    for (let level = 0; level < 40; level += 1) input = [input, input];
    expect(faultsOf(input, anything)[0]).toMatch(/: too large: more than 1000000 keys and values/);
  });
});

test("a thousand texts are remembered at once", () => {
  let calls = 0;
  const read = remembering((input) => ({ input, call: (calls += 1) }));
  const texts = Array.from({ length: 1_000 }, (_, index) => `x${index}`);
  const first = texts.map(read);
  expect(texts.every((text, index) => read(text) === first[index])).toBe(true);
  expect(calls).toBe(1_000);
  read("one more");
  expect(texts.some((text, index) => read(text) === first[index])).toBe(false);
});

test("what was read is remembered by its text, up to a bound", () => {
  let calls = 0;
  const read = remembering((input) => ({ input, call: (calls += 1) }));
  expect(read("x")).toBe(read("x"));
  expect(read(1)).not.toBe(read(1));
  for (let index = 0; index < 1_000; index += 1) read(`y${index}`);
  expect(calls).toBe(1_003);
  read("x");
  expect(calls).toBe(1_004);
});
