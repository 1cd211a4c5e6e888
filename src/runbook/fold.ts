/** What a run's events come to. Pure. */
import { frozen } from "../core/frozen.ts";

import { isLateAnswer } from "./engine/approval.ts";
import type { PlannedStep, RunEvent, RunIncident, RunStarted, StepEnded } from "./events.ts";
import type { RunbookRun, RunStep, StepApproval, StepAttempt } from "./run.ts";

/** A run with what its executor has to know beside. */
export interface RunState extends RunbookRun {
  readonly started: Pick<RunStarted, "labels" | "annotations" | "parameters" | "dryRun" | "fingerprint">;
  readonly about: RunIncident | undefined;
  /** Who works on it: what its events' ids begin with. */
  readonly owner: string;
  /** Who asked for it to stop. */
  readonly cancel: { readonly by: string; readonly reason?: string | undefined } | undefined;
  /** How it ends once what was done is taken back. */
  readonly outcome: "failed" | "cancelled" | undefined;
  /** Names of the steps that were begun, in the order in which they came to their end. */
  readonly finished: readonly string[];
  /** Whether it is over, and not all of it is in its incident's timeline yet. */
  readonly mustTell: boolean;
  /** When the last thing happened to it, in epoch milliseconds. */
  readonly latestAt: number;
  /** Where each step stands in `steps`. */
  readonly places: ReadonlyMap<string, number>;
}

/**
 * The state after `told`; `state` stays as it is. Undefined if the event cannot follow. One that was told by a clock that is
 * behind the last one's, or was set back, happened when that did: nothing ends before it began.
 */
export function foldRun(state: RunState | undefined, told: RunEvent, id: string): RunState | undefined {
  if (told.type === "started") return state === undefined ? began(told, id) : undefined;
  if (state === undefined) return undefined;
  const latestAt = Math.max(told.at, state.latestAt);
  const event: typeof told = { ...told, at: latestAt };
  const isEpilogue = event.type === "telling" || event.type === "told";
  if ((state.endedAt !== undefined) !== isEpilogue) return undefined;
  const next = { ...state, latestAt, version: state.version + 1 };
  switch (event.type) {
    case "resumed":
      return { ...next, owner: ownerOf(event), resumed: state.resumed + 1 };
    case "renewed":
    case "telling":
      return next;
    case "told":
      return { ...next, mustTell: false };
    case "cancel_requested":
      return { ...next, cancel: state.cancel ?? { by: event.by, reason: event.reason } };
    case "rollback_began":
      return { ...next, status: "rolling_back", outcome: event.outcome, reason: event.reason };
    case "ended":
      return {
        ...next,
        status: event.status,
        endedAt: event.at,
        reason: event.reason ?? state.reason,
        mustTell: event.mustTell ?? false,
      };
    case "step_started":
    case "step_ended":
    case "step_settled":
      return stepped(next, event);
    case "approval_answered": {
      const answered = stepped(next, event);
      // By the time of the answer itself: it may be kept later than what happened after it.
      const isLate = isLateAnswer({ ...event, at: told.at }, recordOf(state, event.step)?.approval);
      return isLate && answered !== undefined ? next : answered;
    }
    case "approval_requested":
      // As long after the question as it was told.
      return stepped(next, { ...event, expiresAt: event.expiresAt + latestAt - told.at });
  }
}

type StepEvent = Exclude<
  RunEvent,
  {
    readonly type:
      "started" | "resumed" | "renewed" | "cancel_requested" | "rollback_began" | "ended" | "telling" | "told";
  }
>;

function stepped(state: RunState, event: StepEvent): RunState | undefined {
  const planned = "planned" in event ? event.planned : undefined;
  const place = state.places.get(event.step) ?? (planned === undefined ? undefined : state.steps.length);
  if (place === undefined) return undefined;
  const before = state.steps[place] ?? stepOf(planned as PlannedStep);
  const after = changed(before, event);
  if (after === undefined) return undefined;
  const steps = [...state.steps];
  steps[place] = after;
  return {
    ...state,
    steps,
    places: state.places.has(event.step) ? state.places : new Map([...state.places, [event.step, place]]),
    isDry: state.isDry || after.status === "dry",
    finished:
      after.endedAt !== undefined && before.startedAt !== undefined ? [...state.finished, event.step] : state.finished,
  };
}

