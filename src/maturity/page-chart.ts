/** The score over time, as a line within the page, with the moments at which the level changed. */
import { fix, niceTicks } from "../core/picture/axis.ts";
import { escapeXml } from "../core/escape.ts";
import { timeGrid, timeLabels, valueGrid } from "../core/picture/frame.ts";
import { labelsAbove, type Moment } from "../core/picture/labels.ts";
import { isTold, type Line, stretchSvg } from "../core/picture/line.ts";
import { timeTicks } from "../core/picture/time-axis.ts";
import { dateIn } from "../core/time/time-text.ts";

import type { MaturityRecord } from "./model.ts";

const [WIDTH, LEFT, RIGHT, PLOT, ROW] = [880, 52, 16, 180, 20];
const STEPS = 6;
const SCORE = { factor: 1, suffix: "", mostDigits: 0 };

/** The picture, as SVG without a style of its own; records are in their order, at least two. */
export function historySvg(records: readonly MaturityRecord[], zone: string): string {
  const [from, until] = [records[0]?.at ?? 0, records.at(-1)?.at ?? 0];
  const x = (at: number): number => LEFT + ((at - from) / (until - from)) * (WIDTH - LEFT - RIGHT);
  const labels = labelsAbove(changesOf(records), { x, left: LEFT, right: WIDTH - RIGHT, rowHeight: ROW, top: 14 });
  const top = 14 + labels.rows * ROW;
  const bottom = top + PLOT;
  const y = (score: number): number => bottom - (score / 100) * PLOT;
  const times = timeTicks(from, until, zone, STEPS);
  const line: Line = records.map(({ at, score }) => ({ at, value: score }));
  const height = bottom + 28;
  return [
    `<svg class="chart" viewBox="0 0 ${String(WIDTH)} ${fix(height)}" role="img" aria-labelledby="history-title history-words">`,
    `<title id="history-title">Score over time</title>`,
    `<desc id="history-words">${escapeXml(historyWords(records, zone))}</desc>`,
    ...valueGrid(niceTicks(0, 100, 4, SCORE), { left: LEFT, right: WIDTH - RIGHT, y }, false),
    ...timeGrid(times, x, top, bottom),
    ...timeLabels(times, x, bottom + 20),
    labels.svg(top, bottom),
    // Where nobody looked for long the line goes on: maturity changes slowly, and records come as they come.
    stretchSvg(line.filter(isTold), "score", x, y),
    "</svg>",
  ].join("\n");
}

/** The same for those who do not see it. */
export function historyWords(records: readonly MaturityRecord[], zone: string): string {
  const said = ({ at, level, score }: MaturityRecord): string =>
    `level ${String(level)} with ${score === undefined ? "no score" : `a score of ${String(score)}`} on ${dateIn(zone, at)}`;
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) return "Nothing is recorded yet.";
  if (first === last) return `Recorded once: ${said(first)}.`;
  const scores = records.flatMap(({ score }) => score ?? []);
  const between =
    scores.length === 0
      ? ""
      : ` The score was between ${String(Math.min(...scores))} and ${String(Math.max(...scores))}.`;
  return `From ${said(first)} to ${said(last)}, recorded ${String(records.length)} times.${between}`;
}

function changesOf(records: readonly MaturityRecord[]): readonly Moment[] {
  return records.flatMap(({ level, at }, index) => {
    return records[index - 1]?.level === level ? [] : [{ name: `level ${String(level)}`, at }];
  });
}
