/** How runs of runbooks end. */
import { RUN_STATUSES } from "../../../src/runbook/run.ts";

/** Whether a run of that status goes on no more. */
export function isRunEnd(status: string): boolean {
  return (RUN_STATUSES as readonly string[]).includes(status) && !/^(?:running|waiting|rolling_back)$/.test(status);
}
