/** Which incident on the page is ours. */
import type { HttpCaller } from "../http/caller.ts";

/** One of ours on the page. */
export interface PageIncident {
  readonly id: string;
  /** The idempotency key of what was told last. */
  readonly last: string | undefined;
}

const PER_PAGE = 20;
const MOST_PAGES = 10;
const MOST_BYTES = 2_097_152;

/** The unresolved incident that was made for `key`; the page has rarely more than a few. */
export async function findPageIncident(
  caller: HttpCaller,
  { path, key, signal }: { readonly path: string; readonly key: string; readonly signal: AbortSignal | undefined },
): Promise<PageIncident | undefined> {
  const operation = "list unresolved incidents";
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const listed = await caller.json({
      operation,
      method: "GET",
      path: `${path}/unresolved?per_page=${String(PER_PAGE)}&page=${String(page)}`,
      maxBytes: MOST_BYTES,
      signal,
    });
    if (!Array.isArray(listed)) throw caller.failure(operation, "it was answered with no list", true);
    for (const item of listed) {
      const found = ours(item, key);
      if (found !== undefined) return found;
    }
    if (listed.length < PER_PAGE) return undefined;
  }
  return undefined;
}

function ours(item: unknown, key: string): PageIncident | undefined {
  const { id, metadata } = fields(item);
  const { incident, last } = fields(fields(metadata).nines);
  if (typeof id !== "string" || incident !== key) return undefined;
  return { id, last: typeof last === "string" ? last : undefined };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
