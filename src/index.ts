/**
 * The reliability loop of a Node service: golden signals, SLIs, error budgets, policies, incidents, runbooks, postmortems.
 *
 * @packageDocumentation
 */
export { Reliability } from "./reliability.ts";
export type { ReliabilityEvents, ReliabilityOptions, ReliabilityStatus, ServiceStanding } from "./reliability.ts";

// core
export { systemClock } from "./core/clock.ts";
export type { Clock } from "./core/clock.ts";
export { formatDuration, parseDuration } from "./core/duration.ts";
export {
  AdapterError,
  ConfigurationError,
  ConflictError,
  IllegalTransitionError,
  isReliabilityError,
  ReliabilityError,
  TimeoutError,
} from "./core/errors.ts";
export type { ConfigurationIssue, ErrorContext, ReliabilityErrorCode } from "./core/errors.ts";
export { Events } from "./core/events.ts";
export type { Listener, ListenerFailure } from "./core/events.ts";
export type { Measurement } from "./core/measurement.ts";
export { Objective } from "./core/objective.ts";
export type { ObjectiveInput } from "./core/objective.ts";
export { seededRandom, systemRandom } from "./core/random.ts";
export type { Random } from "./core/random.ts";
export { CALENDAR_UNITS, calendarWindow, rollingWindow, windowAt } from "./core/window.ts";
export type { CalendarUnit, CalendarWindow, RollingWindow, TimeRange, Window } from "./core/window.ts";

export type { TagTemplate, TemplateTag } from "./core/template.ts";

// ports
export type {
  IncidentChange,
  IncidentClaim,
  IncidentPage,
  IncidentRow,
  IncidentStore,
} from "./ports/incident-store.ts";
export type {
  CommandOptions,
  CommandRequest,
  CommandResult,
  CommandRunner,
  LeftoverProcess,
  OutputStream,
} from "./ports/command-runner.ts";
export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "./ports/http-fetch.ts";
export type { Logger } from "./ports/logger.ts";
export type { RunStore } from "./ports/run-store.ts";
export { NOTIFICATION_KINDS } from "./ports/notifier.ts";
export type { FileFacts, FileSystem, OpenFile } from "./ports/file-system.ts";
export type { Notification, NotificationKind, NotifiedIncident, Notifier } from "./ports/notifier.ts";
export { POLICY_DECISIONS } from "./ports/policy-actions.ts";
export type { PolicyActionRequest, PolicyActionRunner, PolicyDecision } from "./ports/policy-actions.ts";
export type { PolicyAuditEntry, PolicyAuditLog, PolicyAuditSubject } from "./ports/policy-audit.ts";
export type { GcKind, ProcessProbe, ProcessSample } from "./ports/process-probe.ts";
export type { SliAnswer, SliQuestion, SliSource, SliTraits } from "./ports/sli-source.ts";
export type { CallOptions, StateStore } from "./ports/store.ts";

// slo
export { parseSloDocument } from "./slo/document.ts";
export type { SloDocument } from "./slo/document.ts";
export type { AlertTexts, BurnSeverity, SloAlerting, TierSettings } from "./slo/alerting.ts";
export { EMPTY_SLICES, SLO_KINDS } from "./slo/model.ts";
export type {
  AvailabilitySlo,
  ErrorRateSlo,
  EventExpressions,
  LatencySlo,
  RequestSelector,
  Slo,
  SloBase,
  SloKind,
  ThroughputSlo,
  TimeSlices,
} from "./slo/model.ts";

// signals
export { GoldenSignalsCollector } from "./signals/collector.ts";
export type { FinishDetails, RequestRecord } from "./signals/collector.ts";
export type { Exposition } from "./signals/exposition.ts";
export type { ExpositionFormat } from "./signals/metric.ts";
export { DEFAULT_BUCKETS } from "./signals/options.ts";
export type { GoldenSignalsOptions } from "./signals/options.ts";
export type { OperationRecorder } from "./signals/recorder.ts";
export type { FetchLike, FetchOptions } from "./signals/outbound.ts";
export type { OperationName, Outcome } from "./signals/recorder.ts";
export type { WrapOptions } from "./signals/wrap.ts";
export type { MetricRegistry } from "./signals/registry.ts";
export type { LabelValues } from "./signals/labels.ts";
export type { HostOptions, ObserveOptions, SignalsHolder } from "./signals/observer.ts";
export { RequestObserver } from "./signals/observer.ts";
export type { HeadersLike, RequestLike, ResponseLike, SocketLike } from "./signals/response.ts";
export type { SaturationGauge, SaturationReading } from "./signals/saturation.ts";
export type { InProcessSliSource, SloCounts } from "./signals/source.ts";
export type { OpenTelemetryLike, SpanLike } from "./signals/traces.ts";
export type { LabelBounds } from "./signals/user-labels.ts";

