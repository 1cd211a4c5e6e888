/** The how-to of docs/cli.md, typed command by command. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { ROOT } from "../support/spawn.ts";
import { install } from "./folder.ts";
import { piecesOf } from "./pieces.ts";
import { Walkthrough } from "./walkthrough.ts";

const page = readFileSync(join(ROOT, "docs", "cli.md"), "utf8");
const pieces = piecesOf("docs/cli.md", page.slice(page.indexOf("\n## How to\n")));

describe.skipIf(process.platform === "win32")("docs/cli.md", () => {
  const user = new Walkthrough({ packed: false });
  afterAll(() => user.close());

  test("its how-to does what it says", async () => {
    await install(user.folder, ["nines"], { packed: false });
    expect(pieces.filter(({ kind }) => kind === "commands").length).toBeGreaterThanOrEqual(3);
    for (const piece of pieces) await user.follow(piece);
  }, 60_000);
});
