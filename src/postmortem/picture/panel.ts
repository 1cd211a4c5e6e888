/** One chart of a picture: its axis, its line with gaps, and what it says where there is no data. */
import { fix, niceRange, percentTicks } from "../../core/picture/axis.ts";
import { acrossSvg, nothingSvg, valueGrid } from "../../core/picture/frame.ts";
import { isTold, type Line, stretches, stretchSvg, type Told } from "../../core/picture/line.ts";

/** Where the chart is, and what it shows. */
export interface Panel {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (at: number) => number;
  readonly kind: "sli" | "budget";
  /** A share that is drawn as a line across. */
  readonly mark: number | undefined;
  /** The largest share that there can be. */
  readonly most: number | undefined;
  /** How many steps the axis has at most. */
  readonly ticks: number;
}

/** The chart as elements of SVG. */
export function panelSvg(line: Line, panel: Panel): string {
  const { left, right, top, bottom, x, kind, mark, ticks } = panel;
  const told = line.filter(isTold);
  const box = `<line class="nines-axis" x1="${String(left)}" x2="${String(right)}" y1="${String(bottom)}" y2="${String(bottom)}"/>`;
  if (told.length === 0) return `${box}\n${nothingSvg("no data", (left + right) / 2, (top + bottom) / 2 + 4)}`;
  const [low, high] = rangeOf(told, panel);
  const y = (value: number): number => bottom - ((value - low) / (high - low)) * (bottom - top);
  const frame = { left, right, y };
  const rows = valueGrid(percentTicks(low, high, ticks), frame, low < 0);
  const promise = mark === undefined || mark < low || mark > high ? [] : [acrossSvg("nines-objective", mark, frame)];
  const last = told.at(-1);
  const end =
    kind === "sli" || last === undefined
      ? []
      : [
          `<text class="nines-${kind}-text" x="${String(right + 6)}" y="${fix(y(last.value) + 4)}">${endText(last.value)}</text>`,
        ];
  return [box, ...rows, ...promise, ...stretches(line).map((stretch) => stretchSvg(stretch, kind, x, y)), ...end].join(
    "\n",
  );
}

function rangeOf(told: readonly Told[], { kind, mark, most, ticks }: Panel): readonly [low: number, high: number] {
  const values = told.map(({ value }) => value);
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (kind === "sli") [low, high] = [Math.min(low, mark ?? low), 1];
  else [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  // An axis has a length, also where nothing ever changed.
  const [first, last] = niceRange(high - low > 1e-9 ? low : high - 0.01, high, ticks);
  // Nothing is left beyond the whole budget, however coarse the steps below are.
  const highest = most ?? (kind === "budget" ? Math.max(1, high) : last);
  return [first, Math.min(highest, last)];
}

function endText(ratio: number): string {
  return `${String(Number((ratio * 100).toFixed(1)))} % left`;
}
