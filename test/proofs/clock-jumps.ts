import { setImmediate as turn } from "node:timers/promises";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { CountingClock } from "./support/counting-clock.ts";
import { JumpWorld, type Pace } from "./support/jump-world.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A wall clock that jumps an hour or a year, both ways, makes no length negative, no storm of timers or pages, and loses no incident.";

interface Size {
  /** Lives of a service; in each the clock jumps at other moments. */
  readonly lives: number;
  /** How long one of them is. */
  readonly minutes: number;
}

export const quick: Size = { lives: 1, minutes: 10 };
export const full: Size = { lives: 16, minutes: 60 };

const [SECOND_MS, MINUTE_MS, HOUR_MS, YEAR_MS] = [1_000, 60_000, 3_600_000, 365 * 86_400_000];
const PACE: Pace = {
  ...{ lookMs: 10 * SECOND_MS, answerMs: 30 * SECOND_MS, escalateMs: 2 * MINUTE_MS, holdMs: MINUTE_MS },
  ...{ chaosMs: MINUTE_MS, chaosEveryMs: 3 * MINUTE_MS, windowMs: 4 * MINUTE_MS },
};
const TICK_MS = 1_000;
const REQUESTS_A_SECOND = 10;
/** Minutes of each ten in which requests fail. */
const BROKEN = [0.5, 2] as const;
/** A message that a clock has delayed comes by then: the longest pause of a channel, and a look. */
const LATEST_PAGE_MS = 16 * MINUTE_MS;
/** Timers that may be set in a second: as many as the busiest second of a life without jumps takes, and some for a jump's own work. */
const SPARE_TIMERS = 50;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures = {
    lives: 0,
    jumps: 0,
    looks: 0,
    incidents: 0,
    pages: 0,
    runs: 0,
    experiments: 0,
    mostTimersInASecond: 0,
  };
  for (let life = 0; life < size.lives; life += 1) {
    const name = `life ${String(life)} of seed ${seed}`;
    const random = seededRandom(`${seed}/${String(life)}`);
    const jumps = jumpsOf(random, size.minutes);
    const calm = await live(`${seed}/${String(life)}`, size.minutes, new Map());
    let jumpy: Life;
    try {
      jumpy = await live(`${seed}/${String(life)}`, size.minutes, jumps);
      compare(jumpy, calm, jumps.size);
    } catch (error) {
      const told = [...jumps].map(([at, ms]) => `${String(at)} s: ${String(ms / HOUR_MS)} h`).join(", ");
      throw new Error(`${name}, jumps at ${told}`, { cause: error });
    }
    figures.lives += 1;
    figures.jumps += jumps.size;
    for (const key of ["looks", "incidents", "pages", "runs", "experiments"] as const) figures[key] += jumpy[key];
    figures.mostTimersInASecond = Math.max(figures.mostTimersInASecond, jumpy.mostTimers);
    log(`${name}: ${JSON.stringify(jumpy)}`);
  }
  return figures;
}

/** By the second in which the wall clock jumps: an hour and a year both ways in any order, and in the end it is right again. */
function jumpsOf(random: Random, minutes: number): ReadonlyMap<number, number> {
  const jumps = [HOUR_MS, YEAR_MS, random.pick([HOUR_MS, YEAR_MS])].flatMap((ms) => [ms, -ms]);
  for (let index = jumps.length - 1; index > 0; index -= 1) {
    const other = random.integer(0, index);
    [jumps[index], jumps[other]] = [jumps[other]!, jumps[index]!];
  }
  const seconds = new Set<number>();
  while (seconds.size < jumps.length) seconds.add(random.integer(30, minutes * 30));
  const ordered = [...seconds].sort((a, b) => a - b);
  return new Map(ordered.map((second, index) => [second, jumps[index]!]));
}

interface Life {
  readonly looks: number;
  readonly incidents: number;
  readonly isUnresolved: boolean;
  readonly pages: number;
  readonly latestPageMs: number;
  readonly runs: number;
  readonly experiments: number;
  readonly experimentsAtLast: number;
  readonly mostTimers: number;
  readonly pendingTimers: number;
  readonly served: number;
  readonly counted: number;
  readonly updatesAtLast: number;
  readonly samplesAtLast: number;
  readonly faultsWithout: number;
  readonly troubles: readonly string[];
}

