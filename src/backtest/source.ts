/** The past from whoever knows it: asked piece by piece, with progress told. */
import { soundTraits } from "../budget/ask.ts";
import { type Clock, systemClock } from "../core/time/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { formatDuration, MILLISECONDS } from "../core/time/duration.ts";
import { AdapterError, invalid, show, within } from "../core/errors.ts";
import { areCounts, type Measurement } from "../core/measurement.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { SliSource } from "../ports/sli-source.ts";
import type { Slo } from "../slo/model.ts";
import { soundSlo } from "../slo/sound.ts";
import { backtest, type BacktestOptions } from "./backtest.ts";
import {
  backtestCandidate,
  type CandidateChanges,
  checkVariations,
  pathOf,
  sliceMsOf,
  USUAL_LEAST_MS,
} from "./candidate.ts";
import { checkCandidates } from "./check-candidates.ts";
import type { SloBacktestReport, CountedSteps } from "./model.ts";
import { stepCount } from "./steps.ts";
import { checkKeptRatio } from "./suggest.ts";

/** What is asked, and of whom. */
export interface AskOptions {
  readonly source: SliSource<Slo>;
  /** Which past, in epoch milliseconds: a whole number of steps, 1,000,000 at most, and 400 days at most. */
  readonly range: TimeRange;
  /** Length of one step, in milliseconds; a minute, or one of the SLO's slices of time if that is longer, unless told. */
  readonly stepMs?: number | undefined;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each piece how many of all steps are there. */
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  /** How long the answer to one piece, of 1,440 steps, may take, in milliseconds; a minute unless told. */
  readonly timeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Changes to try, of the SLO itself or of another one. */
export interface CandidateVariation extends CandidateChanges {
  /** The SLO whose counts and alerts it has, where its indicator is another one, such as another latency threshold. */
  readonly slo?: Slo | undefined;
}

/** What is tried, and on what. */
export interface BacktestSloOptions extends AskOptions, BacktestOptions {
  /** What is tried beside the SLO as it is. */
  readonly variations?: readonly CandidateVariation[] | undefined;
  /** No look-back of an alert is shorter, in milliseconds; what the source can tell of unless told; two minutes, as in rules, of a source that says nothing of it. */
  readonly leastMs?: number | undefined;
}

const ASK_OPTIONS = ["source", "range", "stepMs", "signal", "onProgress", "timeoutMs", "clock"] as const;
/** A day of minutes: a range query of a Prometheus has 11,000 points at most, and progress is to be seen. */
const STEPS_AT_ONCE = 1_440;
const LONGEST_MS = 400 * MILLISECONDS.d;
const USUAL_TIMEOUT_MS = MILLISECONDS.m;

/**
 * What was counted for `slo` in each step of the range. Steps that the source did not watch are gaps. Rejects with the source's error,
 * a {@link TimeoutError}, the signal's reason, or a {@link ConfigurationError} if the range or an option cannot be used.
 */
export async function askSteps(given: Slo, options: AskOptions): Promise<CountedSteps> {
  const slo = soundSlo(given, ["slo"]);
  checkOptions(options, "askSteps", ASK_OPTIONS);
  const asking = checkedAsk([slo], options);
  return ask(slo, asking, (done) => options.onProgress?.(done, asking.length));
}

/**
 * Replays an SLO, and variations of it, over a past that `source` knows. Rejects as {@link askSteps} does.
 *
 * @example
 * ```ts
 * import { backtestSlo, backtestText, parseSloDocument, type SliSource, type Slo } from "nines";
 *
 * const [slo] = parseSloDocument({
 *   service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "7d" } } },
 * }).slos;
 * if (slo === undefined) throw new Error("no SLO");
 * // A PrometheusSource, say; this one has seen one request in two hundred fail.
 * const source: SliSource<Slo> = {
 *   measure: (_slo, ranges) => Promise.resolve(ranges.map(() => ({ good: 199, total: 200, coverage: 1 }))),
 * };
 * const report = await backtestSlo(slo, {
 *   source,
 *   range: { start: Date.UTC(2026, 4, 4), end: Date.UTC(2026, 4, 18) },
 *   variations: [{ objective: "99%" }],
 * });
 * const [now, looser] = report.candidates;
 * if (now?.tickets !== 1 || looser?.tickets !== 0) throw new Error(backtestText(report));
 * ```
 */
export async function backtestSlo(given: Slo, options: BacktestSloOptions): Promise<SloBacktestReport> {
  const slo = soundSlo(given, ["slo"]);
  checkOptions(options, "backtestSlo", [...ASK_OPTIONS, "variations", "leastMs", "keptRatio"]);
  const { source, keptRatio = 1, onProgress } = options;
  const variations = checkVariations(options.variations ?? []).map((variation, index) =>
    variation.slo === undefined
      ? variation
      : { ...variation, slo: soundSlo(variation.slo, ["variations", index, "slo"]) },
  );
  // What cannot be tried or asked is refused before anybody works for minutes.
  checkKeptRatio(keptRatio);
  const changed: readonly CandidateVariation[] = [{}, ...variations];
  const slos = [...new Set(changed.map((variation) => variation.slo ?? slo))];
  const asking = checkedAsk(slos, options);
  const { length } = asking;
  const tried = changed.map(({ slo: own = slo, ...changes }, index) => {
    const { unit, resolutionMs = USUAL_LEAST_MS } = soundTraits(source, own) ?? {};
    const leastMs = options.leastMs ?? resolutionMs;
    const settings = { leastMs, ...(unit === undefined ? {} : { unit }) };
    return { slo: own, candidate: within(pathOf(index), () => backtestCandidate(own, changes, settings)) };
  });
  const candidates = tried.map((one) => one.candidate);
  checkCandidates(candidates, asking.stepMs);
  const counted = new Map<Slo, CountedSteps>();
  for (const one of slos) {
    const before = counted.size * length;
    counted.set(one, await ask(one, asking, (done) => onProgress?.(before + done, slos.length * length)));
  }
  const data = new Map(tried.map((one) => [one.candidate.name, counted.get(one.slo) as CountedSteps]));
  return backtest(candidates, data, { keptRatio });
}

/** What is asked, without gaps. */
interface Asking extends AskOptions {
  readonly stepMs: number;
  readonly length: number;
}

function checkedAsk(slos: readonly Slo[], options: AskOptions): Asking {
  const { source, range, clock, timeoutMs = USUAL_TIMEOUT_MS } = options;
  const given: unknown = source;
  checkMethods(given ?? null, "source", ["measure"]);
  checkOptions(range, "a range", ["start", "end"], ["range"]);
  checkMethods(clock, "clock", ["now", "monotonic", "schedule"]);
  if (!(timeoutMs > 0 && timeoutMs < Infinity)) throw invalid("timeoutMs", `${show(timeoutMs)} is not a time limit`);
  const stepMs = options.stepMs ?? Math.max(MILLISECONDS.m, ...slos.map(sliceMsOf));
  const length = stepCount(range, stepMs, ["range"]);
  if (range.end - range.start > LONGEST_MS) throw invalid(["range", "end"], "is more than 400 days after the start");
  const cut = slos.find((slo) => sliceMsOf(slo) > 0 && stepMs % sliceMsOf(slo) !== 0);
  if (cut === undefined) return { ...options, stepMs, length };
  const [step, slices] = [formatDuration(stepMs), `the slices of ${formatDuration(sliceMsOf(cut))}`];
  throw invalid("stepMs", `steps of ${step} would cut ${slices} that ${cut.id} counts; take a whole number of these`);
}

async function ask(slo: Slo, asking: Asking, tell: (done: number) => void): Promise<CountedSteps> {
  const { source, range, stepMs, length, signal, timeoutMs = USUAL_TIMEOUT_MS, clock = systemClock } = asking;
  const { start } = range;
  const [good, total] = [new Float64Array(length), new Float64Array(length)];
  for (let first = 0; first < length; first += STEPS_AT_ONCE) {
    const ranges = Array.from({ length: Math.min(STEPS_AT_ONCE, length - first) }, (_, index) => ({
      start: start + (first + index) * stepMs,
      end: start + (first + index + 1) * stepMs,
    }));
    const measured = await withDeadline((abort) => source.measure(slo, ranges, { signal: abort }), {
      clock,
      timeoutMs,
      signal,
      operation: `to measure ${slo.id}`,
      keepAlive: true,
    });
    const answers: unknown = measured;
    if (!Array.isArray(answers) || answers.length !== ranges.length) {
      throw wrong(`it gave ${show(answers)} as answers to ${String(ranges.length)} ranges`);
    }
    for (let index = 0; index < ranges.length; index += 1) {
      const counts = readAnswer(measured[index]);
      good[first + index] = counts.good;
      total[first + index] = counts.total;
    }
    tell(first + ranges.length);
  }
  return { start, stepMs, good, total };
}

function readAnswer(answer: Measurement | null | undefined): { readonly good: number; readonly total: number } {
  const { good, total, coverage } = answer ?? { good: Number.NaN, total: Number.NaN, coverage: 1 };
  if (coverage === 0 && total === 0) return { good: Number.NaN, total: Number.NaN };
  if (areCounts({ good, total })) return { good, total };
  throw wrong(`it gave good ${show(good)} of total ${show(total)}, which are no counts`);
}

function wrong(message: string): AdapterError {
  return new AdapterError(message, { adapter: "sli-source", operation: "measure", retryable: false });
}
