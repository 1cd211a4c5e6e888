/** How old the newest sample of a selector is. */
import { durationText } from "../../core/time/duration-text.ts";
import { invalid, show } from "../../core/errors.ts";
import { readPromql } from "../../rules/promql/read.ts";
import { selectorText } from "../../rules/promql/write.ts";

import type { Question } from "./asker.ts";
import { instantRequest } from "./forms.ts";
import { readInstant } from "./read-series.ts";
import type { InstantSample, PrometheusFreshness } from "./result.ts";
import { noAnswer, Trouble } from "./trouble.ts";

type Samples = readonly InstantSample[];

const HOUR_MS = 3_600_000;
const LONGEST_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
/** Prometheus shows a sample for so long; it is not seen between steps that are farther apart. */
const LOOK_BACK_MS = 5 * MINUTE_MS;
const LAST_SECOND = 8.64e12;

/**
 * Asks for the newest timestamp. A selector gives nothing five minutes after its last sample; where it does, the time before
 * is looked through in steps of a minute (five minutes if it is more than six hours), to tell what is stale from what was
 * never there.
 */
export function freshnessQuestion(
  selector: string,
  { at, newerThanMs }: { readonly at: number | undefined; readonly newerThanMs: number | undefined },
): Question<Samples, PrometheusFreshness> {
  checkAge(newerThanMs);
  const newest = `max(timestamp(${plainSelector(selector)}))`;
  const lookedBackMs = Math.max(HOUR_MS, (newerThanMs ?? 0) + LOOK_BACK_MS);
  const stepMs = lookedBackMs <= 6 * HOUR_MS ? MINUTE_MS : LOOK_BACK_MS;
  const before = `max_over_time(${newest}[${String(lookedBackMs)}ms:${String(stepMs)}ms])`;
  return {
    operation: `tell how fresh ${show(selector)} is`,
    next(parts) {
      if (parts.length === 0) return instantRequest(newest, at);
      return parts.length === 1 && parts[0]?.length === 0 ? instantRequest(before, at) : undefined;
    },
    read: readInstant,
    join(parts) {
      const [sample] = parts.flat();
      if (sample === undefined) {
        return new Trouble("empty", `there is no sample within the ${durationText(lookedBackMs)} before`, false);
      }
      if (!(Math.abs(sample.value) <= LAST_SECOND)) return noAnswer();
      const newestAt = Math.round(sample.value * 1_000);
      // That of the sample itself is the time of the question, by the clock of the server.
      const ageMs = Math.max(0, sample.at - newestAt);
      if (newerThanMs === undefined || ageMs <= newerThanMs) return { newestAt, ageMs };
      const allowed = `${durationText(newerThanMs)} is allowed`;
      return new Trouble("stale", `the newest sample is ${durationText(ageMs)} old, and ${allowed}`, true);
    },
  };
}

/** `timestamp()` of anything but a selector is the time of the question, which is always fresh. */
function plainSelector(selector: unknown): string {
  if (typeof selector === "string") {
    const reading = readPromql(selector);
    if ("fault" in reading) throw invalid("selector", reading.fault.message);
    const { expression } = reading;
    if (expression.kind === "selector" && expression.rangeMs === undefined) {
      const { offsetMs, at } = expression.shift;
      if (offsetMs === 0 && at === undefined) return selectorText(expression.selector);
    }
  }
  throw invalid("selector", `${show(selector)} is no selector alone; write one such as up{job="shop"}`);
}

function checkAge(newerThanMs: unknown): void {
  if (newerThanMs === undefined) return;
  if (Number.isInteger(newerThanMs) && (newerThanMs as number) >= 1 && (newerThanMs as number) <= LONGEST_MS) return;
  throw invalid(
    "newerThanMs",
    `${show(newerThanMs)} is not possible; write whole milliseconds, 1 to ${String(LONGEST_MS)}`,
  );
}
