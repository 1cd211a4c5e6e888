import Database from "libsql";
import { describe, expect, it } from "vitest";

import { SqlIncidentStore, type PostgresPool } from "../../../src/adapters/sql/index.ts";
import { changed, rejection, serverError } from "./support.ts";

const memory = (): Database.Database => new Database(":memory:");
const open = (options: unknown): Promise<SqlIncidentStore> => SqlIncidentStore.open(options as never);

it("is opened, and not made by new", () => {
  const Store = SqlIncidentStore as unknown as new (options: object) => SqlIncidentStore;
  expect(() => new Store({ sqlite: memory() })).toThrow(
    "write `await SqlIncidentStore.open(options)` instead of `new`",
  );
});

describe("the options of a store", () => {
  it.each([
    [undefined, "SqlIncidentStore.open takes an object of options, not undefined"],
    [{}, "was given neither of postgres and sqlite; it needs one of them"],
    [{ sqlite: memory(), postgres: { connect: 1 } }, "was given both of postgres and sqlite"],
    [{ sqlite: memory(), prefx: "a" }, 'prefx: is no option of SqlIncidentStore.open; did you mean "prefix"?'],
    [{ sqlite: {} }, "sqlite: a mapping has no method exec(); needed: exec(), prepare()"],
    [{ postgres: "postgres://ann:hunter2@db" }, "has no method connect(); needed: connect()"],
    [
      { postgres: { connect: async () => undefined } },
      "postgres: its connect() gives no client with query() and release()",
    ],
    [
      { sqlite: memory(), prefix: "Nines" },
      'prefix: "Nines" cannot begin the name of a table; allowed: 1 to 30 small letters',
    ],
    [{ sqlite: memory(), prefix: "a; DROP TABLE b" }, "cannot begin the name of a table"],
    [{ sqlite: memory(), prefix: "a".repeat(31) }, "cannot begin the name of a table"],
  ])("%j is told what is wrong", async (options, message) => {
    const refused = await rejection(open(options));
    expect(refused).toMatchObject({ code: "configuration" });
    expect(refused.message).toContain(message);
  });

  it("takes the longest prefix", async () => {
    const prefix = "a".repeat(30);
    expect(await (await open({ sqlite: memory(), prefix })).commit([changed()])).toEqual([{ number: 1, version: 1 }]);
  });
});

describe("what a store is asked", () => {
  it.each([
    [{ number: 0 }, "changes[0].number: 0 is not the number of an incident"],
    [{ expectedVersion: -1 }, "changes[0].expectedVersion: -1 is not a version"],
    [{ events: ["\u0000"] }, "changes[0].events: has one that is not a text without NUL"],
    [{ events: [{}] }, "changes[0].events: has one that is not a text without NUL"],
    [{ summary: undefined }, "changes[0].summary: is not a text without NUL"],
    [{ open: "yes" }, 'changes[0].open: "yes" is neither true nor false'],
    [{ dueAt: NaN }, "changes[0].dueAt: NaN is not a time"],
    [{ claims: [{ key: "" }] }, 'changes[0].claims: ""; write 1 to 200 characters'],
    [{ claims: [{ key: "a", from: 0.5 }] }, "changes[0].claims: 0.5 is not the number of an incident"],
    [{ claims: [{ key: "a" }, { key: "a", from: 1 }] }, 'changes[0].claims: the key "a" is claimed twice'],
  ])("is refused before it reaches the database: %j", async (change, message) => {
    const store = await open({ sqlite: memory() });
    const refused = await rejection(store.commit([changed(change as never)]));
    expect(refused).toMatchObject({ code: "configuration", message });
    expect(await store.rows({ limit: 1 })).toEqual([]);
  });

  it("must be bounded", async () => {
    const store = await open({ sqlite: memory() });
    for (const limit of [0, 1_001, 1.5, NaN]) await expect(store.rows({ limit })).rejects.toThrow("limit: ");
    await expect(store.due(0, 0)).rejects.toThrow("limit: 0 is not possible; write a whole number, from 1 up");
    await expect(store.due(NaN, 1)).rejects.toThrow("at: is not a time");
    await expect(store.read(-1)).rejects.toThrow("number: -1 is not possible");
    await expect(store.holderOf("")).rejects.toThrow("key: ");
  });

  it("may be nothing", async () => {
    expect(await (await open({ sqlite: memory() })).commit([])).toEqual([]);
  });

  it("cannot change one incident twice in a commit", async () => {
    const store = await open({ sqlite: memory() });
    await store.commit([changed()]);
    const twice = [1, 1].map((number) => changed({ number, expectedVersion: 1 }));
    await expect(store.commit(twice)).rejects.toThrow("changes: one incident is changed twice");
    expect(await store.read(1)).toHaveLength(1);
  });

  it("may have keys that are no sound texts, and they stay apart", async () => {
    const store = await open({ sqlite: memory() });
    const keys = ["a\u0000", "a", "a\u0000b", "\ud800", "\udfff", "\ufffd", "\\ud800", '"', "\\"];
    await store.commit(keys.map((key) => changed({ claims: [{ key }] })));
    const holders = await Promise.all(keys.map((key) => store.holderOf(key)));
    expect(holders).toEqual(keys.map((_, index) => index + 1));
  });

  it("can move many keys at once, or none of them", async () => {
    const store = await open({ sqlite: memory() });
    await store.commit([changed({ claims: [{ key: "a" }, { key: "b" }] }), changed({ claims: [{ key: "c" }] })]);
    const move = (from: number): ReturnType<typeof changed> =>
      changed({ claims: [{ key: "new" }, { key: "c", from }, { key: "a", from: 1 }] });
    const refused = await rejection(store.commit([move(1)]));
    expect(refused).toMatchObject({ code: "conflict", context: { key: "c", expected: 1, holder: 2 } });
    await store.commit([move(2)]);
    expect(await Promise.all(["a", "b", "c", "new"].map((key) => store.holderOf(key)))).toEqual([3, 1, 3, 3]);
  });

  it("is told who was first", async () => {
    const store = await open({ sqlite: memory() });
    await store.commit([changed(), changed(), changed()]);
    const changes = [3, 2, 1].map((number) => changed({ number, expectedVersion: number === 2 ? 7 : 1 }));
    const refused = await rejection(store.commit(changes));
    expect(refused).toMatchObject({ code: "conflict", context: { number: 2, expectedVersion: 7, actualVersion: 1 } });
    expect(refused.message).toBe("incident 2 was expected at version 7 and is at 1");
  });
});