function changed(step: RunStep, event: StepEvent): RunStep | undefined {
  // What has ended stays as it is: a step is never done twice.
  if (step.endedAt !== undefined) return undefined;
  switch (event.type) {
    case "step_started": {
      const { command = step.command } = event;
      const attempt: StepAttempt = { number: event.attempt, status: "running", startedAt: event.at };
      const attempts = [...step.attempts.map(interrupted), attempt];
      return { ...step, status: "running", startedAt: step.startedAt ?? event.at, command, attempts };
    }
    case "step_ended":
      return ended(step, event);
    case "step_settled": {
      const reason = event.reason ?? step.reason;
      return { ...step, attempts: step.attempts.map(interrupted), status: event.status, reason, endedAt: event.at };
    }
    case "approval_requested": {
      const { message, expiresAt, at: requestedAt } = event;
      const afterAttempts = step.attempts.length;
      return { ...step, status: "waiting", approval: { message, requestedAt, expiresAt, afterAttempts } };
    }
    case "approval_answered": {
      const { approved, by, reason, at: answeredAt } = event;
      if (step.approval === undefined || step.approval.approved !== undefined) return step;
      const approval: StepApproval = {
        ...step.approval,
        approved,
        by,
        answeredAt,
        ...(reason === undefined ? {} : { reason }),
      };
      return { ...step, status: step.attempts.length === 0 ? "pending" : "running", approval };
    }
  }
}

function ended(step: RunStep, event: StepEnded & { readonly at: number }): RunStep | undefined {
  const last = step.attempts.at(-1);
  if (last?.number !== event.attempt.number || last.endedAt !== undefined) return undefined;
  const attempt: StepAttempt = { ...last, ...event.attempt, endedAt: event.at };
  const attempts = [...step.attempts.slice(0, -1), attempt];
  if (!event.isFinal) return { ...step, attempts };
  return { ...step, attempts, status: attempt.status, reason: attempt.reason, endedAt: event.at };
}

/** An attempt that another one follows, and whose end nobody saw. */
function interrupted(attempt: StepAttempt): StepAttempt {
  if (attempt.endedAt !== undefined) return attempt;
  return { ...attempt, status: "failed", isInterrupted: true, reason: "its process died" };
}

function began(event: RunStarted & RunEvent, id: string): RunState {
  const { runbook, title, alert, incident, by, lock, labels, annotations, parameters, dryRun, fingerprint } = event;
  const steps = event.steps.map(stepOf);
  return {
    id,
    runbook,
    title,
    alert,
    incident: incident?.id,
    by,
    status: "running",
    isDry: false,
    startedAt: event.at,
    endedAt: undefined,
    steps,
    reason: undefined,
    resumed: 0,
    lock,
    version: 1,
    started: { labels, annotations, parameters, fingerprint, ...(dryRun === undefined ? {} : { dryRun }) },
    about: incident,
    owner: ownerOf(event),
    cancel: undefined,
    outcome: undefined,
    finished: [],
    mustTell: false,
    latestAt: event.at,
    places: new Map(steps.map(({ name }, place) => [name, place])),
  };
}

function stepOf({ name, title, kind, of, isRollback = false }: PlannedStep): RunStep {
  return {
    name,
    ...(title === undefined ? {} : { title }),
    kind,
    status: "pending",
    ...(of === undefined ? {} : { of }),
    isRollback,
    attempts: [],
  };
}

function ownerOf({ id }: RunEvent): string {
  return id.slice(0, id.lastIndexOf(":"));
}

/** A run without what only its executor has to know, frozen: whoever is told of it shares it with the executor. */
export function publicRun({
  started: _started,
  about: _about,
  owner: _owner,
  cancel: _cancel,
  outcome: _outcome,
  finished: _finished,
  mustTell: _mustTell,
  latestAt: _latestAt,
  places: _places,
  ...run
}: RunState): RunbookRun {
  return frozen(run);
}

/** A step of a run, by its name. */
export function recordOf({ steps, places }: RunState, name: string): RunStep | undefined {
  return steps[places.get(name) ?? -1];
}
