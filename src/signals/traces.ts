/** Which trace a request belongs to. */
import type { HeadersLike } from "./response.ts";

/** The part of `@opentelemetry/api` that is asked. */
export interface OpenTelemetryLike {
  readonly trace: {
    /** The span that is active now. */
    getActiveSpan(): { spanContext(): { readonly traceId: string; readonly traceFlags: number } } | undefined;
  };
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})(?:-|$)/;
const B3_SINGLE = /^([0-9a-f]{32}|[0-9a-f]{16})-[0-9a-f]{16}(?:-([01d]))?(?:-[0-9a-f]{16})?$/i;
const B3_TRACE = /^(?:[0-9a-f]{32}|[0-9a-f]{16})$/i;
const NO_TRACE = /^0+$/;
const LONGEST_HEADER = 512;

/**
 * The trace id in W3C `traceparent`, else in B3's single header, else in its several ones. Undefined if there is none,
 * or if the headers say that nobody keeps the trace: an example that leads nowhere is worse than none.
 */
export function traceIdIn(headers: HeadersLike): string | undefined {
  const traceparent = headerOf(headers, "traceparent");
  if (traceparent !== undefined) {
    const [, id, flags = "00"] = TRACEPARENT.exec(traceparent) ?? [];
    if (id !== undefined) return (parseInt(flags, 16) & 1) === 1 ? realId(id) : undefined;
  }
  const single = headerOf(headers, "b3");
  if (single !== undefined) {
    const [, id, sampled] = B3_SINGLE.exec(single) ?? [];
    if (id !== undefined) return sampled === "0" ? undefined : realId(id);
  }
  const id = headerOf(headers, "x-b3-traceid");
  if (id === undefined || !B3_TRACE.test(id) || headerOf(headers, "x-b3-sampled") === "0") return undefined;
  return realId(id);
}

/** The id of the active span's trace, if it is kept. */
export function activeTraceId({ trace }: OpenTelemetryLike): string | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && (context.traceFlags & 1) === 1 ? realId(context.traceId) : undefined;
}

function headerOf(headers: HeadersLike, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" && value.length <= LONGEST_HEADER ? value : undefined;
}

function realId(id: string): string | undefined {
  return NO_TRACE.test(id) || !B3_TRACE.test(id) ? undefined : id.toLowerCase();
}
