/** The `alerting` of an SLO as its document has it. */
import { formatDuration } from "../../core/time/duration.ts";
import type { SloAlerting, TierSettings } from "../../slo/alerting.ts";

/** What `alertingField` reads as the same. */
export function alertingFields(alerting: SloAlerting): Readonly<Record<string, unknown>> {
  const { runbookUrl, dashboardUrl, minimumFailures, noData, tiers, ...same } = alerting;
  return defined({
    ...same,
    runbook: runbookUrl,
    dashboard: dashboardUrl,
    minimum_failures: minimumFailures,
    no_data: noData,
    tiers:
      tiers &&
      Object.fromEntries(
        Object.entries(tiers).map(([name, tier]) => [name, tier === false ? tier : tierFields(tier)] as const),
      ),
  });
}

function tierFields({ severity, budgetShare, factor, longMs, shortMs }: TierSettings): Record<string, unknown> {
  return defined({
    severity,
    budget: budgetShare,
    factor,
    long: longMs === undefined ? undefined : formatDuration(longMs),
    short: shortMs === undefined ? undefined : formatDuration(shortMs),
  });
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
