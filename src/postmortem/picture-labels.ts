/** Names of moments above a chart, in as many rows as keep them apart. */
import { escapeXml } from "./escape.ts";
import type { PicturePhase } from "./model.ts";

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
  readonly row: number;
  readonly isLeftward: boolean;
}

/** Of a letter in the font's size of 12; wide enough for any font that is used. */
const LETTER = 7;
const GAP = 10;
/** Moments that are nearer than this are one line. */
const NEAR = 3;

/** Finds places so that no label touches another one, or leaves the picture. */
export function phaseLabels(phases: readonly PicturePhase[], space: LabelSpace): PlacedLabels {
  const groups: { x: number; names: string[] }[] = [];
  for (const { name, at } of [...phases].sort((a, b) => a.at - b.at)) {
    const x = space.x(at);
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < NEAR) last.names.push(name);
    else groups.push({ x, names: [name] });
  }
  const rows: { from: number; until: number }[][] = [];
  const placed = groups.map(({ x, names }): Placed => {
    const text = names.join(", ");
    const width = text.length * LETTER + 6;
    const isLeftward = x + width > space.right;
    const [from, until] = isLeftward ? [x - width, x] : [x, x + width];
    // A label hangs on its line: no other label may lie across it in the rows below.
    const row = rows.findIndex(
      (taken, index) =>
        isFree(taken, from - GAP, until + GAP) && rows.slice(index + 1).every((below) => isFree(below, x - 2, x + 2)),
    );
    const used = row === -1 ? rows.length : row;
    (rows[used] ??= []).push({ from, until });
    return { x, text, row: used, isLeftward };
  });
  return {
    rows: rows.length,
    svg: (top, bottom) => placed.map((label) => labelSvg(label, space, top, bottom)).join("\n"),
  };
}

function isFree(taken: readonly { from: number; until: number }[], from: number, until: number): boolean {
  return taken.every((other) => until < other.from || from > other.until);
}

function labelSvg(
  { x, text, row, isLeftward }: Placed,
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
