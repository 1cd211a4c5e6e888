/** Which stretch of the past a command looks at, in whole steps. */
import type { EventCounts } from "../budget/counted-events.ts";
import type { TimeRange } from "../core/window.ts";

import { durationOf, instantOf, lengthOf } from "./options.ts";
import type { Call } from "./spec.ts";

const USUAL_LAST = "30d";

/** The past, and how long a step of it is. */
export interface Past {
  readonly range: TimeRange;
  readonly stepMs: number;
}

/**
 * By --from and --to, or --last. Without them the last 30 days, or all of `samples`. Steps begin at whole numbers of steps since 1970;
 * the last is one that is over.
 */
export function pastOf({ given, io }: Call, samples?: readonly EventCounts[]): Past {
  given.atMostOne("last", "from");
  const stepMs = lengthOf(given, "step", "1m");
  const [first, latest] = spanOf(samples);
  const behind = samples === undefined || latest === undefined ? undefined : latest + stepMs;
  const end = floor(instantOf(given, "to") ?? behind ?? io.clock.now(), stepMs);
  const from = instantOf(given, "from");
  const lastMs = durationOf(given, "last");
  const start = floor(
    from ?? (lastMs === undefined && first !== undefined ? first : end - lengthOf(given, "last", USUAL_LAST)),
    stepMs,
  );
  if (start < end) return { range: { start, end }, stepMs };
  throw given.fault(
    "the past that is asked for has no step in it; write --from and --to that are further apart, or a shorter --step",
  );
}

/** Without `Math.min(...)`, whose arguments are limited. */
function spanOf(samples: readonly EventCounts[] = []): readonly [number | undefined, number | undefined] {
  let [first, latest]: [number | undefined, number | undefined] = [undefined, undefined];
  for (const { at } of samples) {
    if (first === undefined || at < first) first = at;
    if (latest === undefined || at > latest) latest = at;
  }
  return [first, latest];
}

function floor(at: number, stepMs: number): number {
  return Math.floor(at / stepMs) * stepMs;
}
