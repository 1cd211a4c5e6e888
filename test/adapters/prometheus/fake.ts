/** A Prometheus that answers what a test wants. */
import type { HttpFetch, HttpInit } from "../../../src/ports/http-fetch.ts";

/** A request, with its form. */
export interface Asked {
  readonly url: string;
  readonly init: HttpInit;
  readonly form: Readonly<Record<string, string>>;
}

export type Reply = (asked: Asked) => Response | Promise<Response>;

/** A `fetch` that remembers what it was asked. */
export function fakeFetch(reply: Reply): { fetch: HttpFetch; asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    fetch: async (url, init) => {
      const one = { url, init, form: Object.fromEntries(new URLSearchParams(init.body)) };
      asked.push(one);
      return reply(one);
    },
  };
}

/** One series of an answer. */
export interface Given {
  readonly metric?: unknown;
  readonly values?: unknown;
  readonly [other: string]: unknown;
}

/** What Prometheus sends. */
export function matrix(result: readonly Given[], rest: object = {}): Response {
  const data = { resultType: "matrix", result: result.map((one) => ({ metric: {}, ...one })) };
  return Response.json({ status: "success", data, ...rest });
}
