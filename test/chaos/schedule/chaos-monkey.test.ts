import { describe, expect, it } from "vitest";

import { chaosMonkey, type ChaosMonkeyOptions } from "../../../src/chaos/schedule/chaos-monkey.ts";
import type { ChaosReport } from "../../../src/chaos/model.ts";
import { BusinessHours } from "../../../src/response/business-hours/business-hours.ts";

import { runnerOf, settled, Strike, T0 } from "../support.ts";

const DAY = 86_400_000;
const ZONE = "America/Los_Angeles";
const SINCE = Date.parse("1990-01-01T00:00:00-08:00");

async function monkeyOf(options: Partial<ChaosMonkeyOptions> = {}) {
  const { runner, clock } = await runnerOf({ maxRuns: 10 });
  const strikes = new Map<string, Strike>();
  const monkey = chaosMonkey({
    runner,
    clock,
    zone: ZONE,
    groups: ["cart"],
    seed: "monkey",
    experiment: ({ name }) => {
      const strike = new Strike({ name: `${name} is struck`, duration: "10s" });
      strikes.set(name, strike);
      return strike;
    },
    ...options,
  });
  return { monkey, runner, clock, strikes };
}

/** The work days from one kill to the next, over `days` work days: counted by the calendar alone. */
async function gapsOver(days: number, options: Partial<ChaosMonkeyOptions>): Promise<number[]> {
  const { monkey } = await monkeyOf({ since: SINCE, ...options });
  const until = SINCE + Math.ceil((days / 5) * 7) * DAY;
  const dates = monkey.plan(SINCE, until).map(({ at }) => dayOf(at));
  const struck = new Set(dates);
  expect(struck.size, "two on one day").toBe(dates.length);
  const gaps: number[] = [];
  let gap = 0;
  for (let day = Date.UTC(1990, 0, 1); day < until; day += DAY) {
    if ([0, 6].includes(new Date(day).getUTCDay())) continue;
    gap += 1;
    if (!struck.has(new Date(day).toISOString().slice(0, 10))) continue;
    gaps.push(gap);
    gap = 0;
  }
  return gaps;
}

const CALENDAR = new Intl.DateTimeFormat("sv", { timeZone: ZONE });
const dayOf = (at: number): string => CALENDAR.format(at);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("over 10,000 work days a monkey", () => {
  it.each([
    [2, 1],
    [5, 1],
    [1, 1],
    [2.5, 1],
    [3, 4],
  ])(
    "with a mean of %d and a minimum of %d strikes as often as its formula says",
    async (mu, least) => {
      const gaps = await gapsOver(10_000, { meanTimeBetweenKills: mu, minTimeBetweenKills: least });
      const p = 1 / mu;
      const expected = 1 / p + least - 1;
      // Geometric: the deviation of one is sqrt(1 - p) / p. Four deviations of the mean of so many: 1 in 16,000.
      const deviation = Math.sqrt(1 - p) / p / Math.sqrt(gaps.length);
      expect(Math.abs(mean(gaps.slice(1)) - expected)).toBeLessThanOrEqual(4 * deviation);
      expect(gaps.slice(1).every((gap) => gap >= least)).toBe(true);
      for (const n of [least, least + 1, least + 2]) {
        const share = gaps.slice(1).filter((gap) => gap === n).length / (gaps.length - 1);
        const wanted = (1 - p) ** (n - least) * p;
        expect(Math.abs(share - wanted)).toBeLessThanOrEqual(4 * Math.sqrt((wanted * (1 - wanted)) / gaps.length));
      }
    },
    60_000,
  );
});

