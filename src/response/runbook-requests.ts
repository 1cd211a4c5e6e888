/** Which runbooks are to be run for an incident, and what came of them: written in its timeline, where they survive. */
import type { IncidentOccurrence, RecordedEvent } from "../incident/events.ts";
import type { IncidentAlert } from "../incident/model.ts";
import { RUNBOOK_NOTE } from "../runbook/engine/approval-note.ts";

import { labelOf } from "./alerts/alerts.ts";

const LONGEST_NAME = 200;

/** A runbook that is to be run. */
export interface RunbookRequest {
  /** The same for the same request, and for no other, also of an incident that had the same number before. */
  readonly key: string;
  readonly alert: string;
  /** Key of the alert in the incident. */
  readonly alertKey: string;
  /** What would be done, as {@link RepairOf} says it. */
  readonly repair: string;
  /** How many runs for the same repair there were, to their ends. */
  readonly ran: number;
  /** The run that it waits for, as was written down last. */
  readonly waitsFor: string | undefined;
}

/** What would be done for an alert: the same text for the same runbook under the same lock. Undefined if there is no runbook for it. */
export type RepairOf = (alertName: string, alert: Pick<IncidentAlert, "labels" | "annotations">) => string | undefined;

/** What an alert asks for. */
function repairFor({ labels, annotations }: IncidentAlert, repairOf: RepairOf): string | undefined {
  const alert = labelOf(labels, "alertname") ?? "";
  return alert === "" || alert.length > LONGEST_NAME ? undefined : repairOf(alert, { labels, annotations });
}

/**
 * Asks for the runbooks of `begun`: alerts that fire and did not before. Each repair is asked for once, and not while an
 * alert fires that asked for it: what is being done about that goes on.
 */
export function requestsFor(
  begun: readonly (IncidentAlert & { readonly key: string })[],
  before: Iterable<IncidentAlert>,
  repairOf: RepairOf,
): readonly IncidentOccurrence[] {
  const firing = begun.filter(({ status }) => status === "firing");
  if (firing.every((alert) => repairFor(alert, repairOf) === undefined)) return [];
  const asked = new Set<string | undefined>();
  for (const alert of before) if (alert.status === "firing") asked.add(repairFor(alert, repairOf));
  return firing.flatMap((alert): IncidentOccurrence[] => {
    const repair = repairFor(alert, repairOf);
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
  return events.some((event) => dataOf(event)?.request !== undefined);
}

/** The requests in the timeline of `id` of which it is not written what came of them. */
export function openRequests(id: string, timeline: readonly RecordedEvent[]): readonly RunbookRequest[] {
  const outcomes = new Map<unknown, { readonly wasRun: boolean }>();
  const waits = new Map<unknown, string>();
  for (const event of timeline) {
    const data = dataOf(event);
    if (data?.outcomeOf !== undefined) outcomes.set(data.outcomeOf, { wasRun: data.run !== undefined });
    if (typeof data?.holder === "string") waits.set(data.waitOf, data.holder);
  }
  const runs = new Map<string, number>();
  const open: Omit<RunbookRequest, "ran">[] = [];
  timeline.forEach((event, index) => {
    const data = dataOf(event);
    const { request, alert: alertKey, repair = request } = data ?? {};
    if (typeof request !== "string" || typeof alertKey !== "string" || typeof repair !== "string") return;
    const key = `${id}/${String(index + 1)}/${String(event.recordedAt)}`;
    const outcome = outcomes.get(key);
    if (outcome === undefined) open.push({ key, alert: request, alertKey, repair, waitsFor: waits.get(key) });
    else if (outcome.wasRun) runs.set(repair, (runs.get(repair) ?? 0) + 1);
  });
  return open.map((request) => ({ ...request, ran: runs.get(request.repair) ?? 0 }));
}

/** Whether what `asked` asks for was ever asked for in `timeline`. */
export function wasAsked(asked: IncidentOccurrence, timeline: readonly RecordedEvent[]): boolean {
  const repair = dataOf(asked)?.repair;
  return timeline.some((event) => dataOf(event)?.request !== undefined && dataOf(event)?.repair === repair);
}

function dataOf(event: IncidentOccurrence): Readonly<Record<string, unknown>> | undefined {
  return event.type === "noted" && event.kind === RUNBOOK_NOTE ? event.data : undefined;
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

/** Writes down that a request waits, and for whom. */
export function waitNote({ key, alert }: RunbookRequest, message: string, holder: string): IncidentOccurrence {
  return { type: "noted", kind: RUNBOOK_NOTE, message, data: { waitOf: key, alert, holder } };
}
