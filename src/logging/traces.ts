/** Which trace a line leads to: never one that was made up. */
import type { TraceExample, TraceExampleOptions } from "../signals/examples.ts";
import { activeTraceId, type OpenTelemetryLike, traceIdFrom } from "../signals/traces.ts";

import type { LogFields, TraceHint } from "./model.ts";

/** Who has examples: a `GoldenSignalsCollector`. */
export interface ExampleTeller {
  /** Traces of requests that an SLO has counted. */
  examples(slo: string, options?: TraceExampleOptions): readonly TraceExample[];
}

/** What traces are found with. */
export interface TraceSources {
  readonly opentelemetry?: OpenTelemetryLike | undefined;
  readonly signals?: ExampleTeller | undefined;
  readonly link?: ((traceId: string) => string | undefined) | undefined;
}

const NAMES = ["trace_id", "traceID", "traceId"];
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;
const MOST_SLOS = 20;
/** An older example tells of other trouble, and its trace may be gone. */
const OLDEST_MS = 3_600_000;

/**
 * The trace that the event is about (named by an alert, or that of a request that was bad for its SLO), else the one in which it was
 * told; `trace_from` says which.
 */
export function traceFields(hint: TraceHint | undefined, at: number, sources: TraceSources): LogFields {
  const named = hint?.labels === undefined ? undefined : namedIn(hint.labels);
  if (named !== undefined) return fields(named, "alert", sources);
  const example = exampleOf(hint?.slos ?? [], at, sources.signals);
  if (example !== undefined) return fields(example, "example", sources);
  const { opentelemetry } = sources;
  const active = opentelemetry === undefined ? undefined : activeTraceId(opentelemetry);
  if (active === undefined) return {};
  return { ...fields(active, "span", sources), span_id: spanId(opentelemetry) };
}

function fields(traceId: string, from: "alert" | "example" | "span", { link }: TraceSources): LogFields {
  return { trace_id: traceId, trace_from: from, trace_url: link?.(traceId) };
}

function namedIn(lists: Iterable<Readonly<Record<string, string>>>): string | undefined {
  for (const list of lists) {
    for (const name of NAMES) {
      const id = Object.hasOwn(list, name) ? traceIdFrom(list[name]) : undefined;
      if (id !== undefined) return id;
    }
  }
  return undefined;
}

/** The latest of all of them. */
function exampleOf(slos: readonly string[], at: number, signals: ExampleTeller | undefined): string | undefined {
  let latest: TraceExample | undefined;
  for (const slo of slos.slice(0, MOST_SLOS)) {
    const [example] = signals?.examples(slo, { bad: true, since: at - OLDEST_MS, limit: 1 }) ?? [];
    if (example !== undefined && (latest === undefined || example.at > latest.at)) latest = example;
  }
  return latest === undefined ? undefined : traceIdFrom(latest.traceId);
}

function spanId(opentelemetry: OpenTelemetryLike | undefined): string | undefined {
  const context = opentelemetry?.trace.getActiveSpan()?.spanContext();
  const id: unknown = context === undefined ? undefined : Reflect.get(context, "spanId");
  return typeof id === "string" && SPAN_ID.test(id) ? id : undefined;
}
