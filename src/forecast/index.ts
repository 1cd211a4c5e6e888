/**
 * When an error budget will be spent.
 *
 * @packageDocumentation
 */
export { forecastBudget } from "./forecast.ts";
export type { BudgetForecast, ForecastInput, ForecastOptions, ExhaustionTime, TrendExhaustion } from "./model.ts";
export { forecastSlo } from "./slo.ts";
export type { SloForecastOptions } from "./slo.ts";
