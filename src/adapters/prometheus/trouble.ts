/** What came instead of an answer, sorted by what can be done about it. */
import { isReliabilityError } from "../../core/errors.ts";
import { limitText } from "../../core/time/duration-text.ts";
import { BAD_PORT, isError, nameOfThrown } from "../../core/thrown.ts";
import { BLOCKED_PORT, isRetryable, refusalText } from "../http/caller.ts";

import type { PrometheusFailure, PrometheusFailureKind } from "./result.ts";

/** What is known besides. */
export interface TroubleFacts {
  readonly status?: number | undefined;
  readonly errorType?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** A code of the network, such as `ECONNREFUSED`. */
  readonly reason?: string | undefined;
  readonly warnings?: readonly string[] | undefined;
}

/** Why one request has no answer. */
export class Trouble {
  readonly kind: PrometheusFailureKind;
  /** What came, as the end of "prometheus could not OPERATION: ". */
  readonly text: string;
  /** Whether the same request may be answered later. */
  readonly retryable: boolean;
  readonly facts: TroubleFacts;

  constructor(kind: PrometheusFailureKind, text: string, retryable: boolean, facts: TroubleFacts = {}) {
    this.kind = kind;
    this.text = text;
    this.retryable = retryable;
    this.facts = facts;
  }

  /** The same, with more that is known. */
  with(facts: TroubleFacts): Trouble {
    return new Trouble(this.kind, this.text, this.retryable, { ...this.facts, ...facts });
  }

  /** Whether it is worth asking again at once. What is partial would be as partial a moment later. */
  get isPassing(): boolean {
    return this.retryable && this.kind !== "partial";
  }
}

const NO_ANSWER = "it was answered with something that is no answer of Prometheus";
const PAGE = "it was answered with a page for people; look at the address, and at the token if the page asks for one";
/** Codes of what is no HTTP, no UTF-8 and no gzip. */
const NOT_UNDERSTOOD = /^(HPE_|HTTP_PARSER_|Z_|ERR_ENCODING_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES)/;
const TOO_SLOW: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);
/** What Prometheus says of itself, and not of the query, whatever status it comes with. */
const PASSING: ReadonlySet<string> = new Set(["timeout", "canceled", "internal", "unavailable"]);

/** The caller's signal. */
export const ABORTED: Trouble = new Trouble("aborted", "the caller's signal ended it", true);

/** Something that is neither an answer nor a refusal. */
export function noAnswer(facts: TroubleFacts = {}): Trouble {
  const code = facts.reason === undefined ? "" : ` (${facts.reason})`;
  return new Trouble("not_prometheus", `${NO_ANSWER}${code}`, true, facts);
}

/** A page to log in by, or to be told of maintenance. */
export function pageForPeople(status: number): Trouble {
  return new Trouble("not_prometheus", PAGE, false, { status });
}

/** Nothing that is whole, within the time of one attempt. */
export function tooSlow(timeoutMs: number): Trouble {
  return new Trouble("timeout", `there was no whole answer within ${limitText(timeoutMs)}`, true);
}

/** A status that is not 2xx, without a reason. */
export function statusTrouble(status: number, retryAfterMs: number | undefined): Trouble {
  return new Trouble(kindOf(status, retryAfterMs), refusalText(status), isRetryable(status), { status, retryAfterMs });
}

/** What Prometheus says itself; `text` is fit to be shown. */
export function saidTrouble(text: string, facts: TroubleFacts & { readonly status: number }): Trouble {
  const { status, errorType, retryAfterMs } = facts;
  const isPassing = isRetryable(status) || (errorType !== undefined && PASSING.has(errorType));
  const byStatus = status < 400 ? "refused" : kindOf(status, retryAfterMs);
  const kind = byStatus === "refused" && isPassing ? "unavailable" : byStatus;
  return new Trouble(kind, `Prometheus says: ${text}`, isPassing, facts);
}

function kindOf(status: number, retryAfterMs: number | undefined): PrometheusFailureKind {
  if (status < 400) return "not_prometheus";
  if (status === 401 || status === 403) return "unauthorized";
  if (!isRetryable(status)) return "refused";
  return status === 429 || retryAfterMs !== undefined ? "rate_limited" : "unavailable";
}

/** What a request was rejected with, other than the signal's reason. */
export function troubleOf(error: unknown, maxBytes: number): Trouble {
  if (!isReliabilityError(error)) {
    return new Trouble(
      "unreachable",
      `asking failed with ${isError(error) ? nameOfThrown(error) : typeof error}`,
      true,
    );
  }
  const { status, reason } = error.context as { readonly status?: number; readonly reason?: string };
  if (error.context.maxBytes !== undefined) {
    const text = `the answer has more than ${String(maxBytes)} bytes; ask for fewer series or longer steps, or raise maxBytes`;
    return new Trouble("too_large", text, false, { status });
  }
  if (reason === BAD_PORT) return new Trouble("unreachable", BLOCKED_PORT, false, { reason });
  if (reason !== undefined && NOT_UNDERSTOOD.test(reason)) return noAnswer({ reason });
  const kind = reason !== undefined && TOO_SLOW.has(reason) ? "timeout" : "unreachable";
  return new Trouble(kind, `there was no answer${reason === undefined ? "" : ` (${reason})`}`, true, { reason });
}

/** The sentence and the facts of a trouble, for whoever asked. */
export function failureOf(
  { kind, text, retryable, facts }: Trouble,
  operation: string,
  attempts: number,
): PrometheusFailure {
  const { status, errorType, retryAfterMs, warnings } = facts;
  return {
    kind,
    message: `prometheus could not ${operation}: ${text}`,
    reason: text,
    retryable,
    attempts,
    ...(status === undefined ? {} : { status }),
    ...(errorType === undefined ? {} : { errorType }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(warnings === undefined ? {} : { warnings }),
  };
}
