/** Parts of a script in which no value may stand, and which end where a certain text comes. */
import { invalid } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import type { TemplateTag } from "../../core/template.ts";

import type { Unit } from "./words.ts";

/** What is quoted up to a character. */
export interface PlainText {
  /** Undefined if it is not closed, or has quoting in it whose end shells see differently. */
  readonly text: string | undefined;
  /** Index behind the closing character. */
  readonly index: number;
  /** A value that stands in it. */
  readonly misplaced?: TemplateTag;
}

/** Reads up to `closing`. Between single quotes anything may stand, elsewhere no further quoting. */
export function plainUntil(units: readonly Unit[], start: number, closing: string): PlainText {
  let text = "";
  for (let index = start; index < units.length; index += 1) {
    const unit = units[index] as Unit;
    if (typeof unit !== "string") return { text: undefined, index, misplaced: unit };
    if (unit === closing) return { text, index: index + 1 };
    const isTangled = closing !== "'" && (/^['"`\\{]$/.test(unit) || (closing === "}" && /^[$\n]$/.test(unit)));
    if (isTangled) break;
    text += unit;
  }
  return { text: undefined, index: units.length };
}

/** A here-document whose lines are still to come. */
export interface HereDocument {
  /** Whether the shell puts in what a `$` asks for. */
  readonly isOpen: boolean;
  /** The index behind its last line. */
  skip(units: readonly Unit[], start: number): number;
}

/** Reads the word that ends a here-document; `index` is behind it. */
export function hereDocument(
  units: readonly Unit[],
  start: number,
  isIndented: boolean,
  path: Path,
): { readonly document: HereDocument; readonly index: number } {
  let index = start;
  while (units[index] === " " || units[index] === "\t") index += 1;
  let word = "";
  let isOpen = true;
  for (; index < units.length; index += 1) {
    const unit = units[index] as Unit;
    if (typeof unit === "string" && /^[\s;&|<>()]$/.test(unit)) break;
    if (typeof unit !== "string") throw invalid(path, `{{ ${unit.name} }} is the end of a here-document; write a word`);
    if (/^[$`\\]$/.test(unit)) throw invalid(path, "the end of a here-document has quoting that cannot be followed");
    if (/^['"]$/.test(unit)) isOpen = false;
    else word += unit;
  }
  if (word === "") throw invalid(path, "a here-document has no word that ends it");
  const skip = (lines: readonly Unit[], first: number): number => {
    let line = "";
    for (let at = first; at <= lines.length; at += 1) {
      const unit = lines[at];
      if (typeof unit === "object") {
        throw invalid(
          path,
          `{{ ${unit.name} }} is inside a here-document; write printf '%s\\n' {{ ${unit.name} }} | program`,
        );
      }
      if (unit === "\n" && line.endsWith("\\")) throw invalid(path, "a line of a here-document ends in a backslash");
      if (unit !== "\n" && unit !== undefined) line += unit;
      else if ((isIndented ? line.replace(/^\t+/, "") : line) === word) return at + 1;
      else line = "";
    }
    throw invalid(path, `a here-document is not closed by ${word}`);
  };
  return { document: { skip, isOpen }, index };
}
