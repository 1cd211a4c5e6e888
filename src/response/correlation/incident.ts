/** What alerts make of the incident that they are in: its title, how grave it is, whom it concerns. */
import type { CreateIncident } from "../../incident/commands.ts";
import type { IncidentOccurrence } from "../../incident/events.ts";
import { alertKey, type Incident, type IncidentAlert } from "../../incident/model.ts";
import { isInSeconds } from "../../incident/times.ts";

import { clip } from "../alerts/fields.ts";
import { labelOf } from "../alerts/alerts.ts";
import { EXHAUSTED_ALERT } from "../budget-alert-texts.ts";
import type { AlertBatch } from "./key.ts";
import type { CorrelationRules } from "./rules.ts";
import { nameOf } from "../routing/defaults.ts";
import type { RoutedAlert } from "../routing/asked.ts";
import { gravest, isGraver } from "../routing/routing.ts";
import { requestsFor } from "../runbook-requests.ts";

const LONGEST_TITLE = 300;
const LONGEST_DESCRIPTION = 20_000;
const MOST_NAMES = 100;
const MOST_LABELS = 60;
const LONGEST_LABEL_NAME = 200;

/** The incident that `alerts` declare, and what happens to it at once. */
export function declared(
  alerts: readonly IncidentAlert[],
  { labels, group }: AlertBatch,
  { routes, by, commanders, repairOf }: CorrelationRules,
  now: number,
): { readonly create: CreateIncident; readonly events: readonly IncidentOccurrence[] } {
  const telling = firingOrAll(alerts);
  const routed = telling.map((alert) => routes.route(alert));
  const common = commonLabels(telling);
  const description = telling.map(({ annotations }) => labelOf(annotations, "description")?.trim() ?? "").find(isSaid);
  const runbook = routed.map((asked) => asked.runbook ?? "").find(isSaid);
  const slos = [...new Set(routed.flatMap((asked) => asked.slos))].slice(0, MOST_NAMES);
  const create: CreateIncident = {
    title: titleOf(telling, routed, common),
    severity: gravest(routed.map(({ severity }) => severity)) ?? "SEV3",
    services: servicesOf(routed),
    ...(slos.length === 0 ? {} : { slos }),
    labels: { ...few(common), ...few(labels), ...few(routed[0]?.labels ?? {}), alert_source: group.source },
    ...(description === undefined ? {} : { description: clip(description, LONGEST_DESCRIPTION) }),
    ...(runbook === undefined ? {} : { runbook }),
    // An alert manager's clock may be ahead of this one. One that was never set since the machine started, days ago, tells
    // a time that an incident refuses; the alert matters more.
    startedAt: Math.min(now, ...spread(telling.map(({ startsAt }) => startsAt).filter((at) => !isInSeconds(at)))),
    by,
  };
  const commander = commanders.find(
    routed.map((asked) => asked.commander),
    now,
  );
  const assumed: IncidentOccurrence[] =
    commander === undefined ? [] : [{ type: "role_assumed", role: "commander", person: commander }];
  return { create, events: [...assumed, ...requestsFor(keyed(alerts), [], repairOf)] };
}

/**
 * What `begun` alerts add to an incident that is there: services, a commander if there is none, and a severity that is
 * graver than any of its alerts asked for before. Somebody who said that it is less grave stays right until then. Only `asking`,
 * some of the begun, may ask for runbooks.
 */
export function joined(
  begun: readonly IncidentAlert[],
  incident: Incident,
  { routes, commanders, repairOf }: CorrelationRules,
  now: number,
  asking: readonly IncidentAlert[] = begun,
): readonly IncidentOccurrence[] {
  const routed = begun.map((alert) => routes.route(alert));
  const events: IncidentOccurrence[] = [];
  const added = servicesOf(routed).filter((service) => !incident.services.includes(service));
  if (added.length > 0 && incident.services.length < MOST_NAMES) {
    events.push({ type: "services_changed", added, removed: [] });
  }
  const to = gravest(routed.map(({ severity }) => severity));
  if (to !== undefined && isGraver(to, incident.severity)) {
    const before = gravest([...incident.alerts.values()].map((alert) => routes.route(alert).severity));
    if (isGraver(to, before)) events.push({ type: "severity_changed", to, reason: "asked for by its alerts" });
  }
  if (begun.length > 0 && incident.roles.commander === undefined) {
    const person = commanders.find(
      routed.map(({ commander }) => commander),
      now,
    );
    if (person !== undefined) events.push({ type: "role_assumed", role: "commander", person });
  }
  return [...events, ...requestsFor(keyed(asking), seenTo(incident), repairOf)];
}

function keyed(alerts: readonly IncidentAlert[]): readonly (IncidentAlert & { readonly key: string })[] {
  return alerts.map((alert) => ({ ...alert, key: alertKey(alert) }));
}

/** Alerts that are seen to already. Of what was said to be over nothing is; a budget that is spent stays so after the repair. */
function seenTo({ alerts, status }: Incident): readonly IncidentAlert[] {
  if (status === "resolved") return [];
  const all = [...alerts.values()];
  return status === "monitoring" ? all.filter(({ labels }) => labelOf(labels, "alertname") !== EXHAUSTED_ALERT) : all;
}

function titleOf(
  alerts: readonly IncidentAlert[],
  routed: readonly RoutedAlert[],
  common: Readonly<Record<string, string>>,
): string {
  const [first = "alert", ...others] = new Set(routed.map(({ title }) => title));
  const hasName = labelOf(common, "alertname") !== undefined;
  const several = hasName ? `${nameOf(common)} (${String(alerts.length)} alerts)` : `${first} and others`;
  return clip(others.length === 0 ? first : several, LONGEST_TITLE);
}

function servicesOf(routed: readonly RoutedAlert[]): string[] {
  return [...new Set(routed.flatMap(({ services }) => services))].slice(0, MOST_NAMES);
}

function firingOrAll(alerts: readonly IncidentAlert[]): readonly IncidentAlert[] {
  const firing = alerts.filter(({ status }) => status === "firing");
  return firing.length === 0 ? alerts : firing;
}

function commonLabels(alerts: readonly IncidentAlert[]): Readonly<Record<string, string>> {
  const [first, ...others] = alerts;
  const shared = Object.entries(first?.labels ?? {}).filter(([name, value]) => {
    return others.every(({ labels }) => labelOf(labels, name) === value);
  });
  return Object.fromEntries(shared);
}

/** As many as an incident can have, and no longer names than it can have; the alerts have them all. */
function few(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const short = Object.entries(labels).filter(([name]) => name.length <= LONGEST_LABEL_NAME);
  return Object.fromEntries(short.slice(0, MOST_LABELS));
}

/** The least of `times` as a list of one: a call cannot take ten thousand arguments everywhere. */
function spread(times: readonly number[]): readonly number[] {
  return times.length === 0 ? [] : [times.reduce((least, at) => Math.min(least, at))];
}

function isSaid(text: string): boolean {
  return text !== "";
}
