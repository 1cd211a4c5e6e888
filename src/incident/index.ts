/**
 * Incidents: what happened, what is possible next, and how long it all took.
 *
 * @packageDocumentation
 */
export { POSSIBLE_EVENTS, STATUS_EDGES } from "./edges.ts";
export type { IncidentPhase } from "./edges.ts";
export type {
  Acknowledged,
  AlertsReceived,
  Created,
  Escalated,
  IncidentEvent,
  IncidentEventType,
  IncidentOccurrence,
  Linked,
  Noted,
  NotificationAttempted,
  NotificationDelivered,
  NotificationFailed,
  NotificationGivenUp,
  NotificationRequested,
  RecordedEvent,
  Reopened,
  Resolved,
  RoleAssumed,
  RoleHandedOver,
  RootCauseSet,
  ServicesChanged,
  SeverityChanged,
  StatusChanged,
  TaskAdded,
  TaskChanged,
  TimesCorrected,
  Unlinked,
  Updated,
} from "./events.ts";
export { IncidentManager } from "./manager.ts";
export type { CreateIncident, IncidentCommand, IncidentFilter } from "./commands.ts";
export type { IncidentPlanner } from "./keeper.ts";
export type { CamelCase, Correlation, IncidentEvents, IncidentManagerOptions, ListedIncident } from "./manager.ts";
export { MemoryIncidentStore } from "./memory-store.ts";
export { alertKey, INCIDENT_ROLES, INCIDENT_STATUSES, isSeverity, LINK_KINDS, SEVERITIES } from "./model.ts";
export type {
  Incident,
  IncidentAlert,
  IncidentLink,
  IncidentRole,
  IncidentState,
  IncidentStatus,
  IncidentSummary,
  IncidentTask,
  LinkKind,
  PendingEscalation,
  PendingNotification,
  RoleHolder,
  Severity,
  SeverityVisit,
  Visit,
} from "./model.ts";
export { chargeIncidents, violationsOf } from "./charging.ts";
export type { Chargeable, ChargedBudget, ChargingOptions, ResolvedIncidents, ViolationsOptions } from "./charging.ts";
export type { DurationFigures } from "./figures.ts";
export type { MaybeTime, MeanTime, MeanTimeCalculating, MeanTimeFault, MeanTimeValue } from "./mean-time.ts";
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
export type { Lasting } from "./questions.ts";
export { fold as foldIncident, transition as transitionIncident } from "./transition.ts";
