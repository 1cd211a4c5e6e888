/** History, forecast, interval, limit and crossing of one metric, as a picture. */
import { fix, type Tick } from "../../core/picture/axis.ts";
import { cut } from "../../core/cut.ts";
import { escapeXml } from "../../core/escape.ts";
import { checkOptions } from "../../core/options.ts";
import {
  acrossSvg,
  checkPicture,
  nothingSvg,
  pictureSvg,
  timeGrid,
  timeLabels,
  valueGrid,
} from "../../core/picture/frame.ts";
import { labelsAbove, type PlacedLabels } from "../../core/picture/labels.ts";
import { widthOf } from "../../core/picture/text-width.ts";
import { timeTicks } from "../../core/picture/time-axis.ts";
import { datesText } from "../../core/time/time-text.ts";

import type { CapacityChart } from "./model.ts";
import { checkChart, checkTime } from "./check.ts";
import { type EndLabel, endLabels, endsSvg, headingSvg, legendSvg } from "./captions.ts";
import { forecastSvg, historySvg, type Plot } from "./lines.ts";
import { type CrossingMark, crossingMark, crossingSvg, isIn, type ShiftMarks, shiftMarks } from "./marks.ts";
import { type Extent, timeExtent, type ValueExtent, valueExtent } from "./scale.ts";
import { CHART_STYLE } from "./style.ts";
import { unitTicks } from "./units.ts";
import { chartWords } from "./words.ts";

/** How {@link capacitySvg} draws. */
export interface CapacitySvgOptions {
  /** IANA name; UTC unless told. */
  readonly zone?: string | undefined;
  /** What ids within the picture begin with, where a page has several. */
  readonly id?: string | undefined;
  /** Where the mark of the present is, in epoch milliseconds; the end of the history unless told. */
  readonly now?: number | undefined;
}

const WIDTH = 880;
const PLOT_HEIGHT = 260;
const ROW = 16;
const LEGEND = 44;
const STEPS = 5;
const LONGEST_TITLE = 200;

/**
 * One chart of a metric: what was measured, what is expected and within which interval, the limit, and when it is reached.
 * It stands by itself, as a file or within a page, and is light or dark as the screen is. However long the history is, it
 * has at most two points for each pixel.
 *
 * A limit far beyond everything else is told beside the title, with an arrow: on the axis it would make the rest flat.
 *
 * @returns SVG
 * @throws {@link ConfigurationError} if times do not increase, an interval is upside down, or a number is none
 *
 * @example
 * ```ts
 * import { capacitySvg } from "nines";
 *
 * const [day, start] = [86_400_000, Date.UTC(2026, 0, 1)];
 * const history = [0.41, 0.44, undefined, 0.52, 0.55].map((value, index) => ({ at: start + index * day, value }));
 * const forecast = [0.6, 0.7, 0.8].map((mean, index) => ({
 *   ...{ at: start + (5 + index) * day, mean },
 *   ...{ lower: mean - 0.05 * (index + 1), upper: mean + 0.05 * (index + 1) },
 * }));
 * const svg = capacitySvg({
 *   ...{ title: "checkout: cpu", metric: "cpu", unit: "ratio", history, forecast, confidence: 0.95, limit: 0.75 },
 *   crossing: { at: start + 6.5 * day, from: start + 6 * day, text: "reached from 7 January on" },
 * });
 * if (!svg.startsWith("<svg ") || !svg.includes("The limit is 75 %.")) throw new Error("no picture");
 * ```
 */
export function capacitySvg(chart: CapacityChart, options: CapacitySvgOptions = {}): string {
  checkOptions(options, "capacitySvg", ["zone", "id", "now"]);
  const { zone = "UTC", id = "nines-capacity" } = options;
  checkPicture(zone, id);
  if (options.now !== undefined) checkTime(options.now, "now");
  checkChart(chart);
  const layout = layoutOf(chart, options.now);
  const { left, x, bottom } = layout;
  const ticks = layout.times === undefined ? [] : timeTicks(layout.times.low, layout.times.high, zone, 7);
  const dates = layout.times === undefined ? "" : datesText(layout.times.low, layout.times.high, zone);
  const line = { low: left, high: WIDTH - 8 };
  const frame = { id, title: cut(chart.title, LONGEST_TITLE), words: chartWords(chart, zone), style: CHART_STYLE };
  return pictureSvg({ ...frame, width: WIDTH, height: bottom + 44 }, [
    headingSvg(chart, layout.values, layout.note, line),
    ...legendSvg(chart, line, LEGEND),
    ...timeGrid(ticks, x, layout.top, bottom),
    ...plotSvg(chart, layout),
    ...timeLabels(ticks, x, bottom + 18),
    `<text class="nines-tick" x="${String(left)}" y="${String(bottom + 36)}">${escapeXml(dates)}</text>`,
  ]);
}

