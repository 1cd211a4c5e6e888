/** Where the two databases differ in what is said to them. */
import type { Answer, Script, Statement } from "./statements.ts";

/** What a column holds. */
export type ColumnType = "whole" | "number" | "text" | "flag";

/** Columns by name. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** Values in the order of the columns. */
export type Row = readonly (string | number | boolean | undefined)[];

/** One database's way of saying things. */
export interface Dialect {
  /** Types as `CREATE TABLE` takes them. */
  readonly types: Readonly<Record<ColumnType, string>>;
  /** What follows a query whose rows nobody else may change until the transaction ends. */
  readonly forUpdate: string;
  /** Keeps others from changing the tables of `prefix` until the transaction ends. */
  lockSchema(prefix: string): readonly Statement[];
  /** Answers with one row if there is such a table. */
  hasTable(table: string): Statement;
  /** The condition that `column` has one of `values`, and what stands for its `?`. */
  among(column: string, type: "whole" | "text", values: readonly (string | number)[]): readonly [string, unknown];
  /** Adds rows. */
  insert(table: string, columns: Columns, rows: readonly Row[]): readonly Statement[];
  /** Adds those rows that are not there yet, and answers with their keys, which are in the first column. */
  insertUnlessThere(table: string, columns: Columns, rows: readonly Row[]): readonly Statement[];
  /** Sets `columns` in the rows that have the values of `keys`; each row has the former's values and then the latter's. */
  update(table: string, columns: Columns, keys: Columns, rows: readonly Row[]): readonly Statement[];
}

/** Does what a script says, in one transaction, and a statement on its own. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  /** Runs `script` from its beginning, and again if the database could not do it at this moment. */
  transaction<T>(operation: string, script: () => Script<T>, signal?: AbortSignal): Promise<T>;
  /** Rows that `statement` answers with. */
  read(operation: string, statement: Statement, signal?: AbortSignal): Promise<Answer["rows"]>;
}
