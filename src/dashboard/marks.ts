/** What happened, for the time axis: incidents, runbooks, halts, deployments, chaos, and time that does not count. */
import type { Exclusion } from "../budget/exclusions.ts";
import type { TimeRange } from "../core/time/window.ts";
import { atOnce } from "../core/thenable.ts";
import { type ConfigurationError, invalid, show } from "../core/errors.ts";
import { choices, suggestion } from "../core/nearest.ts";
import { inSeconds, isInSecondsBeside } from "../core/time/epoch.ts";
import type { ListedIncident } from "../incident/manager.ts";
import type { Deployment } from "../ports/deployments.ts";
import type { PolicyAuditEntry } from "../ports/policy-audit.ts";
import type { Slo } from "../slo/model.ts";

import type { DashboardMark } from "./model.ts";
import type { DashboardChaos, DashboardIncidents, DashboardRunbooks } from "./sources.ts";
import { shownText } from "./texts.ts";

/** So many of each kind, the latest. */
export const MOST_MARKS = 200;
/** Incidents that are looked at; the others are older. */
const MOST_LOOKED_AT = 400;
const LONGEST_TEXT = 200;
const MOST_NAMES = 1_000;
const LONGEST_NAME = 200;
/** Deployments that are told to be on no chart, services that are looked up for it, and names that are told as possible. */
const MOST_FAULTS = 10;
const MOST_OTHERS = 20;
const MOST_CHOICES = 20;

/** Incidents that went on in `range`, newest first. */
export async function incidentMarks(
  incidents: DashboardIncidents,
  range: TimeRange,
  { url, signal }: { readonly url: (id: string) => string | undefined; readonly signal: AbortSignal },
): Promise<readonly DashboardMark[]> {
  const marks = new Map<string, DashboardMark>();
  // Those that are open first: an old one may be behind very many.
  for (const filter of [{ open: true, signal }, { signal }]) {
    let looked = 0;
    for await (const incident of atOnce(incidents.list(filter))) {
      looked += 1;
      const { id, mergedInto, startedAt, resolvedAt = range.end } = incident;
      const isWithin = startedAt <= range.end && resolvedAt >= range.start;
      if (mergedInto === undefined && isWithin) marks.set(id, incidentMark(incident, url(id)));
      if (marks.size >= MOST_MARKS || looked >= MOST_LOOKED_AT) break;
    }
  }
  return [...marks.values()];
}

/** Of its services, whichever of their SLOs it is said to touch: trouble of one is seldom nothing to the others. */
function incidentMark(incident: ListedIncident, url: string | undefined): DashboardMark {
  const { id, severity, title, startedAt, resolvedAt, services, status } = incident;
  return {
    kind: "incident",
    id,
    text: shownText(`${severity} ${title}`, LONGEST_TEXT),
    from: Math.round(startedAt),
    ...(resolvedAt === undefined ? {} : { until: Math.round(resolvedAt) }),
    services: services.slice(0, MOST_NAMES),
    ...(url === undefined ? {} : { url }),
    state: status,
  };
}

/** Deployments, latest first. */
export function deploymentMarks(deployments: readonly Deployment[], range: TimeRange): readonly DashboardMark[] {
  const within = deployments.filter(
    (one) => isDeployment(one) && (one.until ?? one.at) >= range.start && one.at <= range.end,
  );
  return within
    .sort((one, other) => other.at - one.at)
    .slice(0, MOST_MARKS)
    .map(({ service, version, at, until = at, by, url, outcome }) => ({
      kind: "deployment",
      id: shownText(`${service} ${version} ${String(at)}`, LONGEST_TEXT),
      text: shownText(`${service} ${version}${by === undefined ? "" : `, by ${by}`}`, LONGEST_TEXT),
      from: Math.round(at),
      until: Math.round(until),
      services: [service.slice(0, LONGEST_NAME)],
      ...(url === undefined ? {} : { url }),
      ...(outcome === undefined ? {} : { state: outcome.replaceAll("_", " ") }),
    }));
}

/**
 * Why deployments are on no chart: their time was meant in seconds, or their service is not here. A log that is asked may know other
 * services; of those the misspelt ones are told.
 */
export function deploymentFaults(
  deployments: readonly Deployment[],
  {
    at: now,
    services,
    isAsked,
  }: { readonly at: number; readonly services: readonly string[]; readonly isAsked: boolean },
): readonly ConfigurationError[] {
  const known = new Set(services);
  const faults: ConfigurationError[] = [];
  const others = new Set<string>();
  for (const [index, one] of deployments.entries()) {
    if (faults.length >= MOST_FAULTS) break;
    if (!isDeployment(one)) continue;
    const { service, at } = one;
    if (isInSecondsBeside(at, now)) faults.push(invalid(["deployments", index, "at"], inSeconds(at)));
    if (known.has(service) || others.has(service) || others.size >= MOST_OTHERS) continue;
    others.add(service);
    if (!isAsked || suggestion(service, services) !== "") {
      const which = choices(service, services.slice(0, MOST_CHOICES));
      faults.push(invalid(["deployments", index, "service"], `${show(service)} is no service here${which}`));
    }
  }
  return faults;
}

/** A list of somebody's own may hold anything. */
function isDeployment(value: Deployment | null | undefined): value is Deployment {
  const { service, version, at, until, outcome } = (value ?? {}) as Partial<Record<keyof Deployment, unknown>>;
  return (
    typeof service === "string" &&
    typeof version === "string" &&
    Number.isFinite(at) &&
    (until === undefined || Number.isFinite(until)) &&
    (outcome === undefined || typeof outcome === "string")
  );
}

