/** Filling in the places of one template. */
import type { TagTemplate, TemplateTag } from "../../core/template.ts";

import { type FillResult, type FillOptions, lookUp } from "../place-values.ts";
import type { RunValues } from "../values.ts";

/** What becomes of a value on its way into a template, or why it cannot. */
export type Escape = (text: string, tag: TemplateTag, filledSoFar: string) => FillResult<string>;

/** What values are filled in with. */
export interface FillContext extends FillOptions {
  readonly values: RunValues;
  /** Whether what was cut may be filled in: only where people read it. */
  readonly allowsCut?: boolean;
}

/** Fills in a template. */
export function fillParts(template: TagTemplate, context: FillContext, escape: Escape): FillResult<string> {
  let filled = "";
  for (const part of template.parts) {
    if (typeof part === "string") {
      filled += part;
      continue;
    }
    const found = lookUp(part.path, context.values, context);
    if ("refused" in found) return found;
    const { text, isCut } = found.filled;
    if (isCut && context.allowsCut !== true) {
      return {
        refused: `${part.name} was cut, since there was more of it than is kept; what is left of it is not handed on`,
      };
    }
    // Half of a surrogate pair is nothing that a process or a server could be sent.
    const escaped = escape(text.replace(/\p{Cs}/gu, "\uFFFD"), part, filled);
    if ("refused" in escaped) return escaped;
    filled += escaped.filled;
  }
  return { filled };
}

/** A value as it is. */
export const asItIs: Escape = (text) => ({ filled: text });

/** Fills in each of a mapping of templates. */
export function fillEach(
  templates: Readonly<Record<string, TagTemplate>>,
  fill: (template: TagTemplate, name: string) => FillResult<string>,
): FillResult<Readonly<Record<string, string>>> {
  const filled: [string, string][] = [];
  for (const [name, template] of Object.entries(templates)) {
    const one = fill(template, name);
    if ("refused" in one) return { refused: `${name}: ${one.refused}` };
    filled.push([name, one.filled]);
  }
  return { filled: Object.fromEntries(filled) };
}
