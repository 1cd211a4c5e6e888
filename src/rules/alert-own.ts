/** What an SLO's `alerting` gives to its alerts, whoever makes them: a name, labels, annotations and links. */
import type { AlertTexts, BurnSeverity, SloAlerting } from "../slo/alerting.ts";

/** Texts by their names. */
export type Texts = Readonly<Record<string, string>>;

/** Name of the burn-rate alerts of an SLO. */
export function burnAlertName(alerting: SloAlerting | undefined): string {
  return alerting?.name ?? "ErrorBudgetBurn";
}

/** Labels of its alerts of `severity`, as they are written. */
export function ownLabels(alerting: SloAlerting | undefined, severity: BurnSeverity): Texts {
  return { ...alerting?.labels, ...ownTexts(alerting, severity)?.labels };
}

/** Annotations of its alerts of `severity`, as they are written. */
export function ownAnnotations(alerting: SloAlerting | undefined, severity: BurnSeverity): Texts {
  return { ...alerting?.annotations, ...ownTexts(alerting, severity)?.annotations };
}

/** Where it is written what to do, and where to look. */
export function linkAnnotations({
  runbookUrl,
  dashboardUrl,
}: { readonly [Name in "runbookUrl" | "dashboardUrl"]?: SloAlerting[Name] | undefined }): Texts {
  return {
    ...(runbookUrl === undefined ? {} : { runbook_url: runbookUrl }),
    ...(dashboardUrl === undefined ? {} : { dashboard_url: dashboardUrl }),
  };
}

function ownTexts(alerting: SloAlerting | undefined, severity: BurnSeverity): AlertTexts | undefined {
  const own = alerting?.[severity];
  return own === false ? undefined : own;
}
