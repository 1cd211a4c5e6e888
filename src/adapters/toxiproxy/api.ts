/** The part of Toxiproxy's HTTP API that is needed to put faults and to take them away. */
import type { Clock } from "../../core/time/clock.ts";
import { withDeadline } from "../../core/deadline.ts";
import { AdapterError, isReliabilityError, show } from "../../core/errors.ts";
import { type HttpAnswer, type HttpCall, HttpCaller, isRetryable, refusalText } from "../http/caller.ts";
import { inPath } from "../http/settings.ts";

import { isToxic, problemOf, type Proxy, readProxies } from "./answers.ts";
import type { ToxiproxySettings, ToxicStream } from "./options.ts";
import type { Toxic } from "./toxic.ts";

/** A toxic as it is sent. */
export interface NewToxic extends Toxic {
  readonly name: string;
  readonly stream: ToxicStream;
  readonly toxicity: number;
}

const ADAPTER = "toxiproxy";
const MOST_BYTES = 4 * 1_048_576;
/** Toxiproxy closes a connection that it has not answered for so long: nobody will say any more what came of it. */
const LONGEST_MS = 30_000;

/** Each call ends, and rejects with an `AdapterError` or a `TimeoutError` that says what to do. */
export class ToxiproxyApi {
  readonly #caller: HttpCaller;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor({ url, fetch, headers, clock, timeoutMs }: ToxiproxySettings) {
    this.#caller = new HttpCaller({ adapter: ADAPTER, baseUrl: url, fetch, headers, clock });
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** All proxies, each with its toxics. */
  async proxies(signal: AbortSignal | undefined): Promise<readonly Proxy[]> {
    const operation = "list proxies";
    const call = { operation, method: "GET", path: "/proxies", maxBytes: MOST_BYTES, signal } as const;
    const answer = await this.#ask(call, this.#timeoutMs);
    const proxies = isDone(answer) ? readProxies(answer.text) : undefined;
    if (proxies === undefined) throw this.#unexpected(operation, answer);
    return proxies;
  }

  /**
   * Puts a toxic; false if there is one of that name. Once it is sent it is not broken off: what takes it away could overtake it,
   * and then it would stay.
   */
  async add(proxy: string, toxic: NewToxic): Promise<boolean> {
    const operation = `put ${toxic.type} on ${nameText(proxy)}`;
    const answer = await this.#ask({ operation, path: pathOf(proxy), json: toxic }, LONGEST_MS);
    // Who else says yes to everything has put nothing.
    if (isDone(answer) && isToxic(answer.text, toxic.name)) return true;
    if (answer.status === 409 && problemOf(answer.text, 409) !== undefined) return false;
    throw this.#unexpected(operation, answer);
  }

  /** Takes a toxic away; false if it, or its proxy, is not there. */
  async remove(proxy: string, name: string, signal: AbortSignal | undefined): Promise<boolean> {
    const operation = `take ${name} away from ${nameText(proxy)}`;
    const call = { operation, method: "DELETE", path: `${pathOf(proxy)}/${inPath(name)}`, signal } as const;
    const answer = await this.#ask(call, this.#timeoutMs);
    if (answer.status === 204) return true;
    // A 404 of somebody else says nothing of whether the toxic is there.
    if (answer.status === 404 && problemOf(answer.text, 404) !== undefined) return false;
    throw this.#unexpected(operation, answer);
  }

  async #ask(call: HttpCall, timeoutMs: number): Promise<HttpAnswer> {
    const { operation, signal } = call;
    try {
      return await withDeadline((within) => this.#caller.call({ ...call, accept: "any", signal: within }), {
        ...{ clock: this.#clock, timeoutMs, operation: `toxiproxy: to ${operation}`, signal, keepAlive: true },
      });
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      const { reason } = error.context;
      const message = `there was no answer${typeof reason === "string" ? ` (${reason})` : ""}; does toxiproxy-server run, and is its API at the url that was given?`;
      throw new AdapterError(message, { adapter: ADAPTER, operation, retryable: true, cause: error });
    }
  }

  /** For what is found wrong otherwise. */
  failure(operation: string, message: string): AdapterError {
    return new AdapterError(message, { adapter: ADAPTER, operation, retryable: true });
  }

  #unexpected(operation: string, { status, text }: HttpAnswer): AdapterError {
    const context = { status };
    const refuse = (message: string, retryable = false): AdapterError =>
      new AdapterError(message, { adapter: ADAPTER, operation, retryable, context });
    const problem = problemOf(text, status);
    if (problem === undefined && isDone({ status }))
      return refuse("it was answered by something that is no Toxiproxy; look at the url");
    if (problem === undefined && status === 404)
      return refuse("it was answered with 404, and not by Toxiproxy; look at the url");
    if (status === 403)
      return refuse(
        "it was answered with 403: Toxiproxy refuses what calls itself Mozilla/; look at the user-agent of the headers",
      );
    if (problem === undefined) return refuse(refusalText(status), isRetryable(status));
    const advice = status === 404 ? "; create it by POST /proxies, or look at its name" : "";
    return refuse(`it was answered with ${String(status)}, ${problem}${advice}`, isRetryable(status));
  }
}

/** As it is where that can be shown in a sentence. */
export function nameText(proxy: string): string {
  return /^[\w.:-]{1,100}$/.test(proxy) ? proxy : show(proxy);
}

function pathOf(proxy: string): string {
  return `/proxies/${inPath(proxy)}/toxics`;
}

function isDone({ status }: Pick<HttpAnswer, "status">): boolean {
  return status >= 200 && status < 300;
}

function isUnanswered(error: unknown): error is AdapterError {
  return isReliabilityError(error) && error.code === "adapter" && error.context.status === undefined;
}
