/** Which series a question is about, checked. */
import { invalid, show } from "../../core/errors.ts";
import { shortText } from "../http/settings.ts";

import { checkOrder, checkTime } from "./range.ts";

/** Which series, and when they must have had a sample. */
export interface PrometheusMatch {
  /** Selectors such as `up{job="shop"}`, one of which is to match; 100 at most. All series unless told. */
  readonly matchers?: string | readonly string[];
  /** Whole epoch milliseconds; as early as the server goes back, unless told. */
  readonly start?: number;
  /** Whole epoch milliseconds. */
  readonly end?: number;
}

const MOST_MATCHERS = 100;
const LONGEST_MATCHER = 10_000;

/** Refuses times that Prometheus does not read, judged beside a clock, and an end before its start. */
export function checkedPeriod(
  { start, end }: PrometheusMatch,
  now: () => number,
): Pick<PrometheusMatch, "start" | "end"> {
  checkTime("start", start, now);
  checkTime("end", end, now);
  checkOrder(start, end);
  return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}

/** One selector, or a list of them. What is none Prometheus says itself. */
export function checkedMatchers(matchers: unknown, least: 0 | 1): readonly string[] {
  const list: unknown = typeof matchers === "string" ? [matchers] : matchers;
  if (!Array.isArray(list)) throw invalid("matchers", `${show(matchers)} is no selector and no list of them`);
  if (list.length < least || list.length > MOST_MATCHERS) {
    throw invalid(
      "matchers",
      `has ${String(list.length)} selectors; write ${String(least)} to ${String(MOST_MATCHERS)}`,
    );
  }
  return list.map((matcher, index) => shortText(`matchers[${String(index)}]`, matcher, LONGEST_MATCHER));
}
