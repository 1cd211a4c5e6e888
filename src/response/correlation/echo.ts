/** Alerts that begin after a repair, of what was before it. */
import { parseDuration } from "../../core/time/duration.ts";
import type { Incident, IncidentAlert } from "../../incident/model.ts";

import { labelOf } from "../alerts/alerts.ts";
import { EXHAUSTED_ALERT } from "../budget-alert-texts.ts";

/**
 * Whether `alert`, which begins while `incident` is monitoring, may tell of nothing but the failures that are known there: another tier of
 * an SLO that burned before, whose short look-back still has the time before the repair; or that its budget is spent. What goes on is
 * heard of when the same alert, or one that looks at the time since, begins.
 */
export function isEcho(alert: IncidentAlert, { alerts, visits }: Pick<Incident, "alerts" | "visits">): boolean {
  const slo = labelOf(alert.labels, "slo");
  const since = visits.at(-1)?.enteredAt;
  if (slo === undefined || slo === "" || since === undefined) return false;
  const known = [...alerts.values()].filter(
    ({ labels, startsAt }) => labelOf(labels, "slo") === slo && startsAt <= since,
  );
  if (known.length === 0 || known.some(({ fingerprint }) => fingerprint === alert.fingerprint)) return false;
  if (labelOf(alert.labels, "alertname") === EXHAUSTED_ALERT) return true;
  return alert.startsAt < since + lookBackMs(labelOf(alert.labels, "short"));
}

/** How far the short look-back goes; nowhere where no label tells. */
function lookBackMs(short: string | undefined): number {
  try {
    return short === undefined ? 0 : parseDuration(short);
  } catch {
    // Anybody may write a label.
    return 0;
  }
}
