/** Counts of events in a file: CSV with a head, or JSON. */
import type { EventCounts } from "../budget/counted-events.ts";
import { ConfigurationError, invalid, show } from "../core/errors.ts";
import { readInstant } from "../core/time/instant.ts";

const FIELDS = ["at", "good", "total"] as const;

/** @throws {@link ConfigurationError} naming the first sample that is none; the line is that of the file */
export function readSamples(text: string): readonly EventCounts[] {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  return trimmed.startsWith("[") ? fromJson(trimmed) : fromCsv(trimmed);
}

function fromJson(text: string): readonly EventCounts[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw invalid([], "is no JSON; write a list of objects with at, good and total");
  }
  return (list as unknown[]).map((one, index) => {
    if (typeof one !== "object" || one === null)
      throw invalid([index], `${show(one)} is no object with at, good and total`);
    const fields = one as Readonly<Record<string, unknown>>;
    return sampleOf(
      (name) => fields[name],
      (name) => [index, name],
    );
  });
}

function fromCsv(text: string): readonly EventCounts[] {
  const [head = "", ...lines] = text.split(/\r?\n/);
  const names = head.split(",").map((name) => name.trim().toLowerCase());
  const columns = FIELDS.map((name) => names.indexOf(name));
  if (columns.includes(-1)) {
    throw invalid([], `its first line is ${show(head)}; it has to name the columns at, good and total`);
  }
  return lines.flatMap((line, index): EventCounts[] => {
    if (line.trim() === "") return [];
    const cells = line.split(",").map((cell) => cell.trim());
    return [
      sampleOf(
        (name) => numberOrText(cells[columns[FIELDS.indexOf(name)] ?? -1]),
        (name) => [name],
        index + 2,
      ),
    ];
  });
}

function numberOrText(cell: string | undefined): unknown {
  return cell !== undefined && /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(cell) ? Number(cell) : cell;
}

type Field = (typeof FIELDS)[number];

/** Numbers are checked where they are counted; here they only have to be some. */
function sampleOf(
  valueOf: (name: Field) => unknown,
  pathOf: (name: Field) => readonly (string | number)[],
  line?: number,
): EventCounts {
  const read = (name: Field): number => {
    const value = valueOf(name);
    const number = name === "at" && typeof value === "string" ? readInstant(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    const wanted = name === "at" ? "a time such as 2026-11-29T01:00:00Z, or epoch milliseconds" : "a number";
    const message = `${show(value)} is not ${wanted}`;
    throw new ConfigurationError([{ path: pathOf(name), message, ...(line === undefined ? {} : { line, column: 1 }) }]);
  };
  return { at: read("at"), good: read("good"), total: read("total") };
}
