/** Scripts for `sh`: where values may stand in them, and how they get there without ever being read as code. */
import type { Path } from "../../core/faults.ts";
import { type TagTemplate, type TemplateTag, tagsOf } from "../../core/template.ts";

import type { CommandTemplate } from "../model.ts";
import { ShellScan } from "./scan.ts";

/** A script whose values are handed over beside it. */
export type ShellTemplate = Extract<CommandTemplate, { readonly shell: true }>;

/**
 * Puts `"${1}"`, `"${2}"` ... where values are filled in. The values are handed over as arguments, so `sh` reads none of
 * them, whatever is in it.
 *
 * @throws {@link ConfigurationError} if a value stands where `sh` would not take it as one word: in quotes, a comment, a
 *   here-document, as the name of a program, as an argument that is read as code again
 */
export function shellTemplate(template: TagTemplate, path: Path = []): ShellTemplate {
  const tags = tagsOf(template);
  // A script without values is its author's own.
  const scan = tags.length === 0 ? undefined : new ShellScan(template, path);
  scan?.run();
  let number = 0;
  const pieces = template.parts.map((part) => (typeof part === "string" ? part : `"\${${String((number += 1))}}"`));
  return {
    shell: true,
    script: pieces.join(""),
    values: tags.map(only),
    mayBeginWithDash: tags.map((tag) => scan?.isOption(tag) !== true),
    text: template.text,
  };
}

function only(tag: TemplateTag): TagTemplate {
  return { text: `{{ ${tag.name} }}`, parts: [tag] };
}
