/** Random lives of a budget: a window, a clock that gaps and steps, exclusions before and after the fact. */
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { Random } from "../../../src/core/random.ts";
import {
  CALENDAR_UNITS,
  calendarWindow,
  rollingWindow,
  type TimeRange,
  type Window,
} from "../../../src/core/time/window.ts";
import type { OracleWindow } from "./brute-force.ts";
import { ZONES } from "./calendar.ts";

export interface Scenario {
  readonly window: Window;
  readonly oracleWindow: OracleWindow;
  readonly partsPerBillion: number;
  readonly clock: ManualClock;
  /** About the length of the window. */
  readonly spanMs: number;
  /** All times are multiples of it: a coarse grid makes edges coincide. */
  readonly gridMs: number;
}

const DAY_MS = 86_400_000;
const SPANS = { day: 1, week: 7, month: 30, quarter: 91, year: 365 } as const;
const OBJECTIVES = [500_000_000, 900_000_000, 990_000_000, 999_000_000, 999_500_000, 999_999_000];

export function randomScenario(random: Random): Scenario {
  const clock = new ManualClock(Date.UTC(2002, 0, 1) + random.integer(0, 36 * 365) * DAY_MS);
  const partsPerBillion = random.next() < 0.7 ? random.pick(OBJECTIVES) : random.integer(1, 999_999_999);
  const share = { partsPerBillion, clock };
  if (random.next() < 0.4) {
    const rollingMs = random.pick([600_000, 3_600_000, DAY_MS, 7 * DAY_MS, 28 * DAY_MS, 30 * DAY_MS, 90 * DAY_MS]);
    const gridMs = random.pick([1, Math.round(rollingMs / 60)]);
    return { window: rollingWindow(rollingMs), oracleWindow: { rollingMs }, spanMs: rollingMs, gridMs, ...share };
  }
  const unit = random.pick(CALENDAR_UNITS);
  const zone = random.pick(ZONES);
  const gridMs = random.pick([1, 900_000]);
  return {
    window: calendarWindow(unit, zone),
    oracleWindow: { unit, zone },
    spanMs: SPANS[unit] * DAY_MS,
    gridMs,
    ...share,
  };
}

/** Lets time pass: a little, a gap, or a step of the wall clock forth or back. */
export function passTime(random: Random, { clock, spanMs, gridMs }: Scenario): void {
  const onGrid = (ms: number): number => Math.round(ms / gridMs) * gridMs;
  const kind = random.next();
  if (kind < 0.8) clock.advance(onGrid(random.next() * random.next() * spanMs * 0.1));
  else if (kind < 0.9) clock.advance(onGrid(random.next() * spanMs * 1.5));
  else clock.stepWall(onGrid((random.next() - 0.5) * spanMs * 0.2));
}

/** A time around now, on the grid. */
export function timeAround(random: Random, { clock, spanMs, gridMs }: Scenario, reach: number): number {
  return clock.now() + Math.round(((random.next() - 0.7) * reach * spanMs) / gridMs) * gridMs;
}

/** A stretch to take out: before now, around it or ahead. */
export function randomExclusion(random: Random, scenario: Scenario): TimeRange {
  const start = timeAround(random, scenario, 1);
  const length = Math.max(1, Math.round((random.next() * scenario.spanMs * 0.1) / scenario.gridMs)) * scenario.gridMs;
  return { start, end: start + length };
}
