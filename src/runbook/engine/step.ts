/** One step of a run, from its condition to how it stands in the end. */
import { cut } from "../../core/cut.ts";
import { withDeadline } from "../../core/deadline.ts";
import { parseTags } from "../../core/template.ts";

import { refusalText, unansweredText } from "./approval.ts";
import { attemptOnce } from "../performing/attempt.ts";
import { describeCondition } from "../conditions/words.ts";
import { holds } from "../conditions/conditions.ts";
import type { PlannedStep, RunOccurrence } from "../events.ts";
import { fillText } from "../fill/fill.ts";
import type { RunState } from "../fold.ts";
import type { ApprovalGate } from "./gate.ts";
import { nameOf, retryDelayMs, sleepUnless } from "../patience.ts";
import type { WorkStep } from "../model.ts";
import { prepareAction } from "../performing/action.ts";
import { prepareCommand } from "../performing/command.ts";
import { prepareHttp } from "../performing/http.ts";
import type { Preparation, Prepared } from "../performing/performing.ts";
import type { RunStep, StepStatus } from "../run.ts";
import type { StepSettings } from "../performing/settings.ts";
import type { RunValues } from "../values.ts";

/** What a step is done with. */
export interface StepWork {
  readonly settings: StepSettings;
  readonly gate: ApprovalGate;
  readonly state: () => RunState;
  /** A step as it stands; undefined for one that the run has not planned. */
  readonly record: (name: string) => RunStep | undefined;
  readonly values: () => RunValues;
  readonly add: (...occurrences: readonly RunOccurrence[]) => Promise<unknown>;
  /** How much may be kept of one more stream of output. */
  readonly outputLeft: () => number;
  readonly onText: (step: string, stream: "stdout" | "stderr", text: string) => void;
}

const LONGEST_REASON = 2_000;
const LEAST_OUTPUT = 1_024;
const INTERRUPTED = "its process died while it was under way; nobody knows whether it was done";

/** Whether a step that stands so has failed. */
export function isFailure(status: StepStatus): boolean {
  return status === "failed" || status === "timed_out" || status === "refused";
}

/**
 * Does `step`, unless it is done with already. A step that `signal` finds before its first attempt stays as it was.
 *
 * @param planned - for a step that the run did not plan from the beginning
 */
export async function doStep(
  step: WorkStep,
  work: StepWork,
  signal: AbortSignal,
  planned?: PlannedStep,
): Promise<StepStatus> {
  const { name } = step;
  const before = work.record(name);
  if (before?.endedAt !== undefined) return before.status;
  // What was begun comes to its end all the same: its process is ended, and it is said that it was cancelled.
  if (signal.aborted && !isBegun(before)) return "pending";
  const more = before === undefined && planned !== undefined ? { planned } : {};
  const settle = async (
    status: Exclude<StepStatus, "pending" | "running" | "waiting">,
    reason: string,
  ): Promise<StepStatus> => {
    await work.add({
      type: "step_settled",
      step: name,
      status,
      reason: cut(work.settings.redactor.text(reason), LONGEST_REASON),
      ...(work.record(name) === undefined ? more : {}),
    });
    return status;
  };

  const isFresh = (before?.attempts.length ?? 0) === 0;
  if (isFresh && before?.approval === undefined && step.when !== undefined && !holds(step.when, work.values())) {
    return settle("skipped", `only if ${describeCondition(step.when)}`);
  }
  if (step.kind === "manual") return settle("manual", "left to people");
  const { dryRun } = work.state().started;
  const isDryRun = dryRun ?? step.isDestructive;
  const preparation = prepare(step, work, isDryRun);
  if ("refused" in preparation) return settle("failed", preparation.refused);
  const prepared = preparation.filled;

  const refusal = await permission(step, prepared, work, {
    signal,
    isDryRun,
    planned: before === undefined ? planned : undefined,
  });
  if (refusal !== undefined) return settle(refusal.status, refusal.reason);
  return tryOften(step, prepared, work, {
    signal,
    isDryRun,
    more: work.record(name) === undefined ? more : {},
    settle,
  });
}

/** Whether something was done about a step: it was tried, or somebody was asked. */
export function isBegun(record: RunStep | undefined): boolean {
  return record !== undefined && (record.startedAt !== undefined || record.approval !== undefined);
}

function prepare(step: Exclude<WorkStep, { kind: "manual" }>, work: StepWork, isDryRun: boolean): Preparation {
  const { settings } = work;
  switch (step.kind) {
    case "command":
      return prepareCommand(step, work.values(), settings, isDryRun);
    case "http":
      return prepareHttp(step, work.values(), settings, isDryRun);
    case "action": {
      const { id: run, incident } = work.state();
      return prepareAction(step, work.values(), settings, { run, incident, isDryRun });
    }
  }
}

type Settle = (status: Exclude<StepStatus, "pending" | "running" | "waiting">, reason: string) => Promise<StepStatus>;
interface Permission {
  readonly status: "refused" | "failed" | "cancelled";
  readonly reason: string;
}

