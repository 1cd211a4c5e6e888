/** Which trace a request belongs to. */
import type { HeadersLike } from "./response.ts";

/** The part of `@opentelemetry/api` that is asked. */
export interface OpenTelemetryLike {
  readonly trace: {
    /** The span that is active now. */
    getActiveSpan(): SpanLike | undefined;
  };
}

/** The part of a span that is asked. */
export interface SpanLike {
  /** Its trace, and whether that is kept. */
  spanContext(): { readonly traceId: string; readonly traceFlags: number };
}

// Later versions may have more behind the flags; the first one has not, and `ff` is none. An id of zeros is none either.
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:$|(?<!^00.{53})-)/;
const B3_SINGLE = /^([0-9a-f]{32}|[0-9a-f]{16})-[0-9a-f]{16}(?:-([01d]))?(?:-[0-9a-f]{16})?$/i;
const TRACE_ID = /^(?:[0-9a-f]{32}|[0-9a-f]{16})$/i;
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
    if (id !== undefined) return (parseInt(flags, 16) & 1) === 1 ? id : undefined;
  }
  const single = headerOf(headers, "b3");
  if (single !== undefined) {
    const [, id, sampled] = B3_SINGLE.exec(single) ?? [];
    if (id !== undefined) return sampled === "0" ? undefined : traceIdFrom(id);
    // Alone it says that the trace is not kept.
    if (single === "0") return undefined;
  }
  const sampled = headerOf(headers, "x-b3-sampled");
  // Older senders write false.
  return sampled === "0" || sampled === "false" ? undefined : traceIdFrom(headerOf(headers, "x-b3-traceid"));
}

/** The id of the active span's trace, if it is kept. */
export function activeTraceId({ trace }: OpenTelemetryLike): string | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && (context.traceFlags & 1) === 1 ? traceIdFrom(context.traceId) : undefined;
}

/** `id` if it is one: 16 or 32 hexadecimal digits, and not all zeros. */
export function traceIdFrom(id: unknown): string | undefined {
  return typeof id === "string" && TRACE_ID.test(id) && !NO_TRACE.test(id) ? id.toLowerCase() : undefined;
}

function headerOf(headers: HeadersLike, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" && value.length <= LONGEST_HEADER ? value : undefined;
}
