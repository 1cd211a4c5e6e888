/** What is asked of one incident. */
import type { IncidentSummary } from "./model.ts";

/** What {@link incidentDuration} needs. */
export type IncidentSpan = Pick<IncidentSummary, "startedAt" | "visits">;

/**
 * How long the trouble had lasted at `at`, in milliseconds: from its start, before it was noticed, to its resolution or to
 * `at`, less the time for which it was thought to be resolved. What came after `at` is not in it.
 *
 * @param at - now or earlier, in epoch milliseconds
 */
export function incidentDuration({ startedAt, visits }: IncidentSpan, at: number): number {
  let end = Math.max(at, startedAt);
  let pausedMs = 0;
  for (const { status, enteredAt, leftAt } of visits) {
    if (status !== "resolved" || enteredAt >= end) continue;
    if (leftAt === undefined || leftAt > end) end = enteredAt;
    else pausedMs += leftAt - enteredAt;
  }
  return Math.max(0, end - startedAt - pausedMs);
}

/**
 * Whether it counts against SLOs: as somebody has said, else if it names SLOs, else if it is of the two gravest severities.
 */
export function isSloAffecting({
  affectsSlo,
  slos,
  severity,
}: Pick<IncidentSummary, "affectsSlo" | "slos" | "severity">): boolean {
  return affectsSlo ?? (slos.length > 0 || severity === "SEV1" || severity === "SEV2");
}
