import { Temporal } from "@js-temporal/polyfill";

import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { boundsOfDay } from "../../src/chaos/game-day/plan.ts";
import { atIntervals, byChance } from "../../src/chaos/schedule/timetable.ts";
import { readInstant } from "../../src/core/time/instant.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { timeTicks } from "../../src/core/picture/time-axis.ts";
import { dateIn, timeIn } from "../../src/core/time/time-text.ts";
import { instantOf, wallAt } from "../../src/core/time/wall-time.ts";
import { CALENDAR_UNITS, type CalendarUnit, rollingWindow, windowAt } from "../../src/core/time/window.ts";
import { BusinessHours, type BusinessHoursOptions } from "../../src/response/business-hours/business-hours.ts";
import { OnCallSchedule } from "../../src/response/on-call/on-call.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { periodByTemporal } from "./support/calendar.ts";
import { answersByTemporal, hoursByTemporal, instantByTemporal, type WrittenSchedule } from "./support/on-call.ts";
import { latestWall, roundTimes, textOf, wallOf, zonedBy } from "./support/zone-answers.ts";
import { EDGE_ZONES, edgesOf } from "./support/zone-edges.ts";
import type { ProofContext, ProofFigures } from "./types.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

export const description =
  "Whatever takes a time zone says what Temporal says: at changes of the clocks, leap days, ends of months, 2038 and 2100.";

interface Size {
  /** Of the edges of each zone one in so many is looked at. */
  readonly oneIn: number;
}

export const quick: Size = { oneIn: 96 };
export const full: Size = { oneIn: 1 };

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const figures = { zones: EDGE_ZONES.length, instants: 0, windows: 0, ticks: 0, shifts: 0, plannedRuns: 0 };
  for (const zone of EDGE_ZONES) {
    log(zone);
    const edges = edgesOf(zone);
    const managers = managersOf(zone);
    for (let place = random.integer(0, size.oneIn - 1); place < edges.length; place += size.oneIn) {
      const at = edges[place]!;
      const is = comparer(`${new Date(at).toISOString()} in ${zone} (seed ${seed})`);
      checkWall(at, zone, is);
      for (const [unit, manager] of managers) figures.windows += checkWindow(manager, { unit, zone, at }, is);
      figures.ticks += checkTicks(at, zone, is);
      checkHours(at, zone, random, is);
      figures.shifts += checkShifts(at, zone, random, is);
      figures.plannedRuns += checkTimetable(at, zone, random, is);
      figures.instants += 1;
    }
  }
  return figures;
}

type Compare = (what: string, found: unknown, expected: unknown) => void;

function comparer(where: string): Compare {
  return (what, found, expected) => {
    const [one, other] = [found, expected].map((value) => JSON.stringify(value));
    if (one !== other) throw new Error(`${what} at ${where}: ${String(one)}, and by Temporal ${String(other)}`);
  };
}

/** A budget for each period, of a document as users write it. */
function managersOf(zone: string): ReadonlyMap<CalendarUnit, ErrorBudgetManager> {
  const slos = Object.fromEntries(
    CALENDAR_UNITS.map((unit) => [
      unit,
      { kind: "availability", target: "99%", measurement_window: { calendar: unit, time_zone: zone } },
    ]),
  );
  const document = parseSloDocument({ service_level_objectives: { shop: slos } } as SloDocumentInput);
  return new Map(
    document.slos.map(({ id, name, objective, window }) => {
      return [name as CalendarUnit, new ErrorBudgetManager({ id, objective, window, clock: new ManualClock() })];
    }),
  );
}

function checkWindow(
  manager: ErrorBudgetManager,
  { unit, zone, at }: { readonly unit: CalendarUnit; readonly zone: string; readonly at: number },
  is: Compare,
): number {
  const expected = periodByTemporal(unit, zone, at);
  const range = windowAt({ kind: "calendar", unit, zone }, at);
  is(unit, range, expected);
  is(`budget of the ${unit}`, manager.status(at).range, expected);
  is(`${unit} after the ${unit}`, windowAt({ kind: "calendar", unit, zone }, range.end).start, range.end);
  const start = Temporal.Instant.fromEpochMilliseconds(at).subtract({ hours: 30 * 24 }).epochMilliseconds;
  is("30 days", windowAt(rollingWindow(30 * DAY_MS), at), { start, end: at });
  return 1;
}

function checkWall(at: number, zone: string, is: Compare): void {
  const now = zonedBy(at, zone);
  const plain = now.toPlainDateTime();
  is("the text", timeIn(zone, at), textOf(at, zone));
  is("the date", dateIn(zone, at), plain.toPlainDate().toString());
  is("the latest time on the wall", wallAt(at, zone), latestWall(at, zone));
  for (const minutes of [-90, -45, -30, -15, 0, 15, 30, 60]) {
    const near = plain.add({ minutes });
    is(`the first instant of ${near.toString()}`, instantOf(wallOf(near), zone), instantByTemporal(near, zone));
  }
  const written = now.round({ smallestUnit: "second", roundingMode: "floor" });
  is(
    "a written instant",
    readInstant(`${written.toPlainDateTime().toString()}${written.offset}`),
    written.epochMilliseconds,
  );
  const [day, next] = [plain.toPlainDate(), plain.toPlainDate().add({ days: 1 })];
  const bounds = {
    from: instantByTemporal(day.toPlainDateTime(), zone),
    until: instantByTemporal(next.toPlainDateTime(), zone),
  };
  is("a game day", boundsOfDay({ date: day.toString(), zone }), bounds);
}

