/** What is said to PostgreSQL: many rows in a statement, since each one is a way there and back. */
import type { ColumnType, Columns, Dialect, Row } from "./dialect.ts";
import { change, query, type Statement } from "./statements.ts";

const TYPES: Readonly<Record<ColumnType, string>> = {
  whole: "bigint",
  number: "double precision",
  text: "text",
  flag: "boolean",
};
const MOST_ROWS = 5_000;
/** A message to PostgreSQL can have a gigabyte; this is far below it, and far above what a commit has. */
const MOST_CHARACTERS = 16_000_000;

/** PostgreSQL's way of saying things. */
export const postgresDialect: Dialect = {
  // Keys are compared by their bytes: the same everywhere, whatever the database's language is.
  types: { ...TYPES, text: 'text COLLATE "C"' },
  forUpdate: " FOR UPDATE",
  lockSchema: (prefix) => [query("SELECT pg_advisory_xact_lock(hashtext('nines'), hashtext(?))", prefix)],
  hasTable: (table) => query("SELECT 1 AS one WHERE to_regclass(?) IS NOT NULL", table),
  among: (column, type, values) => [`${column} = ANY(?::${TYPES[type]}[])`, values],
  insert: (table, columns, rows) => inChunks(insertion(table, columns), rows),
  insertUnlessThere(table, columns, rows) {
    const [key = ""] = Object.keys(columns);
    const sql = `${insertion(table, columns)} ON CONFLICT DO NOTHING RETURNING ${key}`;
    return inChunks(sql, rows).map((statement) => ({ ...statement, returns: true }));
  },
  update(table, columns, keys, rows) {
    const named = (prefix: string, names: Columns): [string, ColumnType][] =>
      Object.entries(names).map(([name, type]) => [`${prefix}_${name}`, type]);
    const given = Object.fromEntries([...named("new", columns), ...named("is", keys)]);
    const sets = Object.keys(columns).map((name) => `${name} = new_${name}`);
    const conditions = Object.keys(keys).map((name) => `${name} = is_${name}`);
    const from = `${unnest(given)} AS given (${Object.keys(given).join(", ")})`;
    return inChunks(`UPDATE ${table} SET ${sets.join(", ")} FROM ${from} WHERE ${conditions.join(" AND ")}`, rows);
  },
};

function insertion(table: string, columns: Columns): string {
  return `INSERT INTO ${table} (${Object.keys(columns).join(", ")}) SELECT * FROM ${unnest(columns)}`;
}

function unnest(columns: Columns): string {
  return `unnest(${Object.values(columns)
    .map((type) => `?::${TYPES[type]}[]`)
    .join(", ")})`;
}

/** A statement for each so many rows, whose values are its columns. */
function inChunks(sql: string, rows: readonly Row[]): readonly Statement[] {
  const statements: Statement[] = [];
  let chunk: Row[] = [];
  let characters = 0;
  const close = (): void => {
    const columns = (chunk[0] ?? []).map((_, index) => chunk.map((row) => row[index] ?? null));
    statements.push(change(sql, ...columns));
    chunk = [];
    characters = 0;
  };
  for (const row of rows) {
    const size = row.reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 0), 0);
    if (chunk.length === MOST_ROWS || (chunk.length > 0 && characters + size > MOST_CHARACTERS)) close();
    chunk.push(row);
    characters += size;
  }
  if (chunk.length > 0) close();
  return statements;
}