// budget
export type { BudgetEvents, BurnChange, ExhaustionChange } from "./budget/alerting.ts";
export type { SloStanding } from "./budget/book.ts";
export type { BudgetLedger } from "./budget/ledger.ts";
export { assessBudget } from "./budget/assess.ts";
export type { BudgetMeasurements, PeriodShare } from "./budget/assess.ts";
export type { CountedHistory, CountedPoint } from "./budget/history.ts";
export type { EventCounts } from "./budget/counted-events.ts";
export type { Exclusion } from "./budget/exclusions.ts";
export { ErrorBudgetManager } from "./budget/manager.ts";
export type { ErrorBudgetOptions } from "./budget/manager.ts";
export type { BudgetQuestions } from "./budget/questions.ts";
export type { BudgetState } from "./budget/state.ts";
export type {
  BudgetStatus,
  BudgetStatusBase,
  BudgetSubject,
  BurnRate,
  Exhaustion,
  MeasuredBudget,
  UnmeasuredBudget,
} from "./budget/status.ts";
export type { SloTier } from "./budget/slo-tiers.ts";
export { burnTiersFor } from "./budget/tiers.ts";
export type { BurnTier } from "./budget/tiers.ts";
export type { Violation } from "./budget/violations.ts";

// status
export { parseStatusDocument } from "./status/document.ts";
export type { StatusDocument } from "./status/document.ts";
export type { ExclusionsBy, SloExclusion } from "./status/exclusions.ts";
export { COMPOSITE_KINDS, MISSING_MEMBERS, SLO_VERDICTS } from "./status/model.ts";
export type {
  BurningTier,
  CompositeMember,
  CompositeSlo,
  CompositeStatus,
  ServiceStatus,
  SloStatus,
  SloVerdict,
  StatusQuestion,
  StatusReason,
  StatusSummary,
  StatusTeller,
} from "./status/model.ts";
export { SloStatusReader } from "./status/reader.ts";
export type { SloStatusReaderOptions } from "./status/reader.ts";

// policy
export { MemoryPolicyAuditLog } from "./policy/audit.ts";
export { parsePolicyDocument } from "./policy/document.ts";
export type { PolicyDocument } from "./policy/document.ts";
export { PolicyEngine } from "./policy/engine.ts";
export type { PolicyCallOptions, PolicyEngineOptions } from "./policy/engine.ts";
export { ErrorBudgetPolicy } from "./policy/error-budget-policy.ts";
export type { PolicyEvents } from "./policy/events.ts";
export { AggressivePolicy, ConservativePolicy } from "./policy/threshold-policy.ts";
export type { ThresholdPolicy, ThresholdPolicyOptions } from "./policy/threshold-policy.ts";
export type { PolicyActionResult } from "./policy/action-queue.ts";
export type { Bounds, BurnCondition, RuleConditions } from "./policy/conditions.ts";
export type { DeclaredPolicy, PolicyRule } from "./policy/declared-policy.ts";
export type { SloMemory } from "./policy/hold.ts";
export type { PolicyOutcome, PolicyPreview, PolicyStanding, SloDecision } from "./policy/outcome.ts";
export type { OverrideRequest, PolicyOverride } from "./policy/override.ts";
export type { PolicyEngineState, PolicyState } from "./policy/state.ts";
export type { WhenIdle } from "./policy/unmeasured.ts";
export type { PolicyInput, PolicyReason, PolicySubject, PolicyVerdict } from "./policy/verdict.ts";

// rules
export { alertmanagerRouting } from "./rules/alertmanager.ts";
export type { AlertmanagerRouting, RoutingOptions } from "./rules/alertmanager.ts";
export { classicRules } from "./rules/classic.ts";
export type { ClassicAlert, ClassicOptions } from "./rules/classic.ts";
export type { ConventionName } from "./rules/convention.ts";
export { importSlos } from "./rules/formats/import.ts";
export { SLO_FORMATS } from "./rules/formats/model.ts";
export type { ImportedSlos, ImportOptions, SloFormat } from "./rules/formats/model.ts";
export { writeOpenSlo } from "./rules/formats/write-openslo.ts";
export { generateRules } from "./rules/generate.ts";
export type { AlertingRule, RecordingRule, Rule, RuleGroup } from "./rules/model.ts";
export type { RuleOptions, SloText } from "./rules/options.ts";
export type { PrometheusRuleOptions } from "./rules/prometheus-rule.ts";
export { RuleSet } from "./rules/rule-set.ts";
export type { RuleRemark, RuleTestOptions, RuleTests, ServiceRules } from "./rules/rule-set.ts";
export type { SloInput } from "./rules/source.ts";

// backtest
export { backtest } from "./backtest/backtest.ts";
export type { BacktestOptions } from "./backtest/backtest.ts";
export { candidate, candidatesOf } from "./backtest/candidate.ts";
export type { CandidateChanges, CandidateSettings } from "./backtest/candidate.ts";
export type {
  AlertEpisode,
  ByCandidate,
  Candidate,
  CandidateReport,
  CountedSteps,
  Fault,
  ObjectiveSuggestion,
  SloBacktestReport,
  TierReport,
} from "./backtest/model.ts";
export { askSteps, backtestSlo } from "./backtest/source.ts";
export type { AskOptions, BacktestSloOptions, Variation } from "./backtest/source.ts";
export { stepsOf } from "./backtest/steps.ts";
export type { StepOptions } from "./backtest/steps.ts";
export { suggestObjective } from "./backtest/suggest.ts";
export type { SuggestOptions } from "./backtest/suggest.ts";
export { backtestText } from "./backtest/text.ts";

