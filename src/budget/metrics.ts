/** Budgets as metrics, so that a scrape shows what the service itself knows. */
import { formatDuration } from "../core/time/duration.ts";
import type { MetricDefinition, MetricValue } from "../signals/metric.ts";
import type { BudgetStatus, MeasuredBudget } from "./status.ts";

/** One budget and the labels of its series. */
export interface LabelledStatus {
  readonly service: string;
  readonly slo: string;
  readonly status: BudgetStatus;
}

/** Gauges of every budget that `read` tells; what cannot be told has no sample. */
export function budgetMetrics(read: () => Promise<readonly LabelledStatus[]>): MetricDefinition[] {
  const gauge = (
    name: string,
    help: string,
    values: (labelled: LabelledStatus) => MetricValue[],
  ): MetricDefinition => ({
    name,
    type: "gauge",
    aggregator: "average",
    help,
    values: async () => (await read()).flatMap(values),
  });
  const measured = (pick: (status: MeasuredBudget) => number) => {
    return ({ service, slo, status }: LabelledStatus): MetricValue[] =>
      status.state === "measured" ? [{ labels: { service, slo }, value: pick(status) }] : [];
  };
  return [
    gauge("slo_objective_ratio", "Share of good events that is promised.", ({ service, slo, status }) => [
      { labels: { service, slo }, value: status.objective.ratio },
    ]),
    gauge(
      "slo_sli_ratio",
      "Share of good events over the SLO's window.",
      measured((status) => status.sliRatio),
    ),
    gauge(
      "slo_error_budget_remaining_ratio",
      "Share of the error budget that is left; negative when overspent.",
      measured((status) => status.remainingRatio),
    ),
    gauge("slo_burn_rate", "Pace at which the budget is spent; 1 spends it in the SLO's window.", burnRateValues),
    gauge("slo_coverage_ratio", "Share of the SLO's window that was watched.", ({ service, slo, status }) => [
      { labels: { service, slo }, value: status.coverage },
    ]),
  ];
}

function burnRateValues({ service, slo, status }: LabelledStatus): MetricValue[] {
  return status.burnRates.flatMap(({ windowMs, rate }) =>
    rate === undefined ? [] : [{ labels: { service, slo, window: formatDuration(Math.round(windowMs)) }, value: rate }],
  );
}
