/** Times jobs, messages and outbound calls as the middleware times requests. */
import { invalid, show } from "../core/errors.ts";
import { isThenable } from "../core/thenable.ts";
import { CLIENT_CLOSED_REQUEST, methodIndex, methodLabel } from "./labels.ts";
import type { OperationSeries, OperationTable, Running } from "./operations.ts";
import type { Timeline } from "./timeline.ts";

/** How an operation ended. One that was `aborted` was given up by whoever wanted it: no SLO counts it as failed. */
export type Outcome = "ok" | "error" | "aborted";

/** What an operation is called. */
export interface OperationName {
  /** Its name, such as `send-mail`: one of few. */
  readonly operation: string;
  /** What sort of thing it is, such as `job` or `consumer`; `job` without it. */
  readonly kind?: string;
}

/** What a recorder needs of its collector. */
export interface RecorderContext {
  readonly table: OperationTable;
  readonly timeline: Timeline;
  readonly onRejected: (reason: string) => void;
  readonly onFault: (what: string, error: unknown) => void;
}

const STATUS: Readonly<Record<Outcome, number>> = { ok: 200, error: 500, aborted: CLIENT_CLOSED_REQUEST };

/** Records one operation: how long it takes, how often, how it ends, and how many are running. */
export class OperationRecorder {
  readonly #context: RecorderContext;
  readonly #series: Readonly<Record<Outcome, () => OperationSeries>>;
  readonly #running: Running;

  constructor(context: RecorderContext, { operation, kind = "job" }: OperationName) {
    checkName("operation", operation);
    checkName("kind", kind);
    this.#context = context;
    this.#running = context.table.running({ kind, operation });
    const lazily = (outcome: Outcome): (() => OperationSeries) => {
      let series: OperationSeries | undefined;
      return () =>
        (series ??= context.table.find(
          { kind, operation, outcome },
          { method: "", statusCode: STATUS[outcome], failed: outcome === "error" },
        ));
    };
    this.#series = { ok: lazily("ok"), error: lazily("error"), aborted: lazily("aborted") };
  }

  /** Notes that one begins; call what is returned when it ends. A second call of that does nothing. */
  start(): (outcome?: Outcome) => void {
    const { timeline } = this.#context;
    const beganMs = timeline.monotonic();
    let running = true;
    this.#running.count += 1;
    return (outcome = "ok") => {
      if (!running) return;
      running = false;
      this.#running.count -= 1;
      this.record((timeline.monotonic() - beganMs) / 1_000, outcome);
    };
  }

  /** Records one that something else has timed, in seconds. Never throws: what is no duration or outcome is rejected. */
  record(durationSeconds: number, outcome: Outcome = "ok"): void {
    const { table, timeline, onRejected } = this.#context;
    if (!Number.isFinite(durationSeconds) || durationSeconds < 0) {
      onRejected("duration");
    } else if (!Object.hasOwn(STATUS, outcome)) {
      onRejected("outcome");
    } else {
      timeline.reach(timeline.monotonic());
      table.count(this.#series[outcome](), durationSeconds);
    }
  }
}

/** How a function is wrapped. */
export interface WrapOptions<Result> extends Partial<OperationName> {
  /** Whether what it returned (or resolved to) is a failure all the same; what it throws always is one. */
  readonly countsAsError?: (result: Result) => boolean;
}

/** `fn`, recorded. Returns, throws and resolves just as `fn` does. */
export function wrapFunction<This, Args extends unknown[], Result>(
  context: RecorderContext,
  fn: (this: This, ...args: Args) => Result,
  options: WrapOptions<Awaited<Result>>,
): (this: This, ...args: Args) => Result {
  if (typeof fn !== "function") throw invalid("fn", `${show(fn)} is not a function`);
  const { operation = fn.name, kind, countsAsError } = options;
  const recorder = new OperationRecorder(context, { operation, ...(kind === undefined ? {} : { kind }) });
  const outcomeOf = (result: Awaited<Result>): Outcome => {
    try {
      return countsAsError?.(result) === true ? "error" : "ok";
    } catch (error) {
      context.onFault(`the rule countsAsError of ${operation} could not tell`, error);
      return "ok";
    }
  };
  return function (...args) {
    const end = recorder.start();
    let result: Result;
    try {
      result = fn.apply(this, args);
    } catch (error) {
      end(outcomeOfError(error));
      throw error;
    }
    if (isThenable(result)) {
      result.then(
        (value) => {
          end(outcomeOf(value as Awaited<Result>));
        },
        (error: unknown) => {
          end(outcomeOfError(error));
        },
      );
    } else {
      end(outcomeOf(result as Awaited<Result>));
    }
    return result;
  };
}

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
  const failed = (statusCode: number): boolean => {
    try {
      return options.countsAsError?.(statusCode) ?? statusCode >= 500;
    } catch (error) {
      context.onFault("the rule countsAsError of outbound calls could not tell", error);
      return statusCode >= 500;
    }
  };
  return async (input, init) => {
    const { timeline, table } = context;
    const { url, method } = callOf(input, init);
    const dependency = dependencyOf(url, options, context);
    const running = table.running({ dependency });
    const beganMs = timeline.monotonic();
    const end = (code: string, statusCode: number, isFailed: boolean): void => {
      running.count -= 1;
      const endedMs = timeline.monotonic();
      timeline.reach(endedMs);
      const series = table.find({ dependency, method, code }, { method, statusCode, failed: isFailed });
      table.count(series, (endedMs - beganMs) / 1_000);
    };
    running.count += 1;
    try {
      const reply = await fetch(input, init);
      end(String(reply.status), reply.status, failed(reply.status));
      return reply;
    } catch (error) {
      const outcome = outcomeOfError(error);
      end(outcome, STATUS[outcome], outcome === "error");
      throw error;
    }
  };
}

/** What stands for a URL that cannot be read. */
const UNKNOWN = "(unknown)";

function callOf(input: unknown, init: unknown): { url: URL | undefined; method: string } {
  const request = typeof input === "object" && input !== null ? (input as { url?: unknown; method?: unknown }) : {};
  const text = input instanceof URL ? input.href : (request.url ?? input);
  const given = typeof init === "object" && init !== null ? (init as { method?: unknown }).method : undefined;
  const method = given ?? request.method ?? "GET";
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  return { url, method: methodLabel(methodIndex(typeof method === "string" ? method.toUpperCase() : "")) };
}

function dependencyOf(url: URL | undefined, { dependency }: FetchOptions, context: RecorderContext): string {
  if (url === undefined) return UNKNOWN;
  if (dependency === undefined) return url.host || UNKNOWN;
  try {
    const name: unknown = dependency(url);
    if (typeof name === "string" && name !== "") return name;
    throw new TypeError("it returned no name");
  } catch (error) {
    context.onFault("the dependency of an outbound call could not be told", error);
    return UNKNOWN;
  }
}

// A caller that gives up says nothing about what it called; a time-out does.
function outcomeOfError(error: unknown): Outcome {
  return error instanceof Error && error.name === "AbortError" ? "aborted" : "error";
}

function checkName(field: string, value: unknown): void {
  if (typeof value === "string" && value.trim() !== "" && value.length <= 200) return;
  throw invalid(field, `${show(value)} is not a name; write text of 1 to 200 characters`);
}
