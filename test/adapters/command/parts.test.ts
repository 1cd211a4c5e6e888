import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isAbandoned, newMarker, scopeOf } from "../../../src/adapters/command/marker.ts";
import type { ProcessEntry, ProcessTable } from "../../../src/adapters/command/process-table.ts";
import { procTable } from "../../../src/adapters/command/proc-table.ts";
import { ProcessSearch } from "../../../src/adapters/command/process-search.ts";
import { entryOf } from "../../../src/adapters/command/ps-table.ts";
import { shellLine } from "../../../src/adapters/command/shell-words.ts";

describe("a search", () => {
  /** A machine of which each process is told anew for each look. */
  function searchOf(looks: readonly (readonly Partial<ProcessEntry>[])[], isOne: (entry: ProcessEntry) => boolean) {
    let now: readonly ProcessEntry[] = [];
    const left = looks.map((look) =>
      look.map((entry) => ({ parent: 1, group: 1, started: 5, isOver: false, name: "x", pid: 0, ...entry })),
    );
    const table: ProcessTable = {
      async each(visit) {
        now = left.shift() ?? [];
        now.forEach(visit);
      },
      find: (pid) => now.find((entry) => entry.pid === pid),
      variableOf: () => undefined,
      outputsOf: () => [],
    };
    const search = new ProcessSearch(table, { isOne, since: 5 });
    return async () => (await search.look()).map(({ pid }) => pid).sort((a, b) => a - b);
  }
  const isTen = ({ pid }: ProcessEntry): boolean => pid === 10;

  test("finds descendants, in whatever order they are told", async () => {
    const look = searchOf(
      [
        [
          { pid: 13, parent: 12 },
          { pid: 12, parent: 11 },
          { pid: 11, parent: 10 },
          { pid: 10 },
          { pid: 14, parent: 9 },
        ],
      ],
      isTen,
    );
    expect(await look()).toEqual([10, 11, 12, 13]);
  });

  test("knows those again whose parents are gone, and what they begin later", async () => {
    const look = searchOf(
      [[{ pid: 10 }, { pid: 11, parent: 10 }], [{ pid: 11 }, { pid: 15, parent: 11 }], [{ pid: 15 }]],
      isTen,
    );
    expect(await look()).toEqual([10, 11]);
    expect(await look()).toEqual([11, 15]);
    expect(await look()).toEqual([15]);
  });

  test("takes nobody for a process who only has its number", async () => {
    const look = searchOf(
      [
        [{ pid: 10 }, { pid: 11, parent: 10 }],
        [
          { pid: 11, started: 6 },
          { pid: 16, parent: 11 },
        ],
      ],
      isTen,
    );
    await look();
    expect(await look()).toEqual([]);
  });

  test("takes none that is older, over, this process itself, or the first of all", async () => {
    const all = [{ pid: 20, started: 4 }, { pid: 21, isOver: true }, { pid: process.pid }, { pid: 1 }, { pid: 22 }];
    expect(await searchOf([all], () => true)()).toEqual([22]);
  });
});

describe.runIf(process.platform === "linux")("the table of /proc", () => {
  test("tells of this process what is true, and of none that is not there", async () => {
    const entries: ProcessEntry[] = [];
    await procTable.each((entry) => entries.push(entry));
    const own = entries.find(({ pid }) => pid === process.pid);
    expect(own).toMatchObject({ parent: process.ppid, isOver: false });
    expect(procTable.find(process.pid)).toMatchObject({ pid: process.pid, started: own?.started });
    expect(entries.map(({ pid }) => pid)).toEqual(expect.arrayContaining([1, process.ppid]));
    expect([
      procTable.find(2 ** 22 + 1),
      procTable.variableOf(2 ** 22 + 1, "PATH"),
      procTable.outputsOf(2 ** 22 + 1),
    ]).toEqual([undefined, undefined, []]);
    expect(procTable.variableOf(process.pid, "PATH")).toBe(process.env.PATH);
    expect(procTable.variableOf(process.pid, "PAT")).toBeUndefined();
  });
});

test.each<[string, Partial<ProcessEntry> | undefined]>([
  ["  501     1   501 Ss   /usr/libexec/secd", { pid: 501, parent: 1, group: 501, isOver: false, name: "secd" }],
  ["77 76 70 Z <defunct>", { pid: 77, isOver: true }],
  ["9 8 7 S+ /Applications/My App/My App", { name: "My App" }],
  ["no process", undefined],
  ["", undefined],
])("a line of ps is read: %s", (line, expected) => {
  if (expected === undefined) expect(entryOf(line)).toBeUndefined();
  else expect(entryOf(line)).toMatchObject(expected);
});

describe("a marker", () => {
  const scope = scopeOf("here");
  test.each(["RUN-0001/a", "a#b", "#", "ä€😀", "a\0b", ""])(
    "is known by its key, once nobody waits for it: %j",
    (key) => {
      const { text, release } = newMarker(key, scope);
      expect(isAbandoned(text, key, scope)).toBe(false);
      release();
      expect(isAbandoned(text, key, scope)).toBe(true);
      expect(isAbandoned(text, `${key}x`, scope)).toBe(false);
      expect(isAbandoned(text, key, scopeOf("elsewhere"))).toBe(false);
    },
  );

  test("of a process that lives, or of another machine, is not abandoned; of one that died it is", () => {
    const { text, release } = newMarker("key", scope);
    release();
    const [head, place, , start, random] = text.split(".");
    const other = (pid: number, started: string, where = place): string =>
      [head, where, pid, started, random].join(".");
    const alive = procTable.find(process.ppid);
    expect(isAbandoned(other(process.ppid, String(alive?.started)), "key", scope)).toBe(false);
    expect(isAbandoned(other(process.ppid, "1"), "key", scope)).toBe(true);
    expect(isAbandoned(other(2 ** 22 + 1, start ?? ""), "key", scope)).toBe(true);
    expect(isAbandoned(other(2 ** 22 + 1, start ?? "", "elsewhere"), "key", scope)).toBe(false);
    expect(isAbandoned("", "", scope)).toBe(false);
  });
});

test("a line for reading is one line, and a shell reads it as the same command", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", " ", "'", '"', "\\", "$", "`", "\n", "\t", "*", "!", "#", "~", "-", "ä", "\u0001"),
    maxLength: 8,
  });
  const words: string[][] = [];
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (args) => {
      words.push(args);
      expect(shellLine("printf", args)).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 300 },
  );
  const lines = words.map((args) => shellLine("printf", ["%s\\0", ...args])).join("; echo; ");
  const { stdout } = spawnSync("bash", ["-c", lines], { encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } });
  const expected = words.map((args) => (args.length === 0 ? "\0" : args.map((arg) => `${arg}\0`).join(""))).join("\n");
  expect(stdout).toBe(expected);
});
