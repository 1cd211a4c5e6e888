/** Runs scripts on SQLite, each from BEGIN to COMMIT without letting anybody else have a turn. */
import { AdapterError, isReliabilityError, show } from "../../core/errors.ts";

import { attempts } from "./attempts.ts";
import type { Dialect, SqlDatabase } from "./dialect.ts";
import { failure, isInTheWay, unknownOutcome } from "./failures.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { mayBeKept, sqliteTrouble } from "./sqlite-trouble.ts";
import type { Answer, Script, Statement } from "./statements.ts";

/** The part of a prepared statement that is needed. */
export interface SqliteStatement {
  /** Runs a statement that answers with no rows. */
  run(...values: unknown[]): { readonly changes: number | bigint };
  /** All rows of one that does. */
  all(...values: unknown[]): unknown[];
}

/** The part of a `better-sqlite3` database that is needed; that of `libsql` and of `node:sqlite` have it too. */
export interface SqliteDatabase {
  /** Runs statements without values. */
  exec(sql: string): unknown;
  /** Prepares one statement, whose values are `?`. */
  prepare(sql: string): SqliteStatement;
}

/** With pauses of up to 0.1 s in between, some seconds. */
const MOST_ATTEMPTS = 100;

/**
 * A little waiting within SQLite, which holds up the whole process, covers most of what others do; the rest is waited for
 * outside. `fullfsync` matters on macOS alone, where a disk may otherwise say that it wrote what it has not.
 */
const SETTINGS = "PRAGMA busy_timeout = 20; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1";

/** Statements are kept; their texts are few. */
const MOST_PREPARED = 100;

/** SQLite through a synchronous driver. */
export class SqliteConnection implements SqlDatabase {
  readonly dialect: Dialect = sqliteDialect;
  readonly #database: SqliteDatabase;
  readonly #prepared = new Map<string, SqliteStatement>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /**
   * Sees to it that what was committed is on the disk.
   *
   * @throws {@link AdapterError} if that cannot be had
   */
  async makeDurable(signal?: AbortSignal): Promise<void> {
    const { mode, synchronous } = await this.#attempts(signal, () => this.#guarded("open", () => this.#settings()));
    if ((mode === "wal" || mode === "memory") && synchronous >= 2) return;
    const found = `journal_mode is ${show(mode)} and synchronous ${String(synchronous)}`;
    throw new AdapterError(`what was committed could be lost: ${found}; "wal" and 2 are needed`, {
      adapter: "sql store",
      operation: "open",
      retryable: false,
    });
  }

  transaction<T>(operation: string, script: () => Script<T>, signal?: AbortSignal): Promise<T> {
    return this.#attempts(signal, () => this.#once(operation, script));
  }

  read(operation: string, statement: Statement, signal?: AbortSignal): Promise<Answer["rows"]> {
    return this.#attempts(signal, () => this.#guarded(operation, () => this.#ask(statement).rows));
  }

  #attempts<T>(signal: AbortSignal | undefined, attempt: () => T): Promise<T> {
    return attempts(attempt, { most: MOST_ATTEMPTS, again: isInTheWay, signal });
  }

  #once<T>(operation: string, script: () => Script<T>): T {
    // IMMEDIATE takes the lock to write at once: one that is got later cannot be waited for.
    this.#guarded(operation, () => this.#database.exec("BEGIN IMMEDIATE"));
    try {
      const result = this.#guarded(operation, () => {
        const steps = script();
        let step = steps.next();
        while (step.done !== true) step = steps.next(this.#ask(step.value));
        return step.value;
      });
      this.#commit(operation);
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #commit(operation: string): void {
    try {
      this.#database.exec("COMMIT");
    } catch (error) {
      const trouble = sqliteTrouble(error);
      throw mayBeKept(error) ? unknownOutcome(operation, trouble) : failure(operation, trouble);
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // After some errors SQLite has rolled back by itself; if it has not, the next BEGIN says so.
    }
  }

  #ask({ sql, values, returns }: Statement): Answer {
    const statement = this.#prepare(sql);
    if (returns) return { rows: statement.all(...values) as Answer["rows"], changed: 0 };
    return { rows: [], changed: Number(statement.run(...values).changes) };
  }

  #prepare(sql: string): SqliteStatement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    if (this.#prepared.size < MOST_PREPARED) this.#prepared.set(sql, statement);
    return statement;
  }

  #settings(): { mode: unknown; synchronous: number } {
    this.#database.exec(SETTINGS);
    const file = this.#pragma("database_list", "file");
    const isOnDisk = file !== "" && file !== null;
    if (isOnDisk && this.#pragma("journal_mode") !== "wal") this.#database.exec("PRAGMA journal_mode = WAL");
    return { mode: this.#pragma("journal_mode"), synchronous: Number(this.#pragma("synchronous")) };
  }

  #pragma(name: string, column: string = name): unknown {
    const [row] = this.#database.prepare(`PRAGMA ${name}`).all() as Record<string, unknown>[];
    return row?.[column];
  }

  #guarded<T>(operation: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw isReliabilityError(error) ? error : failure(operation, sqliteTrouble(error));
    }
  }
}
