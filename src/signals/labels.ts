/** What may become a label value: few, short and printable, whatever a client sends. */
import { wellFormed } from "../core/well-formed.ts";

/** The route label of requests that no route took. */
export const UNMATCHED_ROUTE = "(unmatched)";
/** The route label of what came after the limit on series was reached. */
export const OVERFLOW_ROUTE = "(other)";
/** The status label of requests whose client went away before the answer was complete; nginx' number for it. */
export const CLIENT_CLOSED_REQUEST = 499;

/** The status of a request whose connection was handed over to another protocol, such as WebSocket. */
export const SWITCHED_PROTOCOLS = 101;

/** Values of the user's own labels. A list, such as a repeated header, is `(other)`. */
export type LabelValues = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"] as const;
const KNOWN: ReadonlyMap<string, number> = new Map(METHODS.map((method, index) => [method, index + 1]));
const LONGEST_LABEL = 200;

/** A small number for each method, 0 for all unknown ones. */
export function methodIndex(method: string): number {
  // The two that nearly all requests have are told without a look into the map.
  return method === "GET" ? 1 : method === "POST" ? 3 : (KNOWN.get(method) ?? 0);
}

/** The label of a method's number. */
export function methodLabel(index: number): string {
  return METHODS[index - 1] ?? "OTHER";
}

/** `value` as a label that any scraper reads: well-formed Unicode, no control characters, at most 200 long. */
export function cleanLabel(value: string): string {
  const short = value.length > LONGEST_LABEL ? `${value.slice(0, LONGEST_LABEL - 1)}…` : value;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return wellFormed(short).replace(/[\u0000-\u001f\u007f]/g, "\ufffd");
}

/** Whether `text` is `pattern`, or begins with it where the pattern ends in `*`. */
export function matches(pattern: string, text: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : pattern === text;
}
