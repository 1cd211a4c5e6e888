import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { SqlIncidentStore, type SqliteDatabase } from "../../../src/adapters/sql/index.ts";
import { changed, rejection } from "./support.ts";

let folder = "";
let file = "";
const databases: Database.Database[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nines-sqlite-"));
  file = join(folder, "incidents.db");
});
afterEach(() => {
  for (const database of databases.splice(0)) database.close();
  rmSync(folder, { recursive: true, force: true });
});

function connection(path: string = file): Database.Database {
  const database = new Database(path);
  databases.push(database);
  return database;
}

/** `database`, which first runs into what `trap` throws for a statement. */
function trapped(database: SqliteDatabase, trap: (sql: string) => void): SqliteDatabase {
  return {
    exec: (sql) => {
      trap(sql);
      return database.exec(sql);
    },
    prepare: (sql) => {
      const statement = database.prepare(sql);
      const met = <T>(answer: () => T): T => {
        trap(sql);
        return answer();
      };
      return {
        run: (...values) => met(() => statement.run(...values)),
        all: (...values) => met(() => statement.all(...values)),
      };
    },
  };
}

function sqliteError(code: string): Error {
  return Object.assign(new Error("hunter2 in /srv/ann/incidents.db"), { code });
}

const pragma = (database: SqliteDatabase, name: string): unknown =>
  Object.values(database.prepare(`PRAGMA ${name}`).all()[0] as object)[0];