// gate
export { ReleaseGate } from "./gate/gate.ts";
export type { GateEvents, ReleaseGateOptions } from "./gate/gate.ts";
export { GATE_VERDICTS } from "./gate/model.ts";
export type { GateResult, GateVerdict, WhenUnknown } from "./gate/model.ts";
export { argoCdGate } from "./gate/argo-cd.ts";
export { argoRolloutsGate } from "./gate/argo-rollouts.ts";
export type { ArgoRolloutsGateOptions } from "./gate/argo-rollouts.ts";
export type { CiGateOptions } from "./gate/ci.ts";
export { fluxGate } from "./gate/flux.ts";
export type { FluxGate, FluxGateOptions } from "./gate/flux.ts";
export type { GateJobOptions } from "./gate/gate-job.ts";
export { githubActionsGate } from "./gate/github-actions.ts";
export { gitlabCiGate } from "./gate/gitlab-ci.ts";
export type { GitlabCiGateOptions } from "./gate/gitlab-ci.ts";
export type { GateManifestOptions, SecretKey } from "./gate/manifests.ts";

// forecast
export { forecastBudget } from "./forecast/forecast.ts";
export type { BudgetForecast, ForecastInput, ForecastOptions, Moment, TrendExhaustion } from "./forecast/model.ts";
export { forecastSlo } from "./forecast/slo.ts";
export type { SloForecastOptions } from "./forecast/slo.ts";

// canary
export { compareCanary } from "./canary/compare.ts";
export { CANARY_VERDICTS } from "./canary/model.ts";
export type {
  CanaryComparison,
  CanaryFinding,
  CanaryOptions,
  CanaryReport,
  CanaryVerdict,
  VersionCounts,
} from "./canary/model.ts";

// incident
export { POSSIBLE_EVENTS, STATUS_EDGES } from "./incident/edges.ts";
export type { IncidentPhase } from "./incident/edges.ts";
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
} from "./incident/events.ts";
export { IncidentManager } from "./incident/manager.ts";
export type { CreateIncident, IncidentCommand } from "./incident/commands.ts";
export type { IncidentPlanner } from "./incident/keeper.ts";
export type {
  CamelCase,
  Correlation,
  IncidentEvents,
  IncidentFilter,
  IncidentManagerOptions,
  ListedIncident,
} from "./incident/manager.ts";
export { MemoryIncidentStore } from "./incident/memory-store.ts";
export { alertKey, INCIDENT_ROLES, INCIDENT_STATUSES, LINK_KINDS, SEVERITIES } from "./incident/model.ts";
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
} from "./incident/model.ts";
export { chargeIncidents, violationsOf } from "./incident/charging.ts";
export type {
  Chargeable,
  ChargedBudget,
  ChargingOptions,
  ResolvedIncidents,
  ViolationsOptions,
} from "./incident/charging.ts";
export type { DurationFigures } from "./incident/figures.ts";
export type { MaybeTime, MeanTime, MeanTimeCalculating, MeanTimeFault, MeanTimeValue } from "./incident/mean-time.ts";
export { incidentMetrics } from "./incident/metrics.ts";
export type {
  IncidentFigures,
  IncidentGroup,
  IncidentMetrics,
  IncidentMetricsOptions,
  IncidentShare,
  MeasuredIncident,
} from "./incident/metrics.ts";
export { incidentDuration, isSloAffecting } from "./incident/questions.ts";
export type { Lasting } from "./incident/questions.ts";
export { fold as foldIncident, transition as transitionIncident } from "./incident/transition.ts";

