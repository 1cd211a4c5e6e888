import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/spawn.ts";

/** A fenced block of code in a page or in a doc comment. */
export interface Fence {
  /** Path in the repository. */
  readonly file: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** First word of the info string, such as `ts`. */
  readonly language: string;
  /** The other words of the info string, such as `no-run`. */
  readonly flags: readonly string[];
  readonly code: string;
}

const OPENING = /^(\s*(?:\*\s?)?\s*)(`{3,}|~{3,})\s*([^\s`]*)([^`]*)$/;

/**
 * The fences of a text, in a page or behind the ` * ` of doc comments. The fence's own margin is taken from each of its
 * lines, and a fence that is never closed is an error, for it would swallow the rest of its page unseen.
 */
export function fencesIn(file: string, text: string): Fence[] {
  const isSource = file.endsWith(".ts");
  const fences: Fence[] = [];
  let open: {
    marker: string;
    margin: number;
    line: number;
    language: string;
    flags: string[];
    lines: string[];
  } | null = null;
  let inDocComment = false;

  for (const [index, raw] of text.split("\n").entries()) {
    if (isSource && open === null) {
      inDocComment = raw.trimStart().startsWith("/**") || (inDocComment && raw.trimStart().startsWith("*"));
      if (!inDocComment) continue;
    }
    const line = isSource ? raw.replace(/^(\s*)\*/, "$1 ") : raw;
    if (open === null) {
      const match = OPENING.exec(line);
      if (match === null) continue;
      const [, margin = "", marker = "", language = "", rest = ""] = match;
      const flags = rest.split(/\s+/).filter((flag) => flag !== "");
      open = { marker, margin: margin.length, line: index + 1, language, flags, lines: [] };
    } else if (line.trim().startsWith(open.marker) && line.trim().replaceAll(open.marker[0]!, "") === "") {
      const { line: start, language, flags, lines } = open;
      fences.push({ file, line: start, language, flags, code: lines.join("\n") });
      open = null;
    } else {
      if (isSource && raw.includes("*/")) break;
      open.lines.push(line.slice(0, open.margin).trim() === "" ? line.slice(open.margin) : line.trimStart());
    }
  }
  if (open !== null) throw new Error(`${file}:${open.line}: the fence is never closed`);
  return fences;
}

/** The fences of files of the repository. */
export function fencesOf(files: readonly string[]): Fence[] {
  return files.flatMap((file) => fencesIn(file, readFileSync(join(ROOT, file), "utf8")));
}
