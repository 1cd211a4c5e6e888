import { assessBudget } from "../../../src/budget/assess.ts";
import type { CountedPoint } from "../../../src/budget/history.ts";
import type { BudgetStatus, BudgetSubject } from "../../../src/budget/status.ts";
import type { Measurement } from "../../../src/core/measurement.ts";
import { normalQuantile } from "../../../src/core/normal.ts";
import { Objective } from "../../../src/core/objective.ts";
import type { Random } from "../../../src/core/random.ts";
import { type TimeRange, type Window, windowAt } from "../../../src/core/time/window.ts";

/** What an hour is in these lives. */
export const HOUR = 3_600_000;
const DAY_HOURS = 24;
const BEGIN = Date.UTC(2025, 0, 1);

/** Kinds of service; the error ratios of the first ones do not change their nature with time. */
export const STATIONARY = ["steady", "bursty", "weekly shape", "empty nights"] as const;
export const CHANGING = ["in a fault", "growing", "recovering", "shifted"] as const;
export type Kind = (typeof STATIONARY)[number] | (typeof CHANGING)[number];

/** A service's counts, hour by hour, and the moment at which one looks ahead. */
export interface Life {
  readonly subject: BudgetSubject;
  readonly bad: Float64Array;
  readonly total: Float64Array;
  /** The same, added up. */
  readonly failuresBefore: Float64Array;
  readonly eventsBefore: Float64Array;
  /** How many hours have passed by then. */
  readonly now: number;
  /** How many hours of the past are known. */
  readonly known: number;
}

export interface LifeOptions {
  readonly window: Window;
  /** Length of the window, in hours; of a calendar period about. */
  readonly windowHours: number;
  readonly known: number;
}

/** One life of a kind, with a budget about as large as what is spent; undefined if there was no such moment in it. */
export function drawLife(kind: Kind, random: Random, { window, windowHours, known }: LifeOptions): Life | undefined {
  const hours = Math.max(windowHours, known) + 3 * windowHours;
  const budget = Math.round(between(random, 0.0005, 0.02) * 1e6) / 1e6;
  const now = Math.floor(Math.max(windowHours, known) * 1.05 + random.next() * windowHours * 1.8);
  const traffic = drawTraffic(kind, random, hours);
  const life = { random, kind, hours, windowHours, now };
  const paces = drawPaces(life);
  const moment = kind === "in a fault" ? inFault(paces, life) : now;
  if (moment === undefined) return undefined;
  const total = traffic.map((events) => poisson(random, events));
  const bad = total.map((events, hour) =>
    Math.min(events, poisson(random, events * Math.min(0.95, budget * (paces[hour] as number)))),
  );
  const objective = Objective.parse(`${String(Math.round((1 - budget) * 1e8) / 1e6)}%`);
  const subject = { id: kind, objective, window, minimumEvents: 1 };
  return { subject, bad, total, failuresBefore: sumsOf(bad), eventsBefore: sumsOf(total), now: moment, known };
}

interface Drawn {
  readonly kind: Kind;
  readonly random: Random;
  readonly hours: number;
  readonly windowHours: number;
  readonly now: number;
}

/** Events of each hour: the shape of a day, often of a week, and noise. */
function drawTraffic(kind: Kind, random: Random, hours: number): Float64Array {
  const level = between(random, 30, 30_000);
  const swing = 0.8 * random.next();
  const phase = random.next();
  const weekend = kind === "weekly shape" ? 0.1 + 0.4 * random.next() : random.pick([0.5, 1]);
  return Float64Array.from({ length: hours }, (_, hour) => {
    const time = (hour / DAY_HOURS + phase) % 1;
    if (kind === "empty nights" && time < 1 / 3) return 0;
    const ofDay = 1 + swing * Math.sin(2 * Math.PI * time);
    return level * ofDay * (Math.floor(hour / DAY_HOURS) % 7 >= 5 ? weekend : 1) * Math.exp(0.1 * normal(random));
  });
}

/** Error ratios of each hour, in multiples of what the budget allows. */
function drawPaces(life: Drawn): Float64Array {
  const { kind, random, hours, windowHours, now } = life;
  const unit = windowHours / 30;
  switch (kind) {
    case "steady":
      return new Float64Array(hours).fill(between(random, 0.3, 2));
    case "bursty":
    case "in a fault":
      return episodes(life, between(random, 0.02, 0.4));
    case "empty nights": {
      const base = between(random, 0.1, 1.2);
      return random.next() < 0.5 ? episodes(life, base) : new Float64Array(hours).fill(base);
    }
    case "weekly shape": {
      const base = between(random, 0.3, 2);
      return Float64Array.from({ length: hours }, (_, hour) => {
        const workday = Math.floor(hour / DAY_HOURS) % 7 < 5;
        return base * (workday ? 1.3 : 0.4) * (hour % DAY_HOURS >= 12 ? 1.6 : 0.6);
      });
    }
    case "growing": {
      const doubling = between(random, 5, 30) * unit;
      const pace = between(random, 0.3, 2.5);
      return Float64Array.from({ length: hours }, (_, hour) => pace * 2 ** ((hour - now) / doubling));
    }
    case "recovering": {
      const paces = new Float64Array(hours).fill(between(random, 0.1, 1.1));
      const length = between(random, 1, 48) * (windowHours / 720);
      const ended = now - between(random, 1, 240) * (windowHours / 720);
      add(paces, ended - length, length, ((0.2 + 0.7 * random.next()) * windowHours) / length);
      return paces;
    }
    case "shifted": {
      const [before, after] = [between(random, 0.3, 2), between(random, 0.1, 2.5)];
      const at = now - (1 + 19 * random.next()) * unit;
      return Float64Array.from({ length: hours }, (_, hour) => (hour < at ? before : after));
    }
  }
}

