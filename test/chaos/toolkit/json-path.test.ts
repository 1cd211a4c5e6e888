/** Paths into JSON. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Json } from "../../../src/chaos/model.ts";
import { JsonPath, JsonPathProblem } from "../../../src/chaos/toolkit/json-path.ts";

const VALUE: Json = {
  state: "up",
  nothing: null,
  nodes: [
    { name: "a", load: 0.5, tags: ["x", "y"], at: { zone: "z1" } },
    { name: "b", load: 2, tags: [], at: { zone: "z2" } },
    { name: "c]", load: 3 },
  ],
  "odd key": { state: "down" },
};

describe("a path", () => {
  // What jsonpath2 0.4.5, the library of Chaos Toolkit, finds for the same.
  it.each<[string, readonly Json[]]>([
    ["$.state", ["up"]],
    ['$["odd key"].state', ["down"]],
    ["$.nodes[0].name", ["a"]],
    ["$.nodes[-1].name", ["c]"]],
    ["$.nodes[0].tags", [["x", "y"]]],
    ["$.nodes[*].load", [0.5, 2, 3]],
    ["$.nodes.*.name", ["a", "b", "c]"]],
    ["$.*.state", ["down"]],
    ["$.nodes[0:2].name", ["a", "b"]],
    ["$.nodes[1:].name", ["b", "c]"]],
    ["$.nodes[:1].name", ["a"]],
    ["$.nodes[-2:].name", ["b", "c]"]],
    ["$.nodes[::2].name", ["a", "c]"]],
    ["$.nodes[1:3:2].name", ["b"]],
    ["$.nodes[0,2].name", ["a", "c]"]],
    ['$.nodes[*]["name","load"]', ["a", 0.5, "b", 2, "c]", 3]],
    ["$.nothing", [null]],
    ["$.missing", []],
    ["$.state.length", []],
    ["$.nodes[7]", []],
    ["$..state", ["up", "down"]],
    ["$..nodes[*].name", ["a", "b", "c]"]],
    ['$.nodes[*][?(@.name = "b")].load', [2]],
    ['$.nodes[*][?(@.name = "c]")].load', [3]],
    ["$.nodes[*][?(@.load >= 2)].name", ["b", "c]"]],
    ["$.nodes[*][?(@.load != 2)].name", ["a", "c]"]],
    ["$.nodes[*][?(@.at)].name", ["a", "b"]],
    ['$.nodes[*][?(@.at.zone = "z1")].name', ["a"]],
    ["$.nodes[*].at[?(@.zone)]", [{ zone: "z1" }, { zone: "z2" }]],
    ["$.nodes[?(@.at)].name", []],
    ["$.nodes[*][?(@.x != 2)].name", []],
    ['$.nodes[*][?(@.name > "a")].name', []],
    ["$.nodes[*][?(@.load = true)].name", []],
  ])("finds what is at %s", (path, found) => {
    expect(new JsonPath(path).find(VALUE)).toEqual(found);
  });

  it("finds at any depth what a plain walk finds", () => {
    const walk = (value: Json): Json[] => {
      if (typeof value !== "object" || value === null) return [];
      const inner = Object.values(value as Record<string, Json>).flatMap(walk);
      const own = (value as Record<string, Json>).k;
      return !Array.isArray(value) && own !== undefined ? [own, ...inner] : inner;
    };
    const json = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("k", "l"), tie("value"), { maxKeys: 2 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        expect(new JsonPath("$..k").find(value)).toEqual(walk(value));
      }),
    );
  });

  it("gives up where looking would take too long", () => {
    const wide: Json = Array.from({ length: 400 }, () => Array.from({ length: 300 }, () => 0));
    expect(new JsonPath("$..*").find(wide)).toBeUndefined();
  });

  it("gives up, too, where a path looks at the same again and again, and steps through what it leaves out", () => {
    const again = `[${Array.from({ length: 40 }, () => "0").join(",")}]`;
    const nested: Json = [[Array.from({ length: 30_000 }, () => 1)]];
    expect(new JsonPath(`$${again}${again}[*]`).find(nested)).toBeUndefined();
    expect(new JsonPath(`$${again}${again}[1:]`).find(nested)).toBeUndefined();
    expect(new JsonPath(`$${again}${again}[1:99999:99999]`).find(nested)).toHaveLength(1_600);
    const missing = `[${Array.from({ length: 150 }, () => "9").join(",")}]`;
    const short: Json = [Array.from({ length: 900 }, () => [])];
    expect(new JsonPath(`$[0][*]${missing}`).find(short)).toBeUndefined();
  });

  it("takes of a list what a plain slice takes", () => {
    const place = fc.option(fc.integer({ min: -12, max: 12 }), { nil: undefined });
    fc.assert(
      fc.property(fc.nat(9), place, place, fc.integer({ min: 1, max: 4 }), (length, from, to, by) => {
        const list = Array.from({ length }, (_, index) => index);
        const path = new JsonPath(`$[${String(from ?? "")}:${String(to ?? "")}:${String(by)}]`);
        expect(path.find(list)).toEqual(list.slice(from, to).filter((_, index) => index % by === 0));
      }),
    );
  });

  it.each([
    "",
    "$[?(@.a = constructor)]",
    "$[?(@.a = toString)]",
    "state",
    "$.",
    "$.a b",
    "$[",
    "$[a]",
    "$[?(@.a =~ 1)]",
    "$[?(@.a == 1)]",
    "$['a']",
    "$.odd-key",
    "$[?(@ > 1)]",
    "$.a()",
    "$[0:1:0]",
    `$${".a".repeat(300)}`,
  ])("refuses %s", (path) => {
    expect(() => new JsonPath(path)).toThrow(JsonPathProblem);
  });
});
