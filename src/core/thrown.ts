/** What was thrown: it may be anything, and looking at it may throw again. None of these does. */
import { isReliabilityError, show } from "./errors.ts";

/** Whether it is an `Error`, as far as one can ask. */
export function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}

/** The name of an error, or what it is instead: for places that must not show what a foreign message may hold. */
export function nameOfThrown(thrown: unknown): string {
  return isError(thrown) ? (textOf(thrown, "name") ?? "Error") : show(thrown);
}

/**
 * The name of an error, with its code or that of one of its causes, as in `Error (SQLITE_BUSY)`: for the same places. Of its message only
 * a code that everybody knows, where it begins with one.
 */
export function kindOfThrown(thrown: unknown): string {
  if (!isError(thrown)) return `something that is no Error (${typeof thrown})`;
  const name = nameOfThrown(thrown);
  const code = codeOfThrown(thrown) ?? knownCodeOf(thrown);
  return code === undefined || code === name ? name : `${name} (${code})`;
}

/** The code of the system or of SQLite that a message begins with; undefined if it is any other word, which may be a secret. */
export function knownCodeOf(thrown: unknown): string | undefined {
  const message = isError(thrown) ? textOf(thrown, "message") : undefined;
  return message === undefined ? undefined : KNOWN_CODE.exec(message)?.[1];
}

const KNOWN_CODE =
  /^(?:(?:connect|read|write|getaddrinfo) )?(SQLITE_(?:BUSY|CANTOPEN|CONSTRAINT|CORRUPT|ERROR|FULL|IOERR|LOCKED|MISUSE|NOMEM|NOTADB|PERM|READONLY)|E(?:ACCES|ADDRINUSE|AGAIN|BUSY|CONNABORTED|CONNREFUSED|CONNRESET|DQUOT|EXIST|HOSTUNREACH|IO|MFILE|NETUNREACH|NOENT|NOSPC|NOTFOUND|PERM|PIPE|ROFS|TIMEDOUT)|EAI_AGAIN)(?![A-Za-z0-9_])/;

/** What it says, for people who may see foreign messages. */
export function messageOfThrown(thrown: unknown): string {
  if (isError(thrown)) return textOf(thrown, "message") ?? nameOfThrown(thrown);
  return typeof thrown === "string" ? thrown : show(thrown);
}

/** Where it comes from, with a line end; empty if nobody knows. */
export function stackOfThrown(thrown: unknown): string {
  const stack = isError(thrown) ? textOf(thrown, "stack") : undefined;
  return stack === undefined ? "" : `${stack}\n`;
}

/** For a log line: our own words, and of others only the name. */
export function reportOfThrown(thrown: unknown): Readonly<Record<string, unknown>> {
  return isReliabilityError(thrown) ? { code: thrown.code, why: thrown.message } : { error: nameOfThrown(thrown) };
}

/** As an error: itself, or one that says what was thrown in its place. */
export function errorOfThrown(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(messageOfThrown(thrown), { cause: thrown });
}

/** The cause of an error; undefined if it cannot be had. */
export function causeOfThrown(thrown: unknown): unknown {
  try {
    return isError(thrown) ? thrown.cause : undefined;
  } catch {
    return undefined;
  }
}

/** Its code, such as `ECONNREFUSED`, or that of one of its causes; undefined if there is none. */
export function codeOfThrown(thrown: unknown): string | undefined {
  let inner = thrown;
  for (let depth = 0; isError(inner) && depth < DEEPEST_CAUSE; depth += 1) {
    const code = textOf(inner, "code");
    // Five letters and digits are an SQLSTATE.
    if (code !== undefined && /^(?:[A-Z][A-Z0-9_]{2,40}|[0-9A-Z]{5})$/.test(code)) return code;
    // What is no HTTP has a code (`HPE_...`) in the fetch of Node up to 22, and from 24 on only a name.
    if (code === undefined && textOf(inner, "name") === "HTTPParserError") return "HTTP_PARSER_ERROR";
    // All that the fetch of Node says of a port that it does not call.
    if (code === undefined && textOf(inner, "message") === "bad port") return BAD_PORT;
    inner = causeOfThrown(inner);
  }
  return undefined;
}

/** The code of a fetch from a port that is blocked, which is as blocked the next time. */
export const BAD_PORT = "BAD_PORT";

const DEEPEST_CAUSE = 5;

function textOf(thrown: object, property: string): string | undefined {
  try {
    const value: unknown = Reflect.get(thrown, property);
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}
