/**
 * Runbooks: read, run, resumed, and shown to people.
 *
 * @packageDocumentation
 */
export type { ActionContext, ActionFunction } from "./action.ts";
export { approveByRules } from "./engine/approval.ts";
export type { ApprovalAnswer, ApprovalRequest, RunbookApprover, ApproverRule } from "./engine/approval.ts";
export type { RunContext } from "./executor/call.ts";
export { OutputCapture } from "./performing/capture.ts";
export type { CaptureOptions } from "./performing/capture.ts";
export { applyRun } from "./checklist/run.ts";
export { checklistMarkdown } from "./checklist/markdown.ts";
export { checklistProgress } from "./checklist/progress.ts";
export type { ChecklistProgress } from "./checklist/progress.ts";
export { readChecklist } from "./checklist/read.ts";
export { checkItem, checklistOf, itemStatus, skipItem, uncheckItem } from "./checklist/checklist.ts";
export type {
  ChecklistItem,
  ChecklistMark,
  ChecklistStep,
  ItemStatus,
  RunbookChecklist,
} from "./checklist/checklist.ts";
export { describeCondition } from "./conditions/words.ts";
export type { StepCondition, TextTest } from "./conditions/conditions.ts";
export { runbookOf } from "./definition/definition.ts";
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
} from "./definition/types.ts";
export { parseRunbook, parseRunbooks } from "./definition/document.ts";
export type { RunbookInput, RunbookReadOptions } from "./definition/document.ts";
export { fillCommand } from "./fill/fill.ts";
export type { FilledCommand } from "./fill/fill.ts";
export type { FillResult, FillOptions } from "./place-values.ts";
export { runbookMarkdown } from "./markdown/markdown.ts";
export { rundeckJob } from "./rundeck/job.ts";
export type { RundeckJob, RundeckJobOptions, RundeckJobWarning } from "./rundeck/job.ts";
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
} from "./events.ts";
export { RunbookExecutor } from "./executor/executor.ts";
export type { ListedRun, RunFilter } from "./executor/executor.ts";
export type { RunbookEvents } from "./executor/events.ts";
export type { StartedRun } from "./executor/active-runs.ts";
export type { RunbookExecutorOptions } from "./executor/options.ts";
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
} from "./model.ts";
export type { RunSummary, WaitingStep } from "./record.ts";
export type { RegisteredRunbook } from "./executor/registry.ts";
export { REDACTED, Redactor, secretNames } from "./redact/redactor.ts";
export type { RedactionStream } from "./redact/redactor.ts";
export { RUN_STATUSES, STEP_STATUSES } from "./run.ts";
export { describeRun } from "./run-words.ts";
export type { CapturedText, RunbookRun, RunStatus, RunStep, StepApproval, StepAttempt, StepStatus } from "./run.ts";
export type { RunIncidents } from "./executor/timeline.ts";
export type { RunValues, StepValues } from "./values.ts";
