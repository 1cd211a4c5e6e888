/** How an Alertmanager is reached. */
import { HttpCaller } from "../http/caller.ts";
import { httpUrl, secret } from "../http/settings.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";

/** Where an Alertmanager is. */
export interface AlertmanagerAddress {
  /** Such as `http://alertmanager:9093`, with the prefix of its routes if it has one. */
  readonly baseUrl: string;
  /** Sent as a bearer token, where a proxy asks for one. */
  readonly token?: string;
  readonly fetch?: HttpFetch;
}

/** A caller of its API v2. */
export function alertmanagerCaller({ baseUrl, token, fetch }: AlertmanagerAddress): HttpCaller {
  return new HttpCaller({
    adapter: "alertmanager",
    baseUrl: `${httpUrl("baseUrl", baseUrl)}/api/v2`,
    fetch,
    headers: token === undefined ? {} : { authorization: `Bearer ${secret("token", token)}` },
  });
}