/** Runs that struck something, latest first. */
export function chaosMarks({ history }: DashboardChaos, range: TimeRange): readonly DashboardMark[] {
  const struck = history.filter(
    ({ outcome, endedAt, startedAt }) =>
      outcome !== "dry_run" && outcome !== "refused" && endedAt >= range.start && startedAt <= range.end,
  );
  return struck
    .slice(-MOST_MARKS)
    .reverse()
    .map(({ id, experiment, services, startedAt, endedAt, outcome }) => ({
      kind: "chaos",
      id,
      text: shownText(experiment, LONGEST_TEXT),
      from: Math.round(startedAt),
      until: Math.round(endedAt),
      services: services.slice(0, MOST_NAMES),
      state: outcome,
    }));
}

/** Runs of runbooks that went on in `range`, newest first; each belongs to the services of its incident. */
export async function runbookMarks(
  runbooks: DashboardRunbooks,
  range: TimeRange,
  { incidents, signal }: { readonly incidents: readonly DashboardMark[]; readonly signal: AbortSignal },
): Promise<readonly DashboardMark[]> {
  const services = new Map(incidents.map((mark) => [mark.id, mark.services]));
  const marks: DashboardMark[] = [];
  let looked = 0;
  for await (const { id, runbook, incident = "", status, startedAt, endedAt } of atOnce(runbooks.list({ signal }))) {
    looked += 1;
    const concerned = services.get(incident);
    // A run of nobody's incident would be on every chart.
    if (concerned !== undefined && startedAt <= range.end && (endedAt ?? range.end) >= range.start) {
      marks.push({
        kind: "runbook",
        id,
        text: shownText(`${id} ${runbook}`, LONGEST_TEXT),
        from: Math.round(startedAt),
        ...(endedAt === undefined ? {} : { until: Math.round(endedAt) }),
        services: concerned,
        state: status.replaceAll("_", " "),
      });
    }
    if (marks.length >= MOST_MARKS || looked >= MOST_LOOKED_AT) break;
  }
  return marks;
}

/** Stretches in which releases were halted, latest first: as far as the policies remember when they decided so. */
export function haltMarks(entries: readonly PolicyAuditEntry[], range: TimeRange): readonly DashboardMark[] {
  const marks: DashboardMark[] = [];
  const open = new Map<string, PolicyAuditEntry>();
  const add = (halt: PolicyAuditEntry, until: number | undefined): void => {
    if ((until ?? range.end) < range.start) return;
    marks.push({
      kind: "halt",
      id: `${halt.service} ${String(halt.at)}`,
      text: shownText(`releases of ${halt.service} halted: ${halt.why}`, LONGEST_TEXT),
      // It may have been decided by a clock that was ahead, and has been set right.
      from: Math.round(Math.min(halt.at, until ?? range.end)),
      ...(until === undefined ? {} : { until: Math.round(until) }),
      services: [halt.service],
      ...(until === undefined ? {} : { state: "over" }),
    });
  };
  for (const entry of entries) {
    if (entry.what !== "decision_changed") continue;
    const halt = open.get(entry.service);
    if (halt !== undefined) add(halt, entry.at);
    open.delete(entry.service);
    if (entry.to === "halt") open.set(entry.service, entry);
  }
  for (const halt of open.values()) add(halt, undefined);
  return marks.sort((one, other) => other.from - one.from).slice(0, MOST_MARKS);
}

function isExclusion(value: unknown): value is Exclusion {
  const { start, end, reason } = (value ?? {}) as Partial<Record<keyof Exclusion, unknown>>;
  return Number.isFinite(start) && Number.isFinite(end) && typeof reason === "string";
}

/** Time that does not count, of several SLOs: what is the same for more of them is one mark. */
export function exclusionMarks(
  slos: readonly Slo[],
  exclusionsOf: (slo: Slo) => readonly Exclusion[],
  range: TimeRange,
): readonly DashboardMark[] {
  const found = new Map<string, { readonly exclusion: Exclusion; readonly slos: Slo[] }>();
  const ofService = new Map<string, number>();
  for (const { service } of slos) ofService.set(service, (ofService.get(service) ?? 0) + 1);
  for (const slo of slos) {
    for (const exclusion of exclusionsOf(slo)) {
      if (!(isExclusion(exclusion) && exclusion.end >= range.start)) continue;
      const key = JSON.stringify([exclusion.start, exclusion.end, exclusion.reason]);
      const known = found.get(key) ?? { exclusion, slos: [] };
      known.slos.push(slo);
      found.set(key, known);
    }
  }
  return [...found.values()]
    .sort((one, other) => other.exclusion.start - one.exclusion.start)
    .slice(0, MOST_MARKS)
    .map(({ exclusion: { start, end, reason }, slos: concerned }) => {
      const forAll = concerned.length === slos.length;
      const services = [...new Set(concerned.map(({ service }) => service))];
      const forServices = services.reduce((sum, name) => sum + (ofService.get(name) ?? 0), 0) === concerned.length;
      return {
        kind: "exclusion",
        id: `${String(start)}-${String(end)} ${concerned[0]?.id ?? ""}`,
        text: shownText(reason, LONGEST_TEXT),
        from: Math.round(start),
        until: Math.round(end),
        services: forAll ? [] : services.slice(0, MOST_NAMES),
        ...(forAll || forServices ? {} : { slos: concerned.map(({ id }) => id).slice(0, MOST_NAMES) }),
      };
    });
}