/** Whether the step may begin, and begin again after its process died; why not, if it may not. */
async function permission(
  step: WorkStep,
  prepared: Prepared,
  work: StepWork,
  options: { readonly signal: AbortSignal; readonly isDryRun: boolean; readonly planned: PlannedStep | undefined },
): Promise<Permission | undefined> {
  const { signal, isDryRun, planned } = options;
  const record = work.record(step.name);
  const attempts = record?.attempts ?? [];
  const last = attempts.at(-1);
  const isInterrupted = last !== undefined && last.endedAt === undefined;
  if (isInterrupted && !isDryRun) {
    await endWhatIsLeft(step, prepared, work, signal);
    const often = attempts.filter((attempt) => attempt.endedAt === undefined).length;
    if (step.onInterrupt === "fail") return { status: "failed", reason: INTERRUPTED };
    // A step that ends the process which does it would do so for ever.
    if (often >= MOST_INTERRUPTIONS) {
      return { status: "failed", reason: `its process died ${String(often)} times while it was under way` };
    }
  }
  const mustAskAgain = isInterrupted && !isDryRun && step.onInterrupt === "ask";
  const mustAsk = attempts.length === 0 ? step.approval !== undefined : mustAskAgain;
  const given = record?.approval;
  const timeoutMs = step.approval?.timeoutMs ?? ASK_AGAIN_MS;
  if (!mustAsk && given !== undefined && given.approved === undefined) {
    // It was begun by an answer that came when the time was up.
    return { status: "refused", reason: unansweredText(timeoutMs) };
  }
  if (isDryRun || !mustAsk) return undefined;
  // An answer that was given before the process died still holds, for what it was given for: told by its place in the
  // journal, since clocks are set.
  const isGiven = given?.approved !== undefined && given.afterAttempts === attempts.length;
  const message = mustAskAgain
    ? `${step.title ?? step.name}: ${INTERRUPTED}. Do it again?`
    : question({ message: step.approval?.message, name: step.name, title: step.title }, work);
  const answer = isGiven
    ? { approved: given.approved, by: given.by, reason: given.reason }
    : await ask(step, prepared, work, { message, isRepeat: mustAskAgain, timeoutMs, signal, planned });
  if (answer === undefined) return { status: "cancelled", reason: "was cancelled while it waited for an approval" };
  if (answer.approved) return undefined;
  return { status: "refused", reason: refusalText(answer) };
}

/** What is asked: with its values filled in as far as they are there. */
export function question(
  {
    message,
    name,
    title,
  }: { readonly message?: string | undefined; readonly name: string; readonly title?: string | undefined },
  work: StepWork,
): string {
  if (message === undefined) return `${title ?? name}?`;
  const filled = fillText(parseTags(message), work.values(), {});
  return work.settings.redactor.text("filled" in filled ? filled.filled : message);
}

/** How often a step may be under way when its process dies. */
const MOST_INTERRUPTIONS = 5;
/** What a dead process has left is looked for so long at most. */
const LEFTOVERS_MS = 3_000;

async function endWhatIsLeft(step: WorkStep, prepared: Prepared, work: StepWork, signal: AbortSignal): Promise<void> {
  const { endLeftovers } = prepared;
  if (endLeftovers === undefined) return;
  const { clock, logger } = work.settings;
  const operation = "to end what a dead process has left";
  try {
    const ending = withDeadline(() => endLeftovers(keyOf(work, step)), { clock, timeoutMs: LEFTOVERS_MS, operation });
    // Who cancels need not wait for it.
    await Promise.race([ending, sleepUnless(clock, LEFTOVERS_MS, signal)]);
  } catch (error) {
    logger.warn("what a dead process left running could not be ended", { step: step.name, error: nameOf(error) });
  }
}

/** An interrupted step without an approval of its own waits for as long as one would by default. */
const ASK_AGAIN_MS = 900_000;

function ask(
  step: WorkStep,
  { shown, redactor }: Prepared,
  work: StepWork,
  options: {
    readonly message: string;
    readonly isRepeat: boolean;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
    readonly planned: PlannedStep | undefined;
  },
): ReturnType<ApprovalGate["ask"]> {
  const { id, runbook, alert, incident, by } = work.state();
  const { message, isRepeat, timeoutMs, signal, planned } = options;
  const request = {
    ...{ run: id, runbook, step: step.name, title: step.title, alert, incident, by },
    ...{ message: redactor.text(message), isRepeat, isDestructive: step.isDestructive },
    command: shown.map((word) => redactor.text(word)),
  };
  return work.gate.ask(request, { timeoutMs, signal, planned });
}

async function tryOften(
  step: WorkStep,
  prepared: Prepared,
  work: StepWork,
  options: {
    readonly signal: AbortSignal;
    readonly isDryRun: boolean;
    readonly more: { readonly planned?: PlannedStep };
    readonly settle: Settle;
  },
): Promise<StepStatus> {
  const { signal, isDryRun, settle } = options;
  const { settings } = work;
  const command = prepared.shown.map((word) => prepared.redactor.text(word));
  let more = options.more;
  for (;;) {
    const attempts = work.record(step.name)?.attempts ?? [];
    const ended = attempts.filter(({ endedAt }) => endedAt !== undefined).length;
    if (ended > 0) await sleepUnless(settings.clock, retryDelayMs(step.retry, ended), signal);
    if (signal.aborted) return isBegun(work.record(step.name)) ? settle("cancelled", "was cancelled") : "pending";
    const number = attempts.length + 1;
    await work.add({ type: "step_started", step: step.name, attempt: number, command, ...more });
    more = {};
    const { attempt, isWorthAnother } = await attemptOnce(prepared, {
      number,
      key: keyOf(work, step),
      timeoutMs: step.timeoutMs,
      isDryRun,
      signal,
      settings,
      maxOutput: Math.max(LEAST_OUTPUT, Math.min(step.maxOutput ?? settings.maxOutput, work.outputLeft())),
      onText: (stream, text) => {
        work.onText(step.name, stream, text);
      },
    });
    const isFinal = !isWorthAnother || ended + 1 >= step.retry.attempts;
    await work.add({ type: "step_ended", step: step.name, attempt, isFinal });
    if (isFinal) return attempt.status;
  }
}

function keyOf({ state }: StepWork, { name }: WorkStep): string {
  return `${state().id}/${name}`;
}
