/** What nines' own endpoints answer, before a framework writes it. */
import { checkMethods } from "../core/options.ts";
import { messageOfThrown } from "../core/thrown.ts";
import type { ExpositionFormat } from "../signals/metric.ts";
import type { MetricsExposition } from "../signals/exposition.ts";
import { checkHolder } from "../signals/observer.ts";
import type { HeadersLike } from "../signals/response.ts";
import { compressed, joined } from "./encoding.ts";
import { acceptsGzip, formatAccepted } from "./negotiation.ts";

/** A response without a framework. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Has metrics to be scraped: a collector or a `Reliability`. */
export interface MetricsHolder {
  /** The exposition, as text. */
  metrics(): Promise<string>;
  /** Its media type. */
  readonly contentType: string;
  /** The exposition in a format of one's choice; without it there is only the one of {@link metrics}. */
  exposition?(format?: ExpositionFormat): Promise<MetricsExposition>;
}

/** Has a status to be shown: a `Reliability`. */
export interface StatusHolder {
  /** Anything that JSON can say. */
  status(): Promise<unknown>;
}

/** What an endpoint looks at of a request, whatever the framework. */
export interface EndpointRequest {
  readonly method: string;
  /** Path and query as they came, percent-encoded; or a whole address that ends in them. */
  readonly url: string;
  /** By their lower-case names. */
  readonly headers: HeadersLike;
  /** What the route took out of the path, decoded; nothing where there is no router. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Answers a request. Never rejects. */
export type Endpoint = (request: EndpointRequest) => Promise<Answer>;

/** The metrics, or a 500 that says what went wrong to whoever scrapes. */
export function metricsEndpoint(holder: MetricsHolder): Endpoint {
  checkHolder(holder, "a GoldenSignalsCollector or a Reliability");
  checkMethods(holder, "holder", ["metrics"]);
  return async ({ headers }) => {
    try {
      const { contentType, pieces } = await expositionOf(holder, headers);
      const plain = { "Content-Type": contentType, "Cache-Control": "no-store", Vary: "Accept, Accept-Encoding" };
      const body = joined(pieces);
      const packed = acceptsGzip(headers) ? await compressed(body) : undefined;
      if (packed === undefined) return { statusCode: 200, headers: plain, body };
      return { statusCode: 200, headers: { ...plain, "Content-Encoding": "gzip" }, body: packed };
    } catch (error) {
      return failed("the metrics could not be rendered", error);
    }
  };
}

/** The status as JSON, or a 500 that says what went wrong. */
export function statusEndpoint(holder: StatusHolder): Endpoint {
  checkHolder(holder, "a Reliability");
  checkMethods(holder, "holder", ["status"]);
  return async () => {
    try {
      const body = `${JSON.stringify(await holder.status(), null, 2)}\n`;
      return { statusCode: 200, headers: headersOf("application/json; charset=utf-8"), body };
    } catch (error) {
      return failed("the status could not be told", error);
    }
  };
}

async function expositionOf(holder: MetricsHolder, headers: HeadersLike): Promise<MetricsExposition> {
  if (holder.exposition !== undefined) return holder.exposition(formatAccepted(headers));
  return { contentType: holder.contentType, pieces: [new TextEncoder().encode(await holder.metrics())] };
}

function failed(what: string, error: unknown): Answer {
  const why = messageOfThrown(error);
  return { statusCode: 500, headers: headersOf("text/plain; charset=utf-8"), body: `${what}: ${why}\n` };
}

function headersOf(contentType: string): Record<string, string> {
  return { "Content-Type": contentType, "Cache-Control": "no-store" };
}
