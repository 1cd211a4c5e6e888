/** Which of what happened concerns whom: pure. */
import type { DashboardMark } from "../model.ts";

/** Those of a service, or of one of its SLOs: its own, and everybody's. */
export function marksOf(marks: readonly DashboardMark[], service: string, slo?: string): readonly DashboardMark[] {
  return marks.filter(
    ({ services, slos }) =>
      (services.length === 0 || services.includes(service)) &&
      (slo === undefined || slos === undefined || slos.includes(slo)),
  );
}

/** Incidents that are not over. */
export function openIncidents(marks: readonly DashboardMark[]): readonly DashboardMark[] {
  return marks.filter(({ kind, until }) => kind === "incident" && until === undefined);
}

/** By service; under an empty name those that are everybody's. */
export function byService(marks: readonly DashboardMark[]): ReadonlyMap<string, readonly DashboardMark[]> {
  const found = new Map<string, DashboardMark[]>();
  for (const mark of marks) {
    for (const name of mark.services.length === 0 ? [""] : mark.services) {
      found.set(name, [...(found.get(name) ?? []), mark]);
    }
  }
  return found;
}

/** What people know by a name such as `INC-0001`; ids of the others are for machines. */
export function isNamed({ kind }: Pick<DashboardMark, "kind">): boolean {
  return kind === "incident" || kind === "runbook" || kind === "chaos";
}
