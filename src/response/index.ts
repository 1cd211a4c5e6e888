/**
 * From alerts to incidents to people: routing, correlation, on-call, escalation, notifications.
 *
 * @packageDocumentation
 */
export { WEEKDAYS } from "./business-hours/fields.ts";
export type { Weekday } from "./business-hours/fields.ts";
export type { OpeningHours } from "./business-hours/week.ts";
export { BusinessHours } from "./business-hours/business-hours.ts";
export type { BusinessHoursOptions, HoursStretch } from "./business-hours/business-hours.ts";
export type { DueWork } from "./escalation/due-work.ts";
export { EscalationPlanner } from "./escalation/planner.ts";
export type { EscalationPlannerOptions } from "./escalation/planner.ts";
export { EscalationPolicy } from "./escalation/policy.ts";
export type { EscalationPolicyOptions, EscalationStep, EscalationTarget, TimedStep } from "./escalation/policy.ts";
export type { EscalationRule, EscalationSubject } from "./escalation/rules.ts";
export { EscalationWork } from "./escalation/work.ts";
export type { EscalationWorkOptions } from "./escalation/work.ts";
export { parseOnCallDocument } from "./on-call-document.ts";
export type { OnCallDocument } from "./on-call-document.ts";
export type { OnCallLayer } from "./on-call/layer.ts";
export type { OnCallOverride } from "./on-call/overrides.ts";
export { OnCallSchedule } from "./on-call/on-call.ts";
export type { OnCall, OnCallGap, OnCallScheduleOptions, OnCallShift } from "./on-call/on-call.ts";
export type { OnCallHandover } from "./on-call/rotation.ts";
export { alertOnBudgets } from "./budget-alerts.ts";
export type { AlertTaker, BudgetAlertOptions, BurningBudgets } from "./budget-alerts.ts";
export { readAlerts } from "./alerts/body.ts";
export { alertFingerprint } from "./alerts/fingerprint.ts";
export { ALERT_SOURCES } from "./alerts/alerts.ts";
export type { AlertGroup, AlertSource, ReceivedAlert } from "./alerts/alerts.ts";
export { AutomatedResponse } from "./automated-response.ts";
export type { AutomatedResponseOptions } from "./automated-response.ts";
export type { Commander, CommandSchedule } from "./commander.ts";
export type { AfterRunbook, ResponseRunbooks } from "./runbook-response.ts";
export type { IncidentOutcome, ReceivedOutcome } from "./automated-response-intake.ts";
export type { AlertAction } from "./correlation/correlation.ts";
export { ON_RESOLVED } from "./correlation/rules.ts";
export type { CorrelationTimes, OnResolved } from "./correlation/rules.ts";
export type { PlainAlert } from "./alerts/plain.ts";
export { parseAlertRoutes } from "./routing/document.ts";
export { AlertRoutes } from "./routing/routing.ts";
export type { AlertRoute, LabelMatch } from "./routing/routing.ts";
export type { RoutableAlert, RoutedAlert } from "./routing/asked.ts";
export type { FetchReader, FetchRequest, ReadBody } from "./webhook/body.ts";
export type { HmacOptions, WebhookOptions } from "./webhook/options.ts";
export type { WebhookRefusal, WebhookStats } from "./webhook/stats.ts";
export { WebhookEndpoint } from "./webhook/webhook.ts";
export type { WebhookAnswer, WebhookEndpointOptions, WebhookRequest } from "./webhook/webhook.ts";
export { combinePlanners, NotificationPlan } from "./telling/notify-plan.ts";
export type { NotificationPlanOptions } from "./telling/notify-plan.ts";
export type { NotificationRule } from "./telling/notify-plan-rules.ts";
export { NotificationOutbox } from "./telling/outbox.ts";
export type { GivenUpNotification, NotificationOutboxOptions } from "./telling/outbox.ts";
export { IncidentWorker } from "./worker.ts";
export type { IncidentWorkerOptions } from "./worker.ts";
