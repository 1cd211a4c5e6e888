/** What to do about a metric: how much to add until when, and what it costs if the forecast is wrong. */
import { durationText } from "../../core/time/duration-text.ts";
import { percentText } from "../../core/figures.ts";
import { dateIn } from "../../core/time/time-text.ts";
import { valueText } from "../charts/units.ts";
import { type CapacityLimit, type CapacityExhaustion, percentOf } from "../forecast/exhaustion.ts";
import type { ForecastPoint, KnownForecast } from "../forecast/types.ts";
import type { SeriesPoint } from "../series/samples.ts";
import type { MetricNeed } from "./needs.ts";
import { isShare, type MetricPlan, type ServicePlan } from "./plans.ts";
import { type ServingAdvice, servingAdvice } from "./serving.ts";

/** How much there has to be more of. */
export interface CapacityAddition {
  /** In the metric's unit; of a share (`ratio`, `%`) the share of what there is now, such as 0.25 for a quarter more. */
  readonly amount: number;
  /** Whether `amount` is a share of what there is now. */
  readonly relative: boolean;
  /** The limit that follows; the same as before where what there is grows under it. */
  readonly newLimit: number;
  /** Replicas in place of those of now, where they share it. */
  readonly replicas: number | undefined;
}

/** What it costs if the forecast is wrong. */
export interface ForecastRisk {
  /** How wrong the model usually was in the backtest, in the metric's unit; undefined where nothing could be judged. */
  readonly typicalError: number | undefined;
  /** What of the addition stands idle at the peak if the mean comes true, in the unit of the addition. */
  readonly idle: number;
  /** What is missing at the peak if nothing is added and the worse end of the interval comes true. */
  readonly missing: number;
  /** What stands idle, in money a month; undefined without a cost. */
  readonly idleCostPerMonth: number | undefined;
}

/** Advice about one metric of a service. */
export interface ScalingRecommendation {
  readonly service: string;
  readonly metric: string;
  /** `now`: reached. `soon`: possible before more can be had. `planned`: possible within the headroom. */
  readonly urgency: "now" | "soon" | "planned" | "none" | "unknown";
  /** One sentence for people. */
  readonly summary: string;
  readonly headroomDays: number;
  readonly confidence: number;
  readonly limit: CapacityLimit | undefined;
  readonly exhaustion: CapacityExhaustion | undefined;
  /** The worst step within the headroom. */
  readonly peak: ForecastPoint | undefined;
  /** Undefined where nothing has to be added. */
  readonly add: CapacityAddition | undefined;
  readonly risk: ForecastRisk | undefined;
  /** Of the metric that has the requests a second, where the service says how it serves. */
  readonly serving: ServingAdvice | undefined;
  /** What to know before acting on it. */
  readonly warnings: readonly string[];
}

const DAY = 86_400_000;
const USUAL_LEAD_DAYS = 14;
/** Samples that end longer ago are not those of now. */
const STALE_MS = DAY;

/** Advice for a metric by its need; undefined where it has neither a limit nor requests to serve. */
export function recommendation(
  service: string,
  { metrics = {}, serving, leadDays = USUAL_LEAD_DAYS }: ServicePlan,
  need: MetricNeed,
  asked: { readonly at: number; readonly daysAhead: number; readonly confidence: number },
): ScalingRecommendation | undefined {
  const plan = metrics[need.metric] ?? {};
  const serves = serving !== undefined && need.metric === (serving.metric ?? "requestRate");
  // What the replicas of now carry is raised by more of them, and that is told in replicas.
  const carried = serves && plan.limit === undefined;
  const { metric, forecast, limit, exhaustion, peak } = need;
  if (limit === undefined) return undefined;
  const common = {
    service,
    metric,
    headroomDays: asked.daysAhead,
    confidence: asked.confidence,
    limit,
    exhaustion,
    peak,
  };
  if (forecast.state === "unknown" || peak === undefined) {
    const reason = forecast.state === "unknown" ? forecast.reason : "there is no forecast";
    return {
      ...common,
      urgency: "unknown",
      summary: `${metric}: unknown, since ${reason}.`,
      add: undefined,
      risk: undefined,
      serving: undefined,
      warnings: [],
    };
  }
  const known = { metric, unit: need.unit, forecast, limit };
  const add = carried ? undefined : additionOf(need, plan, limit, peak, serving?.current);
  const advice = serves ? servingAdvice(serving, peak) : undefined;
  const start = forecast.points[0]?.at ?? asked.at;
  const urgency = urgencyOf(exhaustion, { at: start, leadDays, wanting: add !== undefined || (advice?.more ?? 0) > 0 });
  return {
    ...common,
    urgency,
    summary: summaryOf({ ...common, add, serving: advice }, { unit: need.unit, start, carried }),
    add,
    risk: carried ? undefined : riskOf(known, plan, peak, add),
    serving: advice,
    warnings: [...warningsOf(known, plan, peak, asked.at), ...(advice?.warnings ?? [])],
  };
}

