/** Moments and spans of a chart: now, level shifts, and when the limit is reached. */
import { fix } from "../../core/picture/axis.ts";
import type { Moment } from "../../core/picture/labels.ts";

import type { ChartCrossing, ChartShift } from "./model.ts";
import type { Extent } from "./scale.ts";

/** When the limit is reached, as far as the picture shows it. */
export interface CrossingMark {
  /** Undefined where only an instant is known, or nothing at all. */
  readonly span: Extent | undefined;
  /** Ends of the span that are known, and in the picture. */
  readonly edges: readonly number[];
  /** Its words and where they stand; undefined if it has no time. */
  readonly moment: Moment | undefined;
}

/** Labels of more shifts than these would fill the picture. */
const MOST_LABELS = 6;

/** Where the crossing is in a picture of `times`. What is still to come, and has no beginning, begins now. */
export function crossingMark(crossing: ChartCrossing, times: Extent, now: number = times.low): CrossingMark {
  const { at, from, until, text } = crossing;
  const known = [from, until].filter((time) => time !== undefined);
  const place = at ?? from ?? until;
  if (place === undefined) return { span: undefined, edges: [], moment: undefined };
  const start = from ?? (now <= place ? now : times.low);
  const low = Math.max(start, times.low);
  const high = Math.min(until ?? times.high, times.high);
  const isShown = known.length > 0 ? low <= high : isIn(place, times);
  if (!isShown) {
    const isLater = place > times.high;
    const moment = isLater ? { name: `→ ${text}`, at: times.high } : { name: `← ${text}`, at: times.low };
    return { span: undefined, edges: [], moment };
  }
  return {
    span: known.length > 0 ? { low, high } : undefined,
    edges: known.filter((time) => isIn(time, times)),
    moment: { name: text, at: Math.min(high, Math.max(low, place)) },
  };
}

/** Level shifts as far as the picture shows them. */
export interface ShiftMarks {
  readonly moments: readonly Moment[];
  readonly svg: (top: number, bottom: number) => readonly string[];
}

/** The span as a tinted area, with lines where it ends. */
export function crossingSvg(
  { span, edges }: CrossingMark,
  x: (at: number) => number,
  top: number,
  bottom: number,
): readonly string[] {
  if (span === undefined) return [];
  const [start, end] = [x(span.low), x(span.high)];
  const size = `width="${fix(Math.max(1, end - start))}" height="${String(bottom - top)}"`;
  return [
    `<rect class="nines-shade" x="${fix(start)}" y="${String(top)}" ${size}/>`,
    ...edges.map((at) => downSvg("nines-crossing", x(at), top, bottom)),
  ];
}

/** Thin lines at the shifts, one a pixel at most, and the words of the latest few. */
export function shiftMarks(
  shifts: readonly ChartShift[],
  x: (at: number) => number,
  times: Extent | undefined,
): ShiftMarks {
  const shown = times === undefined ? [] : shifts.filter(({ at }) => isIn(at, times));
  const columns = new Set(shown.map(({ at }) => Math.round(x(at))));
  return {
    moments: shown.slice(-MOST_LABELS).map(({ at, text }) => ({ name: text, at })),
    svg: (top, bottom) => [...columns].map((column) => downSvg("nines-shift", column, top, bottom)),
  };
}

/** Whether `at` is in the picture. */
export function isIn(at: number, { low, high }: Extent): boolean {
  return at >= low && at <= high;
}

function downSvg(className: string, x: number, top: number, bottom: number): string {
  return `<line class="${className}" x1="${fix(x)}" x2="${fix(x)}" y1="${String(top)}" y2="${String(bottom)}"/>`;
}
