/** The SLI and the error budget through an incident, as a picture. */
import { fix } from "../../core/picture/axis.ts";
import { cut } from "../../core/cut.ts";
import { invalid, show } from "../../core/errors.ts";
import { escapeXml } from "../../core/escape.ts";
import { percentText } from "../../core/figures.ts";
import { checkOptions } from "../../core/options.ts";
import { checkPicture, pictureSvg, timeGrid, timeLabels } from "../../core/picture/frame.ts";
import { labelsAbove } from "../../core/picture/labels.ts";
import type { Line } from "../../core/picture/line.ts";
import { timeTicks } from "../../core/picture/time-axis.ts";
import { datesText, timeIn } from "../../core/time/time-text.ts";
import { isTime } from "../../incident/times.ts";

import type { BudgetPoint, PicturePhase, SliPoint } from "../model.ts";
import { PICTURE_STYLE } from "./style.ts";
import { panelSvg } from "./panel.ts";

/** What {@link postmortemSvg} draws. */
export interface PostmortemSvgOptions {
  /** Whose events they are, to be seen. */
  readonly slo?: string | undefined;
  /** What is shown, for those who read it to somebody. */
  readonly title: string;
  /** First and last instant, in epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** Where nobody looked there is no point, and the line has a gap. */
  readonly points: readonly SliPoint[];
  /** What was left of the budget. */
  readonly budget?: readonly BudgetPoint[] | undefined;
  /** The promise, such as 0.999. */
  readonly objectiveRatio?: number | undefined;
  /** Moments of the incident; the stretch from the first to the last is tinted. */
  readonly phases?: readonly PicturePhase[] | undefined;
  /** IANA name; UTC unless told. */
  readonly zone?: string | undefined;
  /** What ids within the picture begin with, where a page has several. */
  readonly id?: string | undefined;
}

const OPTIONS = ["slo", "title", "from", "until", "points", "budget", "objectiveRatio", "phases", "zone", "id"];
const WIDTH = 880;
const LEFT = 70;
const RIGHT = 92;
const SLI_HEIGHT = 170;
const BUDGET_HEIGHT = 110;
const BETWEEN = 50;
const ROW = 16;
const LONGEST_SUBJECT = 60;

/**
 * Two charts, one above the other, over one axis of time: what share of events was good, and what was left of the budget.
 * It stands by itself: as a file, or within a page.
 *
 * @throws {@link ConfigurationError} if the times are none, or in no order
 *
 * @example
 * ```ts
 * import { postmortemSvg } from "nines";
 *
 * const from = Date.UTC(2026, 10, 22, 10);
 * const points = [5, 10, 15, 20].map((minute) => ({ at: from + minute * 60_000, good: 95 + (minute % 10), total: 100 }));
 * const svg = postmortemSvg({ title: "checkout", from, until: from + 20 * 60_000, points, objectiveRatio: 0.99 });
 * if (!svg.startsWith("<svg ") || !svg.includes("<title")) throw new Error("no picture");
 * ```
 */
