/** When budgets run out, of the SLOs whose statuses are told. */
import type { PrometheusSource } from "../adapters/prometheus/source.ts";
import type { BudgetForecast } from "../forecast/model.ts";
import { forecastSlo } from "../forecast/slo.ts";
import type { ServiceStatus, SloStatus } from "../status/model.ts";

import type { Io } from "./io.ts";

/** The forecast of an SLO, or why there is none. */
export interface ToldForecast {
  readonly slo: string;
  readonly forecast: BudgetForecast | undefined;
  readonly problem: string | undefined;
}

/** Each asks for a month of its past. */
const AT_ONCE = 4;

/** Of all SLOs, in their order. That one cannot be made takes nothing else away. */
export async function forecastsOf(
  statuses: readonly ServiceStatus[],
  source: PrometheusSource,
  io: Io,
): Promise<readonly ToldForecast[]> {
  const slos = statuses.flatMap((status) => status.slos);
  const told = new Map<number, ToldForecast>();
  const waiting = slos.entries();
  const lane = async (): Promise<void> => {
    for (const [place, status] of waiting) told.set(place, await forecastOf(status, source, io));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, slos.length) }, lane));
  return slos.map((_, place) => told.get(place) as ToldForecast);
}

async function forecastOf(
  { slo, window, budget }: SloStatus,
  source: PrometheusSource,
  { signal, clock }: Io,
): Promise<ToldForecast> {
  try {
    // Judged over another window it still is counted as it is written.
    const asWritten: Pick<PrometheusSource, "measure"> = {
      measure: (_slo, ranges, options) => source.measure(slo, ranges, options),
    };
    const forecast = await forecastSlo({ ...slo, window }, { source: asWritten, status: budget, signal, clock });
    return { slo: slo.id, forecast, problem: undefined };
  } catch (error) {
    if (signal.aborted) throw error;
    return { slo: slo.id, forecast: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** What is said of an SLO below it. */
export function forecastNotes(told: readonly ToldForecast[], id: string): readonly string[] {
  return told
    .filter(({ slo }) => slo === id)
    .map(({ forecast, problem }) => `forecast: ${forecast?.text ?? `could not be made: ${problem ?? "it failed"}`}`);
}
