/** Runs jobs of Rundeck. */
import { pause, whenAborted } from "../../core/abort.ts";
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { invalid, isReliabilityError, show } from "../../core/errors.ts";
import { suggestion } from "../../core/nearest.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { CommandOptions, CommandRequest, CommandResult, CommandRunner } from "../../ports/command-runner.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";
import type { CallOptions } from "../../ports/store.ts";
import { httpUrl, secret, shortText } from "../http/settings.ts";

import { type AbortAnswer, type Execution, isUnderWay } from "./answers.ts";
import { isAdapterError, PAGE_SIZE, RundeckApi } from "./api.ts";
import { BackOff } from "./back-off.ts";
import { abortedResult, resultOf } from "./ending.ts";
import { follow } from "./follow.ts";
import type { Job } from "./job.ts";
import { readOptions } from "./options.ts";
import { type ExecutionKey, hasKey, startOnce } from "./start.ts";

export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";

/** What can be told to a {@link RundeckCommandRunner}. */
export interface RundeckOptions {
  /** Such as `https://rundeck.example.com`, with its context path if it has one. */
  readonly baseUrl: string;
  /** A token of Rundeck's API. It must be allowed to read, run and kill the jobs. */
  readonly token: string;
  /** Version of the API; 41 unless told, which Rundeck 4.0 and later speak. */
  readonly apiVersion?: number;
  /** Where leftovers are looked for: a project; all unless told. */
  readonly project?: string;
  /** Name of the option by which a job is told the key of its step; `nines_key` unless told. */
  readonly keyOption?: string;
  readonly fetch?: HttpFetch;
  readonly clock?: Clock;
}

const OPTIONS: readonly (keyof RundeckOptions)[] = [
  "baseUrl",
  "token",
  "apiVersion",
  "project",
  "keyOption",
  "fetch",
  "clock",
];
/** Of the 250 ms that a runner has after an abort, what is given to Rundeck's answer. */
const ABORT_ANSWER_MS = 180;
const MOST_ABORT_ATTEMPTS = 8;
/** What does not heed the offset has always another page. */
const MOST_UNDER_WAY = 10_000;
const STOP_PATIENCE_MS = 30_000;
const NOT_STARTED: CommandResult = { reason: "it was aborted before it was started" };

/**
 * A {@link CommandRunner} whose commands are jobs of Rundeck: a step's program is the id of a job, and its arguments are
 * options of the job, `name=value`. Its output is followed until it ended; the exit code is 0 or 1, and none where it was
 * aborted or took too long.
 *
 * An execution is started once. Where following it breaks off it is followed again, until the signal aborts; then Rundeck
 * is asked to abort it. A job that has the option `nines_key` is also found again after a crash, and after an answer that
 * got lost; one without is not, and where it is not known whether it was started, the error is not retryable.
 *
 * A dry run only looks whether the job is there and has the options: Rundeck cannot try one.
 *
 * @example
 * ```ts
 * import { RundeckCommandRunner } from "nines/rundeck";
 *
 * const rundeck = new RundeckCommandRunner({
 *   baseUrl: "https://rundeck.example.com",
 *   token: "0123456789abcdef",
 *   fetch: async () => new Response("- name: restart\n  options:\n  - name: pod\n"),
 * });
 * const job = "3b6c19f6-41ee-475f-8fd0-8f1a26f27a9a";
 * const request = { program: job, args: ["pod=web-1"], environment: {}, isDryRun: true, key: "RUN-0001/restart" };
 * const { exitCode } = await rundeck.run(request);
 * if (exitCode !== 0) throw new Error("the job is there");
 * ```
 */
export class RundeckCommandRunner implements CommandRunner {
  readonly isRemote = true;
  readonly #api: RundeckApi;
  readonly #clock: Clock;
  readonly #project: string;
  readonly #keyOption: string;

