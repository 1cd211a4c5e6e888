import { describe, expect, test } from "vitest";

import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { Reliability } from "../../src/reliability.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const START = Date.UTC(2026, 0, 1);
const ID = "shop/availability";

/** What came, one request at a time. */
interface Request {
  readonly at: number;
  readonly bad: boolean;
}

class Shop {
  readonly clock = new ManualClock(START);
  readonly came: Request[] = [];
  readonly #store = new MemoryStateStore();
  readonly #document: SloDocumentInput;
  #reliability: Reliability | undefined;

  constructor(window: string | { calendar: "month"; time_zone: string }, target = "99.9%") {
    this.#document = {
      service_level_objectives: { shop: { availability: { target, measurement_window: window } } },
    };
  }

  async open(): Promise<void> {
    this.#reliability = await Reliability.open({
      document: this.#document,
      clock: this.clock,
      store: this.#store,
      evaluateEverySeconds: 0,
      saveEverySeconds: 0,
    });
  }

  get reliability(): Reliability {
    if (this.#reliability === undefined) throw new Error("not open");
    return this.#reliability;
  }

  /** One request a minute, until `end`. */
  serve(end: number, isBad: (at: number) => boolean = () => false): void {
    while (this.clock.now() < end) {
      const request = { at: this.clock.now(), bad: isBad(this.clock.now()) };
      this.came.push(request);
      const statusCode = request.bad ? 500 : 200;
      this.reliability.signals.record({ method: "GET", route: "/", statusCode, durationSeconds: 0.01 });
      this.clock.advance(MINUTE);
    }
  }

  counted(): { readonly bad: number; readonly total: number } {
    const { good, total } = this.reliability.budget(ID).status();
    return { bad: total - good, total };
  }

  true(from: number, to: number): { readonly bad: number; readonly total: number } {
    const within = this.came.filter(({ at }) => at >= from && at < to);
    return { bad: within.filter(({ bad }) => bad).length, total: within.length };
  }
}

describe("an exclusion", () => {
  const outage = { start: START + 5 * DAY + 3 * HOUR, end: START + 5 * DAY + 4 * HOUR, reason: "maintenance" };
  const isDown = (at: number): boolean => at >= outage.start && at < outage.end;

  test("that was announced takes out what failed, for as long as the window looks at it, restarts or not", async () => {
    const shop = new Shop("30d");
    await shop.open();
    shop.reliability.budget(ID).exclude(outage);
    for (let day = 1; day <= 50; day += 1) {
      shop.serve(START + day * DAY, isDown);
      const { verdict } = await shop.reliability.getSloStatus("shop");
      expect([day, shop.counted().bad, verdict]).toEqual([day, 0, "healthy"]);
      if (day % 7 === 0) {
        await shop.reliability.close();
        await shop.open();
      }
    }
    await shop.reliability.close();
  });

  test("that comes after the fact is as exact as the counts were then, and stays so", async () => {
    const shop = new Shop("30d");
    await shop.open();
    shop.serve(outage.end + 2 * HOUR, isDown);
    shop.reliability.budget(ID).exclude(outage);
    const { bad } = shop.counted();
    // Two and three hours ago, at 1 % each.
    expect(bad).toBeLessThanOrEqual(4);
    for (let day = 6; day <= 36; day += 1) {
      shop.serve(START + day * DAY);
      expect([day, shop.counted().bad]).toEqual([day, day < 35 ? bad : expect.closeTo(bad, -1)]);
    }
    await shop.reliability.close();
  });

  test("outlives a clock that jumps a year ahead, and one that falls behind, and is set right", async () => {
    for (const jump of [365 * DAY, -HOUR]) {
      const shop = new Shop("30d");
      await shop.open();
      shop.reliability.budget(ID).exclude(outage);
      shop.serve(outage.start + 30 * MINUTE, isDown);
      shop.clock.stepWall(jump);
      shop.counted();
      await shop.reliability.save();
      shop.clock.stepWall(-jump);
      for (let day = 6; day <= 30; day += 1) {
        shop.serve(START + day * DAY, isDown);
        expect([jump, day, shop.counted().bad]).toEqual([jump, day, 0]);
      }
      await shop.reliability.close();
    }
  });
});

