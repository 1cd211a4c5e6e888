/** Requests to the API, as they go over the wire. */
import type { HttpAnswer, HttpCaller } from "../http/caller.ts";

/** One request. */
export interface ApiRequest {
  /** Such as `/api/v1/query`. */
  readonly path: string;
  readonly form: URLSearchParams;
  /** Whether it can be posted; what cannot is got. */
  readonly isPostable: boolean;
}

/** What an address without its query may become. */
const LONGEST_QUERY_STRING = 6_000;
/** "Method Not Allowed" and "Not Implemented", of proxies that let nobody write. */
const NO_POST: ReadonlySet<number> = new Set([405, 501]);

/**
 * Sends requests. A form is posted, since queries may be long; where that is not allowed it is sent as a query string, and
 * so is the next one.
 */
export class ApiSender {
  readonly #caller: HttpCaller;
  #gets = false;

  constructor(caller: HttpCaller) {
    this.#caller = caller;
  }

  /**
   * Resolves to whatever is answered; rejects as an {@link HttpCaller} does.
   *
   * @param onSend - is called for each request that goes out
   */
  async send(
    request: ApiRequest,
    options: { readonly maxBytes: number; readonly signal: AbortSignal | undefined; readonly onSend: () => void },
  ): Promise<HttpAnswer> {
    const form = request.form.toString();
    const call = {
      // Whoever asked says it better.
      operation: "ask",
      accept: "any",
      isExact: true,
      maxBytes: options.maxBytes,
      signal: options.signal,
    } as const;
    const isShort = form.length <= LONGEST_QUERY_STRING;
    if (request.isPostable && !(this.#gets && isShort)) {
      options.onSend();
      const answer = await this.#caller.call({
        ...call,
        path: request.path,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        text: form,
      });
      if (!NO_POST.has(answer.status) || !isShort) return answer;
    }
    options.onSend();
    const path = form === "" ? request.path : `${request.path}?${form}`;
    const answer = await this.#caller.call({ ...call, method: "GET", path });
    if (request.isPostable) this.#gets = !NO_POST.has(answer.status);
    return answer;
  }
}
