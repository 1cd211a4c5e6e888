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
