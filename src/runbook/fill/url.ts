/** Filling in an address. */
import type { TagTemplate } from "../../core/template.ts";

import { type FillContext, fillParts } from "./parts.ts";
import type { FillResult } from "../place-values.ts";

const LONGEST = 16_384;

/** Fills in an address whose scheme and host are written out. */
export function fillAddress(template: TagTemplate, context: FillContext): FillResult<string> {
  const filled = fillParts(template, context, (text) => ({ filled: encoded(text) }));
  if ("refused" in filled) return filled;
  if (filled.filled.length > LONGEST) {
    return {
      refused: `the address has ${String(filled.filled.length)} characters; allowed: at most ${String(LONGEST)}`,
    };
  }
  const problem = segmentProblem(template, context);
  return problem === undefined ? filled : { refused: problem };
}

/** Everything but letters, digits and `- . _ ~`. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Why a segment of the path would not stay one: `.` and `..` lead elsewhere, even percent-encoded, and an empty one may be
 * the folder of all that it should name one of.
 */
function segmentProblem(template: TagTemplate, context: FillContext): string | undefined {
  let segment: TagTemplate["parts"][number][] = [];
  const check = (): string | undefined => {
    const name = segment.find((part) => typeof part !== "string")?.name;
    if (name === undefined) return undefined;
    const filled = fillParts({ text: "", parts: segment }, context, (text) => ({ filled: encoded(text) }));
    if ("refused" in filled) return filled.refused;
    if (filled.filled === "") return `${name} is empty, which would leave its part of the path out`;
    const leads = /^(?:\.|%2e){1,2}$/i.test(filled.filled);
    return leads ? `${name} would lead out of its part of the path, which cannot be "." or ".."` : undefined;
  };
  for (const part of template.parts) {
    if (typeof part !== "string") {
      segment.push(part);
      continue;
    }
    const end = part.search(/[?#]/);
    const pieces = (end === -1 ? part : part.slice(0, end)).split("/");
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        const problem = check();
        if (problem !== undefined) return problem;
        segment = [];
      }
      segment.push(piece);
    }
    if (end !== -1) break;
  }
  return check();
}
