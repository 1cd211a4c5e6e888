import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Database from "libsql";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SqlIncidentStore } from "../../../src/adapters/sql/index.ts";
import type { IncidentStore } from "../../../src/ports/incident-store.ts";
import { runIncidentModel } from "../../support/incident-model.ts";
import { startPostgresql, type Postgresql } from "../../support/postgresql.ts";
import { describeWithService } from "../../support/services.ts";

async function agrees(create: () => Promise<IncidentStore>): Promise<void> {
  const figures = await runIncidentModel(create, { runs: 15, seed: 20261122, commands: 40 });
  expect(figures.runs).toBe(15);
  expect(figures.accepted).toBeGreaterThan(50);
  expect(figures.races).toBeGreaterThan(2);
}

describe("two managers over one store on SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "nines-sql-model-"));
  const databases: InstanceType<typeof Database>[] = [];
  afterAll(() => {
    for (const database of databases) database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("do what the model says", { timeout: 60_000 }, async () => {
    await agrees(() => {
      const database = new Database(join(folder, `${String(databases.length)}.db`));
      databases.push(database);
      return SqlIncidentStore.open({ sqlite: database });
    });
  });
});

describeWithService(["initdb", "postgres"], "two managers over one store on PostgreSQL", (paths) => {
  let server: Postgresql;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgresql({ initdb: paths.initdb ?? "", postgres: paths.postgres ?? "" }, { fsync: "off" });
    pool = new pg.Pool(server.connection);
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  test("do what the model says", { timeout: 60_000 }, async () => {
    let made = 0;
    await agrees(() => SqlIncidentStore.open({ postgres: pool, prefix: `model${String((made += 1))}_` }));
  });
});
