/** How a Prometheus is reached, and who asks. */
import type { Clock } from "../../core/time/clock.ts";
import { invalid } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { HttpCaller } from "../http/caller.ts";
import { httpUrl, ownHeaders, secret } from "../http/settings.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";

/** Where a Prometheus is, or what answers as one: Thanos, Mimir, VictoriaMetrics. */
export interface PrometheusAddress {
  /** Such as `http://prometheus:9090`, with the prefix of its routes if it has one. */
  readonly url: string;
  /** Sent as a bearer token, where a proxy asks for one. */
  readonly token?: string;
  /** Sent as HTTP basic authentication, where a proxy asks for it; not together with `token`. */
  readonly basic?: PrometheusBasic;
  /** Sent with every call, such as `X-Scope-OrgID` or an `Authorization` of another kind. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: HttpFetch;
}

/** A user and a password. */
export interface PrometheusBasic {
  /** Without a colon. */
  readonly username: string;
  readonly password: string;
}

/** The options of a {@link PrometheusAddress}. */
export const ADDRESS_OPTIONS: readonly (keyof PrometheusAddress)[] = ["url", "token", "basic", "headers", "fetch"];

/** What calls a Prometheus. */
export interface PrometheusConnection {
  readonly caller: HttpCaller;
  /** A text from outside without the address and the credentials, should it repeat them. */
  readonly hide: (text: string) => string;
}

const HIDDEN = "[secret]";
const SHORTEST_SECRET = 4;
const SHORTEST_IN_HEADER = 8;
/** Names of tenants are no secrets, and may be words that messages have. */
const NO_SECRETS: ReadonlySet<string> = new Set(["x-scope-orgid", "thanos-tenant"]);

/** Checks the address; nothing is called yet. */
export function connect(address: PrometheusAddress, clock?: Clock): PrometheusConnection {
  const baseUrl = httpUrl("url", address.url);
  const headers = { ...ownHeaders("headers", address.headers ?? {}), ...authorization(address) };
  const words = Object.entries(headers).flatMap(([name, value]) =>
    NO_SECRETS.has(name) ? [] : [value, ...value.split(/[\s,;=]+/)],
  );
  const secrets = [
    baseUrl,
    ...[address.token ?? "", address.basic?.password ?? ""].filter((text) => text.length >= SHORTEST_SECRET),
    ...words.filter((word) => word.length >= SHORTEST_IN_HEADER),
  ].sort((a, b) => b.length - a.length);
  return {
    caller: new HttpCaller({ adapter: "prometheus", baseUrl, fetch: address.fetch, headers, clock }),
    hide: (text) => secrets.reduce((shown, one) => shown.replaceAll(one, HIDDEN), text),
  };
}

function authorization({ token, basic, headers = {} }: PrometheusAddress): Record<string, string> {
  if (token === undefined && basic === undefined) return {};
  const name = token === undefined ? "basic" : "token";
  if (token !== undefined && basic !== undefined) throw invalid("basic", "is given beside a token; write one of them");
  if (Object.keys(headers).some((header) => header.toLowerCase() === "authorization")) {
    throw invalid(["headers", "authorization"], `is given beside ${name}; write one of them`);
  }
  if (basic === undefined) return { authorization: `Bearer ${secret("token", token)}` };
  // One that is a text may be the password.
  if (typeof basic !== "object") throw invalid("basic", "is no mapping of a username and a password");
  checkOptions(basic, "basic", ["username", "password"], ["basic"]);
  const pair = `${credential("username", basic.username)}:${credential("password", basic.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** It is never shown. */
function credential(name: "username" | "password", value: unknown): string {
  const isText = typeof value === "string" && value !== "" && value.length <= 1_000 && !/\p{C}/u.test(value);
  if (isText && !(name === "username" && value.includes(":"))) return value;
  const colon = name === "username" ? ", without a colon" : "";
  throw invalid(["basic", name], `is missing or cannot be one; write 1 to 1000 characters on one line${colon}`);
}
