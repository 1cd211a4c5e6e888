import { expect, test, vi } from "vitest";

import { FileIncidentStore } from "../../../src/adapters/file/index.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { IncidentChange } from "../../../src/ports/incident-store.ts";
import { FaultyFileSystem } from "../../../src/testing/index.ts";

const FOLDER = "/incidents";

async function opened(fileSystem = new FaultyFileSystem()) {
  // Its timers never fire: no sign of life is counted among the calls.
  const store = await FileIncidentStore.open(FOLDER, { fileSystem, clock: new ManualClock() });
  return { fileSystem, store };
}

/** The power goes and comes back; whoever held the folder is dead. */
async function afterPowerCut(fileSystem: FaultyFileSystem, seed?: number) {
  fileSystem.crash(seed === undefined ? undefined : seededRandom(seed));
  fileSystem.restart();
  fileSystem.forget((path) => path.includes(".lock."));
  return opened(fileSystem);
}

function made(text: string): IncidentChange {
  return { expectedVersion: 0, events: [JSON.stringify({ text })], summary: "{}", open: true };
}

async function texts(store: FileIncidentStore): Promise<string[]> {
  const rows = await store.rows({ limit: 100 });
  const events = await Promise.all(rows.map(({ number }) => store.read(number)));
  return events.flat().map((event) => (JSON.parse(event) as { text: string }).text);
}

test.each([
  // Half of the batch is written then: the first two whole, and a part of the third.
  ["look", 1],
  ["write", 2],
  ["sync", 3],
])(
  "what a failed %s has left behind never comes to light, even where another commit ends right before it",
  async (_, call) => {
    const { fileSystem, store } = await opened();
    fileSystem.failAt({ call, fault: "ENOSPC" });
    const refused = await Promise.allSettled(["a", "b", "c".repeat(500)].map((text) => store.commit([made(text)])));
    expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await store.commit([made("d")]);
    await store.close();
    const again = await opened(fileSystem);
    expect(await texts(again.store)).toEqual(["d"]);
    expect(again.store.report.tornBytes).toBe(0);
  },
);

test("what was refused has left nothing, and the number that it would have had is given to the next one", async () => {
  const { fileSystem, store } = await opened();
  await store.commit([made("first")]);
  for (const call of [1, 2, 3]) {
    fileSystem.failAt({ call, fault: "EIO" });
    await expect(store.commit([{ ...made("refused"), claims: [{ key: "key" }] }])).rejects.toMatchObject({
      code: "adapter",
      operation: "commit",
      retryable: true,
    });
    expect(await texts(store)).toEqual(["first"]);
    expect(await store.holderOf("key")).toBeUndefined();
  }
  expect(await store.commit([{ ...made("second"), claims: [{ key: "key" }] }])).toEqual([{ number: 2, version: 1 }]);
  const { store: again } = await afterPowerCut(fileSystem);
  expect(await texts(again)).toEqual(["first", "second"]);
});

test("a failed sync is not believed when the next one succeeds: what was safe is written to a new file", async () => {
  const { fileSystem, store } = await opened();
  await store.commit([made("first")]);
  fileSystem.failAt({ call: 3, fault: "EIO" });
  const renamed = vi.spyOn(fileSystem, "rename");
  await expect(store.commit([made("refused")])).rejects.toThrow("EIO: datasync /incidents/incidents.log");
  expect(renamed).toHaveBeenCalledExactlyOnceWith(expect.any(String), "/incidents/incidents.log");
  expect(await texts(store)).toEqual(["first"]);
  await store.commit([made("second")]);
  expect(await texts((await afterPowerCut(fileSystem)).store)).toEqual(["first", "second"]);
});

test("while the disk stays full every commit is refused, what is there can be read, and then it goes on", async () => {
  const { fileSystem, store } = await opened();
  await store.commit([made("first")]);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    fileSystem.failAt({ call: 1, fault: "ENOSPC", times: 1_000 });
    await expect(store.commit([made("refused")])).rejects.toThrow("incident file could not commit: ENOSPC");
    fileSystem.failAt();
    expect(await texts(store)).toEqual(["first"]);
  }
  await store.commit([made("second")]);
  expect(await texts((await afterPowerCut(fileSystem)).store)).toEqual(["first", "second"]);
});

test("of a batch that a power cut met, whichever sectors are there, a beginning survives, and the store opens", async () => {
  const survivors = new Set<number>();
  for (let seed = 0; seed < 60; seed += 1) {
    const { fileSystem, store } = await opened();
    await store.commit([made("first")]);
    fileSystem.failAt({ call: 3, fault: "crash", random: seededRandom(seed) });
    const batch = ["a", "b", "c", "d"].map((letter) => letter.repeat(600));
    await Promise.allSettled(batch.map((text) => store.commit([made(text)])));
    const { store: again } = await afterPowerCut(fileSystem);
    const [first, ...rest] = await texts(again);
    expect(first).toBe("first");
    expect(rest).toEqual(batch.slice(0, rest.length));
    survivors.add(rest.length);
    await again.commit([made("next")]);
    expect((await texts(again)).at(-1)).toBe("next");
  }
  expect(survivors.size).toBeGreaterThan(1);
});

/** Closes the store and opens it again. */
async function afterClosing(fileSystem: FaultyFileSystem, store: FileIncidentStore) {
  await store.close();
  return opened(fileSystem);
}

test.each([
  ["closed", afterClosing],
  ["lost by a power cut", (fileSystem: FaultyFileSystem) => afterPowerCut(fileSystem)],
])("a compaction that fails is told; commits go on, and are there when the store was %s", async (_, reopened) => {
  let told = 0;
  for (let call = 1; call < 200; call += 1) {
    const { fileSystem, store } = await opened();
    for (const text of ["a", "b", "c"]) await store.commit([made(text)]);
    fileSystem.failAt({ call, fault: "EIO" });
    const trouble = await store.compact().catch((error: unknown) => error);
    const { struck } = fileSystem;
    // Closing the old file may fail unnoticed.
    if (trouble !== undefined) {
      expect(trouble).toMatchObject({ code: "adapter", operation: "compact" });
      told += 1;
    }
    fileSystem.failAt();
    await store.commit([made("d")]);
    expect(await texts(store)).toEqual(["a", "b", "c", "d"]);
    expect(await texts((await reopened(fileSystem, store)).store)).toEqual(["a", "b", "c", "d"]);
    if (struck === undefined) break;
  }
  expect(told).toBeGreaterThan(5);
  expect(told).toBeLessThan(50);
});
