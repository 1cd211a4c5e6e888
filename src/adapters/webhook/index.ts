/** Tells anything that takes JSON over HTTP, signed. */
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { Notification, Notifier } from "../../ports/notifier.ts";
import type { CallOptions } from "../../ports/store.ts";
import { HttpCaller } from "../http/caller.ts";
import { ownHeaders, signingSecret, wholeUrl } from "../http/settings.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";

import { webhookSignature } from "./signature.ts";

export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";
export { type ReceivedWebhook, verifyWebhook, webhookSignature } from "./signature.ts";

/** What can be told to a {@link WebhookNotifier}. */
export interface WebhookOptions {
  readonly url: string;
  /** What bodies are signed with: 16 characters or more. */
  readonly secret: string;
  /** Sent with every message, such as a token. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: HttpFetch;
  readonly clock?: Clock;
}

const OPTIONS: readonly (keyof WebhookOptions)[] = ["url", "secret", "headers", "fetch", "clock"];

/**
 * A {@link Notifier} that posts each message as JSON: `version` (1), `idempotencyKey`, `kind`, `at`, `message`,
 * `recipient` and `incident`. The header `idempotency-key` is the same for each attempt at a message and for no other.
 * `x-nines-timestamp` has the time in seconds, `x-nines-signature` the signature of both, which {@link verifyWebhook}
 * checks. Any 2xx means that it was taken; 408, 425, 429 and 5xx that it is to be sent again.
 *
 * @example
 * ```ts
 * import { verifyWebhook, WebhookNotifier } from "nines/webhook";
 *
 * const secret = "0123456789abcdef";
 * let genuine = false;
 * const hook = new WebhookNotifier({
 *   url: "https://chat.example.com/incidents",
 *   secret,
 *   fetch: async (_url, { headers, body = "" }) => {
 *     const [timestamp, signature] = [headers["x-nines-timestamp"], headers["x-nines-signature"]];
 *     genuine = verifyWebhook({ body, timestamp, signature, secret, at: Date.now() });
 *     return new Response(null, { status: 204 });
 *   },
 * });
 * const incident = {
 *   id: "INC-0001", title: "checkout fails", severity: "SEV1", status: "investigating",
 *   services: ["checkout"], startedAt: 0, labels: {},
 * } as const;
 * await hook.notify({ idempotencyKey: "INC-0001/1/hook", kind: "opened", at: 0, message: "declared", incident });
 * if (!genuine) throw new Error("the signature is wrong");
 * ```
 */
export class WebhookNotifier implements Notifier {
  readonly #caller: HttpCaller;
  readonly #secret: string;
  readonly #clock: Clock;

  constructor(options: WebhookOptions) {
    checkOptions(options, "WebhookNotifier", OPTIONS);
    checkMethods(options.clock, "clock", ["now", "monotonic", "schedule"]);
    const { headers = {}, fetch, clock = systemClock } = options;
    this.#secret = signingSecret("secret", options.secret);
    this.#clock = clock;
    this.#caller = new HttpCaller({
      adapter: "webhook",
      baseUrl: wholeUrl("url", options.url),
      fetch,
      headers: ownHeaders("headers", headers),
      clock,
    });
  }

  async notify(notification: Notification, { signal }: CallOptions = {}): Promise<void> {
    const body = JSON.stringify({ version: 1, ...notification });
    const timestamp = String(Math.floor(this.#clock.now() / 1_000));
    await this.#caller.call({
      operation: "deliver a message",
      headers: {
        "idempotency-key": encodeURI(Buffer.from(notification.idempotencyKey).toString()),
        "x-nines-timestamp": timestamp,
        "x-nines-signature": webhookSignature(this.#secret, timestamp, body),
      },
      text: body,
      signal,
    });
  }
}
