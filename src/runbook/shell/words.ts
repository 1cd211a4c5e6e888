/** A line for people, split into the arguments that a shell would make of it, without anything that a shell would do. */
import { invalid, show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import type { TagTemplate, TemplateTag } from "../../core/template.ts";

/** One character of a template, or a place to fill in. */
export type Unit = string | TemplateTag;

/** The characters and places of a template. */
export function unitsOf({ parts }: TagTemplate): readonly Unit[] {
  return parts.flatMap((part): readonly Unit[] => (typeof part === "string" ? Array.from(part) : [part]));
}

/** What a shell would do something with, unless it is quoted. */
const ACTIVE = /^[$`|><;&*?~()[]$/;
const QUOTED_ACTIVE = /^[$`]$/;
const ADVICE = "no shell reads this; quote it, or write shell: true";

/**
 * Splits a command into words by the quotes and backslashes of `sh`. A place to fill in is part of its word, whatever is
 * filled in.
 *
 * @throws {@link ConfigurationError} if a shell would expand, redirect or join something in it
 */
export function splitWords(template: TagTemplate, path: Path = []): readonly TagTemplate[] {
  const units = trimmed(unitsOf(template));
  const words: TagTemplate[] = [];
  let word: Unit[] | undefined;
  let bare = "";
  const end = (): void => {
    if (isBraced(bare)) throw invalid(path, `${show(bare)} may be taken for several words: ${ADVICE}`);
    if (word !== undefined) words.push(templateOf(word));
    [word, bare] = [undefined, ""];
  };
  for (let index = 0; index < units.length; index += 1) {
    const unit = units[index] as Unit;
    if (unit === " " || unit === "\t") end();
    else if (unit === "'" || unit === '"') {
      const closing = unit === "'" ? singleQuoted(units, index, path) : doubleQuoted(units, index, path);
      word ??= [];
      for (const inside of closing.inside) word.push(inside);
      index = closing.end;
    } else if (unit === "\\") {
      const next = units[index + 1];
      if (next === undefined || typeof next !== "string") throw invalid(path, danglingBackslash(next));
      if (next !== "\n") (word ??= []).push(next);
      index += 1;
    } else {
      if (typeof unit === "string") {
        refuseActive(unit, word === undefined, path);
        bare += unit;
      }
      (word ??= []).push(unit);
    }
  }
  end();
  return words;
}

function refuseActive(character: string, isFirst: boolean, path: Path): void {
  if (character === "\n" || character === "\r") {
    throw invalid(path, `a line end would begin another command: ${ADVICE}`);
  }
  if (ACTIVE.test(character) || (isFirst && character === "#")) throw invalid(path, `${show(character)}: ${ADVICE}`);
}

interface Quoted {
  readonly inside: readonly Unit[];
  /** Index of the closing quote. */
  readonly end: number;
}

function singleQuoted(units: readonly Unit[], start: number, path: Path): Quoted {
  const end = units.indexOf("'", start + 1);
  if (end === -1) throw invalid(path, "a single quote is not closed");
  return { inside: units.slice(start + 1, end), end };
}

function doubleQuoted(units: readonly Unit[], start: number, path: Path): Quoted {
  const inside: Unit[] = [];
  for (let index = start + 1; index < units.length; index += 1) {
    const unit = units[index] as Unit;
    if (unit === '"') return { inside, end: index };
    const next = units[index + 1];
    if (unit === "\\" && next === "\n") index += 1;
    else if (unit === "\\" && typeof next === "string" && /^[$`"\\]$/.test(next)) {
      inside.push(next);
      index += 1;
    } else if (typeof unit === "string" && QUOTED_ACTIVE.test(unit)) {
      throw invalid(
        path,
        `${show(unit)} in double quotes: no shell reads this; use single quotes, or write shell: true`,
      );
    } else inside.push(unit);
  }
  throw invalid(path, "a double quote is not closed");
}

function danglingBackslash(next: Unit | undefined): string {
  return next === undefined ? "ends in a backslash" : "has a backslash before a place to fill in; write two for one";
}

/** Without white space at both ends, but for what a backslash keeps. */
function trimmed(units: readonly Unit[]): readonly Unit[] {
  const isSpace = (unit: Unit | undefined): boolean => typeof unit === "string" && /^\s$/.test(unit);
  let [start, end] = [0, units.length];
  while (start < end && isSpace(units[start])) start += 1;
  while (end > start && isSpace(units[end - 1]) && units[end - 2] !== "\\") end -= 1;
  return units.slice(start, end);
}

/** The template of units. */
function templateOf(units: readonly Unit[]): TagTemplate {
  const parts: (string | TemplateTag)[] = [];
  for (const unit of units) {
    const last = parts.at(-1);
    if (typeof unit === "string" && typeof last === "string") parts[parts.length - 1] = last + unit;
    else parts.push(unit);
  }
  const text = parts.map((part) => (typeof part === "string" ? part : `{{ ${part.name} }}`)).join("");
  return { text, parts };
}

/** `{a,b}` and `{1..9}`: a brace with a comma or two dots behind it. */
function isBraced(bare: string): boolean {
  const brace = bare.indexOf("{");
  return brace !== -1 && /,|\.\./.test(bare.slice(brace));
}
