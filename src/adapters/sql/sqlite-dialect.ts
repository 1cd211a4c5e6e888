/** What is said to SQLite: a statement a row, since there is no way to go. */
import type { Columns, Dialect, Row } from "./dialect.ts";
import { change, query, type Statement } from "./statements.ts";

/** SQLite's way of saying things. */
export const sqliteDialect: Dialect = {
  types: { whole: "INTEGER", number: "REAL", text: "TEXT", flag: "INTEGER" },
  // Each transaction has the only lock that there is, from its beginning.
  forUpdate: "",
  lockSchema: () => [],
  hasTable: (table) => query("SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = ?", table),
  among: (column, _type, values) => [`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(values)],
  insert: (table, columns, rows) => each(insertion(table, columns), rows),
  insertUnlessThere(table, columns, rows) {
    const [key = ""] = Object.keys(columns);
    const sql = `${insertion(table, columns)} ON CONFLICT DO NOTHING RETURNING ${key}`;
    return each(sql, rows).map((statement) => ({ ...statement, returns: true }));
  },
  update(table, columns, keys, rows) {
    const equals = (names: Columns): string[] => Object.keys(names).map((name) => `${name} = ?`);
    return each(`UPDATE ${table} SET ${equals(columns).join(", ")} WHERE ${equals(keys).join(" AND ")}`, rows);
  },
};

function insertion(table: string, columns: Columns): string {
  const names = Object.keys(columns);
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
}

function each(sql: string, rows: readonly Row[]): readonly Statement[] {
  return rows.map((row) => change(sql, ...row.map(valueOf)));
}

function valueOf(value: Row[number]): string | number | null {
  return typeof value === "boolean" ? Number(value) : (value ?? null);
}