  /** @throws `ConfigurationError` if an option is not as it must be */
  constructor(options: RundeckOptions) {
    checkOptions(options, "RundeckCommandRunner", OPTIONS);
    const { apiVersion = 41, project = "*", keyOption = "nines_key", clock = systemClock, fetch } = options;
    if (!Number.isSafeInteger(apiVersion) || apiVersion < 18) {
      throw invalid("apiVersion", `${show(apiVersion)} is no version that can be spoken; write 18 or higher`);
    }
    if (!/^[A-Za-z0-9_.-]{1,200}$/.test(shortText("keyOption", keyOption, 200))) {
      throw invalid("keyOption", `${show(keyOption)} is no name of an option; write letters, digits, "_", "." and "-"`);
    }
    checkMethods(clock, "clock", ["now", "monotonic", "schedule"]);
    this.#clock = clock;
    this.#project = shortText("project", project, 255);
    this.#keyOption = keyOption;
    this.#api = new RundeckApi({
      adapter: "rundeck",
      baseUrl: `${httpUrl("baseUrl", options.baseUrl)}/api/${String(apiVersion)}`,
      headers: { "x-rundeck-auth-token": secret("token", options.token) },
      fetch,
      clock,
    });
  }

  async run(request: CommandRequest, options: CommandOptions = {}): Promise<CommandResult> {
    const { signal = new AbortController().signal, onOutput } = options;
    const read = readOptions(request, this.#keyOption);
    if (typeof read === "string") throw this.#api.failure("run the job", read);
    let job: Job;
    try {
      job = await this.#api.job(request.program, signal);
    } catch (error) {
      if (signal.aborted) return NOT_STARTED;
      throw error;
    }
    this.#checkNames(job, Object.keys(read));
    if (request.isDryRun) {
      const names = Object.keys(read).join(", ");
      onOutput?.("stdout", `would run the job ${show(job.name)}${names === "" ? "" : ` with ${names}`}\n`);
      return { exitCode: 0 };
    }
    const key = job.options.has(this.#keyOption) ? this.#keyOf(request.key) : undefined;
    const starting = startOnce({ api: this.#api, clock: this.#clock, job, options: read, key, signal });
    return this.#runOnce(starting, { job, key, signal, onOutput });
  }

  /**
   * Aborts the executions that were started under `key` and have not ended, and waits until they have. Only those of jobs
   * with the option for the key can be found.
   */
  async endLeftovers(key: string, { signal }: CallOptions = {}): Promise<number> {
    const wanted = this.#keyOf(key);
    const left = new Map<string, Execution>();
    for (let offset = 0, count = PAGE_SIZE; count === PAGE_SIZE; offset += PAGE_SIZE) {
      if (offset >= MOST_UNDER_WAY) {
        const why = `more than ${String(MOST_UNDER_WAY)} executions are under way; tell the project that the jobs are in`;
        throw this.#api.failure("list executions", why);
      }
      const page = await this.#api.running(this.#project, offset, signal);
      count = page.length;
      for (const execution of page) if (hasKey(execution, wanted)) left.set(execution.id, execution);
    }
    for (const id of left.keys()) {
      await this.#api.abort(id, signal);
      await this.#untilOver(id, signal);
    }
    return left.size;
  }

  async #runOnce(
    starting: Promise<Execution | undefined>,
    { job, key, signal, onOutput }: Followed,
  ): Promise<CommandResult> {
    const aborted = whenAborted(signal);
    let execution: Execution | undefined;
    try {
      execution = await Promise.race([starting, aborted.promise]);
      while (execution !== undefined) {
        const ended = await follow(execution, { api: this.#api, clock: this.#clock, signal, onOutput });
        if (ended === undefined) break;
        if (ended.status !== "failed-with-retry") return resultOf({ ...ended, url: ended.url ?? execution.url });
        execution = await this.#retryOf(ended, { job, key, signal, onOutput });
      }
    } finally {
      aborted.release();
    }
    return this.#stop(starting, execution);
  }

  /** Rundeck's own retry is another execution. Only its key tells which; undefined when the signal aborts. */
  async #retryOf({ id }: Execution, { job, key, signal }: Followed): Promise<Execution | undefined> {
    const backOff = new BackOff();
    for (let looks = 0; key !== undefined && looks < MOST_ABORT_ATTEMPTS && !signal.aborted; looks += 1) {
      await pause(this.#clock, backOff.next(), { signal, keepAlive: true });
      const executions = await this.#api.executionsOf(job.id, "any", signal).catch(nothing);
      const next = executions?.find((one) => one.id !== id && Number(one.id) > Number(id) && hasKey(one, key));
      if (next !== undefined) return next;
    }
    if (signal.aborted) return undefined;
    const why = `execution ${id} failed, and Rundeck tries the job again by itself; that execution cannot be found`;
    throw this.#api.failure("follow the execution", why);
  }

  /** Asks for the abort, and goes on with what is known when it is time. */
  async #stop(starting: Promise<Execution | undefined>, known: Execution | undefined): Promise<CommandResult> {
    const found: { execution?: Execution | undefined; answer?: AbortAnswer; isSettled?: true; why?: unknown } = {};
    const stopping = async (): Promise<void> => {
      try {
        found.execution = known ?? (await starting);
        if (found.execution !== undefined) found.answer = await this.#askToStop(found.execution.id);
      } catch (error) {
        found.why = error;
      }
      found.isSettled = true;
    };
    await Promise.race([stopping(), pause(this.#clock, ABORT_ANSWER_MS, { keepAlive: true })]);
    // Refused, so there is nothing to abort.
    if (isReliabilityError(found.why)) throw found.why;
    if (found.isSettled === true && found.execution === undefined) return NOT_STARTED;
    return abortedResult(found.execution, found.answer);
  }

  /** Goes on when nobody waits any more. Never rejects. */
  async #askToStop(id: string): Promise<AbortAnswer> {
    const backOff = new BackOff();
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await this.#api.abort(id);
      } catch (error) {
        const isRefused = isAdapterError(error) && !error.retryable;
        if (isRefused || attempts === MOST_ABORT_ATTEMPTS) return "failed";
      }
      await pause(this.#clock, backOff.next(), { keepAlive: true });
    }
  }

  async #untilOver(id: string, signal: AbortSignal | undefined): Promise<void> {
    const backOff = new BackOff();
    const from = this.#clock.monotonic();
    while (isUnderWay(await this.#api.execution(id, signal))) {
      signal?.throwIfAborted();
      if (this.#clock.monotonic() - from > STOP_PATIENCE_MS) {
        throw this.#api.failure("abort the execution", `execution ${id} was asked to stop and still runs`, true);
      }
      await pause(this.#clock, backOff.next(), { signal, keepAlive: true });
    }
  }

  #checkNames({ name, options }: Job, given: readonly string[]): void {
    const unknown = given.find((option) => !options.has(option));
    if (unknown === undefined) return;
    const known = [...options].filter((option) => option !== this.#keyOption);
    const allowed = known.length === 0 ? "it has none" : `it has ${known.slice(0, 20).join(", ")}`;
    const message = `the job ${show(name)} has no option ${show(unknown)}${suggestion(unknown, known)}; ${allowed}`;
    throw this.#api.failure("run the job", message);
  }

  #keyOf(value: string): ExecutionKey {
    return { option: this.#keyOption, value };
  }
}

interface Followed {
  readonly job: Job;
  readonly key: ExecutionKey | undefined;
  readonly signal: AbortSignal;
  readonly onOutput: CommandOptions["onOutput"];
}

function nothing(): undefined {
  return undefined;
}