test.each([0, 5, 7, 17])("a month has nothing of the one before, with a process of %i o'clock", async (hour) => {
  const shop = new Shop({ calendar: "month", time_zone: "UTC" });
  shop.clock.advance(19 * DAY + hour * HOUR);
  await shop.open();
  const [from, until, next] = [Date.UTC(2026, 0, 31, 22, 30), Date.UTC(2026, 0, 31, 23, 30), Date.UTC(2026, 1, 1)];
  for (let at = shop.clock.now() + DAY; at < next + 27 * DAY; at += DAY) {
    shop.serve(at, (time) => time >= from && time < until);
    const counted = shop.counted();
    expect([at, counted.bad]).toEqual([at, at < until || at >= next ? 0 : 60]);
    if (at >= next) expect(Math.abs(counted.total - (at - next) / MINUTE)).toBeLessThanOrEqual(1);
  }
  await shop.reliability.close();
});

describe("the course of what is long ago", () => {
  test("is spread evenly over the points where counts are kept in coarser steps, and nothing is lost", async () => {
    const shop = new Shop("30d");
    await shop.open();
    shop.serve(START + 30 * DAY);
    const [history] = await shop.reliability.history({ start: START, end: shop.clock.now() }, { points: 720 });
    const totals = history!.points.map(({ total }) => total);
    expect(totals).toHaveLength(720);
    expect(totals.reduce((sum, total) => sum + total, 0)).toBe(30 * 1_440);
    // One request a minute, and a step is put where the next remembered one is.
    expect(Math.min(...totals)).toBeGreaterThan(40);
    expect(Math.max(...totals)).toBeLessThan(80);
    expect(totals.every(Number.isInteger)).toBe(true);
    await shop.reliability.close();
  });

  test("is not told of a short time: it is not known, and not nothing", async () => {
    const shop = new Shop("30d");
    await shop.open();
    const incident = { start: START + 3 * DAY + 137 * MINUTE, end: START + 3 * DAY + 167 * MINUTE };
    const isDown = (at: number): boolean => at >= incident.start && at < incident.end;
    const told = async (): Promise<readonly [number, string | undefined]> => {
      const [history] = await shop.reliability.history(incident, { points: 30 });
      return [history!.points.reduce((sum, { good, total }) => sum + total - good, 0), history!.reason];
    };
    shop.serve(incident.end + 10 * MINUTE, isDown);
    expect((await told())[0]).toBe(30);
    shop.serve(incident.end + 2 * HOUR);
    expect((await told())[0]).toBeGreaterThanOrEqual(28);
    for (const days of [1, 4, 7, 20]) {
      shop.serve(incident.end + days * DAY);
      const [bad, reason] = await told();
      expect([days, bad, reason]).toEqual([
        days,
        0,
        expect.stringMatching(/^of counts of that time it is known to .* only when they came$/),
      ]);
    }
    await shop.reliability.close();
  });
});

test("a worker that is up for ten minutes every two hours counts what its window has", async () => {
  const shop = new Shop("7d", "90%");
  const isDown = (at: number): boolean => at >= START + 1.5 * DAY && at < START + 2.3 * DAY;
  for (let run = 0; run < 12 * 12; run += 1) {
    await shop.open();
    shop.serve(shop.clock.now() + 10 * MINUTE, isDown);
    const now = shop.clock.now();
    const expected = shop.true(now - 7 * DAY, now);
    const counted = shop.counted();
    // A step is at most 1 % of the distance to now, and little of it is watched.
    expect(Math.abs(counted.total - expected.total), `run ${String(run)}`).toBeLessThanOrEqual(12);
    expect(Math.abs(counted.bad - expected.bad), `run ${String(run)}`).toBeLessThanOrEqual(12);
    await shop.reliability.close();
    shop.clock.advance(110 * MINUTE);
  }
});
