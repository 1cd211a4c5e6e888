/** One way to call other systems: what they answer becomes a value or an `AdapterError` that holds no secret. */
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { AdapterError, type ErrorContext, invalid, isReliabilityError, show } from "../../core/errors.ts";
import { isDeeperThan } from "../../core/json-depth.ts";
import { BAD_PORT, codeOfThrown, isError } from "../../core/thrown.ts";
import { atOnce } from "../../core/thenable.ts";

import { readBody } from "./read-body.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { HttpFetch, HttpReply } from "../../ports/http-fetch.ts";

/** Where to call, and who does. */
export interface HttpCallerOptions {
  /** Name of the adapter, for errors. */
  readonly adapter: string;
  /** What paths are appended to. */
  readonly baseUrl: string;
  readonly fetch: HttpFetch | undefined;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock?: Clock | undefined;
}

/** One call. */
export interface HttpCall {
  /** What it is for, as in "could not OPERATION". */
  readonly operation: string;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; it is JSON already. */
  readonly text?: string;
  /** Statuses beside 2xx that are no failure. */
  readonly accept?: readonly number[] | "any";
  /** Most bytes of the answer; 64 KiB unless told. */
  readonly maxBytes?: number;
  /** An answer that is not UTF-8 is a failure; unless told, what cannot be read is replaced by U+FFFD. */
  readonly isExact?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** An answer that is no failure. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** Its `Content-Type`. */
  readonly type?: string | undefined;
  /** How long the server wants to be left alone, in milliseconds; asked for beside a failure only. */
  readonly retryAfterMs?: number | undefined;
}

/** Lists and mappings inside each other that an answer may have; none of those that are asked has more than ten. */
const DEEPEST_ANSWER = 64;

const MOST_BYTES = 65_536;
/** Nobody explains a failure at greater length. */
const MOST_ERROR_BYTES = 2_097_152;

/** Calls one system. Retries and deadlines are the business of who calls. */
export class HttpCaller {
  readonly #adapter: string;
  readonly #baseUrl: string;
  readonly #fetch: HttpFetch;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #clock: Clock;

  constructor({ adapter, baseUrl, fetch, headers = {}, clock = systemClock }: HttpCallerOptions) {
    this.#adapter = adapter;
    this.#baseUrl = baseUrl;
    if (fetch !== undefined && typeof fetch !== "function") throw invalid("fetch", `${show(fetch)} is not a function`);
    this.#fetch = fetch ?? globalThis.fetch;
    this.#headers = headers;
    this.#clock = clock;
  }

