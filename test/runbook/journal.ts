import type { RunEvent, RunOccurrence, RunStarted, StepEnded } from "../../src/runbook/events.ts";
import { foldRun, type RunState } from "../../src/runbook/fold.ts";

/** The beginning of a run of three steps, two of them in a group. */
export const STARTED: RunStarted = {
  ...{ type: "started", runbook: "Slow", title: "It is slow", alert: "Latency", by: "ann", lock: "slow" },
  ...{ labels: { app: "web" }, annotations: { summary: "slow" }, parameters: { replicas: 3 }, fingerprint: "f00" },
  incident: { id: "INC-0001", title: "memory is full", severity: "SEV2" },
  steps: [
    { name: "look", kind: "command", title: "Look at it" },
    { name: "both", kind: "parallel" },
    { name: "part", kind: "http", of: "both" },
  ],
};

/** The attempt that a `step_ended` tells of, which succeeded unless told. */
export function ended(
  step: string,
  attempt: Partial<StepEnded["attempt"]> = {},
  isFinal = true,
): Extract<RunOccurrence, { type: "step_ended" }> {
  return { type: "step_ended", step, isFinal, attempt: { number: 1, status: "succeeded", ...attempt } };
}

/** Occurrences as they are kept: the first at 1,000, each a second after the one before it. */
export function journalOf(...occurrences: readonly RunOccurrence[]): readonly RunEvent[] {
  return occurrences.map((occurrence, index) => ({
    ...occurrence,
    at: 1_000 * (index + 1),
    id: `own:er:${String(index + 1)}`,
  }));
}

/** The run after what is said to have happened to it since {@link STARTED}. */
export function stateAfter(...occurrences: readonly RunOccurrence[]): RunState {
  let state: RunState | undefined;
  for (const event of journalOf(STARTED, ...occurrences)) {
    state = foldRun(state, event, "RUN-0001");
    if (state === undefined) throw new Error(`${event.type} cannot follow`);
  }
  return state as RunState;
}