describe("what PostgreSQL and its driver say", () => {
  const failing = (error: Error): PostgresPool => ({
    connect: async () => ({
      query: async () => Promise.reject(error),
      release: () => undefined,
    }),
  });

  it.each([
    ["57P01", true, "the server is starting or stopping (57P01)"],
    ["57014", true, "the statement took too long, or was cancelled (57014)"],
    ["55P03", true, "somebody else held a lock for too long (55P03)"],
    ["08006", true, "the connection failed (08006)"],
    ["53300", true, "the server lacks space, memory or connections (53300)"],
    ["25006", true, "the server only lets read (25006)"],
    ["42501", false, "the user lacks the right (42501)"],
    ["28P01", false, "the user was not let in (28P01)"],
    ["3D000", false, "there is no such database (3D000)"],
    ["0A000", false, "the server refused (0A000)"],
    ["ECONNREFUSED", true, "the connection failed (ECONNREFUSED)"],
    ["EPIPE", true, "the connection failed (EPIPE)"],
    ["hunter2 is no code", true, "the connection failed"],
  ])("%s is told in its own words, with no word of theirs", async (code, retryable, words) => {
    const failed = await rejection(open({ postgres: failing(serverError(code)) }));
    expect(failed).toMatchObject({ code: "adapter", adapter: "sql store", operation: "open", retryable });
    expect(failed.message).toBe(`sql store could not open: ${words}`);
    expect(JSON.stringify([failed, failed.cause, failed.stack])).not.toMatch(/hunter2|db\.internal/);
  });

  it("a pool that was ended will not come back", async () => {
    const ended = new Error("Cannot use a pool after calling end on the pool");
    const failed = await rejection(open({ postgres: { connect: () => Promise.reject(ended) } }));
    expect(failed).toMatchObject({ retryable: false, message: "sql store could not open: the pool was ended" });
  });

  it("a pool that throws instead of rejecting is told of alike", async () => {
    const throwing = {
      connect: () => {
        throw serverError("ECONNREFUSED");
      },
    };
    await expect(open({ postgres: throwing })).rejects.toMatchObject({ retryable: true });
  });

  it.each([
    ["ECONNRESET", true],
    ["57P01", true],
    ["42501", false],
  ])("a connection that met %s is closed: %j", async (code, closed) => {
    const released: unknown[] = [];
    const client = {
      query: async (text: string) =>
        text === "ROLLBACK" ? { rows: [], rowCount: 0 } : Promise.reject(serverError(code)),
      release: (destroy?: boolean) => void released.push(destroy),
    };
    await rejection(open({ postgres: { connect: async () => client } }));
    expect(released).toEqual([closed]);
  });
});
