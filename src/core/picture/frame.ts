/** What every picture has: its root, words for those who do not see it, a ground, and grids. */
import { type Tick, fix } from "./axis.ts";
import { zoneProblem } from "../time/calendar.ts";
import { invalid, show } from "../errors.ts";
import { escapeXml } from "../escape.ts";

/** A picture without its content. */
export interface PictureFrame {
  /** What its ids begin with. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in words. */
  readonly words: string;
  readonly width: number;
  readonly height: number;
  /** CSS. */
  readonly style: string;
}

/** @throws {@link ConfigurationError} if a picture cannot have this zone or this id */
export function checkPicture(zone: string, id: string): void {
  const problem = zoneProblem(zone);
  if (problem !== undefined) throw invalid("zone", problem);
  if (!/^[A-Za-z][\w-]*$/.test(id)) throw invalid("id", `${show(id)} is no id; write letters, digits, _ and -`);
}

/** The whole of a picture with `parts`, which are elements of SVG. */
export function pictureSvg({ id, title, words, width, height, style }: PictureFrame, parts: readonly string[]): string {
  const size = `width="${String(width)}" height="${String(height)}"`;
  const whole = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="nines-picture" viewBox="0 0 ${String(width)} ${String(height)}" ${size} role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escapeXml(title)}</title>`,
    `<desc id="${id}-desc">${escapeXml(words)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="nines-ground" x="0" y="0" ${size}/>`,
    ...parts,
    "</svg>",
  ];
  return `${whole.join("\n")}\n`;
}

/** Lines down from `top` to `bottom` at the ticks of time. */
export function timeGrid(
  ticks: readonly Tick[],
  x: (at: number) => number,
  top: number,
  bottom: number,
): readonly string[] {
  return ticks.map(
    ({ value }) =>
      `<line class="nines-grid" x1="${fix(x(value))}" x2="${fix(x(value))}" y1="${String(top)}" y2="${String(bottom)}"/>`,
  );
}

/** What is written at the ticks of time, on a line at `y`. */
export function timeLabels(ticks: readonly Tick[], x: (at: number) => number, y: number): readonly string[] {
  return ticks.map(
    ({ value, label }) =>
      `<text class="nines-tick" text-anchor="middle" x="${fix(x(value))}" y="${String(y)}">${escapeXml(label)}</text>`,
  );
}

/** Where an axis of values is. */
export interface ValueFrame {
  readonly left: number;
  readonly right: number;
  readonly y: (value: number) => number;
}

/** A line across at `value`. */
export function acrossSvg(className: string, value: number, { left, right, y }: ValueFrame): string {
  return `<line class="${className}" x1="${String(left)}" x2="${String(right)}" y1="${fix(y(value))}" y2="${fix(y(value))}"/>`;
}

/** Lines across at the ticks, with what is written at them; zero is told from the others if there is less. */
export function valueGrid(ticks: readonly Tick[], frame: ValueFrame, hasLess: boolean): readonly string[] {
  return ticks.flatMap(({ value, label }) => [
    acrossSvg(value === 0 && hasLess ? "nines-zero" : "nines-grid", value, frame),
    `<text class="nines-tick" text-anchor="end" x="${String(frame.left - 8)}" y="${fix(frame.y(value) + 4)}">${escapeXml(label)}</text>`,
  ]);
}

/** Instead of a line. */
export function nothingSvg(text: string, x: number, y: number): string {
  return `<text class="nines-nothing" text-anchor="middle" x="${String(x)}" y="${String(y)}">${text}</text>`;
}
