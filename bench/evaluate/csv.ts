/** Lines of comma-separated files: their cells, and what a cell says. */
import { timeOf } from "../../src/capacity/series/times.ts";

const MISSING = /^(?:|na|n\/a|nan|null|none|-|\?)$/i;
const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
/** A number below this is of seconds (until the year 5138), one above it of milliseconds (since 1973). */
const SECONDS_UNTIL = 1e11;

/** The cells of a line, without their quotes. Quoted line breaks are not read: no file of numbers has any. */
export function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",").map((cell) => cell.trim());
  const cells: string[] = [];
  let [cell, quoted] = ["", false];
  for (let place = 0; place < line.length; place += 1) {
    const sign = line[place] as string;
    if (sign === '"') {
      // Two quotes inside quotes are one that is meant.
      if (quoted && line[place + 1] === '"') {
        cell += '"';
        place += 1;
      } else quoted = !quoted;
    } else if (sign === "," && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += sign;
  }
  cells.push(cell.trim());
  return cells;
}

/** The lines of a text, whatever ends them; a mark of the byte order is no part of the first. */
export function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
}

/** A number; NaN where the cell says that there is none; undefined where it says something else. */
export function numberOf(cell: string | undefined): number | undefined {
  if (cell === undefined || MISSING.test(cell)) return NaN;
  if (!DECIMAL.test(cell)) return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

/** Epoch milliseconds of ISO text (UTC where it has no zone), or of epoch seconds or milliseconds; undefined of anything else. */
export function timeAt(cell: string | undefined): number | undefined {
  if (cell === undefined) return undefined;
  if (DECIMAL.test(cell)) {
    const value = Number(cell);
    const at = Math.abs(value) < SECONDS_UNTIL ? value * 1_000 : value;
    return Math.abs(at) <= 8.64e15 ? at : undefined;
  }
  try {
    return timeOf(cell, ["time"]);
  } catch {
    return undefined;
  }
}