// runbook
export type { ActionContext, ActionFunction } from "./runbook/action.ts";
export { approveByRules } from "./runbook/approval.ts";
export type { ApprovalAnswer, ApprovalRequest, Approver, ApproverRule } from "./runbook/approval.ts";
export type { RunContext } from "./runbook/call.ts";
export { OutputCapture } from "./runbook/capture.ts";
export type { CaptureOptions } from "./runbook/capture.ts";
export { applyRun } from "./runbook/checklist-run.ts";
export { checklistMarkdown } from "./runbook/checklist-markdown.ts";
export { checklistProgress } from "./runbook/checklist-progress.ts";
export type { ChecklistProgress } from "./runbook/checklist-progress.ts";
export { readChecklist } from "./runbook/checklist-read.ts";
export { checkItem, checklistOf, itemStatus, skipItem, uncheckItem } from "./runbook/checklist.ts";
export type { ChecklistItem, ChecklistMark, ChecklistStep, ItemStatus, RunbookChecklist } from "./runbook/checklist.ts";
export { describeCondition } from "./runbook/condition-words.ts";
export type { StepCondition, TextTest } from "./runbook/conditions.ts";
export { runbookOf } from "./runbook/definition.ts";
export type {
  ConditionDefinition,
  EitherSpelling,
  EscalationDefinition,
  MinutesText,
  OneOrMore,
  RunbookDefinition,
  RunbookFields,
  SecondsText,
  SnakeCase,
  StepDefinition,
  StepFields,
  TextTestDefinition,
} from "./runbook/definition-types.ts";
export { parseRunbook, parseRunbooks } from "./runbook/document.ts";
export type { RunbookInput, RunbookReadOptions } from "./runbook/document.ts";
export { fillCommand } from "./runbook/fill.ts";
export type { FilledCommand } from "./runbook/fill.ts";
export type { Filled, FillOptions } from "./runbook/fill-values.ts";
export { runbookMarkdown } from "./runbook/markdown.ts";
export { rundeckJob } from "./runbook/rundeck-job.ts";
export type { RundeckJob, RundeckJobOptions, RundeckJobWarning } from "./runbook/rundeck-job.ts";
export type {
  ApprovalAnswered,
  ApprovalRequested,
  CancelRequested,
  PlannedStep,
  RollbackBegan,
  RunEnded,
  RunEvent,
  RunIncident,
  RunOccurrence,
  RunRenewed,
  RunResumed,
  RunStarted,
  RunTelling,
  RunTold,
  StepEnded,
  StepSettled,
  StepStarted,
} from "./runbook/events.ts";
export { RunbookExecutor } from "./runbook/executor.ts";
export type { ListedRun, RunFilter } from "./runbook/executor.ts";
export type { RunbookEvents } from "./runbook/executor-events.ts";
export type { StartedRun } from "./runbook/active-runs.ts";
export type { RunbookExecutorOptions } from "./runbook/executor-options.ts";
export type {
  ActionStep,
  ApprovalRule,
  CommandStep,
  CommandTemplate,
  HttpStep,
  ManualStep,
  OnInterrupt,
  ParallelStep,
  RetryRule,
  Runbook,
  RunbookCommunication,
  RunbookEscalation,
  RunbookStep,
  RunbookTrigger,
  StepBase,
  WorkStep,
} from "./runbook/model.ts";
export type { RunSummary, WaitingStep } from "./runbook/record.ts";
export type { RegisteredRunbook } from "./runbook/registry.ts";
export { REDACTED, Redactor, secretNames } from "./runbook/redactor.ts";
export type { RedactionStream } from "./runbook/redactor.ts";
export { RUN_STATUSES, STEP_STATUSES } from "./runbook/run.ts";
export { describeRun } from "./runbook/run-words.ts";
export type {
  CapturedText,
  RunbookRun,
  RunStatus,
  RunStep,
  StepApproval,
  StepAttempt,
  StepStatus,
} from "./runbook/run.ts";
export type { RunIncidents } from "./runbook/timeline.ts";
export type { RunValues, StepValues } from "./runbook/values.ts";

// response: on-call and escalation
export { WEEKDAYS } from "./response/business-hours-fields.ts";
export type { Weekday } from "./response/business-hours-fields.ts";
export type { OpeningHours } from "./response/business-hours-week.ts";
export { BusinessHours } from "./response/business-hours.ts";
export type { BusinessHoursOptions, HoursStretch } from "./response/business-hours.ts";
export type { DueWork } from "./response/due-work.ts";
export { EscalationPlanner } from "./response/escalation-planner.ts";
export type { EscalationPlannerOptions } from "./response/escalation-planner.ts";
export { EscalationPolicy } from "./response/escalation-policy.ts";
export type {
  EscalationPolicyOptions,
  EscalationStep,
  EscalationTarget,
  TimedStep,
} from "./response/escalation-policy.ts";
export type { EscalationRule, EscalationSubject } from "./response/escalation-rules.ts";
export { EscalationWork } from "./response/escalation-work.ts";
export type { EscalationWorkOptions } from "./response/escalation-work.ts";
export { parseOnCallDocument } from "./response/on-call-document.ts";
export type { OnCallDocument } from "./response/on-call-document.ts";
export type { OnCallLayer } from "./response/on-call-layer.ts";
export type { OnCallOverride } from "./response/on-call-overrides.ts";
export { OnCallSchedule } from "./response/on-call.ts";
export type { OnCall, OnCallGap, OnCallScheduleOptions, OnCallShift } from "./response/on-call.ts";
export type { Handover } from "./response/rotation.ts";
// response: from alerts to incidents
export { alertOnBudgets } from "./response/budget-alerts.ts";
export type { AlertTaker, BudgetAlertOptions, BurningBudgets } from "./response/budget-alerts.ts";
export { readAlerts } from "./response/alerts-body.ts";
export { alertFingerprint } from "./response/alerts-fingerprint.ts";
export { ALERT_SOURCES } from "./response/alerts.ts";
export type { AlertGroup, AlertSource, ReceivedAlert } from "./response/alerts.ts";
export { AutomatedResponse } from "./response/automated-response.ts";
export type { AutomatedResponseOptions } from "./response/automated-response.ts";
export type { Commander, CommandSchedule } from "./response/commander.ts";
export type { AfterRunbook, ResponseRunbooks } from "./response/runbook-response.ts";
export type { IncidentOutcome, ReceivedOutcome } from "./response/automated-response-intake.ts";
export type { AlertAction } from "./response/correlation.ts";
export { ON_RESOLVED } from "./response/correlation-rules.ts";
export type { CorrelationTimes, OnResolved } from "./response/correlation-rules.ts";
export type { PlainAlert } from "./response/plain.ts";
export { parseAlertRoutes } from "./response/routing-document.ts";
export { AlertRoutes } from "./response/routing.ts";
export type { AlertRoute, LabelMatch } from "./response/routing.ts";
export type { RoutableAlert, RoutedAlert } from "./response/routing-asked.ts";
export type { FetchReader, FetchRequest, ReadBody } from "./response/webhook-body.ts";
export type { HmacOptions, WebhookOptions } from "./response/webhook-options.ts";
export type { WebhookRefusal, WebhookStats } from "./response/webhook-stats.ts";
export { WebhookEndpoint } from "./response/webhook.ts";
export type { WebhookAnswer, WebhookEndpointOptions, WebhookRequest } from "./response/webhook.ts";
// response: telling people
export { combinePlanners, NotificationPlan } from "./response/notify-plan.ts";
export type { NotificationPlanOptions } from "./response/notify-plan.ts";
export type { NotificationRule } from "./response/notify-plan-rules.ts";
export { NotificationOutbox } from "./response/outbox.ts";
export type { GivenUpNotification, NotificationOutboxOptions } from "./response/outbox.ts";
export { IncidentWorker } from "./response/worker.ts";
export type { IncidentWorkerOptions } from "./response/worker.ts";

