import { afterEach, describe, expect, it } from "vitest";

import { ChaosScheduler, type ChaosSchedulerOptions } from "../../../src/chaos/schedule/scheduler.ts";
import { ConfigurationError } from "../../../src/core/errors.ts";
import type { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { BusinessHours } from "../../../src/response/business-hours/business-hours.ts";

import { passing, runnerOf, settled, Strike, T0, targetsOf } from "../support.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const OFFICE = {
  zone: "Europe/Berlin",
  hours: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", until: "15:00" }],
  holidays: ["2026-04-06"],
} as const;

let running: ChaosScheduler[] = [];
afterEach(async () => {
  for (const scheduler of running) await scheduler.stop();
  running = [];
});

async function scheduled(options: Partial<ChaosSchedulerOptions>, maxRuns = 10) {
  const { runner, clock } = await runnerOf({ maxRuns });
  const scheduler = new ChaosScheduler({ runner, clock, seed: 1, entries: [], ...options });
  running.push(scheduler);
  const told: string[] = [];
  const minutes = (at: number): string => String((at - T0) / MINUTE);
  scheduler.on("planned", ({ entry, at }) => told.push(`planned ${entry} ${minutes(at)}`));
  scheduler.on("started", ({ entry, at }) => told.push(`started ${entry} ${minutes(at)}`));
  scheduler.on("finished", ({ entry, report }) => told.push(`finished ${entry} ${report.outcome}`));
  scheduler.on("skipped", ({ entry, reason }) => told.push(`skipped ${entry} ${reason.code}`));
  return { runner, clock, scheduler, told };
}

/** Lets time pass, and all that follows from it happen. */
async function pass(clock: ManualClock, ms: number, stepMs = MINUTE): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left));
    for (let turn = 0; turn < 6; turn += 1) await settled();
  }
}

/** Each strikes a group of its own. */
const strike = (name: string, duration = "10s"): Strike =>
  new Strike({
    name,
    duration,
    all: targetsOf(4, { group: name }).map((one) => ({ ...one, id: `${name}/${one.id}` })),
  });

