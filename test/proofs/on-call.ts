import { type Random, seededRandom } from "../../src/core/random.ts";
import { type Weekday, WEEKDAYS } from "../../src/response/business-hours/fields.ts";
import { BusinessHours, type BusinessHoursOptions } from "../../src/response/business-hours/business-hours.ts";
import { type OnCall, OnCallSchedule } from "../../src/response/on-call/on-call.ts";
import { ZONES } from "./support/calendar.ts";
import {
  type Answer,
  answersByTemporal,
  hoursByTemporal,
  leapsAt,
  type Stretch,
  type WrittenLayer,
  type WrittenSchedule,
} from "./support/on-call.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Who is on call is what Temporal finds by walking; shifts are contiguous, and business hours count what is open.";

interface Size {
  /** Random schedules, which take the zones in turn. */
  readonly schedules: number;
  /** Random instants for each of them. */
  readonly instants: number;
  /** How many of the schedules are asked decades after their beginning too. */
  readonly far: number;
}

export const quick: Size = { schedules: 44, instants: 20, far: 8 };
export const full: Size = { schedules: 2_200, instants: 50, far: 200 };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Near changes of the clocks: at midnight, by half an hour, over a whole day, in the usual small hours. */
const ODD_DATES = [
  ...["2011-12-28", "2024-04-04", "2024-10-03", "2017-10-13", "2022-03-25", "2026-03-27", "2026-10-23", "2009-10-30"],
  ...["2022-09-09", "2023-03-24", "2023-04-26", "2023-10-26", "2015-10-30", "2024-09-06", "2024-03-29", "2026-03-06"],
];

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const figures = { schedules: 0, zones: ZONES.length, shifts: 0, gaps: 0, instants: 0, farInstants: 0, waits: 0 };
  for (let index = 0; index < size.schedules; index += 1) {
    if (index % 100 === 0) log(`${String(index)} schedules`);
    const written = randomSchedule(random, ZONES[index % ZONES.length]!);
    try {
      const schedule = new OnCallSchedule(written);
      const start = startOf(written) - random.integer(0, 2) * DAY_MS + random.integer(0, DAY_MS);
      const range = [start, start + random.integer(1, 24) * DAY_MS] as const;
      const shifts = checkShifts(schedule, written, range);
      figures.schedules += 1;
      figures.shifts += shifts.length;
      figures.gaps += shifts.filter(({ state }) => state === "nobody").length;
      for (let count = 0; count < size.instants; count += 1, figures.instants += 1) {
        checkInstant(schedule, shifts, random.integer(range[0], range[1] - 1));
      }
      if (index < size.far) {
        checkFar(schedule, written, start + random.integer(300, 15_000) * DAY_MS + random.integer(0, DAY_MS));
        figures.farInstants += 1;
      }
      for (const { during } of written.layers) {
        if (during === undefined) continue;
        checkWait(during, { at: random.integer(...range), ms: random.integer(0, 30) * (HOUR_MS / 2) });
        figures.waits += 1;
      }
    } catch (error) {
      throw new Error(`schedule ${String(index)} of seed ${seed}: ${JSON.stringify(written)}`, { cause: error });
    }
  }
  return figures;
}

function checkShifts(schedule: OnCallSchedule, written: WrittenSchedule, range: Stretch): readonly OnCall[] {
  const shifts = schedule.shifts({ start: range[0], end: range[1] });
  const answers = answersByTemporal(written, range);
  let at = range[0];
  let place = 0;
  let before: Answer | undefined;
  for (const shift of shifts) {
    if (shift.from !== at || !(shift.until > at)) fail("not contiguous", at, shift);
    at = shift.until;
    const first = answers[place];
    if (first?.from !== shift.from) fail("begins where nothing does", shift.from, shift);
    if (before?.identity === first.identity && !leapsAt(shift.from, zonesOf(written))) {
      fail("two stretches of one shift", shift.from, shift);
    }
    for (before = first; place < answers.length && answers[place]!.from < shift.until; place += 1) {
      const answer = answers[place]!;
      const same = answer.person === shift.person && answer.source === sourceOf(shift);
      if (!same || answer.identity !== first.identity) fail(JSON.stringify(answer), answer.from, shift);
    }
  }
  if (at !== range[1] || place !== answers.length) fail("does not reach the end", at, shifts.at(-1));
  return shifts;
}

function checkInstant(schedule: OnCallSchedule, shifts: readonly OnCall[], at: number): void {
  const said = schedule.whoIsOnCall(at);
  const index = shifts.findIndex(({ from, until }) => from <= at && at < until);
  const shift = shifts[index]!;
  const sameStart = index === 0 ? said.from <= shift.from : said.from === shift.from;
  const sameEnd = index === shifts.length - 1 ? said.until >= shift.until : said.until === shift.until;
  if (said.person !== shift.person || sourceOf(said) !== sourceOf(shift) || !sameStart || !sameEnd) {
    fail(JSON.stringify(said), at, shift);
  }
}

