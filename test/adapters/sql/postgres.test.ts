import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import { SqlIncidentStore } from "../../../src/adapters/sql/index.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import { startPostgresql, type Postgresql } from "../../support/postgresql.ts";
import { describeWithService } from "../../support/services.ts";
import { changed, rejection, serverError, trapped, type Trap } from "./support.ts";

describeWithService(["initdb", "postgres"], "a store on a real PostgreSQL", ({ initdb = "", postgres = "" }) => {
  let server: Postgresql;
  let pool: pg.Pool;
  let prefix = "";
  let prefixes = 0;
  beforeAll(async () => {
    server = await startPostgresql({ initdb, postgres }, { fsync: "off", deadlock_timeout: "2s" });
    pool = new pg.Pool({ ...server.connection, max: 20 });
    pool.on("error", () => undefined);
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });
  beforeEach(() => {
    prefix = `p${String((prefixes += 1))}_`;
  });

  const opened = (): Promise<SqlIncidentStore> => SqlIncidentStore.open({ postgres: pool, prefix });
  /** A store with one incident, and the same tables behind a trap. */
  async function trapping(trap: Trap) {
    const sound = await opened();
    await sound.commit([changed()]);
    let armed = false;
    const host = trapped(pool, (text, client) => (armed ? trap(text, client) : undefined));
    const store = await SqlIncidentStore.open({ postgres: host, prefix });
    armed = true;
    host.statements.length = 0;
    return { sound, store, statements: host.statements };
  }
  const further = (): ReturnType<typeof changed>[] => [
    changed({ number: 1, expectedVersion: 1, events: ['"a"', '"b"'], claims: [{ key: "key" }] }),
    changed(),
  ];
  async function expectUntouched(store: SqlIncidentStore): Promise<void> {
    expect(await store.rows({ limit: 10 })).toEqual([{ number: 1, version: 1, open: true, summary: "{}" }]);
    expect(await store.read(1)).toEqual(["{}"]);
    expect(await store.holderOf("key")).toBeUndefined();
    await expect.poll(() => pool.idleCount - pool.totalCount, { timeout: 10_000 }).toBe(0);
  }

  it("makes its tables once, however many processes start at once", async () => {
    const stores = await Promise.all(Array.from({ length: 12 }, opened));
    await Promise.all(stores.map((store) => store.commit([changed()])));
    expect((await stores[0]!.rows({ limit: 100 })).map(({ number }) => number)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    const { rows } = await pool.query(`SELECT version FROM ${prefix}schema_version`);
    expect(rows).toEqual([{ version: "1" }]);
  });

  it("opens tables that are there without the right to make any", async () => {
    await (await opened()).commit([changed()]);
    const role = `${prefix}user`;
    await pool.query(`CREATE ROLE ${role} LOGIN`);
    await pool.query(`REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${role}`);
    await pool.query(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role}`);
    const humble = new pg.Pool({ ...server.connection, user: role });
    const store = await SqlIncidentStore.open({ postgres: humble, prefix });
    expect(await store.commit([changed()])).toEqual([{ number: 2, version: 1 }]);
    const refused = await rejection(SqlIncidentStore.open({ postgres: humble, prefix: "absent_" }));
    expect(refused).toMatchObject({ retryable: false, context: { code: "42501" } });
    await humble.end();
  });

  it("refuses tables of a later version", async () => {
    await opened();
    await pool.query(`INSERT INTO ${prefix}schema_version VALUES (2)`);
    await expect(opened()).rejects.toThrow(`its tables ${prefix}* have version 2, and this nines knows up to 1`);
  });

  it("refuses a database that cannot hold every text", async () => {
    await pool.query("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    const latin = new pg.Pool({ ...server.connection, database: "latin" });
    await expect(SqlIncidentStore.open({ postgres: latin })).rejects.toThrow(
      'has the encoding "LATIN1"; it must be UTF8',
    );
    await latin.end();
  });

  it("keeps large events and many of them in few statements", async () => {
    const { store, statements } = await trapping(() => undefined);
    const events = Array.from({ length: 1_000 }, (_, index) => JSON.stringify({ index, text: '\u0000\\"{}ä,' }));
    events.push(JSON.stringify("y".repeat(3_000_000)));
    await store.commit([changed({ number: 1, expectedVersion: 1, events })]);
    expect(statements.map((text) => text.split(" ")[0])).toEqual(["BEGIN", "UPDATE", "INSERT", "COMMIT"]);
    expect(await store.read(1, { after: 1 })).toEqual(events);
  });

  it("splits what would be too large a statement", async () => {
    const { store, statements } = await trapping(() => undefined);
    const events = Array.from({ length: 12 }, (_, index) => JSON.stringify(String(index).repeat(2_000_000)));
    await store.commit([changed({ number: 1, expectedVersion: 1, events })]);
    expect(statements.filter((text) => text.startsWith("INSERT")).length).toBe(2);
    expect((await store.read(1, { after: 1 })).join() === events.join()).toBe(true);
  });

  it("waits for the disk even where the database would not, and not for ever", async () => {
    const slack = new pg.Pool({ ...server.connection, options: "-c synchronous_commit=off" });
    const settings: unknown[] = [];
    const host = trapped(slack, async (text, client) => {
      if (text !== "COMMIT") return;
      const names = [
        "synchronous_commit",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
        "transaction_isolation",
      ];
      const { rows } = await client.query(
        `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(", ")}`,
      );
      settings.push(rows[0]);
    });
    await (await SqlIncidentStore.open({ postgres: host, prefix })).commit([changed()]);
    expect(settings.at(-1)).toEqual({
      synchronous_commit: "on",
      lock_timeout: "30s",
      idle_in_transaction_session_timeout: "30s",
      transaction_isolation: "read committed",
    });
    await slack.end();
  });

  it.each([0, 1, 2, 3, 4, 5, 6].map((step) => [step]))(
    "leaves nothing behind when the connection dies before statement %i",
    async (step) => {
      let statement = -1;
      const { sound, store, statements } = await trapping(async (text, client) => {
        if (text === "ROLLBACK" || (statement += 1) !== step) return;
        const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
        await pool.query("SELECT pg_terminate_backend($1)", [(rows[0] as { pid: number }).pid]);
      });
      const failed = await rejection(store.commit(further()));
      expect(failed).toMatchObject({ code: "adapter", operation: "commit", retryable: true });
      expect(statements).toHaveLength(statements.at(-1) === "ROLLBACK" ? step + 2 : step + 1);
      // The COMMIT itself is the one statement of which nobody can tell.
      expect(failed.context).toEqual(
        statements.at(-1) === "COMMIT" ? { ...contextOf(failed), outcome: "unknown" } : contextOf(failed),
      );
      await expectUntouched(sound);
    },
  );

  it("says that it does not know when the answer to COMMIT is lost", async () => {
    const { sound, store } = await trapping(async (text, client) => {
      if (text !== "COMMIT") return;
      await client.query("COMMIT");
      throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    });
    const failed = await rejection(store.commit(further()));
    expect(failed).toMatchObject({ retryable: true, context: { outcome: "unknown", code: "ECONNRESET" } });
    expect(failed.message).toBe(
      "sql store could not commit: whether it was kept is not known: there was no answer to COMMIT (ECONNRESET)",
    );
    expect(await sound.read(1)).toHaveLength(3);
    // Whoever tries again is told that somebody was first: himself.
    await expect(store.commit(further())).rejects.toMatchObject({ code: "conflict" });
  });

  it.each(["40001", "40P01"])("tries again what was in somebody's way (%s), and not for ever", async (code) => {
    let times = 3;
    const { sound, store, statements } = await trapping(async (text) => {
      if (text.startsWith("INSERT") && (times -= 1) >= 0) throw serverError(code);
    });
    expect(await store.commit(further())).toEqual([
      { number: 1, version: 3 },
      { number: 2, version: 1 },
    ]);
    expect(statements.filter((text) => text === "ROLLBACK")).toHaveLength(3);

    times = Infinity;
    statements.length = 0;
    const failed = await rejection(store.commit([changed()]));
    expect(failed).toMatchObject({ retryable: true, context: { code } });
    expect(statements.filter((text) => text === "ROLLBACK")).toHaveLength(10);
    expect(await sound.rows({ limit: 10 })).toHaveLength(2);
  });

  it("gets through a deadlock with somebody who takes the locks in another order", async () => {
    const sound = await opened();
    await sound.commit([changed(), changed()]);
    const other = await pool.connect();
    await other.query("BEGIN; SET LOCAL deadlock_timeout = '1h'");
    await other.query(`SELECT FROM ${prefix}incidents WHERE number = 2 FOR UPDATE`);
    const committed = sound.commit([1, 2].map((number) => changed({ number, expectedVersion: 1 })));
    const waiting = async (): Promise<number> =>
      (await pool.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).rowCount ?? 0;
    await expect.poll(waiting, { timeout: 10_000, interval: 10 }).toBe(1);
    // Its own deadlock_timeout is two seconds, so it is the store that the server ends.
    await other.query(`SELECT FROM ${prefix}incidents WHERE number = 1 FOR UPDATE`);
    await other.query("ROLLBACK");
    other.release();
    expect(await committed).toEqual([
      { number: 1, version: 2 },
      { number: 2, version: 2 },
    ]);
  });

  it.each([0, 1, 2, 3, 4, 5].map((step) => [step]))(
    "rolls back for who gives up before statement %i, and keeps the connection",
    async (step) => {
      const controller = new AbortController();
      let statement = -1;
      const { sound, store } = await trapping(async () => {
        if ((statement += 1) === step) controller.abort();
      });
      const failed = await rejection(store.commit(further(), { signal: controller.signal }));
      expect(failed.name).toBe("AbortError");
      await expectUntouched(sound);
    },
  );

  it("does not wait for a connection with who has given up, and gives it back when it comes", async () => {
    const single = new pg.Pool({ ...server.connection, max: 1 });
    const store = await SqlIncidentStore.open({ postgres: single, prefix });
    const held = await single.connect();
    const controller = new AbortController();
    const waiting = store.commit([changed()], { signal: controller.signal });
    controller.abort();
    expect((await rejection(waiting)).name).toBe("AbortError");
    held.release();
    expect(await store.rows({ limit: 1 })).toEqual([]);
    expect(single.idleCount).toBe(1);
    await single.end();
  });

  it("outlives a connection that is ended while it is being used", async () => {
    const store = await opened();
    await store.commit([changed()]);
    const others = await pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    );
    expect(others.rowCount).toBeGreaterThan(0);
    await expect.poll(() => store.read(1).catch(() => []), { timeout: 10_000 }).toEqual(["{}"]);
  });

  it("reads numbers whatever the host has made of the driver's types", async () => {
    const types = {
      getTypeParser: (id: number) => (text: string) => (id === 20 ? BigInt(text) : id === 16 ? text === "t" : text),
    };
    const odd = new pg.Pool({ ...server.connection, types: types });
    const store = await SqlIncidentStore.open({ postgres: odd, prefix });
    expect(await store.commit([changed({ dueAt: 1.5 })])).toEqual([{ number: 1, version: 1 }]);
    expect(await store.rows({ limit: 1 })).toEqual([{ number: 1, version: 1, open: true, dueAt: 1.5, summary: "{}" }]);
    expect(await store.due(1.5, 1)).toEqual([1]);
    await odd.end();
  });

  it("finds what is open and what is due by an index", async () => {
    const { store, statements } = await trapping(() => undefined);
    await store.due(1, 10);
    await store.rows({ limit: 10, open: true });
    const client = await pool.connect();
    await client.query("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off");
    const plans = await Promise.all(
      statements.map((text) =>
        client.query(`EXPLAIN ${text.replaceAll(/\$\d/g, "1")}`).then(({ rows }) => JSON.stringify(rows)),
      ),
    );
    client.release(true);
    expect(plans[0]).toContain(`Index Only Scan using ${prefix}incidents_by_due_at`);
    expect(plans[1]).toContain(`Index Scan using ${prefix}incidents_by_open`);
  });

  it("carries a manager of incidents from declaration to merger", async () => {
    const incidents = new IncidentManager({ store: await opened() });
    const one = await incidents.createIncident({ title: "one", severity: "SEV3", by: "ann" });
    const two = await incidents.createIncident({ title: "two", severity: "SEV2", by: "ann" });
    await incidents.merge(one.id, { into: two.id, by: "ann" });
    expect(await incidents.get(two.id)).toMatchObject({ links: [{ kind: "merged_from", incident: "INC-0001" }] });
    expect((await incidents.timeline(one.id)).map(({ type }) => type)).toEqual(["created", "resolved", "linked"]);
  });
});

function contextOf(error: Record<string, unknown>): Record<string, unknown> {
  return error.context as Record<string, unknown>;
}
