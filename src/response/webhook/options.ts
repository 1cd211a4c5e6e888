/** Who may post to a webhook, and how much. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";

/** Bodies that are signed: HMAC-SHA256 of the bytes that were sent, in hexadecimal digits. */
export interface HmacOptions {
  /** Name of the header with the signature, such as `x-signature`. */
  readonly header: string;
  /** Any of them may have signed, so that they can be changed without a gap. 8 to 1,000 characters. */
  readonly secrets: string | readonly string[];
  /** What stands before the digits; `sha256=` unless told. */
  readonly prefix?: string;
}

/** What can be told about a webhook. One of `bearer`, `hmac` and `open` is needed; of the first two, each that is told. */
export interface WebhookOptions {
  /** Secrets that an `Authorization: Bearer` header may have. 8 to 1,000 characters. */
  readonly bearer?: string | readonly string[];
  readonly hmac?: HmacOptions;
  /** Whether anybody may post, as where something before it has asked already. */
  readonly open?: boolean;
  /** Most bytes of a body; 8 MiB unless told. */
  readonly maxBytes?: number;
  /** Most requests, after who sends them is known as far as possible; 200 a second and 1,000 at once unless told. */
  readonly rateLimit?: { readonly perSecond: number; readonly burst: number } | false;
  /** Most requests that are worked on at a time; 32 unless told. */
  readonly maxConcurrent?: number;
  /** When to answer that it took too long; 8,000 unless told, at most 9,500: Alertmanager waits for ten seconds. */
  readonly timeoutMs?: number;
}

/** The same, checked. */
export interface SoundWebhook {
  readonly bearer: readonly string[] | undefined;
  readonly hmac: { readonly header: string; readonly secrets: readonly string[]; readonly prefix: string } | undefined;
  readonly maxBytes: number;
  readonly rateLimit: { readonly perSecond: number; readonly burst: number } | false;
  readonly maxConcurrent: number;
  readonly timeoutMs: number;
}

const OPTIONS = ["bearer", "hmac", "open", "maxBytes", "rateLimit", "maxConcurrent", "timeoutMs"];
const MOST_SECRETS = 20;
const MOST_BYTES = 64 * 1024 * 1024;

/** Checks the options, and fills in what was not told. */
export function webhookOf(options: WebhookOptions): SoundWebhook {
  checkOptions(options, "AutomatedResponse (webhook)", OPTIONS);
  const { bearer, hmac, open = false, maxBytes = 8 * 1024 * 1024, maxConcurrent = 32, timeoutMs = 8_000 } = options;
  const { rateLimit = { perSecond: 200, burst: 1_000 } } = options;
  if (typeof open !== "boolean") throw invalid(["webhook", "open"], `${show(open)} is neither true nor false`);
  if (bearer === undefined && hmac === undefined && !open) {
    throw invalid("webhook", "says nobody who may post; write bearer or hmac with a secret, or open: true for anybody");
  }
  number("maxBytes", maxBytes, 1, MOST_BYTES);
  number("maxConcurrent", maxConcurrent, 1, 10_000);
  number("timeoutMs", timeoutMs, 1, 9_500);
  if (rateLimit !== false) {
    checkOptions(rateLimit, "AutomatedResponse (webhook.rateLimit)", ["perSecond", "burst"]);
    number("rateLimit.perSecond", rateLimit.perSecond, 0.001, 1e6);
    number("rateLimit.burst", rateLimit.burst, 1, 1e6);
  }
  return {
    bearer: bearer === undefined ? undefined : secrets("bearer", bearer),
    hmac: hmac === undefined ? undefined : signed(hmac),
    maxBytes,
    rateLimit,
    maxConcurrent,
    timeoutMs,
  };
}

function signed(hmac: HmacOptions): SoundWebhook["hmac"] {
  checkOptions(hmac, "AutomatedResponse (webhook.hmac)", ["header", "secrets", "prefix"]);
  const { header, prefix = "sha256=" } = hmac;
  if (typeof header !== "string" || !/^[\w-]{1,100}$/.test(header)) {
    throw invalid(["webhook", "hmac", "header"], `${show(header)} is not the name of a header; such as x-signature`);
  }
  if (typeof prefix !== "string" || prefix.length > 50) {
    throw invalid(["webhook", "hmac", "prefix"], `${show(prefix)} is not text of at most 50 characters`);
  }
  return { header: header.toLowerCase(), secrets: secrets("hmac.secrets", hmac.secrets), prefix };
}

/** Never shows what it refuses. */
function secrets(name: string, value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const path = ["webhook", ...name.split(".")];
  if (list.length === 0 || list.length > MOST_SECRETS) {
    throw invalid(path, `has ${String(list.length)} secrets; write 1 to ${String(MOST_SECRETS)}`);
  }
  list.forEach((secret, index) => {
    if (typeof secret === "string" && secret.length >= 8 && secret.length <= 1_000 && secret.trim() === secret) return;
    throw invalid([...path, index], "is not a secret; text of 8 to 1,000 characters without spaces around it is");
  });
  return list as readonly string[];
}

function number(name: string, value: unknown, least: number, most: number): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  throw invalid(
    ["webhook", ...name.split(".")],
    `${show(value)} is not possible; allowed: ${String(least)} to ${String(most)}`,
  );
}
