/** What budgets tell, as lines. */
import type { BudgetEvents, BurnChange, ExhaustionChange } from "../budget/alerting.ts";
import type { BudgetStatus } from "../budget/status.ts";
import { formatDuration } from "../core/time/duration.ts";

import type { LineRules, LogFields, LogLevel, Told } from "./model.ts";

/** A line for each event of budgets. */
export const BUDGET_LINES: LineRules<BudgetEvents> = {
  burnStarted: {
    event: "burn_started",
    told: (change) => burn(change, "warn", "burns its error budget", burning(change)),
  },
  burnCleared: {
    event: "burn_cleared",
    told: (change) => burn(change, "info", "does not burn its error budget any more", cleared(change)),
  },
  exhausted: { event: "budget_exhausted", told: (change) => spent(change, "warn", "has no error budget left") },
  recovered: { event: "budget_recovered", told: (change) => spent(change, "info", "has an error budget again") },
};

/** `shop/availability` and `shop`. */
export function sloFields(id: string): { readonly slo: string; readonly service?: string } {
  const slash = id.indexOf("/");
  return slash > 0 ? { service: id.slice(0, slash), slo: id } : { slo: id };
}

function burning({ tier, long }: BurnChange): string {
  return long.rate === undefined
    ? ""
    : `: ${pace(long.rate)} times as fast as it may, over ${formatDuration(tier.longMs)}`;
}

/** The look-back that ended it: mostly the short one, while the long one still has the time before. */
function cleared({ tier, long, short }: BurnChange): string {
  const isLong = (short.rate ?? 0) > tier.factor;
  const [rate, lookBackMs] = isLong ? [long.rate, tier.longMs] : [short.rate, tier.shortMs];
  if (rate === undefined) return "";
  return `: ${pace(rate)} times as fast as it may, over ${formatDuration(lookBackMs)} (it was above ${String(tier.factor)})`;
}

function pace(rate: number): string {
  return rate === 0 ? "0" : rate.toPrecision(3);
}

function burn({ id, at, tier, long, short, status }: BurnChange, level: LogLevel, says: string, how: string): Told {
  const [longText, shortText] = [formatDuration(tier.longMs), formatDuration(tier.shortMs)];
  const fields = {
    ...sloFields(id),
    severity: tier.severity,
    burn_rate: figure(long.rate),
    burn_rate_short: figure(short.rate),
    burn_threshold: tier.factor,
    window: longText,
    window_short: shortText,
    ...budgetFields(status),
  };
  return { level, message: `${id} ${says}${how}`, at, fields, trace: hint(id, level) };
}

function spent({ id, at, status }: ExhaustionChange, level: LogLevel, says: string): Told {
  const fields = { ...sloFields(id), ...budgetFields(status) };
  return { level, message: `${id} ${says}`, at, fields, trace: hint(id, level) };
}

function budgetFields(status: BudgetStatus): LogFields {
  if (status.state !== "measured") return { state: status.state };
  const { state, verdict, consumedRatio, remainingRatio, bad, total } = status;
  return { state, verdict, consumed_ratio: figure(consumedRatio), remaining_ratio: figure(remainingRatio), bad, total };
}

/** Six digits: enough to ask for, and to read. */
function figure(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toPrecision(6));
}

/** Good news has no bad request. */
function hint(id: string, level: LogLevel): Told["trace"] {
  return level === "info" ? undefined : { slos: [id] };
}
