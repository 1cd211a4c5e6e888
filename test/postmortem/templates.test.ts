import { visible } from "../../src/core/escape.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { type DefaultTreeAdapterMap, parseFragment } from "parse5";
import { describe, expect, test } from "vitest";

import type { Postmortem } from "../../src/postmortem/model.ts";
import { htmlView, markdownView, renderPostmortem } from "../../src/postmortem/render.ts";
import { POSTMORTEM_SECTION_NAMES } from "../../src/postmortem/sections.ts";
import { checkTemplates, POSTMORTEM_TEMPLATES } from "../../src/postmortem/templates/templates.ts";
import { type Shape, VIEW_NAMES, type ViewName } from "../../src/postmortem/view-names.ts";
import { ROOT } from "../support/spawn.ts";
import { GIVEN, RUN, sampleGenerator } from "./samples.ts";

const { generator, id } = await sampleGenerator();
const WHOLE = await generator.generate(id, GIVEN);

type Format = "markdown" | "html";

function rendered(template: string, format: Format, postmortem: Postmortem = WHOLE): string {
  return renderPostmortem(postmortem, format, {
    pictures: ["a.svg"],
    templates: { [format]: { whole: template } },
  });
}

interface Leaf {
  readonly before: string;
  readonly tag: string;
  readonly after: string;
  readonly shape: string;
  readonly names: readonly string[];
}

/** Each leaf of the view, with the sections around it. */
function leaves(shape: Shape, name: string): readonly Leaf[] {
  if (typeof shape === "string") return [{ before: "", tag: name, after: "", shape, names: name.split(".") }];
  if ("record" in shape)
    return Object.entries(shape.record).flatMap(([inner, part]) => leaves(part, `${name}.${inner}`));
  return Object.entries(shape.list).flatMap(([inner, part]) =>
    leaves(part, inner).map(({ before, after, names, ...leaf }) => ({
      ...leaf,
      before: `{{#${name}}}${before}`,
      after: `${after}{{/${name}}}`,
      names: [...name.split("."), ...names],
    })),
  );
}

const ALL = (["markdown", "html"] as const).flatMap((format) =>
  Object.entries(VIEW_NAMES[format]).flatMap(([name, { shape }]) =>
    leaves(shape, name).map((leaf) => ({ format, ...leaf })),
  ),
);

