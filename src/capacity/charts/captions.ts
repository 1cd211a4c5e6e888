/** What is written around a chart: its title, what its lines are, and what they come to on the right. */
import { fix } from "../../core/picture/axis.ts";
import { escapeXml } from "../../core/escape.ts";
import { percentText } from "../../core/figures.ts";
import { fitted, widthOf } from "../../core/picture/text-width.ts";

import type { CapacityChart } from "./model.ts";
import { within } from "./lines.ts";
import type { Extent, ValueExtent } from "./scale.ts";
import { figureText, isOnAxis, valueText } from "./units.ts";

/** A figure on the right of the chart. */
export interface EndLabel {
  readonly kind: "limit" | "forecast" | "history";
  readonly value: number;
  readonly text: string;
}

/** Bold letters of 13 pixels are wider than those that are measured. */
const BOLD = 1.25;
const MOST_UNIT = 90;
const MOST_METRIC = 150;
const MOST_NOTE = 230;
/** A piece of a line with what is between it and its words, and what is between them and the next one. */
const [SAMPLE, BESIDE] = [30, 16];
/** Lines of text are this far apart. */
const LINE = 14;

/** The title, and beside it what has no place in the chart. */
export function headingSvg(
  chart: CapacityChart,
  values: ValueExtent | undefined,
  note: string | undefined,
  { low: left, high: right }: Extent,
): string {
  const { title, limit, unit } = chart;
  const isFar = limit !== undefined && values?.isLimitShown === false;
  const shownUnit = unit === undefined ? undefined : fitted(unit, MOST_UNIT);
  const notes = [
    ...(isFar ? [`limit ${valueText(limit, shownUnit)} ${limit > values.high ? "↑" : "↓"}`] : []),
    ...(note === undefined ? [] : [fitted(note, MOST_NOTE)]),
  ];
  const taken = notes.reduce((width, text) => width + (widthOf(text) + LINE) * BOLD, 0);
  const shown = fitted(title, (right - left - taken) / BOLD);
  const tspans = notes.map((text) => `<tspan class="nines-limit-text" dx="${String(LINE)}">${escapeXml(text)}</tspan>`);
  return `<text class="nines-heading" x="${String(left)}" y="22">${escapeXml(shown)}${tspans.join("")}</text>`;
}

/** What each line is, with a piece of it. The name of the model has what the others leave. */
export function legendSvg(chart: CapacityChart, { low: left, high: right }: Extent, y: number): readonly string[] {
  const { metric, unit, model, forecast, confidence } = chart;
  const name = fitted(metric, MOST_METRIC);
  const measured = unit === undefined || isOnAxis(unit) ? name : `${name}, ${fitted(unit, MOST_UNIT)}`;
  const interval = `${percentText(confidence)} interval`;
  const others = widthOf(measured) + widthOf("forecast: ") + widthOf(interval) + 3 * (SAMPLE + BESIDE);
  const by = model === undefined ? "" : `: ${fitted(model, right - left - others)}`;
  const entries: readonly (readonly [kind: string, text: string])[] = [
    ["history", measured],
    ...(forecast.length === 0
      ? []
      : ([
          ["forecast", `forecast${by}`],
          ["interval", interval],
        ] as const)),
  ];
  let x = left;
  return entries.flatMap(([kind, text]) => {
    const [from, until] = [String(x), String(x + 24)];
    const sample =
      kind === "interval"
        ? `<rect class="nines-interval" x="${from}" y="${String(y - 9)}" width="24" height="10"/>`
        : `<line class="nines-line nines-${kind}" x1="${from}" x2="${until}" y1="${String(y - 4)}" y2="${String(y - 4)}"/>`;
    const words = `<text class="nines-tick" x="${String(x + SAMPLE)}" y="${String(y)}">${escapeXml(text)}</text>`;
    x += SAMPLE + widthOf(text) + BESIDE;
    return [sample, words];
  });
}

/** The limit, and what the forecast comes to, or the history where there is none. */
export function endLabels({ history, forecast, limit, unit }: CapacityChart, values: ValueExtent): readonly EndLabel[] {
  const last = history.at(-1)?.value;
  const mean = forecast.at(-1)?.mean;
  const [kind, end] = mean === undefined ? (["history", last] as const) : (["forecast", mean] as const);
  const labels: EndLabel[] = [];
  if (limit !== undefined && values.isLimitShown) {
    labels.push({ kind: "limit", value: limit, text: `limit ${figureText(limit, unit)}` });
  }
  if (typeof end === "number" && Number.isFinite(end)) {
    const arrow = end > values.high ? " ↑" : end < values.low ? " ↓" : "";
    labels.push({ kind, value: end, text: `${figureText(end, unit)}${arrow}` });
  }
  return labels;
}

/** The labels on the right of `x`, at their values; where two would meet, the second one gives way. */
export function endsSvg(
  labels: readonly EndLabel[],
  x: number,
  y: (value: number) => number,
  values: Extent,
): readonly string[] {
  const taken: number[] = [];
  return labels.map(({ kind, value, text }) => {
    let at = y(within(value, values));
    const near = taken.find((other) => Math.abs(other - at) < LINE);
    // Above at the bottom, where below are the days.
    if (near !== undefined) at = near + (at > near && near + LINE <= y(values.low) ? LINE : -LINE);
    taken.push(at);
    return `<text class="nines-${kind}-text" x="${String(x + 6)}" y="${fix(at + 4)}">${escapeXml(text)}</text>`;
  });
}
