/** What a commit says to the database. */
import { invalid } from "../../core/errors.ts";
import { claimConflict, versionConflict } from "../../incident/conflicts.ts";
import type { IncidentChange, IncidentClaim } from "../../ports/incident-store.ts";

import { keyText } from "./checks.ts";
import type { Dialect, Row } from "./dialect.ts";
import { failure } from "./failures.ts";
import { changedBy, query, rowsOf, type Script } from "./statements.ts";
import { INCIDENT, type Tables } from "./tables.ts";

/** An incident as a commit left it. */
export interface Committed {
  readonly number: number;
  readonly version: number;
}

type Numbered = IncidentChange & { readonly number: number };

interface Claimed extends IncidentClaim {
  /** The key as it is kept. */
  readonly text: string;
  readonly number: number;
}

/**
 * Makes all of `changes`. Locks are taken in one order by everyone (incidents by number, the numbers, keys by their bytes),
 * so that two commits cannot wait for each other.
 */
export function* commitScript(
  tables: Tables,
  dialect: Dialect,
  changes: readonly IncidentChange[],
): Script<readonly Committed[]> {
  const known = changes.filter(isNumbered);
  if (known.length > 0) yield* changeKnown(tables, dialect, known);
  const numbered = yield* giveNumbers(tables, changes);
  const added = numbered.filter((_, index) => changes[index]?.number === undefined);
  const rows = added.map((change): Row => [...columnsOf(change), change.number]);
  yield* changedBy(dialect.insert(tables.incidents, { ...INCIDENT, number: "whole" }, rows));
  yield* claim(tables, dialect, numbered);

  const events = numbered.flatMap(({ number, expectedVersion, events }) =>
    events.map((event, index): Row => [number, expectedVersion + index + 1, event]),
  );
  const columns = { incident: "whole", seq: "whole", event: "text" } as const;
  yield* changedBy(dialect.insert(tables.events, columns, events));
  return numbered.map(({ number, expectedVersion, events }) => ({ number, version: expectedVersion + events.length }));
}

function* changeKnown(tables: Tables, dialect: Dialect, changes: readonly Numbered[]): Script<void> {
  // An UPDATE of many rows locks them in no order that can be relied on. One row needs no more than the UPDATE itself.
  if (changes.length > 1) yield* checkVersions(tables, dialect, changes);
  if (new Set(changes.map(({ number }) => number)).size < changes.length) {
    throw invalid("changes", "one incident is changed twice; put all that happens to it into one change");
  }
  const rows = changes.map((change): Row => [...columnsOf(change), change.number, change.expectedVersion]);
  const keys = { number: "whole", version: "whole" } as const;
  if ((yield* changedBy(dialect.update(tables.incidents, INCIDENT, keys, rows))) === changes.length) return;
  yield* checkVersions(tables, dialect, changes);
  throw unchanged("incidents were at the versions that were expected");
}

function* checkVersions({ incidents }: Tables, dialect: Dialect, changes: readonly Numbered[]): Script<void> {
  const numbers = changes.map(({ number }) => number);
  const [among, list] = dialect.among("number", "whole", numbers);
  const sql = `SELECT number, version FROM ${incidents} WHERE ${among} ORDER BY number${dialect.forUpdate}`;
  const found = yield* rowsOf(query(sql, list));
  const versions = new Map(found.map(({ number, version }) => [Number(number), Number(version)]));
  for (const { number, expectedVersion } of changes) {
    const actual = versions.get(number);
    if (actual !== expectedVersion) throw versionConflict(number, expectedVersion, actual);
  }
}

/** The numbers after the last one, which nobody else gets: whoever comes next waits here until this commit has ended. */
function* giveNumbers({ numbers }: Tables, changes: readonly IncidentChange[]): Script<readonly Numbered[]> {
  const count = changes.filter((change) => !isNumbered(change)).length;
  if (count === 0) return changes as readonly Numbered[];
  const sql = `UPDATE ${numbers} SET last = last + ? WHERE name = 'incident' RETURNING last`;
  const [row] = yield* rowsOf(query(sql, count));
  let next = Number(row?.last) - count;
  return changes.map((change) => (isNumbered(change) ? change : { ...change, number: (next += 1) }));
}

function* claim(tables: Tables, dialect: Dialect, changes: readonly Numbered[]): Script<void> {
  const claimed = changes
    .flatMap(({ number, claims = [] }) => claims.map((claim) => ({ ...claim, text: keyText(claim.key), number })))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
  const moved = claimed.filter(({ from }) => from !== undefined);
  const fresh = claimed.filter(({ from }) => from === undefined);
  yield* moveKeys(tables, dialect, moved);
  yield* addKeys(tables, dialect, fresh);
}

function* moveKeys({ claims }: Tables, dialect: Dialect, moved: readonly Claimed[]): Script<void> {
  if (moved.length === 0) return;
  const holders = yield* holdersOf(claims, dialect, moved);
  for (const { key, text, from } of moved) {
    if (holders.get(text) !== from) throw claimConflict(key, from, holders.get(text));
  }
  const rows = moved.map(({ text, from, number }): Row => [number, text, from]);
  const changed = yield* changedBy(
    dialect.update(claims, { incident: "whole" }, { key: "text", incident: "whole" }, rows),
  );
  if (changed !== moved.length) throw unchanged("keys led where they were expected to");
}

function* addKeys({ claims }: Tables, dialect: Dialect, fresh: readonly Claimed[]): Script<void> {
  const rows = fresh.map(({ text, number }): Row => [text, number]);
  const added = new Set<unknown>();
  for (const statement of dialect.insertUnlessThere(claims, { key: "text", incident: "whole" }, rows)) {
    for (const { key } of yield* rowsOf(statement)) added.add(key);
  }
  const taken = fresh.find(({ text }) => !added.has(text));
  if (taken === undefined) return;
  const holders = yield* holdersOf(claims, dialect, [taken]);
  throw claimConflict(taken.key, undefined, holders.get(taken.text));
}

function* holdersOf(claims: string, dialect: Dialect, some: readonly Claimed[]): Script<ReadonlyMap<unknown, number>> {
  const [among, keys] = dialect.among(
    "key",
    "text",
    some.map(({ text }) => text),
  );
  const sql = `SELECT key, incident FROM ${claims} WHERE ${among} ORDER BY key${dialect.forUpdate}`;
  return new Map((yield* rowsOf(query(sql, keys))).map(({ key, incident }) => [key, Number(incident)]));
}

/** A trigger or a rule of somebody else's, say. */
function unchanged(why: string): Error {
  return failure("commit", { code: undefined, why: `${why}, and could not be changed`, retryable: false });
}

function isNumbered(change: IncidentChange): change is Numbered {
  return change.number !== undefined;
}

function columnsOf({ expectedVersion, events, open, dueAt, summary }: IncidentChange): Row {
  return [expectedVersion + events.length, open, dueAt, summary];
}