/** A metric of which there is a forecast, and its limit. */
interface Known {
  readonly metric: string;
  readonly unit: string | undefined;
  readonly forecast: KnownForecast;
  readonly limit: CapacityLimit;
}

/** What is needed at `value` beyond what there is: a share of it, or an amount. */
function lacking(value: number, limit: CapacityLimit, unit: string | undefined): number {
  const over = limit.side === "below" ? limit.value - value : value - limit.value;
  return Math.max(0, over / (usedAt(limit, unit) ?? 1));
}

/**
 * The share that is used at the limit, of a share: it shrinks as the whole grows. Of one that is free it is the rest. Undefined of
 * what is no share, or none between nothing and all.
 */
function usedAt({ value, side }: CapacityLimit, unit: string | undefined): number | undefined {
  if (!isShare(unit)) return undefined;
  const used = side === "below" ? (unit === "ratio" ? 1 : 100) - value : value;
  return used > 0 && value > 0 ? used : undefined;
}

function additionOf(
  { unit }: MetricNeed,
  { sharedByReplicas = false }: MetricPlan,
  limit: CapacityLimit,
  peak: ForecastPoint,
  current: number | undefined,
): CapacityAddition | undefined {
  const amount = lacking(limit.side === "below" ? peak.lower : peak.upper, limit, unit);
  if (!(amount > 0)) return undefined;
  const relative = usedAt(limit, unit) !== undefined;
  const replicas =
    relative && sharedByReplicas && current !== undefined ? Math.ceil(current * (1 + amount) * (1 - 1e-12)) : undefined;
  return {
    amount,
    relative,
    newLimit: relative || limit.side === "below" ? limit.value : limit.value + amount,
    replicas,
  };
}

function riskOf(
  { forecast, unit, limit }: Known,
  { costPerUnit }: MetricPlan,
  peak: ForecastPoint,
  add: CapacityAddition | undefined,
): ForecastRisk {
  const idle = add === undefined ? 0 : add.amount - lacking(peak.mean, limit, unit);
  return {
    typicalError: forecast.backtest.meanAbsoluteError,
    idle,
    missing: add?.amount ?? 0,
    idleCostPerMonth: costPerUnit === undefined ? undefined : idle * costPerUnit,
  };
}

function urgencyOf(
  exhaustion: CapacityExhaustion | undefined,
  { at, leadDays, wanting }: { readonly at: number; readonly leadDays: number; readonly wanting: boolean },
): ScalingRecommendation["urgency"] {
  if (exhaustion?.state === "reached") return "now";
  const possible = exhaustion?.state === "between" || exhaustion?.state === "from";
  if (exhaustion?.state === "unknown" && !wanting) return "unknown";
  if (possible && exhaustion.earliest <= at + leadDays * DAY) return "soon";
  return wanting ? "planned" : "none";
}

type Told = Pick<ScalingRecommendation, "metric" | "exhaustion" | "add" | "serving" | "confidence" | "headroomDays"> & {
  readonly limit: CapacityLimit;
};

