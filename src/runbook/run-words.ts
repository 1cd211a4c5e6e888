/** A run in words. */
import { durationText } from "../core/time/duration-text.ts";

import type { RunbookRun, RunStep, StepStatus } from "./run.ts";

const STANDS: Readonly<Record<StepStatus, string>> = {
  pending: "not done",
  running: "under way",
  waiting: "waits for an approval",
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed out",
  cancelled: "cancelled",
  skipped: "skipped",
  dry: "only tried dry",
  manual: "left to people",
  refused: "refused",
};

/**
 * The summary of a run: how it ended, and a line for each step with its duration, its attempts and why it stands so. For people;
 * secrets were taken out when it was kept.
 *
 * @example
 * ```ts
 * import { describeRun, RunbookExecutor } from "nines";
 *
 * const executor = new RunbookExecutor({ actions: { look: () => "fine" } });
 * executor.registerRunbook("DiskFull", [{ name: "look", action: "look" }, { title: "Tell the team" }]);
 * const [first, ...steps] = describeRun(await executor.executeRunbook("DiskFull", { by: "ann" })).split("\n");
 * if (!first?.startsWith("RUN-0001 DiskFull succeeded after ")) throw new Error(first);
 * if (steps[1] !== "  tell_the_team: left to people") throw new Error(steps.join());
 * ```
 */
export function describeRun(run: RunbookRun): string {
  const { id, runbook, status, startedAt, endedAt, isDry, reason, steps } = run;
  const took = endedAt === undefined ? "" : ` after ${durationText(Math.max(0, Math.round(endedAt - startedAt)))}`;
  const why = reason === undefined ? "" : `: ${reason}`;
  const dry = isDry ? " (some of it only dry)" : "";
  return [`${id} ${runbook} ${status.replaceAll("_", " ")}${took}${dry}${why}`, ...steps.map(stepLine)].join("\n");
}

function stepLine({ name, of, isRollback, status, attempts, reason, approval }: RunStep): string {
  const last = attempts.at(-1);
  const took = last?.durationMs === undefined ? "" : ` in ${durationText(last.durationMs)}`;
  const often = attempts.length > 1 ? `, ${String(attempts.length)} attempts` : "";
  const by = approval?.approved === true ? `, approved by ${approval.by ?? "nobody"}` : "";
  const why = reason === undefined || status === "manual" ? "" : `: ${reason}`;
  const indent = of === undefined || isRollback ? "  " : "    ";
  const what = isRollback ? `${name} (takes back ${of ?? "?"})` : name;
  return `${indent}${what}: ${STANDS[status]}${took}${often}${by}${why}`;
}
