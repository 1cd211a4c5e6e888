/** What people wrote, read out of the Markdown file. */
import { ConfigurationError, type ConfigurationIssue, invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";

import type { ActionItem } from "../action-items.ts";
import type { ExtraSection, PostmortemChange, PostmortemStatus, TimelineEntry } from "../model.ts";
import { emptyPart, type PartName, PARTS, type Piece, piecesOf } from "../parts.ts";
import { readHeader } from "./header.ts";
import { readActionItems, readImpact } from "./records.ts";
import { sectionTexts } from "./sections.ts";
import { isRecord, readEntries } from "../records.ts";
import type { SectionName } from "../sections.ts";
import { isLabel } from "../standing.ts";
import type { Row } from "../tables.ts";

/** Lines that somebody wrote within a part that the machine writes. */
export interface EditedPart {
  readonly part: string;
  readonly lines: readonly string[];
}

/** All that people wrote in a postmortem. */
export interface WrittenPostmortem {
  /** Id of the incident that it is of; undefined if the file does not tell. */
  readonly incident?: string | undefined;
  readonly title?: string | undefined;
  readonly authors: readonly string[];
  readonly status?: PostmortemStatus | undefined;
  readonly changes: readonly PostmortemChange[];
  /** Whether somebody wrote in the record of the changes. */
  readonly areChangesEdited: boolean;
  /** What was handed in for the timeline. */
  readonly entries: readonly TimelineEntry[];
  /** What the impact's table says, where somebody filled it in. */
  readonly usersAffected?: string | undefined;
  readonly revenue?: string | undefined;
  /** Whether somebody wrote in the impact's table since it was generated. */
  readonly isImpactEdited: boolean;
  readonly actionItems: readonly ActionItem[];
  /** Markdown, by section. */
  readonly sections: Readonly<Partial<Record<SectionName, string>>>;
  readonly extraSections: readonly ExtraSection[];
  /** What is moved to the end of the file, for it stood in generated parts. */
  readonly edited: readonly EditedPart[];
  /** The file without what the machine wrote. */
  readonly frame: string;
}

/** The longest file that is read, in characters. */
export const LONGEST_FILE = 2_000_000;

/**
 * Reads a postmortem that {@link renderPostmortem} wrote and people edited. All that is not in one of the generated parts
 * (`<!-- nines:timeline ... -->` to `<!-- /nines:timeline -->`) is theirs.
 *
 * @param options - `file` is what to call it in an error; `incident` is the id of the one that it must be of
 * @throws {@link ConfigurationError} with line and column if a part is damaged, a cell or the details of an action item
 * cannot be read, the status does not lead from that of before, or it is the postmortem of another incident
 *
 * @example
 * ```ts
 * import { IncidentManager, PostmortemGenerator, readPostmortem } from "nines";
 *
 * const incidents = new IncidentManager();
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann" });
 * const generator = new PostmortemGenerator({ incidents });
 * const markdown = generator.render(await generator.generate(id), "markdown");
 * const edited = markdown.replace("## Trigger\n", "## Trigger\n\nA release without a limit on memory.\n");
 * const { sections } = readPostmortem(edited);
 * if (sections.trigger !== "A release without a limit on memory.") throw new Error(sections.trigger);
 * ```
 */
export function readPostmortem(
  markdown: string,
  options: { readonly file?: string | undefined; readonly incident?: string | undefined } = {},
): WrittenPostmortem {
  checkOptions(options, "readPostmortem", ["file", "incident"]);
  if (typeof markdown !== "string") throw invalid("markdown", `${show(markdown)} is no text`);
  if (markdown.length > LONGEST_FILE) {
    throw invalid("markdown", `has ${String(markdown.length)} characters; at most ${String(LONGEST_FILE)} are read`);
  }
  const { file, incident } = options;
  const pieces = piecesOf(markdown, file).flatMap(adopted);
  const issues: ConfigurationIssue[] = [];
  const fault = ({ line }: Row, message: string): void => {
    issues.push({ path: [], line, column: 1, message });
  };
  const rows = (name: PartName): readonly Row[] => numberedLines(pieces, name);
  const header = readHeader(rows("header"), fault, incident);
  const timeline = readEntries(rows("timeline"), fault);
  const impact = readImpact(rows("impact"));
  const { title, sections, extraSections, lines } = sectionTexts(pieces);
  const actions = readActionItems(rows("action-items"), lines("actionItems"), fault);
  if (issues.length > 0) throw new ConfigurationError(issues, file === undefined ? {} : { file });
  const read = new Set([...header.read, ...timeline.read, ...impact.read, ...actions.read]);
  const { authors, status, changes } = header;
  return {
    incident: header.incident,
    title,
    ...{ authors, status, changes },
    areChangesEdited: pieces.some(
      (piece) => piece.kind === "part" && piece.name === "header" && piece.foreign.some(isRecord),
    ),
    entries: timeline.entries,
    usersAffected: impact.usersAffected,
    revenue: impact.revenue,
    isImpactEdited: pieces.some((piece) => piece.kind === "part" && piece.name === "impact" && piece.isEdited),
    actionItems: actions.items,
    sections,
    extraSections,
    edited: pieces.flatMap((piece) => foreignOf(piece, read)),
    frame: pieces.map((piece) => (piece.kind === "text" ? piece.text : `${emptyPart(piece.name)}\n`)).join(""),
  };
}

/** A draft that somebody wrote in is his, without the words that the machine put above it. */
function adopted(piece: Piece): readonly Piece[] {
  if (piece.kind === "text" || !piece.isEdited || PARTS[piece.name] !== "draft") return [piece];
  const { lines, line } = piece;
  const text = (from: number, until: number): Piece[] => {
    const own = lines.slice(from, until).map((words) => `${words}\n`);
    return own.length === 0 ? [] : [{ kind: "text", text: own.join(""), line: line + 1 + from }];
  };
  const label = lines.findIndex(isLabel);
  if (label === -1) return text(0, lines.length);
  const isSpaced = lines[label + 1]?.trim() === "";
  return [...text(0, label), ...text(label + (isSpaced ? 2 : 1), lines.length)];
}

function foreignOf(piece: Piece, read: ReadonlySet<string>): readonly EditedPart[] {
  if (piece.kind === "text") return [];
  const lines = piece.foreign.filter((line) => !read.has(line));
  return lines.length === 0 ? [] : [{ part: piece.name, lines }];
}

function numberedLines(pieces: readonly Piece[], name: PartName): readonly Row[] {
  const part = pieces.find((piece) => piece.kind === "part" && piece.name === name);
  if (part?.kind !== "part") return [];
  return part.lines.map((text, index) => ({ text, line: part.line + 1 + index }));
}
