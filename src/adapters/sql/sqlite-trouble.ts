/** Reading what SQLite and its drivers say: https://www.sqlite.org/rescode.html */
import { propertyOf, type Trouble } from "./failures.ts";

/** Primary result codes that a store can meet; the numbers are for drivers that tell nothing else. */
const MEANINGS: readonly (readonly [number: number, code: string, why: string, retryable: boolean])[] = [
  [3, "SQLITE_PERM", "the file may not be opened", false],
  [5, "SQLITE_BUSY", "another connection held the lock for too long", true],
  [6, "SQLITE_LOCKED", "another connection held the lock for too long", true],
  [7, "SQLITE_NOMEM", "there is no memory left", true],
  [8, "SQLITE_READONLY", "the file may only be read", false],
  [9, "SQLITE_INTERRUPT", "it was interrupted", true],
  [10, "SQLITE_IOERR", "the disk failed", true],
  [11, "SQLITE_CORRUPT", "the file is damaged", false],
  [13, "SQLITE_FULL", "the disk is full", true],
  [14, "SQLITE_CANTOPEN", "the file cannot be opened", false],
  [18, "SQLITE_TOOBIG", "a text is too long", false],
  [19, "SQLITE_CONSTRAINT", "the tables do not hold what they must", false],
  [26, "SQLITE_NOTADB", "the file is no database", false],
];

/** Says in our words what `error` tells. */
export function sqliteTrouble(error: unknown): Trouble {
  const code = propertyOf(error, "code");
  // better-sqlite3 and libsql name the extended code, such as SQLITE_BUSY_SNAPSHOT; node:sqlite gives its number.
  const name = typeof code === "string" && /^SQLITE_\w{1,40}$/.test(code) ? code : undefined;
  const number = Number(propertyOf(error, "errcode") ?? NaN) & 0xff;
  const found = MEANINGS.find(([primary, known]) =>
    name === undefined ? primary === number : name === known || name.startsWith(`${known}_`),
  );
  if (found !== undefined) return { code: found[1], why: found[2], retryable: found[3] };
  const why = isClosed(error) ? "the connection is not open" : "the database refused";
  return { code: name, why, retryable: false };
}

/** What node:sqlite, better-sqlite3 and libsql say of a connection that was closed; none of them has a code of its own for it. */
function isClosed(error: unknown): boolean {
  return /^(?:The )?database (?:connection )?is not open$/i.test(String(propertyOf(error, "message")));
}

/** Whether a COMMIT that was answered with `error` may have reached the disk all the same. */
export function mayBeKept(error: unknown): boolean {
  return sqliteTrouble(error).code === "SQLITE_IOERR";
}
