import { expect, test } from "vitest";

import { seededRandom } from "../../src/core/random.ts";
import { FaultyFileSystem } from "../../src/testing/index.ts";

const bytes = (text: string): Buffer => Buffer.from(text);
const textIn = (fileSystem: FaultyFileSystem, path: string): string | undefined => {
  const content = fileSystem.content(path);
  return content === undefined ? undefined : Buffer.from(content).toString();
};

async function withFile(text = "") {
  const fileSystem = new FaultyFileSystem();
  fileSystem.put("/folder/file", bytes(text));
  const file = await fileSystem.open("/folder/file", "write");
  return { fileSystem, file };
}

test("a power cut takes what was not synced, and leaves what was", async () => {
  const { fileSystem, file } = await withFile();
  await file.write(0, bytes("safe"));
  await file.datasync();
  await file.write(4, bytes(" and lost"));
  expect(textIn(fileSystem, "/folder/file")).toBe("safe and lost");
  fileSystem.crash();
  await expect(fileSystem.stat("/folder/file")).rejects.toMatchObject({ code: "EIO" });
  fileSystem.restart();
  expect(textIn(fileSystem, "/folder/file")).toBe("safe");
  await expect(file.write(0, bytes("x"))).rejects.toMatchObject({ code: "EBADF" });
});

test("a power cut takes names whose folder was not synced, and brings old ones back", async () => {
  const { fileSystem } = await withFile("old");
  const aside = await fileSystem.open("/folder/aside", "create");
  await aside.write(0, bytes("new"));
  await aside.datasync();
  await fileSystem.rename("/folder/aside", "/folder/file");
  expect(textIn(fileSystem, "/folder/file")).toBe("new");
  fileSystem.crash();
  fileSystem.restart();
  expect(await fileSystem.list("/folder")).toEqual(["file"]);
  expect(textIn(fileSystem, "/folder/file")).toBe("old");
});

test("a name whose folder was synced stays, with what was synced of the file", async () => {
  const { fileSystem } = await withFile("old");
  const aside = await fileSystem.open("/folder/aside", "create");
  await aside.write(0, bytes("never synced"));
  await fileSystem.rename("/folder/aside", "/folder/file");
  await fileSystem.syncFolder("/folder");
  fileSystem.crash();
  fileSystem.restart();
  expect(textIn(fileSystem, "/folder/file")).toBe("");
});

test("what a failed sync was to make safe is lost, even if the next one succeeds; what is written again is not", async () => {
  const { fileSystem, file } = await withFile("......");
  await file.write(0, bytes("abc"));
  fileSystem.failAt({ call: 1, fault: "EIO" });
  await expect(file.datasync()).rejects.toMatchObject({ code: "EIO" });
  await file.datasync();
  await file.write(3, bytes("def"));
  await file.datasync();
  expect(textIn(fileSystem, "/folder/file")).toBe("abcdef");
  fileSystem.crash();
  fileSystem.restart();
  expect(textIn(fileSystem, "/folder/file")).toBe("...def");
});

test("a write that fails has taken half of the bytes; one that is short says so", async () => {
  const { fileSystem, file } = await withFile();
  fileSystem.failAt({ call: 1, fault: "ENOSPC" });
  await expect(file.write(0, bytes("12345678"))).rejects.toMatchObject({ code: "ENOSPC" });
  expect(textIn(fileSystem, "/folder/file")).toBe("1234");
  fileSystem.failAt({ call: 1, fault: "short-write" });
  expect(await file.write(4, bytes("abcdef"))).toBe(3);
  expect(textIn(fileSystem, "/folder/file")).toBe("1234abc");
});

test("the call that was chosen fails, those that were asked for after it too, and it says which", async () => {
  const { fileSystem } = await withFile();
  fileSystem.failAt({ call: 2, fault: "EIO", times: 2 });
  const outcomes: string[] = [];
  for (let call = 0; call < 4; call += 1) {
    await fileSystem.stat("/folder/file").then(
      () => outcomes.push("works"),
      () => outcomes.push("fails"),
    );
  }
  expect(outcomes).toEqual(["works", "fails", "fails", "works"]);
  expect([fileSystem.calls, fileSystem.struck]).toEqual([4, "stat /folder/file"]);
  fileSystem.failAt();
  expect([fileSystem.calls, fileSystem.struck]).toEqual([0, undefined]);
});

test("a crash with chance keeps some sectors of what was not synced, whole, and not always the first ones", async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 40; seed += 1) {
    const { fileSystem, file } = await withFile(".".repeat(1_536));
    await file.write(0, bytes("x".repeat(1_536)));
    fileSystem.crash(seededRandom(seed));
    fileSystem.restart();
    const sectors = (textIn(fileSystem, "/folder/file") ?? "").match(/.{512}/g) ?? [];
    for (const sector of sectors) expect(new Set(sector).size).toBe(1);
    seen.add(sectors.map((sector) => sector[0]).join(""));
  }
  expect([...seen].sort()).toEqual(["...", "..x", ".x.", ".xx", "x..", "x.x", "xx.", "xxx"]);
});

test("says what a disk says of files that are not there, or are", async () => {
  const { fileSystem } = await withFile();
  await expect(fileSystem.open("/folder/none", "read")).rejects.toMatchObject({ code: "ENOENT" });
  await expect(fileSystem.open("/folder/file", "create")).rejects.toMatchObject({ code: "EEXIST" });
  await expect(fileSystem.open("/elsewhere/file", "create")).rejects.toMatchObject({ code: "ENOENT" });
  await expect(fileSystem.list("/elsewhere")).rejects.toMatchObject({ code: "ENOENT" });
  await expect(fileSystem.rename("/folder/none", "/folder/x")).rejects.toMatchObject({ code: "ENOENT" });
  await fileSystem.remove("/folder/none");
  expect(await fileSystem.stat("/folder/none")).toBeUndefined();
  expect(() => fileSystem.failAt({ call: 0, fault: "EIO" })).toThrow("call: 0 is no number of a call");
});
