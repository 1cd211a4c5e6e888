/** Steps that are functions of TypeScript. */
import type { RunValues } from "./values.ts";

/** What an action gets. */
export interface ActionContext {
  /** Aborts when its time is up or the run is cancelled: stop then. */
  readonly signal: AbortSignal;
  /** What its step says it is given, filled in. */
  readonly input: unknown;
  /** All that can be filled in: the alert, parameters, what earlier steps came to. */
  readonly values: RunValues;
  /** Such as `RUN-0001`. */
  readonly run: string;
  readonly step: string;
  /** The incident that the run is for. */
  readonly incident?: string | undefined;
  /** From 1. */
  readonly attempt: number;
  /** The same for each attempt at this step of this run, and for no other. */
  readonly key: string;
  /** Writes to the step's output. */
  readonly log: (text: string) => void;
}

/**
 * Does something. What it returns is the step's output: text as it is, anything else as JSON; undefined is nothing. What
 * it throws or rejects with fails the step. In a dry run it is not called.
 */
export type ActionFunction = (context: ActionContext) => unknown;
