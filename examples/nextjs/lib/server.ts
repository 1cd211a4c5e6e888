/** Counts every request that Next's server answers, pages too, by the patterns of its routes. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";

import type { Reliability } from "nines";
import { type NodeServer, observeServer } from "nines/node";

const STARTED = "http.server.request.start";

/** The part of `.next/routes-manifest.json` that is looked at; `next build` writes it. */
interface Manifest {
  readonly staticRoutes: readonly { readonly page: string }[];
  readonly dynamicRoutes: readonly { readonly page: string; readonly regex: string }[];
}

/** Names the route of a path; undefined if there is none. */
function routesOf(file: string): (request: { readonly url?: string | undefined }) => string | undefined {
  const { staticRoutes, dynamicRoutes } = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  const fixed = new Set(staticRoutes.map(({ page }) => page));
  const patterns = dynamicRoutes.map(({ page, regex }) => ({ page, regex: new RegExp(regex) }));
  return ({ url = "" }) => {
    const [path = ""] = url.split("?");
    if (path.startsWith("/_next/")) return "/_next/*";
    return fixed.has(path) ? path : patterns.find(({ regex }) => regex.test(path))?.page;
  };
}

/** Observes the first server that is asked something in this process: Next's own. */
export function observeNext(reliability: Reliability): void {
  const route = routesOf(".next/routes-manifest.json");
  const observe = (message: unknown): void => {
    unsubscribe(STARTED, observe);
    observeServer((message as { readonly server: NodeServer }).server, reliability, { route });
  };
  // Told before the server's own listeners are called, so not even the first request is missed.
  subscribe(STARTED, observe);
}