describe("a store on a file of SQLite", () => {
  it("sees to it that what was committed is on the disk, whatever the driver's defaults are", async () => {
    const database = connection();
    database.exec("PRAGMA synchronous = OFF");
    await SqlIncidentStore.open({ sqlite: database });
    expect([pragma(database, "journal_mode"), pragma(database, "synchronous")]).toEqual(["wal", 2]);
  });

  it("refuses a database whose commits could be lost", async () => {
    const database = connection();
    const stubborn = trapped(database, () => undefined);
    const deaf = { ...stubborn, exec: (sql: string) => (sql.startsWith("PRAGMA") ? undefined : database.exec(sql)) };
    const failed = await rejection(SqlIncidentStore.open({ sqlite: deaf }));
    expect(failed.message).toContain('journal_mode is "delete" and synchronous 2; "wal" and 2 are needed');
    expect(failed).toMatchObject({ retryable: false });
  });

  it("takes a database in memory, for tests", async () => {
    const store = await SqlIncidentStore.open({ sqlite: connection(":memory:") });
    expect(await store.commit([changed()])).toEqual([{ number: 1, version: 1 }]);
  });

  it("finds again what another connection has written", async () => {
    const one = await SqlIncidentStore.open({ sqlite: connection() });
    await one.commit([changed({ claims: [{ key: "key" }], dueAt: 5 })]);
    const two = await SqlIncidentStore.open({ sqlite: connection() });
    expect(await two.rows({ limit: 10 })).toEqual(await one.rows({ limit: 10 }));
    expect([await two.holderOf("key"), await two.due(5, 1)]).toEqual([1, [1]]);
  });

  it("keeps two stores apart by their prefixes", async () => {
    const database = connection();
    const [one, two] = [
      await SqlIncidentStore.open({ sqlite: database, prefix: "one_" }),
      await SqlIncidentStore.open({ sqlite: database, prefix: "two_" }),
    ];
    await one.commit([changed()]);
    expect([(await one.rows({ limit: 9 })).length, (await two.rows({ limit: 9 })).length]).toEqual([1, 0]);
  });

  it("refuses tables of a later version", async () => {
    const database = connection();
    await SqlIncidentStore.open({ sqlite: database });
    database.exec("INSERT INTO nines_schema_version VALUES (2)");
    await expect(SqlIncidentStore.open({ sqlite: database })).rejects.toThrow(
      "sql store could not open: its tables nines_* have version 2, and this nines knows up to 1; upgrade nines",
    );
  });

  it("waits, without holding up the process, while another connection has the lock", async () => {
    const store = await SqlIncidentStore.open({ sqlite: connection() });
    const other = connection();
    other.exec("BEGIN IMMEDIATE");
    let turns = 0;
    const interval = setInterval(() => {
      // Others get their turns meanwhile, or this would never end.
      if ((turns += 1) === 3) other.exec("COMMIT");
    }, 10);
    expect(await store.commit([changed()])).toEqual([{ number: 1, version: 1 }]);
    clearInterval(interval);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it.each(["SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED_SHAREDCACHE"])(
    "tries again after %s, wherever it comes, and leaves nothing of the attempt",
    async (code) => {
      for (const start of ["BEGIN", "INSERT INTO nines_incident_events", "COMMIT"]) {
        rmSync(file, { force: true });
        const database = connection(`${file}${start}`);
        let left = 0;
        const trap = (sql: string): void => {
          if (sql.startsWith(start) && (left -= 1) >= 0) throw sqliteError(code);
        };
        const store = await SqlIncidentStore.open({ sqlite: trapped(database, trap) });
        left = 2;
        expect(await store.commit([changed({ events: ["1", "2"] })])).toEqual([{ number: 1, version: 2 }]);
        expect(await store.read(1)).toEqual(["1", "2"]);
      }
    },
  );

  it.each([
    ["SQLITE_FULL", true, "the disk is full (SQLITE_FULL)"],
    ["SQLITE_READONLY_DBMOVED", false, "the file may only be read (SQLITE_READONLY)"],
    ["SQLITE_CORRUPT", false, "the file is damaged (SQLITE_CORRUPT)"],
    ["SQLITE_IOERR_WRITE", true, "the disk failed (SQLITE_IOERR)"],
    ["SQLITE_MISUSE", false, "the database refused (SQLITE_MISUSE)"],
    ["hunter2", false, "the database refused"],
  ])("tells %s in its own words, and leaves nothing behind", async (code, retryable, words) => {
    let armed = false;
    const sqlite = trapped(connection(), (sql) => {
      if (armed && sql.startsWith("INSERT INTO nines_incident_events")) throw sqliteError(code);
    });
    const store = await SqlIncidentStore.open({ sqlite });
    armed = true;
    const failed = await rejection(store.commit([changed({ claims: [{ key: "key" }] })]));
    expect(failed).toMatchObject({ code: "adapter", operation: "commit", retryable });
    expect(failed.message).toBe(`sql store could not commit: ${words}`);
    expect(JSON.stringify([failed, failed.cause, failed.stack])).not.toContain("hunter2");
    armed = false;
    expect([await store.rows({ limit: 1 }), await store.holderOf("key")]).toEqual([[], undefined]);
    expect(await store.commit([changed()])).toEqual([{ number: 1, version: 1 }]);
  });

  it("says that the connection was closed", async () => {
    const database = connection();
    const store = await SqlIncidentStore.open({ sqlite: database });
    database.close();
    const failed = await rejection(store.commit([changed()]));
    expect(failed.message).toBe("sql store could not commit: the connection is not open");
  });

  it("does not know what became of a COMMIT that the disk failed", async () => {
    let armed = false;
    const sqlite = trapped(connection(), (sql) => {
      if (armed && sql === "COMMIT") throw sqliteError("SQLITE_IOERR_FSYNC");
    });
    const store = await SqlIncidentStore.open({ sqlite });
    armed = true;
    const failed = await rejection(store.commit([changed()]));
    expect(failed).toMatchObject({ retryable: true, context: { code: "SQLITE_IOERR", outcome: "unknown" } });
  });

  it("finds what is open and what is due by an index", async () => {
    const database = connection();
    const asked: string[] = [];
    const store = await SqlIncidentStore.open({ sqlite: trapped(database, (sql) => void asked.push(sql)) });
    asked.length = 0;
    await store.due(1, 10);
    await store.rows({ limit: 10, open: true, beyond: 3 });
    const plans = asked.map((sql) => JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(1, 1)));
    expect(plans[0]).toContain("USING COVERING INDEX nines_incidents_by_due_at (due_at<?)");
    expect(plans[1]).toContain("USING INDEX nines_incidents_by_open (open=? AND number>?)");
    expect(plans.join()).not.toContain("TEMP B-TREE");
  });

  it("says that a database was closed", async () => {
    const database = connection();
    const store = await SqlIncidentStore.open({ sqlite: database });
    database.close();
    await expect(store.read(1)).rejects.toMatchObject({ code: "adapter", retryable: false });
  });
});
