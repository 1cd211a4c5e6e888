/** Which stretch of the past a command looks at, in whole steps. */
import type { EventCounts } from "../budget/counted-events.ts";
import { formatDuration } from "../core/time/duration.ts";
import { show } from "../core/errors.ts";
import type { TimeRange } from "../core/time/window.ts";

import type { UsageError } from "./exit.ts";
import type { Given } from "./given.ts";
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
  throw nothingIn(given, { range: { start, end }, stepMs });
}

/** What to say of a past without a step; one of a length that was told, by --last, has some. */
function nothingIn(given: Given, { range, stepMs }: Past): UsageError {
  const [from, to, step] = [show(given.text("from")), show(given.text("to")), formatDuration(stepMs)];
  const at = (instant: number): string => new Date(instant).toISOString();
  if (given.has("from") && given.has("to")) {
    const further = "write --from and --to that are further apart, or a shorter --step";
    return given.fault(`the past that is asked for has no step in it, which are of ${step}; ${further}`);
  }
  if (given.has("from")) {
    return given.fault(`--from: no step of ${step} is over between ${from} and the end of the past, ${at(range.end)}`);
  }
  return given.fault(`--to: the samples begin at ${at(range.start)}, with no step of ${step} before ${to}`);
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
