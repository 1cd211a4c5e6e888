import { describe, expect, it, test } from "vitest";

import { ConfigurationError, invalid } from "../../src/core/errors.ts";
import { Faults } from "../../src/core/faults.ts";
import { parseRunbook } from "../../src/runbook/definition/document.ts";
import { attempt, Fields, isMapping, oneOrMore, refuse, text, within } from "../../src/runbook/definition/fields.ts";
import { told } from "./definition-support.ts";

function place() {
  const faults = new Faults();
  const document = { value: 0, file: undefined, locate: () => undefined, placeAt: () => undefined };
  const all = (): string[] => told(() => faults.throwIfAny({ ...document, locateIn: () => undefined }));
  return { at: { path: ["a"], faults }, all };
}

describe("a fault", () => {
  it("of a value that could not be read is told once", () => {
    const { at, all } = place();
    expect(refuse(at, "one", "value", 7)).toBe(7);
    expect(refuse(within(at, "b", 0), "two")).toBeUndefined();
    at.faults.spoil(["a", "c"], "three");
    refuse(within(at, "c"), "four");
    refuse(within(at, "c"), "five", "key");
    expect(all()).toEqual(["a: one", "a.b[0]: two", "a.c: three", "a.c: five"]);
  });

  it("that is thrown is told at its place, with a hint", () => {
    const { at, all } = place();
    const thrown = new ConfigurationError([
      { path: [], message: "one" },
      { path: ["b", 1], message: "two" },
    ]);
    const failing = (error: Error) => (): never => {
      throw error;
    };
    expect(attempt<number>(at, failing(thrown), "; see b")).toBeUndefined();
    expect(attempt<number>(at, failing(invalid([], "three")))).toBeUndefined();
    expect(attempt(at, () => 7)).toBe(7);
    expect(() => attempt(at, failing(new TypeError("four")))).toThrow("four");
    expect(all()).toEqual(["a: one; see b", "a.b[1]: two; see b", "a: three"]);
  });

  test.each([
    ["command: a, environment: { a-b: c }", "2:41 [1].environment.a-b"],
    ["http: { url: 'https://h/', headers: { a b: c } }", '2:52 [1].http.headers["a b"]'],
    ["http: { url: 'https://h/', headers: { Host: c } }", "2:52 [1].http.headers.Host"],
    ["http: { url: 'https://h/', headers: { A: b, a: c } }", "2:58 [1].http.headers.a"],
    ["command: a, input: c", "2:26 [1].input"],
    ["command: a, x: c", "2:26 [1].x"],
    ["parallel: [{ command: a }], retries: 1", "2:42 [1].retries"],
    ["command: a, maxOutput: 1, max_output: 1", "2:40 [1].max_output"],
    ["command: a, timeout: soon", "2:35 [1].timeout"],
    ["command: a, runner: 7", "2:34 [1].runner"],
    ["command: [a, true]", "2:27 [1].command[1]"],
    ["http: { url: 'https://h/', json: 1, method: GET }", "2:47 [1].http.json"],
    ["command: a, when: { step: none, status: failed }", "2:40 [1].when.step"],
  ])("of %j is told where it is written", (fields, where) => {
    const written = `- { name: first, command: a }\n- { name: x, ${fields} }`;
    const issues = (): string[] => {
      try {
        parseRunbook(written);
      } catch (error) {
        if (error instanceof ConfigurationError) return error.message.split(": ").slice(0, 1);
      }
      return [];
    };
    expect(issues()).toEqual([where]);
  });
});

describe("fields", () => {
  const KNOWN = ["max_parallel", "name", "hidden"];
  const of = (value: unknown, options = {}) => {
    const { at, all } = place();
    return { fields: Fields.of(value, at, KNOWN, options), all };
  };
  const short = text(3, "abc");

  it("may be spelled either way, and know which", () => {
    const { fields, all } = of({ maxParallel: 1, name: null, x: 2 });
    expect(fields?.has("max_parallel")).toBe(true);
    expect(fields?.has("x")).toBe(false);
    expect(fields?.raw("max_parallel")).toBe(1);
    expect(fields?.raw("x")).toBeUndefined();
    expect(fields?.at("max_parallel").path).toEqual(["a", "maxParallel"]);
    expect(fields?.at("hidden").path).toEqual(["a", "hidden"]);
    expect(fields?.take("max_parallel", (value) => value)).toBe(1);
    expect(fields?.take("hidden", () => 7)).toBeUndefined();
    expect(fields?.take("name", () => 7)).toBeUndefined();
    expect(all()).toEqual([
      'a.x: unknown key "x"; allowed: max_parallel, name, hidden',
      "a.name: is empty; write a value, or leave it out",
    ]);
  });

  it("may be needed, but are not asked for twice", () => {
    const { fields, all } = of({ nmae: "a" });
    expect(fields?.hasUnknown).toBe(true);
    expect(fields?.isMisspelled("name")).toBe(true);
    expect(fields?.isMisspelled("hidden")).toBe(false);
    expect(fields?.need("name", short, "abc")).toBeUndefined();
    expect(fields?.need("max_parallel", short, "abc")).toBeUndefined();
    expect(all()).toEqual([
      'a.nmae: unknown key "nmae"; did you mean "name"? allowed: max_parallel, name, hidden',
      "a.max_parallel: is missing; write one, such as abc",
    ]);
    const both = of({ nmae: "a", name: "b" }).fields;
    expect(both?.isMisspelled("name")).toBe(false);
    expect(both?.need("name", short, "abc")).toBe("b");
    expect(of({ name: "b" }).fields?.hasUnknown).toBe(false);
    expect(of({ q: "b" }).fields?.hasUnknown).toBe(true);
  });

  it("may be read without being offered", () => {
    const { fields, all } = of({ hidden: 1, hiden: 2 }, { unlisted: ["hidden"] });
    expect(fields?.raw("hidden")).toBe(1);
    expect(all()).toEqual(['a.hiden: unknown key "hiden"; allowed: max_parallel, name']);
  });

  test.each([["a"], [7], [null], [undefined], [["a"]], [/a/]])("are not in %j", (value) => {
    const { fields, all } = of(value, { instead: "; write b" });
    expect(fields).toBeUndefined();
    expect(isMapping(value)).toBe(false);
    expect(all()).toEqual([expect.stringMatching(/^a: .* is not a mapping; write b$/)]);
  });
});

test("one is as good as a list of one, and each of a list is read", () => {
  const { at, all } = place();
  const read = oneOrMore(text(3, "abc"), 2);
  expect(read("a", at)).toEqual(["a"]);
  expect(read(["a", "b"], at)).toEqual(["a", "b"]);
  expect(read([], at)).toEqual([]);
  expect(read(7, at)).toBeUndefined();
  expect(read(["abcd", "b"], at)).toEqual(["b"]);
  expect(read(["a", "b", "c"], at)).toBeUndefined();
  expect(read("abc", at)).toEqual(["abc"]);
  expect(all()).toEqual([
    "a: 7 is not text; write it in quotes",
    "a[0]: has 4 characters; allowed: at most 3",
    "a: has 3 items; allowed: at most 2",
  ]);
});
