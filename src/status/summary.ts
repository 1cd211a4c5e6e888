/** A service in one line: what a person asks for first. */
import { paceOf } from "../budget/assess.ts";
import type { MeasuredBudget } from "../budget/status.ts";
import { durationText } from "../core/time/duration-text.ts";
import { minutesText, percentText, plain } from "../core/figures.ts";

import type { SloStatus, SloVerdict, StatusSummary } from "./model.ts";

/** The percentile of the latency, if somebody knows it, and what it is of. */
export interface LatencyReading {
  readonly p95LatencyMs: number | undefined;
  readonly latencyWindowMs: number;
}

interface Measured {
  readonly status: SloStatus;
  readonly budget: MeasuredBudget;
}

/** Puts the figures of a service's SLOs together; `verdict` is the service's. */
export function summarise(slos: readonly SloStatus[], verdict: SloVerdict, latency: LatencyReading): StatusSummary {
  const measured = slos.flatMap((status): Measured[] =>
    status.budget.state === "measured" ? [{ status, budget: status.budget }] : [],
  );
  const scarcest = least(measured);
  const availability =
    least(measured.filter(({ status }) => status.slo.kind === "availability")) ??
    least(measured.filter(({ status }) => status.slo.kind === "error_rate"));
  const rates = slos.flatMap(({ budget }) => paceOf(budget.burnRates, budget.range)?.rate ?? []);
  const figures = {
    verdict,
    availabilityRatio: availability?.budget.sliRatio,
    ...latency,
    remainingMinutes: scarcest?.budget.remainingMinutes,
    remainingRatio: scarcest?.budget.remainingRatio,
    burnRate: rates.length === 0 ? undefined : Math.max(...rates),
  };
  return { ...figures, text: textOf(figures) };
}

/** The one with the smallest share of its budget left. */
function least(measured: readonly Measured[]): Measured | undefined {
  return measured.reduce<Measured | undefined>(
    (worst, one) => (worst === undefined || one.budget.remainingRatio < worst.budget.remainingRatio ? one : worst),
    undefined,
  );
}

function textOf(figures: Omit<StatusSummary, "text">): string {
  const { verdict, availabilityRatio, p95LatencyMs, remainingMinutes, remainingRatio, burnRate } = figures;
  const parts: string[] = [verdict];
  if (availabilityRatio !== undefined) parts.push(`availability ${percentText(availabilityRatio)}`);
  if (p95LatencyMs !== undefined) parts.push(`p95 ${latencyText(p95LatencyMs)}`);
  if (remainingMinutes !== undefined && remainingRatio !== undefined) {
    const left = remainingMinutes < 0 ? "overspent by" : "budget left";
    parts.push(`${left} ${minutesText(Math.abs(remainingMinutes))} min (${percentText(remainingRatio)})`);
  }
  if (burnRate !== undefined) parts.push(`burn rate ${plain(burnRate, burnRate < 10 ? 2 : 1)}`);
  return parts.join(", ");
}

function latencyText(latencyMs: number): string {
  return latencyMs < 1_000 ? `${plain(latencyMs, latencyMs < 10 ? 1 : 0)} ms` : durationText(latencyMs);
}
