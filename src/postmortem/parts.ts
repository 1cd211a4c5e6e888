/** The parts of the Markdown file that the machine writes, and the marks around them. */
import { ConfigurationError, type ConfigurationIssue, show } from "../core/errors.ts";

/**
 * The parts, and what becomes of them when somebody writes in them. `draft`: it is his from then on, and no part any more.
 * `record`: what he wrote in the cells of its table is read. `facts`: his lines are moved to the end of the file.
 */
export const PARTS = {
  header: "record",
  changes: "facts",
  summary: "draft",
  impact: "record",
  "root-cause": "draft",
  trigger: "draft",
  detection: "facts",
  resolution: "draft",
  timeline: "facts",
  "went-well": "draft",
  "went-wrong": "draft",
  lucky: "draft",
  "action-items": "record",
  "suggested-actions": "draft",
  monitoring: "facts",
  picture: "facts",
  appendix: "facts",
} as const;

/** Name of a part. */
export type PartName = keyof typeof PARTS;
/** Names of all parts, in the order of the document. */
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[];

/** A piece of the file: what people wrote, or a part. */
export type Piece =
  | { readonly kind: "text"; readonly text: string; readonly line: number }
  | {
      readonly kind: "part";
      readonly name: PartName;
      /** The lines between the marks. */
      readonly lines: readonly string[];
      /** Line of the first mark, from 1. */
      readonly line: number;
      /** Whether somebody wrote in it since the machine did. */
      readonly isEdited: boolean;
      /** Of an edited part the lines that the machine did not write, as far as can be told. */
      readonly foreign: readonly string[];
    };

/** Longer parts have one sum, and not one for each line. */
const MOST_LINE_SUMS = 80;
const MARK = /^<!-- (\/?)nines:([a-z-]+)((?: [a-z]+=[0-9a-f,]+)*) -->[ \t]*\r?$/;

/** `body` between its marks. The same body has the same marks. */
export function markedPart(name: PartName, body: string): string {
  const lines = body === "" ? [] : body.split("\n");
  const sums = lines.filter(isSaid).map(sumOf);
  const detail = sums.length === 0 || sums.length > MOST_LINE_SUMS ? "" : ` lines=${sums.join(",")}`;
  return [`<!-- nines:${name} sum=${sumOf(lines.join(""))}${detail} -->`, ...lines, endOf(name)].join("\n");
}

/** Where a part was, for a file that is put together again. */
export function emptyPart(name: PartName): string {
  return `<!-- nines:${name} -->\n${endOf(name)}`;
}

function endOf(name: PartName): string {
  return `<!-- /nines:${name} -->`;
}

/** Whether `line` is one of the marks, so that a text that has it would be taken for a part. */
export function isMark(line: string): boolean {
  return partOf(line) !== undefined;
}

function partOf(line: string): { name: PartName; isEnd: boolean; detail: string } | undefined {
  const match = MARK.exec(line);
  if (match === null) return undefined;
  const [, end = "", name = "", detail = ""] = match;
  if (!Object.hasOwn(PARTS, name)) return undefined;
  return { name: name as PartName, isEnd: end === "/", detail };
}

/**
 * Takes the file apart. All pieces together are the file, letter by letter, but for the parts' own lines.
 *
 * @throws {@link ConfigurationError} with the line, if a mark has no other end, or a part is there twice or in another one
 */
export function piecesOf(text: string, file?: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const issues: ConfigurationIssue[] = [];
  const seen = new Map<PartName, number>();
  const fault = (line: number, message: string): void => {
    issues.push({ path: [], line, column: 1, message });
  };
  let open: { name: PartName; detail: string; line: number; lines: string[] } | undefined;
  let free: string[] = [];
  let freeLine = 1;
  const lines = text.split("\n");
  lines.forEach((written, index) => {
    const line = index + 1;
    const mark = partOf(written);
    if (mark === undefined) {
      (open?.lines ?? free).push(written);
      return;
    }
    const { name, isEnd, detail } = mark;
    if (isEnd) {
      if (open === undefined)
        fault(line, `${show(endOf(name))} ends a part that does not begin; delete it, or put back its beginning`);
      else if (open.name !== name)
        fault(
          line,
          `${show(endOf(name))} is in the part ${show(open.name)}, which begins in line ${String(open.line)}; ${show(endOf(open.name))} is missing before it`,
        );
      else pieces.push(closed(open));
      open = undefined;
      free = [];
      freeLine = line + 1;
      return;
    }
    if (open !== undefined) {
      fault(
        line,
        `the part ${show(name)} begins within ${show(open.name)}, which begins in line ${String(open.line)}; ${show(endOf(open.name))} is missing before it`,
      );
    } else {
      pieces.push({ kind: "text", text: free.map((part) => `${part}\n`).join(""), line: freeLine });
    }
    const earlier = seen.get(name);
    if (earlier !== undefined)
      fault(line, `the part ${show(name)} is there twice; it begins in line ${String(earlier)} too; keep one`);
    seen.set(name, line);
    open = { name, detail, line, lines: [] };
  });
  if (open !== undefined)
    fault(open.line, `the part ${show(open.name)} does not end; put ${show(endOf(open.name))} after it`);
  if (issues.length > 0) throw new ConfigurationError(issues, file === undefined ? {} : { file });
  pieces.push({ kind: "text", text: free.join("\n"), line: freeLine });
  return pieces;
}

function closed({
  name,
  detail,
  line,
  lines,
}: {
  name: PartName;
  detail: string;
  line: number;
  lines: string[];
}): Piece {
  const sum = / sum=([0-9a-f]+)/.exec(detail)?.[1];
  const isEdited = sum === undefined ? lines.some(isSaid) : sum !== sumOf(lines.join(""));
  const own = new Set(/ lines=([0-9a-f,]+)/.exec(detail)?.[1]?.split(","));
  const foreign = isEdited ? lines.filter((text) => isSaid(text) && !own.has(sumOf(text))) : [];
  return { kind: "part", name, lines, line, isEdited, foreign };
}

/** Whether a line says anything: empty lines and the rules of tables do not. */
function isSaid(line: string): boolean {
  return /[^\s|:-]/.test(line);
}

/**
 * FNV-1a over what is said, in 32 bits: formatters move spaces and lines about, and that is no edit. It tells accidents
 * and people from the machine; it is no signature.
 */
export function sumOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text.replace(/\s+/g, "").replace(/-{2,}/g, "-")) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
