/** How SLOs went: asked of whoever counts, for those that need attention most, and kept until there is something new in it. */
import { askAll } from "../budget/ask.ts";
import type { Clock } from "../core/clock.ts";
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/window.ts";
import type { SliAnswer, SliSource } from "../ports/sli-source.ts";
import type { Slo } from "../slo/model.ts";

import type { DashboardSteps } from "./model.ts";
import { figure } from "./texts.ts";

/** Steps through the window, and finer ones over its last part. */
const COARSE_STEPS = 120;
const FINE_STEPS = 72;
/** The finer ones are that part of the window. */
const FINE_SHARE = 1 / 120;
/** Nothing is finer. */
const FINEST_MS = 1_000;
/** Digits of a count; sources extrapolate. */
const DIGITS = 7;

/** An SLO, and what its window means now. */
export interface PastQuestion {
  readonly slo: Slo;
  readonly range: TimeRange;
}

interface Kept {
  readonly at: number;
  readonly start: number;
  readonly freshMs: number;
  readonly steps: readonly DashboardSteps[];
}

/** Keeps the past of SLOs. */
export class Pasts {
  readonly #source: SliSource<Slo>;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #kept = new Map<string, Kept>();

  constructor(source: SliSource<Slo>, options: { readonly clock: Clock; readonly timeoutMs: number }) {
    this.#source = source;
    this.#clock = options.clock;
    this.#timeoutMs = options.timeoutMs;
  }

  /** The past of each, by id; of those that could not be told there is none, and why not is in `failures`. */
  async of(
    questions: readonly PastQuestion[],
    at: number,
    signal?: AbortSignal,
  ): Promise<{ readonly pasts: ReadonlyMap<string, readonly DashboardSteps[]>; readonly failures: readonly Error[] }> {
    const stale = questions.filter((question) => this.#isStale(question, at));
    const planned = stale.map(({ slo, range }) => ({ slo, range, rows: rowsOf(range, at) }));
    const asked = planned.flatMap(({ slo, rows }) => rows.map((row) => ({ subject: slo, ranges: row.ranges })));
    const answers = await askAll(asked, {
      source: this.#source,
      clock: this.#clock,
      timeoutMs: this.#timeoutMs,
      keepAlive: true,
      ...(signal === undefined ? {} : { signal }),
    });
    const failures: Error[] = [];
    let place = 0;
    for (const { slo, range, rows } of planned) {
      const told = rows.map((row) => ({ row, answer: answers[place++] as SliAnswer }));
      const failed = told.flatMap(({ answer }) => ("error" in answer ? [answer.error] : []));
      failures.push(...failed);
      if (failed.length > 0) continue;
      const steps = told.map(({ row, answer }) => stepsOf(row, "measurements" in answer ? answer.measurements : []));
      const freshMs = Math.max(FINEST_MS, rows.at(-1)?.stepMs ?? 0);
      this.#kept.set(slo.id, { at, start: range.start, freshMs, steps });
    }
    const pasts = new Map(
      questions.flatMap(({ slo }) => {
        const kept = this.#kept.get(slo.id);
        return kept === undefined ? [] : [[slo.id, kept.steps] as const];
      }),
    );
    return { pasts, failures };
  }

  #isStale({ slo, range }: PastQuestion, at: number): boolean {
    const kept = this.#kept.get(slo.id);
    if (kept === undefined || at < kept.at || at - kept.at >= kept.freshMs) return true;
    // A new calendar period, or another window.
    return Math.abs(range.start - kept.start) > kept.freshMs;
  }
}

interface Row {
  readonly start: number;
  readonly stepMs: number;
  readonly ranges: readonly TimeRange[];
}

/** Coarse steps up to the last part of the window, and finer ones from there to now; to the millisecond they begin where it begins. */
function rowsOf({ start, end }: TimeRange, at: number): readonly Row[] {
  const fineMs = Math.max(FINEST_MS, Math.round(((end - start) * FINE_SHARE) / FINE_STEPS));
  const fine = Math.max(1, Math.min(FINE_STEPS, Math.floor((at - start) / fineMs)));
  const fineFrom = at - fine * fineMs;
  const coarse = Math.min(COARSE_STEPS, Math.floor((fineFrom - start) / fineMs));
  const coarseMs = coarse < 1 ? fineMs : Math.round((fineFrom - start) / coarse);
  return [rowOf(fineFrom - coarse * coarseMs, coarseMs, Math.max(0, coarse)), rowOf(fineFrom, fineMs, fine)].filter(
    ({ ranges }) => ranges.length > 0,
  );
}

function rowOf(start: number, stepMs: number, count: number): Row {
  const ranges = Array.from({ length: count }, (_, index) => ({
    start: start + index * stepMs,
    end: start + (index + 1) * stepMs,
  }));
  return { start, stepMs, ranges };
}

function stepsOf({ start, stepMs }: Row, measurements: readonly Measurement[]): DashboardSteps {
  const counts = measurements.map(({ good, total, coverage }) =>
    coverage > 0 ? { bad: total - good, total } : undefined,
  );
  return {
    start: Math.round(start),
    stepMs,
    bad: counts.map((one) => figure(one?.bad, DIGITS) ?? null),
    total: counts.map((one) => figure(one?.total, DIGITS) ?? null),
  };
}
