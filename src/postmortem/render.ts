/** A postmortem as Markdown, as a page, as JSON, and the files of it. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { renderTemplate } from "../core/template.ts";
import { escapeHtml } from "../core/escape.ts";

import { filled } from "./continue.ts";
import { escapeMarkdown, markdownBlock } from "./escape.ts";
import { inlineHtml } from "./templates/markdown-inline.ts";
import { markdownHtml } from "./templates/markdown-html.ts";
import type { Postmortem } from "./model.ts";
import { markedPart, PART_NAMES, type PartName } from "./parts.ts";
import { postmortemCharts } from "./picture/pictures.ts";
import { recordsOf } from "./records.ts";
import { checkSections, hintText, isWritten, SECTIONS } from "./sections.ts";
import { DRAFT_LABELS } from "./standing.ts";
import { HTML_PARTIALS, HTML_WHOLE } from "./templates/template-html.ts";
import { MARKDOWN_PARTS, MARKDOWN_WHOLE } from "./templates/template-markdown.ts";
import { checkTemplates, type PostmortemTemplates } from "./templates/templates.ts";
import { ready, type View, viewOf } from "./view.ts";

/** What a postmortem can be rendered as. */
export const POSTMORTEM_FORMATS = ["markdown", "html", "json"] as const;
/** One of {@link POSTMORTEM_FORMATS}. */
export type PostmortemFormat = (typeof POSTMORTEM_FORMATS)[number];

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
  return partText(name, postmortem, markdownView(postmortem, options), options);
}

function partText(name: PartName, postmortem: Postmortem, view: View, { templates }: RenderPostmortemOptions): string {
  const template = templates?.markdown?.partials?.[name] ?? MARKDOWN_PARTS[name];
  const text = tidy(renderTemplate(template, view, { escape: escapeMarkdown }));
  return [...(text === "" ? [] : [text]), ...recordsOf(name, postmortem)].join("\n");
}

function markdown(postmortem: Postmortem, options: RenderPostmortemOptions): string {
  const view = markdownView(postmortem, options);
  const { whole = MARKDOWN_WHOLE } = options.templates?.markdown ?? {};
  const part = (name: PartName): string => markedPart(name, partText(name, postmortem, view, options));
  if (postmortem.frame !== undefined) return filled(postmortem.frame, part);
  const marked = Object.fromEntries(PART_NAMES.map((name) => [name, part(name)]));
  const named = Object.fromEntries(PART_NAMES.map((name) => [name, `{{{marked.${name}}}}\n`]));
  const text = renderTemplate(whole, { ...view, marked }, { escape: escapeMarkdown, partials: named });
  return `${text.replace(/\n{3,}/g, "\n\n").trimEnd()}\n`;
}

/** Without lines that templates leave empty. Lines of output are set in, and stay. */
function tidy(text: string): string {
  return text.replace(/\n{3,}/g, "\n\n").replace(/^\n+|(?<!\n)\n+$/g, "");
}

/** What templates of the Markdown see. */
export function markdownView(postmortem: Postmortem, { pictures = [] }: RenderPostmortemOptions): View {
  const view = viewOf(postmortem, {
    names: (names) =>
      names.length === 0
        ? "—"
        : names
            .map((name) =>
              escapeMarkdown(name)
                .replaceAll(",", "&#44;")
                .replaceAll(AND, (and) => `&#${String(and.charCodeAt(0))};${and.slice(1)}`),
            )
            .join(", "),
    block: (text) => markdownBlock(text),
    action: ({ text, markdown: written }) => written ?? escapeMarkdown(text),
    url: (url) => url,
  });
  const extras = postmortem.extraSections.map(({ title, text }) =>
    title === "" ? text : `## ${escapeMarkdown(title)}\n\n${text}`,
  );
  return {
    ...view,
    written: writtenBy(({ name }) =>
      isWritten(postmortem.sections[name]) ? postmortem.sections[name] : hintText(name),
    ),
    extras: ready(extras.length === 0 ? "" : `\n${extras.join("\n\n")}\n`),
    pictures: postmortem.charts.slice(0, pictures.length).map(({ slo }, index) => ({
      alt: `The SLI and the error budget of ${slo} through the incident`,
      file: ready(pictureFile(pictures[index])),
    })),
  };
}

/** Would be taken for what stands between two names. */
const AND = /(?<=\s|^)and(?=\s)/gi;

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
  // A line with nothing but the name of a partial is given up for it, its end included.
  const lines = Object.entries({ ...HTML_PARTIALS, ...partials }).map(([name, text]) => [name, `${text.trimEnd()}\n`]);
  return renderTemplate(whole, htmlView(postmortem), {
    escape: escapeHtml,
    partials: Object.fromEntries(lines) as Record<string, string>,
  });
}

/** What templates of the page see. */
export function htmlView(postmortem: Postmortem): View {
  const view = viewOf(postmortem, {
    names: (names) => (names.length === 0 ? "—" : escapeHtml(names.join(", "))),
    block: (text) => `<pre><code>${escapeHtml(text)}</code></pre>`,
    action: ({ text, markdown: written }) => (written === undefined ? escapeHtml(text) : inlineHtml(written)),
    url: escapeHtml,
  });
  return {
    ...view,
    written: writtenBy((section) => sectionHtml(postmortem, section, view.drafts as Drafts)),
    extras: postmortem.extraSections.map(({ title, text }) => ({
      title: title === "" ? "Preface" : title,
      html: ready(markdownHtml(text)),
    })),
    pictures: postmortemCharts(postmortem).map((svg) => ({ svg: ready(svg) })),
  };
}

type Drafts = Readonly<Record<string, string | null>>;

function sectionHtml(
  { sections }: Postmortem,
  { name, hint, isRequired }: (typeof SECTIONS)[number],
  drafts: Drafts,
): string {
  const draft = drafts[name] ?? null;
  if (isWritten(sections[name])) return markdownHtml(sections[name] ?? "");
  if (draft !== null) {
    const label = name === "rootCause" ? DRAFT_LABELS.told : DRAFT_LABELS.draft;
    return `<div class="draft"><p class="mark">${label}</p>${escapeHtml(draft)}</div>`;
  }
  return isRequired ? `<p class="missing">Not written yet: ${escapeHtml(hint)}.</p>` : "";
}

function writtenBy(of: (section: (typeof SECTIONS)[number]) => string | undefined): View {
  return Object.fromEntries(SECTIONS.map((section) => [section.name, ready(of(section) ?? "")]));
}
