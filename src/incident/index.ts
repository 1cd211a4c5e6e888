/**
 * Incidents: what happened, what is possible next, and how long it all took.
 *
 * @packageDocumentation
 */
export { INCIDENT_EVENTS_BY_PHASE, INCIDENT_STATUS_EDGES } from "./edges.ts";
export type { IncidentPhase } from "./edges.ts";
export type {
  IncidentAcknowledged,
  IncidentAlertsReceived,
  IncidentCreated,
  IncidentEscalated,
  IncidentEvent,
  IncidentEventType,
  IncidentOccurrence,
  IncidentLinked,
  IncidentNoted,
  IncidentNotificationAttempted,
  IncidentNotificationDelivered,
  IncidentNotificationFailed,
  IncidentNotificationGivenUp,
  IncidentNotificationRequested,
  RecordedEvent,
  IncidentReopened,
  IncidentResolved,
  IncidentRoleAssumed,
  IncidentRoleHandedOver,
  IncidentRootCauseSet,
  IncidentServicesChanged,
  IncidentSeverityChanged,
  IncidentStatusChanged,
  IncidentTaskAdded,
  IncidentTaskChanged,
  IncidentTimesCorrected,
  IncidentUnlinked,
  IncidentUpdated,
} from "./events.ts";
export { IncidentManager } from "./manager.ts";
export type { CreateIncident, IncidentCommand, IncidentFilter } from "./commands.ts";
export type { IncidentPlanner } from "./keeper.ts";
export type {
  CamelCase,
  IncidentCorrelation,
  IncidentEvents,
  IncidentManagerOptions,
  ListedIncident,
} from "./manager.ts";
export { MemoryIncidentStore } from "./memory-store.ts";
export { alertKey, INCIDENT_ROLES, INCIDENT_STATUSES, isSeverity, INCIDENT_LINK_KINDS, SEVERITIES } from "./model.ts";
export type {
  Incident,
  IncidentAlert,
  IncidentLink,
  IncidentRole,
  IncidentState,
  IncidentStatus,
  IncidentSummary,
  IncidentTask,
  IncidentLinkKind,
  PendingEscalation,
  PendingNotification,
  RoleHolder,
  Severity,
  SeverityVisit,
  StatusVisit,
} from "./model.ts";
export { chargeIncidents, violationsOf } from "./charging.ts";
export type {
  ChargeableIncident,
  ChargedBudget,
  ChargingOptions,
  ResolvedIncidents,
  ViolationsOptions,
} from "./charging.ts";
export type { DurationFigures } from "./figures.ts";
export type { RecordedTime, MeanTime, MeanTimeCalculating, MeanTimeFault, MeanTimeValue } from "./mean-time.ts";
export { incidentMetrics } from "./metrics.ts";
export type {
  IncidentFigures,
  IncidentGroup,
  IncidentMetrics,
  IncidentMetricsOptions,
  IncidentShare,
  MeasuredIncident,
} from "./metrics.ts";
export { incidentDuration, isSloAffecting } from "./questions.ts";
export type { IncidentSpan } from "./questions.ts";
export { fold as foldIncident, transition as transitionIncident } from "./transition.ts";
