import type { BacktestCandidate, CandidateReport, CountedSteps } from "../../src/backtest/model.ts";
import { backtest } from "../../src/backtest/backtest.ts";
import { backtestCandidate, type CandidateChanges, type CandidateSettings } from "../../src/backtest/candidate.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Monday. */
export const START = Date.UTC(2026, 4, 4);

/** An SLO of these fields. */
export function sloOf(fields: Readonly<Record<string, unknown>>, name = "availability"): Slo {
  const [slo] = parseSloDocument({
    service_level_objectives: { shop: { [name]: fields } },
  } as unknown as SloDocumentInput).slos;
  if (slo === undefined) throw new Error("no SLO");
  return slo;
}

export function candidateOf(
  target: string,
  window: unknown,
  changes: CandidateChanges = {},
  settings: CandidateSettings = {},
): BacktestCandidate {
  return backtestCandidate(sloOf({ target, measurement_window: window }), changes, settings);
}

/** Steps of so many events each; `bad` tells how many of them fail in a step. */
export function steady(
  steps: number,
  {
    each = 100,
    stepMs = MINUTE,
    start = START,
    bad = () => 0,
  }: {
    each?: number;
    stepMs?: number;
    start?: number;
    bad?: (step: number) => number;
  } = {},
): CountedSteps {
  const total = new Array<number>(steps).fill(each);
  return { start, stepMs, total, good: total.map((all, step) => all - bad(step)) };
}

/** All that come within `[from, until)` fail. */
export function outage(from: number, until: number, each = 100): (step: number) => number {
  return (step) => (step >= from && step < until ? each : 0);
}

/** The same with a gap: steps that nobody watched. */
export function withGap(steps: CountedSteps, from: number, until: number): CountedSteps {
  const masked = (values: ArrayLike<number>): number[] =>
    Array.from(values, (value, step) => (step >= from && step < until ? Number.NaN : value));
  return { ...steps, good: masked(steps.good), total: masked(steps.total) };
}

export function only(candidate: BacktestCandidate, data: CountedSteps): CandidateReport {
  const [report] = backtest([candidate], data).candidates;
  if (report === undefined) throw new Error("no report");
  return report;
}