function checkFar(schedule: OnCallSchedule, written: WrittenSchedule, at: number): void {
  const [answer] = answersByTemporal(written, [at, at + 1]);
  const said = schedule.whoIsOnCall(at);
  if (said.person !== answer?.person || sourceOf(said) !== answer?.source) fail(JSON.stringify(answer), at, said);
}

function checkWait(options: BusinessHoursOptions, { at, ms }: { readonly at: number; readonly ms: number }): void {
  const office = new BusinessHours(options);
  const due = office.addOpenTime(at, ms);
  const opening = office.nextOpening(at);
  const open = hoursByTemporal(options, [at, Math.max(due, opening) + DAY_MS]);
  const borders = [...new Set([at, due, ...open.flat()])].filter((border) => border >= at && border <= due);
  borders.sort((a, b) => a - b);
  let openMs = 0;
  borders.slice(0, -1).forEach((border, index) => {
    if (isIn(open, border)) openMs += borders[index + 1]! - border;
  });
  if (openMs !== ms || (ms > 0 && !isIn(open, due - 1)))
    fail(`${String(openMs)} of ${String(ms)} ms are open`, at, due);
  const opens = isIn(open, at) ? at : Math.min(...open.map(([from]) => from).filter((from) => from > at));
  if (opens !== opening || office.isOpen(at) !== isIn(open, at)) fail(`opens at ${String(opens)}`, at, opening);
}

function isIn(stretches: readonly Stretch[], at: number): boolean {
  return stretches.some(([from, until]) => from <= at && at < until);
}

function sourceOf(shift: OnCall): string {
  if (shift.state === "nobody") return "(nobody)";
  return shift.override ? "(override)" : shift.layer!;
}

function fail(what: string, at: number, found: unknown): never {
  throw new Error(`${new Date(at).toISOString()}: ${what}; found ${JSON.stringify(found)}`);
}

function startOf({ layers }: WrittenSchedule): number {
  return Math.max(...layers.map(({ startsAt }) => Date.parse(startsAt)));
}

function zonesOf({ layers }: WrittenSchedule): string[] {
  return layers.flatMap(({ handover, during }) => [handover.zone, during?.zone ?? handover.zone]);
}

function randomSchedule(random: Random, zone: string): WrittenSchedule {
  const day = Date.parse(random.integer(0, 1) === 0 ? random.pick(ODD_DATES) : "2012-01-01");
  const near = day + (day === Date.parse("2012-01-01") ? random.integer(0, 9_000) * DAY_MS : 0);
  const layers = Array.from({ length: random.integer(1, 3) }, (_, index) => randomLayer(random, { zone, near, index }));
  const overrides = Array.from({ length: random.integer(0, 4) }, (_, index) => {
    const from = near + random.integer(0, 20 * 24 * 4) * (HOUR_MS / 4);
    return { person: `stand-in ${String(index)}`, from, until: from + random.integer(1, 200) * (HOUR_MS / 2) };
  });
  return { name: "random", layers, overrides };
}

function randomLayer(
  random: Random,
  { zone, near, index }: { readonly zone: string; readonly near: number; readonly index: number },
): WrittenLayer {
  const every = random.pick(["day", "week", "1h", "5h", "8h", "12h", "2d", "3d", "10d", "2w"]);
  const people = Array.from({ length: random.integer(1, 5) }, (_, place) => `${String(index)}.${String(place)}`);
  const zoneHere = random.integer(0, 3) === 0 ? random.pick(ZONES) : zone;
  const inWeeks = every === "week" || every.endsWith("w");
  return {
    name: `layer ${String(index)}`,
    people,
    handover: {
      every,
      at: randomTime(random),
      zone: zoneHere,
      ...(inWeeks && random.integer(0, 1) === 0 ? { on: random.pick(WEEKDAYS) } : {}),
    },
    startsAt: dateText(near - random.integer(0, 40) * DAY_MS),
    ...(random.integer(0, 1) === 0 ? {} : { during: randomHours(random, { zone, near }) }),
  };
}

function randomHours(
  random: Random,
  { zone, near }: { readonly zone: string; readonly near: number },
): BusinessHoursOptions {
  const hours = Array.from({ length: random.integer(1, 4) }, () => {
    const from = randomTime(random);
    const until = random.integer(0, 3) === 0 ? "24:00" : randomTime(random);
    const days: Weekday[] = WEEKDAYS.filter(() => random.integer(0, 1) === 0);
    return { days: days.length === 0 ? [random.pick(WEEKDAYS)] : days, from, until: until === from ? "24:00" : until };
  });
  const holidays = Array.from({ length: random.integer(0, 6) }, () => dateText(near + random.integer(-3, 20) * DAY_MS));
  return { zone: random.integer(0, 3) === 0 ? random.pick(ZONES) : zone, hours, holidays };
}

/** Often at the hours at which clocks are changed. */
function randomTime(random: Random): string {
  const odd = ["00:00", "00:30", "01:00", "01:30", "02:00", "02:15", "02:30", "03:00", "23:00", "23:45"];
  if (random.integer(0, 1) === 0) return random.pick(odd);
  return [random.integer(0, 23), random.integer(0, 59)].map((part) => String(part).padStart(2, "0")).join(":");
}

function dateText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
