/** When budgets run out, as somebody forecasts it: asked for those that need attention most, and seldom. */
import type { Clock } from "../core/time/clock.ts";
import { mapSome } from "../core/map-some.ts";
import type { SloStatus } from "../status/model.ts";

import type { DashboardForecast } from "./model.ts";
import { Recent } from "./recent.ts";
import type { DashboardForecaster, ForecastLike } from "./sources.ts";
import type { Teller } from "./teller.ts";
import { figure, known, shownText } from "./texts.ts";

const FRESH_MS = 60_000;
/** SLOs that are forecast; the others need less attention. */
const MOST_SLOS = 20;
const AT_A_TIME = 4;
const MOST_KEPT = 100;

/** Asks for forecasts, and remembers each for a minute. */
export class Forecasts {
  readonly #forecast: DashboardForecaster;
  readonly #clock: Clock;
  readonly #kept = new Recent<{ readonly at: number; readonly told: DashboardForecast }>(MOST_KEPT);

  constructor(forecast: DashboardForecaster, { clock }: { readonly clock: Clock }) {
    this.#forecast = forecast;
    this.#clock = clock;
  }

  /** The forecast of each of the first of `statuses`, by id of its SLO; of one that cannot be told the last one that could. */
  async of(statuses: readonly SloStatus[], asking: Teller): Promise<ReadonlyMap<string, DashboardForecast>> {
    const asked = statuses.filter(({ budget }) => budget.state === "measured").slice(0, MOST_SLOS);
    const until = asking.together();
    const told = await mapSome(asked, AT_A_TIME, async ({ slo, budget }) => {
      const at = this.#clock.monotonic();
      const kept = this.#kept.get(slo.id);
      if (kept !== undefined && at - kept.at < FRESH_MS) return [slo.id, kept.told] as const;
      const call = async (signal: AbortSignal): Promise<DashboardForecast> =>
        shown(await this.#forecast(slo, { status: budget, signal }));
      const otherwise = (): DashboardForecast | undefined => undefined;
      const forecast = await asking.ask(`the budget of ${slo.id} could not be forecast`, call, otherwise, until);
      if (forecast !== undefined) this.#kept.set(slo.id, { at, told: forecast });
      return [slo.id, forecast ?? kept?.told] as const;
    });
    return new Map(told.flatMap(([id, one]) => (one === undefined ? [] : [[id, one] as const])));
  }
}

function shown({ text, level, horizonAt, byTrend }: ForecastLike): DashboardForecast {
  const base = {
    text: shownText(text),
    kind: byTrend.kind,
    level: figure(level, 4) ?? 0,
    horizonAt: Math.round(horizonAt),
  };
  if (byTrend.kind !== "forecast") return base;
  const { expected, earliest, latest, probability } = byTrend;
  return known({
    ...base,
    expectedAt: expected.at,
    earliestAt: earliest.at,
    latestAt: latest.at,
    probability: figure(probability, 4),
  });
}
