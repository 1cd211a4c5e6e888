/** Replays candidates over the past, and puts what came of them side by side. */
import { invalid } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { durationFigures } from "../incident/figures.ts";
import { lengthOf, union } from "./alerts.ts";
import { checkCandidateList, checkCandidates } from "./check-candidates.ts";
import { courseOf } from "./course.ts";
import { historiesOf, type TierHistory } from "./episodes.ts";
import { findFaults } from "./faults.ts";
import type {
  SloBacktestReport,
  ByCandidate,
  BacktestCandidate,
  CandidateReport,
  CountedSteps,
  TierReport,
} from "./model.ts";
import { RunningSums } from "./running-sums.ts";
import { checkKeptRatio, suggestionOf } from "./suggest.ts";
import { toldFaults, worthAPage } from "./told.ts";

/** How a backtest is judged. */
export interface BacktestOptions {
  /** Share of the whole windows in which a suggested objective has to have been kept, above 0 and up to 1; all of them unless told. */
  readonly keptRatio?: number | undefined;
}

/**
 * Replays each candidate over what was counted: its alerts mean what the rules mean that `generateRules` makes of them, judged at
 * the end of each step, and its budget what `assessBudget` means. Where the indicators differ (latency thresholds, say), the
 * counts are a map by the candidates' names.
 *
 * What was before the past, and what nobody watched, counts as nothing: an alert resolves when nothing is in its short look-back any
 * more, as it does in Prometheus, and in the first hours and days alerts look back on less than their length.
 *
 * @throws {@link ConfigurationError} naming the candidate, the count or the option that cannot be used
 *
 * @example
 * ```ts
 * import { backtest, backtestCandidate, parseSloDocument } from "nines";
 *
 * const { slos } = parseSloDocument({
 *   service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } },
 * });
 * const total = Array.from({ length: 1_440 }, () => 100);
 * // Ten minutes in which everything failed, at noon.
 * const good = total.map((all, minute) => (minute >= 720 && minute < 730 ? 0 : all));
 * const { candidates } = backtest(
 *   slos.map((slo) => backtestCandidate(slo)),
 *   { start: Date.UTC(2026, 4, 4), stepMs: 60_000, good, total },
 * );
 * const [first] = candidates[0]?.episodes ?? [];
 * if (first?.tier !== "page_fast" || first.detectionMs !== 60_000) throw new Error("paged after a minute");
 * ```
 */
export function backtest(
  candidates: readonly BacktestCandidate[],
  data: CountedSteps | ByCandidate,
  options: BacktestOptions = {},
): SloBacktestReport {
  checkOptions(options, "backtest", ["keptRatio"]);
  const keptRatio = checkKeptRatio(options.keptRatio ?? 1);
  checkCandidateList(candidates);
  const sumsOf = sumsByCandidate(candidates, data);
  const { range, stepMs } = sumsOf("");
  checkCandidates(candidates, stepMs);
  return {
    range,
    stepMs,
    candidates: candidates.map((candidate) => reportOf(candidate, sumsOf(candidate.name), keptRatio)),
  };
}

function reportOf(candidate: BacktestCandidate, sums: RunningSums, keptRatio: number): CandidateReport {
  const { name, subject, minimumFailures } = candidate;
  const course = courseOf(sums, subject);
  const histories = historiesOf(sums, candidate, course);
  const found = findFaults(sums, { subject, minimumFailures, costOfFailure: course.costOfFailure });
  const faults = toldFaults(sums, found, histories);
  const ofSeverity = (
    severity: string,
  ): { readonly count: number; readonly lengthMs: number; readonly first: number | undefined } => {
    const runs = union(histories.filter(({ tier }) => tier.severity === severity).flatMap((one) => one.runs));
    return { count: runs.length, lengthMs: lengthOf(runs) * sums.stepMs, first: runs[0]?.from };
  };
  const [page, ticket] = [ofSeverity("page"), ofSeverity("ticket")];
  const total = sums.total[sums.length] as number;
  const good = total - (sums.bad[sums.length] as number);
  const episodes = histories.flatMap((history) => history.episodes);
  return {
    name,
    subject,
    range: sums.range,
    judgedFrom: course.judgedFrom,
    coverage: sums.watched / sums.length,
    good,
    total,
    sliRatio: total === 0 ? undefined : good / total,
    leastRemaining: course.leastRemaining,
    lastRemaining: course.lastRemaining,
    exhaustedMs: course.exhaustedSteps * sums.stepMs,
    pages: page.count,
    pagingMs: page.lengthMs,
    tickets: ticket.count,
    ticketMs: ticket.lengthMs,
    consumedAtFirstPage: page.first === undefined ? undefined : course.consumed[page.first - 1],
    tiers: histories.map((history) => tierReport(history, sums.stepMs)),
    episodes: episodes.sort((one, other) => one.start - other.start),
    faults,
    missed: faults.filter(({ cost, detectedBy }) => detectedBy === undefined && cost > worthAPage(candidate.tiers))
      .length,
    suggestion: suggestionOf(sums, { ...subject, keptRatio }),
  };
}

function tierReport({ tier, runs, episodes }: TierHistory, stepMs: number): TierReport {
  const noisy = episodes.filter(({ isNoise }) => isNoise).length;
  const median = (field: "detectionMs" | "resetMs"): number | undefined => {
    const known = episodes.map((episode) => episode[field]).filter((durationMs) => durationMs !== undefined);
    return durationFigures(known)?.medianMs;
  };
  return {
    tier,
    episodes: episodes.length,
    firingMs: lengthOf(runs) * stepMs,
    noisy,
    isNoise: noisy > episodes.length / 2,
    medianDetectionMs: median("detectionMs"),
    medianResetMs: median("resetMs"),
  };
}

/** The sums of each candidate by its name; of counts that several share they are made once. */
function sumsByCandidate(
  candidates: readonly BacktestCandidate[],
  data: CountedSteps | ByCandidate,
): (name: string) => RunningSums {
  if (!(data instanceof Map)) {
    const sums = new RunningSums(data as CountedSteps);
    return () => sums;
  }
  const made = new Map<CountedSteps, RunningSums>();
  const byName = new Map<string, RunningSums>();
  let first: RunningSums | undefined;
  for (const { name } of candidates) {
    const steps = (data as ByCandidate).get(name);
    if (steps === undefined)
      throw invalid(["data", name], `has no counts; there has to be an entry for each candidate`);
    const sums = made.get(steps) ?? new RunningSums(steps, ["data", name]);
    made.set(steps, sums);
    byName.set(name, sums);
    first ??= sums;
    const isSame = sums.range.start === first.range.start && sums.range.end === first.range.end;
    if (!isSame || sums.stepMs !== first.stepMs) {
      throw invalid(
        ["data", name],
        "has other steps than the first candidate's counts; all have to be of the same past",
      );
    }
  }
  return (name) => byName.get(name) ?? (first as RunningSums);
}
