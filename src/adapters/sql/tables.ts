/** The tables: their names, what is in them, and how they came to be as they are. */
import { AdapterError, invalid, show } from "../../core/errors.ts";

import type { Columns, Dialect } from "./dialect.ts";
import { changedBy, change, query, rowsOf, type Script } from "./statements.ts";

/** Names of the tables. */
export interface Tables {
  readonly prefix: string;
  readonly versions: string;
  readonly numbers: string;
  readonly incidents: string;
  readonly events: string;
  readonly claims: string;
}

/** The columns of an incident beside its number. */
export const INCIDENT: Columns = { version: "whole", open: "flag", due_at: "number", summary: "text" };

/** The names that begin with `prefix`. @throws {@link ConfigurationError} if it is none */
export function tablesOf(prefix: unknown): Tables {
  // It becomes part of every statement, so it is a plain word, and short: PostgreSQL cuts names at 63 bytes.
  if (typeof prefix !== "string" || !/^[a-z_][a-z0-9_]{0,29}$/.test(prefix)) {
    const allowed = "1 to 30 small letters, digits and underscores, with no digit in front";
    throw invalid("prefix", `${show(prefix)} cannot begin the name of a table; allowed: ${allowed}`);
  }
  return {
    prefix,
    versions: `${prefix}schema_version`,
    numbers: `${prefix}incident_numbers`,
    incidents: `${prefix}incidents`,
    events: `${prefix}incident_events`,
    claims: `${prefix}incident_claims`,
  };
}

/** Each is made once, in this order, and never changed afterwards: what has to change is another one at the end. */
function migrations({ numbers, incidents, events, claims }: Tables, { types }: Dialect): readonly string[][] {
  const { whole, number, text, flag } = types;
  return [
    [
      `CREATE TABLE ${numbers} (name ${text} PRIMARY KEY, last ${whole} NOT NULL)`,
      `INSERT INTO ${numbers} (name, last) VALUES ('incident', 0)`,
      `CREATE TABLE ${incidents} (number ${whole} PRIMARY KEY, version ${whole} NOT NULL,
        open ${flag} NOT NULL, due_at ${number}, summary ${text} NOT NULL)`,
      `CREATE INDEX ${incidents}_by_open ON ${incidents} (open, number)`,
      `CREATE INDEX ${incidents}_by_due_at ON ${incidents} (due_at, number) WHERE due_at IS NOT NULL`,
      `CREATE TABLE ${events} (incident ${whole} NOT NULL, seq ${whole} NOT NULL, event ${text} NOT NULL,
        PRIMARY KEY (incident, seq))`,
      `CREATE TABLE ${claims} (key ${text} PRIMARY KEY, incident ${whole} NOT NULL)`,
    ],
  ];
}

/** How many migrations the tables have seen. */
export function* schemaVersion(tables: Tables, dialect: Dialect): Script<number> {
  const found = yield* rowsOf(dialect.hasTable(tables.versions));
  return found.length === 0 ? 0 : yield* latest(tables);
}

/** Whether the tables are as they must be. @throws {@link AdapterError} if they are of a later time than this code */
export function isCurrent(version: number, tables: Tables, dialect: Dialect): boolean {
  const known = migrations(tables, dialect).length;
  if (version <= known) return version === known;
  throw new AdapterError(
    `its tables ${tables.prefix}* have version ${String(version)}, and this nines knows up to ${String(known)}; upgrade nines`,
    { adapter: "sql store", operation: "open", retryable: false, context: { version, known } },
  );
}

/** Brings the tables to where they must be, unless somebody else just did. */
export function* migrate(tables: Tables, dialect: Dialect): Script<void> {
  for (const statement of dialect.lockSchema(tables.prefix)) yield statement;
  // Not asked by the table's name whether it is there: PostgreSQL may still remember from before the lock that it is not.
  yield change(`CREATE TABLE IF NOT EXISTS ${tables.versions} (version ${dialect.types.whole} PRIMARY KEY)`);
  const reached = yield* latest(tables);
  if (isCurrent(reached, tables, dialect)) return;
  for (const [index, statements] of migrations(tables, dialect).entries()) {
    if (index < reached) continue;
    for (const sql of statements) yield change(sql);
    yield* changedBy(dialect.insert(tables.versions, { version: "whole" }, [[index + 1]]));
  }
}

function* latest({ versions }: Tables): Script<number> {
  const [row] = yield* rowsOf(query(`SELECT max(version) AS version FROM ${versions}`));
  return Number(row?.version ?? 0);
}
