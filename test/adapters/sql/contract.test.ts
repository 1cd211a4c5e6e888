import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Database from "libsql";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { SqlIncidentStore, type SqliteDatabase } from "../../../src/adapters/sql/index.ts";
import { incidentStoreContract } from "../../../src/testing/index.ts";
import { startPostgresql, type Postgresql } from "../../support/postgresql.ts";
import { describeWithService } from "../../support/services.ts";

type Opener = (file: string) => SqliteDatabase & { close(): unknown };

const DRIVERS: Record<string, Opener> = { libsql: (file) => new Database(file) };
// Node has one of its own from 22.13 on, and says that it is experimental when it is loaded: here that is no news.
const { emitWarning } = process;
process.emitWarning = () => undefined;
const builtin = process.getBuiltinModule("node:sqlite" as "node:fs") as unknown as
  { DatabaseSync: new (file: string) => ReturnType<Opener> } | undefined;
process.emitWarning = emitWarning;
if (builtin !== undefined) DRIVERS["node:sqlite"] = (file) => new builtin.DatabaseSync(file);

describe.each(Object.entries(DRIVERS))("an incident store on files of SQLite by %s", (_, open) => {
  const folder = mkdtempSync(join(tmpdir(), "nines-sql-"));
  const opened: ReturnType<Opener>[] = [];
  afterAll(() => {
    for (const database of opened) database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const cases = incidentStoreContract(() => {
    const database = open(join(folder, `${String(opened.length)}.db`));
    opened.push(database);
    return SqlIncidentStore.open({ sqlite: database });
  });
  it.each(cases.map(({ name, check }) => [name, check] as const))("%s", (__, check) => check());
});

describeWithService(["initdb", "postgres"], "an incident store on PostgreSQL", ({ initdb = "", postgres = "" }) => {
  let server: Postgresql;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgresql({ initdb, postgres }, { fsync: "off" });
    pool = new pg.Pool({ ...server.connection, max: 20 });
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  let stores = 0;
  const cases = incidentStoreContract(() =>
    SqlIncidentStore.open({ postgres: pool, prefix: `t${String((stores += 1))}_` }),
  );
  it.each(cases.map(({ name, check }) => [name, check] as const))("%s", async (_, check) => {
    await check();
    // Each connection was given back.
    expect(pool.idleCount).toBe(pool.totalCount);
  });
});
