import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { LOGGED_EVENTS } from "../../src/logging/log-events.ts";
import { ROOT } from "../support/spawn.ts";

it("the page lists every event, in their order", () => {
  const page = readFileSync(join(ROOT, "docs", "logging.md"), "utf8");
  const table = page.slice(page.indexOf("| Event "), page.indexOf("\n\n", page.indexOf("| Event ")));
  const rows = table.split("\n").slice(2);
  expect(rows.map((row) => /^\| `(\w+)`/.exec(row)?.[1])).toEqual(LOGGED_EVENTS);
});
