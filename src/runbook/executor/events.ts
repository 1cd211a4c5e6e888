/** What an executor tells. */
import type { RunEvent } from "../events.ts";
import type { RunbookRun, RunStep } from "../run.ts";

/** What a `RunbookExecutor` tells its listeners, once it is kept. */
export interface RunbookEvents {
  readonly runStarted: { readonly run: RunbookRun };
  readonly stepStarted: { readonly run: RunbookRun; readonly step: RunStep };
  /** A step is done with, or another attempt at it follows. */
  readonly stepEnded: { readonly run: RunbookRun; readonly step: RunStep };
  /** Output as it comes, secrets taken out. Not kept at once: the step's end has it. */
  readonly output: {
    readonly run: string;
    readonly step: string;
    readonly stream: "stdout" | "stderr";
    readonly text: string;
  };
  readonly approvalRequested: { readonly run: RunbookRun; readonly step: RunStep };
  readonly approvalAnswered: { readonly run: RunbookRun; readonly step: RunStep };
  readonly rollbackBegan: { readonly run: RunbookRun };
  readonly runResumed: { readonly run: RunbookRun };
  readonly runEnded: { readonly run: RunbookRun };
}

/** Under which name an event of a run is told; undefined for what is not. */
export const EVENT_NAMES: Readonly<Partial<Record<RunEvent["type"], Exclude<keyof RunbookEvents, "output">>>> = {
  started: "runStarted",
  resumed: "runResumed",
  step_started: "stepStarted",
  step_ended: "stepEnded",
  step_settled: "stepEnded",
  approval_requested: "approvalRequested",
  approval_answered: "approvalAnswered",
  rollback_began: "rollbackBegan",
  ended: "runEnded",
};
