/** What a message does to the incident that it belongs to. Pure: it is asked again when somebody else was first. */
import type { CreateIncident } from "../../incident/commands.ts";
import type { IncidentOccurrence } from "../../incident/events.ts";
import type { Incident } from "../../incident/model.ts";

import { isEcho } from "./echo.ts";
import { declared, joined } from "./incident.ts";
import type { AlertBatch } from "./key.ts";
import { type AlertNews, hasUnknown, newsOf } from "./news.ts";
import type { CorrelationRules } from "./rules.ts";

/** What became of an incident by a message. */
export type AlertAction = "opened" | "updated" | "reopened" | "resolved" | "unchanged";

/** What is to be done. */
export type CorrelationPlan =
  | { readonly kind: "declare"; readonly create: CreateIncident; readonly events: readonly IncidentOccurrence[] }
  | { readonly kind: "add"; readonly events: readonly IncidentOccurrence[]; readonly action: AlertAction }
  /** It cannot be told without this incident. */
  | { readonly kind: "ask"; readonly id: string };

/** Incidents that were read, by their ids. */
export type KnownIncidents = ReadonlyMap<string, Incident>;

/** Alerts of earlier incidents are remembered so far back. */
const MOST_ELDERS = 20;
const NOTHING: CorrelationPlan = { kind: "add", events: [], action: "unchanged" };

/**
 * @param target - the incident that the alerts belong to, undefined if to none yet
 * @param path - those that were merged into it on the way there
 */
export function planFor(
  batch: AlertBatch,
  target: Incident | undefined,
  { path, known }: { readonly path: readonly Incident[]; readonly known: KnownIncidents },
  rules: CorrelationRules,
  now: number,
): CorrelationPlan {
  let elders: readonly Incident[] = [];
  if (target !== undefined && hasUnknown(batch.alerts, target)) {
    const found = eldersOf(target, path, known);
    if (typeof found === "string") return { kind: "ask", id: found };
    elders = found;
  }
  const news = newsOf(batch.alerts, target, elders, now);
  if (target === undefined)
    return news.current.length === 0 ? NOTHING : declaration(batch, undefined, news, rules, now);
  if (news.changed.length === 0) return repetition(batch, target, news, rules, now);
  const isNew = news.begun.length > 0 && isPast(target, rules, now);
  return isNew ? declaration(batch, target, news, rules, now) : addition(batch, target, news, rules, now);
}

/** Incidents that alerts of `target` may have been in before: those merged into it, those that it followed. */
function eldersOf(target: Incident, path: readonly Incident[], known: KnownIncidents): readonly Incident[] | string {
  const elders: Incident[] = [...path];
  const seen = new Set([target, ...path].map(({ id }) => id));
  const links = [target, ...path].flatMap((incident) => incident.links);
  for (let index = 0; index < links.length && elders.length < MOST_ELDERS; index += 1) {
    const { kind, incident: id } = links[index] as (typeof links)[number];
    if ((kind !== "related_to" && kind !== "merged_from") || seen.has(id)) continue;
    seen.add(id);
    const elder = known.get(id);
    if (elder === undefined) return id;
    elders.push(elder);
    links.push(...elder.links);
  }
  return elders;
}

function declaration(
  batch: AlertBatch,
  predecessor: Incident | undefined,
  { current }: AlertNews,
  rules: CorrelationRules,
  now: number,
): CorrelationPlan {
  const { create, events } = declared(current, batch, rules, now);
  const isOver = current.every(({ status }) => status === "resolved");
  return {
    kind: "declare",
    create,
    events: [
      { type: "alerts_received", alerts: current },
      ...(predecessor === undefined
        ? []
        : [{ type: "linked", kind: "related_to", incident: predecessor.id } satisfies IncidentOccurrence]),
      ...events,
      ...leftOut(batch),
      ...(isOver ? whenQuiet(undefined, rules, now) : []),
    ],
  };
}

function addition(
  batch: AlertBatch,
  target: Incident,
  { changed, begun, firing }: AlertNews,
  rules: CorrelationRules,
  now: number,
): CorrelationPlan {
  const events: IncidentOccurrence[] = [];
  const again = begun.length > 0;
  const reopens = again && target.status === "resolved";
  if (reopens) events.push({ type: "reopened", message: `fires again: ${alertCount(begun.length)}` });
  events.push({ type: "alerts_received", alerts: changed });
  const isRepaired = target.status === "monitoring";
  const news = isRepaired ? begun.filter((alert) => !isEcho(alert, target)) : begun;
  if (isRepaired && news.length > 0) {
    events.push({ type: "status_changed", to: "investigating", message: `fires again: ${alertCount(begun.length)}` });
  }
  // What only tells of the time before the repair is not repaired once more.
  events.push(...joined(begun, target, rules, now, news), ...leftOut(batch));
  const ends = firing === 0 && target.firing > 0 && target.status !== "resolved";
  const quiet = ends ? whenQuiet(target, rules, now) : [];
  events.push(...quiet);
  const isResolved = quiet.some(({ type }) => type === "resolved");
  return { kind: "add", events, action: isResolved ? "resolved" : reopens ? "reopened" : "updated" };
}

/** The same again: noted if nothing was noted for long. */
function repetition(
  { group }: AlertBatch,
  target: Incident,
  { repeated }: AlertNews,
  { repeatAfterMs }: CorrelationRules,
  now: number,
): CorrelationPlan {
  if (repeated === 0 || now - target.recordedAt < repeatAfterMs) return NOTHING;
  const unsaid = group.truncated === 0 ? "" : `, and ${String(group.truncated)} more that the message left out`;
  const message = `still firing: ${alertCount(target.firing)}${unsaid}`;
  return { kind: "add", events: [{ type: "updated", message, audience: "internal" }], action: "updated" };
}

/** What follows at once when nothing fires any more. Back and forth within the hold is left to `settle`. */
function whenQuiet(
  target: Incident | undefined,
  { onResolved, holdMs }: CorrelationRules,
  now: number,
): readonly IncidentOccurrence[] {
  if (onResolved === "nothing") return [];
  const message = "none of its alerts fires any more";
  if (onResolved === "resolve" && holdMs === 0) return [{ type: "resolved", message }];
  const cameBack = target?.visits.some(({ status, leftAt }) => {
    return (status === "monitoring" || status === "resolved") && leftAt !== undefined && now - leftAt < holdMs;
  });
  if (cameBack === true || target?.status === "monitoring") return [];
  return [{ type: "status_changed", to: "monitoring", message }];
}

/** Whether a new alert is another matter: the incident was over for too long. */
function isPast(target: Incident, { reopenWithinMs, windowMs }: CorrelationRules, now: number): boolean {
  if (target.resolvedAt !== undefined) return now - target.resolvedAt > reopenWithinMs;
  if (target.firing > 0 || target.alerts.size === 0 || windowMs === Infinity) return false;
  let last = -Infinity;
  for (const { endsAt, startsAt } of target.alerts.values()) last = Math.max(last, endsAt ?? startsAt);
  return now - last > windowMs;
}

function leftOut({ group: { truncated } }: AlertBatch): readonly IncidentOccurrence[] {
  if (truncated === 0) return [];
  const message = `the message left out ${alertCount(truncated)}: the sender's limit on alerts in a message was reached`;
  return [{ type: "updated", message, audience: "internal" }];
}

function alertCount(count: number): string {
  return `${String(count)} ${count === 1 ? "alert" : "alerts"}`;
}
