/** What a chart shows, in words: for those who do not see it. */
import { cut } from "../../core/cut.ts";
import { percentText } from "../../core/figures.ts";
import { timeIn } from "../../core/time/time-text.ts";

import type { CapacityChart, ChartCrossing, ChartShift } from "./model.ts";
import { valueText } from "./units.ts";

const LONGEST = 200;
const MOST_SHIFTS = 6;

/** The last value, the end of the forecast, the limit, when it is reached, and the shifts. */
export function chartWords(chart: CapacityChart, zone: string): string {
  const { history, forecast, confidence, model, limit, crossing, shifts = [] } = chart;
  const metric = cut(chart.metric, LONGEST);
  const value = (number: number): string =>
    valueText(number, chart.unit === undefined ? undefined : cut(chart.unit, LONGEST));
  const time = (at: number): string => timeIn(zone, at).slice(0, 16);
  const last = history.findLast((point): point is { at: number; value: number } => Number.isFinite(point.value));
  const end = forecast.at(-1);
  const by = model === undefined ? "" : ` by ${cut(model, LONGEST)}`;
  const sentences = [
    last === undefined
      ? `There is no data of ${metric}.`
      : `${metric} was last ${value(last.value)}, at ${time(last.at)} (${zone}).`,
    end === undefined
      ? "There is no forecast."
      : `The forecast${by} for ${time(end.at)} is ${value(end.mean)}; with ${percentText(confidence)} confidence between ${value(end.lower)} and ${value(end.upper)}.`,
    limit === undefined ? "There is no limit." : `The limit is ${value(limit)}.`,
    ...(crossing === undefined ? [] : [crossingWords(crossing, time)]),
    ...(shifts.length === 0 ? [] : [shiftWords(shifts, time)]),
  ];
  return sentences.join(" ");
}

function crossingWords({ at, from, until, text }: ChartCrossing, time: (at: number) => string): string {
  const known = [
    ...(at === undefined ? [] : [`most likely ${time(at)}`]),
    ...(from === undefined ? [] : [`not before ${time(from)}`]),
    ...(until === undefined ? [] : [`not after ${time(until)}`]),
  ];
  return `When it is reached: ${cut(text, LONGEST)}${known.length === 0 ? "" : ` (${known.join(", ")})`}.`;
}

function shiftWords(shifts: readonly ChartShift[], time: (at: number) => string): string {
  const told = shifts.slice(-MOST_SHIFTS).map(({ at, text }) => `${cut(text, LONGEST)} at ${time(at)}`);
  const more = shifts.length > told.length ? `, and ${String(shifts.length - told.length)} before` : "";
  return `The level shifted: ${told.join(", ")}${more}.`;
}
