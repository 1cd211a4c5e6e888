import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { FOUND, keepFault, readFound } from "./engine/found.ts";
import { replayFound } from "./engine/replay.ts";
import { targetFiles, TARGETS } from "./engine/targets.ts";

const files = targetFiles(TARGETS);

test("whatever is kept is a kept input, and its target is there", () => {
  const kept = readFound();
  expect(readdirSync(FOUND).filter((name) => !kept.has(name))).toEqual(["README.md"]);
  const names = files.map((file) => basename(file, ".ts"));
  for (const [name, { target, why, ...rest }] of kept) {
    expect(names, name).toContain(target);
    expect(name.startsWith(`${target}-`)).toBe(true);
    expect(why).not.toBe("");
    expect(rest).toHaveProperty("input");
  }
});

test("no kept input fails again", async () => {
  expect(Object.fromEntries(await replayFound(files, FOUND))).toEqual({});
}, 120_000);

test("one that does is named, whether it throws or ends the process", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nines-replay-"));
  try {
    const fault = { seed: "a", index: 0, path: [], why: "it did once" };
    for (const [target, input] of [
      ["throws", [1]],
      ["throws", [500]],
      ["crashes", [900]],
    ] as const) {
      keepFault({ ...fault, target, input }, folder);
    }
    const failing = await replayFound(targetFiles(join(import.meta.dirname, "fixtures")), folder);
    const told = [...failing].map(([name, why]) => `${name.replace(/-.*/, "")}: ${why.split("\n")[0] ?? ""}`);
    // The crash comes first, and takes those behind it along.
    expect(told).toEqual([expect.stringMatching(/^crashes: ended the process \(SIGABRT\)/)]);
    rmSync(join(folder, [...failing.keys()][0] ?? ""));
    const others = await replayFound(targetFiles(join(import.meta.dirname, "fixtures")), folder);
    expect([...others.values()]).toEqual([expect.stringMatching(/^TypeError: cannot read 1 numbers/)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