describe("the names of the view", () => {
  /** A postmortem in which nothing is left out, and each text of the records has `words` in it. */
  function full(words: string): Postmortem {
    const marked = <T>(value: T, key = ""): T => {
      if (typeof value === "string") {
        const isData = /^(?:url|status|severity|zone|frame|kind|state|format|priority|id|slo|runbook)$/.test(key);
        return (isData ? value : `${value}${words}`) as T;
      }
      if (Array.isArray(value)) return value.map((part) => marked(part, key)) as T;
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, marked(part, name)])) as T;
    };
    const postmortem: Postmortem = {
      ...WHOLE,
      ...{ omittedAlerts: 1, sections: {}, extraSections: [{ title: "More", text: "x" }] },
      incident: {
        ...WHOLE.incident,
        runbook: "https://runbooks.example/x",
        links: [{ kind: "duplicates", incident: "INC-0009" }],
      },
      changes: [{ from: "draft", to: "in_review", by: "ann", at: 1 }],
      drafts: { ...WHOLE.drafts, trigger: "t" },
      timeline: { ...WHOLE.timeline, omitted: 2 },
      runs: WHOLE.runs.map((run) => ({
        ...run,
        reason: "r",
        omittedSteps: 1,
        steps: run.steps.map((step) => ({ ...step, url: "https://a.example/x" })),
      })),
      actionItems: [
        { id: "A1", text: "Do it", kind: "prevent", priority: "P1", owner: "ann", due: "d", status: "open" },
      ],
    };
    return marked(postmortem);
  }

  const VIEWS = { markdown: markdownView, html: htmlView } as const;

  function viewOf(format: Format, postmortem: Postmortem): unknown {
    const view: unknown = VIEWS[format](postmortem, { pictures: ["a.svg"] });
    return JSON.parse(JSON.stringify(view));
  }

  /** All values at the place of a leaf. */
  function valuesAt(view: unknown, names: readonly string[]): readonly unknown[] {
    const [name, ...rest] = names;
    if (name === undefined) return [view];
    if (Array.isArray(view)) return view.flatMap((part) => valuesAt(part, names));
    return valuesAt((view as Record<string, unknown>)[name], rest);
  }

  function differences(view: unknown, shape: Shape, name: string): readonly string[] {
    if (typeof shape === "string") {
      const isReady = view === "" || (typeof view === "object" && view !== null && "ready" in view);
      const kinds = {
        text: typeof view === "string",
        ready: isReady,
        number: typeof view === "number",
        flag: typeof view === "boolean",
      };
      return view === null || kinds[shape] ? [] : [`${name} is no ${shape}: ${JSON.stringify(view)}`];
    }
    if ("list" in shape) {
      if (!Array.isArray(view) || view.length === 0) return [`${name} is no list with something in it`];
      return view.flatMap((part, index) => differences(part, { record: shape.list }, `${name}.${String(index)}`));
    }
    const [seen, known] = [Object.keys(view as object).sort(), Object.keys(shape.record).sort()];
    if (seen.join() !== known.join()) return [`${name} has ${seen.join()}, not ${known.join()}`];
    return known.flatMap((inner) =>
      differences((view as Record<string, unknown>)[inner], shape.record[inner] ?? "flag", `${name}.${inner}`),
    );
  }

  test.each(["markdown", "html"] as const)("are those of the view in %s, each of its kind", (format) => {
    const record = Object.fromEntries(Object.entries(VIEW_NAMES[format]).map(([name, { shape }]) => [name, shape]));
    expect(differences(viewOf(format, full("")), { record }, format)).toEqual([]);
  });

  test("with two braces come out escaped once, whatever is in them; what is ready comes out alike with three", () => {
    const postmortem = full(' @carol & <co> *x* | `y` "z" \u202e {{title}} &amp; [a](https://evil.example)');
    let texts = 0;
    for (const { format, before, tag, after, names, shape } of ALL) {
      const [two, three] = [`{{${tag}}}`, `{{{${tag}}}}`].map((braces) =>
        rendered(`${before}\n\n${braces}\n\n${after}`, format, postmortem),
      );
      const where = `${format}: ${before}{{${tag}}}`;
      if (shape === "ready") expect(two, where).toBe(three);
      if (shape !== "text") continue;
      const html =
        format === "html"
          ? two
          : micromark(two ?? "", { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
      const shown = textOf(html ?? "");
      for (const value of valuesAt(viewOf(format, postmortem), names)) {
        if (typeof value !== "string") continue;
        if (value.includes("carol")) texts += 1;
        expect(shown, where).toContain(visible(value).trim());
      }
      if (format === "html") expect(html, where).not.toMatch(/<(?!\/?p>)/);
    }
    expect(texts).toBeGreaterThan(150);
  });

  test("of authors are escaped once with two braces and with three", () => {
    const postmortem = { ...WHOLE, authors: ["@carol & <co>", "bob"] };
    for (const tag of ["{{authors}}", "{{{authors}}}", "{{&authors}}"]) {
      expect(rendered(tag, "html", postmortem)).toBe("@carol &amp; &lt;co&gt;, bob");
      expect(rendered(tag, "markdown", postmortem)).toBe("&#64;carol & &lt;co&gt;, bob\n");
    }
  });

  test("stand in the docs as they are", () => {
    const page = readFileSync(join(ROOT, "docs/postmortem.md"), "utf8");
    const table = /<!-- names -->\n\n([\s\S]*?)\n\n<!-- \/names -->/.exec(page)?.[1] ?? "";
    const cells = table.split("\n").map((line) => line.replace(/ +/g, " ").replace(/-+/g, "-"));
    expect(cells).toEqual(docsTable().map((line) => line.replace(/-+/g, "-")));
  });
});

function textOf(html: string): string {
  const walk = (node: DefaultTreeAdapterMap["node"]): string =>
    node.nodeName === "#text" && "value" in node
      ? node.value
      : "childNodes" in node
        ? node.childNodes.map(walk).join("")
        : "";
  return walk(parseFragment(html));
}