describe("a scheduler", () => {
  it("runs each entry when it is due, and tells what it plans, starts and has finished", async () => {
    const { clock, scheduler, told } = await scheduled({
      entries: [
        { experiment: strike("often"), every: "10m" },
        { experiment: strike("seldom"), every: "25m", by: "ann" },
      ],
    });
    scheduler.start();
    await pass(clock, 26 * MINUTE, 5_000);
    expect(told).toEqual([
      "planned often 10",
      "planned seldom 25",
      "planned often 20",
      "started often 10",
      "finished often completed",
      "planned often 30",
      "started often 20",
      "finished often completed",
      "planned seldom 50",
      "started seldom 25",
      "finished seldom completed",
    ]);
    expect(scheduler.history.map((run) => ("report" in run ? run.report.by : ""))).toEqual([
      "scheduler",
      "scheduler",
      "ann",
    ]);
    expect(scheduler.next()).toEqual([
      { entry: "often", at: T0 + 30 * MINUTE },
      { entry: "seldom", at: T0 + 50 * MINUTE },
    ]);
  });

  it("starts nothing whose last run goes on, nor two of one group", async () => {
    const entries = [
      { experiment: strike("long", "30m"), every: "20m", group: "db" },
      { experiment: strike("other", "10s"), every: "25m", group: "db" },
      { experiment: strike("free", "10s"), every: "26m" },
    ];
    const { clock, scheduler, told } = await scheduled({ entries });
    scheduler.start();
    await pass(clock, 41 * MINUTE);
    expect(told.filter((text) => !text.startsWith("planned"))).toEqual([
      "started long 20",
      "skipped other group_busy",
      "started free 26",
      "finished free completed",
      "skipped long still_running",
    ]);
  });

  it("ends what goes on when it is stopped, even if that is asked for by who is told that it started", async () => {
    const experiment = strike("long", "30m");
    const { clock, scheduler } = await scheduled({ entries: [{ experiment, every: "20m" }] });
    scheduler.start();
    await pass(clock, 20 * MINUTE);
    expect(experiment.faults.size).toBe(1);
    await passing(clock, scheduler.stop());
    expect(experiment.faults.size).toBe(0);
    expect(scheduler.history).toMatchObject([{ report: { outcome: "aborted", reasons: [{ code: "ended" }] } }]);
    expect(clock.pendingTimers).toBe(0);

    let stopped: Promise<void> | undefined;
    scheduler.on("started", () => {
      stopped ??= scheduler.stop();
    });
    scheduler.start();
    await pass(clock, 20 * MINUTE);
    await passing(clock, stopped!);
    expect([experiment.faults.size, scheduler.history.length]).toEqual([0, 2]);
    await pass(clock, DAY);
    expect(scheduler.history).toHaveLength(2);
  });

  it("does not make up for what passed while nobody was awake, while it was paused, or before it was started", async () => {
    const { clock, scheduler, told } = await scheduled({ entries: [{ experiment: strike("a"), every: "10m" }] });
    await pass(clock, 15 * MINUTE);
    scheduler.start();
    clock.stepWall(45 * MINUTE);
    await pass(clock, MINUTE);
    scheduler.pause();
    await pass(clock, 10 * MINUTE);
    scheduler.resume();
    await pass(clock, 10 * MINUTE);
    expect(told).toEqual([
      "planned a 20",
      // At 61 minutes: those of 20 to 50 are late by more than a minute, the one of 60 by one.
      "skipped a missed",
      "planned a 70",
      "started a 60",
      "finished a completed",
      "skipped a paused",
      "planned a 80",
      "planned a 90",
      "started a 80",
      "finished a completed",
    ]);
    expect(scheduler.history[0]).toMatchObject({
      at: T0 + 50 * MINUTE,
      reason: { message: "it was due 4 times, at last more than a minute ago, and nobody was awake" },
    });
  });

  it("runs nothing twice when the clock on the wall is set back", async () => {
    const experiment = strike("a");
    const { clock, scheduler } = await scheduled({ entries: [{ experiment, every: "10m" }] });
    scheduler.start();
    await pass(clock, 11 * MINUTE);
    clock.stepWall(-5 * MINUTE);
    await pass(clock, 10 * MINUTE);
    expect(experiment.injected).toHaveLength(1);
    await pass(clock, 5 * MINUTE);
    expect(experiment.injected).toHaveLength(2);
  });

  it.each([
    ["an hour", 60 * MINUTE],
    ["a year", 365 * 24 * 60 * MINUTE],
  ])("goes on when the clock was %s ahead and is set right, and then runs nothing twice", async (_, aheadMs) => {
    const experiment = strike("a");
    const { clock, scheduler, told } = await scheduled({ entries: [{ experiment, every: "10m" }] });
    scheduler.start();
    await pass(clock, 11 * MINUTE);
    clock.stepWall(aheadMs);
    await pass(clock, 2 * MINUTE);
    clock.stepWall(-aheadMs);
    await pass(clock, 8 * MINUTE);
    expect(experiment.injected).toHaveLength(2);
    expect(new Set(told.filter((text) => text.startsWith("skipped")))).toEqual(new Set(["skipped a missed"]));
    expect(scheduler.next()).toEqual([{ entry: "a", at: T0 + 30 * MINUTE }]);
    clock.stepWall(-15 * MINUTE);
    await pass(clock, 20 * MINUTE);
    expect(experiment.injected).toHaveLength(2);
    await pass(clock, 6 * MINUTE);
    expect(experiment.injected).toHaveLength(3);
  });

  it("remembers no more than it is told to, and goes on when a runner throws", async () => {
    const { scheduler, clock } = await scheduled({
      runner: { run: () => Promise.reject(new Error("secret")) },
      entries: [{ experiment: strike("a"), every: "1m" }],
      history: 3,
    });
    scheduler.start();
    await pass(clock, 10 * MINUTE);
    expect(scheduler.history.map((run) => ("reason" in run ? [run.at - T0, run.reason] : run))).toEqual(
      [8, 9, 10].map((minute) => [minute * MINUTE, { code: "not_started", message: "Error" }]),
    );
  });

  it("ends an entry whose timetable throws or goes backwards, and no other", async () => {
    const { scheduler, clock, told } = await scheduled({
      entries: [
        { experiment: strike("back"), timetable: ({ from }) => [from + MINUTE, from] },
        { experiment: strike("a"), every: "3m" },
      ],
    });
    scheduler.start();
    await pass(clock, 4 * MINUTE);
    expect(told.filter((text) => /back|started/.test(text))).toEqual([
      "planned back 1",
      "skipped back not_planned",
      "started back 1",
      "finished back completed",
      "started a 3",
    ]);
    expect(scheduler.next().map(({ entry }) => entry)).toEqual(["a"]);
  });
});

