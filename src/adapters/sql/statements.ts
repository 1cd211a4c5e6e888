/** What the store says to a database, without saying it: scripts that yield statements and are given the answers. */

/** One statement; a `?` stands for each value. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Whether it answers with rows; some drivers have another method for those that do. */
  readonly returns: boolean;
}

/** What a database answered. */
export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** How many rows it changed. */
  readonly changed: number;
}

/**
 * The statements of one transaction. As a generator it can be driven with waiting between the statements, and without: a
 * synchronous driver must not wait, since whoever else has its connection would get into the transaction.
 */
export type Script<T> = Generator<Statement, T, Answer>;

/** A statement that answers with rows. */
export function query(sql: string, ...values: readonly unknown[]): Statement {
  return { sql, values, returns: true };
}

/** A statement that answers with how many rows it changed. */
export function change(sql: string, ...values: readonly unknown[]): Statement {
  return { sql, values, returns: false };
}

/** The rows that `statement` answers with. */
export function* rowsOf(statement: Statement): Script<Answer["rows"]> {
  return (yield statement).rows;
}

/** How many rows `statements` change together. */
export function* changedBy(statements: Iterable<Statement>): Script<number> {
  let changed = 0;
  for (const statement of statements) changed += (yield statement).changed;
  return changed;
}
