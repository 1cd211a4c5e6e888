/** Queries of other formats, with Sloth's variable for the window in them. */
import type { Path } from "../../core/faults.ts";
import { readPromql } from "../promql/read.ts";
import type { Sheet } from "./sheet.ts";

/** The look-back that stands for any: nines replaces it by those that it needs. */
const LOOK_BACK = "5m";

const WINDOW = /\{\{-?\s*\.window\s*-?\}\}/g;
const VARIABLE = /\{\{.*?(?:\}\}|$)/s;

/** A query as nines reads it. */
export interface FilledQuery {
  /** `rate(x[5m])` for `rate(x[{{.window}}])`. */
  readonly text: string;
  /** Whether it had the variable. */
  readonly hadWindow: boolean;
}

/**
 * Fills in the variable. Undefined if another is left, which is reported, or if it is no PromQL, which is a fault at the
 * very character.
 */
export function promqlOf(query: string, path: Path, sheet: Sheet): FilledQuery | undefined {
  const filled = query.replace(WINDOW, LOOK_BACK);
  const unknown = VARIABLE.exec(filled)?.[0];
  if (unknown !== undefined) {
    sheet.leaveOut(path, "nines fills in {{.window}} and nothing else", `: ${unknown.slice(0, 60)}`);
    return undefined;
  }
  const read = readPromql(filled);
  if ("fault" in read) {
    sheet.fault(path, read.fault.message, { offset: offsetBefore(query, read.fault.offset) });
    return undefined;
  }
  return { text: filled.trim(), hadWindow: filled !== query };
}

/** Where a character of the filled query is in the query as it was written. */
function offsetBefore(query: string, offset: number): number {
  let shift = 0;
  for (const { 0: variable, index } of query.matchAll(WINDOW)) {
    const start = index - shift;
    if (offset < start) break;
    if (offset < start + LOOK_BACK.length) return index;
    shift += variable.length - LOOK_BACK.length;
  }
  return offset + shift;
}
