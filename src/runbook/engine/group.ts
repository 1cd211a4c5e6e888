/** Steps side by side. */
import { cut } from "../../core/cut.ts";

import { NOBODY, refusalText } from "./approval.ts";
import { describeCondition } from "../conditions/words.ts";
import { holds } from "../conditions/conditions.ts";
import { isOnlyDestructive } from "../destructive.ts";
import { doStep, isBegun, isFailure, question, type StepWork } from "./step.ts";
import type { ParallelStep, WorkStep } from "../model.ts";
import type { StepStatus } from "../run.ts";

type GroupStatus = "succeeded" | "failed" | "skipped" | "cancelled" | "refused" | "dry";

/** Does the parts of `group`, as many at once as it says, unless it is done with already. */
export async function doGroup(group: ParallelStep, work: StepWork, signal: AbortSignal): Promise<StepStatus> {
  const before = statusOf(work, group.name);
  if (before.isOver) return before.status;
  const isFresh = group.steps.every(({ name }) => statusOf(work, name).status === "pending");
  const approval = work.record(group.name)?.approval;
  // One that was begun by an answer that came when the time was up goes no further.
  const isUnanswered = approval !== undefined && approval.approved === undefined;
  const refusal = isFresh || isUnanswered ? await mayBegin(group, work, signal) : undefined;
  if (refusal !== undefined) return refusal;

  const ended = new AbortController();
  const { failures, statuses } = await doAll(group, work, { signal: AbortSignal.any([signal, ended.signal]), ended });
  if (failures.length > 0) throw failures[0];
  const failed = group.steps.filter((step) => isFailure(statusOf(work, step.name).status) && !step.continueOnFailure);
  if (failed.length > 0) return settle(group, work, "failed", `failed: ${failed.map(({ name }) => name).join(", ")}`);
  if (signal.aborted) return statuses.includes("cancelled") ? settle(group, work, "cancelled") : "pending";
  const isDry = statuses.every((status) => status === "dry");
  return settle(group, work, isDry ? "dry" : "succeeded");
}

async function doAll(
  group: ParallelStep,
  work: StepWork,
  { signal, ended }: { readonly signal: AbortSignal; readonly ended: AbortController },
): Promise<{ readonly failures: readonly unknown[]; readonly statuses: readonly StepStatus[] }> {
  const statuses: StepStatus[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < group.steps.length) {
      const step = group.steps[next] as WorkStep;
      next += 1;
      if (signal.aborted && !isBegun(work.record(step.name))) continue;
      try {
        const status = await doStep(step, work, signal);
        statuses.push(status);
        if (group.failFast && isFailure(status) && !step.continueOnFailure) ended.abort();
      } catch (error) {
        // The journal cannot be written: nothing more is begun.
        failures.push(error);
        ended.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(group.maxParallel, group.steps.length) }, worker));
  return { failures, statuses };
}

/** A group is asked about as a whole, before its first part; how it stands if it may not begin. */
async function mayBegin(group: ParallelStep, work: StepWork, signal: AbortSignal): Promise<StepStatus | undefined> {
  const { name: step, title, when, approval, isDestructive } = group;
  const { id: run, runbook, alert, incident, by, started } = work.state();
  const given = work.record(step)?.approval;
  if (given === undefined && when !== undefined && !holds(when, work.values())) {
    return settle(group, work, "skipped", `only if ${describeCondition(when)}`);
  }
  // Somebody is asked if anything is done for real.
  const isDry = started.dryRun ?? isOnlyDestructive(group);
  if (approval === undefined || isDry) return undefined;
  const message = question({ message: approval.message, name: step, title }, work);
  const request = {
    run,
    runbook,
    alert,
    incident,
    by,
    step,
    title,
    isDestructive,
    message,
    command: [],
    isRepeat: false,
  };
  const answer =
    given?.approved === undefined
      ? await work.gate.ask(request, { timeoutMs: approval.timeoutMs, signal })
      : { approved: given.approved, by: given.by ?? NOBODY, reason: given.reason };
  if (answer === undefined) return settle(group, work, "cancelled", "was cancelled while it waited for an approval");
  if (answer.approved) return undefined;
  return settle(group, work, "refused", refusalText(answer));
}

async function settle(
  { name: step }: ParallelStep,
  work: StepWork,
  status: GroupStatus,
  reason?: string,
): Promise<StepStatus> {
  const said = reason === undefined ? {} : { reason: cut(work.settings.redactor.text(reason), 2_000) };
  await work.add({ type: "step_settled", step, status, ...said });
  return status;
}

function statusOf(work: StepWork, name: string): { readonly status: StepStatus; readonly isOver: boolean } {
  const record = work.record(name);
  return { status: record?.status ?? "pending", isOver: record?.endedAt !== undefined };
}
