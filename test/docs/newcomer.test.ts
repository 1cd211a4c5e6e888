/** The newcomer's path in the README: from `npm install` to the first status in three commands and fifteen lines of code. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { ROOT } from "../support/spawn.ts";
import { codeLines, type FilePiece, piecesOf } from "./pieces.ts";
import { Walkthrough } from "./walkthrough.ts";

const HEADING = "## One screen to the first value\n";
const MOST_COMMANDS = 3;
const MOST_LINES = 15;

function sectionOf(text: string): string {
  const start = text.indexOf(HEADING);
  if (start === -1) throw new Error(`README.md has no "${HEADING.trim()}"`);
  const end = text.indexOf("\n## ", start + HEADING.length);
  return text.slice(start, end === -1 ? undefined : end);
}

const pieces = piecesOf("README.md", sectionOf(readFileSync(join(ROOT, "README.md"), "utf8")));
const files = pieces.filter((piece): piece is FilePiece => piece.kind === "file");
const commands = pieces.flatMap((piece) => (piece.kind === "commands" ? piece.commands : []));

describe("a newcomer with the README", () => {
  test(`types ${String(MOST_COMMANDS)} commands at most, the first of them npm install`, () => {
    expect(commands[0]).toMatch(/^npm install nines /);
    expect(commands.length, commands.join("\n")).toBeLessThanOrEqual(MOST_COMMANDS);
  });

  test(`writes ${String(MOST_LINES)} lines of code at most, the SLOs included`, () => {
    const lines = files.flatMap(codeLines);
    expect(files.map(({ name }) => name)).toContain("slo.yaml");
    expect(lines.length, lines.join("\n")).toBeLessThanOrEqual(MOST_LINES);
  });

  describe.skipIf(process.platform === "win32")("who does as it says", () => {
    const newcomer = new Walkthrough({ packed: false });
    afterAll(() => newcomer.close());

    test("gets the first status that it shows", async () => {
      await newcomer.movePorts("3000");
      for (const piece of pieces) await newcomer.follow(piece);
      expect(newcomer.output).toContain('"sliRatio": 1,');
    }, 60_000);
  });
});