async function live(seed: string, minutes: number, jumps: ReadonlyMap<number, number>): Promise<Life> {
  const manual = new ManualClock(Date.UTC(2026, 2, 29, 0, 50));
  const clock = new CountingClock(manual);
  const world = await JumpWorld.open(clock, { seed, pace: PACE });
  const opened: { readonly id: string; readonly at: number }[] = [];
  for (const name of ["created", "reopened"] as const) {
    world.incidents.on(name, ({ incident }) => opened.push({ id: incident.id, at: clock.monotonic() }));
  }
  const faults: { readonly at: number; readonly isKnown: boolean }[] = [];
  let looks = 0;
  const last = { updates: 0, samples: 0, experiments: 0 };
  const mark = (): void => {
    Object.assign(last, { updates: world.updates, samples: world.samples, experiments: world.runner.history.length });
  };
  for (let second = 0; second < minutes * 60; second += 1) {
    const jump = jumps.get(second);
    if (jump !== undefined) manual.stepWall(jump);
    const minute = (second / 60) % 10;
    const broken = minute >= BROKEN[0] && minute < BROKEN[1];
    if (broken && !world.broken) faults.push({ at: clock.monotonic(), isKnown: await isOpen(world) });
    world.broken = broken;
    world.serve(REQUESTS_A_SECOND);
    await pass(manual, SECOND_MS);
    if (jump !== undefined || jumps.has(second - 1) || second % 150 === 149) {
      await world.look();
      looks += 1;
    }
    if (second === Math.floor(minutes * 60 * 0.55)) mark();
  }
  const [budget] = (await world.reliability.status()).services.flatMap(({ slos }) => slos);
  const counted = budget?.budget.total ?? 0;
  const { mostInASecond: mostTimers } = clock;
  const pendingTimers = manual.pendingTimers;
  const incidents = await world.tellAll();
  const isUnresolved = await isOpen(world);
  let runs = 0;
  for await (const { id } of world.runbooks.list()) runs += id === "" ? 0 : 1;
  const firstPages = opened.map(({ id, at }) => {
    const page = world.pages.find(({ incident, monotonic }) => incident === id && monotonic >= at);
    return (page?.monotonic ?? Infinity) - at;
  });
  const untold = faults.filter(({ at: from, isKnown }) => {
    return !isKnown && !opened.some(({ at }) => at >= from && at < from + 5 * MINUTE_MS);
  });
  const closing = { isOver: false };
  const closed = world.close().finally(() => (closing.isOver = true));
  for (let second = 0; second < 120 && !closing.isOver; second += 1) await pass(manual, SECOND_MS);
  if (!closing.isOver) throw new Error("it does not close");
  await closed;
  if (manual.pendingTimers > 0) throw new Error(`${String(manual.pendingTimers)} timers are left when all is closed`);
  return {
    ...{ looks, incidents, isUnresolved, runs, mostTimers, pendingTimers, counted, served: world.served },
    pages: world.pages.length,
    latestPageMs: Math.max(0, ...firstPages),
    experiments: world.runner.history.length,
    experimentsAtLast: world.runner.history.length - last.experiments,
    updatesAtLast: world.updates - last.updates,
    samplesAtLast: world.samples - last.samples,
    faultsWithout: untold.length,
    troubles: [...new Set(world.troubles)],
  };
}

async function isOpen({ incidents }: JumpWorld): Promise<boolean> {
  const { done } = await incidents.list({ open: true }).next();
  return done !== true;
}

/** Lets time pass, and everybody have his turn in between. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += TICK_MS) {
    clock.advance(TICK_MS);
    for (let turns = 0; turns < 6; turns += 1) {
      await turn();
      // What is to be done at once is a timer too.
      clock.advance(0);
    }
  }
}

function compare(jumpy: Life, calm: Life, jumps: number): void {
  const must = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`${what}: ${JSON.stringify({ jumpy, calm })}`);
  };
  must(jumpy.counted === jumpy.served && calm.counted === calm.served, "not every request is in the budget of 30 days");
  must(jumpy.mostTimers <= calm.mostTimers + SPARE_TIMERS, "a storm of timers");
  must(jumpy.pendingTimers <= calm.pendingTimers + SPARE_TIMERS, "timers pile up");
  must(jumpy.incidents <= calm.incidents + jumps, "a flood of incidents");
  must(jumpy.pages <= 2 * calm.pages + 10 * jumps, "a flood of pages");
  must(jumpy.latestPageMs <= LATEST_PAGE_MS, "a page comes late or never");
  must(jumpy.faultsWithout === 0 && calm.faultsWithout === 0, "a fault without an incident");
  must(!jumpy.isUnresolved && !calm.isUnresolved, "an incident does not end");
  must(jumpy.runs >= 1 && jumpy.runs <= calm.runs + jumps, "runs");
  must(jumpy.experimentsAtLast >= Math.max(1, calm.experimentsAtLast - 1), "experiments do not go on");
  must(jumpy.updatesAtLast >= 0.8 * calm.updatesAtLast, "the dashboard does not go on");
  must(jumpy.samplesAtLast >= 0.8 * calm.samplesAtLast, "samples do not go on");
}
