/** Incidents in tables. */
import { invalid } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { IncidentChange, IncidentPage, IncidentRow, IncidentStore } from "../../ports/incident-store.ts";
import type { CallOptions } from "../../ports/store.ts";

import { checkChanges, checkKey, checkLimit, checkWhole, keyText } from "./checks.ts";
import { commitScript } from "./commit.ts";
import type { SqlDatabase } from "./dialect.ts";
import { PostgresDatabase, type PostgresPool } from "./postgres-database.ts";
import { SqliteConnection, type SqliteDatabase } from "./sqlite-database.ts";
import { query } from "./statements.ts";
import { isCurrent, migrate, schemaVersion, tablesOf, type Tables } from "./tables.ts";

/** Where the tables are: one of `postgres` and `sqlite`. */
export interface SqlIncidentStoreOptions extends CallOptions {
  /** A Pool of `pg`. It stays yours: the store does not end it. */
  readonly postgres?: PostgresPool;
  /** A database of `better-sqlite3`, `libsql` or `node:sqlite` that nothing else uses. The store does not close it. */
  readonly sqlite?: SqliteDatabase;
  /** What the names of the tables begin with; `nines_` unless told. */
  readonly prefix?: string;
}

/**
 * Keeps incidents in PostgreSQL or SQLite, and makes its tables itself. Any number of processes may share them.
 *
 * @example
 * ```ts
 * import Database from "libsql";
 * import { IncidentManager } from "nines";
 * import { SqlIncidentStore } from "nines/sql";
 *
 * const database = new Database(":memory:");
 * const incidents = new IncidentManager({ store: await SqlIncidentStore.open({ sqlite: database }) });
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann" });
 * if (id !== "INC-0001") throw new Error(id);
 * database.close();
 * ```
 */
export class SqlIncidentStore implements IncidentStore {
  readonly #database: SqlDatabase;
  readonly #tables: Tables;

  private constructor(database: SqlDatabase, tables: Tables) {
    // Who has no compiler cannot see that this is private.
    if ((tables as unknown) === undefined)
      throw invalid([], "write `await SqlIncidentStore.open(options)` instead of `new`");
    this.#database = database;
    this.#tables = tables;
  }

  /**
   * A store on tables that are there, or are made now. Several processes may do so at once.
   *
   * Rejects with a `ConfigurationError` if the options are none, and with an `AdapterError` if the database
   * cannot be reached, cannot keep what was committed, or has tables of a later version of nines.
   */
  static async open(options: SqlIncidentStoreOptions): Promise<SqlIncidentStore> {
    checkOptions(options, "SqlIncidentStore.open", ["postgres", "sqlite", "prefix", "signal"]);
    const { postgres, sqlite, prefix = "nines_", signal } = options;
    const tables = tablesOf(prefix);
    const database = await connected(postgres, sqlite, signal);
    const version = await database.transaction("open", () => schemaVersion(tables, database.dialect), signal);
    if (!isCurrent(version, tables, database.dialect)) {
      await database.transaction("make its tables", () => migrate(tables, database.dialect), signal);
    }
    return new SqlIncidentStore(database, tables);
  }

  async commit(
    changes: readonly IncidentChange[],
    options: CallOptions = {},
  ): Promise<readonly { readonly number: number; readonly version: number }[]> {
    options.signal?.throwIfAborted();
    checkChanges(changes);
    if (changes.length === 0) return [];
    const { dialect } = this.#database;
    const script = (): ReturnType<typeof commitScript> => commitScript(this.#tables, dialect, changes);
    return this.#database.transaction("commit", script, options.signal);
  }

  async read(number: number, options: CallOptions & { readonly after?: number } = {}): Promise<readonly string[]> {
    const { after = 0, signal } = options;
    checkWhole("number", number, 0);
    checkWhole("after", after, 0);
    const sql = `SELECT event FROM ${this.#tables.events} WHERE incident = ? AND seq > ? ORDER BY seq`;
    const rows = await this.#database.read("read", query(sql, number, after), signal);
    return rows.map(({ event }) => event as string);
  }

  async rows({ limit, newestFirst = false, beyond, open, signal }: IncidentPage): Promise<readonly IncidentRow[]> {
    checkLimit(limit);
    const conditions: string[] = [];
    const values: number[] = [];
    if (open !== undefined) conditions.push(`open = ${open ? "TRUE" : "FALSE"}`);
    if (beyond !== undefined) {
      checkWhole("beyond", beyond, 0);
      conditions.push(`number ${newestFirst ? "<" : ">"} ?`);
      values.push(beyond);
    }
    const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const order = `ORDER BY number ${newestFirst ? "DESC" : "ASC"} LIMIT ?`;
    const sql = `SELECT number, version, open, due_at, summary FROM ${this.#tables.incidents} ${where} ${order}`;
    const rows = await this.#database.read("list", query(sql, ...values, limit), signal);
    return rows.map(({ number, version, open: isOpen, due_at: dueAt, summary }) => ({
      number: Number(number),
      version: Number(version),
      open: Number(isOpen) === 1,
      ...(dueAt === null ? {} : { dueAt: Number(dueAt) }),
      summary: summary as string,
    }));
  }

  async due(at: number, limit: number, options: CallOptions = {}): Promise<readonly number[]> {
    checkWhole("limit", limit, 1);
    if (typeof at !== "number" || Number.isNaN(at)) throw invalid("at", "is not a time in epoch milliseconds");
    const sql = `SELECT number FROM ${this.#tables.incidents} WHERE due_at <= ? ORDER BY due_at, number LIMIT ?`;
    const rows = await this.#database.read("list", query(sql, at, limit), options.signal);
    return rows.map(({ number }) => Number(number));
  }

  async holderOf(key: string, options: CallOptions = {}): Promise<number | undefined> {
    checkKey(key);
    const sql = `SELECT incident FROM ${this.#tables.claims} WHERE key = ?`;
    const [row] = await this.#database.read("read", query(sql, keyText(key)), options.signal);
    return row === undefined ? undefined : Number(row.incident);
  }
}

async function connected(
  postgres: PostgresPool | undefined,
  sqlite: SqliteDatabase | undefined,
  signal: AbortSignal | undefined,
): Promise<SqlDatabase> {
  if ((postgres === undefined) === (sqlite === undefined)) {
    const given = postgres === undefined ? "neither" : "both";
    throw invalid([], `SqlIncidentStore.open was given ${given} of postgres and sqlite; it needs one of them`);
  }
  if (postgres !== undefined) {
    checkMethods(postgres, "postgres", ["connect"]);
    const database = new PostgresDatabase(postgres);
    await database.checkEncoding(signal);
    return database;
  }
  checkMethods(sqlite, "sqlite", ["exec", "prepare"]);
  const database = new SqliteConnection(sqlite as SqliteDatabase);
  await database.makeDurable(signal);
  return database;
}