// postmortem
export { ACTION_KINDS, ACTION_PRIORITIES, ACTION_STATUSES, actionItemFaults } from "./postmortem/action-items.ts";
export type {
  ActionItem,
  ActionKind,
  ActionPriority,
  ActionStatus,
  NewActionItem,
  SuggestedAction,
} from "./postmortem/action-items.ts";
export { draftPostmortem } from "./postmortem/draft.ts";
export { missingSections, postmortemFaults } from "./postmortem/faults.ts";
export type { Written } from "./postmortem/faults.ts";
export { PostmortemGenerator } from "./postmortem/generator.ts";
export type {
  GeneratePostmortemOptions,
  HistoryQuestion,
  PostmortemFiles,
  PostmortemGeneratorOptions,
  PostmortemIncidents,
  PostmortemRuns,
} from "./postmortem/generator.ts";
export { changePostmortemStatus, isPostmortemOverdue } from "./postmortem/life.ts";
export type { StatusCommand } from "./postmortem/life.ts";
export { POSTMORTEM_EDGES } from "./postmortem/life-edges.ts";
export { POSTMORTEM_STATUSES } from "./postmortem/model.ts";
export type {
  BudgetFigure,
  BudgetPoint,
  ExtraSection,
  MonitoringQuery,
  PicturePhase,
  Postmortem,
  PostmortemAlert,
  PostmortemBudget,
  PostmortemChange,
  PostmortemChart,
  PostmortemDetection,
  PostmortemImpact,
  PostmortemIncident,
  PostmortemRun,
  PostmortemSpans,
  PostmortemStatus,
  PostmortemStep,
  PostmortemSuggestions,
  PostmortemTimeline,
  PostmortemTimes,
  SliPoint,
  TimelineEntry,
} from "./postmortem/model.ts";
export { parsePostmortem } from "./postmortem/parse.ts";
export { PARTS as POSTMORTEM_PARTS } from "./postmortem/parts.ts";
export type { PartName } from "./postmortem/parts.ts";
export { postmortemSvg } from "./postmortem/picture.ts";
export type { PostmortemSvgOptions } from "./postmortem/picture.ts";
export { readPostmortem } from "./postmortem/read.ts";
export type { EditedPart, WrittenPostmortem } from "./postmortem/read.ts";
export { POSTMORTEM_FORMATS, renderPostmortem } from "./postmortem/render.ts";
export type { PostmortemFormat, RenderPostmortemOptions } from "./postmortem/render.ts";
export { SECTION_NAMES } from "./postmortem/sections.ts";
export type { SectionName } from "./postmortem/sections.ts";
export type {
  DueWithin,
  PostmortemFacts,
  PostmortemLinks,
  PostmortemSources,
  SloHistory,
  StandingLike,
} from "./postmortem/sources.ts";
export type { HtmlPartial } from "./postmortem/template-html.ts";
export { POSTMORTEM_TEMPLATES } from "./postmortem/templates.ts";
export type { PostmortemTemplates } from "./postmortem/templates.ts";

// availability
export type { Availability, AvailabilityInput } from "./availability/availability.ts";
export { AvailabilityCalculator } from "./availability/calculator.ts";
export type { Components } from "./availability/composition.ts";
export type { DowntimeAllowance, RemainingBudget } from "./availability/downtime.ts";
export type { PeriodConvention, PeriodInput } from "./availability/period.ts";

