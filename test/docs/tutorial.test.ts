/** The tutorial, followed to the letter in an empty folder, with the package as it is packed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { ROOT } from "../support/spawn.ts";
import { patternOf, piecesOf } from "./pieces.ts";
import { Walkthrough } from "./walkthrough.ts";

const pieces = piecesOf("docs/tutorial.md", readFileSync(join(ROOT, "docs", "tutorial.md"), "utf8"));

describe.skipIf(process.platform === "win32")("docs/tutorial.md", () => {
  const newcomer = new Walkthrough();
  afterAll(() => newcomer.close());

  test("leads from an empty folder to a paged incident and its postmortem", async () => {
    await newcomer.movePorts("3000", "4000");
    for (const piece of pieces) await newcomer.follow(piece);
    for (const name of ["INC-0001.md", "INC-0001.html", "incidents"]) {
      expect(existsSync(join(newcomer.folder, name)), name).toBe(true);
    }
  }, 120_000);
});

describe("what is read of a page", () => {
  test("is its files, its commands and their output", () => {
    const page =
      "`a.yaml`, with\none key:\n\n```yaml\nb: 1\n```\n\n```sh web\nnode a.mjs\n```\n\n```text web\nup\n```\n\n```ts\n```\n";
    expect(piecesOf("page.md", page)).toEqual([
      { kind: "file", line: 4, name: "a.yaml", content: "b: 1\n" },
      { kind: "commands", line: 8, commands: ["node a.mjs"], terminal: "web" },
      { kind: "output", line: 12, text: "up", terminal: "web" },
    ]);
  });

  test("compares words and ids, and lets figures be others", () => {
    const fits = (shown: string, printed: string) => new RegExp(`^${patternOf(shown)}\\s*$`).test(printed);
    expect(fits("INC-0001 took 4.8 ms", "INC-0001 took 12 ms\n")).toBe(true);
    expect(fits("INC-0001 took 4.8 ms", "INC-0002 took 4.8 ms\n")).toBe(false);
    expect(fits("left (100 %)\n...\nend", "left (99.2 %)\na\nb\nend\n")).toBe(true);
    expect(fits("left (100 %)", "gone (100 %)")).toBe(false);
    expect(fits("a\nb", "a\nc\nb")).toBe(false);
  });

  test("holds what the tutorial is about", () => {
    const names = pieces.flatMap((piece) => (piece.kind === "file" ? [piece.name] : []));
    expect(names).toEqual(["slo.yaml", "shop.mjs", "pager.mjs", "runbook.yaml", "shop.mjs", "load.mjs"]);
  });
});
