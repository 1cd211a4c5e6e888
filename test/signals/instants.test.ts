import { describe, expect, test } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { parseSloDocument } from "../../src/slo/document.ts";

const HOUR = 3_600_000;
const { slos } = parseSloDocument({
  service_level_objectives: {
    shop: { availability: { target: "99%", measurement_window: { calendar: "day", time_zone: "UTC" } } },
  },
});
const SLO = { id: "shop/availability" };

/** A service whose clock is set as it goes. */
class Shop {
  readonly clock = new ManualClock(Date.UTC(2026, 0, 1));
  signals = new GoldenSignalsCollector({ slos, clock: this.clock });

  record(times: number): void {
    for (let time = 0; time < times; time += 1)
      this.signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0.01 });
  }

  keep(...hours: readonly number[]): void {
    const now = this.clock.now();
    this.signals.source.ledgerOf(SLO).keep(hours.map((hour) => now + hour * HOUR));
  }

  total(fromHours: number, untilHours = 0): number {
    const now = this.clock.now();
    const range = { start: now - fromHours * HOUR, end: now - untilHours * HOUR };
    return this.signals.source.measureNow(SLO, [range])[0]!.total;
  }

  restart(): void {
    const saved = this.signals.save();
    this.signals.close();
    this.signals = new GoldenSignalsCollector({ slos, clock: this.clock });
    this.signals.restore(saved);
  }
}

describe("counts at fixed instants", () => {
  test("are those of the right time, once a clock that was ahead is set right", () => {
    const shop = new Shop();
    shop.clock.stepWall(HOUR);
    for (let minute = 0; minute < 600; minute += 1) {
      shop.record(1);
      shop.clock.advance(60_000);
    }
    shop.keep(-2, -1.5);
    expect(shop.total(2, 1.5)).toBeGreaterThanOrEqual(28);
    shop.clock.stepWall(-HOUR);
    const end = shop.total(1) - shop.total(0.5);
    expect(end).toBeGreaterThanOrEqual(28);
    expect(end).toBeLessThanOrEqual(32);
    shop.clock.stepWall(HOUR);
    expect(shop.total(2, 1.5)).toBeLessThanOrEqual(32);
  });

  test("that were written down in disorder, by a clock that went to and fro, do not cost the state", () => {
    const shop = new Shop();
    shop.record(5);
    shop.keep(6, 7);
    shop.clock.stepWall(-24 * HOUR);
    shop.keep(2, 3);
    shop.clock.stepWall(28 * HOUR);
    expect(() => {
      shop.restart();
    }).not.toThrow();
    expect(shop.total(48)).toBe(5);
  });

  test("law: whatever the clock does, what is saved can be restored, and no stretch has more than came or less than nothing", () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const random = seededRandom(`instants ${String(seed)}`);
      const shop = new Shop();
      let came = 0;
      for (let step = 0; step < 25; step += 1) {
        const what = random.integer(0, 5);
        if (what === 0) shop.clock.advance(random.integer(1, 6 * HOUR));
        else if (what === 1) {
          shop.record(5);
          came += 5;
        } else if (what === 2) shop.clock.stepWall(random.integer(-30, 30) * HOUR);
        else if (what === 3) shop.keep(random.integer(-48, 24), random.integer(-48, 24));
        else if (what === 4) {
          const total = shop.total(random.integer(1, 40), random.integer(0, 1));
          expect(total >= 0 && total <= came, `seed ${String(seed)}`).toBe(true);
        } else shop.restart();
      }
      shop.restart();
      shop.signals.close();
    }
  });

  test("are those that come first, however many are announced behind them", () => {
    const shop = new Shop();
    shop.keep(...Array.from({ length: 3_000 }, (_, index) => (index + 1) / 60));
    for (let minute = 0; minute < 120; minute += 1) {
      shop.record(1);
      shop.clock.advance(60_000);
      if (minute % 7 === 0) shop.total(1);
    }
    // Hours later nothing else knows a minute.
    const hours = 20;
    for (let hour = 0; hour < hours; hour += 1) {
      shop.clock.advance(HOUR);
      shop.total(1);
    }
    const minutes = Array.from({ length: 119 }, (_, index) =>
      shop.total(hours + 2 - (index + 1) / 60, hours + 2 - (index + 2) / 60),
    );
    expect(minutes).toEqual(Array(119).fill(1));
  });

  test("part what comes a moment before them from what comes a moment after", () => {
    const shop = new Shop();
    shop.keep(1);
    shop.total(1);
    shop.clock.advance(HOUR - 45);
    shop.record(1);
    shop.clock.advance(44);
    shop.record(2);
    shop.clock.advance(1);
    shop.record(4);
    shop.clock.advance(5);
    shop.record(8);
    shop.clock.advance(HOUR - 5);
    expect([shop.total(2, 1), shop.total(1)]).toEqual([3, 12]);
  });

  test("are not missed after a silence, nor where several lie within a tenth of a second", () => {
    const shop = new Shop();
    const [first, second, third] = [10_000, HOUR + 50, HOUR + 80] as const;
    shop.keep(...[first, second, third].map((ms) => ms / HOUR));
    shop.record(1);
    shop.clock.advance(HOUR + 10);
    shop.record(5);
    shop.clock.advance(second - HOUR - 10);
    shop.record(20);
    shop.clock.advance(third - second);
    shop.record(40);
    shop.clock.advance(10 * HOUR);
    const before = (ms: number): number => (HOUR * 10 + third - ms) / HOUR;
    expect(shop.total(before(first), before(second))).toBe(5);
    expect(shop.total(before(second), before(third))).toBe(20);
    expect(shop.total(before(third))).toBe(40);
  });

  test("are two thousand that have passed of each SLO at most, the latest", () => {
    const shop = new Shop();
    shop.record(1);
    const hours = Array.from({ length: 2_500 }, (_, index) => (index - 2_500) / 100);
    shop.keep(...hours);
    shop.clock.advance(1);
    const saved = JSON.parse(shop.signals.save()) as { slos: Record<string, { instants: { at: number }[] }> };
    const { instants } = saved.slos[SLO.id]!;
    expect(instants.length).toBeLessThanOrEqual(2_000);
    expect(instants.length).toBeGreaterThan(1_990);
    shop.restart();
    shop.signals.close();
  });
});
