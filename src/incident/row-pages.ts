/** All rows of a store, page by page. */
import type { IncidentPage, IncidentRow } from "../ports/incident-store.ts";

const PAGE = 500;

/** Rows, the newest first, read as far as they are asked for: all of them, or only the open ones, or only the others. */
export async function* newestRows(
  open: boolean | undefined,
  read: (page: IncidentPage) => Promise<readonly IncidentRow[]>,
): AsyncGenerator<IncidentRow, void, undefined> {
  const wanted = { limit: PAGE, newestFirst: true, ...(open === undefined ? {} : { open }) };
  let page: IncidentPage = wanted;
  for (;;) {
    const rows = await read(page);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    page = { ...wanted, beyond: last.number };
  }
}
