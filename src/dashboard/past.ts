/** How SLOs went: asked of whoever counts, for those that need attention most, and kept until there is something new in it. */
import { askAll } from "../budget/ask.ts";
import { type Exclusion, Exclusions } from "../budget/exclusions.ts";
import type { Clock } from "../core/time/clock.ts";
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { SliAnswer, SliSource } from "../ports/sli-source.ts";
import type { Slo } from "../slo/model.ts";

import type { DashboardSteps } from "./model.ts";
import { finestMs, type PastRow, rowsOf } from "./past-rows.ts";
import { Recent } from "./recent.ts";
import { figure } from "./texts.ts";

/** Digits of a count; sources extrapolate. */
const DIGITS = 7;
const MOST_KEPT = 300;

/** An SLO, what its window means now, and the time that does not count. */
export interface PastQuestion {
  readonly slo: Slo;
  readonly range: TimeRange;
  readonly exclusions: readonly Exclusion[];
}

interface Kept {
  readonly at: number;
  readonly start: number;
  readonly freshMs: number;
  readonly excluded: string;
  readonly steps: readonly DashboardSteps[];
}

/** A row, and the steps of it that are only counted in part. */
interface Planned {
  readonly row: PastRow;
  readonly pieces: ReadonlyMap<number, readonly TimeRange[]>;
}

/** What could be told of the pasts. */
export interface ToldPasts {
  /** By id of the SLO. What was told before is there as long as nothing newer could be. */
  readonly pasts: ReadonlyMap<string, readonly DashboardSteps[]>;
  readonly failures: readonly Error[];
}

/** Keeps the past of SLOs. */
export class Pasts {
  readonly #source: SliSource<Slo>;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #kept = new Recent<Kept>(MOST_KEPT);

  constructor(source: SliSource<Slo>, options: { readonly clock: Clock; readonly timeoutMs: number }) {
    this.#source = source;
    this.#clock = options.clock;
    this.#timeoutMs = options.timeoutMs;
  }

  /** The past of each. Rejects only if the signal aborts. */
  async of(questions: readonly PastQuestion[], at: number, signal?: AbortSignal): Promise<ToldPasts> {
    const stale = questions.filter((question) => this.#isStale(question, at));
    const planned = stale.map((question) => ({ question, rows: plannedOf(question, at) }));
    const asked = planned.flatMap(({ question: { slo }, rows }) =>
      rows.flatMap(({ row, pieces }) => [
        { subject: slo, ranges: row.ranges },
        { subject: slo, ranges: [...pieces.values()].flat() },
      ]),
    );
    const some = asked.filter(({ ranges }) => ranges.length > 0);
    const answers = await askAll(some, {
      source: this.#source,
      clock: this.#clock,
      timeoutMs: this.#timeoutMs,
      keepAlive: true,
      ...(signal === undefined ? {} : { signal }),
    });
    const answerTo = new Map(some.map((question, index) => [question, answers[index] as SliAnswer]));
    const failures: Error[] = [];
    let place = 0;
    for (const { question, rows } of planned) {
      const told = rows.map((one) => ({
        ...one,
        whole: answerTo.get(asked[place++] as (typeof asked)[number]) ?? NOTHING,
        parts: answerTo.get(asked[place++] as (typeof asked)[number]) ?? NOTHING,
      }));
      const failed = told.flatMap(({ whole, parts }) =>
        [whole, parts].flatMap((one) => ("error" in one ? [one.error] : [])),
      );
      failures.push(...failed);
      if (failed.length === 0) this.#keep(question, at, told.map(stepsOf));
    }
    const pasts = new Map(
      questions.flatMap(({ slo }) => {
        const kept = this.#kept.get(slo.id);
        return kept === undefined ? [] : [[slo.id, kept.steps] as const];
      }),
    );
    return { pasts, failures };
  }

  #keep({ slo, range, exclusions }: PastQuestion, at: number, steps: readonly DashboardSteps[]): void {
    const freshMs = finestMs(range);
    this.#kept.set(slo.id, { at, start: range.start, freshMs, excluded: keyOf(exclusions), steps });
  }

  #isStale({ slo, range, exclusions }: PastQuestion, at: number): boolean {
    const kept = this.#kept.get(slo.id);
    if (kept === undefined || at < kept.at || at - kept.at >= kept.freshMs) return true;
    // A new calendar period, another window, or time that does not count any more.
    return Math.abs(range.start - kept.start) > kept.freshMs || keyOf(exclusions) !== kept.excluded;
  }
}

const NOTHING: SliAnswer = { measurements: [] };

function keyOf(exclusions: readonly Exclusion[]): string {
  return JSON.stringify(exclusions.map(({ start, end }) => [start, end]));
}

/** The rows of an SLO. Steps that lie in excluded time are asked about again, in those pieces that count. */
function plannedOf({ range, exclusions }: PastQuestion, at: number): readonly Planned[] {
  const excluded = new Exclusions();
  for (const exclusion of exclusions) excluded.add(exclusion);
  return rowsOf(range, at).map((row) => {
    const pieces = new Map<number, readonly TimeRange[]>();
    if (exclusions.length === 0) return { row, pieces };
    row.ranges.forEach((step, index) => {
      const counted = excluded.subtractFrom(step);
      const [only] = counted;
      const isWhole = counted.length === 1 && only?.start === step.start && only.end === step.end;
      if (!isWhole) pieces.set(index, counted);
    });
    return { row, pieces };
  });
}

function stepsOf({
  row: { start, stepMs, ranges },
  pieces,
  whole,
  parts,
}: Planned & { readonly whole: SliAnswer; readonly parts: SliAnswer }): DashboardSteps {
  const told = measurementsOf(whole);
  const inParts = measurementsOf(parts).values();
  const counts = ranges.map((_, index) => {
    const counted = pieces.get(index);
    if (counted === undefined) return countOf(told[index]);
    // What is excluded is neither good nor bad; a step of nothing else has nothing.
    const each = counted.map(() => countOf(inParts.next().value));
    return each.reduce((sum, one) => added(sum, one), { bad: 0, total: 0 });
  });
  return {
    start: Math.round(start),
    stepMs,
    bad: counts.map((one) => figure(one?.bad, DIGITS) ?? null),
    total: counts.map((one) => figure(one?.total, DIGITS) ?? null),
  };
}

interface Count {
  readonly bad: number;
  readonly total: number;
}

function countOf(measurement: Measurement | undefined): Count | undefined {
  if (measurement === undefined || measurement.coverage <= 0) return undefined;
  return { bad: measurement.total - measurement.good, total: measurement.total };
}

function added(sum: Count | undefined, one: Count | undefined): Count | undefined {
  return sum === undefined || one === undefined ? undefined : { bad: sum.bad + one.bad, total: sum.total + one.total };
}

function measurementsOf(answer: SliAnswer): readonly Measurement[] {
  return "measurements" in answer ? answer.measurements : [];
}
