/** What templates see of a postmortem: texts that are ready for people, with nothing decided about the format. */
import type { ActionItem } from "./action-items.ts";
import type { BudgetFigure, Postmortem, PostmortemBudget, PostmortemDetection } from "./model.ts";
import { SECTIONS } from "./sections.ts";
import { counted, dateIn, durationText, minutesText, percentText, plain, spaced, spanText, timeIn } from "./texts.ts";

/** What each format does in its own way. */
export interface ViewFormat {
  /** A list of names in which none can be taken for two. */
  readonly names: (names: readonly string[]) => string;
  /** Output of a command. */
  readonly block: (text: string) => string;
  /** The action of an item. */
  readonly action: (item: ActionItem) => string;
}

/** Values by name, as JSON has them. Names that are missing are null: else a template would find one further out. */
export type View = Readonly<Record<string, unknown>>;

/** The view of `postmortem`. */
export function viewOf(postmortem: Postmortem, format: ViewFormat): View {
  const { incident, zone, detection, timeline, suggestions } = postmortem;
  const time = (at: number | undefined): string => (at === undefined ? "unknown" : timeIn(zone, at));
  return {
    title: postmortem.title,
    id: incident.id,
    incidentUrl: incident.url ?? null,
    severity: incident.severity,
    incidentStatus: incident.status,
    date: dateIn(zone, detection.startedAt),
    zone,
    status: spaced(postmortem.status),
    authors: format.names(postmortem.authors),
    due: postmortem.dueAt === undefined ? null : dateIn(zone, postmortem.dueAt),
    services: incident.services.join(", "),
    roles: incident.roles.map(({ role, person }) => `${person} (${role})`).join(", "),
    runbook: incident.runbook ?? null,
    description: incident.description ?? null,
    related: incident.links.map(({ kind, incident: other }) => `${spaced(kind)} ${other}`).join(", "),
    changes: postmortem.changes.map(({ from, to, by, at }) => ({
      at: new Date(at).toISOString(),
      by,
      change: `${spaced(from)} → ${spaced(to)}`,
    })),
    drafts: Object.fromEntries(SECTIONS.map(({ name }) => [name, postmortem.drafts[name] ?? null])),
    impact: impactView(postmortem),
    detection: detectionRows(detection, time),
    spans: spanRows(detection),
    timeline: timelineRows(postmortem),
    omitted: timeline.omitted,
    suggestions: {
      wentWell: bullets(suggestions.wentWell),
      wentWrong: bullets(suggestions.wentWrong),
      lucky: bullets(suggestions.lucky),
      actions: bullets(suggestions.actions, ({ kind, text }) => ({ kind, text })),
    },
    actionItems: postmortem.actionItems.map((item) => ({
      ...{ id: item.id, action: format.action(item), kind: item.kind ?? "—", priority: item.priority ?? "—" },
      ...{ owner: item.owner ?? "—", due: item.due ?? "—", status: item.status, isInText: item.isInText === true },
      tone: item.status,
    })),
    hasActionItems: postmortem.actionItems.length > 0,
    queries: postmortem.queries.map(({ name, expression, url }) => ({
      name,
      block: format.block(expression),
      url: url ?? null,
    })),
    alerts: postmortem.alerts.map((alert) => ({
      ...{ name: alert.name, from: time(alert.startsAt), url: alert.url ?? null },
      until: alert.endsAt === undefined ? "still firing" : time(alert.endsAt),
      texts: [...alert.labels, ...alert.annotations].map(({ name: key, value }) => ({ key, value })),
    })),
    omittedAlerts: postmortem.omittedAlerts,
    runs: runViews(postmortem, format),
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
          ? "not measured"
          : `${plain(measured.total - measured.good, 0)} of ${plain(measured.total, 0)} bad`,
    before: leftText(before),
    after: leftText(after),
  };
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

function timelineRows({ timeline, zone }: Postmortem): readonly object[] {
  const rows: object[] = timeline.entries.map(({ at, source, text, by = "", url }) => {
    return { time: timeIn(zone, at), source, text, by, url: url ?? null };
  });
  if (timeline.omitted === 0) return rows;
  const text = `${counted(timeline.omitted, "more entry").replace("entrys", "entries")}: see the incident`;
  const gap = { time: "…", source: "", text, by: "", url: null };
  return [...rows.slice(0, timeline.omittedAfter), gap, ...rows.slice(timeline.omittedAfter)];
}

function runViews({ runs, zone }: Postmortem, { block }: ViewFormat): readonly object[] {
  return runs.map((run) => ({
    id: run.id,
    runbook: run.title,
    by: run.by,
    begun: timeIn(zone, run.startedAt),
    status: `${spaced(run.status)}${run.isDry ? ", some of it dry" : ""}`,
    duration: spanText(run.durationMs),
    reason: run.reason ?? null,
    omittedSteps: run.omittedSteps,
    steps: run.steps.map((step) => ({
      ...{
        name: `${step.isRollback ? "rollback " : ""}${step.name}`,
        status: spaced(step.status),
        url: step.url ?? null,
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
              command: step.command === undefined ? null : block(step.command),
              output: step.output === undefined ? null : block(step.output),
            },
          ],
    ),
  }));
}
