/** What a capacity planner says of a service, as it is shown; asked seldom, since a forecast takes its time. */
import type { Clock } from "../core/time/clock.ts";
import { giveWay } from "../core/give-way.ts";
import { atOnce } from "../core/thenable.ts";

import type { DashboardCapacity } from "./model.ts";
import { Recent } from "./recent.ts";
import type { DashboardPlanner, MetricNeedLike } from "./sources.ts";
import type { Teller } from "./teller.ts";
import { figure, known, shownText } from "./texts.ts";

const FRESH_MS = 5 * 60_000;
/** Services that are forecast; the others need less attention. */
const MOST_SERVICES = 20;
const MOST_METRICS = 12;
const MOST_KEPT = 100;
const MOST_POINTS = 120;
const DIGITS = 5;

/** Asks a planner, and remembers what it said for five minutes. */
export class Capacities {
  readonly #planner: DashboardPlanner;
  readonly #daysAhead: number;
  readonly #clock: Clock;
  readonly #kept = new Recent<{ readonly at: number; readonly told: readonly DashboardCapacity[] }>(MOST_KEPT);

  constructor(planner: DashboardPlanner, options: { readonly daysAhead: number; readonly clock: Clock }) {
    this.#planner = planner;
    this.#daysAhead = options.daysAhead;
    this.#clock = options.clock;
  }

  /** What is said of each of `services` that the planner knows, of the first of them; of one that cannot be told what was said before. */
  async of(services: readonly string[], asking: Teller): Promise<ReadonlyMap<string, readonly DashboardCapacity[]>> {
    const planned = asking.try(
      "the planner's services could not be told",
      () => new Set(this.#planner.services),
      () => new Set<string>(),
    );
    const told = new Map<string, readonly DashboardCapacity[]>();
    for (const service of services.filter((name) => planned.has(name)).slice(0, MOST_SERVICES)) {
      const at = this.#clock.monotonic();
      let kept = this.#kept.get(service);
      if (kept === undefined || at - kept.at >= FRESH_MS) {
        const last = kept?.told;
        const now = asking.try(
          `the capacity of ${service} could not be forecast`,
          () => this.#ask(service),
          () => undefined,
        );
        kept = now === undefined ? undefined : { at, told: now };
        if (kept !== undefined) this.#kept.set(service, kept);
        else if (last !== undefined) told.set(service, last);
        await giveWay();
      }
      if (kept !== undefined) told.set(service, kept.told);
    }
    return told;
  }

  #ask(service: string): readonly DashboardCapacity[] {
    const { confidence, metrics } = atOnce(this.#planner.predictCapacityNeeds(service, { daysAhead: this.#daysAhead }));
    const advice = atOnce(this.#planner.generateScalingRecommendations(service, { headroomDays: this.#daysAhead }));
    return Object.entries(metrics)
      .slice(0, MOST_METRICS)
      .map(([metric, need]) => {
        const found = advice.find((one) => one.metric === metric);
        return known({
          metric,
          ...shown(need),
          text: textOf(need, found?.summary),
          urgency: found?.urgency,
          confidence,
        });
      });
  }
}

function textOf({ forecast, exhaustion }: MetricNeedLike, advice: string | undefined): string {
  return shownText(
    advice ?? (forecast.state === "unknown" ? forecast.reason : (exhaustion?.text ?? "no limit is known")),
  );
}

function shown({ unit, forecast, chart }: MetricNeedLike): Omit<DashboardCapacity, "metric" | "text" | "confidence"> {
  const { limit, crossing } = chart;
  return known({
    unit: unit === undefined ? undefined : shownText(unit, 20),
    state: forecast.state,
    limit: figure(limit, DIGITS),
    history: thinned(chart.history).map(({ at, value }) => ({
      at: Math.round(at),
      value: figure(value, DIGITS) ?? null,
    })),
    forecast: thinned(chart.forecast).map(({ at, mean, lower, upper }) => ({
      at: Math.round(at),
      mean: figure(mean, DIGITS) ?? 0,
      lower: figure(lower, DIGITS) ?? 0,
      upper: figure(upper, DIGITS) ?? 0,
    })),
    reachedFrom: instant(crossing?.from),
    reachedAt: instant(crossing?.at),
    reachedUntil: instant(crossing?.until),
  });
}

function instant(at: number | undefined): number | undefined {
  return at === undefined || !Number.isFinite(at) ? undefined : Math.round(at);
}

/** So many of them that a picture needs, the last one among them. */
function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return every <= 1 ? points : points.filter((_, index) => (points.length - 1 - index) % every === 0);
}
