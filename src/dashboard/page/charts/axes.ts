/** The time axis of charts that belong together. */
import type { DashboardMark, DashboardSlo } from "../../model.ts";
import { budgetSpec } from "./budget-spec.ts";
import { axisEnd, projectionOf } from "./burn-down.ts";
import { errorSpec } from "./error-spec.ts";
import { TIMES, type GroupInput } from "./group.ts";
import { latencySpec } from "./latency-spec.ts";
import { marksOn } from "./marks.ts";
import type { ChartSpec } from "./spec.ts";
import { stepsWithin } from "./steps.ts";
import { firstView, type Axis } from "./view.ts";

const MINUTE = 60_000;
/** Steps that are in sight at least. */
const LEAST_STEPS = 4;
/** Where no steps are known: such a part of all. */
const LEAST_PART = 1 / 1_000;

/** All charts of an SLO, from its window's beginning to as far as something is expected. */
export function sloGroup({
  slo,
  marks,
  at,
}: {
  readonly slo: DashboardSlo;
  readonly marks: readonly DashboardMark[];
  readonly at: number;
}): GroupInput {
  const { start, end } = slo.range;
  const until = Math.max(axisEnd(slo, at, projectionOf(slo, at)), start + MINUTE);
  const latency = latencySpec(slo);
  const specs = [budgetSpec(slo, at, until), errorSpec(slo, at), ...(latency === undefined ? [] : [latency])];
  const finest = Math.min(...(slo.past ?? []).map(({ stepMs }) => stepMs));
  const least = Number.isFinite(finest) ? finest * LEAST_STEPS : (until - start) * LEAST_PART;
  const axis: Axis = {
    ...{ from: start, until, at },
    window: [start, end > at ? end : at],
    leastMs: Math.max(MINUTE, least),
  };
  const watched = stepsWithin(slo.past ?? [], start, at).find(({ counts }) => counts !== undefined);
  return { axis, specs, marks: marksOn(marks, [start, until], at, TIMES), view: firstView(axis, watched?.from) };
}

/** From the first to the last time that is told. */
export function axisOf(specs: readonly ChartSpec[], at: number): Axis {
  const from = Math.min(...specs.map(({ times }) => times[0] ?? at));
  const last = Math.max(...specs.map(({ times }) => times.at(-1) ?? at));
  const until = last > from ? last : from + MINUTE;
  return { from, until, at, leastMs: (until - from) / 100 };
}
