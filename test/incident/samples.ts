import type { IncidentEvent, IncidentOccurrence } from "../../src/incident/events.ts";
import type { IncidentState } from "../../src/incident/model.ts";
import { transition } from "../../src/incident/transition.ts";

/** When the incidents of these tests are declared. */
export const AT: number = Date.UTC(2026, 10, 22, 10);
export const MINUTE = 60_000;

/** `occurrence` as an event, so many minutes after {@link AT}. */
export function event(occurrence: IncidentOccurrence, minutes = 0): IncidentEvent {
  return { ...occurrence, by: "ann", at: AT + minutes * MINUTE };
}

export const CREATED: IncidentOccurrence = {
  type: "created",
  title: "checkout fails",
  severity: "SEV2",
  services: ["checkout"],
  startedAt: AT - 2 * MINUTE,
  detectedAt: AT - MINUTE,
};

/** The state after `occurrences`, which happen and are recorded minute by minute; the creation comes first. */
export function after(...occurrences: readonly IncidentOccurrence[]): IncidentState {
  let state = transition(undefined, event(CREATED), AT);
  occurrences.forEach((occurrence, index) => {
    const minutes = index + 1;
    state = transition(state, event(occurrence, minutes), AT + minutes * MINUTE);
  });
  return state;
}

/** `occurrence` after `state`, which happened at `minutes` and is recorded `recorded` minutes after {@link AT}. */
export function follow(
  state: IncidentState,
  occurrence: IncidentOccurrence,
  minutes: number,
  recorded = 600,
): IncidentState {
  return transition(state, event(occurrence, minutes), AT + recorded * MINUTE);
}

/** What `work` throws, to be looked at as a whole. */
export function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
