import { pageHtml } from "../../../src/dashboard/html.ts";
import { packed } from "../../../src/dashboard/packing.ts";
import type { PageContent } from "../../../src/dashboard/page/state.ts";

/** The page of that content. */
export async function htmlOf({ snapshot, ...rest }: PageContent): Promise<string> {
  return snapshot === undefined
    ? pageHtml(rest)
    : pageHtml({ ...rest, snapshot: await packed(snapshot) }, snapshot.services);
}
