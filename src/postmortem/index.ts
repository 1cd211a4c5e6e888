/**
 * Postmortems: drafted from what is known, written by people, read back.
 *
 * @packageDocumentation
 */
export { ACTION_ITEM_KINDS, ACTION_ITEM_PRIORITIES, ACTION_ITEM_STATUSES, actionItemFaults } from "./action-items.ts";
export type {
  ActionItem,
  ActionKind,
  ActionPriority,
  ActionStatus,
  NewActionItem,
  SuggestedAction,
} from "./action-items.ts";
export { draftPostmortem } from "./draft.ts";
export { missingSections, postmortemFaults } from "./faults.ts";
export type { PostmortemContent } from "./faults.ts";
export { PostmortemGenerator } from "./generator.ts";
export type {
  GeneratePostmortemOptions,
  HistoryQuestion,
  PostmortemFiles,
  PostmortemGeneratorOptions,
  PostmortemIncidents,
  PostmortemRuns,
} from "./generator.ts";
export { changePostmortemStatus, isPostmortemOverdue } from "./life.ts";
export type { StatusCommand } from "./life.ts";
export { POSTMORTEM_EDGES } from "./life-edges.ts";
export { POSTMORTEM_STATUSES } from "./model.ts";
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
} from "./model.ts";
export { parsePostmortem } from "./read/parse.ts";
export { PARTS as POSTMORTEM_PARTS } from "./parts.ts";
export type { PartName } from "./parts.ts";
export { postmortemSvg } from "./picture/picture.ts";
export type { PostmortemSvgOptions } from "./picture/picture.ts";
export { readPostmortem } from "./read/read.ts";
export type { EditedPart, WrittenPostmortem } from "./read/read.ts";
export { POSTMORTEM_FORMATS, renderPostmortem } from "./render.ts";
export type { PostmortemFormat, RenderPostmortemOptions } from "./render.ts";
export { POSTMORTEM_SECTION_NAMES } from "./sections.ts";
export type { SectionName } from "./sections.ts";
export type {
  DueWithin,
  PostmortemFacts,
  PostmortemLinks,
  PostmortemSources,
  SloHistory,
  StandingLike,
} from "./sources.ts";
export type { HtmlPartial } from "./templates/template-html.ts";
export { POSTMORTEM_TEMPLATES } from "./templates/templates.ts";
export type { PostmortemTemplates } from "./templates/templates.ts";
