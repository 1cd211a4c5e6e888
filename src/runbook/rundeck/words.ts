/** Words for `sh` in a script of Rundeck, which splices values into what looks like `@option.name@`. */
import type { TagTemplate, TemplateTag } from "../../core/template.ts";

/** The variable of the environment that a place to fill in is read from, and whether it may be missing. */
export type VariableOf = (tag: TemplateTag) => { readonly name: string; readonly isOptional: boolean };

/** Begins each script that has an `@` in it: there is one alone, and so nothing between two. */
export const AT_PRELUDE = "at='@'";

/** `text` as one word in which nothing is expanded, neither by `sh` nor by Rundeck. */
export function quoted(text: string): string {
  return `'${text.replaceAll("\0", "").replaceAll("'", `'\\''`).replaceAll("@", `'"\${at}"'`)}'`;
}

/** One word with values in it. */
export function wordOf({ parts }: TagTemplate, variableOf: VariableOf): string {
  if (parts.length === 0) return "''";
  return parts.map((part) => (typeof part === "string" ? quoted(part) : reference(part, variableOf))).join("");
}

/** The values that a word begins with; an empty text if it begins with something written out. */
export function beginningOf({ parts }: TagTemplate, variableOf: VariableOf): string {
  const end = parts.findIndex((part) => typeof part === "string");
  const tags = (end === -1 ? parts : parts.slice(0, end)).filter((part) => typeof part !== "string");
  return tags.map((tag) => reference(tag, variableOf)).join("");
}

function reference(tag: TemplateTag, variableOf: VariableOf): string {
  const { name, isOptional } = variableOf(tag);
  return isOptional ? `"\${${name}-}"` : `"\${${name}?is missing}"`;
}
