/** An approval that a run waits for, as it stands in its incident's timeline: whoever looks there can ask for the answer. */
import { isTime } from "../../core/time/epoch.ts";
import type { IncidentOccurrence } from "../../incident/events.ts";

/** Notes of runs, and of what is done about runbooks, have this kind. */
export const RUNBOOK_NOTE = "runbook";

/** What is asked, and until when. */
export interface AskedApproval {
  /** Such as `RUN-0001`. */
  readonly run: string;
  readonly runbook: string;
  readonly step: string;
  /** What is asked, for people. */
  readonly message: string;
  /** Until when an answer is waited for, in epoch milliseconds; then it is no. */
  readonly expiresAt: number;
}

/** What `event` asks people; undefined if it is no such note, or was answered before it was written. */
export function askedApproval(event: IncidentOccurrence): AskedApproval | undefined {
  const data = event.type === "noted" && event.kind === RUNBOOK_NOTE ? event.data : undefined;
  if (data?.event !== "approval_requested" || data.isAnswered === true) return undefined;
  const { run, runbook, step, asks: message, expiresAt } = data;
  const isWhole = [run, runbook, step, message].every((text) => typeof text === "string") && isTime(expiresAt);
  // Notes are anybody's to write.
  return isWhole ? ({ run, runbook, step, message, expiresAt } as AskedApproval) : undefined;
}
