/** The sections of the file, by their headings. */
import { headingOf } from "../headings.ts";
import { unescapeMarkdown } from "../escape.ts";
import type { ExtraSection } from "../model.ts";
import type { Piece } from "../parts.ts";
import { isWritten, type SectionName, sectionOf } from "../sections.ts";
import type { Row } from "../tables.ts";

/** What {@link sectionTexts} found. */
export interface SectionsFound {
  readonly title: string | undefined;
  readonly sections: Readonly<Partial<Record<SectionName, string>>>;
  readonly extraSections: readonly ExtraSection[];
  /** The lines of a section, with their numbers in the file. */
  readonly lines: (name: SectionName) => readonly Row[];
}

interface Open {
  readonly name: SectionName | undefined;
  readonly title: string;
  readonly level: number;
  readonly lines: Row[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HINT = /^<!-- Write here: .* -->[ \t]*\r?$/;

/**
 * What stands below each heading. A known heading begins its section wherever it stands; any other one belongs to the
 * section that it is in, or begins one of its own if it is of no lower level.
 */
export function sectionTexts(pieces: readonly Piece[]): SectionsFound {
  let open: Open = { name: undefined, title: "", level: 1, lines: [] };
  const all: Open[] = [open];
  let title: string | undefined;
  const begin = (next: Open): void => {
    open = next;
    all.push(next);
  };
  for (const piece of pieces) {
    if (piece.kind === "part") continue;
    // A fence that is never closed ends with the piece: a generated part stands where it stands.
    let fence: string | undefined;
    piece.text.split("\n").forEach((text, index) => {
      const row = { text, line: piece.line + index };
      const mark = FENCE.exec(text)?.[1];
      if (fence !== undefined) {
        if (mark?.startsWith(fence) === true && text.trim() === mark) fence = undefined;
      } else if (mark !== undefined) {
        fence = mark;
      } else {
        const heading = headingOf(text.replace(/\r$/, ""));
        if (heading !== undefined) {
          const { level } = heading;
          const words = unescapeMarkdown(heading.text).trim();
          const name = sectionOf(words);
          if (level === 1 && title === undefined && name === undefined) {
            title = words;
            return;
          }
          if (name !== undefined || level <= open.level || open.level === 1) {
            begin({ name, title: words, level, lines: [] });
            return;
          }
        }
      }
      open.lines.push(row);
    });
  }
  const sections: Partial<Record<SectionName, string>> = {};
  const extraSections: ExtraSection[] = [];
  for (const { name, title: heading, lines } of all) {
    const text = textOf(lines);
    if (name === undefined && (heading !== "" || isWritten(text))) extraSections.push({ title: heading, text });
    if (name === undefined || !isWritten(text)) continue;
    const before = sections[name];
    sections[name] = before === undefined ? text : `${before}\n\n${text}`;
  }
  return {
    title: titleOf(title),
    sections,
    extraSections,
    lines: (name) => all.filter((section) => section.name === name).flatMap(({ lines }) => lines),
  };
}

function textOf(lines: readonly Row[]): string {
  return lines
    .map(({ text }) => text.replace(/\r$/, ""))
    .filter((text) => !HINT.test(text))
    .join("\n")
    .replace(/^\s*\n/, "")
    .trimEnd()
    .replace(/^(?:[ \t]*\n)+/, "");
}

function titleOf(words: string | undefined): string | undefined {
  const title = words?.replace(/^postmortem:\s*/i, "").trim();
  return title === "" ? undefined : title;
}
