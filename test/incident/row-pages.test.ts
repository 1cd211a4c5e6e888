/** All rows of a store, page by page. */
import { describe, expect, it } from "vitest";

import { newestRows } from "../../src/incident/row-pages.ts";
import type { IncidentPage, IncidentRow } from "../../src/ports/incident-store.ts";

/** Reads all of `count` rows, and notes which pages were asked for. */
async function readAll(count: number, open?: boolean) {
  const pages: IncidentPage[] = [];
  const read = async (page: IncidentPage): Promise<readonly IncidentRow[]> => {
    pages.push(page);
    const first = (page.beyond ?? count + 1) - 1;
    const length = Math.min(page.limit, first);
    return Array.from({ length }, (_, index) => ({ number: first - index, version: 1, open: true, summary: "{}" }));
  };
  const numbers: number[] = [];
  for await (const { number } of newestRows(open, read)) numbers.push(number);
  return { numbers, pages };
}

describe("rows of a store", () => {
  const first = { limit: 500, newestFirst: true };

  it.each([
    ["none", 0, [first]],
    ["few", 3, [first]],
    ["a page and a half", 750, [first, { ...first, beyond: 251 }]],
    ["a whole page", 500, [first, { ...first, beyond: 1 }]],
  ])("are asked for once each, the newest first: %s", async (_, count, asked) => {
    const { numbers, pages } = await readAll(count);
    expect(numbers).toEqual(Array.from({ length: count }, (_each, index) => count - index));
    expect(pages).toStrictEqual(asked);
  });

  it.each([true, false])("are all asked for by whether they are open: %s", async (open) => {
    const { pages } = await readAll(600, open);
    expect(pages).toStrictEqual([
      { ...first, open },
      { ...first, open, beyond: 101 },
    ]);
  });
});
