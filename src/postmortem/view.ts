/** What templates see of a postmortem: texts that are ready for people, with nothing decided about the format. */
import { durationText } from "../core/time/duration-text.ts";
import type { ReadyText } from "../core/template.ts";
import { percentText, plain } from "../core/figures.ts";
import { dateIn, timeIn } from "../core/time/time-text.ts";

import type { ActionItem } from "./action-items.ts";
import type { BudgetFigure, Postmortem, PostmortemBudget, PostmortemDetection } from "./model.ts";
import { SECTIONS } from "./sections.ts";
import { standingDrafts, standingSuggestions } from "./standing.ts";
import { counted, countedFromText, endedText, minutesText, moreText, spaced, spanText } from "./texts.ts";

/** What each format does in its own way; what it answers is ready, and not escaped again. */
export interface ViewFormat {
  /** A list of names in which none can be taken for two. */
  readonly names: (names: readonly string[]) => string;
  /** Output of a command. */
  readonly block: (text: string) => string;
  /** The action of an item. */
  readonly action: (item: ActionItem) => string;
  /** An address that may be followed. */
  readonly url: (url: string) => string;
}

/** Values by name, as JSON has them. Names that are missing are null: else a template would find one further out. */
export type View = Readonly<Record<string, unknown>>;

/** A text that is in the format already; an empty one is nothing, so that a section can ask for it. */
export function ready(text: string): ReadyText | "" {
  return text === "" ? "" : { ready: text };
}

/** The view of `postmortem`. */
export function viewOf(postmortem: Postmortem, format: ViewFormat): View {
  const { incident, zone, detection, timeline, actionItems } = postmortem;
  const drafts = standingDrafts(postmortem);
  const suggestions = standingSuggestions(postmortem);
  const url = (address: string | undefined): ReadyText | "" | null =>
    address === undefined ? null : ready(format.url(address));
  const time = (at: number | undefined): string => (at === undefined ? "unknown" : timeIn(zone, at));
  return {
    title: postmortem.title,
    id: incident.id,
    incidentUrl: url(incident.url),
    severity: incident.severity,
    incidentStatus: incident.status,
    date: dateIn(zone, detection.startedAt),
    zone,
    status: spaced(postmortem.status),
    authors: ready(format.names(postmortem.authors)),
    due: postmortem.dueAt === undefined ? null : dateIn(zone, postmortem.dueAt),
    services: incident.services.join(", "),
    roles: incident.roles.map(({ role, person }) => `${person} (${role})`).join(", "),
    runbook: url(incident.runbook),
    description: incident.description ?? null,
    related: incident.links.map(({ kind, incident: other }) => `${spaced(kind)} ${other}`).join(", "),
    changes: postmortem.changes.map(({ from, to, by, at }) => ({
      at: timeIn(zone, at),
      by,
      change: `${spaced(from)} → ${spaced(to)}`,
    })),
    drafts: Object.fromEntries(SECTIONS.map(({ name }) => [name, drafts[name] ?? null])),
    impact: impactView(postmortem),
    detection: detectionRows(detection, time),
    spans: spanRows(detection),
    timeline: timelineRows(postmortem, url),
    omitted: timeline.omitted,
    suggestions: {
      wentWell: bullets(suggestions.wentWell),
      wentWrong: bullets(suggestions.wentWrong),
      lucky: bullets(suggestions.lucky),
      actions: bullets(suggestions.actions, ({ kind, text }) => ({ kind, text })),
    },
    actionItems: actionItems.map((item) => ({
      ...{ id: item.id, action: ready(format.action(item)), kind: item.kind ?? "—", priority: item.priority ?? "—" },
      ...{ owner: item.owner ?? "—", due: item.due ?? "—", status: item.status, isInText: item.isInText === true },
      tone: item.status,
    })),
    hasActionItems: actionItems.length > 0,
    hasTableItems: actionItems.some(({ isInText }) => isInText !== true),
    queries: postmortem.queries.map((query) => ({
      name: query.name,
      block: ready(format.block(query.expression)),
      url: url(query.url),
    })),
    alerts: postmortem.alerts.map((alert) => ({
      ...{ name: alert.name, from: time(alert.startsAt), url: url(alert.url) },
      until: alert.endsAt === undefined ? "still firing" : time(alert.endsAt),
      texts: [...alert.labels, ...alert.annotations].map(({ name: key, value }) => ({ key, value })),
    })),
    moreAlerts: postmortem.omittedAlerts === 0 ? null : moreText(postmortem.omittedAlerts, "alert", "in the incident"),
    runs: runViews(postmortem, format, url),
    hasAppendix: postmortem.alerts.length + postmortem.runs.length > 0,
  };
}

/** Rows with whether there are any: a template cannot ask a list for its length. */
function bullets<Item>(
  items: readonly Item[],
  of: (item: Item) => object = (text) => ({ text }),
): { readonly any: boolean; readonly items: readonly object[] } {
  return { any: items.length > 0, items: items.map(of) };
}

function impactView({ impact, incident, detection }: Postmortem): View {
  return {
    duration: `${durationText(impact.durationMs)}${detection.resolvedAt === undefined ? " so far" : ""}`,
    users: impact.usersAffected ?? "unknown",
    revenue: impact.revenue ?? "unknown",
    services: incident.services.length === 0 ? "unknown" : incident.services.join(", "),
    charged: minutesText(impact.chargedMinutes),
    countedFrom: impact.countedFromAlert === undefined ? null : countedFromText(impact.countedFromAlert),
    unmeasured: impact.unmeasured === undefined ? null : `could not be measured: ${impact.unmeasured}`,
    budgets: bullets(impact.budgets, budgetRow),
  };
}

