/** A step that is ready to be done: everything is filled in, and nothing has been done yet. */
import type { LeftoverProcess } from "../../ports/command-runner.ts";

import type { OutputCapture } from "./capture.ts";
import type { Redactor } from "../redact/redactor.ts";

/** What one attempt gets. */
export interface PerformContext {
  /** Aborts when the time is up or the run is cancelled. */
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly isDryRun: boolean;
  /** The same for each attempt at this step of this run. */
  readonly key: string;
  readonly stdout: OutputCapture;
  readonly stderr: OutputCapture;
}

/** How an attempt ended by itself. */
export interface Performed {
  readonly isDone: boolean;
  readonly exitCode?: number | undefined;
  readonly httpStatus?: number | undefined;
  readonly signal?: string | undefined;
  readonly reason?: string | undefined;
  readonly leftovers?: readonly LeftoverProcess[] | undefined;
  readonly url?: string | undefined;
}

/** A step that is ready to be done. */
export interface Prepared {
  /** What will be done, to be shown: with secrets still in it. */
  readonly shown: readonly string[];
  /** Takes this step's secrets out of texts. */
  readonly redactor: Redactor;
  readonly perform: (context: PerformContext) => Promise<Performed>;
  /** Ends what an attempt of a process that died has left running. */
  readonly endLeftovers?: ((key: string) => Promise<number>) | undefined;
}

/** A step that is ready, or why it cannot be. */
export type Preparation = { readonly filled: Prepared } | { readonly refused: string };
