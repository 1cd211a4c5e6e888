/** When budgets run out, of the SLOs whose statuses are told. */
import type { BudgetForecast } from "../forecast/model.ts";
import { mapSome } from "../core/map-some.ts";
import { forecastSlo } from "../forecast/slo.ts";
import type { CompositeStatus, ServiceStatus, SloStatus } from "../status/model.ts";

import type { Io } from "./io.ts";
import type { Teller } from "./teller.ts";

/** The forecast of an SLO or a composite, or why there is none. */
export interface ToldForecast {
  /** Its id. */
  readonly slo: string;
  readonly forecast: BudgetForecast | undefined;
  readonly problem: string | undefined;
}

/** Each asks for a month of its past. */
const AT_ONCE = 4;

/** Of all SLOs and composites, service by service in their order. That one cannot be made takes nothing else away. */
export async function forecastsOf(
  statuses: readonly ServiceStatus[],
  { connection, reader }: Pick<Teller, "connection" | "reader">,
  io: Io,
): Promise<readonly ToldForecast[]> {
  const all = statuses.flatMap(({ slos, composites }) => [...slos, ...composites]);
  return mapSome(all, AT_ONCE, async (status) =>
    "slo" in status ? forecastOf(status, { connection, reader }, io) : withoutForecast(status),
  );
}

function withoutForecast({ composite: { id, members } }: CompositeStatus): ToldForecast {
  const whose = members.map(({ slo }) => slo).join(", ");
  return { slo: id, forecast: undefined, problem: `the course of a composite is not counted; look at ${whose}` };
}

async function forecastOf(
  { slo, window, budget }: SloStatus,
  { connection: { source, wholeMs: timeoutMs }, reader }: Pick<Teller, "connection" | "reader">,
  { signal, clock }: Io,
): Promise<ToldForecast> {
  try {
    // Judged over another window it still is counted as it is written.
    const asWritten: Pick<typeof source, "measure"> = {
      measure: (_slo, ranges, options) => source.measure(slo, ranges, options),
    };
    const exclusions = reader.exclusionsOf(slo);
    const options = { source: asWritten, status: budget, exclusions, timeoutMs, signal, clock };
    const forecast = await forecastSlo({ ...slo, window }, options);
    return { slo: slo.id, forecast, problem: undefined };
  } catch (error) {
    if (signal.aborted) throw error;
    return { slo: slo.id, forecast: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** What is said of an SLO or a composite below it. */
export function forecastNotes(told: readonly ToldForecast[], id: string): readonly string[] {
  return told
    .filter(({ slo }) => slo === id)
    .map(({ forecast, problem }) => `forecast: ${forecast?.text ?? `could not be made: ${problem ?? "it failed"}`}`);
}
