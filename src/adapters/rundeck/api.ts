/** The part of Rundeck's API that is needed to run jobs. */
import type { Clock } from "../../core/time/clock.ts";
import { withDeadline } from "../../core/deadline.ts";
import { AdapterError, isReliabilityError } from "../../core/errors.ts";
import { type HttpCall, HttpCaller, type HttpCallerOptions, parsedAnswer } from "../http/caller.ts";
import { inPath } from "../http/settings.ts";

import {
  type AbortAnswer,
  type Execution,
  type OutputPage,
  readAbort,
  readExecution,
  readExecutions,
  readOutput,
} from "./answers.ts";
import { type Job, readJob } from "./job.ts";

/** Which part of the output is wanted. */
export interface OutputQuery {
  readonly offset: number;
  readonly lastModified: number;
  readonly maxLines: number;
}

/** How many executions are asked for at once. */
export const PAGE_SIZE = 100;

const MOST_BYTES = 8 * 1024 * 1024;
const PATIENCE_MS = 30_000;

/** Each call ends within 30 seconds, and rejects with an `AdapterError` or a `TimeoutError`. */
export class RundeckApi {
  readonly #caller: HttpCaller;
  readonly #clock: Clock;

  constructor(options: HttpCallerOptions & { readonly clock: Clock }) {
    this.#caller = new HttpCaller(options);
    this.#clock = options.clock;
  }

  async job(id: string, signal?: AbortSignal): Promise<Job> {
    const text = await this.#text(
      {
        operation: "read the job",
        method: "GET",
        path: `/job/${inPath(id)}?format=yaml`,
        headers: { accept: "application/yaml" },
      },
      signal,
    );
    return readJob(id, text) ?? this.#unexpected("read the job", text);
  }

  /** Not broken off by anybody: whether it was started must be known. */
  async start(id: string, options: Readonly<Record<string, string>>): Promise<Execution> {
    const call = { operation: "run the job", path: `/job/${inPath(id)}/run`, json: { options } };
    return this.#read(call, readExecution);
  }

  async execution(id: string, signal?: AbortSignal): Promise<Execution> {
    const call = { operation: "follow the execution", method: "GET", path: `/execution/${id}` } as const;
    return this.#read(call, readExecution, signal);
  }

  async output(id: string, query: OutputQuery, signal?: AbortSignal): Promise<OutputPage> {
    const { offset, lastModified, maxLines } = query;
    const asked = `offset=${String(offset)}&lastmod=${String(lastModified)}&maxlines=${String(maxLines)}`;
    const path = `/execution/${id}/output?format=json&${asked}`;
    return this.#read({ operation: "follow the execution", method: "GET", path }, readOutput, signal);
  }

  /** Executions of a job, the newest first. */
  async executionsOf(job: string, status: "running" | "any", signal?: AbortSignal): Promise<readonly Execution[]> {
    const wanted = status === "any" ? "" : `&status=${status}`;
    const path = `/job/${inPath(job)}/executions?max=${String(PAGE_SIZE)}&offset=0${wanted}`;
    return this.#read({ operation: "list executions", method: "GET", path }, readExecutions, signal);
  }

  /** Executions under way in a project, or in all (`*`). */
  async running(project: string, offset: number, signal?: AbortSignal): Promise<readonly Execution[]> {
    const page = `max=${String(PAGE_SIZE)}&offset=${String(offset)}`;
    const path = `/project/${inPath(project)}/executions/running?${page}`;
    return this.#read({ operation: "list executions", method: "GET", path }, readExecutions, signal);
  }

  async abort(id: string, signal?: AbortSignal): Promise<AbortAnswer> {
    const call = { operation: "abort the execution", method: "GET", path: `/execution/${id}/abort` } as const;
    try {
      return await this.#read(call, readAbort, signal);
    } catch (error) {
      // Documented as a GET; one that changes something may be refused some day.
      if (!isAdapterError(error) || error.context.status !== 405) throw error;
      return this.#read({ ...call, method: "POST" }, readAbort, signal);
    }
  }

  /** For what is found wrong later. */
  failure(operation: string, message: string, retryable = false): AdapterError {
    return this.#caller.failure(operation, message, retryable);
  }

  async #read<T>(call: HttpCall, read: (value: unknown) => T | undefined, signal?: AbortSignal): Promise<T> {
    const text = await this.#text(call, signal);
    return read(parsedAnswer(text)) ?? this.#unexpected(call.operation, text);
  }

  async #text(call: HttpCall, signal: AbortSignal | undefined): Promise<string> {
    const { operation } = call;
    const asked = (within: AbortSignal): Promise<{ readonly text: string }> =>
      this.#caller.call({ ...call, maxBytes: MOST_BYTES, signal: within });
    const deadline = { clock: this.#clock, timeoutMs: PATIENCE_MS, operation: `rundeck: ${operation}`, signal };
    return (await withDeadline(asked, deadline)).text;
  }

  /** Without a token that it knows, Rundeck answers with the page to log in by, and 200. */
  #unexpected(operation: string, text: string): never {
    if (/^\s*</.test(text)) {
      throw this.failure(operation, "it was answered with a page for people; look at the token and the address");
    }
    throw this.failure(operation, "the answer cannot be understood", true);
  }
}

/** Also one of another copy of the package. */
export function isAdapterError(error: unknown): error is AdapterError {
  return isReliabilityError(error) && error.code === "adapter";
}
