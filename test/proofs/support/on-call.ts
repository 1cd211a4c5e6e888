/** Who is on call, by Temporal: hand-overs and hours are walked day by day, and every border is looked at. */
import { Temporal } from "@js-temporal/polyfill";

import type { BusinessHoursOptions } from "../../../src/response/business-hours/business-hours.ts";
import type { OnCallLayer } from "../../../src/response/on-call/layer.ts";
import type { OnCallScheduleOptions } from "../../../src/response/on-call/on-call.ts";

/** A layer whose hours, if any, are written out. */
export interface WrittenLayer extends OnCallLayer {
  readonly during?: BusinessHoursOptions;
}

/** A schedule whose layers are written out. */
export interface WrittenSchedule extends OnCallScheduleOptions {
  readonly layers: readonly WrittenLayer[];
}

/** A half-open stretch, in epoch milliseconds. */
export type Stretch = readonly [from: number, until: number];

/** One answer of the oracle, which holds for a stretch. */
export interface Answer {
  readonly from: number;
  readonly until: number;
  readonly person: string | undefined;
  /** The layer, `(override)` or `(nobody)`. */
  readonly source: string;
  /** Tells one turn, or one override, from the next. */
  readonly identity: string;
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** The first instant at which the clocks have come to `plain`. */
export function instantByTemporal(plain: Temporal.PlainDateTime, zone: string): number {
  const earlier = plain.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (earlier.toPlainDateTime().equals(plain)) return earlier.epochMilliseconds;
  return earlier.getTimeZoneTransition("next")!.epochMilliseconds;
}

/** The answers for [from, until), each with the stretch between two borders of any kind. */
export function answersByTemporal(schedule: WrittenSchedule, [from, until]: Stretch): Answer[] {
  const layers = schedule.layers.map((layer) => ({
    name: layer.name,
    turns: turnsOf(layer, [from, until]),
    hours: layer.during === undefined ? undefined : hoursByTemporal(layer.during, [from, until]),
  }));
  const overrides = schedule.overrides ?? [];
  const borders = new Set([from, until]);
  for (const { turns, hours } of layers) {
    for (const turn of turns) borders.add(turn.from).add(turn.until);
    for (const [opens, closes] of hours ?? []) borders.add(opens).add(closes);
  }
  for (const override of overrides) borders.add(override.from).add(override.until);
  const inside = [...borders].filter((at) => at >= from && at <= until).sort((a, b) => a - b);
  return inside.slice(0, -1).map((at, index) => ({ from: at, until: inside[index + 1]!, ...answerAt(at) }));

  function answerAt(at: number): Pick<Answer, "person" | "source" | "identity"> {
    for (let index = overrides.length - 1; index >= 0; index -= 1) {
      const override = overrides[index]!;
      if (override.from <= at && at < override.until) {
        return { person: override.person, source: "(override)", identity: `override ${String(index)}` };
      }
    }
    for (const { name, turns, hours } of [...layers].reverse()) {
      const turn = turns.find((candidate) => candidate.from <= at && at < candidate.until);
      const open = hours?.some(([opens, closes]) => opens <= at && at < closes) ?? true;
      if (turn !== undefined && open) {
        return { person: turn.person, source: name, identity: `${name} ${String(turn.count)}` };
      }
    }
    return { person: undefined, source: "(nobody)", identity: "nobody" };
  }
}

interface CountedTurn {
  readonly count: number;
  readonly person: string;
  readonly from: number;
  readonly until: number;
}

/** The turns that touch [from, until), found by walking from the first one. */
function turnsOf({ people, handover, startsAt }: WrittenLayer, [from, until]: Stretch): CountedTurn[] {
  const { zone } = handover;
  const step = stepOf(handover.every);
  const start = Temporal.PlainDate.from(startsAt).toPlainDateTime(handover.at);
  const startInstant = instantByTemporal(start, zone);
  let wall = start;
  while (handover.on !== undefined && WEEKDAYS[wall.dayOfWeek - 1] !== handover.on) wall = wall.subtract({ days: 1 });
  const near = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDateTime();
  const worthALook = near.subtract({ days: 2 });
  const turns: CountedTurn[] = [];
  let count = 0;
  // A hundred turns at a stride while they are all long over: forty years of single hours would take seconds.
  const stride = Temporal.Duration.from(step);
  const strides = Temporal.Duration.from({ hours: stride.hours * 100, days: (stride.weeks * 7 + stride.days) * 100 });
  for (let far = wall.add(strides); Temporal.PlainDateTime.compare(far, worthALook) < 0; far = wall.add(strides)) {
    wall = far;
    count += 100;
  }
  for (; ; count += 1) {
    const next = wall.add(step);
    if (Temporal.PlainDateTime.compare(next, worthALook) >= 0) {
      const begins = instantByTemporal(wall, zone);
      if (begins >= until) return turns;
      const turn = { from: Math.max(begins, startInstant), until: instantByTemporal(next, zone) };
      if (turn.from < turn.until) turns.push({ count, person: people[count % people.length]!, ...turn });
    }
    wall = next;
  }
}

function stepOf(every: string): Temporal.DurationLike {
  if (every === "day") return { days: 1 };
  if (every === "week") return { weeks: 1 };
  const number = Number(every.slice(0, -1));
  if (every.endsWith("h")) return { hours: number };
  return every.endsWith("d") ? { days: number } : { weeks: number };
}

/** The open stretches that touch [from, until): each window of each date, holidays left out. They may touch. */
export function hoursByTemporal(
  { zone, hours, holidays = [] }: BusinessHoursOptions,
  [from, until]: Stretch,
): Stretch[] {
  const [first, last] = [from, until].map((at) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate(),
  ) as [Temporal.PlainDate, Temporal.PlainDate];
  const open: Stretch[] = [];
  const end = last.add({ days: 2 });
  for (
    let date = first.subtract({ days: 3 });
    Temporal.PlainDate.compare(date, end) < 0;
    date = date.add({ days: 1 })
  ) {
    const tomorrow = date.add({ days: 1 });
    for (const { days, from: opens, until: closes } of hours) {
      if (!days.includes(WEEKDAYS[date.dayOfWeek - 1] as "mon")) continue;
      if (closes !== "24:00" && closes <= opens) {
        add(date, opens, tomorrow, "00:00");
        add(tomorrow, "00:00", tomorrow, closes);
      } else if (closes === "24:00") add(date, opens, tomorrow, "00:00");
      else add(date, opens, date, closes);
    }
  }
  return open;

  function add(day: Temporal.PlainDate, opens: string, endDay: Temporal.PlainDate, closes: string): void {
    if (holidays.includes(day.toString())) return;
    const start = instantByTemporal(day.toPlainDateTime(opens), zone);
    const stop = instantByTemporal(endDay.toPlainDateTime(closes), zone);
    if (start < stop) open.push([start, stop]);
  }
}

/** Whether the clocks of one of `zones` leap at `at`. */
export function leapsAt(at: number, zones: readonly string[]): boolean {
  return zones.some((zone) => {
    const [before, after] = [at - 1, at].map(
      (instant) => Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds,
    );
    return after! > before!;
  });
}
