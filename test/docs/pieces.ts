/** A page that is to be followed: its files, its commands and what these print, in the order of the page. */
import { fencesIn } from "../house/fences.ts";

export interface FilePiece {
  readonly kind: "file";
  /** Line of the fence in the page. */
  readonly line: number;
  readonly name: string;
  readonly content: string;
}

export interface CommandPiece {
  readonly kind: "commands";
  readonly line: number;
  /** One a line of the fence. */
  readonly commands: readonly string[];
  /** The terminal in which it keeps running: ```` ```sh shop ````. */
  readonly terminal: string | undefined;
}

export interface OutputPiece {
  readonly kind: "output";
  readonly line: number;
  readonly text: string;
  /** Whose output it is: ```` ```text shop ````; of the last command without it. */
  readonly terminal: string | undefined;
}

export type Piece = FilePiece | CommandPiece | OutputPiece;

/**
 * Reads a page. A fence is a file if the paragraph before it begins with the file's name and ends with a colon:
 * `` `slo.yaml`, the promise:``. Fences of `sh` are commands, those of `text` what they print.
 */
export function piecesOf(file: string, text: string): readonly Piece[] {
  const lines = text.split("\n");
  return fencesIn(file, text).flatMap(({ line, language, flags, code }): Piece[] => {
    const [terminal] = flags;
    const name = /^`([\w.-]+)`[^]*:$/.exec(paragraphBefore(lines, line - 1))?.[1];
    if (name !== undefined) return [{ kind: "file", line, name, content: `${code}\n` }];
    if (language === "sh") {
      const commands = code.split("\n").filter((command) => command !== "" && !command.startsWith("#"));
      return [{ kind: "commands", line, commands, terminal }];
    }
    return language === "text" ? [{ kind: "output", line, text: code, terminal }] : [];
  });
}

/** Lines of a file that are code: neither empty nor a comment. */
export function codeLines({ content }: FilePiece): readonly string[] {
  return content.split("\n").filter((line) => line.trim() !== "" && !/^\s*(?:\/\/|#|\/?\*)/.test(line));
}

/**
 * What fits a text of the page, as a pattern: figures may be others (ids such as `INC-0001` may not), and a line `...`
 * stands for any lines.
 */
export function patternOf(text: string): string {
  const shown = text.split("\n").map((line) => line.trimEnd());
  return shown
    .map((line, index) => {
      if (line === "...") return "[^]*?";
      return lineBegin(shown, index) + line.replaceAll(/[A-Z]+-?\d+|\d[\d.,:-]*|[^\dA-Z]+|[A-Z]/g, piecePattern);
    })
    .join("");
}

function lineBegin(lines: readonly string[], index: number): string {
  return index === 0 || lines[index - 1] === "..." ? "" : "\\s*?\\n";
}

function piecePattern(piece: string): string {
  return /^\d/.test(piece) ? "-?[\\d.,:-]+" : piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("(-", "(-?");
}

/** The lines in front of a fence, up to the empty one before them, as one. */
function paragraphBefore(lines: readonly string[], fence: number): string {
  let end = fence;
  while (end > 0 && lines[end - 1]?.trim() === "") end -= 1;
  let start = end;
  while (start > 0 && lines[start - 1]?.trim() !== "") start -= 1;
  return lines.slice(start, end).join(" ").trim();
}
