/** What has to be measured to tell how a budget stands, with exclusions taken out. */
import { instantText } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import type { Measurement } from "../core/measurement.ts";
import { rangeAt, type TimeRange, type Window } from "../core/time/window.ts";
import type { BudgetMeasurements, PeriodShare } from "./assess.ts";
import type { Exclusions } from "./exclusions.ts";

/** A list of stretches to measure, and how the answers become one budget's measurements. */
export interface BudgetQuestions {
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  /** What the window means then; a calendar period's end may lie ahead. */
  readonly range: TimeRange;
  /** Stretches of the past, to be answered in this order. */
  readonly ranges: readonly TimeRange[];
  /** Puts the answers together; one for each of `ranges`. */
  readonly fold: (answers: readonly Measurement[]) => BudgetMeasurements;
}

/** What to ask about `window` and the look-backs (milliseconds) before `at`; the ranges reach `beyondMs` further. */
export function budgetQuestions(
  window: Window,
  lookBackMs: readonly number[],
  exclusions: Exclusions,
  at: number,
  beyondMs = 0,
): BudgetQuestions {
  const whole = rangeAt(window, at);
  const past = { start: whole.start, end: at };
  const asked = [whole.start, ...lookBackMs.map((windowMs) => at - windowMs)].map((start) => ({
    start,
    end: at + beyondMs,
  }));
  const pieces = asked.map((range) => exclusions.subtractFrom(range));
  const ahead = exclusions.subtractFrom({ start: at, end: whole.end });
  const passedMs = lengthOf(exclusions.subtractFrom(past));
  const period: PeriodShare = { passedMs, wholeMs: passedMs + lengthOf(ahead) };
  const all = pieces.flat();
  return {
    at,
    range: whole,
    ranges: all,
    fold(answers) {
      const given: unknown = answers;
      if (!Array.isArray(given)) throw invalid("answers", `${show(given)} is no list of measurements`);
      if (answers.length !== all.length) {
        throw invalid(
          "answers",
          `${String(answers.length)} came for ${String(all.length)} ranges; one for each is needed`,
        );
      }
      for (let index = 0; index < all.length; index += 1) {
        const answer: unknown = answers[index];
        if (typeof answer !== "object" || answer === null)
          throw invalid(["answers", index], `${show(answer)} is not a measurement; write { good, total, coverage }`);
      }
      let next = 0;
      const folded = pieces.map((ranges) => {
        const mine = answers.slice(next, next + ranges.length);
        next += ranges.length;
        return sum(ranges, mine);
      });
      const lookBacks = lookBackMs.map((windowMs, index) => ({
        windowMs,
        measurement: folded[index + 1] as Measurement,
      }));
      return { window: folded[0] as Measurement, lookBacks, period };
    },
  };
}

/** @throws {@link ConfigurationError} if answers to `questions` are to tell how it stood at another instant */
export function checkInstant({ at: asked }: BudgetQuestions, at: number): void {
  if (at === asked) return;
  const [given, of] = [at, asked].map(instantText);
  throw invalid("at", `${String(given)} is not when the questions are of, ${String(of)}; leave it out`);
}

function lengthOf(ranges: readonly TimeRange[]): number {
  return ranges.reduce((length, { start, end }) => length + Math.max(0, end - start), 0);
}

function sum(ranges: readonly TimeRange[], answers: readonly Measurement[]): Measurement {
  const [only] = answers;
  if (answers.length === 1 && only !== undefined) return only;
  let [good, total, watched] = [0, 0, 0];
  answers.forEach((answer, index) => {
    const range = ranges[index] as TimeRange;
    good += answer.good;
    total += answer.total;
    watched += answer.coverage * (range.end - range.start);
  });
  const length = lengthOf(ranges);
  const until = answers.at(-1)?.until;
  const coverage = length === 0 ? 0 : Math.min(1, watched / length);
  return { good, total, coverage, ...(until === undefined ? {} : { until }) };
}
