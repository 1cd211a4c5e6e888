/** From what a dashboard shows to where it can be looked into: a trace, and logs. */
import { traceIdFrom } from "../../signals/traces.ts";

import { baseAddress, type LogLinks, logsAddress } from "./addresses.ts";
import { filledAddress } from "./templates.ts";

export { checkLinks } from "./checks.ts";
export type { KibanaLogs, LogLinks, LokiLogs, TemplateLogs } from "./addresses.ts";

/** Where traces are: the address of Jaeger or Zipkin, or a template with `{traceId}` for any other. */
export type TraceLinks = { readonly jaeger: string } | { readonly zipkin: string } | { readonly template: string };

/** Where traces and logs can be looked at. Addresses are of http or https. */
export interface TelemetryLinks {
  readonly traces?: TraceLinks;
  readonly logs?: LogLinks;
}

/** Whose logs, and of when. Times are in epoch milliseconds. */
export interface LogQuestion {
  readonly service: string;
  /** `service/name`. */
  readonly slo?: string;
  readonly from: number;
  readonly to: number;
  readonly traceId?: string;
  /** Id of an incident. */
  readonly incident?: string;
}

/**
 * The address of a trace; undefined if nothing is told of traces, or `traceId` is none: 16 or 32 hexadecimal digits.
 *
 * @example
 * ```ts
 * import { traceUrl } from "nines";
 *
 * const url = traceUrl({ traces: { jaeger: "https://jaeger.example.com" } }, "4bf92f3577b34da6a3ce929d0e0e4736");
 * if (url !== "https://jaeger.example.com/trace/4bf92f3577b34da6a3ce929d0e0e4736") throw new Error(url);
 * ```
 */
export function traceUrl({ traces }: TelemetryLinks, traceId: string): string | undefined {
  const id = traceIdFrom(traceId);
  return traces === undefined || id === undefined ? undefined : traceAddress(traces, id);
}

/**
 * The address of logs: a query template with the values in it, each within its quotes whatever it is. Undefined if nothing
 * is told of logs, the times are none, or the template asks for something that the question does not have.
 *
 * @example
 * ```ts
 * import { logsUrl } from "nines";
 *
 * const logs = { kibana: { url: "https://kibana.example.com", index: "logs", query: 'service.name: "{service}"' } };
 * const url = logsUrl({ logs }, { service: "shop", from: 0, to: 60_000 });
 * if (!decodeURIComponent(url ?? "").includes(`query:'service.name: "shop"'`)) throw new Error(url);
 * ```
 */
export function logsUrl({ logs }: TelemetryLinks, question: LogQuestion): string | undefined {
  const { from, to, ...values } = question;
  if (logs === undefined || !isTime(from) || !isTime(to) || from > to) return undefined;
  const [first, last] = [Math.floor(from), Math.ceil(to)];
  return logsAddress(logs, values, {
    from: String(first),
    to: String(last),
    fromText: new Date(first).toISOString(),
    toText: new Date(last).toISOString(),
  });
}

/** The address of a trace by its id, or by what stands for one. */
export function traceAddress(traces: TraceLinks, id: string): string | undefined {
  if ("template" in traces) return filledAddress(traces.template, { traceId: id });
  const base = baseAddress("jaeger" in traces ? traces.jaeger : traces.zipkin);
  if (base === undefined) return undefined;
  // Zipkin's own pages are all below /zipkin, which many write with the address.
  return "jaeger" in traces ? `${base}/trace/${id}` : `${base.replace(/\/zipkin$/, "")}/zipkin/traces/${id}`;
}

const MOST_MS = 8.64e15;

function isTime(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) < MOST_MS;
}
