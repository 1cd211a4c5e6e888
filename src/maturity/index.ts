/**
 * How far a team has come in reliability, and the next step.
 *
 * @packageDocumentation
 */
export { parseMaturityAnswers } from "./answers-document.ts";
export type { ParseMaturityAnswersOptions } from "./answers-document.ts";
export { assessMaturity } from "./assess.ts";
export type { MaturityQuestion } from "./assess.ts";
export type { MaturityProbe } from "./collect.ts";
export { MATURITY_CRITERIA } from "./criteria.ts";
export { MATURITY_AREAS, MATURITY_LEVELS } from "./levels.ts";
export { MaturityModel } from "./maturity-model.ts";
export type { MaturityCall, MaturityModelOptions } from "./maturity-model.ts";
export { MATURITY_ANSWERS, MATURITY_STATES } from "./model.ts";
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
} from "./model.ts";
export { maturityPage } from "./page.ts";
export type { MaturityPageOptions } from "./page.ts";
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
} from "./sources.ts";
export { maturityTable } from "./table.ts";