/** A base with faults that come at random, of which some are ten times as long or as grave as others. */
function episodes({ random, hours, windowHours }: Drawn, base: number): Float64Array {
  const paces = new Float64Array(hours).fill(base);
  const perWindow = between(random, 1.5, 25);
  const median = between(random, 0.3, 8) * (windowHours / 720);
  const gravity = (between(random, 0.3, 1.6) * windowHours) / perWindow / (median * Math.exp(0.5));
  for (
    let start = wait(random, windowHours / perWindow);
    start < hours;
    start += wait(random, windowHours / perWindow)
  ) {
    const length = median * Math.exp(normal(random));
    add(paces, start, length, gravity * Math.exp(0.5 * normal(random)));
    start += length;
  }
  return paces;
}

function inFault(paces: Float64Array, { random, windowHours, now, hours }: Drawn): number | undefined {
  const base = Math.min(...paces);
  const moments = Array.from({ length: windowHours }, (_, index) => now + index).filter(
    (hour) => hour < hours - windowHours && (paces[hour - 1] as number) > base + 3,
  );
  return moments.length === 0 ? undefined : random.pick(moments);
}

function add(paces: Float64Array, start: number, length: number, pace: number): void {
  for (let hour = Math.max(0, Math.floor(start)); hour < Math.min(paces.length, start + length); hour += 1) {
    const share = Math.min(hour + 1, start + length) - Math.max(hour, start);
    paces[hour] = (paces[hour] as number) + pace * share;
  }
}

function between(random: Random, low: number, high: number): number {
  return low * (high / low) ** random.next();
}

function wait(random: Random, mean: number): number {
  return -Math.log(1 - random.next()) * mean;
}

function normal(random: Random): number {
  return normalQuantile(random.next() || 0.5);
}

function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = -1;
  for (let chance = 1; chance > Math.exp(-mean) || count < 0; chance *= random.next()) count += 1;
  return Math.max(0, count);
}

/** The end of an hour of a life, in epoch milliseconds. */
export function timeOf(hour: number): number {
  return BEGIN + hour * HOUR;
}

/** The points that are known at the life's moment. */
export function pointsOf({ bad, total, now, known }: Life): CountedPoint[] {
  return Array.from({ length: known }, (_, index) => {
    const hour = now - known + index;
    const events = total[hour] as number;
    return { at: timeOf(hour + 1), good: events - (bad[hour] as number), total: events };
  });
}

/** How the budget stands after so many hours. */
export function statusAt({ subject, failuresBefore, eventsBefore }: Life, hour: number): BudgetStatus {
  const at = timeOf(hour);
  const sum = ({ start, end }: TimeRange): Measurement => {
    const [from, to] = [Math.max(0, (start - BEGIN) / HOUR), (end - BEGIN) / HOUR];
    const total = (eventsBefore[to] as number) - (eventsBefore[from] as number);
    return { good: total - ((failuresBefore[to] as number) - (failuresBefore[from] as number)), total, coverage: 1 };
  };
  const range = windowAt(subject.window, at);
  const lookBack = Math.max(HOUR, Math.floor((range.end - range.start) / 720 / HOUR) * HOUR);
  const measurements = {
    window: sum({ start: range.start, end: at }),
    lookBacks: [{ windowMs: lookBack, measurement: sum({ start: at - lookBack, end: at }) }],
  };
  return assessBudget(subject, measurements, at);
}

function sumsOf(counts: Float64Array): Float64Array {
  const sums = new Float64Array(counts.length + 1);
  for (const [index, count] of counts.entries()) sums[index + 1] = (sums[index] as number) + count;
  return sums;
}

/** After how many hours from the life's moment the budget was spent; Infinity if it was not within `hours`. */
export function spentAfter({ subject, failuresBefore, eventsBefore, now }: Life, hours: number): number {
  const { start, end } = windowAt(subject.window, timeOf(now));
  const rolling = subject.window.kind === "rolling";
  const whole = (end - start) / HOUR;
  for (let ahead = 1; ahead <= hours; ahead += 1) {
    const to = now + ahead;
    const from = rolling ? to - whole : (start - BEGIN) / HOUR;
    const bad = (failuresBefore[to] as number) - (failuresBefore[from] as number);
    const total = (eventsBefore[to] as number) - (eventsBefore[from] as number);
    const passed = rolling ? 1 : (to - from) / whole;
    if (total > 0 && (bad / total) * passed >= subject.objective.budgetRatio) return ahead;
  }
  return Infinity;
}
