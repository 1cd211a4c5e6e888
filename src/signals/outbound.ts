/** Calls of other services, recorded by dependency. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { isThenable } from "../core/thenable.ts";
import { isError, nameOfThrown } from "../core/thrown.ts";
import { methodIndex, methodLabel } from "./labels.ts";
import { trueOrFalse } from "./options.ts";
import { outcomeOfError, STATUS, type OperationOutcome, type RecorderContext } from "./recorder.ts";

/** The part of the standard `fetch` that is looked at. */
export type FetchLike<Input, Init, Reply> = (input: Input, init?: Init) => Promise<Reply>;

/** How outbound calls are named and judged. */
export interface FetchOptions {
  /** The dependency that a URL belongs to; its host without it. Return one of few names. */
  readonly dependency?: (url: URL) => string;
  /** Which statuses fail SLOs of the dependency; 500 and above without it. */
  readonly countsAsError?: (statusCode: number) => boolean;
}

/** `fetch`, recorded until the response's head is there. Resolves and rejects just as `fetch` does. */
export function wrapFetch<Input, Init, Reply extends { readonly status: number }>(
  context: RecorderContext,
  fetch: FetchLike<Input, Init, Reply>,
  options: FetchOptions,
): FetchLike<Input, Init, Reply> {
  if (typeof fetch !== "function") throw invalid("fetch", `${show(fetch)} is not a function`);
  checkOptions(options, "wrapFetch", ["dependency", "countsAsError"]);
  const failed = (statusCode: number): boolean => {
    try {
      if (options.countsAsError !== undefined) return trueOrFalse(options.countsAsError(statusCode));
    } catch (error) {
      context.onFault("the rule countsAsError of outbound calls could not tell", error);
    }
    return statusCode >= 500;
  };
  return async (input, init) => {
    const { timeline, table } = context;
    const call = callOf(input, init);
    const dependency = dependencyOf(call.url, options, context);
    const running = table.running({ dependency });
    const beganMs = timeline.monotonic();
    const end = (code: string, statusCode: number, isFailed: boolean): void => {
      running.count -= 1;
      const endedMs = timeline.monotonic();
      timeline.reach(endedMs);
      const { method } = call;
      const series = table.find({ dependency, method, code }, { method, statusCode, failed: isFailed });
      table.count(series, (endedMs - beganMs) / 1_000);
    };
    running.count += 1;
    let reply: Reply;
    try {
      reply = await fetch(input, init);
    } catch (error) {
      const outcome = outcomeOfCall(call, error);
      end(outcome, STATUS[outcome], outcome === "error");
      throw error;
    }
    const statusCode = statusOf(reply);
    if (statusCode === undefined) end(UNKNOWN, STATUS.ok, false);
    else end(String(statusCode), statusCode, failed(statusCode));
    return reply;
  };
}

/** What stands for a URL or a status that cannot be read. */
const UNKNOWN = "(unknown)";

interface Call {
  readonly url: URL | undefined;
  readonly method: string;
  readonly signals: readonly unknown[];
}

function callOf(input: unknown, init: unknown): Call {
  const request = fieldsOf(input);
  const given = fieldsOf(init);
  const text = input instanceof URL ? input.href : (request.url ?? input);
  const method = given.method ?? request.method ?? "GET";
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  const known = methodLabel(methodIndex(typeof method === "string" ? method.toUpperCase() : ""));
  return { url, method: known, signals: [given.signal, request.signal] };
}

function fieldsOf(value: unknown): { readonly url?: unknown; readonly method?: unknown; readonly signal?: unknown } {
  if (typeof value !== "object" || value === null) return {};
  try {
    const { url, method, signal } = value as { url?: unknown; method?: unknown; signal?: unknown };
    return { url, method, signal };
  } catch {
    return {};
  }
}

function statusOf(reply: unknown): number | undefined {
  const { status } = (reply ?? {}) as { readonly status?: unknown };
  return typeof status === "number" && Number.isInteger(status) && status >= 100 && status <= 999 ? status : undefined;
}

function dependencyOf(url: URL | undefined, { dependency }: FetchOptions, context: RecorderContext): string {
  if (url === undefined) return UNKNOWN;
  if (dependency === undefined) return url.host || UNKNOWN;
  try {
    const name: unknown = dependency(url);
    if (typeof name === "string" && name !== "") return name;
    // Nobody waits for it; a rejection that nobody handles would end the process.
    if (isThenable(name)) name.then(undefined, () => undefined);
    throw new TypeError("it returned no name");
  } catch (error) {
    context.onFault("the dependency of an outbound call could not be told", error);
    return UNKNOWN;
  }
}

// Whoever aborts may do it with a reason of his own, which is what `fetch` rejects with then.
function outcomeOfCall({ signals }: Call, error: unknown): OperationOutcome {
  const outcome = outcomeOfError(error);
  if (outcome === "aborted" || (isError(error) && nameOfThrown(error) === "TimeoutError")) return outcome;
  const aborted = signals.some((signal) => signal instanceof AbortSignal && signal.aborted && signal.reason === error);
  return aborted ? "aborted" : outcome;
}
