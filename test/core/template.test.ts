import { describe, expect, test } from "vitest";

import { parseTags, renderTemplate, tagsOf, templateNodes } from "../../src/core/template.ts";

const asIs = { escape: (text: string): string => text };
const loud = { escape: (text: string): string => text.toUpperCase() };

describe("a text with places", () => {
  test("is its texts and its places, in order, each with its name and where it begins", () => {
    expect(parseTags("restart {{ labels.pod }} in {{{ns}}}{{& zone }}!")).toEqual({
      text: "restart {{ labels.pod }} in {{{ns}}}{{& zone }}!",
      parts: [
        "restart ",
        { path: ["labels", "pod"], name: "labels.pod", offset: 8 },
        " in ",
        { path: ["ns"], name: "ns", offset: 28 },
        { path: ["zone"], name: "zone", offset: 36 },
        "!",
      ],
    });
  });

  test("has its texts in one piece, over lines and beside braces that are none", () => {
    expect(parseTags("one {\n two } {{a}} \n three").parts).toEqual([
      "one {\n two } ",
      { path: ["a"], name: "a", offset: 13 },
      " \n three",
    ]);
    expect(parseTags("").parts).toEqual([]);
  });

  test("may have spaces around the dots of a name", () => {
    expect(tagsOf(parseTags("{{ a . b }} and {{c}}")).map(({ path, name }) => [path, name])).toEqual([
      [["a", "b"], "a.b"],
      [["c"], "c"],
    ]);
  });

  test.each([
    ["{{#a}}x{{/a}}", 'x: "{{#a}}" is not possible here; only values, such as {{ labels.pod }}, are filled in'],
    ["{{^a}}x{{/a}}", 'x: "{{^a}}" is not possible here; only values, such as {{ labels.pod }}, are filled in'],
    ["{{> a}}", 'x: "{{>a}}" is not possible here; only values, such as {{ labels.pod }}, are filled in'],
    ["{{a..b}}", 'x: "{{a..b}}" names no value; write one such as {{ labels.pod }}'],
    ["{{.}}", 'x: "{{.}}" names no value; write one such as {{ labels.pod }}'],
    ["{{ a", 'x: "{{ a" is no template: unclosed tag at 4'],
    [5 as unknown as string, "x: 5 is no text"],
  ])("is refused as %s", (text, message) => {
    expect(() => parseTags(text, ["x"])).toThrow(message);
  });

  test("is refused without a place where it has none", () => {
    expect(() => parseTags("{{.}}")).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: [] })] }),
    );
  });
});

describe("a template", () => {
  test("is rendered with values of its view, escaped by the format's own way, or not between three braces", () => {
    const view = { a: "x", n: 5, list: [1, "b"], deep: { er: true }, none: null };
    expect(
      renderTemplate("{{a}} {{{a}}} {{&a}} {{n}} {{deep.er}} [{{none}}{{missing}}{{{missing}}}]", view, loud),
    ).toBe("X x x 5 TRUE []");
    expect(renderTemplate("[{{{none}}}]", view, loud)).toBe("[]");
    expect(renderTemplate("{{list}} {{{list}}} {{deep}}", view, asIs)).toBe('[1,"b"] [1,"b"] {"er":true}');
    expect(renderTemplate("{{#list}}<{{.}}>{{/list}}{{^none}}nothing{{/none}}", view, asIs)).toBe("<1><b>nothing");
  });

  test("takes a text that is ready as it is, whichever braces name it, and nothing else for one", () => {
    const view = { ready: { ready: "<b>" }, odd: { ready: 5 }, other: { steady: "x" } };
    expect(renderTemplate("{{ready}} {{{ready}}}", view, loud)).toBe("<b> <b>");
    expect(renderTemplate("{{odd}} {{{odd}}}", view, loud)).toBe('{"READY":5} {"ready":5}');
    expect(renderTemplate("{{other}}", view, asIs)).toBe('{"steady":"x"}');
  });

  test("sees nothing that is inherited, and calls nothing", () => {
    const view = { call: () => "called", when: new Date(0), toJSON: undefined };
    expect(renderTemplate("[{{call}}{{constructor}}{{toString}}{{__proto__}}] {{when}}", view, asIs)).toBe(
      "[] 1970-01-01T00:00:00.000Z",
    );
    expect(renderTemplate("[{{#a}}{{constructor.name}}{{/a}}]", { a: { b: 1 } }, asIs)).toBe("[]");
    expect(renderTemplate("{{a.length}}", { a: [1, 2] }, asIs)).toBe("2");
  });

  test("may name others, of which it has its own alone", () => {
    const partials = { row: "<{{name}}>" };
    expect(
      renderTemplate("{{#rows}}{{> row}}{{/rows}}", { rows: [{ name: "a" }, { name: "b" }] }, { ...asIs, partials }),
    ).toBe("<a><b>");
    expect(renderTemplate("[{{> toString}}{{> none}}]", {}, { ...asIs, partials })).toBe("[]");
  });

  test.each([
    ["{{#a}}", {}, 'template: "{{#a}}" is no template: unclosed section'],
    ["x", { bad: "{{/b}}" }, 'partials.bad: "{{/b}}" is no template: unopened section'],
  ])("%s is refused", (template, partials, message) => {
    expect(() => renderTemplate(template, {}, { ...asIs, partials })).toThrow(message);
  });

  test("tells its tags before anything is rendered, those of sections within them", () => {
    expect(templateNodes("a {{b}} {{&c}} {{! not this }}{{#d}}{{e}}{{/d}}{{^f}}x{{/f}}{{> g}}")).toEqual([
      { kind: "value", name: "b", offset: 2 },
      { kind: "value", name: "c", offset: 8 },
      { kind: "section", name: "d", offset: 30, nodes: [{ kind: "value", name: "e", offset: 36 }] },
      { kind: "inverted", name: "f", offset: 47, nodes: [] },
      { kind: "partial", name: "g", offset: 60 },
    ]);
    expect(() => templateNodes("{{", ["x"])).toThrow('x: "{{" is no template');
  });
});
