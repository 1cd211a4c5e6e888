/** What every incident store must do; run it against yours. */
import { isReliabilityError, show } from "../core/errors.ts";
import type { IncidentChange, IncidentStore } from "../ports/incident-store.ts";
import { type ContractCase, type ContractOptions, withMade } from "./state-store-contract.ts";

/**
 * The contract of an {@link IncidentStore}, to be run by any test runner: `create` makes a fresh and empty store each time, `dispose`
 * closes it.
 *
 * @example
 * ```ts
 * import { MemoryIncidentStore } from "nines";
 * import { incidentStoreContract } from "nines/testing";
 *
 * for (const { check } of incidentStoreContract(() => new MemoryIncidentStore())) await check();
 * ```
 */
export function incidentStoreContract<Made extends IncidentStore>(
  create: () => Made | Promise<Made>,
  options: ContractOptions<Made> = {},
): readonly ContractCase[] {
  const given = (name: string, check: (store: IncidentStore) => Promise<void>): ContractCase => ({
    name,
    check: () => withMade(create, options, check),
  });
  return [
    given("knows nothing at first", async (store) => {
      expectSame(await store.read(1), []);
      expectSame(await store.rows({ limit: 10 }), []);
      expectSame(await store.due(Infinity, 10), []);
      expectSame(await store.holderOf("key"), undefined);
    }),
    given("numbers incidents from 1 without gaps, in the order of their commits", async (store) => {
      for (const number of [1, 2, 3]) expectSame(await store.commit([opened()]), [{ number, version: 1 }]);
      expectSame(await store.commit([opened(), opened({ events: ["{}", "{}"] })]), [
        { number: 4, version: 1 },
        { number: 5, version: 2 },
      ]);
    }),
    given("numbers each of many that are made at once", async (store) => {
      const made = await Promise.all(Array.from({ length: 50 }, () => store.commit([opened()])));
      const numbers = made.map(([first]) => first?.number ?? NaN).sort((a, b) => a - b);
      expectSame(
        numbers,
        Array.from({ length: 50 }, (_, index) => index + 1),
      );
    }),
    given("gives events back in their order, letter by letter", async (store) => {
      const strange = JSON.stringify({ text: "ä€😀 '\"\\ \u0000\u2028 $1 ? %s --", long: "x".repeat(300_000) });
      await store.commit([opened({ events: ['{"n":1}', strange] })]);
      await store.commit([{ ...opened({ events: ['{"n":3}'] }), number: 1, expectedVersion: 2 }]);
      expectSame(await store.read(1), ['{"n":1}', strange, '{"n":3}']);
      expectSame(await store.read(1, { after: 2 }), ['{"n":3}']);
      expectSame(await store.read(1, { after: 3 }), []);
      expectSame(await store.read(2), []);
    }),
    given("gives answers that stay as they were", async (store) => {
      await store.commit([opened({ events: ['{"n":1}'] })]);
      const [events, rows] = [await store.read(1), await store.rows({ limit: 10 })];
      await store.commit([{ ...opened({ events: ['{"n":2}'], summary: '{"s":2}' }), number: 1, expectedVersion: 1 }]);
      expectSame([events, rows], [['{"n":1}'], [{ number: 1, version: 1, open: true, summary: "{}" }]]);
    }),
    given("takes copies of what is committed", async (store) => {
      const events = ['{"n":1}'];
      await store.commit([opened({ events })]);
      events.push('{"n":2}');
      expectSame(await store.read(1), ['{"n":1}']);
    }),
    given("takes a thousand events in one commit", async (store) => {
      const events = Array.from({ length: 1_000 }, (_, index) => JSON.stringify({ index, text: "x".repeat(200) }));
      expectSame(await store.commit([opened({ events })]), [{ number: 1, version: 1_000 }]);
      expectSame(await store.read(1), events);
    }),
    given("keeps the last summary, and whether it is open", async (store) => {
      await store.commit([opened({ summary: '{"s":1}', dueAt: 5 })]);
      expectSame(await store.rows({ limit: 10 }), [
        { number: 1, version: 1, open: true, dueAt: 5, summary: '{"s":1}' },
      ]);
      await store.commit([{ ...opened({ summary: '{"s":2}', open: false }), number: 1, expectedVersion: 1 }]);
      expectSame(await store.rows({ limit: 10 }), [{ number: 1, version: 2, open: false, summary: '{"s":2}' }]);
    }),
    given("lets one of two writers win, and tells the other", async (store) => {
      await store.commit([opened()]);
      const attempts = Array.from({ length: 10 }, (_, index) =>
        store.commit([{ ...opened({ events: [JSON.stringify({ index })] }), number: 1, expectedVersion: 1 }]),
      );
      const settled = await Promise.allSettled(attempts);
      expectSame(settled.filter(({ status }) => status === "fulfilled").length, 1);
      for (const result of settled) if (result.status === "rejected") expectConflict(result.reason);
      expectSame((await store.read(1)).length, 2);
    }),
    given("refuses a version that is not there yet, and an incident that is not there", async (store) => {
      await store.commit([opened()]);
      await expectRejection(store.commit([{ ...opened(), number: 1, expectedVersion: 2 }]));
      await expectRejection(store.commit([{ ...opened(), number: 1, expectedVersion: 0 }]));
      await expectRejection(store.commit([{ ...opened(), number: 7, expectedVersion: 1 }]));
      expectSame((await store.read(1)).length, 1);
    }),
    given("makes all changes of a commit or none", async (store) => {
      await store.commit([opened()]);
      const claimed = { ...opened({ claims: [{ key: "mine" }] }), number: 1, expectedVersion: 1 };
      await expectRejection(store.commit([claimed, opened(), { ...opened(), number: 1, expectedVersion: 9 }]));
      await expectRejection(store.commit([claimed, opened({ claims: [{ key: "other", from: 1 }] })]));
      expectSame((await store.read(1)).length, 1);
      expectSame(await store.holderOf("mine"), undefined);
      expectSame((await store.rows({ limit: 10 })).length, 1);
      expectSame(await store.commit([claimed, opened()]), [
        { number: 1, version: 2 },
        { number: 2, version: 1 },
      ]);
    }),
    given("lets a key lead to one incident at a time, which only who knows the last one can change", async (store) => {
      const key = 'group {}/{alertname="x", ü}';
      await store.commit([opened({ claims: [{ key }] })]);
      expectSame(await store.holderOf(key), 1);
      await expectRejection(store.commit([opened({ claims: [{ key }] })]));
      await expectRejection(store.commit([opened({ claims: [{ key, from: 3 }] })]));
      expectSame(await store.commit([opened({ claims: [{ key, from: 1 }] })]), [{ number: 2, version: 1 }]);
      expectSame(await store.holderOf(key), 2);
      await store.commit([{ ...opened({ claims: [{ key, from: 2 }] }), number: 1, expectedVersion: 1 }]);
      expectSame(await store.holderOf(key), 1);
    }),
    given("gives a key to one of many who want it at once", async (store) => {
      const attempts = Array.from({ length: 20 }, () => store.commit([opened({ claims: [{ key: "group" }] })]));
      const settled = await Promise.allSettled(attempts);
      expectSame(settled.filter(({ status }) => status === "fulfilled").length, 1);
      for (const result of settled) if (result.status === "rejected") expectConflict(result.reason);
      expectSame(await store.holderOf("group"), 1);
      expectSame((await store.rows({ limit: 100 })).length, 1);
    }),
    given("lists page by page, in both directions, open or not", async (store) => {
      for (let number = 1; number <= 7; number += 1) await store.commit([opened({ open: number % 2 === 1 })]);
      const numbers = async (page: Parameters<IncidentStore["rows"]>[0]): Promise<number[]> =>
        (await store.rows(page)).map(({ number }) => number);
      expectSame(await numbers({ limit: 3 }), [1, 2, 3]);
      expectSame(await numbers({ limit: 3, beyond: 3 }), [4, 5, 6]);
      expectSame(await numbers({ limit: 3, beyond: 6 }), [7]);
      expectSame(await numbers({ limit: 3, newestFirst: true }), [7, 6, 5]);
      expectSame(await numbers({ limit: 3, newestFirst: true, beyond: 5 }), [4, 3, 2]);
      expectSame(await numbers({ limit: 10, open: true }), [1, 3, 5, 7]);
      expectSame(await numbers({ limit: 2, open: false, newestFirst: true, beyond: 6 }), [4, 2]);
    }),
    given("tells what is due, the longest overdue first", async (store) => {
      for (const dueAt of [300, undefined, 100, 200])
        await store.commit([opened(dueAt === undefined ? {} : { dueAt })]);
      expectSame(await store.due(99, 10), []);
      expectSame(await store.due(100, 10), [3]);
      expectSame(await store.due(1_000, 10), [3, 4, 1]);
      expectSame(await store.due(1_000, 2), [3, 4]);
      await store.commit([{ ...opened(), number: 3, expectedVersion: 1 }]);
      expectSame(await store.due(1_000, 10), [4, 1]);
    }),
    given("does nothing for who has given up", async (store) => {
      const options = { signal: AbortSignal.abort(GIVEN_UP) };
      await expectAbort("commit", store.commit([opened()], options));
      await expectAbort("read", store.read(1, options));
      await expectAbort("rows", store.rows({ limit: 1, ...options }));
      await expectAbort("due", store.due(1, 1, options));
      await expectAbort("holderOf", store.holderOf("key", options));
      expectSame(await store.rows({ limit: 10 }), []);
    }),
  ];
}

