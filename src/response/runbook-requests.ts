/** Which runbooks are to be run for an incident, and what came of them: written in its timeline, where they survive. */
import type { IncidentOccurrence, RecordedEvent } from "../incident/events.ts";
import type { IncidentAlert } from "../incident/model.ts";

import { labelOf } from "./alerts.ts";

/** Notes of what is done about runbooks have this kind, like those of runs. */
const RUNBOOK_NOTE = "runbook";
const LONGEST_NAME = 200;
const LONGEST_LOCK = 500;

/** A runbook that is to be run. */
export interface RunbookRequest {
  /** The same for the same request, and for no other, also of an incident that had the same number before. */
  readonly key: string;
  readonly alert: string;
  /** Key of the alert in the incident. */
  readonly alertKey: string;
  /** How many runs for the same alert and the same lock there were before it, or are under way. */
  readonly before: number;
}

/** The lock under which the runbook of an alert runs; undefined if there is no runbook for it. */
export type RunbookLock = (
  alertName: string,
  alert: Pick<IncidentAlert, "labels" | "annotations">,
) => string | undefined;

/** What an alert asks for: runs for the same alert under the same lock are the same repair. */
function repairOf({ labels, annotations }: IncidentAlert, lockOf: RunbookLock): string | undefined {
  const alert = labelOf(labels, "alertname") ?? "";
  if (alert === "" || alert.length > LONGEST_NAME) return undefined;
  const lock = lockOf(alert, { labels, annotations });
  return lock === undefined ? undefined : JSON.stringify([alert, lock.slice(0, LONGEST_LOCK)]);
}

/**
 * Asks for the runbooks of `begun`: alerts that fire and did not before. Each repair is asked for once, and not while an
 * alert fires that asked for it: what is being done about that goes on.
 */
export function requestsFor(
  begun: readonly (IncidentAlert & { readonly key: string })[],
  before: Iterable<IncidentAlert>,
  lockOf: RunbookLock,
): readonly IncidentOccurrence[] {
  const firing = begun.filter(({ status }) => status === "firing");
  if (firing.every((alert) => repairOf(alert, lockOf) === undefined)) return [];
  const asked = new Set<string | undefined>();
  for (const alert of before) if (alert.status === "firing") asked.add(repairOf(alert, lockOf));
  return firing.flatMap((alert): IncidentOccurrence[] => {
    const repair = repairOf(alert, lockOf);
    if (repair === undefined || asked.has(repair)) return [];
    asked.add(repair);
    const name = labelOf(alert.labels, "alertname") ?? "";
    return [
      {
        type: "noted",
        kind: RUNBOOK_NOTE,
        message: `A runbook is there for ${name}; it is to be run`,
        data: { request: name, alert: alert.key, repair },
      },
    ];
  });
}

/** Whether something of `events` asks for a runbook. */
export function asksForRunbook(events: readonly IncidentOccurrence[]): boolean {
  return events.some(
    (event) => event.type === "noted" && event.kind === RUNBOOK_NOTE && event.data?.request !== undefined,
  );
}

/** The requests in the timeline of `id` of which it is not written what came of them. */
export function openRequests(id: string, timeline: readonly RecordedEvent[]): readonly RunbookRequest[] {
  const outcomes = new Map<unknown, { readonly wasRun: boolean }>();
  for (const event of timeline) {
    const data = event.type === "noted" && event.kind === RUNBOOK_NOTE ? event.data : undefined;
    if (data?.outcomeOf !== undefined) outcomes.set(data.outcomeOf, { wasRun: data.run !== undefined });
  }
  const runs = new Map<string, number>();
  const open: RunbookRequest[] = [];
  timeline.forEach((event, index) => {
    const data = event.type === "noted" && event.kind === RUNBOOK_NOTE ? event.data : undefined;
    const { request, alert: alertKey, repair = request } = data ?? {};
    if (typeof request !== "string" || typeof alertKey !== "string" || typeof repair !== "string") return;
    const key = `${id}/${String(index + 1)}/${String(event.recordedAt)}`;
    const before = runs.get(repair) ?? 0;
    const outcome = outcomes.get(key);
    if (outcome === undefined) open.push({ key, alert: request, alertKey, before });
    if (outcome?.wasRun !== false) runs.set(repair, before + 1);
  });
  return open;
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
