/** SLOs for the tests of indicators, and what their counts look like. */
import { Objective } from "../../../src/core/objective.ts";
import { indicatorOf } from "../../../src/rules/indicator/indicator.ts";
import type { Indicator } from "../../../src/rules/indicator/model.ts";
import type { IndicatorFault, IndicatorSettings } from "../../../src/rules/indicator/settings.ts";
import type { Slo, SloBase, SloKind } from "../../../src/slo/model.ts";

/** An SLO of that kind, of the service `shop`, for 99.9 %, 200 ms or 1,000 a second. */
export function sloOf(kind: SloKind, more: Partial<SloBase> & { readonly thresholdMs?: number } = {}): Slo {
  const base = {
    id: "shop/it",
    service: "shop",
    name: "it",
    objective: Objective.parse("99.9%"),
    window: { kind: "rolling", durationMs: 30 * 86_400_000 },
    minimumEvents: 1,
    thresholdMs: 200,
    floorPerSecond: 1_000,
    sliceMs: 60_000,
    ...more,
    kind,
  };
  return base as unknown as Slo;
}

/** The indicator; throws if there is none. */
export function understood(slo: Slo, settings?: IndicatorSettings): Indicator {
  const result = indicatorOf(slo, settings);
  if ("fault" in result)
    throw new Error(`${result.fault.part} ${String(result.fault.offset)}: ${result.fault.message}`);
  return result;
}

/** Why there is none. */
export function refused(slo: Slo): IndicatorFault {
  const result = indicatorOf(slo);
  if (!("fault" in result)) throw new Error(`understood as ${result.part({ text: "5m", exact: false })}`);
  return result.fault;
}

/** Both counts over 5 minutes. */
export function counts(indicator: Indicator, exact = false): { total: string; bad?: string; good?: string } {
  const window = { text: "5m", exact };
  return { total: indicator.total(window), [indicator.counted]: indicator.part(window) };
}
