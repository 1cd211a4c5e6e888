/** Alerts for the appendix, and what can be asked of the monitoring system. */
import { cut } from "../core/cut.ts";
import type { Incident, IncidentAlert } from "../incident/model.ts";

import { escapeMarkdown } from "./escape.ts";
import { safeUrl } from "./links.ts";
import type { MonitoringQuery, PostmortemAlert } from "./model.ts";
import type { PostmortemSources } from "./sources.ts";

const MOST_ALERTS = 100;
const MOST_LABELS = 40;
const LONGEST_VALUE = 500;
const MOST_QUERIES = 50;
const LONGEST_QUERY = 4_000;
/** All alerts together, in characters of Markdown. */
const ROOM = 200_000;

/** What an alert is called. */
export function alertName({ labels }: { readonly labels: Readonly<Record<string, string>> }): string {
  const name = Object.hasOwn(labels, "alertname") ? labels.alertname : undefined;
  return name === undefined || name === "" ? "without a name" : name;
}

/** The alerts, by their start; as many as there is room for. */
export function appendixAlerts(incident: Incident): { readonly alerts: PostmortemAlert[]; readonly omitted: number } {
  const all = [...incident.alerts.values()].sort((a, b) => a.startsAt - b.startsAt || byText(a, b));
  const alerts: PostmortemAlert[] = [];
  let room = ROOM;
  for (const alert of all.slice(0, MOST_ALERTS)) {
    const shown = appendixAlert(alert);
    room -= escapeMarkdown(JSON.stringify(shown)).length;
    if (room < 0) break;
    alerts.push(shown);
  }
  return { alerts, omitted: all.length - alerts.length };
}

function appendixAlert(alert: IncidentAlert): PostmortemAlert {
  return {
    name: cut(alertName(alert), LONGEST_VALUE),
    startsAt: alert.startsAt,
    endsAt: alert.status === "resolved" ? alert.endsAt : undefined,
    labels: pairs(alert.labels),
    annotations: pairs(alert.annotations),
    url: safeUrl(alert.url),
  };
}

function pairs(texts: Readonly<Record<string, string>>): { readonly name: string; readonly value: string }[] {
  return Object.entries(texts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MOST_LABELS)
    .map(([name, value]) => ({ name: cut(name, 200), value: cut(value, LONGEST_VALUE) }));
}

function byText(a: IncidentAlert, b: IncidentAlert): number {
  return a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0;
}

/** What alerts and SLOs ask: Prometheus says it in the address of an alert, `g0.expr`. */
export function queriesOf({ incident, before = [], after = [] }: PostmortemSources): readonly MonitoringQuery[] {
  const found = new Map<string, MonitoringQuery>();
  const add = (query: MonitoringQuery): void => {
    const { expression } = query;
    if (expression.trim() === "" || expression.length > LONGEST_QUERY || found.size >= MOST_QUERIES) return;
    if (!found.has(expression)) found.set(expression, query);
  };
  for (const alert of [...incident.alerts.values()].sort((a, b) => a.startsAt - b.startsAt || byText(a, b))) {
    const url = safeUrl(alert.url);
    if (url === undefined || alert.url === undefined) continue;
    const asked = new URL(alert.url).searchParams;
    for (const number of [0, 1, 2, 3, 4]) {
      const expression = asked.get(`g${String(number)}.expr`);
      if (expression !== null) add({ name: `alert ${cut(alertName(alert), 200)}`, expression, url });
    }
  }
  for (const { slo } of [...after, ...before]) {
    if (slo.expression !== undefined) add({ name: `SLO ${slo.id}`, expression: slo.expression });
  }
  return [...found.values()];
}