// capacity
export type { CapacityChart, ChartBandPoint, ChartCrossing, ChartPoint, ChartShift } from "./capacity/charts/model.ts";
export { capacitySvg } from "./capacity/charts/svg.ts";
export type { CapacitySvgOptions } from "./capacity/charts/svg.ts";
export type { CapacityExhaustion, CapacityLimit, ExhaustionMethod } from "./capacity/forecast/exhaustion.ts";
export { forecastSeries } from "./capacity/forecast/forecast.ts";
export type {
  BacktestReport,
  ForecastPoint,
  FoundShift,
  GrowthTrendOptions,
  KnownForecast,
  ModelScore,
  SeriesFacts,
  SeriesForecast,
  SeriesForecastOptions,
  UnknownForecast,
} from "./capacity/forecast/types.ts";
export { forecastValues } from "./capacity/forecast/values.ts";
export type { ModelForecast, ValuesForecast, ValuesForecastOptions } from "./capacity/forecast/values.ts";
export { growthTrend } from "./capacity/growth.ts";
export type { GrowthTrend, KnownTrend, UnknownTrend } from "./capacity/growth.ts";
export { readArtilleryReport } from "./capacity/load-tests/artillery.ts";
export { replicaCapacity } from "./capacity/load-tests/capacity.ts";
export type { ReplicaCapacity, ReplicaCapacityOptions } from "./capacity/load-tests/capacity.ts";
export { readK6Summary } from "./capacity/load-tests/k6.ts";
export type {
  LoadTestFigures,
  LoadTestLatency,
  LoadTestPeriod,
  LoadTestReadOptions,
  LoadTestResult,
} from "./capacity/load-tests/result.ts";
export type { LoadTestStep } from "./capacity/load-tests/steps.ts";
export { artilleryEnsure } from "./capacity/load-tests/thresholds-artillery.ts";
export type { ArtilleryEnsure } from "./capacity/load-tests/thresholds-artillery.ts";
export { k6Thresholds, k6ThresholdsScript } from "./capacity/load-tests/thresholds-k6.ts";
export type { K6Threshold, K6Thresholds, K6ThresholdsOptions } from "./capacity/load-tests/thresholds-k6.ts";
export type { SloLeft } from "./capacity/load-tests/thresholds.ts";
export { leastSquares } from "./capacity/math/least-squares.ts";
export type { LeastSquaresFit } from "./capacity/math/least-squares.ts";
export { fitLine, LineFit } from "./capacity/math/line.ts";
export type { Interval, LinePoints, LineSums } from "./capacity/math/line.ts";
export { predictLinear } from "./capacity/math/predict-linear.ts";
export type { PredictLinearOptions } from "./capacity/math/predict-linear.ts";
export type { Reach } from "./capacity/math/reach.ts";
export type { ResidualChecks } from "./capacity/math/residuals.ts";
export type { Numbers } from "./capacity/math/statistics.ts";
export { theilSen } from "./capacity/math/theil-sen.ts";
export type { RobustLine } from "./capacity/math/theil-sen.ts";
export { MODEL_NAMES as FORECAST_MODELS } from "./capacity/models/catalog.ts";
export type { ModelName as ForecastModelName } from "./capacity/models/catalog.ts";
export { CapacityPlanner } from "./capacity/planner.ts";
export type { CapacityPlannerOptions, CapacityQuestion, ScalingQuestion, ServiceGrowth } from "./capacity/planner.ts";
export { samplesFromCounts, SignalSampler } from "./capacity/sampler.ts";
export type { SampledSignals, SignalSamplerOptions } from "./capacity/sampler.ts";
export type { CapacityNeeds, MetricNeed } from "./capacity/scaling/needs.ts";
export type { MetricPlan, ServicePlan, ServingPlan } from "./capacity/scaling/plans.ts";
export { queueForecast } from "./capacity/scaling/queueing.ts";
export type { QueueForecast, QueueOptions } from "./capacity/scaling/queueing.ts";
export type { CapacityAddition, ForecastRisk, ScalingRecommendation } from "./capacity/scaling/recommendation.ts";
export { replicasFor } from "./capacity/scaling/replicas.ts";
export type { ReplicaNeed, ReplicaPlan } from "./capacity/scaling/replicas.ts";
export type { ServingAdvice } from "./capacity/scaling/serving.ts";
export type { Remark } from "./capacity/series/clean.ts";
export type { SeasonName } from "./capacity/series/examine.ts";
export type { StepStatistic } from "./capacity/series/grid.ts";
export type { CapacitySample, SeriesPoint } from "./capacity/series/samples.ts";