  /** Rejects with an `AdapterError` for anything but 2xx; 408, 425, 429, 5xx and no answer at all are retryable. */
  async call(call: HttpCall): Promise<HttpAnswer> {
    const reply = await this.#send(call);
    const { status } = reply;
    const text = await this.#read(reply, call);
    if (isDone(status) || call.accept === "any" || call.accept?.includes(status) === true) {
      // Where what was asked for was done, or failed, that is known; only what cannot be read is wanted.
      if (text !== undefined || call.maxBytes === undefined || !isDone(status)) {
        return { status, text: text ?? "", type: headerOf(reply, "content-type"), ...this.#wait(reply) };
      }
      throw this.#failure(call, `the answer is longer than ${String(call.maxBytes)} bytes`, false, {
        status,
        maxBytes: call.maxBytes,
      });
    }
    throw this.#refusal(call, reply);
  }

  /** The same, and the answer is read as JSON. */
  async json(call: HttpCall): Promise<unknown> {
    const { status, text } = await this.call(call);
    const value = parsedAnswer(text);
    if (value !== undefined) return value;
    const message = `it was answered with ${String(status)} and something that is no JSON`;
    throw this.#failure(call, message, true, { status });
  }

  /** For what an adapter finds wrong with an answer. */
  failure(operation: string, message: string, retryable: boolean): AdapterError {
    return new AdapterError(message, { adapter: this.#adapter, operation, retryable });
  }

  async #send(call: HttpCall): Promise<HttpReply> {
    const { method = "POST", path = "", json, signal } = call;
    const body = call.text ?? (json === undefined ? undefined : JSON.stringify(json));
    const type = body === undefined ? {} : { "content-type": "application/json" };
    signal?.throwIfAborted();
    try {
      // Not followed: a redirected POST loses its body, and a token must not go to another host.
      const reply: unknown = await this.#fetch(this.#baseUrl + path, {
        method,
        redirect: "manual",
        headers: { accept: "application/json", ...type, ...this.#headers, ...call.headers },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      return soundReply(reply);
    } catch (error) {
      throw this.#unanswered(call, error);
    }
  }

  async #read(reply: HttpReply, call: HttpCall): Promise<string | undefined> {
    try {
      const most = call.maxBytes ?? MOST_BYTES;
      return await readBody(reply, isDone(reply.status) ? most : Math.min(most, MOST_ERROR_BYTES), call.isExact);
    } catch (error) {
      // The status says what became of it; an error's body is not looked at anyway.
      if (reply.status >= 300) return "";
      throw this.#unanswered(call, error);
    }
  }

  #refusal(call: HttpCall, reply: HttpReply): AdapterError {
    const { status } = reply;
    const context = { status, ...this.#wait(reply) };
    return this.#failure(call, refusalText(status), isRetryable(status), context);
  }

  #wait(reply: HttpReply): { readonly retryAfterMs?: number } {
    const { status } = reply;
    const waitMs = isRetryable(status)
      ? retryAfterMs(headerOf(reply, "retry-after") ?? null, this.#clock.now())
      : undefined;
    return waitMs === undefined ? {} : { retryAfterMs: waitMs };
  }

  /** What `fetch` throws may hold the address, and that may be a secret: only its code is kept. */
  #unanswered(call: HttpCall, error: unknown): Error {
    const { signal } = call;
    if (signal?.aborted === true) {
      const { reason } = signal as { reason: unknown };
      return isError(reason) ? reason : this.#failure(call, "it was broken off", true, {});
    }
    if (isReliabilityError(error)) return error;
    const code = codeOfThrown(error);
    if (code === BAD_PORT) return this.#failure(call, BLOCKED_PORT, false, { reason: code });
    return this.#failure(call, `there was no answer${code === undefined ? "" : ` (${code})`}`, true, {
      ...(code === undefined ? {} : { reason: code }),
    });
  }

  #failure({ operation }: HttpCall, message: string, retryable: boolean, context: ErrorContext): AdapterError {
    return new AdapterError(message, { adapter: this.#adapter, operation, retryable, context });
  }
}

/** What to say of an address that fetch does not call. */
export const BLOCKED_PORT: string = `it was not asked: fetch calls no port that the web blocks, such as 1, 9 or 6667 (${BAD_PORT}); give it another port`;

/** What is in an answer; undefined if it is no JSON, or deeper than any answer is. */
export function parsedAnswer(text: string): unknown {
  if (isDeeperThan(text, DEEPEST_ANSWER)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether what is answered with this status may be answered otherwise later. */
export function isRetryable(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** What to say of an answer with a status that is not 2xx. */
export function refusalText(status: number): string {
  if (status < 400) return "it was answered with a redirect, which is not followed; give the address that it leads to";
  return `it was answered with ${String(status)}${meaning(status)}`;
}

function isDone(status: number): boolean {
  return status >= 200 && status < 300;
}

function meaning(status: number): string {
  if (status === 401 || status === 403) return "; look at the token and what it may do";
  if (status === 404) return "; look at the address and the ids in the options";
  return "";
}

/** What a fetch of somebody's own answers. @throws TypeError if it is no answer */
function soundReply(reply: unknown): HttpReply {
  const { status, headers, body } = (reply ?? {}) as Readonly<Record<string, unknown>>;
  const isStatus = Number.isInteger(status) && (status as number) >= 100 && (status as number) <= 999;
  const isWhole =
    typeof headers === "object" &&
    headers !== null &&
    (body === null || body === undefined || typeof body === "object");
  if (isStatus && isWhole) return reply as HttpReply;
  throw new TypeError("fetch answered with something that is no answer");
}

/** A header that cannot be read is not there. */
function headerOf({ headers }: HttpReply, name: string): string | undefined {
  try {
    const value: unknown = atOnce(headers.get(name));
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