describe("a monkey", () => {
  const year = [T0, T0 + 365 * DAY] as const;

  it("strikes in working hours, each time as likely, and never on holidays", async () => {
    const { monkey } = await monkeyOf({ groups: ["a", "b", "c", "d"], since: T0, holidays: ["2026-07-03"] });
    const hours = new BusinessHours({
      zone: ZONE,
      hours: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", until: "15:00" }],
    });
    const plan = monkey.plan(...year);
    expect(plan.every(({ at }) => hours.isOpen(at))).toBe(true);
    expect(plan.filter(({ at }) => dayOf(at) === "2026-07-03")).toEqual([]);
    const places = plan.map(({ at }) => (at - hours.stretchAt(at).from) / 3_600_000);
    expect(plan.length).toBeGreaterThan(400);
    for (let hour = 0; hour < 6; hour += 1) {
      const share = places.filter((place) => Math.floor(place) === hour).length / places.length;
      expect(Math.abs(share - 1 / 6)).toBeLessThan(4 * Math.sqrt(5 / 36 / places.length));
    }
  });

  it("has the same plan for the same seed wherever it begins, and a restart flips no coin of the day again", async () => {
    const { monkey } = await monkeyOf({ since: T0 });
    const plan = monkey.plan(...year);
    // At noon in Los Angeles: in the midst of the hours.
    const restarts = Array.from({ length: 15 }, (_, day) => T0 + (day + 0.4) * DAY);
    for (const since of restarts) {
      const { monkey: again } = await monkeyOf({ since });
      expect(again.plan(since, year[1])).toEqual(plan.filter(({ at }) => at >= since));
    }
    const { monkey: other } = await monkeyOf({ since: T0, seed: "another" });
    expect(other.plan(...year)).not.toEqual(plan);
  });

  it("leaves alone what is excepted by its labels, with a wildcard, and lets a group have its own pace", async () => {
    const { monkey, strikes } = await monkeyOf({
      since: T0,
      groups: [
        { name: "a", labels: { account: "prod", region: "eu" } },
        { name: "b", labels: { account: "prod", region: "us" } },
        { name: "c", labels: { account: "test", region: "us" } },
        { name: "d", meanTimeBetweenKills: 1 },
        "e",
      ],
      exceptions: [
        { account: "prod", region: "us" },
        { account: "test", region: "*" },
      ],
      meanTimeBetweenKills: 20,
    });
    expect([...strikes.keys()]).toEqual(["a", "d", "e"]);
    const plan = monkey.plan(T0, T0 + 28 * DAY);
    expect(plan.filter(({ entry }) => entry === "d")).toHaveLength(20);
    expect(plan.filter(({ entry }) => entry === "a").length).toBeLessThan(10);
  });

  it("is leashed unless told: even with an armed runner nothing is struck, and its report says who would be", async () => {
    for (const leashed of [undefined, false]) {
      const { monkey, clock, strikes, runner } = await monkeyOf({
        meanTimeBetweenKills: 1,
        ...(leashed === undefined ? {} : { leashed }),
      });
      const reports: ChaosReport[] = [];
      monkey.on("finished", ({ report }) => reports.push(report));
      monkey.start();
      for (let minute = 0; minute < 24 * 60; minute += 1) {
        clock.advance(60_000);
        for (let turn = 0; turn < 6; turn += 1) await settled();
      }
      const strike = strikes.get("cart")!;
      expect(reports).toHaveLength(1);
      expect(reports[0]).toMatchObject({ experiment: "cart is struck", kind: "strike", by: "chaos monkey" });
      expect(strike.injected).toHaveLength(leashed === false ? 1 : 0);
      expect(strike.faults.size).toBe(0);
      if (leashed === undefined) {
        expect(reports[0]).toMatchObject({ outcome: "dry_run", injections: [] });
        expect(reports[0]?.timeline.at(-1)?.message).toMatch(/^web-\d would be struck$/);
        expect(runner.open).toEqual([]);
      }
      await monkey.stop();
    }
  });

  it.each<[string, Partial<ChaosMonkeyOptions>, RegExp]>([
    ["a mean below a day", { meanTimeBetweenKills: 0.5 }, /meanTimeBetweenKills: 0.5 is out of range/],
    ["a minimum of part of a day", { minTimeBetweenKills: 1.5 }, /minTimeBetweenKills: 1.5 is out of range/],
    ["a night", { from: "22:00", until: "06:00" }, /write a later time of the same day/],
    ["days without end", { from: "00:00", until: "24:00" }, /write a later time of the same day/],
    [
      "no group that is left",
      { groups: [{ name: "a", labels: { a: "b" } }], exceptions: [{ a: "*" }] },
      /none is left/,
    ],
    ["a zone that there is not", { zone: "Mars" }, /Mars/],
    ["a leash that is neither on nor off", { leashed: null } as never, /leashed: null is not true or false/],
    ["a leash in words", { leashed: "false" } as never, /leashed: "false" is not true or false/],
    ["a misspelt option", { leashd: false } as never, /did you mean "leashed"/],
  ])("refuses %s", async (_title, options, message) => {
    await expect(monkeyOf(options)).rejects.toThrow(message);
  });
});
