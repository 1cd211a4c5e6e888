/** What the facts suggest. People decide what of it is true, and what of it matters. */
import { durationText } from "../core/time/duration-text.ts";
import { cut } from "../core/cut.ts";
import { show } from "../core/errors.ts";
import { percentText } from "../core/figures.ts";
import type { RecordedEvent } from "../incident/events.ts";
import type { RunbookRun, RunStep } from "../runbook/run.ts";

import type { SuggestedAction } from "./action-items.ts";
import { alertName } from "./alerts.ts";
import type { PostmortemDetection, PostmortemImpact, PostmortemSuggestions } from "./model.ts";
import type { PostmortemSources } from "./sources.ts";
import { counted } from "./texts.ts";

const MINUTE = 60_000;
/** Within this it went well; beyond three times this it went wrong. */
const SOON_MS = 5 * MINUTE;
const LATE_MS = 15 * MINUTE;
const MOST = 12;

interface Found {
  readonly wentWell: string[];
  readonly wentWrong: string[];
  readonly lucky: string[];
  readonly actions: SuggestedAction[];
}

/** Suggestions for what went well and wrong, where it was luck, and what is to be done. */
export function suggestionsOf(
  sources: PostmortemSources,
  detection: PostmortemDetection,
  impact: PostmortemImpact,
): PostmortemSuggestions {
  const found: Found = { wentWell: [], wentWrong: [], lucky: [], actions: [] };
  noticed(sources, detection, found);
  answered(sources, detection, found);
  called(sources, detection, found);
  automated(sources, detection, found);
  spent(impact, found);
  const few = (texts: readonly string[]): string[] => [...new Set(texts)].slice(0, MOST).map((text) => cut(text, 400));
  return {
    wentWell: few(found.wentWell),
    wentWrong: few(found.wentWrong),
    lucky: few(found.lucky),
    actions: found.actions.slice(0, MOST).map(({ kind, text }) => ({ kind, text: cut(text, 400) })),
  };
}

function noticed({ incident }: PostmortemSources, detection: PostmortemDetection, found: Found): void {
  const { toDetectMs, detectedBy, firstAlertAt, firstReportAt } = detection;
  const by = detectedBy ?? "somebody";
  if (firstAlertAt === undefined || (firstReportAt !== undefined && firstReportAt < firstAlertAt)) {
    found.wentWrong.push("a person noticed it before any alert did");
    found.actions.push({ kind: "detect", text: `Add an alert that would have fired for ${show(incident.title)}` });
  } else if (toDetectMs !== undefined && toDetectMs <= SOON_MS) {
    found.wentWell.push(`${by} noticed it ${toDetectMs < 1_000 ? "at once" : `after ${durationText(toDetectMs)}`}`);
  }
  if (toDetectMs !== undefined && toDetectMs > LATE_MS) {
    found.wentWrong.push(`it went on for ${durationText(toDetectMs)} before it was noticed`);
    found.actions.push({ kind: "detect", text: `Make ${by} fire within ${durationText(SOON_MS)} of such a beginning` });
  }
}

function answered(sources: PostmortemSources, detection: PostmortemDetection, found: Found): void {
  const { incident, runs = [] } = sources;
  const { toAcknowledgeMs, acknowledgedBy, resolvedAt } = detection;
  if (toAcknowledgeMs !== undefined) {
    const by = acknowledgedBy ?? "somebody";
    if (toAcknowledgeMs <= SOON_MS) found.wentWell.push(`${by} acknowledged after ${durationText(toAcknowledgeMs)}`);
    if (toAcknowledgeMs > LATE_MS) found.wentWrong.push(`nobody acknowledged for ${durationText(toAcknowledgeMs)}`);
  } else if (resolvedAt !== undefined && !runs.some(healed)) {
    if (endedAlone(sources)) found.lucky.push("its alerts ended by themselves before anybody acknowledged");
    if (!runs.some(isApproved)) found.wentWrong.push("nobody ever acknowledged it");
  }
  if (incident.reopened > 0) {
    found.wentWrong.push(`it was taken for resolved, and opened again ${counted(incident.reopened, "time")}`);
  }
  const [first, ...later] = incident.severities;
  if (first !== undefined && later.some(({ severity }) => severity < first.severity)) {
    found.wentWrong.push(`it was graver than it was taken for at first: ${first.severity} became ${incident.severity}`);
  }
}

