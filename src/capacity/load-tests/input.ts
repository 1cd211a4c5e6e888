/** The JSON that a load test has left behind: bounded text, own keys only, and numbers that can be measurements. */
import { ConfigurationError, show } from "../../core/errors.ts";

const MOST_CHARACTERS = 16 * 1024 * 1024;
const MOST = 1e15;
const MOST_NAMES = 10;

/** Keys and indexes from the root of the file. */
export type ReportPath = readonly (string | number)[];

/** A parsed file that is asked for one value at a time. Whatever else is in it does not matter. */
export class LoadTestFile {
  readonly #root: unknown;
  readonly #file: string | undefined;

  constructor(root: unknown, file: string | undefined) {
    this.#root = root;
    this.#file = file;
  }

  /** The value there; undefined if it is absent or null. */
  at(path: ReportPath): unknown {
    let value = this.#root;
    for (const key of path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Record<string | number, unknown>)[key];
    }
    return value ?? undefined;
  }

  /** Keys and values of the mapping there; none if there is no mapping. */
  entries(path: ReportPath): ReadonlyArray<readonly [string, unknown]> {
    const value = this.at(path);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  }

  /**
   * The number there; undefined if it is absent.
   *
   * @throws {@link ConfigurationError} if it is something that nobody has measured
   */
  amount(path: ReportPath, most: number = MOST): number | undefined {
    const value = this.at(path);
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= 0 && value <= most) return value;
    throw this.fault(path, `${show(value)} is not a measurement; allowed are numbers from 0 to ${String(most)}`);
  }

  /**
   * One number by another that is read at `path`.
   *
   * @throws {@link ConfigurationError} if it comes to more than anybody can measure
   */
  quotient(dividend: number, divisor: number, path: ReportPath, what: string = "requests"): number {
    const result = dividend / divisor;
    if (result <= MOST) return result;
    throw this.fault(path, `${show(divisor)} is too little for ${String(dividend)} ${what}`);
  }

  fault(path: ReportPath, message: string): ConfigurationError {
    return refusal(path, message, this.#file);
  }
}

/** What to call the file that is wanted, and how one comes by it. */
export interface WantedFile {
  /** Such as `"a summary of k6"`. */
  readonly what: string;
  /** Such as `"k6 run --summary-export=summary.json"`. */
  readonly command: string;
}

/**
 * Opens JSON text, or what somebody has parsed already.
 *
 * @throws {@link ConfigurationError} that says what was given instead, if that can be told
 */
export function openLoadTestFile(input: unknown, wanted: WantedFile, file: string | undefined): LoadTestFile {
  const root = typeof input === "string" ? parse(input, wanted, file) : input;
  if (typeof root !== "object" || root === null || Array.isArray(root)) {
    throw refusal([], `${show(root)} is not ${wanted.what}; ${advice(wanted)}`, file);
  }
  const opened = new LoadTestFile(root, file);
  if (isStreamLine(opened)) throw refusal([], streamProblem(wanted), file);
  return opened;
}

/** Up to ten names, each quoted and cut: they are from outside. */
export function namesText(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const shown = names.slice(0, MOST_NAMES).map((name) => show(name));
  return names.length > MOST_NAMES
    ? `${shown.join(", ")} and ${String(names.length - MOST_NAMES)} more`
    : shown.join(", ");
}

function parse(input: string, wanted: WantedFile, file: string | undefined): unknown {
  const text = input.startsWith("\uFEFF") ? input.slice(1) : input;
  if (text.length > MOST_CHARACTERS) {
    const sizes = `${String(text.length)} characters; at most ${String(MOST_CHARACTERS)} are read`;
    throw refusal([], `too large: ${sizes}`, file);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be anything.
    throw refusal([], problemOf(text, wanted), file);
  }
}

function problemOf(text: string, wanted: WantedFile): string {
  const start = text.slice(0, 20_000).trimStart();
  if (start === "") return `is empty; ${advice(wanted)}`;
  const firstLine = start.slice(0, start.search(/[\r\n]|$/));
  if (isStreamLine(new LoadTestFile(parsed(firstLine), undefined))) return streamProblem(wanted);
  if (start.startsWith("<")) return `is HTML, not ${wanted.what}; ${advice(wanted)}`;
  if (/^(?:import|export|const|let|var|function)\b/m.test(start)) {
    return `is a script, not ${wanted.what}; ${advice(wanted)}`;
  }
  if (/^(?:---|[a-z][\w-]*:(?:\s|$))/m.test(start)) return `is YAML, not ${wanted.what}; ${advice(wanted)}`;
  return `is not JSON; ${advice(wanted)}`;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A line of `k6 run --out json`. */
function isStreamLine(line: LoadTestFile): boolean {
  const type = line.at(["type"]);
  return (type === "Metric" || type === "Point") && typeof line.at(["data"]) === "object";
}

function streamProblem(wanted: WantedFile): string {
  return `is the stream of k6 run --out json, a measurement a line, and not ${wanted.what}; ${advice(wanted)}`;
}

function advice({ command }: WantedFile): string {
  return `give the file that this writes: ${command}`;
}

function refusal(path: ReportPath, message: string, file: string | undefined): ConfigurationError {
  return new ConfigurationError([{ path, message }], file === undefined ? {} : { file });
}
