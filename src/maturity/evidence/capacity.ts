/** What the planner of capacity shows: trends, forecasts, and whether they are used. */
import { durationText } from "../../core/time/duration-text.ts";
import { giveWay } from "../../core/give-way.ts";
import { atOnce } from "../../core/thenable.ts";
import type { MaturityFinding } from "../model.ts";
import type { CapacityLike } from "../sources.ts";

import { type Look, LOOK_BACK_DAYS, partOf } from "./look.ts";

const DAYS_AHEAD = 30;
/** Forecasting takes its time: of more services the first ones stand for all. */
const MOST_SERVICES = 20;

/** Services that the planner knows. */
export const CAPACITY_LOOK: Look = {
  source: "capacity",
  criteria: ["growth_watched", "capacity_forecasts"],
  async find({ signal, sources: { capacity, services } }) {
    if (capacity === undefined) return {};
    const planned = new Set(capacity.services);
    const asked = (services ?? capacity.services).slice(0, MOST_SERVICES);
    if (asked.length === 0) {
      const nothing: MaturityFinding = { share: 0, text: "the planner knows no service" };
      return { growth_watched: nothing, capacity_forecasts: nothing };
    }
    const growing: string[] = [];
    const foreseen: string[] = [];
    for (const service of asked.filter((one) => planned.has(one))) {
      // What is computed here cannot be interrupted: between two services others have their turn.
      await giveWay();
      signal.throwIfAborted();
      if (!hasTrend(capacity, service)) continue;
      growing.push(service);
      if (hasForecast(capacity, service)) foreseen.push(service);
    }
    return {
      growth_watched: of(growing, asked, "a trend"),
      capacity_forecasts: of(foreseen, asked, `a forecast of ${String(DAYS_AHEAD)} days against a limit`),
    };
  },
};

/** Whether forecasts have led to anything. */
export const SCALING_LOOK: Look = {
  source: "scaledByForecastAt",
  criteria: ["scales_ahead"],
  find({ at, from, sources: { scaledByForecastAt: last = -Infinity } }) {
    const ago = last > at ? "from now" : `${durationText(at - last)} ago`;
    const text = `capacity followed a forecast ${ago}`;
    const isRecent = last >= from && last <= at;
    return {
      scales_ahead: isRecent
        ? { share: 1, text }
        : { share: 0, text: `${text}, and not in the last ${String(LOOK_BACK_DAYS)} days` },
    };
  },
};

function hasTrend(capacity: CapacityLike, service: string): boolean {
  return Object.values(atOnce(capacity.analyzeGrowthTrends(service)).metrics).some(({ state }) => state === "trend");
}

function hasForecast(capacity: CapacityLike, service: string): boolean {
  const { metrics } = atOnce(capacity.predictCapacityNeeds(service, { daysAhead: DAYS_AHEAD }));
  return Object.values(metrics).some(({ forecast, limit }) => forecast.state === "forecast" && limit !== undefined);
}

function of(those: readonly string[], all: readonly string[], what: string): MaturityFinding {
  const lacking = all.filter((service) => !those.includes(service));
  return partOf(those.length, all.length, { one: "service", has: `has ${what}`, have: `have ${what}`, lacking });
}
