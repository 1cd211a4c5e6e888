/** Starts an execution once, even where nobody answers. */
import { pause } from "../../core/abort.ts";
import type { Clock } from "../../core/time/clock.ts";
import { isReliabilityError } from "../../core/errors.ts";

import { type Execution, isUnderWay } from "./answers.ts";
import { isAdapterError, type RundeckApi } from "./api.ts";
import { BackOff } from "./back-off.ts";
import type { Job } from "./job.ts";

/** What an execution is known by. */
export interface ExecutionKey {
  /** Name of the job's option that has it. */
  readonly option: string;
  readonly value: string;
}

/** What is to be started. */
export interface Start {
  readonly api: RundeckApi;
  readonly clock: Clock;
  readonly job: Job;
  readonly options: Readonly<Record<string, string>>;
  /** Undefined if the job has no option for it. */
  readonly key: ExecutionKey | undefined;
  /** Nothing is started once it has aborted. What is being started then is still waited for. */
  readonly signal: AbortSignal;
}

const MOST_LOOKS = 5;
// The connection was never made.
const NOT_SENT: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Whether an execution was started under a key. */
export function hasKey({ options, argString }: Execution, { option, value }: ExecutionKey): boolean {
  const found = options.get(option);
  if (found !== undefined) return found === value;
  return ` ${argString} `.includes(` -${option} ${value} `) || argString.includes(`-${option} "${value}"`);
}

/**
 * An execution of the job: the one that is under way under the same key, or a new one; undefined if the signal aborted
 * before. Rejects with an `AdapterError`; it is retryable only where certainly nothing was started.
 */
export async function startOnce(start: Start): Promise<Execution | undefined> {
  const { api, job, options, key } = start;
  if (key === undefined) return attempt(start, undefined);
  const known = (await api.executionsOf(job.id, "any")).filter((execution) => hasKey(execution, key));
  const running = known.find(isUnderWay) ?? (await api.executionsOf(job.id, "running")).find((one) => hasKey(one, key));
  if (running !== undefined) return running;
  const keyed = { ...start, options: { ...options, [key.option]: key.value } };
  return attempt(keyed, { key, known: new Set(known.map(({ id }) => id)) });
}

async function attempt(
  { api, clock, job, options, signal }: Start,
  look: { readonly key: ExecutionKey; readonly known: ReadonlySet<string> } | undefined,
): Promise<Execution | undefined> {
  if (signal.aborted) return undefined;
  try {
    return await api.start(job.id, options);
  } catch (error) {
    if (!isReliabilityError(error) || !mayHaveStarted(error)) throw error;
    const found = look === undefined ? undefined : await lookFor(api, clock, job, look);
    if (found !== undefined) return found;
    const advice = look === undefined ? "; a job with the option for a key could be asked" : "";
    const message = `it is not known whether an execution was started${advice}: ${error.message}`;
    throw api.failure("run the job", message);
  }
}

async function lookFor(
  api: RundeckApi,
  clock: Clock,
  job: Job,
  { key, known }: { readonly key: ExecutionKey; readonly known: ReadonlySet<string> },
): Promise<Execution | undefined> {
  const backOff = new BackOff();
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    await pause(clock, backOff.next(), { keepAlive: true });
    try {
      const executions = await api.executionsOf(job.id, "any");
      const found = executions.find((execution) => hasKey(execution, key) && !known.has(execution.id));
      if (found !== undefined) return found;
    } catch (error) {
      if (!isReliabilityError(error)) throw error;
    }
  }
  return undefined;
}

/** A refusal is certain; silence, and an answer that breaks off, are not. */
function mayHaveStarted(error: Error): boolean {
  if (!isAdapterError(error)) return true;
  const { status, reason } = error.context;
  if (!error.retryable) return false;
  return typeof status === "number" ? status >= 500 : !NOT_SENT.has(reason);
}
