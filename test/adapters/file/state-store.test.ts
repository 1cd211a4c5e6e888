import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { FileStateStore } from "../../../src/adapters/file/index.ts";
import { stateStoreContract } from "../../../src/testing/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nines-store-"));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

describe("a folder of files keeps the contract of a state store", () => {
  let stores = 0;
  const create = (): FileStateStore => new FileStateStore(join(folder, `made/at/first/save/${String((stores += 1))}`));
  test.each(stateStoreContract(create))("it $name", async ({ check }) => check());
});

test("only documents are left in the folder", async () => {
  const store = new FileStateStore(folder);
  await Promise.all([store.save("a", "1"), store.save("b", "2"), store.save("a", "3")]);
  expect(await readdir(folder)).toEqual(["a.json", "b.json"]);
  expect(await readFile(join(folder, "a.json"), "utf8")).toBe("3");
});

test.each([undefined, "", 7])("a folder is needed, and %s is none", (none) => {
  expect(() => new FileStateStore(none as never)).toThrow(/^folder: .* is no folder$/);
});

test("another store on the folder sees what was saved", async () => {
  await new FileStateStore(folder).save("key", "kept");
  expect(await new FileStateStore(folder).load("key")).toBe("kept");
});

test("two stores that save one document at once leave one of the two, whole", async () => {
  const stores = [new FileStateStore(folder), new FileStateStore(folder)];
  const documents = stores.map((_, index) => String(index).repeat(300_000));
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(stores.map((store, index) => store.save("key", documents[index] ?? "")));
    expect(documents).toContain(await stores[0]?.load("key"));
  }
  expect(await readdir(folder)).toEqual(["key.json"]);
});

test("a load beside a save has the old document or the new one", async () => {
  const store = new FileStateStore(folder);
  const [old, young] = ["o".repeat(500_000), "n".repeat(400_000)];
  for (let round = 0; round < 20; round += 1) {
    await store.save("key", old);
    const saving = store.save("key", young);
    expect([old, young]).toContain(await store.load("key"));
    await saving;
  }
});

describe("what a killed process left", () => {
  const name = "key.json.01234567-89ab-cdef-0123-456789abcdef.writing";

  test("does not harm", async () => {
    await writeFile(join(folder, name), "half of a docu");
    const store = new FileStateStore(folder);
    expect(await store.load("key")).toBeUndefined();
    await store.save("key", "whole");
    expect(await store.load("key")).toBe("whole");
  });

  test("is removed when it is old, and nothing else is", async () => {
    const yesterday = new Date(Date.now() - 86_400_000);
    for (const file of [name, "notes.writing", "other.json"]) {
      await writeFile(join(folder, file), "");
      await utimes(join(folder, file), yesterday, yesterday);
    }
    await writeFile(join(folder, name.replace("0", "f")), "another process, right now");
    await new FileStateStore(folder).save("key", "{}");
    expect(await readdir(folder)).toEqual([name.replace("0", "f"), "key.json", "notes.writing", "other.json"].sort());
  });
});

describe("trouble is told as an AdapterError", () => {
  const refused = (message: RegExp, retryable: boolean): unknown =>
    expect.objectContaining({ code: "adapter", retryable, message: expect.stringMatching(message) });

  test("when the folder is read-only", async () => {
    const store = new FileStateStore(folder);
    await store.save("key", "old");
    await chmod(folder, 0o555);
    const error = refused(
      /^file store could not save: the document "key": EACCES: permission denied, open '.*'$/,
      false,
    );
    // The superuser may write anywhere.
    const isSuperuser = process.geteuid?.() === 0;
    if (isSuperuser) process.seteuid?.(65_534);
    try {
      await expect(store.save("key", "new")).rejects.toThrow(error);
    } finally {
      if (isSuperuser) process.seteuid?.(0);
    }
    expect(await store.load("key")).toBe("old");
  });

  test("when the folder is a file", async () => {
    const path = join(folder, "file");
    await writeFile(path, "");
    const store = new FileStateStore(path);
    await expect(store.save("key", "x")).rejects.toThrow(refused(/could not save: the document "key": EEXIST/, false));
    await expect(store.load("key")).rejects.toThrow(refused(/could not load: the document "key": ENOTDIR/, false));
    const below = new FileStateStore(join(path, "below"));
    await expect(below.save("key", "x")).rejects.toThrow(refused(/ENOTDIR/, false));
  });

  test("when a folder has the document's name; nothing is left aside, and the next save works", async () => {
    await mkdir(join(folder, "key.json"));
    const store = new FileStateStore(folder);
    await expect(store.save("key", "x")).rejects.toThrow(refused(/EISDIR/, false));
    await expect(store.load("key")).rejects.toThrow(refused(/EISDIR/, false));
    await store.save("other", "y");
    expect(await readdir(folder)).toEqual(["key.json", "other.json"]);
  });

  test("when it was aborted, before or in the midst; the old document stays", async () => {
    const store = new FileStateStore(folder);
    await store.save("key", "old");
    const error = refused(/could not save: the document "key": .*abort/, true);
    await expect(store.save("key", "new", { signal: AbortSignal.abort() })).rejects.toThrow(error);
    const controller = new AbortController();
    const saving = store.save("key", "n".repeat(50_000_000), { signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(saving).rejects.toThrow(error);
    expect(await store.load("key")).toBe("old");
    expect(await readdir(folder)).toEqual(["key.json"]);
  });
});

test.each(["", "../up", "a/b", ".hidden", "a\0b", "x".repeat(101), "ä", "-rf"])(
  "the key %j is refused",
  async (key) => {
    const store = new FileStateStore(folder);
    const error = expect.objectContaining({
      code: "configuration",
      message: expect.stringContaining("cannot name a file"),
    });
    await expect(store.save(key, "x")).rejects.toThrow(error);
    await expect(store.load(key)).rejects.toThrow(error);
  },
);
