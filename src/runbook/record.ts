/** Runs as stores keep them. */
import { readMapping } from "../core/ask.ts";
import { AdapterError, show } from "../core/errors.ts";

import type { RunEvent } from "./events.ts";
import { foldRun, type RunState } from "./fold.ts";
import type { RunStatus } from "./run.ts";
import { runEventFault, runSummaryFault } from "./shapes.ts";

/** What lists need of a run. */
export interface RunSummary {
  readonly runbook: string;
  readonly alert: string;
  readonly incident?: string | undefined;
  readonly status: RunStatus;
  readonly by: string;
  /** In epoch milliseconds. */
  readonly startedAt: number;
  /** In epoch milliseconds. */
  readonly endedAt?: number | undefined;
  /** How many steps it has, and how many of them are through. */
  readonly steps: number;
  readonly settled: number;
  /** Steps that wait for somebody's approval. */
  readonly waiting: readonly WaitingStep[];
}

/** A step that waits for somebody's approval. */
export interface WaitingStep {
  readonly step: string;
  /** What is asked. */
  readonly message: string;
  /** Until when an answer is waited for, in epoch milliseconds; then it is no. */
  readonly expiresAt: number;
}

/** The part of `state` that lists need, as one line of text. */
export function runSummaryText({ runbook, alert, incident, status, by, startedAt, endedAt, steps }: RunState): string {
  const settled = steps.filter((step) => step.endedAt !== undefined).length;
  const waiting = steps.flatMap(({ name, status: stands, approval }): readonly WaitingStep[] => {
    if (stands !== "waiting" || approval === undefined) return [];
    return [{ step: name, message: approval.message, expiresAt: approval.expiresAt }];
  });
  const summary: RunSummary = {
    ...{ runbook, alert, incident, status, by, startedAt, endedAt },
    ...{ steps: steps.length, settled, waiting },
  };
  return JSON.stringify(summary);
}

/** What {@link runSummaryText} wrote. @throws {@link AdapterError} if it is none */
export function readRunSummary(text: string, id: string): RunSummary {
  const summary = readMapping(text, `the summary of ${id}`, unreadable) as Partial<RunSummary>;
  const lacking = runSummaryFault(summary);
  if (lacking !== undefined) throw unreadable(`the summary of ${id} is none of a run: look at its ${lacking}`);
  return summary as RunSummary;
}

/** A run, with the events that led to it and what it was after each of them. */
export interface FoldedRun {
  readonly state: RunState | undefined;
  readonly events: readonly RunEvent[];
  readonly states: readonly RunState[];
}

/** The run after the events in `texts`. @throws {@link AdapterError} naming the first that cannot be */
export function foldRunTexts(state: RunState | undefined, texts: readonly string[], id: string): FoldedRun {
  let folded = state;
  const events: RunEvent[] = [];
  const states: RunState[] = [];
  for (const text of texts) {
    const what = `event ${String((folded?.version ?? 0) + 1)} of ${id}`;
    const event = readMapping(text, what, unreadable) as RunEvent;
    const lacking = runEventFault(event);
    if (lacking !== undefined) throw unreadable(`${what} is none of a run: look at its ${lacking}`);
    const next = foldRun(folded, event, id);
    if (next === undefined) {
      throw unreadable(`${what}, ${show(event.type)}, does not follow from those before it; is the store one of runs?`);
    }
    folded = next;
    events.push(event);
    states.push(next);
  }
  return { state: folded, events, states };
}

function unreadable(message: string, cause?: unknown): AdapterError {
  return new AdapterError(message, { adapter: "run store", operation: "read a run", retryable: false, cause });
}