function docsTable(): readonly string[] {
  const names = [...new Set([...Object.keys(VIEW_NAMES.markdown), ...Object.keys(VIEW_NAMES.html)])];
  const rows = names.flatMap((name) => {
    const [markdown, html] = [VIEW_NAMES.markdown[name], VIEW_NAMES.html[name]];
    if (markdown === html && markdown !== undefined) return [rowOf(`\`${name}\``, markdown)];
    return [
      ...(markdown === undefined ? [] : [rowOf(`\`${name}\` (Markdown)`, markdown)]),
      ...(html === undefined ? [] : [rowOf(`\`${name}\` (HTML)`, html)]),
    ];
  });
  return ["| Name | Is | Says |", "| - | - | - |", ...rows];
}

function rowOf(name: string, { shape, says }: ViewName): string {
  return `| ${name} | ${shapeText(shape)} | ${says} |`;
}

function shapeText(shape: Shape): string {
  if (typeof shape === "string") return shape;
  const inner = "record" in shape ? shape.record : shape.list;
  if (Object.keys(inner).join() === POSTMORTEM_SECTION_NAMES.join()) return "has each section";
  const names = Object.entries(inner).map(([name, part]) =>
    typeof part === "string" ? `\`${name}\`` : `\`${name}\` (${shapeText(part)})`,
  );
  return `${"record" in shape ? "has" : "list of"} ${names.join(", ")}`;
}

describe("a template is refused when the generator is made", () => {
  test.each([
    [
      { markdown: { whole: "# {{titel}}" } },
      /1:3 templates\.markdown\.whole: no template can say "titel" here; did you mean "title"\? allowed: .*severity/,
    ],
    [{ markdown: { whole: "a\n  {{drafts.sumary}}" } }, /2:3 .*"drafts\.sumary".*did you mean "drafts\.summary"/],
    [{ markdown: { whole: "{{#timeline}}{{txt}}{{/timeline}}" } }, /1:14 .*"txt" here; did you mean "text"/],
    [{ markdown: { whole: "{{text}}" } }, /no template can say "text" here/],
    [{ markdown: { whole: "{{#timelin}}{{whatever}}{{/timelin}}" } }, /^1:1 [^\n]*did you mean "timeline"[^\n]*$/],
    [{ markdown: { whole: "{{^autors}}x{{/autors}}" } }, /did you mean "authors"/],
    [{ markdown: { whole: "{{&titel}} {{{titel}}}" } }, /2 faults/],
    [{ markdown: { whole: "{{> headr}}" } }, /there is no partial "headr"; did you mean "header"/],
    [
      { markdown: { partials: { header: "{{> summary}}" } } },
      /templates\.markdown\.partials\.header: a part cannot have another one in it/,
    ],
    [{ markdown: { partials: { impact: "{{impact.user}}" } } }, /partials\.impact: .*did you mean "impact\.users"/],
    [
      { html: { partials: { suggestions: "{{#items}}{{text}}{{kind}}{{/items}}" } } },
      /1:19 templates\.html\.partials\.suggestions: no template can say "kind" here/,
    ],
    [{ html: { whole: "{{#runs}}{{> appendix}}{{/runs}}{{.}}" } }, /1:33 .*"\." here/],
    [{ html: { whole: "{{timeline.0.tme}}" } }, /"timeline\.0\.tme"/],
    [{ html: { whole: "{{#suggested.lucky}}{{/suggested.lucky}}" } }, /"suggested\.lucky"/],
  ] as const)("%j", async (templates, message) => {
    await expect(sampleGenerator({ templates })).rejects.toThrow(message);
  });

  test.each([
    {
      markdown: {
        whole:
          "{{#timeline}}{{title}} {{text}} {{#by}}{{.}}{{/by}}{{/timeline}} {{timeline.0.text}} {{timeline.length}}",
      },
    },
    {
      html: {
        whole:
          "{{#impact}}{{users}}{{#budgets.items}}{{slo}}{{/budgets.items}}{{/impact}}{{! a comment }}{{=<% %>=}}<% title %>",
      },
    },
    POSTMORTEM_TEMPLATES,
  ])("and not if all of it can be said: %#", (templates) => {
    expect(() => checkTemplates(templates)).not.toThrow();
  });

  test("the templates of nines, handed in, make what they make anyway", async () => {
    const { generator: own } = await sampleGenerator({ templates: POSTMORTEM_TEMPLATES });
    expect(own.renderFiles(await own.generate(id, GIVEN))).toEqual(generator.renderFiles(WHOLE));
    expect(RUN.steps.length).toBeGreaterThan(0);
  });
});
