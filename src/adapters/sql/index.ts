/** Incidents in PostgreSQL and SQLite. */
export { SqlIncidentStore, type SqlIncidentStoreOptions } from "./incident-store.ts";
export type { PostgresClient, PostgresPool } from "./postgres-database.ts";
export type { SqliteDatabase, SqliteStatement } from "./sqlite-database.ts";
