/** What is drawn on a chart besides its lines: what happened, levels, now, and the last point. */
import type { PlacedMark } from "./marks.ts";
import type { ChartSpec, Dash, Level } from "./spec.ts";
import type { Theme } from "./theme.ts";

/** Where things lie, in pixels of the canvas. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** Pixels of the canvas for one of CSS. */
  readonly ratio: number;
  x(at: number): number;
  y(value: number): number;
}

const FAINT = 0.16;
const HATCH = 7;

/** Lengths of line and hole, in CSS pixels. */
export const DASHES: Record<Dash, number[]> = { solid: [], dashed: [7, 4], dotted: [2, 3], long: [14, 5] };

/** Behind the lines. */
export function drawBehind(surface: Surface, spec: ChartSpec, marks: readonly PlacedMark[], theme: Theme): void {
  inside(surface, () => {
    for (const { from, until } of spec.regions) fill(surface, from, until, theme.colours.region, 1);
    for (const each of marks) drawMark(surface, each, theme);
  });
}

/** Before the lines. */
export function drawBefore(surface: Surface, spec: ChartSpec, now: number, theme: Theme): void {
  const { context, box, ratio } = surface;
  inside(surface, () => {
    const nowX = surface.x(now);
    const room = box.left + box.width - nowX;
    if (room > 2 * ratio) {
      line(surface, nowX, box.top, nowX, box.top + box.height, theme.colours.axis, 1, DASHES.dotted);
      if (room > 30 * ratio)
        write(surface, "now", nowX + 4 * ratio, box.top + 11 * ratio, theme, theme.colours.axis, "left");
    }
    for (const { from, until, label } of spec.regions) {
      const middle = (Math.max(surface.x(from), box.left) + Math.min(surface.x(until), box.left + box.width)) / 2;
      write(surface, label, middle, box.top + box.height - 6 * ratio, theme, theme.colours.ink, "center");
    }
    for (const level of spec.levels) drawLevel(surface, level, theme);
  });
  const x = surface.x(spec.dot?.at ?? -Infinity);
  if (spec.dot === undefined || x < box.left || x > box.left + box.width + 1) return;
  context.beginPath();
  context.arc(x, surface.y(spec.dot.value), 3.5 * ratio, 0, 2 * Math.PI);
  context.fillStyle = theme.colours.main;
  context.fill();
}

function drawLevel(surface: Surface, { value, label, look }: Level, theme: Theme): void {
  const { box, ratio } = surface;
  const y = surface.y(value);
  line(surface, box.left, y, box.left + box.width, y, theme.colours[look.tone], 1.5, DASHES[look.dash]);
  const above = y - 5 * ratio > box.top + 9 * ratio;
  write(surface, label, box.left + 6 * ratio, above ? y - 5 * ratio : y + 13 * ratio, theme, theme.colours.ink, "left");
}

/** Each kind by its own shape: a filled region, a line, hatching, a grey region between lines, a thick line along the axis. */
function drawMark(surface: Surface, { kind, from, until, isInstant }: PlacedMark, theme: Theme): void {
  const { box } = surface;
  const colour = theme.colours[kind];
  const edge = (at: number, dash: Dash): void =>
    line(surface, surface.x(at), box.top, surface.x(at), box.top + box.height, colour, 1, DASHES[dash]);
  // Along the lower edge: they last, and what they follow from lies in the same place.
  if (kind === "halt" || kind === "runbook") {
    line(
      surface,
      surface.x(from),
      box.top + box.height,
      surface.x(until),
      box.top + box.height,
      colour,
      4,
      DASHES.solid,
    );
    return;
  }
  if (kind === "chaos") hatch(surface, from, until, colour);
  else if (!isInstant) fill(surface, from, until, colour, FAINT);
  if (kind === "deployment") edge(from, "dashed");
  else edge(from, "solid");
  if (kind === "exclusion" || kind === "chaos") edge(until, "solid");
}

function fill(surface: Surface, from: number, until: number, colour: string, alpha: number): void {
  const { context, box } = surface;
  const left = surface.x(from);
  context.globalAlpha = alpha;
  context.fillStyle = colour;
  context.fillRect(left, box.top, surface.x(until) - left, box.height);
  context.globalAlpha = 1;
}

function hatch(surface: Surface, from: number, until: number, colour: string): void {
  const { context, box, ratio } = surface;
  const [left, right] = [Math.max(surface.x(from), box.left), Math.min(surface.x(until), box.left + box.width)];
  if (!(right > left)) return;
  context.save();
  context.beginPath();
  context.rect(left, box.top, right - left, box.height);
  context.clip();
  context.globalAlpha = FAINT * 2.5;
  context.beginPath();
  const step = HATCH * ratio;
  for (let start = Math.floor((left - box.height) / step) * step; start < right; start += step) {
    context.moveTo(start, box.top + box.height);
    context.lineTo(start + box.height, box.top);
  }
  context.strokeStyle = colour;
  context.lineWidth = ratio;
  context.stroke();
  context.restore();
}

function line(
  { context, ratio }: Surface,
  ...[fromX, fromY, toX, toY, colour, width, dash]: [number, number, number, number, string, number, number[]]
): void {
  context.beginPath();
  context.setLineDash(dash.map((length) => length * ratio));
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.strokeStyle = colour;
  context.lineWidth = width * ratio;
  context.stroke();
  context.setLineDash([]);
}

function write(
  { context, box, ratio }: Surface,
  ...[text, x, y, theme, colour, align]: [string, number, number, Theme, string, "left" | "center"]
): void {
  context.font = `${11 * ratio}px ${theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  const width = context.measureText(text).width;
  const wanted = align === "left" ? x : x - width / 2;
  const left = Math.max(box.left, Math.min(wanted, box.left + box.width - width - 4 * ratio));
  // Legible on whatever it lies.
  context.lineJoin = "round";
  context.lineWidth = 3 * ratio;
  context.strokeStyle = theme.colours.ground;
  context.strokeText(text, left, y);
  context.fillStyle = colour;
  context.fillText(text, left, y);
}

/** Nothing outside of the plotting area, and nothing left set. */
function inside({ context, box }: Surface, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  draw();
  context.restore();
}
