/** The rows of a `timestamp,value` text, with a word about those that could not be read. */
import { cellsOf, linesOf, numberOf, timeAt } from "./csv.ts";

/** A time in epoch milliseconds and its value; the value is NaN where the row says that there is none. */
export interface Row {
  readonly at: number;
  readonly value: number;
}

/** What a text holds. */
export interface Rows {
  readonly rows: readonly Row[];
  /** For whoever reads the report. */
  readonly notes: readonly string[];
}

interface Columns {
  readonly time: number;
  readonly value: number;
  readonly header: boolean;
  readonly note?: string;
}

/** Reads a text. `file` names it in the notes. */
export function rowsOf(text: string, file: string): Rows {
  const lines = linesOf(text);
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return { rows: [], notes: [`${file} is empty`] };
  const columns = columnsOf(cellsOf(lines[first] as string));
  const notes = columns.note === undefined ? [] : [`${file}: ${columns.note}`];
  const rows: Row[] = [];
  let [bad, firstBad, missing] = [0, "", 0];
  for (let place = columns.header ? first + 1 : first; place < lines.length; place += 1) {
    const line = lines[place] as string;
    if (line.trim() === "") continue;
    const cells = cellsOf(line);
    const at = timeAt(cells[columns.time]);
    const value = numberOf(cells[columns.value]);
    if (at === undefined || value === undefined) {
      bad += 1;
      if (bad === 1) firstBad = `${file}:${place + 1} ${JSON.stringify(line.slice(0, 60))}`;
      continue;
    }
    if (Number.isNaN(value)) missing += 1;
    rows.push({ at, value });
  }
  if (bad > 0) notes.push(`${firstBad} is no time and number; ${rowsText(bad)} of ${file} left out so`);
  if (missing > 0) notes.push(`${file}: ${rowsText(missing)} without a value`);
  return { rows, notes };
}

function columnsOf(cells: readonly string[]): Columns {
  const names = cells.map((cell) => cell.toLowerCase());
  const [time, value] = [names.indexOf("timestamp"), names.indexOf("value")];
  if (time >= 0 && value >= 0) {
    const more = cells.filter((_, place) => place !== time && place !== value);
    const note = more.length > 0 ? { note: `other columns not looked at: ${more.join(", ")}` } : {};
    return { time, value, header: true, ...note };
  }
  const columns = { time: 0, value: 1 };
  // Without a time in it the first row is names, whichever they are.
  if (timeAt(cells[0]) === undefined)
    return {
      ...columns,
      header: true,
      note: `the header "${cells.join(",")}" does not say timestamp and value; the first two columns are read as these`,
    };
  const note = cells.length > 2 ? { note: "columns after the second not looked at" } : {};
  return { ...columns, header: false, ...note };
}

/** `1 row`, `1,200 rows`. */
function rowsText(count: number): string {
  return `${count.toLocaleString("en")} row${count === 1 ? "" : "s"}`;
}