function called({ events }: PostmortemSources, { escalatedAt, pagedAt }: PostmortemDetection, found: Found): void {
  if (escalatedAt !== undefined && pagedAt !== undefined) {
    found.wentWrong.push(
      `whoever was called first did not answer; somebody else was called ${durationText(escalatedAt - pagedAt)} later`,
    );
  }
  const channels = new Map<string, string>();
  for (const event of events) {
    if (event.type === "escalated" && event.message.includes("nobody is on call")) {
      found.wentWrong.push(event.message);
      found.actions.push({ kind: "mitigate", text: `Close the gap in the on-call schedule: ${event.message}` });
    }
    if (event.type === "notification_requested") channels.set(event.key, event.channel);
    if (event.type === "notification_given_up") {
      const channel = channels.get(event.key) ?? "a channel";
      found.wentWrong.push(`a message by ${channel} was never delivered: ${event.why}`);
      found.actions.push({
        kind: "mitigate",
        text: `Repair the channel ${show(channel)}, and alert when it loses a message`,
      });
    }
  }
}

function automated({ incident, runs = [] }: PostmortemSources, detection: PostmortemDetection, found: Found): void {
  for (const run of runs) {
    const lasted = run.endedAt === undefined ? "" : ` in ${durationText(run.endedAt - run.startedAt)}`;
    if (healed(run)) {
      const { acknowledgedAt = Infinity } = detection;
      const alone = acknowledgedAt > (run.endedAt ?? run.startedAt) && !isApproved(run);
      found.wentWell.push(
        `the runbook ${show(run.runbook)} succeeded${lasted}${alone ? ", before anybody had to do anything" : ""}`,
      );
    }
    if (run.status === "failed") {
      found.wentWrong.push(
        `the runbook ${show(run.runbook)} failed${run.reason === undefined ? "" : `: ${run.reason}`}`,
      );
    }
    if (run.resumed > 0) found.lucky.push(`${run.id} was broken off, and another process went on with it`);
    for (const step of run.steps) stepped(run, step, found);
  }
  if (runs.length === 0 && incident.alerts.size > 0) {
    const [name = ""] = [...incident.alerts.values()].map(alertName);
    found.actions.push({ kind: "mitigate", text: `Write a runbook for the alert ${show(name)}` });
  }
}

function stepped(run: RunbookRun, step: RunStep, found: Found): void {
  const named = `step ${show(step.name)} of the runbook ${show(run.runbook)}`;
  if (step.status === "timed_out") {
    found.wentWrong.push(`${named} timed out`);
    found.actions.push({ kind: "mitigate", text: `Make ${named} end within its time, or give it more` });
  }
  if (step.status === "failed") {
    found.wentWrong.push(`${named} failed${step.reason === undefined ? "" : `: ${step.reason}`}`);
    found.actions.push({ kind: "mitigate", text: `Repair ${named}, and try it in a drill` });
  }
  if (step.status === "refused")
    found.wentWrong.push(`${named} was not approved${step.approval?.by === "nobody" ? " in time" : ""}`);
  // An attempt whose process died says nothing of the step.
  const before = step.attempts.slice(0, -1).filter(({ isInterrupted }) => isInterrupted !== true);
  if (step.status === "succeeded" && before.length > 0) {
    found.lucky.push(`${named} worked only at attempt ${String(step.attempts.length)}`);
  }
}

function spent({ budgets }: PostmortemImpact, found: Found): void {
  for (const { slo, before, after } of budgets) {
    if (after?.consumedRatio === undefined) continue;
    const left = 1 - after.consumedRatio;
    if (left < 0 && (before?.consumedRatio ?? 0) <= 1) found.wentWrong.push(`the error budget of ${slo} is overspent`);
    if (left >= 0 && left < 0.1) found.lucky.push(`only ${percentText(left)} of the error budget of ${slo} is left`);
  }
}

/** Whether the run did all that its runbook says. */
function healed({ status, isDry }: RunbookRun): boolean {
  return status === "succeeded" && !isDry;
}

/** Whether somebody let one of its steps begin: then somebody was there. */
function isApproved({ steps }: RunbookRun): boolean {
  return steps.some(({ approval }) => approval?.approved === true);
}

/** What somebody does to an incident that he has in hand. */
const DEEDS: readonly RecordedEvent["type"][] = [
  ...(["status_changed", "updated", "role_assumed", "role_handed_over", "root_cause_set", "task_added"] as const),
  ...(["severity_changed", "noted"] as const),
];

/** Whether all alerts ended, and by then nobody but whoever declared it had done anything, no runbook either. */
function endedAlone({ incident, events, runs = [] }: PostmortemSources): boolean {
  const alerts = [...incident.alerts.values()];
  if (alerts.length === 0 || alerts.some(({ status }) => status !== "resolved")) return false;
  const end = Math.max(...alerts.map(({ endsAt, startsAt }) => endsAt ?? startsAt));
  const author = events.find(({ type }) => type === "created")?.by;
  const isDone = events.some(({ at, by, type }) => at <= end && by !== author && DEEDS.includes(type));
  const isRun = runs.some(({ steps }) =>
    steps.some(({ attempts }) => attempts.some(({ startedAt }) => startedAt <= end)),
  );
  return !isDone && !isRun && !runs.some(isApproved);
}
