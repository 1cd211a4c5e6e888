/** What the store says when a database does not do what it was asked. */
import { AdapterError } from "../../core/errors.ts";

/** What is known of a database's error. */
export interface Trouble {
  /** SQLSTATE, SQLite's name of it, or the system's code; undefined if there is none. */
  readonly code: string | undefined;
  /** In words of ours: the database's own may hold values, names of hosts or of users. */
  readonly why: string;
  readonly retryable: boolean;
}

/** Codes after which the same transaction is tried again at once. */
const IN_THE_WAY = new Set(["40001", "40P01", "SQLITE_BUSY", "SQLITE_LOCKED"]);

/** The error for the caller. It has no `cause`, for what that may hold. */
export function failure(operation: string, { code, why, retryable }: Trouble): AdapterError {
  const message = code === undefined ? why : `${why} (${code})`;
  return new AdapterError(message, { adapter: "sql store", operation, retryable, context: { code } });
}

/** The error of a COMMIT that may have been done. */
export function unknownOutcome(operation: string, { code }: Trouble): AdapterError {
  const known = code === undefined ? "" : ` (${code})`;
  return new AdapterError(`whether it was kept is not known: there was no answer to COMMIT${known}`, {
    adapter: "sql store",
    operation,
    retryable: true,
    context: { code, outcome: "unknown" },
  });
}

/** Whether `error` is a {@link failure} because others were in the way. */
export function isInTheWay(error: unknown): boolean {
  if (!(error instanceof AdapterError)) return false;
  const { code, outcome } = error.context;
  return outcome === undefined && typeof code === "string" && IN_THE_WAY.has(code);
}

/** The property of an error, where it is a text or a number. */
export function propertyOf(error: unknown, name: string): string | number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}