describe("a plan", () => {
  const year = [T0, T0 + 365 * DAY] as const;

  it("is the same for the same seed, another for another one, and what is then run", async () => {
    const entries = [
      { experiment: strike("a"), meanTimeBetween: "4h" },
      { experiment: strike("b"), every: "2h", jitter: "20m" },
    ];
    const { scheduler, clock, told } = await scheduled({ entries, seed: "monday" });
    const { scheduler: same } = await scheduled({ entries, seed: "monday" });
    const { scheduler: other } = await scheduled({ entries, seed: "tuesday" });
    const { scheduler: drawn } = await scheduled({ entries, seed: undefined as never, random: seededRandom("x") });
    const { scheduler: again } = await scheduled({ entries, seed: drawn.seed });
    const plan = scheduler.plan(...year);
    expect(plan.length).toBeGreaterThan(5_000);
    expect(same.plan(...year)).toEqual(plan);
    expect(again.plan(...year)).toEqual(drawn.plan(...year));
    expect(other.plan(T0, T0 + DAY)).not.toEqual(scheduler.plan(T0, T0 + DAY));

    scheduler.start();
    await pass(clock, DAY);
    const due = scheduler.plan(T0, T0 + DAY).map(({ entry, at }) => `started ${entry} ${String((at - T0) / MINUTE)}`);
    const begun = told.filter((text) => text.startsWith("started"));
    const skipped = told.filter((text) => text.startsWith("skipped"));
    expect(begun.length + skipped.length).toBe(due.length);
    expect(due).toEqual(expect.arrayContaining(begun));
  });

  it("does not depend on the other entries, or on where it is looked at from", async () => {
    const a = { experiment: strike("a"), meanTimeBetween: "2d" };
    const { scheduler: alone } = await scheduled({ entries: [a] });
    const { scheduler: both } = await scheduled({ entries: [{ experiment: strike("b"), every: "1d" }, a] });
    const ofA = both.plan(...year).filter(({ entry }) => entry === "a");
    expect(ofA).toEqual(alone.plan(...year));
    const later = T0 + 100 * DAY;
    expect(alone.plan(later, year[1])).toEqual(ofA.filter(({ at }) => at >= later));
  });

  it("by chance has the mean that it was told, and the spread of an exponential distribution", async () => {
    const { scheduler } = await scheduled({ entries: [{ experiment: strike("a"), meanTimeBetween: "1h" }] });
    const instants = [T0, ...scheduler.plan(...year).map(({ at }) => at)];
    const gaps = instants.slice(1).map((at, index) => (at - instants[index]!) / HOUR);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    // The deviation of the mean of n gaps is 1 / sqrt(n): this is four of them.
    const bound = 4 / Math.sqrt(gaps.length);
    expect(Math.abs(mean - 1)).toBeLessThan(bound);
    expect(Math.abs(gaps.filter((gap) => gap > 1).length / gaps.length - Math.exp(-1))).toBeLessThan(bound);
  });

  it("with jitter stays near its intervals, and does not drift", async () => {
    const { scheduler } = await scheduled({ entries: [{ experiment: strike("a"), every: "1h", jitter: "10m" }] });
    const offsets = scheduler.plan(...year).map(({ at }, index) => (at - T0 - (index + 1) * HOUR) / MINUTE);
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(-10);
    expect(Math.max(...offsets)).toBeLessThanOrEqual(10);
    expect(Math.min(...offsets)).toBeLessThan(-9.9);
    expect(Math.max(...offsets)).toBeGreaterThan(9.9);
  });

  it("keeps to the hours, over holidays and changes of the clocks, with runs that are over before closing", async () => {
    const office = new BusinessHours(OFFICE);
    const { scheduler } = await scheduled({
      entries: [
        { experiment: strike("a", "1h"), meanTimeBetween: "7h", hours: OFFICE },
        { experiment: strike("b", "1h"), every: "5h", jitter: "2h", hours: office, spread: "30m" },
      ],
    });
    const plan = scheduler.plan(...year);
    expect(plan.length).toBeGreaterThan(200);
    for (const { at } of plan) {
      expect(office.isOpen(at)).toBe(true);
      expect(office.stretchAt(at).until).toBeGreaterThanOrEqual(at + HOUR);
    }
    expect(plan.some(({ at }) => new Date(at).toISOString().startsWith("2026-04-06"))).toBe(false);
    const days = plan.filter(({ entry }) => entry === "a").map(({ at }) => new Date(at).toISOString().slice(0, 10));
    expect(new Set(days).size).toBeGreaterThan(200);
  });

  it("gathers what is due while it is closed in one run behind the opening, at different times for different entries", async () => {
    const saturday = Date.parse("2026-03-07T08:00:00Z");
    const opening = Date.parse("2026-03-09T09:00:00+01:00");
    const names = Array.from({ length: 40 }, (_, index) => `entry ${String(index)}`);
    const { scheduler } = await scheduled({
      from: saturday,
      entries: names.map((name) => ({ name, experiment: strike(name), every: "3h", hours: OFFICE, spread: "1h" })),
    });
    const plan = scheduler.plan(saturday, opening + HOUR);
    expect(plan.map(({ entry }) => entry).sort()).toEqual([...names].sort());
    const offsets = plan.map(({ at }) => (at - opening) / MINUTE);
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...offsets)).toBeLessThan(60);
    expect(new Set(offsets).size).toBe(names.length);
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeGreaterThan(45);
  });

  it("is closed to a run that would begin late, when the hours are over", async () => {
    const from = Date.parse("2026-03-02T14:49:50+01:00");
    for (const lateMs of [0, 30_000]) {
      const { clock, scheduler, told } = await scheduled({
        from,
        entries: [{ experiment: strike("a"), every: "10m", hours: OFFICE }],
      });
      clock.stepWall(from - clock.now());
      scheduler.start();
      await pass(clock, 9 * MINUTE + 50_000, 10_000);
      clock.stepWall(lateMs);
      await pass(clock, MINUTE, 10_000);
      expect(told).toContain(lateMs === 0 ? "finished a completed" : "skipped a closed");
    }
  });
});

