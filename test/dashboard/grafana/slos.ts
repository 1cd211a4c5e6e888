/** SLOs of many kinds, and every expression of their dashboards. */
import type { GrafanaDashboard, GrafanaPanel, GrafanaTarget } from "../../../src/dashboard/grafana/model.ts";

const requests = (matchers: string): string => `rate(http_requests_total{job="shop"${matchers}}[5m])`;

/** Windows from an hour to 90 days, tiers of its own, one grouped, one that is well, and one without any metrics. */
export const SLOS = `
service_level_objectives:
  shop:
    availability: { target: 99.9%, measurement_window: 30d }
    latency: { target: 95%, threshold: 100ms, measurement_window: 30d, labels: { owner: web } }
    throughput: { target: 1000, measurement_window: 7d }
    errors: { kind: error_rate, target: 2%, measurement_window: 90d }
    routes:
      kind: availability
      target: 99%
      measurement_window: 30d
      sli: sum by (route) (${requests(',code!~"5.."')}) / sum by (route) (${requests("")})
  cart:
    hour: { kind: availability, target: 99%, measurement_window: 1h }
    own:
      kind: availability
      target: 99.5%
      measurement_window: 28d
      alerting: { tiers: { page_fast: { factor: 10 }, ticket_slow: false, tomorrow: { severity: ticket, long: 12h, factor: 2 } } }
    fine: { kind: latency, target: 99%, threshold: 1s, measurement_window: 30d }
    gone: { kind: availability, target: 99%, measurement_window: 30d, select: { operations: nothing } }
    quiet: { kind: availability, target: 99%, measurement_window: 30d, alerting: { page: false, ticket: false } }
`;

/** Panels without the headings. */
export function panelsOf({ panels }: GrafanaDashboard): readonly GrafanaPanel[] {
  return panels.filter((panel) => panel.type !== "row");
}

/** A query and the panel that it is of. */
export interface Asked {
  readonly panel: GrafanaPanel;
  readonly target: GrafanaTarget;
}

/** All queries of a dashboard. */
export function queriesOf(dashboard: GrafanaDashboard): readonly Asked[] {
  return panelsOf(dashboard).flatMap((panel) => panel.targets.map((target) => ({ panel, target })));
}