export type { TraceExample, TraceExampleOptions } from "./signals/examples.ts";
export type {
  ChaosDueTold,
  ChaosReasonTold,
  ChaosRunTold,
  ChaosScheduleTold,
  ChaosTold,
  KillSwitchTold,
} from "./logging/chaos-lines.ts";
export type { GateTold } from "./logging/gate-lines.ts";
export { LOGGED_EVENTS, logEvents } from "./logging/log-events.ts";
export type { LogEventsOptions } from "./logging/log-events.ts";
export { FIELD_NAMES as LOG_FIELD_NAMES } from "./logging/model.ts";
export type { FieldNames, LineWriter, LogLevel, LogValue } from "./logging/model.ts";
export type { EventSources, KillSwitchLike, Telling } from "./logging/sources.ts";
export type { ExampleTeller } from "./logging/traces.ts";
export { consoleLines, linesTo, pinoLines, winstonLines } from "./logging/writers.ts";
export type { ConsoleLike, LineOptions, PinoLike, WinstonLike } from "./logging/writers.ts";

// dashboard
export { SloDashboard } from "./dashboard/dashboard.ts";
export type { DashboardFeed, FeedReader, FeedSeat } from "./dashboard/feed/feed.ts";
export { grafanaDashboards } from "./dashboard/grafana/dashboards.ts";
export type { GrafanaDashboards } from "./dashboard/grafana/dashboards.ts";
export { grafanaConfigMap, grafanaDashboardFiles } from "./dashboard/grafana/files.ts";
export type { GrafanaConfigMapOptions } from "./dashboard/grafana/files.ts";
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
} from "./dashboard/grafana/model.ts";
export type { GrafanaDashboardOptions } from "./dashboard/grafana/options.ts";
export { checkLinks, logsUrl, traceUrl } from "./dashboard/links/links.ts";
export type {
  KibanaLogs,
  LogLinks,
  LogQuestion,
  LokiLogs,
  TelemetryLinks,
  TemplateLogs,
  TraceLinks,
} from "./dashboard/links/links.ts";
export { MARK_KINDS } from "./dashboard/model.ts";
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
} from "./dashboard/model.ts";
export type { SloDashboardOptions } from "./dashboard/options.ts";
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
} from "./dashboard/sources.ts";
export type { Deployment, DeploymentLog } from "./ports/deployments.ts";

// maturity
export { parseMaturityAnswers } from "./maturity/answers-document.ts";
export type { ParseMaturityAnswersOptions } from "./maturity/answers-document.ts";
export { assessMaturity } from "./maturity/assess.ts";
export type { MaturityQuestion } from "./maturity/assess.ts";
export type { MaturityProbe } from "./maturity/collect.ts";
export { MATURITY_CRITERIA } from "./maturity/criteria.ts";
export { MATURITY_AREAS, MATURITY_LEVELS } from "./maturity/levels.ts";
export { MaturityModel } from "./maturity/maturity-model.ts";
export type { MaturityCall, MaturityModelOptions } from "./maturity/maturity-model.ts";
export { MATURITY_ANSWERS, MATURITY_STATES } from "./maturity/model.ts";
export type {
  AreaStanding,
  CriterionStanding,
  LevelStanding,
  MaturityAnswer,
  MaturityAnswers,
  MaturityAnswerWord,
  MaturityCriterion,
  MaturityEvidence,
  MaturityFinding,
  MaturityHistory,
  MaturityLevel,
  MaturityRecord,
  MaturityRemark,
  MaturityReport,
  MaturityScore,
  MaturityState,
  MaturityStep,
  MaturityTrend,
} from "./maturity/model.ts";
export { maturityPage } from "./maturity/page.ts";
export type { MaturityPageOptions } from "./maturity/page.ts";
export type {
  AlertLike,
  CapacityLike,
  ChaosLike,
  GateLike,
  IncidentLike,
  IncidentsLike,
  MaturitySources,
  OnCallLike,
  PoliciesLike,
  PostmortemLike,
  RulesLike,
  RunbooksLike,
  RunLike,
  SignalsLike,
  SlosLike,
  StatusesLike,
  StepLike,
} from "./maturity/sources.ts";
export { maturityTable } from "./maturity/table.ts";

// adapters that need nothing
export { MemoryStateStore } from "./adapters/memory/index.ts";

