/** Whether a step may begin: what is asked, and who answers. */
import { limitText } from "../../core/time/duration-text.ts";
import type { CallOptions } from "../../ports/store.ts";

import type { StepApproval } from "../run.ts";

/** What is asked. */
export interface ApprovalRequest {
  /** Such as `RUN-0001`. */
  readonly run: string;
  readonly runbook: string;
  readonly step: string;
  readonly title?: string | undefined;
  /** What is asked, for people. */
  readonly message: string;
  /** What the step will run, secrets taken out. */
  readonly command: readonly string[];
  readonly alert: string;
  readonly incident?: string | undefined;
  /** Who had the runbook run. */
  readonly by: string;
  readonly isDestructive: boolean;
  /** Whether it may have been done already: its process died while it was under way. */
  readonly isRepeat: boolean;
  /** Until when an answer is waited for, in epoch milliseconds; then it is no. */
  readonly expiresAt: number;
}

/** The answer. */
export interface ApprovalAnswer {
  readonly approved: boolean;
  /** A person, or the name of a policy. */
  readonly by: string;
  readonly reason?: string | undefined;
}

/**
 * Answers for people: a policy, or a way to ask them. Undefined leaves it to `RunbookExecutor.answer`; so does one that
 * throws.
 */
export type RunbookApprover = (
  request: ApprovalRequest,
  options: Required<CallOptions>,
) => ApprovalAnswer | undefined | PromiseLike<ApprovalAnswer | undefined>;

/** Who has answered where the time was up. */
export const NOBODY = "nobody";

/** A no. */
export interface Refusal {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** Why a step is refused, for people. */
export function refusalText({ by, reason }: Refusal): string {
  if (wasNobody({ by })) return reason ?? "nobody answered";
  return `refused by ${by ?? ""}${reason === undefined ? "" : `: ${reason}`}`;
}

/** Whether nobody has answered, and the time was up. */
export function wasNobody({ by }: Pick<Refusal, "by">): boolean {
  return by === undefined || by === NOBODY;
}

/**
 * Whether an answer of `at`, in epoch milliseconds, came when the time for it was up: it is none then, a yes or a no. That
 * nobody has answered is said when the time is up, and is never late.
 */
export function isLateAnswer(
  { approved, by, at }: Pick<ApprovalAnswer, "approved" | "by"> & { readonly at: number },
  approval: Pick<StepApproval, "expiresAt"> | undefined,
): boolean {
  return approval !== undefined && at > approval.expiresAt && (approved || by !== NOBODY);
}

/** Why a step is refused about which nobody has said anything in time. */
export function unansweredText(timeoutMs: number): string {
  return `nobody answered within ${limitText(Math.round(timeoutMs))}, which is taken as no`;
}

/** Rules for {@link approveByRules}: the first that fits answers. */
export interface ApproverRule {
  /** Names of runbooks; any unless told. */
  readonly runbooks?: readonly string[];
  /** Names of steps; any unless told. */
  readonly steps?: readonly string[];
  /** Whether it is for destructive steps only, or for others only; both unless told. */
  readonly destructive?: boolean;
  readonly approve: boolean;
  /** Why, for the journal. */
  readonly reason?: string;
}

/**
 * A policy in a few rules. What no rule fits is left to people, and so is what may have been done already.
 *
 * @example
 * ```ts
 * import { approveByRules } from "nines";
 *
 * const approver = approveByRules("night", [
 *   { steps: ["restart"], approve: true, reason: "restarts are safe" },
 *   { destructive: true, approve: false, reason: "nothing destructive at night" },
 * ]);
 * const request = {
 *   run: "RUN-0001", runbook: "HighMemoryUsage", step: "drop", message: "drop the cache?", command: ["redis-cli", "FLUSHALL"],
 *   alert: "HighMemoryUsage", by: "alerts", isDestructive: true, isRepeat: false, expiresAt: 0,
 * };
 * const answer = await approver(request, { signal: new AbortController().signal });
 * if (answer?.approved !== false || answer.by !== "night") throw new Error("approved");
 * ```
 */
export function approveByRules(name: string, rules: readonly ApproverRule[]): RunbookApprover {
  return ({ runbook, step, isDestructive, isRepeat }) => {
    if (isRepeat) return undefined;
    const rule = rules.find(({ runbooks, steps, destructive = isDestructive }) => {
      return (
        (runbooks === undefined || runbooks.includes(runbook)) &&
        (steps === undefined || steps.includes(step)) &&
        destructive === isDestructive
      );
    });
    if (rule === undefined) return undefined;
    const { approve, reason } = rule;
    return { approved: approve, by: name, ...(reason === undefined ? {} : { reason }) };
  };
}
