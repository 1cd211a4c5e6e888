/** The chart of what failed: as a share of all, and as a burn rate. */
import { plain } from "../../../core/figures.ts";
import type { DashboardSlo } from "../../model.ts";
import { BURN_RATE, SHARE } from "./quantity.ts";
import type { ChartSpec, Look } from "./spec.ts";
import { isWatched, stepsWithin, type Step } from "./steps.ts";

const FAILED: Look = { tone: "bad", dash: "solid" };
const OBJECTIVE: Look = { tone: "limit", dash: "long" };

/** What is counted, by the kind of SLO: the share, and one of it. */
const WORDS: Record<DashboardSlo["kind"], { readonly title: string; readonly share: string; readonly count: string }> =
  {
    availability: { title: "Errors", share: "Error ratio", count: "failed" },
    error_rate: { title: "Errors", share: "Error ratio", count: "failed" },
    latency: { title: "Slow requests", share: "Share of slow requests", count: "slow" },
    throughput: { title: "Time below the throughput", share: "Share that fell short", count: "short" },
  };

export function errorSpec(slo: DashboardSlo, at: number): ChartSpec {
  const words = WORDS[slo.kind];
  const steps = stepsWithin(slo.past ?? [], slo.range.start, at);
  const last = steps.at(-1);
  const times = [...steps.map(({ from }) => from), ...(last === undefined ? [] : [last.until])];
  // The last step holds until its end.
  const told = (index: number): Step | undefined => steps[Math.min(index, steps.length - 1)];
  const ratios = times.map((_, index) => ratioOf(told(index)));
  const budget = 1 - slo.objectiveRatio;
  const hasBudget = budget > 0 && Number.isFinite(budget);

  const known = ratios.some((ratio) => ratio !== null);
  return {
    id: "errors",
    title: hasBudget ? `${words.title} and burn rate` : words.title,
    quantity: SHARE,
    subject: words.share,
    times,
    lines: [{ look: FAILED, values: ratios, shape: "step", filled: true, fits: true }],
    levels: hasBudget ? [{ label: "burn rate 1", value: budget, look: OBJECTIVE }] : [],
    regions: [],
    readings: [
      {
        label: words.share,
        look: FAILED,
        text(index) {
          const counts = told(index)?.counts;
          if (counts === undefined) return "not watched";
          return counts.total === 0 ? "no requests" : SHARE.text(counts.bad / counts.total);
        },
      },
      ...(hasBudget
        ? [
            {
              label: "Burn rate",
              text: (index: number) => {
                const ratio = ratioOf(told(index));
                return ratio === null ? undefined : BURN_RATE.text(ratio / budget);
              },
            },
          ]
        : []),
      {
        label: "Counted",
        text(index) {
          const counts = told(index)?.counts;
          return counts && `${plain(counts.bad, 0)} ${words.count} of ${plain(counts.total, 0)}`;
        },
      },
    ],
    ...(hasBudget && { right: { factor: 1 / budget, quantity: BURN_RATE } }),
    verticalOf: (extent) => [0, Math.max((extent?.[1] ?? 0) * 1.08, hasBudget ? budget * 1.6 : 0) || 0.01],
    keeps: "highest",
    size: "low",
    ...(!known && { empty: isWatched(steps) ? "There was nothing to count." : "How it went is not known." }),
  };
}

function ratioOf(step: Step | undefined): number | null {
  return step?.counts === undefined || step.counts.total === 0 ? null : step.counts.bad / step.counts.total;
}
