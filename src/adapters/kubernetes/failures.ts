/** What a client throws, read: a status of the API server and its words, or no answer at all. */
import { cut } from "../../core/cut.ts";
import { AdapterError, isReliabilityError } from "../../core/errors.ts";
import { codeOfThrown } from "../../core/thrown.ts";

/** One thing that is asked of the cluster. */
export interface KubernetesCall {
  /** As in "could not OPERATION". */
  readonly operation: string;
  /** What a role must allow for it. */
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
}

/** An answer that is no success. */
export interface Refusal {
  readonly statusCode: number;
  /** Of the body, where that is a `Status` of Kubernetes; empty otherwise. */
  readonly reason: string;
  /** What it says, and why, in the cluster's words; empty where it says nothing. */
  readonly message: string;
}

/** The refusal in what was thrown; undefined where there was no answer. */
export function refusalIn(thrown: unknown): Refusal | undefined {
  if (typeof thrown !== "object" || thrown === null || isReliabilityError(thrown)) return undefined;
  const { code, body } = thrown as { readonly code?: unknown; readonly body?: unknown };
  if (typeof code !== "number") return undefined;
  const status = statusIn(body);
  const causes = listOf(mappingOf(status.details).causes).map((cause) => textOf(mappingOf(cause).message));
  const said = [textOf(status.message), ...causes].filter((one) => one !== "");
  return { statusCode: code, reason: textOf(status.reason), message: cut(said.join(" "), MOST_SAID) };
}

/** What is told of a failure: what to do about it, and nothing that a client put into its message. */
export function failureOf(call: KubernetesCall, thrown: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (isReliabilityError(thrown)) return thrown;
  const refusal = refusalIn(thrown);
  if (refusal === undefined) {
    const code = codeOfThrown(thrown);
    const message = `there was no answer${code === undefined ? "" : ` (${code})`}; look at whether the API server can be reached`;
    return adapterError(call, message, { retryable: true, context: code === undefined ? {} : { reason: code } });
  }
  const { statusCode } = refusal;
  const retryable = statusCode >= 500 || statusCode === 408 || statusCode === 409 || statusCode === 429;
  return adapterError(call, wordsFor(call, refusal), { retryable, context: { status: statusCode } });
}

/** An {@link AdapterError} of this adapter. */
export function adapterError(
  { operation }: Pick<KubernetesCall, "operation">,
  message: string,
  { retryable, context = {} }: { readonly retryable: boolean; readonly context?: Readonly<Record<string, unknown>> },
): AdapterError {
  return new AdapterError(message, { adapter: "kubernetes", operation, retryable, context });
}

/** Nobody explains more in a body of JSON. */
const MOST_BODY = 65_536;
const MOST_SAID = 500;

function wordsFor({ verb, resource, namespace }: KubernetesCall, { statusCode, reason, message }: Refusal): string {
  const said = message === "" ? "" : `: ${message}`;
  switch (statusCode) {
    case 401:
      return "the API server does not know who asks (401); look at the credentials of the client";
    case 403:
      // A namespace that is being deleted is no matter of roles.
      if (!/cannot \w+ resource/.test(message) && message !== "") return `it is forbidden (403)${said}`;
      return `it is forbidden (403); the role of the client needs the verb "${verb}" on "${resource}" in the namespace ${namespace}`;
    case 404:
      if (reason === "NotFound" && resource === "namespaces") return `there is no namespace ${namespace}`;
      return "the API server knows nothing at this address (404); look at the server in the client's configuration";
    case 429:
      return `the API server has too much to do (429)${said}`;
    default:
      return `it was answered with ${String(statusCode)}${said}`;
  }
}

function statusIn(body: unknown): Readonly<Record<string, unknown>> {
  let value = body;
  if (typeof body === "string" && body.length <= MOST_BODY) {
    try {
      value = JSON.parse(body) as unknown;
    } catch {
      return {};
    }
  }
  const status = mappingOf(value);
  return status.kind === "Status" ? status : {};
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 10) : [];
}

/** On one line. */
function textOf(value: unknown): string {
  return typeof value === "string"
    ? value
        .slice(0, MOST_BODY)
        .replace(/[\s\p{Cc}]+/gu, " ")
        .trim()
    : "";
}
