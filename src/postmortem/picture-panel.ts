/** One chart of a picture: its axis, its line with gaps, and what it says where there is no data. */
import { fix, niceRange, percentTicks } from "./scale.ts";

/** A line; undefined values are gaps. */
export type Line = readonly { readonly at: number; readonly value: number | undefined }[];

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

interface Told {
  readonly at: number;
  readonly value: number;
}

/** The chart as elements of SVG. */
export function panelSvg(line: Line, panel: Panel): string {
  const { left, right, top, bottom, x, kind, mark, ticks } = panel;
  const told = line.filter((point): point is Told => point.value !== undefined && Number.isFinite(point.value));
  const box = `<line class="nines-axis" x1="${String(left)}" x2="${String(right)}" y1="${String(bottom)}" y2="${String(bottom)}"/>`;
  if (told.length === 0) {
    const middle = `x="${String((left + right) / 2)}" y="${String((top + bottom) / 2 + 4)}"`;
    return `${box}\n<text class="nines-nothing" text-anchor="middle" ${middle}>no data</text>`;
  }
  const [low, high] = rangeOf(told, panel);
  const y = (value: number): number => bottom - ((value - low) / (high - low)) * (bottom - top);
  const across = (className: string, value: number): string =>
    `<line class="${className}" x1="${String(left)}" x2="${String(right)}" y1="${fix(y(value))}" y2="${fix(y(value))}"/>`;
  const rows = percentTicks(low, high, ticks).flatMap(({ value, label }) => [
    across(Math.abs(value) < 1e-9 && low < 0 ? "nines-zero" : "nines-grid", value),
    `<text class="nines-tick" text-anchor="end" x="${String(left - 8)}" y="${fix(y(value) + 4)}">${label}</text>`,
  ]);
  const promise = mark === undefined || mark < low || mark > high ? [] : [across("nines-objective", mark)];
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
  const [first, last] = niceRange(low, high, ticks);
  // Nothing is left beyond the whole budget, however coarse the steps below are.
  const highest = most ?? (kind === "budget" ? Math.max(1, high) : last);
  return [first, Math.min(highest, last)];
}

/** Points that belong together: no gap is drawn over, where there is no value or none was taken for long. */
function stretches(line: Line): readonly (readonly Told[])[] {
  const distances = line.slice(1).map(({ at }, index) => at - (line[index]?.at ?? at));
  const usual = [...distances].sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? Infinity;
  const found: Told[][] = [];
  let open: Told[] | undefined;
  let last = -Infinity;
  for (const { at, value } of line) {
    if (value === undefined || !Number.isFinite(value)) {
      open = undefined;
      continue;
    }
    if (open === undefined || at - last > 2.5 * usual) found.push((open = []));
    open.push({ at, value });
    last = at;
  }
  return found;
}

function stretchSvg(
  points: readonly Told[],
  kind: string,
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  const [only, ...others] = points.map(({ at, value }) => `${fix(x(at))},${fix(y(value))}`);
  if (others.length > 0) return `<polyline class="nines-line nines-${kind}" points="${[only, ...others].join(" ")}"/>`;
  const [cx, cy] = (only ?? "0,0").split(",");
  return `<circle class="nines-point nines-${kind}-point" cx="${cx ?? "0"}" cy="${cy ?? "0"}" r="2.5"/>`;
}

function endText(ratio: number): string {
  return `${String(Number((ratio * 100).toFixed(1)))} % left`;
}
