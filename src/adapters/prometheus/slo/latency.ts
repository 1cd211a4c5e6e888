/** Percentiles of latencies, of the histograms behind SLOs. */
import { formatDuration } from "../../../core/time/duration.ts";
import { indicatorOf } from "../../../rules/indicator/indicator.ts";
import { inUnitOf, nameOf } from "../../../rules/indicator/units.ts";
import type { Selector } from "../../../rules/promql/expression.ts";
import { numberText, selectorText } from "../../../rules/promql/write.ts";
import type { Slo } from "../../../slo/model.ts";

import type { CountedSlo } from "./counted.ts";
import { type Branch, branchIn, branchOf, inOneQuery } from "./labelled.ts";
import type { AskInstant } from "./recorded.ts";

const USUAL_THRESHOLD_MS = 500;

/** In milliseconds, over the `durationMs` before `at`; undefined where there is no classic histogram, or nothing came. */
export async function askLatencies(
  slos: ReadonlyArray<CountedSlo | undefined>,
  question: {
    readonly quantile: number;
    readonly durationMs: number;
    readonly at: number;
    readonly target: (slo: Slo) => string;
  },
  ask: AskInstant,
): Promise<readonly (number | undefined)[]> {
  const { quantile, durationMs, at, target } = question;
  const branches = slos.flatMap((counted, index): Branch[] => {
    const buckets = counted === undefined ? undefined : bucketsOf(counted, target);
    if (buckets === undefined) return [];
    const rates = `sum by (le) (rate(${selectorText(buckets)}[${formatDuration(durationMs)}]))`;
    // One unit of the histogram in milliseconds.
    const unitMs = Number((1 / inUnitOf(nameOf(buckets), 1)).toPrecision(12));
    const expression = `${numberText(unitMs)} * histogram_quantile(${String(quantile)}, ${rates})`;
    return [{ expression, kind: "latency", place: String(index) }];
  });
  if (branches.length === 0) return slos.map(() => undefined);
  const samples = await ask(inOneQuery(branches), at);
  const values = new Map(samples.map(({ labels, value }) => [branchIn(labels), value]));
  return slos.map((_, index) => {
    const value = values.get(branchOf("latency", String(index)));
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  });
}

function bucketsOf({ slo, indicator }: CountedSlo, target: (slo: Slo) => string): Selector | undefined {
  const own = slo.kind === "latency" ? indicator.partSelectors : ownLatency(slo, target);
  const selector = own.find(({ matchers }) => matchers.some(({ name }) => name === "le"));
  return selector === undefined
    ? undefined
    : { ...selector, matchers: selector.matchers.filter(({ name }) => name !== "le") };
}

/** A service that measures itself with nines has a histogram of the same requests. */
function ownLatency(slo: Slo, target: (slo: Slo) => string): readonly Selector[] {
  if (slo.expression !== undefined || slo.events !== undefined) return [];
  const {
    floorPerSecond: _floor,
    sliceMs: _slice,
    ...base
  } = slo as Slo & { floorPerSecond?: number; sliceMs?: number };
  const latency = indicatorOf({ ...base, kind: "latency", thresholdMs: USUAL_THRESHOLD_MS }, { target: target(slo) });
  return "fault" in latency ? [] : latency.partSelectors;
}