interface Layout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (at: number) => number;
  /** Undefined where there is none. */
  readonly times: Extent | undefined;
  readonly values: ValueExtent | undefined;
  readonly rows: readonly Tick[];
  readonly ends: readonly EndLabel[];
  readonly mark: CrossingMark | undefined;
  readonly shifts: ShiftMarks;
  readonly labels: PlacedLabels;
  /** Words about the crossing that have no place. */
  readonly note: string | undefined;
}

/** Room on both sides for what is written there, and above for as many rows of labels as there are. */
function layoutOf(chart: CapacityChart, given: number | undefined): Layout {
  const { history, crossing, unit } = chart;
  const [times, values] = [timeExtent(chart), valueExtent(chart, STEPS)];
  const rows = values === undefined ? [] : unitTicks(values.low, values.high, STEPS, unit);
  const ends = values === undefined ? [] : endLabels(chart, values);
  const left = 22 + Math.max(30, ...rows.map(({ label }) => widthOf(label)));
  const right = WIDTH - 16 - Math.max(40, ...ends.map(({ text }) => widthOf(text)));
  const span = times ?? { low: 0, high: 1 };
  const x = (at: number): number => left + ((at - span.low) / (span.high - span.low)) * (right - left);
  const now = given ?? history.at(-1)?.at;
  const mark = crossing === undefined || times === undefined ? undefined : crossingMark(crossing, times, now);
  const shifts = shiftMarks(chart.shifts ?? [], x, times);
  const moments = [
    ...shifts.moments,
    ...(now === undefined || times === undefined || !isIn(now, times) ? [] : [{ name: "now", at: now }]),
    ...(mark?.moment === undefined ? [] : [mark.moment]),
  ];
  const labels = labelsAbove(moments, { x, left, right: WIDTH - 8, rowHeight: ROW, top: LEGEND + 26 });
  const top = LEGEND + 26 + labels.rows * ROW;
  const note = mark?.moment === undefined ? crossing?.text : undefined;
  return { left, right, top, bottom: top + PLOT_HEIGHT, x, times, values, rows, ends, mark, shifts, labels, note };
}

/** Everything between the axes, the lines above the areas. */
function plotSvg(chart: CapacityChart, layout: Layout): readonly string[] {
  const { left, right, top, bottom, x, times, values, mark, shifts } = layout;
  const axis = `<line class="nines-axis" x1="${String(left)}" x2="${String(right)}" y1="${String(bottom)}" y2="${String(bottom)}"/>`;
  if (values === undefined) return [axis, nothingSvg("no data", (left + right) / 2, (top + bottom) / 2 + 4)];
  const y = (value: number): number => bottom - ((value - values.low) / (values.high - values.low)) * (bottom - top);
  const frame = { left, right, y };
  const plot: Plot = { x, y, values };
  const { limit, crossing } = chart;
  const isLimited = limit !== undefined && values.isLimitShown;
  const isMet = isLimited && crossing?.at !== undefined && times !== undefined && isIn(crossing.at, times);
  return [
    ...(mark === undefined ? [] : crossingSvg(mark, x, top, bottom)),
    axis,
    ...valueGrid(layout.rows, frame, values.low < 0),
    ...shifts.svg(top, bottom),
    ...forecastSvg(chart.forecast, plot),
    ...(isLimited ? [acrossSvg("nines-limit", limit, frame)] : []),
    ...historySvg(chart.history, plot),
    ...(isMet
      ? [`<circle class="nines-crossing-point" cx="${fix(x(crossing.at))}" cy="${fix(y(limit))}" r="4"/>`]
      : []),
    layout.labels.svg(top, bottom),
    ...endsSvg(layout.ends, right, y, values),
  ];
}
