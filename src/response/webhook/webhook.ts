/** The webhook's protocol, without a host: 2xx only for what is stored, never 3xx or 429, always in time. */
import type { Clock } from "../../core/time/clock.ts";
import { withDeadline } from "../../core/deadline.ts";
import { isReliabilityError, type ReliabilityError } from "../../core/errors.ts";
import type { Logger } from "../../ports/logger.ts";
import type { CallOptions } from "../../ports/store.ts";

import { clip } from "../alerts/fields.ts";
import type { AlertGroup } from "../alerts/alerts.ts";
import type { ReceivedOutcome } from "../automated-response-intake.ts";
import { WebhookAuth } from "./auth.ts";
import type { ReadBody } from "./body.ts";
import { RateLimit } from "./limit.ts";
import { type SoundWebhook, type WebhookOptions, webhookOf } from "./options.ts";
import { noWebhookStats, type WebhookRefusal, type WebhookStats } from "./stats.ts";

/** A request of any host. */
export interface WebhookRequest {
  readonly method: string;
  /** The value of a header by its name in lower case. */
  header(name: string): string | null | undefined;
  /** Reads its body; asked once at most. */
  readonly body: ReadBody;
}

/** What to answer. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** JSON. */
  readonly body: string;
}

/** What a webhook needs. */
export interface WebhookEndpointOptions {
  /** Throws if the body cannot be read. */
  readonly read: (body: string) => readonly AlertGroup[];
  /** Stores what was read. */
  readonly take: (groups: readonly AlertGroup[], call: CallOptions) => Promise<ReceivedOutcome>;
  readonly webhook: WebhookOptions;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A request that is not taken in, with what to say of it. */
class Refused extends Error {
  readonly status: number;
  readonly why: WebhookRefusal;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    why: WebhookRefusal,
    message: string,
    { headers = {}, cause }: { readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.why = why;
    this.headers = headers;
  }
}

const LONGEST_ERROR = 500;
const RETRY_AFTER = { "Retry-After": "5" };

/** Answers requests, and counts them. */
export class WebhookEndpoint {
  readonly #read: WebhookEndpointOptions["read"];
  readonly #take: WebhookEndpointOptions["take"];
  readonly #webhook: SoundWebhook;
  readonly #auth: WebhookAuth;
  readonly #limit: RateLimit | undefined;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stats = noWebhookStats();
  readonly #working = new Set<WebhookRequest>();

  constructor({ read, take, webhook, clock, logger }: WebhookEndpointOptions) {
    this.#read = read;
    this.#take = take;
    this.#webhook = webhookOf(webhook);
    this.#auth = new WebhookAuth(this.#webhook);
    this.#limit = this.#webhook.rateLimit === false ? undefined : new RateLimit(this.#webhook.rateLimit, clock);
    this.#clock = clock;
    this.#logger = logger;
  }

  /** What came in since the beginning. */
  stats(): WebhookStats {
    return { ...this.#stats };
  }

  /** Answers one request. Never rejects. */
  async answer(request: WebhookRequest): Promise<WebhookAnswer> {
    this.#stats.requests += 1;
    const { timeoutMs } = this.#webhook;
    try {
      const outcome = await withDeadline((signal) => this.#admitted(request, signal), {
        clock: this.#clock,
        timeoutMs,
        operation: "storing the alerts",
      });
      this.#stats.stored += 1;
      this.#stats.alerts += outcome.alerts;
      return answerOf(200, outcome);
    } catch (error) {
      const refused = error instanceof Refused ? error : failure(error);
      this.#stats[refused.why] += 1;
      this.#report(refused);
      return answerOf(refused.status, { error: refused.message }, refused.headers);
    } finally {
      this.#working.delete(request);
    }
  }