function budgetRow({
  slo,
  objective,
  window,
  allowedMinutes,
  chargedRatio,
  measured,
  unmeasured,
  before,
  after,
}: PostmortemBudget): object {
  return {
    slo,
    objective: objective === undefined ? "—" : `${objective} over ${window ?? "?"}`,
    allowed: allowedMinutes === undefined ? "—" : minutesText(allowedMinutes),
    charged: chargedRatio === undefined ? "—" : percentText(chargedRatio),
    measured:
      measured?.consumedRatio !== undefined
        ? percentText(measured.consumedRatio)
        : measured === undefined
          ? unmeasuredText(unmeasured)
          : `${plain(measured.total - measured.good, 0)} of ${plain(measured.total, 0)} bad`,
    before: leftText(before),
    after: leftText(after),
  };
}

function unmeasuredText(why: string | undefined): string {
  return why === undefined ? "not measured" : `could not be measured: ${why}`;
}

function leftText(figure: BudgetFigure | undefined): string {
  if (figure === undefined) return "unknown";
  return figure.consumedRatio === undefined ? spaced(figure.state) : percentText(1 - figure.consumedRatio);
}

function detectionRows(detection: PostmortemDetection, time: (at: number | undefined) => string): readonly object[] {
  const { detectedBy, acknowledgedBy } = detection;
  const by = (name: string | undefined): string => (name === undefined ? "" : `by ${name}`);
  return [
    { what: "Began", at: time(detection.startedAt), note: "" },
    { what: "First alert", at: time(detection.firstAlertAt), note: "" },
    { what: "First report by a person", at: time(detection.firstReportAt), note: "" },
    { what: "Detected", at: time(detection.detectedAt), note: by(detectedBy) },
    { what: "Declared", at: time(detection.declaredAt), note: "" },
    { what: "First page", at: time(detection.pagedAt), note: "" },
    { what: "Acknowledged", at: time(detection.acknowledgedAt), note: by(acknowledgedBy) },
    {
      what: "First escalation",
      at: detection.escalatedAt === undefined ? "none" : time(detection.escalatedAt),
      note: "",
    },
    { what: "Mitigated", at: time(detection.mitigatedAt), note: "" },
    { what: "Resolved", at: detection.resolvedAt === undefined ? "not yet" : time(detection.resolvedAt), note: "" },
  ];
}

function spanRows(detection: PostmortemDetection): readonly object[] {
  return [
    { what: "Time to detect", figure: "MTTD", span: spanText(detection.toDetectMs), of: "began to detected" },
    { what: "Time to declare", figure: "", span: spanText(detection.toDeclareMs), of: "detected to declared" },
    {
      what: "Time to acknowledge",
      figure: "MTTA",
      span: spanText(detection.toAcknowledgeMs),
      of: "detected to acknowledged",
    },
    { what: "Time to mitigate", figure: "", span: spanText(detection.toMitigateMs), of: "began to mitigated" },
    {
      what: "Time to restore",
      figure: "MTTR",
      span: spanText(detection.toRestoreMs),
      of: "began to resolved, less what it was thought to be over",
    },
  ];
}

/** An address that is ready for the format. */
type Url = (address: string | undefined) => ReadyText | "" | null;

function timelineRows({ timeline, zone }: Postmortem, url: Url): readonly object[] {
  const rows: object[] = timeline.entries.map(({ at, source, text, by = "", url: address }) => {
    return { time: timeIn(zone, at), source, text, by, url: url(address) };
  });
  if (timeline.omitted === 0) return rows;
  const text = `${counted(timeline.omitted, "more entry", "more entries")}: see the incident`;
  const gap = { time: "…", source: "", text, by: "", url: null };
  return [...rows.slice(0, timeline.omittedAfter), gap, ...rows.slice(timeline.omittedAfter)];
}

function runViews({ runs, zone }: Postmortem, { block }: ViewFormat, url: Url): readonly object[] {
  return runs.map((run) => ({
    id: run.id,
    runbook: run.title,
    by: run.by,
    begun: timeIn(zone, run.startedAt),
    status: spaced(run.status),
    duration: spanText(run.durationMs),
    outcome: endedText(run.status, run.durationMs, run.isDry),
    reason: run.reason ?? null,
    moreSteps: run.omittedSteps === 0 ? null : moreText(run.omittedSteps, "step", "in the journal"),
    steps: run.steps.map((step) => ({
      ...{
        name: `${step.isRollback ? "rollback " : ""}${step.name}`,
        status: spaced(step.status),
        url: url(step.url),
      },
      ...{
        attempts: step.attempts,
        exitCode: step.exitCode === undefined ? "—" : String(step.exitCode),
        tone: step.status,
      },
      duration: step.durationMs === undefined ? "—" : durationText(step.durationMs),
      reason: step.reason ?? "",
      command: step.command ?? null,
    })),
    outputs: run.steps.flatMap((step) =>
      step.command === undefined && step.output === undefined
        ? []
        : [
            {
              name: step.name,
              command: step.command === undefined ? null : ready(block(step.command)),
              output: step.output === undefined ? null : ready(block(step.output)),
            },
          ],
    ),
  }));
}
