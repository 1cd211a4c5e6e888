/** A forecast in one sentence. */
import type { Exhaustion } from "../budget/status.ts";
import { durationText } from "../core/time/duration-text.ts";
import { percentText } from "../core/figures.ts";
import type { ExhaustionTime, TrendExhaustion } from "./model.ts";

/** What a sentence is made of. */
export interface ForecastWords {
  readonly byTrend: TrendExhaustion;
  readonly atPresentPace: Exhaustion;
  /** How far is looked, in milliseconds. */
  readonly horizonMs: number;
  /** Whether that is where the period ends. */
  readonly toPeriodEnd: boolean;
}

/** `runs out in 3 d 4 h (between 1 d 22 h and never in the next 30 d) by trend; in 2 d at the present pace`. */
export function forecastText({ byTrend, atPresentPace, horizonMs, toPeriodEnd }: ForecastWords): string {
  if (byTrend.kind === "exhausted") return "is spent";
  const stretch = toPeriodEnd
    ? `the ${durationText(horizonMs)} to the end of the period`
    : `the next ${durationText(horizonMs)}`;
  return `${trendText(byTrend, stretch)}; ${paceText(atPresentPace)}`;
}

function trendText(byTrend: Exclude<TrendExhaustion, { kind: "exhausted" }>, stretch: string): string {
  if (byTrend.kind === "unknown") return `nobody can tell when it runs out by trend: ${byTrend.reason}`;
  const { expected, earliest, latest, probability } = byTrend;
  if (expected.kind === "never") {
    const lasts = `lasts for ${stretch} by trend`;
    if (earliest.kind === "in") return `${lasts}, or runs out in ${momentText(earliest, stretch)} at the earliest`;
    return probability === 0 ? lasts : `${lasts}, but for a chance of ${percentText(probability)}`;
  }
  const interval = `between ${momentText(earliest, stretch)} and ${momentText(latest, stretch)}`;
  return `runs out in ${momentText(expected, stretch)} (${interval}) by trend`;
}

function momentText(moment: ExhaustionTime, stretch: string): string {
  return moment.kind === "never" ? `never in ${stretch}` : durationText(moment.durationMs);
}

function paceText(pace: Exhaustion): string {
  switch (pace.kind) {
    case "in":
      return `in ${durationText(pace.durationMs)} at the present pace`;
    case "never":
      return "it lasts at the present pace";
    case "exhausted":
      return "it is spent";
    case "unknown":
      return "there is no present pace to tell it from";
  }
}
