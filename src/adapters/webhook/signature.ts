/** Signatures over a timestamp and a body, so that a receiver knows who sent it, and when. */
import { createHmac, timingSafeEqual } from "node:crypto";

import { invalid } from "../../core/errors.ts";

/** `sha256=<hex>`: the HMAC-SHA256 of `TIMESTAMP.BODY`. */
export function webhookSignature(secret: string, timestamp: string, body: string | Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex")}`;
}

/** What is known of a webhook that came in. */
export interface ReceivedWebhook {
  /** The body, byte for byte as it came. */
  readonly body: string | Uint8Array;
  /** The header `x-nines-timestamp`. */
  readonly timestamp: string | null | undefined;
  /** The header `x-nines-signature`. */
  readonly signature: string | null | undefined;
  /** The secret; the old and the new one while it is changed. */
  readonly secret: string | readonly string[];
  /** Now, in epoch milliseconds. */
  readonly at: number;
  /** How far the timestamp may be from now, in milliseconds; 5 minutes unless told. */
  readonly toleranceMs?: number;
}

/**
 * Whether a webhook was signed with the secret, and not long ago: what was recorded cannot be sent again later. Compared
 * in constant time.
 *
 * @example
 * ```ts
 * import { verifyWebhook, webhookSignature } from "nines/webhook";
 *
 * const secret = "correct horse battery";
 * const signature = webhookSignature(secret, "1000", "{}");
 * const received = { body: "{}", timestamp: "1000", signature, secret };
 * if (!verifyWebhook({ ...received, at: 1_030_000 })) throw new Error("it is ours");
 * if (verifyWebhook({ ...received, at: 9_000_000 })) throw new Error("it is old");
 * if (verifyWebhook({ ...received, body: "{ }", at: 1_030_000 })) throw new Error("it was changed");
 * ```
 */
export function verifyWebhook(received: ReceivedWebhook): boolean {
  const { body, timestamp, signature, at, toleranceMs = 300_000 } = received;
  const secrets = typeof received.secret === "string" ? [received.secret] : received.secret;
  if (secrets.length === 0 || secrets.some((secret) => typeof secret !== "string" || secret === "")) {
    throw invalid("secret", "is missing: without one anybody could have signed it");
  }
  if (typeof timestamp !== "string" || !/^\d{1,13}$/.test(timestamp)) return false;
  if (typeof signature !== "string" || !/^sha256=[0-9a-f]{64}$/.test(signature)) return false;
  if (!(Math.abs(at - Number(timestamp) * 1_000) <= toleranceMs)) return false;
  const given = Buffer.from(signature);
  return secrets.some((secret) => timingSafeEqual(Buffer.from(webhookSignature(secret, timestamp, body)), given));
}
