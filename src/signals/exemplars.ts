/** Examples of requests, so that a slow bucket leads to a trace. */
import type { MetricValue } from "./metric.ts";

/** An example as prom-client writes it. */
export type Exemplar = NonNullable<MetricValue["exemplar"]>;

/** The latest example of each bucket. */
export type Exemplars = (Exemplar | undefined)[];

/** A request of that trace that took so many seconds and ended at `epochMs`. */
export function exemplarOf(traceId: string, seconds: number, epochMs: number): Exemplar {
  return { labelSet: { trace_id: traceId }, value: seconds, timestamp: epochMs / 1_000 };
}

/** The latest example of each bucket, of several lists. */
export function latestOf(lists: readonly (Exemplars | undefined)[]): Exemplars | undefined {
  const [first, ...others] = lists.filter((list) => list !== undefined);
  if (first === undefined || others.length === 0) return first;
  const latest = [...first];
  for (const list of others) {
    list.forEach((exemplar, bucket) => {
      if (exemplar !== undefined && (exemplar.timestamp ?? 0) >= (latest[bucket]?.timestamp ?? 0))
        latest[bucket] = exemplar;
    });
  }
  return latest;
}