function summaryOf(
  { metric, limit, exhaustion, add, serving, confidence, headroomDays }: Told,
  { unit, start, carried }: { readonly unit: string | undefined; readonly start: number; readonly carried: boolean },
): string {
  const parts: string[] = [];
  const headroom = `${String(headroomDays)} ${headroomDays === 1 ? "day" : "days"}`;
  if (exhaustion !== undefined) {
    const what = carried
      ? `what the replicas of now are planned to carry, ${valueText(limit.value, unit ?? "requests/s")},`
      : `the limit of ${valueText(limit.value, unit)}`;
    parts.push(`${metric}: ${what} is ${reachText(exhaustion)}`);
    const until = `(until ${dateIn("UTC", start + headroomDays * DAY)}) at ${percentOf(confidence)}`;
    if (add !== undefined) parts.push(`add ${additionText(add, limit, unit)} for ${headroom} of headroom ${until}`);
    else if (!carried && exhaustion.state !== "unknown") parts.push(`nothing has to be added for ${headroom} ${until}`);
  }
  if (serving !== undefined) parts.push(parts.length === 0 ? `${metric}: ${serving.text}` : serving.text);
  return `${parts.join("; ")}.`;
}

function reachText({ state, text }: CapacityExhaustion): string {
  if (state === "unknown") return `reached nobody knows when (${text.replace(/^unknown: /, "")})`;
  if (state === "never" || state === "not_within") return text.replace(/^(never|not)/, "$1 reached");
  return state === "reached" ? text : `reached ${text}`;
}

function additionText(
  { amount, relative, newLimit, replicas }: CapacityAddition,
  { side }: CapacityLimit,
  unit: string | undefined,
): string {
  if (!relative)
    return side === "below" ? valueText(amount, unit) : `${valueText(amount, unit)} (to ${valueText(newLimit, unit)})`;
  const more = `${percentText(amount)} of what there is`;
  return replicas === undefined ? more : `${more}, to ${String(replicas)} replicas in all,`;
}

function warningsOf(
  { forecast, metric, unit, limit }: Known,
  { floor = -Infinity, cap = Infinity }: MetricPlan,
  peak: ForecastPoint,
  now: number,
): readonly string[] {
  const warnings: string[] = [];
  if (peak.upper >= cap)
    warnings.push(
      `the interval reaches ${valueText(cap, unit)}, the most that ${metric} can be: more than told may be needed`,
    );
  if (isWrongUnit(limit.value, forecast.history, unit))
    warnings.push(
      `the limit, ${String(limit.value)}, and the values do not go together as ${String(unit)}: a ratio is from 0 to 1, and % from 0 to 100`,
    );
  if (limit.side === "below" && peak.lower <= floor)
    warnings.push(
      `the interval reaches ${valueText(floor, unit)}, the least that ${metric} can be: more than told may be needed`,
    );
  for (const { code, text } of forecast.remarks) if (code === "saturated") warnings.push(text);
  const seen = forecast.history.length * forecast.stepMs;
  const staleMs = now - (forecast.points[0]?.at ?? now);
  if (staleMs > Math.max(STALE_MS, 3 * forecast.stepMs)) warnings.push(`the samples end ${durationText(staleMs)} ago`);
  const ahead = forecast.points.length * forecast.stepMs;
  if (ahead > seen) warnings.push(`${durationText(ahead)} ahead are judged by ${durationText(seen)} of history`);
  if (forecast.backtest.origins === 0) warnings.push("the history is too short to try the model on it");
  return warnings;
}

/** A share above 1, or a percentage whose limit is below 1 with values far above it. */
function isWrongUnit(limit: number, history: readonly SeriesPoint[], unit: string | undefined): boolean {
  let highest = -Infinity;
  for (const { value } of history) if (value > highest) highest = value;
  if (unit === "ratio") return limit > 2 || highest > 10;
  return unit === "%" && limit <= 1 && highest > 10;
}
