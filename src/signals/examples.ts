/** Traces of requests that an SLO has counted, from the examples that the buckets keep anyway. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";

import type { Exemplars } from "./exemplars.ts";
import { partsOf, type RequestSeries } from "./series.ts";
import type { SloTracker } from "./trackers.ts";

/** A request that an SLO has counted, and its trace. */
export interface TraceExample {
  /** 32 hexadecimal digits, or 16 of a sender that has shorter ones. */
  readonly traceId: string;
  /** When the request ended, in epoch milliseconds. */
  readonly at: number;
  readonly durationSeconds: number;
  readonly method: string;
  /** The route's pattern. */
  readonly route: string;
  /** Status of the response, as the metrics have it. */
  readonly code: string;
  /** Whether it was bad for the SLO: failed, or slower than the threshold. For throughput no request is. */
  readonly bad: boolean;
}

/** Which examples are wanted. */
export interface TraceExampleOptions {
  /** Only those that were bad (true), or only those that were not (false). */
  readonly bad?: boolean;
  /** Only those that ended at or after it, in epoch milliseconds. */
  readonly since?: number;
  /** How many at most, 1 to 20; 20 unless told. */
  readonly limit?: number;
}

const MOST = 20;

/** The examples among `all` that `tracker` counts, the newest first. */
export function traceExamples(
  all: Iterable<RequestSeries>,
  tracker: SloTracker | undefined,
  options: TraceExampleOptions,
): readonly TraceExample[] {
  checkOptions(options, "examples", ["bad", "since", "limit"]);
  const { bad, since = -Infinity, limit = MOST } = options;
  if (bad !== undefined && typeof (bad as unknown) !== "boolean") {
    throw invalid("bad", `${show(bad)} is neither true nor false`);
  }
  if (typeof since !== "number" || Number.isNaN(since)) {
    throw invalid("since", `${show(since)} is no instant; write epoch milliseconds`);
  }
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MOST)) {
    throw invalid("limit", `${show(limit)} is out of range; write a whole number from 1 to ${String(MOST)}`);
  }
  if (tracker === undefined) return [];
  const found: TraceExample[] = [];
  for (const [exemplars, sharers] of byExemplars(all)) {
    const [series] = sharers;
    if (series === undefined) continue;
    const { route, key } = series;
    const { method, statusCode } = partsOf(key);
    const code = String(statusCode);
    exemplars.forEach((exemplar, bucket) => {
      if (exemplar?.timestamp === undefined) return;
      const verdicts = new Set(sharers.map(({ plan }) => plan.isBad(tracker, bucket)));
      const [verdict] = verdicts;
      const at = Math.round(exemplar.timestamp * 1_000);
      // Past the limit on series one bucket may be of several kinds of request: nobody knows which one this was.
      if (verdict === undefined || verdicts.size > 1 || (bad ?? verdict) !== verdict || at < since) return;
      const traceId = String(exemplar.labelSet.trace_id);
      found.push({ traceId, at, durationSeconds: exemplar.value, method, route, code, bad: verdict });
    });
  }
  return found.sort((one, other) => other.at - one.at).slice(0, limit);
}

/** Those that have examples, by their lists. */
function byExemplars(all: Iterable<RequestSeries>): ReadonlyMap<Exemplars, readonly RequestSeries[]> {
  const lists = new Map<Exemplars, RequestSeries[]>();
  for (const series of all) {
    if (series.exemplars === undefined) continue;
    const sharers = lists.get(series.exemplars);
    if (sharers === undefined) lists.set(series.exemplars, [series]);
    else sharers.push(series);
  }
  return lists;
}
