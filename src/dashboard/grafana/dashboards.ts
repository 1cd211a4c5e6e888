/** From SLOs to dashboards for Grafana, over what their generated rules record. */
import { invalid } from "../../core/errors.ts";
import { planRules, type PlannedSlo } from "../../rules/plan.ts";
import { openSlos, type SloInput } from "../../rules/source.ts";

import { detail } from "./detail.ts";
import { SloExpressions, type SloGrouping } from "./expressions.ts";
import type { GrafanaDashboard } from "./model.ts";
import { type GrafanaDashboardOptions, grafanaSettings } from "./options.ts";
import { overview } from "./overview.ts";

const MOST_LABELS = 10;

/** The two dashboards. */
export interface GrafanaDashboards {
  /** All SLOs by what needs attention; its rows lead to the other. */
  readonly overview: GrafanaDashboard;
  /** One SLO: its budget, its burn rates with the thresholds of its alerts, and the golden signals of its service. */
  readonly detail: GrafanaDashboard;
}

/**
 * Dashboards for Grafana over what `generateRules` makes a Prometheus record, in both conventions. They are the same for all
 * SLOs: which one is looked at is chosen by variables.
 *
 * @param slos - as for `generateRules`
 * @throws {@link ConfigurationError} naming the option, or all that is wrong with the document
 *
 * @example
 * ```ts
 * import { grafanaDashboards } from "nines";
 *
 * const { overview, detail } = grafanaDashboards(`
 *   service_level_objectives:
 *     shop:
 *       availability:
 *         target: 99.9%
 *         measurement_window: 30d
 *         sli: sum(rate(http_requests_total{job="shop",code!~"5.."}[5m])) / sum(rate(http_requests_total{job="shop"}[5m]))
 * `);
 * const text = JSON.stringify(detail); // the file that Grafana imports
 * if (!text.includes("14.4 + 0 * nines:slo_objective:ratio") || overview.uid !== "nines-overview") throw new Error(text);
 * ```
 */
export function grafanaDashboards(slos: SloInput, options: GrafanaDashboardOptions = {}): GrafanaDashboards {
  const settings = grafanaSettings(options);
  const [first, ...rest] = planRules(openSlos(slos, settings.rules.file), settings.rules);
  if (first === undefined) throw invalid([], "there are no SLOs in it");
  const plans: readonly [PlannedSlo, ...PlannedSlo[]] = [first, ...rest];
  const { convention } = settings;
  const grouping = groupingOf(plans);
  const all = new SloExpressions(plans, convention, "all");
  const one = new SloExpressions(plans, convention, "one");
  return {
    overview: overview(settings, all, { hidden: hiddenLabels(plans, all), grouping }),
    detail: detail(settings, one, { plans, grouping }),
  };
}

/** Labels that would be columns without saying anything: in Sloth's convention those that SLOs have of their own. */
function hiddenLabels(plans: readonly PlannedSlo[], slos: SloExpressions): readonly string[] {
  const own = plans.flatMap(({ subject }) => Object.keys(subject.names.remaining.more ?? {}));
  const ids = slos.identity.filter((label) => label !== slos.serviceLabel && label !== slos.sloLabel);
  return [...new Set([...ids, ...own])];
}

function groupingOf(plans: readonly PlannedSlo[]): SloGrouping {
  const groupings = plans.map(({ subject }) => subject.indicator.grouping);
  const labels = groupings.flatMap((grouping) => (grouping.kind === "by" ? grouping.labels : []));
  return {
    labels: [...new Set(labels)].sort().slice(0, MOST_LABELS),
    isKnown: groupings.every(({ kind }) => kind !== "without"),
  };
}