function opened(change: Partial<IncidentChange> = {}): IncidentChange {
  return { expectedVersion: 0, events: ["{}"], summary: "{}", open: true, ...change };
}

async function expectRejection(commit: Promise<unknown>): Promise<void> {
  let reason: unknown;
  try {
    await commit;
  } catch (error) {
    reason = error;
  }
  expectConflict(reason);
}

function expectConflict(error: unknown): void {
  if (isReliabilityError(error) && error.code === "conflict") return;
  throw new Error(`expected a ConflictError, got ${error instanceof Error ? error.message : show(error)}`);
}

/** Why somebody gave up. */
const GIVEN_UP = new Error("somebody has given up");

async function expectAbort(method: string, call: Promise<unknown>): Promise<void> {
  let reason: unknown;
  try {
    await call;
  } catch (error) {
    reason = error;
  }
  if (reason === GIVEN_UP) return;
  throw new Error(
    `expected ${method} to reject with the signal's reason, got ${reason instanceof Error ? reason.message : show(reason)}`,
  );
}

function expectSame(actual: unknown, expected: unknown): void {
  const [found, wanted] = [textOf(actual), textOf(expected)];
  if (found !== wanted) throw new Error(`expected ${wanted.slice(0, 300)}, got ${found.slice(0, 300)}`);
}

// The order of an object's keys is nobody's business, nor whether a key that has no value is there.
function textOf(value: unknown): string {
  const sorted = (_: string, part: unknown): unknown =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return value === undefined ? "undefined" : JSON.stringify(value, sorted);
}
