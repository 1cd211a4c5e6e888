/** Follows an execution to its end, whatever happens on the way. */
import { isAborted, pause } from "../../core/abort.ts";
import type { Clock } from "../../core/time/clock.ts";
import { isReliabilityError } from "../../core/errors.ts";
import type { CommandOptions } from "../../ports/command-runner.ts";

import { type Execution, isUnderWay, type LogEntry, type OutputPage } from "./answers.ts";
import { isAdapterError, type RundeckApi } from "./api.ts";
import { BackOff } from "./back-off.ts";

/** What is needed to follow. */
export interface FollowOptions {
  readonly api: RundeckApi;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onOutput: CommandOptions["onOutput"];
}

const PAGE_LINES = 1_000;
/** Output of a finished execution that does not come is given up after so many times. */
const MOST_IDLE = 5;
/** Refusals in a row (no rights, no such execution) until it is given up. Anything else is tried for ever. */
const MOST_REFUSALS = 3;

/**
 * The execution as it ended; undefined when the signal aborts. Rejects with an `AdapterError` that is not retryable if
 * nobody can tell how it ends.
 */
export async function follow(execution: Execution, options: FollowOptions): Promise<Execution | undefined> {
  const { api, clock, signal, onOutput } = options;
  const backOff = new BackOff();
  let [offset, lastModified, maxLines, idle, refusals] = [0, 0, PAGE_LINES, 0, 0];

  while (!signal.aborted) {
    let page: OutputPage | undefined;
    let waitMs: number | undefined;
    try {
      if (maxLines > 0) page = await api.output(execution.id, { offset, lastModified, maxLines }, signal);
      const isOutputOver = page === undefined || (page.isExecutionOver && (page.isAll || idle >= MOST_IDLE));
      if (isOutputOver) {
        const state = await api.execution(execution.id, signal);
        if (!isUnderWay(state)) {
          tell(page?.entries ?? []);
          return state;
        }
      }
      refusals = 0;
    } catch (error) {
      if (isAborted(signal)) return undefined;
      // Of the output one may ask for less; of the execution itself there is no less.
      if (maxLines > 0 && isTooLong(error)) {
        maxLines = Math.floor(maxLines / 4);
        if (maxLines === 0) onOutput?.("stderr", "(the rest of the output is too long to be shown)\n");
        continue;
      }
      if (!isReliabilityError(error)) throw error;
      refusals = isAdapterError(error) && !error.retryable ? refusals + 1 : 0;
      if (refusals >= MOST_REFUSALS) throw lost(error.message);
      waitMs = isAdapterError(error) ? asked(error.context.retryAfterMs) : undefined;
      page = undefined;
    }
    if (page !== undefined) {
      tell(page.entries);
      const hasMoved = page.offset > offset;
      if (hasMoved) backOff.reset();
      idle = hasMoved ? 0 : idle + 1;
      offset = Math.max(offset, page.offset);
      lastModified = page.lastModified;
      // A full page: there is more of it already.
      if (hasMoved && page.entries.length >= maxLines) continue;
    }
    await pause(clock, waitMs ?? backOff.next(), { signal, keepAlive: true });
  }
  return undefined;

  function tell(entries: readonly LogEntry[]): void {
    for (const { level, text } of entries) {
      onOutput?.(level === "NORMAL" || level === "OTHER" ? "stdout" : "stderr", `${text}\n`);
    }
  }

  function lost(why: string): Error {
    const what = `execution ${execution.id} goes on, but cannot be followed: ${why}`;
    return api.failure("follow the execution", what);
  }
}

function isTooLong(error: unknown): boolean {
  return isAdapterError(error) && error.context.status === 200 && !error.retryable;
}

/** What `Retry-After` asked for, within reason. */
function asked(waitMs: unknown): number | undefined {
  return typeof waitMs === "number" ? Math.min(Math.max(waitMs, 500), 60_000) : undefined;
}
