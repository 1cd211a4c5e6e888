/** The chart of how long requests took, where that is known. */
import type { DashboardSlo } from "../../model.ts";
import { MILLISECONDS } from "./quantity.ts";
import type { ChartSpec, Look } from "./spec.ts";

const PERCENTILE: Look = { tone: "two", dash: "solid" };
const THRESHOLD: Look = { tone: "limit", dash: "long" };

/** Undefined where no latency was kept. */
export function latencySpec({ latency }: DashboardSlo): ChartSpec | undefined {
  const past = (latency?.past ?? []).filter(({ at }) => Number.isFinite(at));
  if (!past.some(({ p95Ms }) => p95Ms !== null)) return undefined;
  const threshold = latency?.thresholdMs;
  const values = past.map(({ p95Ms }) => (p95Ms !== null && Number.isFinite(p95Ms) ? p95Ms : null));
  return {
    id: "latency",
    title: "Latency, 95th percentile",
    quantity: MILLISECONDS,
    subject: "95th percentile",
    times: past.map(({ at }) => at),
    lines: [{ look: PERCENTILE, values, shape: "line", fits: true }],
    levels:
      threshold === undefined
        ? []
        : [{ label: `good up to ${MILLISECONDS.text(threshold)}`, value: threshold, look: THRESHOLD }],
    regions: [],
    readings: [
      {
        label: "95th percentile",
        look: PERCENTILE,
        text: (index) => {
          const value = values[index] ?? null;
          return value === null ? "not measured" : MILLISECONDS.text(value);
        },
      },
    ],
    verticalOf: (extent) => [0, Math.max((extent?.[1] ?? 0) * 1.08, (threshold ?? 0) * 1.15) || 1],
    keeps: "highest",
    size: "low",
  };
}
