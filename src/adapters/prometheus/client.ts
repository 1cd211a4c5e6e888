/** How a Prometheus is reached. */
import { HttpCaller } from "../http/caller.ts";
import { httpUrl, ownHeaders, secret } from "../http/settings.ts";
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
      ...ownHeaders("headers", headers),
      ...(token === undefined ? {} : { authorization: `Bearer ${secret("token", token)}` }),
    },
  });
}
