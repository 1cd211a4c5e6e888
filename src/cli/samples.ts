/** Counts of events in a file: CSV with a head, or JSON. */
import type { EventCounts } from "../budget/counted-events.ts";
import { ConfigurationError, invalid, show } from "../core/errors.ts";
import { inSeconds, isInSeconds, isInSecondsBeside } from "../core/time/epoch.ts";
import { readInstant } from "../core/time/instant.ts";

const FIELDS = ["at", "good", "total"] as const;

const TIMES = "a time such as 2026-11-29T01:00:00Z, or epoch milliseconds";

/** A sample, and where in the file it stands. */
interface Read {
  readonly sample: EventCounts;
  readonly place: Place;
  /** Whether its time is a number, and not a text that leaves no doubt. */
  readonly isNumber: boolean;
}

interface Place {
  readonly pathOf: (name: Field) => readonly (string | number)[];
  readonly line?: number;
}

/** @throws {@link ConfigurationError} naming the first sample that is none; the line is that of the file */
export function readSamples(text: string): readonly EventCounts[] {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  const read = trimmed.startsWith("[") ? fromJson(trimmed) : fromCsv(trimmed);
  checkUnit(read);
  return read.map(({ sample }) => sample);
}

/** Times in seconds are no times of the early seventies, unless all of it is there, as in a test. */
function checkUnit(read: readonly Read[]): void {
  const latest = read.reduce((most, { sample }) => Math.max(most, sample.at), -Infinity);
  const areAll = read.every(({ sample, isNumber }) => isNumber && isInSeconds(sample.at));
  const wrong = read.find(({ sample: { at }, isNumber }) => {
    return isNumber && (isInSecondsBeside(at, latest) || (areAll && isInSeconds(at)));
  });
  if (wrong !== undefined) throw faultAt(wrong.place, "at", `${inSeconds(wrong.sample.at)} write ${TIMES}`);
}

function fromJson(text: string): readonly Read[] {
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
    return sampleOf((name) => fields[name], { pathOf: (name) => [index, name] });
  });
}

function fromCsv(text: string): readonly Read[] {
  const [head = "", ...lines] = text.split(/\r?\n/);
  const names = head.split(",").map((name) => name.trim().toLowerCase());
  const columns = FIELDS.map((name) => names.indexOf(name));
  if (columns.includes(-1)) {
    throw invalid([], `its first line is ${show(head)}; it has to name the columns at, good and total`);
  }
  return lines.flatMap((line, index): Read[] => {
    if (line.trim() === "") return [];
    const cells = line.split(",").map((cell) => cell.trim());
    const valueOf = (name: Field): unknown => numberOrText(cells[columns[FIELDS.indexOf(name)] ?? -1]);
    return [sampleOf(valueOf, { pathOf: (name) => [name], line: index + 2 })];
  });
}

function numberOrText(cell: string | undefined): unknown {
  return cell !== undefined && /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(cell) ? Number(cell) : cell;
}

type Field = (typeof FIELDS)[number];

/** Numbers are checked where they are counted; here they only have to be some. */
function sampleOf(valueOf: (name: Field) => unknown, place: Place): Read {
  const read = (name: Field): number => {
    const value = valueOf(name);
    const number = name === "at" && typeof value === "string" ? readInstant(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    throw faultAt(place, name, `${show(value)} is not ${name === "at" ? TIMES : "a number"}`);
  };
  const sample = { at: read("at"), good: read("good"), total: read("total") };
  return { sample, place, isNumber: typeof valueOf("at") === "number" };
}

function faultAt({ pathOf, line }: Place, name: Field, message: string): ConfigurationError {
  return new ConfigurationError([{ path: pathOf(name), message, ...(line === undefined ? {} : { line, column: 1 }) }]);
}
