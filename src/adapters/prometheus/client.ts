/** How a Prometheus is reached. */
import { invalid, show } from "../../core/errors.ts";
import { HttpCaller } from "../http/caller.ts";
import { httpUrl, secret } from "../http/settings.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";

/** Where a Prometheus is, or what answers as one: Thanos, Mimir, VictoriaMetrics. */
export interface PrometheusAddress {
  /** Such as `http://prometheus:9090`, with the prefix of its routes if it has one. */
  readonly url: string;
  /** Sent as a bearer token, where a proxy asks for one. */
  readonly token?: string;
  /** Sent with every call, such as `X-Scope-OrgID` or an `Authorization` that is no bearer token. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: HttpFetch;
}

/** A caller of its API v1. */
export function prometheusCaller({ url, token, headers = {}, fetch }: PrometheusAddress): HttpCaller {
  return new HttpCaller({
    adapter: "prometheus",
    baseUrl: `${httpUrl("url", url)}/api/v1`,
    fetch,
    headers: {
      ...checkedHeaders(headers),
      ...(token === undefined ? {} : { authorization: `Bearer ${secret("token", token)}` }),
    },
  });
}

function checkedHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== "object" || headers === null || Array.isArray(headers)) {
    throw invalid("headers", `${show(headers)} is no mapping of names to values`);
  }
  const entries = Object.entries(headers as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), headerValue(name, value)]));
}

function headerValue(name: string, value: unknown): string {
  if (!/^[A-Za-z0-9-]{1,100}$/.test(name)) throw invalid(["headers", name], "is no name of a header");
  if (typeof value === "string" && value.length <= 4_000 && /^[\x20-\x7e]*$/.test(value)) return value;
  throw invalid(["headers", name], "cannot be the value of a header; write printable ASCII characters");
}
