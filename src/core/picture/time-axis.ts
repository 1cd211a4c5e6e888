/** Axes of time: ticks where the clocks and the calendar of a zone are round, over seconds to centuries. */
import type { Tick } from "./axis.ts";
import { offsetMsAt } from "../time/calendar.ts";
import { timeIn } from "../time/time-text.ts";
import { instantOf, wallAt } from "../time/wall-time.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10].map((count) => count * DAY),
];
/** In months: up to half a year, then 1, 2, 5, 10 ... years. */
const MONTHS = [1, 2, 3, 6, ...[1, 10, 100, 1_000].flatMap((size) => [1, 2, 5].map((count) => 12 * size * count))];
const MONTH = 30.4 * DAY;

/** Ticks of a time axis by the clocks of `zone`, at most `most` steps; days, months and years where there are several. */
export function timeTicks(from: number, until: number, zone: string, most: number): readonly Tick[] {
  const step = STEPS.find((size) => (until - from) / size <= most);
  if (step === undefined) return monthTicks(from, until, zone, most);
  return step > HOUR ? wallTicks(from, until, zone, step) : clockTicks(from, until, zone, step);
}

/** No zone changes its clocks by less than the steps here divide, so that the offset at first does for all. */
function clockTicks(from: number, until: number, zone: string, step: number): readonly Tick[] {
  // What the clocks show is divisible by the step, whatever the zone's offset.
  const offset = offsetMsAt(zone, from);
  const ticks: Tick[] = [];
  for (let wall = Math.ceil((from + offset) / step) * step; wall - offset <= until; wall += step) {
    const text = timeIn(zone, wall - offset);
    ticks.push({ value: wall - offset, label: step < MINUTE ? text.slice(11) : hourText(text, until - from) });
  }
  return ticks;
}

/** Longer steps go along the clocks on the wall: days begin at midnight also where one has 23 hours. */
function wallTicks(from: number, until: number, zone: string, step: number): readonly Tick[] {
  const ticks: Tick[] = [];
  for (let wall = Math.floor(wallAt(from, zone) / step) * step; ; wall += step) {
    const at = instantOf(wall, zone);
    // Not >: where a Date can hold no more it is NaN.
    if (!(at <= until)) return ticks;
    const text = new Date(wall).toISOString().replace("T", " ");
    const label = step < DAY ? hourText(text, until - from) : text.slice(5, 10);
    // An hour, or a day, that the clocks leap over has no tick; a day begins also where they leap over its midnight.
    const isStruck = at + offsetMsAt(zone, at) - wall < (step < DAY ? 1 : DAY);
    if (at >= from && isStruck) ticks.push({ value: at, label });
  }
}

function monthTicks(from: number, until: number, zone: string, most: number): readonly Tick[] {
  const step = MONTHS.find((count) => (until - from) / (count * MONTH) <= most) ?? Infinity;
  const first = new Date(wallAt(from, zone));
  const month = first.getUTCFullYear() * 12 + first.getUTCMonth();
  const ticks: Tick[] = [];
  for (let next = Math.floor(month / step) * step; ; next += step) {
    // Date.UTC takes the year 99 for 1999.
    const wall = new Date(0).setUTCFullYear(0, next, 1);
    const at = instantOf(wall, zone);
    if (!(at <= until)) return ticks;
    const date = new Date(wall).toISOString();
    if (at >= from) ticks.push({ value: at, label: date.slice(0, step < 12 ? 7 : 4) });
  }
}

/** The clock, or the day where one begins. */
function hourText(text: string, span: number): string {
  return span > DAY && text.slice(11, 16) === "00:00" ? text.slice(5, 10) : text.slice(11, 16);
}