/** An axis of 20 hours has a tick every 3 hours, one of days every day, one of months every month. */
function checkTicks(at: number, zone: string, is: Compare): number {
  let count = 0;
  for (const [unit, span] of [
    [3, 20 * HOUR_MS],
    ["day", 5.5 * DAY_MS],
    ["month", 150 * DAY_MS],
  ] as const) {
    const from = at - span / 2;
    const ticks = timeTicks(from, from + span, zone, 7).map(({ value }) => value);
    is(`ticks by ${String(unit)}`, ticks, roundTimes([from, from + span], zone, unit));
    count += ticks.length;
  }
  return count;
}

const WORKING_WEEK = ["mon", "tue", "wed", "thu", "fri"] as const;
const WHOLE_WEEK = [...WORKING_WEEK, "sat", "sun"] as const;

/** In the small hours, over midnight, and by day; closed on leap days. */
function officesOf(zone: string): readonly BusinessHoursOptions[] {
  const holidays = ["2024-02-29", "2028-02-29", "2100-03-01", "2038-01-19"];
  return [
    { zone, hours: [{ days: WHOLE_WEEK, from: "02:15", until: "02:45" }], holidays },
    { zone, hours: [{ days: WHOLE_WEEK, from: "23:30", until: "01:30" }] },
    { zone, hours: [{ days: WORKING_WEEK, from: "09:00", until: "17:30" }], holidays },
  ];
}

function checkHours(at: number, zone: string, random: Random, is: Compare): void {
  const options = random.pick(officesOf(zone));
  const office = new BusinessHours(options);
  const open = hoursByTemporal(options, [at - 8 * DAY_MS, at + 12 * DAY_MS]);
  const isIn = (instant: number): boolean => open.some(([from, until]) => from <= instant && instant < until);
  is("open", office.isOpen(at), isIn(at));
  const opens = isIn(at) ? at : Math.min(...open.map(([from]) => from).filter((from) => from > at));
  is("the next opening", office.nextOpening(at), opens);
  const openMs = random.integer(1, 4) * 15 * MINUTE_MS;
  const due = office.addOpenTime(at, openMs);
  const borders = [...new Set([at, due, ...open.flat()])]
    .filter((one) => one >= at && one <= due)
    .sort((a, b) => a - b);
  const passed = borders.slice(0, -1).filter(isIn);
  const sum = passed.reduce((ms, one) => ms + borders[borders.indexOf(one) + 1]! - one, 0);
  is("open time", [sum, isIn(due - 1)], [openMs, true]);
}

function checkShifts(at: number, zone: string, random: Random, is: Compare): number {
  const [every, time] = [random.pick(["day", "12h", "week", "5h"]), random.pick(["02:30", "00:00", "09:00"])];
  const startsAt = zonedBy(at - 9 * DAY_MS, zone)
    .toPlainDate()
    .toString();
  const layer = { name: "turns", people: ["ann", "bob", "cy"], handover: { every, at: time, zone }, startsAt };
  const written: WrittenSchedule = { name: "edge", layers: [layer] };
  const schedule = new OnCallSchedule(written);
  for (const instant of [at - HOUR_MS, at, at + HOUR_MS]) {
    const [answer] = answersByTemporal(written, [instant, instant + 1]);
    is(`who is on call by ${every} at ${time}`, schedule.whoIsOnCall(instant).person, answer?.person);
  }
  return 3;
}

/** A run is planned so that it is over before the hours are. */
function checkTimetable(at: number, zone: string, random: Random, is: Compare): number {
  const options = officesOf(zone)[2]!;
  const allowed = { hours: new BusinessHours(options), spreadMs: HOUR_MS };
  const timetable = random.pick([
    atIntervals({ everyMs: 11 * HOUR_MS, jitterMs: HOUR_MS }, allowed),
    byChance(9 * HOUR_MS, allowed),
  ]);
  const open = hoursByTemporal(options, [at, at + 24 * DAY_MS]);
  const durationMs = 45 * MINUTE_MS;
  let planned = 0;
  for (const due of timetable({ from: at, seed: String(random.integer(0, 1e9)), durationMs })) {
    planned += 1;
    const fits = open.some(([from, until]) => from <= due && due + durationMs <= until);
    is(`a run planned for ${new Date(due).toISOString()} is within the hours`, fits, true);
    if (planned === 3) break;
  }
  return planned;
}
