/**
 * What other objectives and tiers would have told of the past.
 *
 * @packageDocumentation
 */
export { backtest } from "./backtest.ts";
export type { BacktestOptions } from "./backtest.ts";
export { backtestCandidate, candidatesOf } from "./candidate.ts";
export type { CandidateChanges, CandidateSettings } from "./candidate.ts";
export type {
  AlertEpisode,
  ByCandidate,
  BacktestCandidate,
  CandidateReport,
  CountedSteps,
  BacktestFault,
  ObjectiveSuggestion,
  SloBacktestReport,
  TierReport,
} from "./model.ts";
export { askSteps, backtestSlo } from "./source.ts";
export type { AskOptions, BacktestSloOptions, CandidateVariation } from "./source.ts";
export { stepsOf } from "./steps.ts";
export type { StepOptions } from "./steps.ts";
export { suggestObjective } from "./suggest.ts";
export type { SuggestOptions } from "./suggest.ts";
export { backtestText } from "./text.ts";