describe("what cannot be scheduled is refused", () => {
  const experiment = strike("a");
  it.each<[string, unknown, RegExp]>([
    ["nothing", [], /entries: a list of 0 is not allowed/],
    ["no time", [{ experiment }], /nothing says when it is due/],
    ["two times", [{ experiment, every: "1d", meanTimeBetween: "1d" }], /every and meanTimeBetween say when/],
    ["a misspelt option", [{ experiment, evry: "1d" }], /did you mean "every"/],
    ["no experiment", [{ experiment: {}, every: "1d" }], /entries\[0\].experiment: a mapping is no ChaosExperiment/],
    ["too often", [{ experiment, every: "59s" }], /"59s" is too often; a minute is the least/],
    ["wild jitter", [{ experiment, every: "1h", jitter: "31m" }], /more than half of 1h/],
    ["jitter of chance", [{ experiment, meanTimeBetween: "1h", jitter: "1m" }], /goes with every/],
    [
      "one name twice",
      [
        { experiment, every: "1h" },
        { experiment, every: "2h" },
      ],
      /"a" is the name of another entry/,
    ],
    ["hours of no zone", [{ experiment, every: "1h", hours: { ...OFFICE, zone: "Mars" } }], /Mars/],
    [
      "hours that are too short",
      [
        {
          experiment: strike("a", "1h"),
          every: "1h",
          hours: { zone: "UTC", hours: [{ days: ["mon"], from: "09:00", until: "09:30" }] },
        },
      ],
      /never open for the 3600000 ms/,
    ],
  ])("%s", async (_title, entries, message) => {
    await expect(scheduled({ entries: entries as never })).rejects.toThrow(message);
  });

  it.each([null, "false", 0, 1])("a dry run that is %j", async (dryRun) => {
    await expect(scheduled({ entries: [{ experiment, every: "1h", dryRun } as never] })).rejects.toThrow(
      /entries\[0\].dryRun: .* is not true or false/,
    );
  });

  it("a plan that begins too long ago to be gone through", async () => {
    const { scheduler } = await scheduled({ from: 0, entries: [{ experiment, every: "1m" }] });
    expect(() => {
      scheduler.start();
    }).toThrow(/from: .*more than 1,000,000 instants to go through; let it begin later/);
    expect(() => scheduler.next()).toThrow(ConfigurationError);
    // What is closed is gone through, too.
    const rare = { zone: "UTC", hours: [{ days: ["mon"], from: "09:00", until: "09:01" }] } as const;
    const closed = await scheduled({ entries: [{ experiment: strike("b"), meanTimeBetween: "1m", hours: rare }] });
    expect(() => closed.scheduler.plan(Date.UTC(8_999, 0, 1), Date.UTC(9_000, 0, 1))).toThrow("1,000,000 instants");
    expect(closed.scheduler.plan(T0, T0 + 8 * DAY).length).toBeGreaterThan(0);
  });

  it("a plan without end", async () => {
    const { scheduler } = await scheduled({ entries: [{ experiment, every: "1m" }] });
    expect(() => scheduler.plan(T0, T0 + 30 * DAY)).toThrow("more than 10,000 runs");
  });
});
