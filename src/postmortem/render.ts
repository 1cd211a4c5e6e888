/** A postmortem as Markdown, as a page, as JSON, and the files of it. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { renderTemplate } from "../core/template.ts";

import { filled, checkSections } from "./continue.ts";
import { escapeHtml, escapeMarkdown, markdownBlock } from "./escape.ts";
import { inlineHtml } from "./markdown-inline.ts";
import { markdownHtml } from "./markdown-html.ts";
import type { Postmortem } from "./model.ts";
import { markedPart, PART_NAMES, type PartName, piecesOf } from "./parts.ts";
import { postmortemCharts } from "./pictures.ts";
import { hintText, isWritten, type SectionName, SECTIONS } from "./sections.ts";
import { HTML_PARTIALS, HTML_WHOLE, type HtmlPartial } from "./template-html.ts";
import { MARKDOWN_PARTS, MARKDOWN_WHOLE } from "./template-markdown.ts";
import { type View, viewOf } from "./view.ts";

/** What a postmortem can be rendered as. */
export const POSTMORTEM_FORMATS = ["markdown", "html", "json"] as const;
/** One of {@link POSTMORTEM_FORMATS}. */
export type PostmortemFormat = (typeof POSTMORTEM_FORMATS)[number];

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

/** How {@link renderPostmortem} renders. */
export interface RenderPostmortemOptions {
  readonly templates?: PostmortemTemplates | undefined;
  /** Files that the Markdown shows as pictures, one for each of the postmortem's charts. */
  readonly pictures?: readonly string[] | undefined;
}

/**
 * The document. Whatever stands in a value comes out as it is, in every format: as text, never as a mark or a tag.
 *
 * @throws {@link ConfigurationError} if a template is none
 */
export function renderPostmortem(
  postmortem: Postmortem,
  format: PostmortemFormat,
  options: RenderPostmortemOptions = {},
): string {
  checkOptions(options, "renderPostmortem", ["templates", "pictures"]);
  checkTemplates(options.templates);
  checkSections(postmortem.sections);
  switch (format) {
    case "markdown":
      return markdown(postmortem, options);
    case "html":
      return html(postmortem, options);
    case "json":
      return `${JSON.stringify(postmortem, null, 2)}\n`;
    default:
      throw invalid("format", `${show(format)} is none; allowed: ${POSTMORTEM_FORMATS.join(", ")}`);
  }
}

/** What the machine writes in one part of the Markdown. */
export function markdownPart(name: PartName, postmortem: Postmortem, options: RenderPostmortemOptions): string {
  const template = options.templates?.markdown?.partials?.[name] ?? MARKDOWN_PARTS[name];
  return tidy(renderTemplate(template, markdownView(postmortem, options), { escape: escapeMarkdown }));
}

function markdown(postmortem: Postmortem, options: RenderPostmortemOptions): string {
  const view = markdownView(postmortem, options);
  const { whole = MARKDOWN_WHOLE, partials = {} } = options.templates?.markdown ?? {};
  const part = (name: PartName): string => {
    const template = partials[name] ?? MARKDOWN_PARTS[name];
    return markedPart(name, tidy(renderTemplate(template, view, { escape: escapeMarkdown })));
  };
  if (postmortem.frame !== undefined) return filled(postmortem.frame, part);
  const marked = Object.fromEntries(PART_NAMES.map((name) => [name, part(name)]));
  const named = Object.fromEntries(PART_NAMES.map((name) => [name, `{{{marked.${name}}}}\n`]));
  const text = renderTemplate(whole, { ...view, marked }, { escape: escapeMarkdown, partials: named });
  return `${text.replace(/\n{3,}/g, "\n\n").trimEnd()}\n`;
}

/** Without lines that templates leave empty. Lines of output are set in, and stay. */
function tidy(text: string): string {
  return text.replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "");
}

function markdownView(postmortem: Postmortem, { pictures = [] }: RenderPostmortemOptions): View {
  const view = viewOf(postmortem, {
    names: (names) =>
      names.length === 0 ? "—" : names.map((name) => escapeMarkdown(name).replaceAll(",", "&#44;")).join(", "),
    block: (text) => markdownBlock(text),
    action: ({ text, markdown: written }) => written ?? escapeMarkdown(text),
  });
  const extras = postmortem.extraSections.map(({ title, text }) =>
    title === "" ? text : `## ${escapeMarkdown(title)}\n\n${text}`,
  );
  return {
    ...view,
    written: writtenBy(({ name }) =>
      isWritten(postmortem.sections[name]) ? postmortem.sections[name] : hintText(name),
    ),
    extras: extras.length === 0 ? "" : `\n${extras.join("\n\n")}\n`,
    pictures: postmortem.charts.slice(0, pictures.length).map(({ slo }, index) => ({
      alt: `The SLI and the error budget of ${slo} through the incident`,
      file: pictureFile(pictures[index]),
    })),
  };
}

