/** Which runbooks are to be run for an incident, and what came of them: written in its timeline, where they survive. */
import type { IncidentOccurrence, RecordedEvent } from "../incident/events.ts";
import type { Incident, IncidentAlert } from "../incident/model.ts";

import { labelOf } from "./alerts.ts";

/** Notes of what is done about runbooks have this kind, like those of runs. */
export const RUNBOOK_NOTE = "runbook";

/** A runbook that is to be run. */
export interface RunbookRequest {
  /** The same for the same request, and for no other: where it stands in the timeline. */
  readonly key: string;
  readonly alert: string;
  /** Key of the alert in the incident. */
  readonly alertKey: string;
  /** How many requests for the same alert there were before it. */
  readonly before: number;
}

/**
 * Asks for the runbooks of `begun`: alerts that fire and did not before, each name once.
 *
 * @param firing - names of alerts that fired already: what is being done about them goes on
 */
export function requestsFor(
  begun: readonly (IncidentAlert & { readonly key: string })[],
  firing: ReadonlySet<string>,
  hasRunbook: (alertName: string) => boolean,
): readonly IncidentOccurrence[] {
  const asked = new Set<string>();
  return begun.flatMap(({ key: alertKey, labels, status }): IncidentOccurrence[] => {
    const alert = labelOf(labels, "alertname") ?? "";
    if (status !== "firing" || alert === "" || alert.length > 200) return [];
    if (asked.has(alert) || firing.has(alert) || !hasRunbook(alert)) return [];
    asked.add(alert);
    return [
      {
        type: "noted",
        kind: RUNBOOK_NOTE,
        message: `A runbook is there for ${alert}; it is to be run`,
        data: { request: alert, alert: alertKey },
      },
    ];
  });
}

/** The requests in `timeline` of which it is not written what came of them. */
export function openRequests(
  { id }: Pick<Incident, "id">,
  timeline: readonly RecordedEvent[],
): readonly RunbookRequest[] {
  const done = new Set<unknown>();
  const requests: RunbookRequest[] = [];
  const counts = new Map<string, number>();
  timeline.forEach((event, index) => {
    if (event.type !== "noted" || event.kind !== RUNBOOK_NOTE || event.data === undefined) return;
    const { request, alert: alertKey, outcomeOf } = event.data;
    if (outcomeOf !== undefined) done.add(outcomeOf);
    if (typeof request !== "string" || typeof alertKey !== "string") return;
    const before = counts.get(request) ?? 0;
    counts.set(request, before + 1);
    requests.push({ key: `${id}/${String(index + 1)}`, alert: request, alertKey, before });
  });
  return requests.filter(({ key }) => !done.has(key));
}

/** Writes down what came of a request. */
export function outcomeNote({ key, alert }: RunbookRequest, message: string, run?: string): IncidentOccurrence {
  return {
    type: "noted",
    kind: RUNBOOK_NOTE,
    message,
    data: { outcomeOf: key, alert, ...(run === undefined ? {} : { run }) },
  };
}
