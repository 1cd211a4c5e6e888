/** Tables of Markdown, read by their cells. */
import { unescapeMarkdown } from "./escape.ts";

/** A line of the file. */
export interface Row {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Takes a fault of a line. */
export type RowFault = (row: Row, message: string) => void;

/** A row of a table, without its head and its rule. */
export interface TableRow {
  /** As they are written, trimmed. */
  readonly cells: readonly string[];
  /** The line that it is. */
  readonly line: string;
}

/** The cells of a row; undefined if the line is none, or is the rule below a head. */
export function cellsOf(line: string): readonly string[] | undefined {
  const row = line.trim();
  if (!row.startsWith("|")) return undefined;
  const cells: string[] = [];
  let cell = "";
  for (let index = 1; index < row.length; index += 1) {
    const letter = row[index] ?? "";
    if (letter === "\\" && index + 1 < row.length) {
      cell += letter + (row[index + 1] ?? "");
      index += 1;
    } else if (letter === "|") {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  if (cell.trim() !== "") cells.push(cell.trim());
  return cells.every((text) => /^:?-+:?$/.test(text)) ? undefined : cells;
}

/** All rows in `lines`. */
export function rowsOf(lines: readonly string[]): readonly TableRow[] {
  return lines.flatMap((line) => {
    const cells = cellsOf(line);
    return cells === undefined ? [] : [{ cells, line }];
  });
}

/** What a cell says as plain text. */
export function cellText(cell: string | undefined): string {
  return unescapeMarkdown(cell ?? "").trim();
}

/** Where nothing is said. */
const NOTHING = /^(?:[—–-]?|unknown|nobody yet)$/i;

/** What a cell says; undefined if it says nothing, or that nobody knows. */
export function said(cell: string | undefined): string | undefined {
  const text = cellText(cell);
  return NOTHING.test(text) ? undefined : text;
}
