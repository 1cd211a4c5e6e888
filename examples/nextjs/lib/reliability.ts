/** One `Reliability` for the process, however many bundles import this file. */
import { Reliability } from "nines";

// Next bundles each route for itself, so a variable of this file would be there many times.
const kept = globalThis as { shopReliability?: Promise<Reliability> };

/** Opens it at the first call. */
export function reliability(): Promise<Reliability> {
  kept.shopReliability ??= Reliability.open({
    file: "slo.yaml",
    logger: console,
    signals: { ignoreRoutes: ["/metrics", "/slo", "/healthz", "/_next/*"] },
  });
  return kept.shopReliability;
}
