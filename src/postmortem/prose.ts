/** First words for sections that people have not written yet: plain text, drawn from the facts. */
import { durationText } from "../core/time/duration-text.ts";
import { cut } from "../core/cut.ts";
import { percentText } from "../core/figures.ts";
import { timeIn } from "../core/time/time-text.ts";
import type { RecordedEvent } from "../incident/events.ts";
import type { IncidentAlert } from "../incident/model.ts";

import { alertName } from "./alerts.ts";
import type { PostmortemDetection, PostmortemImpact } from "./model.ts";
import type { SectionName } from "./sections.ts";
import type { PostmortemSources } from "./sources.ts";
import { countedFromText, minutesText } from "./texts.ts";

const LONGEST = 2_000;
/** Of more the impact tells. */
const MOST_BUDGETS = 3;

/** What can be said without asking anybody. */
export function draftsOf(
  sources: PostmortemSources,
  detection: PostmortemDetection,
  impact: PostmortemImpact,
): Partial<Record<SectionName, string>> {
  const { incident } = sources;
  const drafts: Partial<Record<SectionName, string | undefined>> = {
    summary: summary(sources, detection, impact),
    rootCause: incident.rootCause,
    trigger: trigger(sources),
    resolution: resolution(sources),
  };
  const said = Object.entries(drafts).filter(([, text]) => text !== undefined && text !== "");
  return Object.fromEntries(said.map(([name, text]) => [name, cut(text ?? "", LONGEST)]));
}

function summary(
  { incident, zone = "UTC" }: PostmortemSources,
  detection: PostmortemDetection,
  impact: PostmortemImpact,
): string {
  const { acknowledgedBy, detectedBy, resolvedAt, toAcknowledgeMs, toDetectMs } = detection;
  const unnamed = incident.services.filter((service) => !incident.title.includes(service));
  const services = unnamed.length === 0 ? "" : ` in ${unnamed.join(", ")}`;
  const state = resolvedAt === undefined ? "has lasted" : "lasted";
  const whole = [
    `${incident.title}${services}: a ${incident.severity} incident that began at ${timeIn(zone, incident.startedAt)} (${zone}) and ${state} ${durationText(impact.durationMs)}.`,
  ];
  if (detectedBy !== undefined) {
    const after = toDetectMs === undefined || toDetectMs < 1_000 ? "at once" : `after ${durationText(toDetectMs)}`;
    const who =
      acknowledgedBy === undefined || toAcknowledgeMs === undefined
        ? "nobody acknowledged it"
        : `${acknowledgedBy} acknowledged it ${durationText(toAcknowledgeMs)} later`;
    whole.push(`It was noticed by ${detectedBy} ${after}; ${who}.`);
  }
  for (const { slo, chargedRatio, window, measured, unmeasured } of impact.budgets.slice(0, MOST_BUDGETS)) {
    const share = measured?.consumedRatio ?? chargedRatio;
    // What every request's failure would have cost is no measurement.
    if (unmeasured !== undefined) whole.push(`What it cost the error budget of ${slo} could not be measured.`);
    else if (share !== undefined)
      whole.push(`It cost ${percentText(share)} of the ${window ?? ""} error budget of ${slo}.`);
  }
  if (impact.budgets.length === 0 && impact.chargedMinutes > 0)
    whole.push(`A budget of time is charged ${minutesText(impact.chargedMinutes)} for it.`);
  return [...whole, ...notCounted(impact)].join(" ");
}

/** That the cost is only a part of what the fault cost, and what is known of the rest. */
function notCounted({ countedFromAlert, budgets }: PostmortemImpact): readonly string[] {
  const told = budgets.slice(0, MOST_BUDGETS).filter(({ unmeasured }) => unmeasured === undefined);
  if (countedFromAlert === undefined || told.length === 0) return [];
  const spent = told.flatMap(({ slo, before, after }) => {
    const figures = [
      { when: "before it", ratio: before?.consumedRatio },
      { when: "after it", ratio: after?.consumedRatio },
    ];
    const known = figures.flatMap(({ when, ratio }) => (ratio === undefined ? [] : [`${percentText(ratio)} ${when}`]));
    return known.length === 0 ? [] : [`Of the error budget of ${slo} was spent: ${known.join(", ")}.`];
  });
  return [`This is counted from ${countedFromText(countedFromAlert)}.`, ...spent];
}

function trigger(sources: PostmortemSources): string | undefined {
  const first = firstSign(sources);
  if (first === undefined) return undefined;
  const { annotations } = first;
  const said = ["description", "summary"].find((name) => Object.hasOwn(annotations, name) && annotations[name] !== "");
  const text = said === undefined ? "" : `: ${annotations[said] ?? ""}`;
  return `Not known yet. The first sign was the alert ${alertName(first)}${text}`;
}

/** The first alert as it came: what the incident keeps of it is its latest news, which as a rule says that it is over. */
function firstSign({ incident, events }: PostmortemSources): IncidentAlert | undefined {
  const [first] = [...incident.alerts.values()].sort((a, b) => a.startsAt - b.startsAt);
  return events
    .flatMap((event) => (event.type === "alerts_received" ? event.alerts : []))
    .concat(first ?? [])
    .find(({ fingerprint }) => fingerprint === first?.fingerprint);
}

function resolution({ events, runs = [] }: PostmortemSources): string | undefined {
  const healed = runs
    .filter(({ status, isDry }) => status === "succeeded" && !isDry)
    .map(({ title }) => `The runbook ${title} succeeded.`);
  const said = events
    .filter(isResolution)
    .flatMap(({ message, by }) => (message === undefined ? [] : [`${by}: ${message}`]));
  const last = said.at(-1);
  const all = [...healed, ...(last === undefined ? [] : [last])];
  return all.length === 0 ? undefined : all.join(" ");
}

function isResolution(event: RecordedEvent): event is RecordedEvent & { type: "resolved"; message?: string } {
  return event.type === "resolved";
}
