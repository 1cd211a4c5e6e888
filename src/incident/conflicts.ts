/** How a store says that somebody else was first. */
import { ConflictError } from "../core/errors.ts";

/** Somebody else has written to the incident. */
export function versionConflict(
  number: number | undefined,
  expected: number,
  actual: number | undefined,
): ConflictError {
  const which = number === undefined ? "a new incident" : `incident ${String(number)}`;
  const found = actual === undefined ? "another one" : String(actual);
  return new ConflictError(`${which} was expected at version ${String(expected)} and is at ${found}`, {
    context: { number, expectedVersion: expected, actualVersion: actual },
  });
}

/** Somebody else has claimed the key. */
export function claimConflict(key: string, expected: number | undefined, holder: number | undefined): ConflictError {
  const name = (number: number | undefined): string =>
    number === undefined ? "no incident" : `incident ${String(number)}`;
  return new ConflictError(`the key was expected to lead to ${name(expected)} and leads to ${name(holder)}`, {
    context: { key, expected, holder },
  });
}
