/** Names of moments above a chart, in as many rows as keep them apart. */
import { escapeXml } from "../escape.ts";
import { fitted, widthOf } from "./text-width.ts";

/** A moment with a name. */
export interface Moment {
  readonly name: string;
  readonly at: number;
}

/** Where labels may stand. */
export interface LabelSpace {
  readonly x: (at: number) => number;
  readonly left: number;
  readonly right: number;
  readonly rowHeight: number;
  readonly top: number;
}

/** Labels that have their places. */
export interface PlacedLabels {
  readonly rows: number;
  /** With a line down through the charts for each. */
  readonly svg: (top: number, bottom: number) => string;
}

interface Placed {
  readonly x: number;
  readonly text: string;
  readonly isLeftward: boolean;
  readonly from: number;
  readonly until: number;
}

const GAP = 10;
/** Moments that are nearer than this are one line. */
const NEAR = 3;

/** Finds places so that no label touches another one, or leaves the picture. */
export function labelsAbove(moments: readonly Moment[], space: LabelSpace): PlacedLabels {
  const groups: { x: number; names: string[] }[] = [];
  for (const { name, at } of [...moments].sort((a, b) => a.at - b.at)) {
    const x = space.x(at);
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < NEAR) last.names.push(name);
    else groups.push({ x, names: [name] });
  }
  const rows: Placed[][] = [];
  const labels = groups.map(({ x, names }) => placed(x, names.join(", "), space));
  for (const label of labels) place(label, rows);
  const rowOf = (label: Placed): number => rows.findIndex((row) => row.includes(label));
  return {
    rows: rows.length,
    svg: (top, bottom) => labels.map((label) => labelSvg(label, rowOf(label), space, top, bottom)).join("\n"),
  };
}

/** A label stands on the right of its line, unless there is room on the left only, or more of it. */
function placed(x: number, whole: string, { right }: LabelSpace): Placed {
  const [roomLeft, roomRight] = [x - 4, right - x];
  const isLeftward = widthOf(whole) + 6 > roomRight && roomLeft > roomRight;
  const text = fitted(whole, (isLeftward ? roomLeft : roomRight) - 6);
  const width = widthOf(text) + 6;
  return { x, text, isLeftward, ...(isLeftward ? { from: x - width, until: x } : { from: x, until: x + width }) };
}

/** A label hangs on its line: none may lie across the line of one that is above it. */
function place(label: Placed, rows: Placed[][]): void {
  // All that have their places begin before it.
  const isClear = (index: number): boolean =>
    rows.slice(index + 1).every((below) => isFree(below, label.x - 2, label.x + 2)) &&
    rows.slice(0, Math.max(0, index)).every((above) => above.every(({ x }) => x < label.from - 2));
  const found = rows.findIndex((row, index) => isFree(row, label.from - GAP, label.until + GAP) && isClear(index));
  if (found !== -1) rows[found]?.push(label);
  else if (!isClear(rows.length) && isClear(-1)) rows.unshift([label]);
  else rows.push([label]);
}

function isFree(row: readonly Placed[], from: number, until: number): boolean {
  return row.every((other) => until < other.from || from > other.until);
}

function labelSvg(
  { x, text, isLeftward }: Placed,
  row: number,
  { rowHeight, top: first }: LabelSpace,
  top: number,
  bottom: number,
): string {
  const y = first + row * rowHeight;
  const at = Math.round(x * 100) / 100;
  const anchor = isLeftward ? ` text-anchor="end"` : "";
  return [
    `<line class="nines-phase" x1="${String(at)}" x2="${String(at)}" y1="${String(y - 9)}" y2="${String(bottom)}"/>`,
    `<circle class="nines-dot" cx="${String(at)}" cy="${String(top)}" r="2.5"/>`,
    `<text class="nines-label" x="${String(at + (isLeftward ? -5 : 5))}" y="${String(y)}"${anchor}>${escapeXml(text)}</text>`,
  ].join("\n");
}