export function postmortemSvg(options: PostmortemSvgOptions): string {
  checkOptions(options, "postmortemSvg", OPTIONS);
  const {
    title,
    from,
    until,
    points,
    budget = [],
    objectiveRatio,
    phases = [],
    zone = "UTC",
    id = "nines-picture",
  } = options;
  if (!isTime(from) || !isTime(until) || until <= from) {
    throw invalid("until", `${show(until)} is not after from, ${show(from)}; both are in epoch milliseconds`);
  }
  checkPicture(zone, id);
  const plotWidth = WIDTH - LEFT - RIGHT;
  const x = (at: number): number => LEFT + ((at - from) / (until - from)) * plotWidth;
  const within = phases.filter(({ at }) => at >= from && at <= until);
  const labels = labelsAbove(within, { x, left: LEFT, right: WIDTH - 8, rowHeight: ROW, top: 14 });
  const top = 14 + labels.rows * ROW + 26;
  const budgetTop = top + SLI_HEIGHT + BETWEEN;
  const bottom = budgetTop + BUDGET_HEIGHT;
  const frame = { left: LEFT, right: WIDTH - RIGHT, x };
  const sli = sliLine(points);
  const left: Line = budget.map(({ at, remainingRatio }) => ({ at, value: remainingRatio }));
  const heading = (y: number, text: string): string =>
    `<text class="nines-heading" x="${String(LEFT)}" y="${String(y - 9)}">${text}</text>`;
  const ticks = timeTicks(from, until, zone, 7);
  const words = spoken(options, zone);
  return pictureSvg({ id, title, words, width: WIDTH, height: bottom + 44, style: PICTURE_STYLE }, [
    ...shade(within, x, top, bottom),
    ...timeGrid(ticks, x, top, bottom),
    heading(top, `Good events${objectiveText(objectiveRatio)}`),
    panelSvg(sli, { ...frame, top, bottom: top + SLI_HEIGHT, kind: "sli", mark: objectiveRatio, most: 1, ticks: 5 }),
    heading(budgetTop, "Error budget left"),
    panelSvg(left, { ...frame, top: budgetTop, bottom, kind: "budget", mark: undefined, most: undefined, ticks: 4 }),
    labels.svg(top, bottom),
    ...timeLabels(ticks, x, bottom + 18),
    `<text class="nines-tick" x="${String(LEFT)}" y="${String(bottom + 36)}">${subjectText(options.slo)}${escapeXml(datesText(from, until, zone))}</text>`,
  ]);
}

/** A share where there were events; between them nobody can tell. */
function sliLine(points: readonly SliPoint[]): Line {
  return points.map(({ at, good, total }) => ({
    at,
    value: total > 0 ? Math.min(1, Math.max(0, good / total)) : undefined,
  }));
}

function shade(
  phases: readonly PicturePhase[],
  x: (at: number) => number,
  top: number,
  bottom: number,
): readonly string[] {
  const times = phases.map(({ at }) => at);
  if (times.length < 2) return [];
  const [start, end] = [x(Math.min(...times)), x(Math.max(...times))];
  return [
    `<rect class="nines-shade" x="${fix(start)}" y="${String(top)}" width="${fix(end - start)}" height="${String(bottom - top)}"/>`,
  ];
}

/** Whose they are, as far as there is room. */
function subjectText(slo: string | undefined): string {
  return slo === undefined ? "" : `<tspan class="nines-subject">${escapeXml(cut(slo, LONGEST_SUBJECT))}</tspan> · `;
}

/** In the colour of its line. */
function objectiveText(ratio: number | undefined): string {
  if (ratio === undefined) return "";
  return `<tspan class="nines-objective-text" dx="10">SLO ${String(Number((ratio * 100).toFixed(7)))} %</tspan>`;
}

/** What is to be seen, in words. */
function spoken({ points, budget = [], objectiveRatio, phases = [] }: PostmortemSvgOptions, zone: string): string {
  const told = points.filter(({ total }) => total > 0);
  const time = (at: number): string => timeIn(zone, at).slice(11);
  let worst: SliPoint | undefined;
  for (const point of told)
    if (worst === undefined || point.good / point.total < worst.good / worst.total) worst = point;
  const promise = objectiveRatio === undefined ? "" : `, where ${percentText(objectiveRatio)} is promised`;
  const sentences = [
    worst === undefined
      ? "There is no data of the events."
      : `Of the events at least ${percentText(worst.good / worst.total)} were good, fewest at ${time(worst.at)}${promise}.`,
  ];
  const [first, last] = [budget[0], budget.at(-1)];
  if (first !== undefined && last !== undefined) {
    sentences.push(
      `Of the error budget ${percentText(first.remainingRatio)} was left at first, and ${percentText(last.remainingRatio)} at the end.`,
    );
  }
  if (phases.length > 0)
    sentences.push(`Marked: ${phases.map(({ name, at }) => `${name} ${time(at)}`).join(", ")} (${zone}).`);
  return sentences.join(" ");
}
