/** Rows of a file in M4's layout, one at a time: an id, then values, padded at the end. */
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { cellsOf, numberOf } from "./csv.ts";

/** A series of a file. */
export interface M4Row {
  readonly id: string;
  /** NaN where one is missing between others. */
  readonly values: Float64Array;
}

/** Reads rows; `wanted` says which, before any work is put into them. What cannot be read is told to `note`. */
export async function* m4Rows(
  file: string,
  note: (text: string) => void,
  wanted: (id: string) => boolean = () => true,
): AsyncGenerator<M4Row> {
  const lines = createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity });
  let [number, bad, firstBad] = [0, 0, ""];
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "" || (number === 1 && isHeader(line)) || !wanted(idOf(line))) continue;
    const { values, unread } = valuesOf(cellsOf(line).slice(1));
    if (unread !== undefined) {
      bad += 1;
      if (bad === 1) firstBad = `${basename(file)}:${number} ${JSON.stringify(unread.slice(0, 30))}`;
    }
    yield { id: idOf(line), values };
  }
  if (bad > 0)
    note(`${firstBad} is no number and taken as missing; so are cells of ${bad} row(s) of ${basename(file)}`);
}

/** The first cell; rows are long, and most of the work is in the others. */
function idOf(line: string): string {
  const end = line.indexOf(",");
  return (cellsOf(end < 0 ? line : line.slice(0, end))[0] ?? "").replace(/^\uFEFF/, "");
}

/** M4's is `"V1","V2",...`; others number their columns, beside a name that no series has. */
function isHeader(line: string): boolean {
  const [name = "", ...columns] = cellsOf(line).slice(0, 4);
  return /^(?:|v1|id|unique_id|series)$/i.test(name) || columns.every((cell) => numberOf(cell) === undefined);
}

function valuesOf(cells: readonly string[]): { values: Float64Array; unread: string | undefined } {
  let unread: string | undefined;
  const values = Float64Array.from(cells, (cell) => {
    const value = numberOf(cell);
    if (value === undefined) unread ??= cell;
    return value ?? NaN;
  });
  return { values: values.subarray(0, 1 + values.findLastIndex((value) => !Number.isNaN(value))), unread };
}
