import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { FileIncidentStore, type FileIncidentStoreOptions, nodeFileSystem } from "../../../src/adapters/file/index.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import type { FileSystem, OpenFile } from "../../../src/ports/file-system.ts";
import type { IncidentChange, IncidentStore } from "../../../src/ports/incident-store.ts";
import { incidentStoreContract } from "../../../src/testing/incident-store-contract.ts";
import { runNode } from "../../support/spawn.ts";

let folder: string;
let log: string;
const stores: FileIncidentStore[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nines-incidents-"));
  log = join(folder, "incidents.log");
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(options: FileIncidentStoreOptions = {}, where = folder): Promise<FileIncidentStore> {
  const store = await FileIncidentStore.open(where, options);
  stores.push(store);
  return store;
}

async function reopen(options: FileIncidentStoreOptions = {}): Promise<FileIncidentStore> {
  for (const store of stores.splice(0)) await store.close();
  return open(options);
}

test("is opened, and not made by new", () => {
  const Store = FileIncidentStore as unknown as new (folder: string) => FileIncidentStore;
  expect(() => new Store(folder)).toThrow("write `await FileIncidentStore.open(folder)` instead of `new`");
});

function made(change: Partial<IncidentChange> = {}): IncidentChange {
  return { expectedVersion: 0, events: ['{"n":1}'], summary: '{"s":1}', open: true, ...change };
}

function next(number: number, expectedVersion: number, change: Partial<IncidentChange> = {}): IncidentChange {
  const version = expectedVersion + 1;
  return made({ number, expectedVersion, events: [`{"n":${version}}`], summary: `{"s":${version}}`, ...change });
}

/** All that can be asked of a store. */
async function everything(store: IncidentStore) {
  const rows = await store.rows({ limit: 1_000 });
  const events = await Promise.all(rows.map(({ number }) => store.read(number)));
  const holders = await Promise.all(["one", "two", "three"].map((key) => store.holderOf(key)));
  return { rows, events, holders, due: await store.due(Infinity, 1_000) };
}

async function filled(store: IncidentStore, incidents = 5, versions = 20): Promise<void> {
  for (let number = 1; number <= incidents; number += 1) await store.commit([made()]);
  for (let version = 1; version < versions; version += 1) {
    await Promise.all(
      Array.from({ length: incidents }, (_, index) =>
        store.commit([next(index + 1, version, version % 2 === 0 ? { dueAt: version + index / 2 } : { open: false })]),
      ),
    );
  }
  await store.commit([next(1, versions, { claims: [{ key: "one" }] })]);
  await store.commit([next(2, versions, { claims: [{ key: "two" }, { key: "one", from: 1 }] })]);
}

test.each([
  ["cut", () => truncate(log, 0), "has 0 bytes"],
  ["removed", () => rm(log), "is gone"],
])("a log that somebody else has %s takes no commit: it would be read by nobody", async (_, harm, what) => {
  const store = await open();
  await store.commit([made()]);
  const bytes = (await stat(log)).size;
  await harm();
  await expect(store.commit([made()])).rejects.toThrow(
    `incident file could not commit: EIO: ${log} ${what}, where ${String(bytes)} bytes were safe: somebody else has removed or cut it`,
  );
});

describe("a log of incidents keeps the contract of an incident store", () => {
  let count = 0;
  const create = () => open({}, join(folder, `made/by/opening/${String((count += 1))}`));
  test.each(incidentStoreContract(create))("it $name", async ({ check }) => check());
});

describe("what was committed", () => {
  test("is there when the store is opened again", async () => {
    const store = await open();
    await filled(store);
    const before = await everything(store);
    const again = await reopen();
    expect(await everything(again)).toEqual(before);
    expect(again.report).toEqual({
      ...{ incidents: 5, events: 102, tornBytes: 0, damages: [], strayCommits: 0, keptAside: undefined },
    });
    expect(await again.commit([made()])).toEqual([{ number: 6, version: 1 }]);
  });

  test("can be read by people, a line for each commit", async () => {
    const store = await open();
    await store.commit([made({ claims: [{ key: "a b" }], dueAt: 1.5 }), made({ open: false })]);
    await store.commit([next(1, 1)]);
    const [header, first, second, end] = (await readFile(log, "utf8")).split("\n");
    expect(header?.trim()).toBe("nines-incidents 1 0");
    expect(first).toMatch(
      /^[0-9a-f]{8} \d+ 0 1 1 o 1\.5 7 7 7:\{"n":1\}\{"s":1\}\["a b"\]2 1 c - 7 0 7:\{"n":1\}\{"s":1\}$/,
    );
    expect(second).toMatch(/^[0-9a-f]{8} \d+ 0 1 2 o - 7 0 7:\{"n":2\}\{"s":2\}$/);
    expect(end).toBe("");
  });

  test("is a manager's, over a restart and a compaction", async () => {
    const incidents = new IncidentManager({ store: await open() });
    const { id } = await incidents.createIncident({ title: "täg 😀", severity: "SEV2", by: "ann" });
    for (let update = 0; update < 30; update += 1) await incidents.addUpdate(id, { message: `${update}`, by: "bob" });
    const before = await incidents.get(id);
    const store = await reopen();
    await store.compact();
    expect(await new IncidentManager({ store }).get(id)).toEqual(before);
    expect((await new IncidentManager({ store }).timeline(id)).length).toBe(31);
  });

  test.each([0, 1, 19, 20, 21, 500, 501, 9_999])("is read behind the first %i of many events", async (after) => {
    const events = Array.from({ length: 500 }, (_, index) => JSON.stringify({ index, text: "x".repeat(index) }));
    const store = await open();
    for (let version = 0; version < 500; version += 20) {
      const change = { events: events.slice(version, version + 20), expectedVersion: version };
      await store.commit([made(version === 0 ? change : { number: 1, ...change })]);
    }
    expect(await store.read(1, { after })).toEqual(events.slice(after));
    await store.compact();
    expect(await store.read(1, { after })).toEqual(events.slice(after));
  });
});

describe("commits that come at once", () => {
  /** Counts what is asked of the disk, and can hold it up. */
  function watched() {
    const calls: string[] = [];
    let gate = Promise.resolve();
    const watch = (file: OpenFile): OpenFile => ({
      read: (position, into) => file.read(position, into),
      write: (position, bytes) => (calls.push("write"), file.write(position, bytes)),
      truncate: (length) => file.truncate(length),
      datasync: async () => {
        calls.push("datasync");
        await gate;
        await file.datasync();
      },
      size: () => file.size(),
      close: () => file.close(),
    });
    const fileSystem: FileSystem = {
      ...nodeFileSystem,
      open: async (path, mode) => {
        const file = await nodeFileSystem.open(path, mode);
        return path.includes(".lock.") ? file : watch(file);
      },
    };
    const hold = (): (() => void) => {
      let release = (): void => {};
      gate = new Promise((resolve) => (release = resolve));
      return release;
    };
    return { fileSystem, calls, hold };
  }

  test("share one write and one sync", async () => {
    const { fileSystem, calls } = watched();
    const store = await open({ fileSystem });
    calls.length = 0;
    await Promise.all(Array.from({ length: 100 }, () => store.commit([made()])));
    expect(calls).toEqual(["write", "datasync"]);
  });

  test("and while the disk is busy share the next one", async () => {
    const { fileSystem, calls, hold } = watched();
    const store = await open({ fileSystem });
    calls.length = 0;
    const release = hold();
    const first = store.commit([made()]);
    await expect.poll(() => calls).toEqual(["write", "datasync"]);
    const others = Array.from({ length: 50 }, () => store.commit([made()]));
    expect(await store.rows({ limit: 10 })).toEqual([]);
    release();
    await Promise.all([first, ...others]);
    expect(calls).toEqual(["write", "datasync", "write", "datasync"]);
  });

  test("are told of a conflict only when what they lost against is safe", async () => {
    const { fileSystem, hold } = watched();
    const store = await open({ fileSystem });
    await store.commit([made()]);
    const release = hold();
    const winner = store.commit([next(1, 1)]);
    let told = false;
    const loser = store.commit([next(1, 1)]).finally(() => (told = true));
    loser.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toBe(false);
    release();
    await winner;
    await expect(loser).rejects.toThrow("incident 1 was expected at version 1 and is at 2");
  });

  test("end early for who gives up, and are kept or not as a whole", async () => {
    const { fileSystem, hold } = watched();
    const store = await open({ fileSystem });
    const release = hold();
    const controller = new AbortController();
    const commit = store.commit([made()], { signal: controller.signal });
    controller.abort();
    await expect(commit).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    release();
    await store.commit([made()]);
    expect((await store.rows({ limit: 10 })).length).toBe(2);
  });
});

describe("opening", () => {
  test("cuts off what a crash has torn, at any byte, and tells", async () => {
    const store = await open();
    await store.commit([made()]);
    const { size: whole } = await stat(log);
    await store.commit([next(1, 1, { events: ['{"n":2,"text":"äöü"}'] })]);
    await store.close();
    const bytes = await readFile(log);
    for (let length = whole; length < bytes.length; length += 1) {
      await writeFile(log, bytes.subarray(0, length));
      const told: string[] = [];
      const logger = { warn: (message: string) => told.push(message), error: (message: string) => told.push(message) };
      const again = await reopen({ logger });
      expect(again.report).toMatchObject({ tornBytes: length - whole, events: 1 });
      expect(told).toEqual(length === whole ? [] : ["a commit that was not finished was cut off"]);
      expect(await again.commit([next(1, 1)])).toEqual([{ number: 1, version: 2 }]);
      expect(await (await reopen()).read(1)).toEqual(['{"n":1}', '{"n":2}']);
    }
  });

  test("cuts a batch off whose first frame is torn and whose last one is whole: disks do not write in order", async () => {
    const store = await open();
    await store.commit([made()]);
    const { size: whole } = await stat(log);
    await Promise.all([store.commit([made()]), store.commit([made()]), store.commit([made()])]);
    await store.close();
    const bytes = await readFile(log);
    bytes.fill(0, whole + 5, whole + 30);
    await writeFile(log, bytes);
    const again = await reopen();
    expect(again.report).toMatchObject({ incidents: 1, tornBytes: bytes.length - whole });
  });

  test("refuses each damaged byte of what was safe, or has the same as before", async () => {
    const store = await open();
    for (let version = 0; version < 3; version += 1) await store.commit([version === 0 ? made() : next(1, version)]);
    const before = await everything(store);
    await store.close();
    const bytes = await readFile(log);
    const lastFrame = bytes.lastIndexOf("\n", bytes.length - 2) + 1;
    for (let at = 0; at < lastFrame; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 0x10;
      await writeFile(log, damaged);
      const opened = await FileIncidentStore.open(folder).catch((error: unknown) => error);
      if (opened instanceof FileIncidentStore) {
        stores.push(opened);
        // Only padding and the number in the header mean nothing for what is there.
        expect(at).toBeLessThan(40);
        expect(await everything(opened)).toEqual(before);
        await opened.close();
      } else expect(opened).toMatchObject({ code: "adapter", operation: "open", retryable: false });
    }
    await writeFile(log, bytes);
    expect(await everything(await reopen())).toEqual(before);
  });

  test("names the file and the byte of a damage, and leaves the file as it is", async () => {
    const store = await open();
    await filled(store);
    await store.close();
    const bytes = await readFile(log);
    const at = bytes.indexOf("\n", 2_000) + 1;
    bytes[at + 20] = 0;
    await writeFile(log, bytes);
    await expect(open()).rejects.toThrow(
      `incident file could not open: ${log} is damaged at byte ${at}, where it was whole once; ` +
        'restore the file, or open it with { damaged: "keep-aside" }',
    );
    expect(await readFile(log)).toEqual(bytes);
    expect(await readdir(folder)).toEqual(["incidents.log"]);
  });

  test("keeps a damaged file aside if it is told to, and goes on with what follows from what is left", async () => {
    const store = await open();
    await filled(store, 3, 5);
    const before = await everything(store);
    await store.close();
    const bytes = await readFile(log);
    // The third version of incident 2.
    const at = bytes.indexOf(" 2 3 ");
    bytes[at] = 0;
    await writeFile(log, bytes);
    const again = await open({ damaged: "keep-aside" });
    const { damages, strayCommits, keptAside } = again.report;
    expect(damages.length).toBe(1);
    expect(strayCommits).toBe(3);
    expect(await readFile(keptAside ?? "")).toEqual(bytes);
    const after = await everything(again);
    expect(after.rows[1]).toMatchObject({ number: 2, version: 2 });
    expect(after.events).toEqual([before.events[0], before.events[1]?.slice(0, 2), before.events[2]]);
    expect(await (await reopen()).commit([made()])).toEqual([{ number: 4, version: 1 }]);
  });

  test("never gives a number again that was lost", async () => {
    const store = await open();
    for (let number = 0; number < 4; number += 1) await store.commit([made()]);
    await store.commit([next(4, 1)]);
    await store.close();
    const bytes = await readFile(log);
    bytes[bytes.indexOf(" 4 1 ")] = 0;
    await writeFile(log, bytes);
    await open({ damaged: "keep-aside" });
    expect(await (await reopen()).commit([made()])).toEqual([{ number: 5, version: 1 }]);
  });

  test("refuses a format that it does not know", async () => {
    await writeFile(log, "nines-incidents 2 whatever\n");
    await expect(open()).rejects.toThrow(
      `incident file could not open: ${log} has format 2; this version of nines reads format 1`,
    );
    await expect(open({ damaged: "keep-aside" })).rejects.toThrow("has format 2");
  });

  test.each(["", "nines", "another file\n", "nines-incidents one\n"])("refuses %j, which is no log", async (text) => {
    await writeFile(log, text);
    await expect(open()).rejects.toThrow("is damaged at byte 0");
    expect(await readFile(log, "utf8")).toBe(text);
  });

  test("removes what a compaction that was killed has left", async () => {
    await writeFile(join(folder, "incidents.log.01234567-89ab-cdef-0123-456789abcdef.writing"), "half");
    await open();
    const names = await readdir(folder);
    expect(names.filter((name) => !name.includes(".lock."))).toEqual(["incidents.log"]);
  });

  test.each([
    [{ compactAtByte: 1 }, "compactAtByte: is no option of FileIncidentStore.open; did you mean"],
    [{ compactAtBytes: 0 }, "compactAtBytes: 0 is no number of bytes from 1 up"],
    [{ damaged: "keep" }, 'damaged: "keep" is not possible'],
    [{ fileSystem: {} }, "fileSystem: a mapping has no method open()"],
  ])("refuses the options %j", async (options, message) => {
    await expect(open(options as never)).rejects.toThrow(message);
  });
});

describe("a folder belongs to one store", () => {
  test("in one process", async () => {
    const store = await open();
    const refused = open();
    await expect(refused).rejects.toThrow(`${folder} is in use by this process, ${process.pid}; close the store there`);
    await expect(refused).rejects.toMatchObject({ code: "adapter", retryable: true });
    await store.close();
    await open();
  });

  test("however many want it at once", async () => {
    const settled = await Promise.allSettled(Array.from({ length: 8 }, () => open()));
    expect(settled.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
    for (const store of stores.splice(0)) await store.close();
    await open();
    expect((await readdir(folder)).filter((name) => name.includes(".lock.")).length).toBe(1);
  });

  test("of another process, which is named, until it dies", async () => {
    const script = `
      import { FileIncidentStore } from "./src/adapters/file/index.ts";
      const store = await FileIncidentStore.open(process.argv[1]);
      await store.commit([{ expectedVersion: 0, events: ["{}"], summary: "{}", open: true }]);
      console.log(process.pid);
      setInterval(() => {}, 1_000);
      process.stdin.once("end", () => process.kill(process.pid, "SIGKILL")).resume();
    `;
    const { spawn } = await import("node:child_process");
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script, folder], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const pid = await new Promise((resolve) => child.stdout.once("data", (text) => resolve(String(text).trim())));
    await expect(open()).rejects.toThrow(`${folder} is in use by process ${String(pid)}; one store at a time`);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.stdin.end();
    await ended;
    expect((await readdir(folder)).length).toBe(2);
    expect((await (await open()).rows({ limit: 10 })).length).toBe(1);
  });

  test("but not of a process that is dead, nor of one that had the same number before", async () => {
    const own = await open();
    const [name = ""] = (await readdir(folder)).filter((file) => file.includes(".lock."));
    await own.close();
    const [, pid = "", started = "", place = ""] = /lock\.(\d+)-(\d+)-(\w+)-/.exec(name) ?? [];
    const leave = (text: string) => writeFile(join(folder, `incidents.lock.${text}-01234567`), "1\n");
    await leave(`4194305-${started}-${place}`);
    await leave(`${pid}-1-${place}`);
    await open();
    expect((await readdir(folder)).length).toBe(2);
  });
});

describe("compaction", () => {
  test("leaves what there is, and nothing that is superseded", async () => {
    const store = await open({ compactAtBytes: Infinity });
    await filled(store, 10, 40);
    const before = await everything(store);
    const { size } = await stat(log);
    await store.compact();
    expect(await everything(store)).toEqual(before);
    expect((await stat(log)).size).toBeLessThan(size / 2);
    await store.commit([next(3, 40)]);
    const after = await everything(store);
    expect(await everything(await reopen())).toEqual(after);
    expect((await readdir(folder)).length).toBe(2);
  });

  test("happens by itself when it is worth it, while commits go on", async () => {
    const store = await open({ compactAtBytes: 20_000 });
    const incidents = 8;
    for (let number = 1; number <= incidents; number += 1) await store.commit([made()]);
    const summary = JSON.stringify({ text: "s".repeat(300) });
    await Promise.all(
      Array.from({ length: incidents }, async (_, index) => {
        for (let version = 1; version <= 100; version += 1) {
          await store.commit([next(index + 1, version, { summary })]);
          expect((await store.read(index + 1, { after: version - 1 })).length).toBe(2);
        }
      }),
    );
    const { rows, events } = await everything(store);
    expect(rows.map(({ version }) => version)).toEqual(rows.map(() => 101));
    for (const list of events) expect(list).toEqual(Array.from({ length: 101 }, (_, n) => `{"n":${n + 1}}`));
    expect(await everything(await reopen())).toEqual({
      rows,
      events,
      holders: [undefined, undefined, undefined],
      due: [],
    });
    expect((await stat(log)).size).toBeLessThan(incidents * 100 * 350 * 0.6);
  });

  test("splits what is long, and takes a commit that comes in the midst", async () => {
    const store = await open({ compactAtBytes: Infinity });
    const events = Array.from({ length: 300 }, (_, index) => JSON.stringify({ index, text: "e".repeat(10_000) }));
    await store.commit([made({ events })]);
    for (let number = 2; number < 500; number += 1) void store.commit([made({ summary: `{"number":${number}}` })]);
    const compacting = store.compact();
    const commit = store.commit([next(1, 300, { claims: [{ key: "one" }] })]);
    await Promise.all([compacting, commit]);
    const after = await everything(store);
    expect(after.events[0]).toEqual([...events, '{"n":301}']);
    expect(after.rows[400]?.summary).toBe('{"number":401}');
    expect(await everything(await reopen())).toEqual(after);
  });

  test("does not carry a damage on as if it were whole", async () => {
    const logger = { warn: () => {}, error: () => {} };
    const store = await open({ logger });
    await filled(store);
    const bytes = await readFile(log);
    await truncate(log, 2_000);
    await appendFile(log, bytes.subarray(2_000).fill(97, 0, 1));
    await expect(store.compact()).rejects.toThrow(/could not compact: EIO: the frame at byte \d+ of .* is damaged/);
    expect((await readdir(folder)).length).toBe(2);
  });
});

describe("a store that is closed", () => {
  test("has kept what was asked for before, and refuses what comes behind", async () => {
    const store = await open();
    const commits = [store.commit([made()]), store.commit([made()])];
    const closing = store.close();
    const late = store.commit([made()]);
    await expect(late).rejects.toThrow("incident file could not commit: the store is closed");
    await Promise.all([...commits, closing, store.close()]);
    await expect(store.read(1)).rejects.toThrow("incident file could not read: the store is closed");
    expect((await (await open()).rows({ limit: 10 })).length).toBe(2);
  });
});

test.each([
  ["an event of two lines", { events: ["{\n}"] }],
  ["an empty event", { events: [""] }],
  ["a summary of two lines", { summary: "{}\n" }],
  ["a key that is too long", { claims: [{ key: "k".repeat(201) }] }],
  ["no number", { number: 0.5 }],
])("%s is refused", async (_, change) => {
  const store = await open();
  await expect(store.commit([made(change)])).rejects.toMatchObject({ code: "configuration" });
  expect(await store.rows({ limit: 1 })).toEqual([]);
});

test("a process that only has a store open ends by itself", async () => {
  const script = `
    import { FileIncidentStore } from "./src/adapters/file/index.ts";
    await FileIncidentStore.open(process.argv[1]);
  `;
  const { code, stderr } = await runNode(["--import", "tsx", "--input-type=module", "-e", script, folder]);
  expect([code, stderr]).toEqual([0, ""]);
  await open();
});
