/** Templates of the user's own, looked at before anything is rendered: a name that nothing answers to would be an empty text. */
import { ConfigurationError, type ConfigurationIssue, invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import { type TemplateNode, templateNodes } from "../../core/template.ts";

import { PART_NAMES, type PartName } from "../parts.ts";
import { HTML_PARTIALS, HTML_WHOLE, type HtmlPartial } from "./template-html.ts";
import { MARKDOWN_PARTS, MARKDOWN_WHOLE } from "./template-markdown.ts";
import { type Shape, VIEW_NAMES } from "../view-names.ts";

/** Templates of the user's own, in mustache, in place of those of nines. */
export interface PostmortemTemplates {
  /** A whole that names no part (`{{> timeline}}`) does not have it; parts are read back by their marks. */
  readonly markdown?:
    | {
        readonly whole?: string | undefined;
        readonly partials?: Readonly<Partial<Record<PartName, string>>> | undefined;
      }
    | undefined;
  readonly html?:
    | {
        readonly whole?: string | undefined;
        readonly partials?: Readonly<Partial<Record<HtmlPartial, string>>> | undefined;
      }
    | undefined;
}

/**
 * The templates of nines, to begin with: change what they have, and hand in what you changed.
 *
 * @example
 * ```ts
 * import { IncidentManager, POSTMORTEM_TEMPLATES, PostmortemGenerator } from "nines";
 *
 * const { header } = POSTMORTEM_TEMPLATES.markdown.partials;
 * const withZone = `${header}\n| Zone | {{zone}} |`;
 * const templates = { markdown: { partials: { header: withZone } } };
 * const incidents = new IncidentManager();
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann" });
 * const generator = new PostmortemGenerator({ incidents, templates });
 * const text = generator.render(await generator.generate(id), "markdown");
 * if (!text.includes("\n| Zone | UTC |\n")) throw new Error(text);
 * ```
 */
export const POSTMORTEM_TEMPLATES: {
  readonly markdown: { readonly whole: string; readonly partials: Readonly<Record<PartName, string>> };
  readonly html: { readonly whole: string; readonly partials: Readonly<Record<HtmlPartial, string>> };
} = {
  markdown: { whole: MARKDOWN_WHOLE, partials: MARKDOWN_PARTS },
  html: { whole: HTML_WHOLE, partials: HTML_PARTIALS },
};

type Format = keyof typeof POSTMORTEM_TEMPLATES;

/**
 * Refuses what is no template, partials that there are not, and names that no view has where a template says them.
 *
 * @throws {@link ConfigurationError} with each fault, and its line in the template
 */
export function checkTemplates(templates: PostmortemTemplates | undefined): void {
  if (templates === undefined) return;
  checkOptions(templates, "templates", ["markdown", "html"]);
  const issues: ConfigurationIssue[] = [];
  for (const format of ["markdown", "html"] as const) {
    const given = templates[format];
    if (given === undefined) continue;
    const own = POSTMORTEM_TEMPLATES[format];
    checkOptions(given, `templates.${format}`, ["whole", "partials"]);
    const { whole, partials = {} } = given;
    checkOptions(partials, `templates.${format}.partials`, Object.keys(own.partials));
    const texts: readonly [string, unknown][] = Object.entries({ whole: whole ?? own.whole, ...partials });
    for (const [name, text] of texts) {
      if (typeof text !== "string") throw invalid(["templates", format, name], `${show(text)} is no text`);
    }
    new Names(format, { ...own.partials, ...partials }, issues).look(whole ?? own.whole);
  }
  if (issues.length > 0) throw new ConfigurationError(issues);
}

/** What one template, or a partial within another one, is looked at for. */
interface Place {
  readonly text: string;
  readonly path: readonly string[];
  /** What is known where it stands, the innermost last. */
  readonly known: readonly Shape[];
}

/** Follows a template through its sections and partials, as mustache would. */
class Names {
  readonly #format: Format;
  readonly #partials: Readonly<Record<string, string>>;
  readonly #issues: ConfigurationIssue[];
  readonly #seen = new Set<string>();

  constructor(format: Format, partials: Readonly<Record<string, string>>, issues: ConfigurationIssue[]) {
    this.#format = format;
    this.#partials = partials;
    this.#issues = issues;
  }

  look(whole: string): void {
    const names = Object.entries(VIEW_NAMES[this.#format]).map(([name, { shape }]) => [name, shape] as const);
    const known = [{ record: Object.fromEntries(names) }];
    this.#template({ text: whole, path: ["templates", this.#format, "whole"], known });
    // A part of the Markdown stands by itself, wherever the whole names it.
    if (this.#format === "markdown") for (const name of PART_NAMES) this.#partial(name, known);
  }

  #partial(name: string, known: Place["known"]): void {
    const text = this.#partials[name] ?? "";
    const key = JSON.stringify([name, known.slice(1)]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#template({ text, path: ["templates", this.#format, "partials", name], known });
  }

  #template(place: Place): void {
    this.#nodes(templateNodes(place.text, place.path), place);
  }

  #nodes(nodes: readonly TemplateNode[], place: Place): void {
    for (const node of nodes) {
      const { name } = node;
      if (node.kind === "partial") {
        this.#included(node, place);
        continue;
      }
      const found = lookUp(name, place.known);
      if (found === undefined) {
        this.#fault(node, place, `no template can say ${show(name)} here${choices(name, sayable(place.known, name))}`);
      }
      if (node.kind === "value" || found === undefined) continue;
      const known = node.kind === "section" ? [...place.known, innerOf(found)] : place.known;
      this.#nodes(node.nodes, { ...place, known });
    }
  }

  #included(node: TemplateNode, place: Place): void {
    const isPart = this.#format === "markdown" && place.path.includes("partials");
    if (isPart) this.#fault(node, place, `a part cannot have another one in it, such as ${show(node.name)}`);
    else if (!Object.hasOwn(this.#partials, node.name))
      this.#fault(
        node,
        place,
        `there is no partial ${show(node.name)}${choices(node.name, Object.keys(this.#partials))}`,
      );
    else if (this.#format === "html") this.#partial(node.name, place.known);
  }

  #fault({ offset }: TemplateNode, { text, path }: Place, message: string): void {
    const before = text.slice(0, offset).split("\n");
    const issue = { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
    const key = JSON.stringify(issue);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#issues.push(issue);
  }
}

/** What a section's inside knows beside what is known around it. */
function innerOf(shape: Shape): Shape {
  return typeof shape === "object" && "list" in shape ? { record: shape.list } : shape;
}

/** The shape behind `name`: that of the first context, from within, that has all of its path. */
function lookUp(name: string, known: Place["known"]): Shape | undefined {
  const innermost = known.at(-1);
  if (name === ".") return typeof innermost === "string" ? innermost : undefined;
  for (const context of [...known].reverse()) {
    const found = name.split(".").reduce<Shape | undefined>(stepInto, context);
    if (found !== undefined) return found;
  }
  return undefined;
}

function stepInto(shape: Shape | undefined, step: string): Shape | undefined {
  if (shape === undefined || typeof shape === "string") return undefined;
  if ("list" in shape) return step === "length" ? "number" : /^\d+$/.test(step) ? innerOf(shape) : undefined;
  return Object.hasOwn(shape.record, step) ? shape.record[step] : undefined;
}

/** Names that could have been meant: those of the record that the path leads into, else all that are known. */
function sayable(known: Place["known"], name: string): readonly string[] {
  const above = name.split(".").slice(0, -1).join(".");
  const record = above === "" ? undefined : lookUp(above, known);
  if (typeof record === "object" && "record" in record)
    return Object.keys(record.record).map((inner) => `${above}.${inner}`);
  const all = known.flatMap((context) =>
    typeof context === "object" && "record" in context ? Object.keys(context.record) : [],
  );
  return [...new Set(all.reverse())];
}
