/**
 * Availability: nines, downtime, composition, mean times.
 *
 * @packageDocumentation
 */
export type { Availability, AvailabilityInput } from "./availability.ts";
export { AvailabilityCalculator } from "./calculator.ts";
export type { AvailabilityComponents } from "./composition.ts";
export type { DowntimeAllowance, RemainingBudget } from "./downtime.ts";
export type { PeriodConvention, PeriodInput } from "./period.ts";
