/** Texts with places to fill in: the home of mustache. */
import Mustache from "mustache";

import { invalid, show } from "./errors.ts";

/** A place in a text, such as `{{ labels.pod }}`. */
export interface TemplateTag {
  /** `["labels", "pod"]`. */
  readonly path: readonly string[];
  /** As it was written, without the braces: `labels.pod`. */
  readonly name: string;
  /** Where it begins in the text. */
  readonly offset: number;
}

/** A text with nothing but places to fill in: no sections, no partials. */
export interface TagTemplate {
  /** As it was written. */
  readonly text: string;
  /** What is to be taken as it is, and what is to be filled in, in order. */
  readonly parts: readonly (string | TemplateTag)[];
}

/** How a template is rendered. */
export interface RenderOptions {
  /** What becomes of each value on its way into the text; the format's own way of quoting. */
  readonly escape: (text: string) => string;
  /** Templates that others name by `{{> name}}`. */
  readonly partials?: Readonly<Record<string, string>>;
}

/** A value that is in the template's format already: it comes as it is, whether two braces name it or three. */
export interface ReadyText {
  readonly ready: string;
}

/** A tag of a template with sections and partials, for those who look at names before anything is rendered. */
export type TemplateNode =
  | { readonly kind: "value"; readonly name: string; readonly offset: number }
  | { readonly kind: "partial"; readonly name: string; readonly offset: number }
  | {
      readonly kind: "section" | "inverted";
      readonly name: string;
      readonly offset: number;
      readonly nodes: readonly TemplateNode[];
    };

type Token = readonly [kind: string, value: string, start: number, end: number, ...rest: unknown[]];

/** Made anew each time: its cache would grow with each template there ever was. */
class TextWriter extends Mustache.Writer {
  /** Three braces: as it is. */
  override unescapedValue(token: string[], context: InstanceType<typeof Mustache.Context>): string {
    const value: unknown = context.lookup(token[1] ?? "");
    return value === null ? "" : (readyText(value) ?? plainText(value));
  }
}

function readyText(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("ready" in value)) return undefined;
  return typeof value.ready === "string" ? value.ready : undefined;
}

/**
 * The tags of a template, those of sections within them.
 *
 * @throws {@link ConfigurationError} if it is no template
 */
export function templateNodes(text: string, path: readonly (string | number)[] = []): readonly TemplateNode[] {
  return nodesOf(tokens(text, path));
}

const KINDS = { name: "value", "&": "value", ">": "partial", "#": "section", "^": "inverted" } as const;

function nodesOf(parsed: readonly Token[]): readonly TemplateNode[] {
  return parsed.flatMap(([symbol, name, offset, , inner]): readonly TemplateNode[] => {
    if (!Object.hasOwn(KINDS, symbol)) return [];
    const kind = KINDS[symbol as keyof typeof KINDS];
    if (kind === "value" || kind === "partial") return [{ kind, name, offset }];
    return [{ kind, name, offset, nodes: nodesOf(inner as readonly Token[]) }];
  });
}

/**
 * Reads a text in which only single values are filled in: `{{ name }}` or `{{ a.b }}`. Where the value goes decides how it
 * is quoted, so `{{{ name }}}` and `{{& name }}` are the same.
 *
 * @throws {@link ConfigurationError} if a tag is not closed, is empty, or is none of these
 */
export function parseTags(text: string, path: readonly (string | number)[] = []): TagTemplate {
  const parts: (string | TemplateTag)[] = [];
  for (const [kind, value, offset] of tokens(text, path)) {
    if (kind === "text") {
      parts.push(value);
      continue;
    }
    if (kind !== "name" && kind !== "&") {
      throw invalid(
        path,
        `${show(`{{${kind}${value}}}`)} is not possible here; only values, such as {{ labels.pod }}, are filled in`,
      );
    }
    const steps = value.split(".").map((step) => step.trim());
    if (steps.some((step) => step === "")) {
      throw invalid(path, `${show(`{{${value}}}`)} names no value; write one such as {{ labels.pod }}`);
    }
    parts.push({ path: steps, name: steps.join("."), offset });
  }
  return { text, parts };
}

/** The tags of a template. */
export function tagsOf({ parts }: TagTemplate): readonly TemplateTag[] {
  return parts.filter((part) => typeof part !== "string");
}

/**
 * Renders a mustache template. Only values of `view` itself are seen, as JSON has them: nothing that is inherited, and no
 * function is called. What is missing is an empty text, as mustache has it; a {@link ReadyText} is not escaped.
 *
 * @throws {@link ConfigurationError} if the template, or a partial that it names, is none
 */
export function renderTemplate(template: string, view: unknown, options: RenderOptions): string {
  const { escape, partials = {} } = options;
  tokens(template, ["template"]);
  for (const [name, text] of Object.entries(partials)) tokens(text, ["partials", name]);
  const seen = JSON.parse(JSON.stringify(view), bare) as object;
  return new TextWriter().render(
    template,
    seen,
    (name) => (Object.hasOwn(partials, name) ? partials[name] : undefined),
    {
      escape: (value: unknown) => readyText(value) ?? escape(plainText(value)),
    },
  );
}

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  const text: unknown = JSON.stringify(value);
  return typeof text === "string" ? text : "";
}

/** Objects without a prototype: `{{ constructor }}` finds nothing. */
function bare(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const made = Object.create(null) as Record<string, unknown>;
  for (const [name, part] of Object.entries(value)) made[name] = part;
  return made;
}

function tokens(text: string, path: readonly (string | number)[]): readonly Token[] {
  if (typeof text !== "string") throw invalid(path, `${show(text)} is no text`);
  try {
    const parsed: unknown = new TextWriter().parse(text);
    return parsed as readonly Token[];
  } catch (error) {
    const why = error instanceof Error ? error.message.toLowerCase() : "cannot be read";
    throw invalid(path, `${show(text)} is no template: ${why}`);
  }
}
