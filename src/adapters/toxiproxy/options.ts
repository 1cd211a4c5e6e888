/** What a plane over Toxiproxy is told, checked. */
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";
import { httpUrl, ownHeaders, shortText } from "../http/settings.ts";

/** Which way the bytes go that a toxic meets: from the client to the upstream, or back. */
export type ToxicStream = "upstream" | "downstream";

/** What can be told to a {@link ToxiproxyPlane}. */
export interface ToxiproxyOptions {
  /** Of Toxiproxy's HTTP API; `http://127.0.0.1:8474` unless told. */
  readonly url?: string;
  /** Which bytes meet the faults: those on their way back (`"downstream"`) unless told. */
  readonly stream?: ToxicStream;
  /** What the names of its toxics begin with, by which it knows them; `"nines-"` unless told. */
  readonly prefix?: string;
  /** How targets and reports call it, where there are several; `"toxiproxy"` unless told. */
  readonly name?: string;
  /** How long reading and taking away may take, such as `"10s"`; that unless told. Putting takes 30 seconds at most. */
  readonly timeout?: string;
  /** Headers of your own, for what stands in front of the API. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: HttpFetch;
  readonly clock?: Clock;
}

/** The same, each with its value. */
export interface ToxiproxySettings {
  readonly url: string;
  readonly stream: ToxicStream;
  readonly prefix: string;
  readonly name: string;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: HttpFetch | undefined;
  readonly clock: Clock;
}

const OPTIONS: readonly (keyof ToxiproxyOptions)[] = [
  "url",
  "stream",
  "prefix",
  "name",
  "timeout",
  "headers",
  "fetch",
  "clock",
];
const STREAMS: readonly ToxicStream[] = ["upstream", "downstream"];

/** @throws {@link ConfigurationError} naming the option that is wrong */
export function readOptions(options: ToxiproxyOptions): ToxiproxySettings {
  checkOptions(options, "ToxiproxyPlane", OPTIONS);
  const { url = "http://127.0.0.1:8474", stream = "downstream", prefix = "nines-", name = "toxiproxy" } = options;
  if (!STREAMS.includes(stream)) throw invalid("stream", `${show(stream)} is not possible${choices(stream, STREAMS)}`);
  if (!(typeof prefix === "string" && /^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$/.test(prefix)))
    throw invalid("prefix", `${show(prefix)} is not possible; write 1 to 50 of A-Z, a-z, 0-9, _ and -`);
  return {
    url: httpUrl("url", url),
    stream,
    prefix,
    name: shortText("name", name, 100),
    timeoutMs: parseDuration(options.timeout ?? "10s", "timeout"),
    // Toxiproxy refuses browsers, so what a fetch calls itself is not left to it.
    headers: { "user-agent": "nines", ...ownHeaders("headers", options.headers ?? {}) },
    fetch: options.fetch,
    clock: options.clock ?? systemClock,
  };
}