  async #admitted(request: WebhookRequest, signal: AbortSignal): Promise<ReceivedOutcome> {
    if (request.method !== "POST")
      throw new Refused(405, "wrongMethod", "only POST is possible", { headers: { Allow: "POST" } });
    if (!(await this.#auth.knowsBearer(request.header("authorization")))) {
      throw new Refused(401, "unauthorized", "unauthorized", { headers: { "WWW-Authenticate": "Bearer" } });
    }
    // If the process stood still, the deadline has passed meanwhile: a place that is taken now, nobody would give back.
    signal.throwIfAborted();
    checkForm(request);
    const seconds = this.#limit?.take() ?? 0;
    if (seconds > 0) throw limited("too many requests", Math.ceil(seconds));
    // Strangers must not fill the places; whoever hangs has lost his when the deadline has passed.
    if (this.#working.size >= this.#webhook.maxConcurrent) throw limited("too many requests at a time", 1);
    this.#working.add(request);
    return this.#stored(request, signal);
  }

  async #stored(request: WebhookRequest, signal: AbortSignal): Promise<ReceivedOutcome> {
    const groups = await this.#groups(request, signal);
    signal.throwIfAborted();
    try {
      return await this.#take(groups, { signal });
    } catch (cause) {
      // What the store says may hold what is not for senders.
      const isPassing = isReliabilityError(cause) && !isConfiguration(cause);
      const message = "the alerts could not be stored; send them again";
      throw new Refused(isPassing ? 503 : 500, "failed", message, { headers: RETRY_AFTER, cause });
    }
  }

  async #groups(request: WebhookRequest, signal: AbortSignal): Promise<readonly AlertGroup[]> {
    const { maxBytes } = this.#webhook;
    const tooLarge = new Refused(413, "tooLarge", `the body has more than ${String(maxBytes)} bytes`);
    const body = await request.body(maxBytes, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      // A mistake in mounting; whoever reads the sender's log is the one who made it.
      if (isConfiguration(error))
        throw new Refused(500, "failed", error.message, { headers: RETRY_AFTER, cause: error });
      throw new Refused(400, "malformed", "the body broke off");
    });
    if (body === undefined) throw tooLarge;
    if (!(await this.#auth.knowsSignature(body, (name) => request.header(name)))) {
      throw new Refused(401, "unauthorized", "unauthorized");
    }
    try {
      return this.#read(new TextDecoder("utf-8", { fatal: true }).decode(body));
    } catch (error) {
      throw new Refused(
        400,
        "malformed",
        isConfiguration(error) ? clip(error.message, LONGEST_ERROR) : "the body is not UTF-8",
      );
    }
  }

  /** Strangers are counted and not told of: whoever can post could fill the log. */
  #report({ status, why, message, cause }: Refused): void {
    if (why === "failed" || why === "late") {
      this.#logger.error("alerts of a webhook were not stored; the sender is asked to send them again", {
        error: cause,
      });
    } else if (why === "malformed" || (why === "tooLarge" && !this.#auth.signed)) {
      this.#logger.warn(`a webhook's body was refused: ${message}`, { status });
    }
  }
}

function isConfiguration(error: unknown): error is ReliabilityError {
  return isReliabilityError(error) && error.code === "configuration";
}

/** Packed bodies are not taken: a small one may become any size. */
function checkForm(request: WebhookRequest): void {
  const encoding = (request.header("content-encoding") ?? "").trim().toLowerCase();
  if (encoding !== "" && encoding !== "identity") {
    throw new Refused(415, "unsupported", "a packed body is not taken; send it as it is");
  }
  const [type = ""] = (request.header("content-type") ?? "").split(";", 1);
  if (!/^(?:application\/(?:[\w.+-]+\+)?json)?$/i.test(type.trim())) {
    throw new Refused(415, "unsupported", "the body must be application/json");
  }
}

function limited(message: string, seconds: number): Refused {
  const headers = { "Retry-After": String(seconds) };
  return new Refused(503, "limited", `${message}; send it again later`, { headers });
}

/** The deadline has passed; what the store still does of it does no harm, and it is sent again. */
function failure(cause: unknown): Refused {
  const isLate = isReliabilityError(cause) && cause.code === "timeout";
  const message = isLate ? "the alerts were not stored in time; send them again" : "it failed; send it again";
  return new Refused(isLate ? 503 : 500, isLate ? "late" : "failed", message, { headers: RETRY_AFTER, cause });
}

function answerOf(status: number, body: object, headers: Readonly<Record<string, string>> = {}): WebhookAnswer {
  const known = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };
  return { status, headers: { ...known, ...headers }, body: JSON.stringify(body) };
}
