/** What a message tells that was not known. */
import { alertKey, type Incident, type IncidentAlert } from "../../incident/model.ts";

import type { ReceivedAlert } from "../alerts/alerts.ts";

/** A message, compared with what is known. */
export interface AlertNews {
  /** All alerts of the message that are not over for all that is known: what a new incident begins with. */
  readonly current: readonly IncidentAlert[];
  /** Those that are new to the incident, or are not as they were. */
  readonly changed: readonly IncidentAlert[];
  /** Those of them that did not fire before, as far as the incident knows. */
  readonly begun: readonly IncidentAlert[];
  /** How many of the message fire as before. */
  readonly repeated: number;
  /** How many alerts of the incident fire after it. */
  readonly firing: number;
}

/**
 * Compares. An alert that was resolved does not fire again: a message that says so is late. The same alert may fire again
 * with another start.
 *
 * @param elders - incidents that its alerts may have been in before
 */
export function newsOf(
  received: readonly ReceivedAlert[],
  target: Incident | undefined,
  elders: readonly Incident[],
  now: number,
): AlertNews {
  const current: IncidentAlert[] = [];
  const changed: IncidentAlert[] = [];
  const begun: IncidentAlert[] = [];
  let repeated = 0;
  let firing = target?.firing ?? 0;
  for (const [key, alert] of datedAlerts(received, target, now)) {
    const known = target?.alerts.get(key);
    const before = known ?? elders.find((elder) => elder.alerts.get(key)?.status === "resolved")?.alerts.get(key);
    if (before?.status === "resolved" && (alert.status === "firing" || known === undefined)) continue;
    if (before?.status !== "resolved") current.push(alert);
    if (known !== undefined && isSame(known, alert)) {
      if (alert.status === "firing") repeated += 1;
      continue;
    }
    changed.push(alert);
    if (known?.status === "firing") firing -= 1;
    if (alert.status === "firing") firing += 1;
    if (alert.status === "firing" && known === undefined) begun.push(alert);
  }
  return { current, changed, begun, repeated, firing };
}

/** Whether `received` has alerts that `target` has not heard of, so that its elders must be asked. */
export function hasUnknown(received: readonly ReceivedAlert[], target: Incident): boolean {
  return received.some(({ fingerprint, startsAt }) => {
    return startsAt === undefined || !target.alerts.has(alertKey({ fingerprint, startsAt }));
  });
}

/** Each alert once, by its key. Of one that is told twice in a message the end counts, then what was said last. */
function datedAlerts(
  received: readonly ReceivedAlert[],
  target: Incident | undefined,
  now: number,
): ReadonlyMap<string, IncidentAlert> {
  const dated = new Map<string, IncidentAlert>();
  const open = received.some(({ startsAt }) => startsAt === undefined)
    ? firingStarts(target)
    : new Map<string, number>();
  for (const alert of received) {
    const startsAt = alert.startsAt ?? open.get(alert.fingerprint) ?? (alert.status === "firing" ? now : undefined);
    // The end of something that nobody spoke of, and that has no name to remember it by.
    if (startsAt === undefined) continue;
    if (alert.startsAt === undefined) open.set(alert.fingerprint, startsAt);
    const found = { ...alert, startsAt };
    const key = alertKey(found);
    if (dated.get(key)?.status !== "resolved" || found.status === "resolved") dated.set(key, found);
  }
  return dated;
}

/** When the alerts that fire began, the latest of each fingerprint. */
function firingStarts(target: Incident | undefined): Map<string, number> {
  const starts = new Map<string, number>();
  for (const { status, fingerprint, startsAt } of target?.alerts.values() ?? []) {
    if (status === "firing") starts.set(fingerprint, Math.max(startsAt, starts.get(fingerprint) ?? -Infinity));
  }
  return starts;
}

function isSame(a: IncidentAlert, b: IncidentAlert): boolean {
  return (
    a.status === b.status &&
    a.endsAt === b.endsAt &&
    a.url === b.url &&
    sameTexts(a.labels, b.labels) &&
    sameTexts(a.annotations, b.annotations)
  );
}

function sameTexts(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}
