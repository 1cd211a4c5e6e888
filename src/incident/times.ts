/** The times of an incident, and the order that they must have. */
import {
  ANY_IN_SECONDS,
  inSeconds,
  instantText as timeText,
  isInSeconds as isOneInSeconds,
  isTime,
} from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";

import type { IncidentTimesCorrected } from "./events.ts";
import type { IncidentState, StatusVisit } from "./model.ts";

/** Names of the times, in the order in which they come. */
const ORDER = ["startedAt", "detectedAt", "declaredAt", "acknowledgedAt", "resolvedAt"] as const;

/**
 * For each time those that must not be after it, the nearest first. An acknowledgement may come before the incident was
 * declared: somebody saw the alert first.
 */
const EARLIER: readonly (readonly [later: keyof Times, earlier: readonly (keyof Times)[]])[] = [
  ["detectedAt", ["startedAt"]],
  ["declaredAt", ["detectedAt", "startedAt"]],
  ["acknowledgedAt", ["detectedAt", "startedAt"]],
  ["resolvedAt", ["acknowledgedAt", "declaredAt", "detectedAt", "startedAt"]],
];

/** Times by their names; those that are not known are left out. */
export type Times = Readonly<Partial<Record<(typeof ORDER)[number], number | undefined>>>;

export { inSeconds, isTime, timeText };

/** Whether `at` was most likely meant in seconds. */
export function isInSeconds(at: number): boolean {
  return isOneInSeconds(at, ANY_IN_SECONDS);
}

/** What is wrong with `at`, told at `recordedAt`. */
export function notYet(at: number, recordedAt: number): string {
  return `${timeText(at)} has not come yet: it is recorded at ${timeText(recordedAt)}`;
}

/** The first two of `times` that contradict each other; undefined if none do. */
export function contradiction(times: Times): readonly [earlier: keyof Times, later: keyof Times] | undefined {
  for (const [later, all] of EARLIER) {
    const at = times[later];
    if (at === undefined) continue;
    const earlier = all.find((name) => at < (times[name] ?? -Infinity));
    if (earlier !== undefined) return [earlier, later];
  }
  return undefined;
}

/** @throws {@link ConfigurationError} if `times` are no times, or contradict each other */
export function checkOrder(times: Times): void {
  for (const name of ORDER) {
    const at = times[name];
    if (at !== undefined && !isTime(at)) {
      throw invalid(name, `${show(at)} is not a time in epoch milliseconds`);
    }
  }
  const found = contradiction(times);
  if (found === undefined) return;
  const [earlier, later] = found;
  const [first, second] = [times[earlier], times[later]].map((at) => timeText(at as number));
  throw invalid(later, `${String(second)} is before ${earlier}, ${String(first)}`);
}

/** What a correction that is recorded at `recordedAt` changes. */
export function correctedTimes(
  state: IncidentState,
  event: IncidentTimesCorrected,
  recordedAt: number,
): Partial<IncidentState> {
  for (const name of ["acknowledgedAt", "resolvedAt"] as const) {
    const at = event[name];
    if (at !== undefined && at > recordedAt) throw invalid(name, notYet(at, recordedAt));
  }
  const { startedAt = state.startedAt, detectedAt = state.detectedAt } = event;
  const acknowledgedAt = event.acknowledgedAt ?? state.acknowledgedAt;
  const resolvedAt = event.resolvedAt ?? state.resolvedAt;
  if (event.resolvedAt !== undefined && state.resolvedAt === undefined) {
    throw invalid("resolvedAt", "it is not resolved yet; resolve it with the time as `at`");
  }
  checkOrder({ startedAt, detectedAt, declaredAt: state.declaredAt, acknowledgedAt, resolvedAt });
  const times = { startedAt, detectedAt, acknowledgedAt, resolvedAt };
  if (resolvedAt === undefined) return times;
  const [before, last] = state.visits.slice(-2) as [StatusVisit, StatusVisit];
  if (resolvedAt < before.enteredAt) {
    throw invalid(
      "resolvedAt",
      `${timeText(resolvedAt)} is before it was ${before.status}, ${timeText(before.enteredAt)}`,
    );
  }
  const visits = [...state.visits.slice(0, -2), { ...before, leftAt: resolvedAt }, { ...last, enteredAt: resolvedAt }];
  return { ...times, visits };
}
