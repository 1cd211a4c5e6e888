/** Axes: where ticks are, and what is written at them. */
import { offsetMsAt } from "../core/calendar.ts";

import { timeIn } from "./texts.ts";

/** A tick of an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

const NICE = [1, 2, 2.5, 5, 10];

/** The step of 1, 2, 2.5 or 5 times a power of ten that makes at most `most` of `span`. */
function niceStep(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  // A hair of slack: 0.1 * 3 is not 0.3.
  const factor = NICE.find((nice) => nice * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Ticks in percent from `low` to `high`, both shares, with no more digits than tell them apart. */
export function percentTicks(low: number, high: number, most: number): readonly Tick[] {
  const step = niceStep((high - low) * 100, most);
  const digits = Math.max(
    0,
    Math.min(6, Math.ceil(-Math.log10(step) + (isWhole(step) ? 0 : 1e-9)) + (isQuarter(step) ? 1 : 0)),
  );
  const first = Math.ceil((low * 100) / step - 1e-6);
  const last = Math.floor((high * 100) / step + 1e-6);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const percent = (first + index) * step;
    const text = percent.toFixed(digits);
    return { value: percent / 100, label: `${/^-0(\.0*)?$/.test(text) ? text.slice(1) : text} %` };
  });
}

/** `low` and `high` as the nearest ticks around them. */
export function niceRange(low: number, high: number, most: number): readonly [low: number, high: number] {
  // An axis has a length, also where nothing ever changed.
  const from = high - low > 1e-9 ? low : high - 0.01;
  const step = niceStep((high - from) * 100, most) / 100;
  return [Math.floor(from / step + 1e-6) * step, Math.ceil(high / step - 1e-6) * step];
}

function isWhole(step: number): boolean {
  return step >= 1;
}

/** 2.5, 0.25 ...: one digit more than its size says. */
function isQuarter(step: number): boolean {
  const leading = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
  return Math.abs(leading - 2.5) < 1e-6 && step < 10;
}

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => count * DAY),
];

/** Ticks of a time axis by the clocks of `zone`, at most `most`; days where there are several. */
export function timeTicks(from: number, until: number, zone: string, most: number): readonly Tick[] {
  const step = STEPS.find((size) => (until - from) / size <= most) ?? (until - from) / most;
  // What the clocks show is divisible by the step, whatever the zone's offset.
  const offset = offsetMsAt(zone, from);
  const ticks: Tick[] = [];
  for (
    let wall = Math.ceil((from + offset) / step) * step;
    wall - offset <= until && ticks.length <= most;
    wall += step
  ) {
    const at = wall - offset;
    ticks.push({ value: at, label: label(zone, at, step, until - from) });
  }
  return ticks;
}

function label(zone: string, at: number, step: number, span: number): string {
  const text = timeIn(zone, at);
  if (step >= DAY) return text.slice(5, 10);
  if (step < MINUTE) return text.slice(11);
  return span > DAY && text.slice(11, 16) === "00:00" ? text.slice(5, 10) : text.slice(11, 16);
}

/** A place in a picture: two digits are less than a pixel. */
export function fix(value: number): string {
  return String(Math.round(value * 100) / 100);
}
