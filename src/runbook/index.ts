/**
 * Runbooks: read, run, resumed, and shown to people.
 *
 * @packageDocumentation
 */
export type { ActionContext, ActionFunction } from "./action.ts";
export { approveByRules } from "./approval.ts";
export type { ApprovalAnswer, ApprovalRequest, Approver, ApproverRule } from "./approval.ts";
export type { RunContext } from "./call.ts";
export { OutputCapture } from "./capture.ts";
export type { CaptureOptions } from "./capture.ts";
export { applyRun } from "./checklist-run.ts";
export { checklistMarkdown } from "./checklist-markdown.ts";
export { checklistProgress } from "./checklist-progress.ts";
export type { ChecklistProgress } from "./checklist-progress.ts";
export { readChecklist } from "./checklist-read.ts";
export { checkItem, checklistOf, itemStatus, skipItem, uncheckItem } from "./checklist.ts";
export type { ChecklistItem, ChecklistMark, ChecklistStep, ItemStatus, RunbookChecklist } from "./checklist.ts";
export { describeCondition } from "./condition-words.ts";
export type { StepCondition, TextTest } from "./conditions.ts";
export { runbookOf } from "./definition.ts";
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
} from "./definition-types.ts";
export { parseRunbook, parseRunbooks } from "./document.ts";
export type { RunbookInput, RunbookReadOptions } from "./document.ts";
export { fillCommand } from "./fill.ts";
export type { FilledCommand } from "./fill.ts";
export type { Filled, FillOptions } from "./fill-values.ts";
export { runbookMarkdown } from "./markdown.ts";
export { rundeckJob } from "./rundeck-job.ts";
export type { RundeckJob, RundeckJobOptions, RundeckJobWarning } from "./rundeck-job.ts";
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
export { RunbookExecutor } from "./executor.ts";
export type { ListedRun, RunFilter } from "./executor.ts";
export type { RunbookEvents } from "./executor-events.ts";
export type { StartedRun } from "./active-runs.ts";
export type { RunbookExecutorOptions } from "./executor-options.ts";
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
export type { RegisteredRunbook } from "./registry.ts";
export { REDACTED, Redactor, secretNames } from "./redactor.ts";
export type { RedactionStream } from "./redactor.ts";
export { RUN_STATUSES, STEP_STATUSES } from "./run.ts";
export { describeRun } from "./run-words.ts";
export type { CapturedText, RunbookRun, RunStatus, RunStep, StepApproval, StepAttempt, StepStatus } from "./run.ts";
export type { RunIncidents } from "./timeline.ts";
export type { RunValues, StepValues } from "./values.ts";