// chaos
export { annotateRuns } from "./chaos/links/annotate.ts";
export type { AnnotateRunsOptions } from "./chaos/links/annotate.ts";
export { chaosMonkey } from "./chaos/schedule/chaos-monkey.ts";
export type { ChaosMonkeyOptions, MonkeyGroup } from "./chaos/schedule/chaos-monkey.ts";
export { ChaosExperiment } from "./chaos/experiment.ts";
export type { ChaosExperimentOptions, InjectionResult } from "./chaos/experiment.ts";
export {
  BandwidthExperiment,
  ConnectionCutExperiment,
  ErrorInjectionExperiment,
  NetworkLatencyExperiment,
} from "./chaos/experiments/fault-experiments.ts";
export type {
  BandwidthOptions,
  ConnectionCutOptions,
  ErrorInjectionOptions,
  FaultExperimentOptions,
  NetworkLatencyOptions,
} from "./chaos/experiments/fault-experiments.ts";
export { GameDay } from "./chaos/game-day/game-day.ts";
export type { GameDayAnswer, GameDayRunner, GameDayRunOptions } from "./chaos/game-day/game-day.ts";
export type {
  GameDayAction,
  GameDayEntry,
  GameDayNote,
  GameDayOptions,
  GameDayParticipant,
  GameDayResult,
  GameDayStatus,
  GameDaySummary,
} from "./chaos/game-day/model.ts";
export type { BudgetGuardOptions } from "./chaos/guard.ts";
export { incidentProbe, noteOnIncidents } from "./chaos/links/incident-link.ts";
export type { LinkedRunner, NoteOnIncidentsOptions } from "./chaos/links/incident-link.ts";
export type { OpenInjection } from "./chaos/journal.ts";
export { faultyFetch } from "./chaos/in-process/faulty-fetch.ts";
export type { AnyFetch, CallFaults } from "./chaos/in-process/faulty-fetch.ts";
export type { HeldRequest, HoldEnd } from "./chaos/in-process/holds.ts";
export { InProcessFaults } from "./chaos/in-process/in-process-faults.ts";
export type { FaultQuestion } from "./chaos/in-process/in-process-faults.ts";
export type { InProcessFaultsOptions, InProcessHost, InProcessRoute } from "./chaos/in-process/options.ts";
export { httpProbe } from "./chaos/http-probe.ts";
export type { HttpProbeOptions } from "./chaos/http-probe.ts";
export { KillSwitch } from "./chaos/kill-switch.ts";
export type { Pulled } from "./chaos/kill-switch.ts";
export { LITMUS_APP_KINDS, litmusChaosEngine } from "./chaos/litmus.ts";
export type { LitmusAppKind, LitmusOptions, LitmusPodDelete, LitmusPodNetworkLatency } from "./chaos/litmus.ts";
export { CHAOS_OUTCOMES } from "./chaos/model.ts";
export type {
  BlastRadius,
  ChaosMoment,
  ChaosOutcome,
  ChaosPhase,
  ChaosReason,
  ChaosReport,
  ChaosTarget,
  Injection,
  InjectionRecord,
  Json,
  Observation,
  ProbeResult,
} from "./chaos/model.ts";
export { PodKillerExperiment } from "./chaos/experiments/pod-killer.ts";
export type { PodKillerOptions } from "./chaos/experiments/pod-killer.ts";
export { CpuPressureExperiment, MemoryPressureExperiment } from "./chaos/experiments/pressure.ts";
export type {
  CpuPressureOptions,
  MemoryPressureOptions,
  PressureExperimentOptions,
} from "./chaos/experiments/pressure.ts";
export { probe, sloProbe } from "./chaos/probes.ts";
export type { Probe } from "./chaos/probes.ts";
export { chaosReportMarkdown } from "./chaos/report-markdown.ts";
export { ChaosRunner } from "./chaos/runner.ts";
export type { ChaosEvents, ChaosRunnerOptions, ChaosRunOptions, Recovered } from "./chaos/runner-options.ts";
export type {
  ChaosScheduleEntry,
  ChaosSchedulerEvents,
  FinishedRun,
  PlannedRun,
  SkippedRun,
} from "./chaos/schedule/schedule-entry.ts";
export { ChaosScheduler } from "./chaos/schedule/scheduler.ts";
export type { ChaosSchedulerOptions } from "./chaos/schedule/scheduler.ts";
export { undoOnSignals } from "./chaos/signals.ts";
export type { EndingSignal, SignalledProcess, UndoOnSignalsOptions } from "./chaos/signals.ts";
export { ClockSkewExperiment, SkewedClock } from "./chaos/experiments/skewed-clock.ts";
export type { ClockSkew, ClockSkewOptions } from "./chaos/experiments/skewed-clock.ts";
export type { ToldRunner } from "./chaos/links/striking.ts";
export type { ChaosTimetable, TimetableQuestion } from "./chaos/schedule/timetable.ts";
export type { ChaosAnnotator, ChaosMark, ChaosRegion } from "./ports/chaos-annotator.ts";
export { parseChaosToolkit } from "./chaos/toolkit/document.ts";
export { ToolkitExperiment } from "./chaos/toolkit/experiment.ts";
export type { ToolkitExperimentOptions } from "./chaos/toolkit/experiment.ts";
export type {
  ToolkitActivity,
  ToolkitDocument,
  ToolkitHttpProvider,
  ToolkitProcessProvider,
  ToolkitProvider,
  ToolkitTolerance,
} from "./chaos/toolkit/model.ts";
export type { ToolkitEnvironment } from "./chaos/toolkit/variables.ts";
export { chaosToolkitExperiment, writeChaosToolkit } from "./chaos/toolkit/write.ts";
export type { ToolkitHttpProbe, ToolkitStrike, ToolkitWriteOptions } from "./chaos/toolkit/write.ts";
export type { FaultKind, FaultPlane, FaultTarget, InjectableFault, PlacedFault } from "./ports/fault-plane.ts";
export type { Pod, PodCluster, PodRemoval, PodRemovalOptions } from "./ports/pod-cluster.ts";
export type { Pressure, PressureSource } from "./ports/pressure.ts";
