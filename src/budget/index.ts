/**
 * Error budgets: how much is spent, how fast, and how long the rest lasts.
 *
 * @packageDocumentation
 */
export type { BudgetEvents, BurnChange, ExhaustionChange } from "./alerting.ts";
export type { SloStanding } from "./book.ts";
export type { BudgetLedger } from "./ledger.ts";
export { assessBudget } from "./assess.ts";
export type { BudgetMeasurements, BudgetMeasurementsInput, PeriodShare } from "./assess.ts";
export type { BudgetSubjectInput } from "./subject.ts";
export type { CountedHistory, CountedPoint } from "./history.ts";
export type { EventCounts } from "./counted-events.ts";
export type { Exclusion } from "./exclusions.ts";
export { ErrorBudgetManager } from "./manager.ts";
export type { ErrorBudgetOptions, HaltOptions } from "./manager-options.ts";
export type { BudgetQuestions } from "./questions.ts";
export type { BudgetState } from "./state.ts";
export type {
  BudgetStatus,
  BudgetStatusBase,
  BudgetSubject,
  BurnRate,
  Exhaustion,
  MeasuredBudget,
  UnmeasuredBudget,
} from "./status.ts";
export type { SloTier } from "./slo-tiers.ts";
export { burnTiersFor } from "./tiers.ts";
export type { BurnTier } from "./tiers.ts";
export type { Violation } from "./violations.ts";
