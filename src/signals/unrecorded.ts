/** Why a request was not recorded, for whoever told it: what was given, where, and what is allowed. */
import { show } from "../core/errors.ts";

/** A field that cannot be recorded. */
export interface UnrecordedField {
  readonly name: string;
  readonly value: unknown;
  readonly allowed: string;
}

type Unrecorded = (value: unknown) => UnrecordedField;

const SECONDS = "seconds as a number from 0";
const allowing =
  (name: string, allowed: string): Unrecorded =>
  (value) => ({ name, value, allowed });

/** The fields of a request with what each may be. */
export const UNRECORDED: Readonly<
  Record<"method" | "route" | "statusCode" | "durationSeconds" | "firstByteSeconds" | "endedMs", Unrecorded>
> = {
  method: allowing("method", 'text such as "GET"'),
  route: allowing("route", 'text such as "/users/:id"'),
  statusCode: allowing("statusCode", "a whole number from 100 to 999"),
  durationSeconds: allowing("durationSeconds", SECONDS),
  firstByteSeconds: allowing("firstByteSeconds", SECONDS),
  endedMs: allowing("endedMs", "a reading of the monotonic clock in milliseconds"),
};

const FIELDS: ReadonlySet<string> = new Set([
  ...["method", "route", "statusCode", "durationSeconds", "firstByteSeconds"],
  ...["aborted", "failed", "labels", "traceId", "endedMs"],
]);
const MOST_OTHERS = 3;

/** `statusCode is 0 for GET "/cart"; write a whole number from 100 to 999`. Throws what looking at the request throws. */
export function unrecordedText(request: object, { name, value, allowed }: UnrecordedField): string {
  const { method, route } = request as Readonly<Record<string, unknown>>;
  const whose = [method, route].filter((part) => typeof part === "string").map(show);
  const of = whose.length === 0 ? "" : ` for ${whose.join(" ")}`;
  const others = Object.keys(request).filter((key) => !FIELDS.has(key));
  const shown = others.slice(0, MOST_OTHERS).map(show).join(", ");
  const misspelt = others.length === 0 ? "" : `, and ${shown} ${others.length === 1 ? "is no field" : "are no fields"}`;
  return `${name} is ${value === undefined ? "missing" : show(value)}${of}${misspelt}; write ${allowed}`;
}
