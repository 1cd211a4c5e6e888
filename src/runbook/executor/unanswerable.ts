/** Why a step takes no answer. */
import { IllegalTransitionError, invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { durationText } from "../../core/time/duration-text.ts";

import { wasNobody } from "../engine/approval.ts";
import type { RunState } from "../fold.ts";
import type { RunStep } from "../run.ts";

/** Whether the time for an answer about a step is up at `at`, in epoch milliseconds. */
export function isTimeUp({ approval }: RunStep, at: number): boolean {
  return approval !== undefined && at > approval.expiresAt;
}

/** The refusal of an answer that comes when its time is up: who has asked what, and until when. */
export function timeUp({ id, by, steps }: RunState, { name, approval }: RunStep, at: number): Error {
  const { message = "", expiresAt: until = at } = approval ?? {};
  // A log of somebody else's may have any number there.
  const expiresAt = Math.max(0, until);
  const open = steps.filter((step) => step.status === "waiting" && !isTimeUp(step, at));
  const asked = `${by} asked ${show(message)} for step ${name} of ${id}`;
  const up = `the time for an answer was up at ${new Date(expiresAt).toISOString()}, ${durationText(at - expiresAt)} ago`;
  return new IllegalTransitionError(
    "its time is up",
    `answer ${name}`,
    open.map((step) => `answer ${step.name}`),
    `${asked}; ${up}, which is taken as no`,
  );
}

/** The refusal of an answer to a step that does not wait for one. */
export function notWaiting({ id, steps }: RunState, name: string, step: RunStep | undefined): Error {
  const waiting = steps.filter(({ status }) => status === "waiting").map((one) => one.name);
  if (step === undefined) {
    const allowed = waiting.length === 0 ? "; no step waits for an approval" : choices(name, waiting);
    return invalid("step", `${id} has no step ${show(name)}${allowed}`);
  }
  const { approved, by, reason } = step.approval ?? {};
  const possible = waiting.map((one) => `answer ${one}`);
  if (approved === undefined) return new IllegalTransitionError(`it is ${step.status}`, `answer ${name}`, possible);
  const who = wasNobody({ by }) ? "" : ` by ${by ?? ""}`;
  const why = reason === undefined ? "" : `: ${reason}`;
  const others = waiting.length === 0 ? "" : `; what waits: ${waiting.join(", ")}`;
  const message = `step ${name} of ${id} was ${approved ? "approved" : "refused"}${who} already${why}${others}`;
  return new IllegalTransitionError("it is answered already", `answer ${name}`, possible, message);
}
