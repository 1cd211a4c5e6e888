/**
 * How services stand, as a page and as dashboards of Grafana.
 *
 * @packageDocumentation
 */
export { SloDashboard } from "./dashboard.ts";
export type { DashboardFeed, FeedReader, FeedSeat } from "./feed/feed.ts";
export { grafanaDashboards } from "./grafana/dashboards.ts";
export type { GrafanaDashboards } from "./grafana/dashboards.ts";
export { grafanaConfigMap, grafanaDashboardFiles } from "./grafana/files.ts";
export type { GrafanaConfigMapOptions } from "./grafana/files.ts";
export type {
  GrafanaAnnotations,
  GrafanaDashboard,
  GrafanaDatasource,
  GrafanaLink,
  GrafanaOverride,
  GrafanaPanel,
  GrafanaPlace,
  GrafanaRow,
  GrafanaTarget,
  GrafanaVariable,
} from "./grafana/model.ts";
export type { GrafanaDashboardOptions } from "./grafana/options.ts";
export { checkLinks, logsUrl, traceUrl } from "./links/links.ts";
export type {
  KibanaLogs,
  LogLinks,
  LogQuestion,
  LokiLogs,
  TelemetryLinks,
  TemplateLogs,
  TraceLinks,
} from "./links/links.ts";
export { DASHBOARD_MARK_KINDS } from "./model.ts";
export type {
  DashboardBurn,
  DashboardCapacity,
  DashboardComposite,
  DashboardExhaustion,
  DashboardForecast,
  DashboardGate,
  DashboardLatency,
  DashboardMark,
  DashboardMessages,
  DashboardPolicy,
  DashboardService,
  DashboardSignals,
  DashboardSlo,
  DashboardSnapshot,
  DashboardSteps,
  DashboardTrace,
  DashboardUpdate,
} from "./model.ts";
export type { SloDashboardOptions } from "./options.ts";
export type {
  CapacityUrgency,
  DashboardChaos,
  DashboardForecaster,
  DashboardGateLike,
  DashboardIncidents,
  DashboardPlanner,
  DashboardPolicies,
  DashboardRunbooks,
  DashboardSignalsSource,
  DashboardStatuses,
  ForecastLike,
  MetricNeedLike,
  MomentLike,
  TraceExampleLike,
} from "./sources.ts";
