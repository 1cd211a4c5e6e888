import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FileIncidentStore } from "../../../src/adapters/file/index.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { IncidentChange } from "../../../src/ports/incident-store.ts";
import { FaultyFileSystem } from "../../../src/testing/index.ts";

/** A process on a machine that nobody can ask from here. */
const ELSEWHERE = "/incidents/incidents.lock.17-4711-0123456789ab-01234567";
const CHANGE: IncidentChange = { expectedVersion: 0, events: ["{}"], summary: "{}", open: true };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function withHolderElsewhere(): FaultyFileSystem {
  const fileSystem = new FaultyFileSystem();
  fileSystem.put(ELSEWHERE, Buffer.from("1\n"));
  return fileSystem;
}

test("a holder that cannot be asked keeps the folder while it gives signs of life", async () => {
  const fileSystem = withHolderElsewhere();
  const opening = FileIncidentStore.open("/incidents", { fileSystem, clock: new ManualClock() });
  opening.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(5_000);
  const file = await fileSystem.open(ELSEWHERE, "write");
  await file.write(0, Buffer.from("2\n"));
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(opening).rejects.toThrow(
    "/incidents is in use by process 17 in another container or on another machine; one store at a time",
  );
  expect(await fileSystem.list("/incidents")).toEqual([ELSEWHERE.slice("/incidents/".length)]);
});

test("a holder that cannot be asked and gives no sign of life for twelve seconds is dead", async () => {
  const fileSystem = withHolderElsewhere();
  let isOpen = false;
  const opening = FileIncidentStore.open("/incidents", { fileSystem, clock: new ManualClock() }).then((store) => {
    isOpen = true;
    return store;
  });
  await vi.advanceTimersByTimeAsync(11_000);
  expect(isOpen).toBe(false);
  await vi.advanceTimersByTimeAsync(1_500);
  const store = await opening;
  expect((await fileSystem.list("/incidents")).some((name) => ELSEWHERE.endsWith(name))).toBe(false);
  await store.close();
});

test("a store gives a sign of life every two seconds, until it is closed", async () => {
  const fileSystem = new FaultyFileSystem();
  const clock = new ManualClock();
  const store = await FileIncidentStore.open("/incidents", { fileSystem, clock });
  const [lock = ""] = (await fileSystem.list("/incidents")).filter((name) => name.includes(".lock."));
  const facts = async () => (await fileSystem.stat(`/incidents/${lock}`))?.modifiedAt;
  let last = await facts();
  for (let beat = 0; beat < 3; beat += 1) {
    clock.advance(2_000);
    await vi.advanceTimersByTimeAsync(0);
    const next = await facts();
    expect(next).toBeGreaterThan(last ?? Infinity);
    last = next;
  }
  await store.close();
  expect(clock.pendingTimers).toBe(0);
  expect(await facts()).toBeUndefined();
});

test.each([
  ["before its next sign of life", 0],
  ["behind it", 1],
])(
  "a store that was held up for so long that another one took the folder writes nothing any more: %s",
  async (_, beats) => {
    const fileSystem = new FaultyFileSystem();
    const clock = new ManualClock();
    const store = await FileIncidentStore.open("/incidents", { fileSystem, clock });
    await store.commit([CHANGE]);
    fileSystem.forget((path) => path.includes(".lock."));
    const other = await FileIncidentStore.open("/incidents", { fileSystem, clock: new ManualClock() });
    // What is written to the file that is nowhere any more is no sign of life.
    const refused = { retryable: false, message: expect.stringContaining("another process has taken the folder") };
    clock.advance(60_000);
    if (beats > 0) await vi.advanceTimersByTimeAsync(0);
    await expect(store.commit([CHANGE])).rejects.toMatchObject(refused);
    clock.advance(2_000);
    await vi.advanceTimersByTimeAsync(0);
    await expect(store.commit([CHANGE])).rejects.toMatchObject(refused);
    expect(await other.commit([CHANGE])).toEqual([{ number: 2, version: 1 }]);
    expect((await other.rows({ limit: 10 })).length).toBe(2);
  },
);
