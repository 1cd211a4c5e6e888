/** Webhooks for a plain `node:http` server, and for frameworks that hand its requests on untouched. */
import { invalid } from "../core/errors.ts";
import type { AutomatedResponse } from "../response/automated-response.ts";
import { BodyBytes, type ReadBody } from "../response/webhook/body.ts";
import { writeAnswer, type WritableResponse } from "./node-response.ts";

/** The part of `http.IncomingMessage` that is read. */
export interface IncomingRequest {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Listens for the next pieces of the body, its end, or its failure. */
  on(event: "data" | "end" | "error" | "close", listener: (value: Uint8Array) => void): unknown;
  /** Stops listening. */
  removeListener(event: "data" | "end" | "error" | "close", listener: (value: Uint8Array) => void): unknown;
  /** Lets the rest go by. */
  resume(): unknown;
  /** Whether it was read to its end already. */
  readonly readableEnded?: boolean;
  /** Whether the connection is gone. */
  readonly destroyed?: boolean;
}

/** A request listener that takes alerts in. */
export type WebhookListener = (request: IncomingRequest, response: WritableResponse) => void;

/**
 * A request listener that answers webhooks as {@link AutomatedResponse.handle} does. It reads the body itself: mount it
 * before anything that parses bodies, or hand it the bytes as `request.rawBody`.
 *
 * @throws `ConfigurationError` if `response` was made without the option `webhook`
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { AutomatedResponse, IncidentManager } from "nines";
 * import { webhookListener } from "nines/node";
 *
 * const incidents = new IncidentManager();
 * const response = new AutomatedResponse({ incidents, webhook: { bearer: "what-alertmanager-sends" } });
 * const server = createServer(webhookListener(response));
 * ```
 */
export function webhookListener(response: AutomatedResponse): WebhookListener {
  const endpoint = response.webhook();
  return (request, written) => {
    const answered = endpoint.answer({
      method: request.method ?? "",
      header: (name) => headerOf(request, name),
      body: nodeBody(request),
    });
    void answered.then((answer) => {
      try {
        writeAnswer(written, { statusCode: answer.status, headers: answer.headers, body: answer.body });
      } catch {
        // The host has done something to this response; nobody is left to answer.
      }
    });
  };
}

function headerOf({ headers }: IncomingRequest, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return Array.isArray(value) ? value.join(", ") : value;
}

function nodeBody(request: IncomingRequest): ReadBody {
  return async (limit, signal) => {
    const ready = readBefore(request);
    if (ready !== undefined) return ready.byteLength > limit ? undefined : ready;
    return new Promise((resolve, reject) => {
      const bytes = new BodyBytes(limit);
      const onData = (chunk: Uint8Array | string): void => {
        if (typeof chunk === "string") {
          stop();
          reject(invalid(["request", "body"], "comes as text; leave out setEncoding, the webhook needs the bytes"));
        } else if (!bytes.add(chunk)) done();
      };
      const done = (): void => {
        stop();
        resolve(bytes.tooLarge ? undefined : bytes.joined());
      };
      const onBroken = (): void => {
        stop();
        reject(new Error("the body broke off"));
      };
      const onAbort = (): void => {
        stop();
        reject(signal.reason as Error);
      };
      const stop = (): void => {
        request.removeListener("data", onData);
        request.removeListener("end", done);
        request.removeListener("close", onBroken);
        signal.removeEventListener("abort", onAbort);
        // Node lets go by what is left once the answer is written.
        request.resume();
      };
      // Stays: a connection that breaks later must not end the process.
      request.on("error", onBroken);
      request.on("close", onBroken);
      request.on("end", done);
      request.on("data", onData);
      signal.addEventListener("abort", onAbort);
      if (signal.aborted) onAbort();
      if (request.destroyed === true) onBroken();
    });
  };
}

/** The bytes, if something has read them and kept them. @throws ConfigurationError if it has read them and kept something else */
function readBefore(request: IncomingRequest): Uint8Array<ArrayBuffer> | undefined {
  for (const name of ["rawBody", "body"]) {
    const kept: unknown = Reflect.get(request, name);
    if (kept instanceof Uint8Array) return new Uint8Array(kept);
    if (typeof kept === "string") return new TextEncoder().encode(kept);
  }
  if (request.readableEnded !== true) return undefined;
  throw invalid(
    ["request", "body"],
    "was read before the webhook had its turn; mount it before express.json() and its like, or keep the bytes as request.rawBody",
  );
}
