/** A probe that asks an address. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { publicReason } from "../core/public-reason.ts";
import type { HttpFetch } from "../ports/http-fetch.ts";

import type { Probe } from "./probes.ts";

/** What a {@link httpProbe} asks, and what it takes for well. */
export interface HttpProbeOptions {
  /** An http or https address. It is shown without its query and its user; that is sent as basic authorization. */
  readonly url: string;
  /** For people; the address unless told. */
  readonly name?: string;
  /** The status that is well, or several; any from 200 to 299 unless told. */
  readonly status?: number | readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  /** `globalThis.fetch` unless told. */
  readonly fetch?: HttpFetch;
}

/**
 * Holds while a GET is answered with the right status, within the runner's time limit. Redirects are not followed: a 302 is an answer, too.
 *
 * @throws {@link ConfigurationError} if the address or a status cannot be meant, or a user is told twice
 *
 * @example
 * ```ts
 * import { httpProbe } from "nines";
 *
 * const fetch = async () => ({ status: 204, headers: { get: () => null }, body: null });
 * const { ok } = await httpProbe({ url: "http://shop.example/healthz", fetch }).check({});
 * if (!ok) throw new Error("204 is well");
 * ```
 */
export function httpProbe(options: HttpProbeOptions): Probe {
  checkOptions(options, "httpProbe", ["url", "name", "status", "headers", "fetch"]);
  const { fetch = globalThis.fetch } = options;
  const url = addressOf(options.url);
  const headers = headersOf(options.headers ?? {}, url);
  const expected = options.status === undefined ? undefined : [options.status].flat();
  for (const status of expected ?? []) {
    if (!(Number.isInteger(status) && status >= 100 && status <= 599))
      throw invalid("status", `${show(status)} is no status; write 100 to 599`);
  }
  const shown = `${url.origin}${url.pathname}`;
  // To an address that names its user, fetch sends nothing.
  url.username = "";
  url.password = "";
  return {
    name: options.name ?? shown,
    check: async ({ signal }) => {
      let status: number;
      try {
        const reply = await fetch(url.href, {
          method: "GET",
          headers: { ...headers },
          redirect: "manual",
          ...(signal === undefined ? {} : { signal }),
        });
        // Nobody reads it, and a body that is not taken keeps its connection.
        await reply.body?.getReader().cancel();
        status = reply.status;
      } catch (error) {
        signal?.throwIfAborted();
        // Whatever the probe is called, its address is what did not answer.
        return { ok: false, message: `${shown} could not be asked: ${publicReason(error)}` };
      }
      const ok = expected?.includes(status) ?? (status >= 200 && status <= 299);
      return { ok, message: `${shown} answers ${String(status)}` };
    },
  };
}

function addressOf(text: unknown): URL {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw invalid("url", `${show(withoutUser(text))} is no address; write one such as http://shop.example/healthz`);
}

function withoutUser(text: unknown): unknown {
  return typeof text === "string" ? text.replace(/(?<![^/])[^/]*@/g, "").replace(/[?#].*/s, "") : text;
}

function headersOf(headers: Readonly<Record<string, string>>, { username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return { ...headers };
  if (Object.keys(headers).some((header) => header.toLowerCase() === "authorization"))
    throw invalid(["headers", "authorization"], "is given beside a user in url; write one of them");
  const pair = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`);
  return { ...headers, authorization: `Basic ${btoa(String.fromCharCode(...pair))}` };
}

/** As people mean it: an address encodes what would end the name. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
