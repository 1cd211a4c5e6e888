/** A postmortem of what is known: pure, so that the same sources make the same postmortem. */
import { zoneProblem } from "../core/time/calendar.ts";
import { cut } from "../core/cut.ts";
import { invalid } from "../core/errors.ts";
import type { Incident } from "../incident/model.ts";
import { frozen } from "../core/frozen.ts";
import { checkGivenFields } from "../core/options.ts";

import { type NewActionItem, numbered } from "./action-items.ts";
import { appendixAlerts, queriesOf } from "./alerts.ts";
import { detectionOf } from "./detection.ts";
import { chartsOf, impactOf } from "./impact.ts";
import { checkGiven } from "./given.ts";
import { safeUrl } from "./links.ts";
import type { Postmortem, PostmortemIncident } from "./model.ts";
import { draftsOf } from "./prose.ts";
import { redacted } from "./redacting.ts";
import { appendixRuns } from "./runs.ts";
import type { DueWithin, PostmortemSources } from "./sources.ts";
import { suggestionsOf } from "./suggestions.ts";
import { keptEntries, timelineOf } from "./timeline/timeline.ts";

const DAY_MS = 86_400_000;

/** Days from the resolution to the review, unless told. */
export const DUE_WITHIN: DueWithin = { SEV1: 3, SEV2: 5, SEV3: 10, SEV4: null };

/**
 * A draft of a postmortem. What it cannot know is undefined, and left to people.
 *
 * @throws {@link ConfigurationError} if the zone is none, or something that was handed in is not what it must be
 */
export function draftPostmortem(given: PostmortemSources): Postmortem {
  checkGivenFields(given, "draftPostmortem", ["incident", "events", "at"]);
  checkGiven(given);
  const { redact, links, ...rest } = given;
  // Functions are no text; everything else goes through.
  const sources: PostmortemSources = { ...(redact === undefined ? rest : redacted(rest, redact)), links };
  const { incident, zone = "UTC", authors = [], sections = {}, title } = sources;
  const problem = zoneProblem(zone);
  if (problem !== undefined) throw invalid("zone", problem);
  const detection = detectionOf(sources);
  const impact = impactOf(sources);
  const { alerts, omitted } = appendixAlerts(incident);
  const postmortem: Postmortem = {
    format: 1,
    incident: incidentOf(sources),
    title: title ?? incident.title,
    authors,
    status: "draft",
    changes: [],
    dueAt: dueAt(incident, sources.dueWithin ?? DUE_WITHIN),
    asOf: sources.at,
    zone,
    drafts: draftsOf(sources, detection, impact),
    sections,
    extraSections: [],
    impact,
    detection,
    timeline: timelineOf(sources),
    entries: keptEntries(sources.entries ?? []),
    suggestions: suggestionsOf(sources, detection, impact),
    actionItems: numbered([...tasksOf(incident), ...(sources.actionItems ?? [])]),
    queries: queriesOf(sources),
    alerts,
    omittedAlerts: omitted,
    runs: appendixRuns(sources.runs ?? []),
    charts: chartsOf(sources),
  };
  return plain(postmortem);
}

/** As it will be read out of JSON, frozen: nobody else holds a part of it. */
export function plain(postmortem: Postmortem): Postmortem {
  return frozen(JSON.parse(JSON.stringify(postmortem)) as Postmortem);
}

function incidentOf({ incident, links }: PostmortemSources): PostmortemIncident {
  const { id, title, severity, status, services, slos, reopened, description, runbook } = incident;
  return {
    id,
    title,
    severity,
    status,
    services,
    slos,
    roles: Object.entries(incident.roles).map(([role, { person }]) => ({ role, person })),
    links: incident.links.map(({ kind, incident: other }) => ({ kind, incident: other })),
    reopened,
    description: description === undefined ? undefined : cut(description, 5_000),
    url: safeUrl(links?.incident?.(id)),
    runbook: safeUrl(runbook),
  };
}

/** What was to be done and is not done goes on as an action item. */
function tasksOf({ tasks }: Incident): readonly NewActionItem[] {
  return tasks
    .filter(({ done }) => !done)
    .map(({ id, text, assignee }) => ({ id, text, ...(assignee === undefined ? {} : { owner: assignee }) }));
}

function dueAt({ severity, resolvedAt }: Incident, dueWithin: DueWithin): number | undefined {
  const days = dueWithin[severity];
  return days === null || resolvedAt === undefined ? undefined : resolvedAt + days * DAY_MS;
}