/** A name that is an address of its own could lead anywhere. */
function pictureFile(name: string | undefined): string {
  if (name !== undefined && /^(?!\/)[\w.@/-]{1,300}$/.test(name)) return name;
  throw invalid(
    "pictures",
    `${show(name)} is not the name of a file; allowed: letters, digits and . _ - @ / within it`,
  );
}

function html(postmortem: Postmortem, { templates }: RenderPostmortemOptions): string {
  const { whole = HTML_WHOLE, partials = {} } = templates?.html ?? {};
  const drafts = draftsLeft(postmortem);
  const view = viewOf(postmortem, {
    names: (names) => (names.length === 0 ? "—" : names.join(", ")),
    block: (text) => `<pre><code>${escapeHtml(text)}</code></pre>`,
    action: ({ text, markdown: written }) => (written === undefined ? escapeHtml(text) : inlineHtml(written)),
  });
  const suggested = Object.fromEntries(
    Object.entries(view.suggestions as Record<string, object>).map(([name, list]) => [
      name,
      drafts.has(SUGGESTION_PARTS[name] ?? "appendix") ? list : { any: false, items: [] },
    ]),
  );
  const page = {
    ...view,
    suggested,
    written: writtenBy((section) => sectionHtml(postmortem, section, drafts)),
    extras: postmortem.extraSections.map(({ title, text }) => ({
      title: title === "" ? "Preface" : title,
      html: markdownHtml(text),
    })),
    pictures: postmortemCharts(postmortem).map((svg) => ({ svg })),
  };
  // A line with nothing but the name of a partial is given up for it, its end included.
  const lines = Object.entries({ ...HTML_PARTIALS, ...partials }).map(([name, text]) => [name, `${text.trimEnd()}\n`]);
  return renderTemplate(whole, page, {
    escape: escapeHtml,
    partials: Object.fromEntries(lines) as Record<string, string>,
  });
}

const DRAFT_PARTS: Readonly<Partial<Record<SectionName, PartName>>> = {
  summary: "summary",
  rootCause: "root-cause",
  trigger: "trigger",
  resolution: "resolution",
};
const SUGGESTION_PARTS: Readonly<Record<string, PartName>> = {
  wentWell: "went-well",
  wentWrong: "went-wrong",
  lucky: "lucky",
  actions: "suggested-actions",
};

/** Drafts that people have not taken out of the file, or made their own. */
function draftsLeft({ frame }: Postmortem): ReadonlySet<PartName> {
  if (frame === undefined) return new Set(PART_NAMES);
  return new Set(piecesOf(frame).flatMap((piece) => (piece.kind === "part" ? [piece.name] : [])));
}

function sectionHtml(
  { sections, drafts }: Postmortem,
  { name, hint, isRequired }: (typeof SECTIONS)[number],
  left: ReadonlySet<PartName>,
): string {
  const part = DRAFT_PARTS[name];
  const draft = drafts[name];
  const own = isWritten(sections[name]) ? markdownHtml(sections[name] ?? "") : "";
  const shown =
    draft === undefined || part === undefined || !left.has(part)
      ? ""
      : `<div class="draft"><p class="mark">Drafted from the facts</p>${escapeHtml(draft)}</div>`;
  if (own === "" && shown === "" && isRequired) return `<p class="missing">Not written yet: ${escapeHtml(hint)}.</p>`;
  return [shown, own].filter((text) => text !== "").join("\n");
}

function writtenBy(of: (section: (typeof SECTIONS)[number]) => string | undefined): Record<string, string> {
  return Object.fromEntries(SECTIONS.map((section) => [section.name, of(section) ?? ""]));
}

/** @throws {@link ConfigurationError} if a partial has a name that there is not */
export function checkTemplates(templates: PostmortemTemplates | undefined): void {
  if (templates === undefined) return;
  checkOptions(templates, "templates", ["markdown", "html"]);
  for (const [format, known] of [
    ["markdown", PART_NAMES],
    ["html", Object.keys(HTML_PARTIALS)],
  ] as const) {
    const given = templates[format];
    if (given === undefined) continue;
    checkOptions(given, `templates.${format}`, ["whole", "partials"]);
    if (given.partials !== undefined) checkOptions(given.partials, `templates.${format}.partials`, known);
    for (const [name, text] of Object.entries({ whole: given.whole, ...given.partials })) {
      if (text !== undefined && typeof text !== "string")
        throw invalid(["templates", format, name], `${show(text)} is no text`);
    }
  }
}
