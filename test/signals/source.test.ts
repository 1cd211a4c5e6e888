import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { Objective } from "../../src/core/objective.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import type { Slo } from "../../src/slo/model.ts";

const DAY = 86_400_000;

const slo: Slo = {
  id: "api/availability",
  service: "api",
  name: "availability",
  kind: "availability",
  objective: Objective.parse("99.9%"),
  window: rollingWindow(30 * DAY),
  minimumEvents: 1,
};

/** What can happen to a process. */
type Happening =
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "step"; readonly ms: number }
  | { readonly kind: "requests"; readonly good: number; readonly bad: number }
  | { readonly kind: "restart"; readonly downMs: number };

/** Remembers every single event, and works out each one's age from the whole past when asked. */
class Oracle {
  readonly #log: { readonly kind: "pass" | "step" | "down" | "event"; readonly ms: number; readonly good: boolean }[] =
    [];

  pass(ms: number): void {
    this.#log.push({ kind: "pass", ms, good: true });
  }

  step(ms: number): void {
    if (Math.abs(ms) >= 1_000) this.#log.push({ kind: "step", ms, good: true });
  }

  /** Time that passed while nobody watched; to those who come after it looks like any other step. */
  down(ms: number): void {
    this.#log.push({ kind: "down", ms, good: true });
  }

  event(good: boolean): void {
    this.#log.push({ kind: "event", ms: 0, good });
  }

  /** What was in the last `windowMs`: outcomes, youngest first, and how many of them lie surely and possibly inside. */
  inside(windowMs: number, toleranceMs: number): { outcomes: boolean[]; surely: number; possibly: number } {
    const steps = this.#standingSteps();
    const events: { watched: number; good: boolean }[] = [];
    let [age, watched, edge] = [0, 0, Infinity];
    for (let index = this.#log.length - 1; index >= 0; index -= 1) {
      const entry = this.#log[index];
      if (entry?.kind === "event") events.push({ watched, good: entry.good });
      const [passed, unseen] = entry?.kind === "pass" ? [entry.ms, 0] : [0, steps.get(index) ?? 0];
      if (edge === Infinity && age + passed + unseen > windowMs) edge = watched + Math.min(passed, windowMs - age);
      age += passed + unseen;
      watched += passed;
    }
    return {
      outcomes: events.map(({ good }) => good),
      surely: events.filter((event) => event.watched <= edge - toleranceMs).length,
      possibly: events.filter((event) => event.watched <= edge + toleranceMs).length,
    };
  }

  /** How much of each forward step later steps back have left standing; a step ahead as long as one back undoes that. */
  #standingSteps(): Map<number, number> {
    const standing = new Map<number, number>();
    // Of a process: the next one knows nothing of them.
    let owed: { readonly ms: number; readonly took: ReadonlyMap<number, number> }[] = [];
    this.#log.forEach(({ kind, ms }, index) => {
      if (kind === "down") owed = [];
      if (kind === "pass" || kind === "event") return;
      const undone = kind === "step" ? owed.findLast((one) => Math.abs(one.ms - ms) < 1_000) : undefined;
      if (undone !== undefined) {
        owed = owed.filter((one) => one !== undone);
        for (const [at, part] of undone.took) standing.set(at, (standing.get(at) ?? 0) + part);
      } else if (ms > 0) standing.set(index, ms);
      let back = -ms;
      const took = new Map<number, number>();
      for (const [at, gap] of [...standing].sort(([one], [other]) => other - one)) {
        if (back <= 0) break;
        standing.set(at, Math.max(0, gap - back));
        took.set(at, Math.min(gap, back));
        back -= gap;
      }
      if (back > 0) owed.push({ ms: -ms, took });
    });
    return standing;
  }
}

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant("pass" as const), ms: fc.oneof(fc.nat(2_000), fc.nat(600_000), fc.nat(5 * DAY)) }),
  fc.record({ kind: fc.constant("step" as const), ms: fc.integer({ min: -2 * DAY, max: 2 * DAY }) }),
  fc.record({ kind: fc.constant("requests" as const), good: fc.nat(50), bad: fc.nat(5) }),
  fc.record({ kind: fc.constant("restart" as const), downMs: fc.nat(DAY) }),
);

describe("the in-process SLI source", () => {
  it("agrees with every single event remembered, through clock steps, gaps and restarts", () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 60 }),
        fc.array(fc.integer({ min: 5_000, max: 30 * DAY }), { maxLength: 8 }),
        (happenings, lengths) => {
          const clock = new ManualClock();
          const oracle = new Oracle();
          let signals = new GoldenSignalsCollector({ slos: [slo], clock });
          const measure = (windowMs: number): { good: number; total: number; coverage: number } => {
            const [answer] = signals.source.measureNow(slo, [{ start: clock.now() - windowMs, end: clock.now() }]);
            if (answer === undefined) throw new Error("no answer");
            return answer;
          };
          for (const event of happenings) {
            if (event.kind === "pass") {
              clock.advance(event.ms);
              oracle.pass(event.ms);
            } else if (event.kind === "step") {
              measure(1_000);
              clock.stepWall(event.ms);
              oracle.step(event.ms);
              measure(1_000);
            } else if (event.kind === "requests") {
              for (let index = 0; index < event.good + event.bad; index += 1) {
                const good = index < event.good;
                signals.record({ method: "GET", route: "/", statusCode: good ? 200 : 500, durationSeconds: 0 });
                oracle.event(good);
              }
            } else {
              const saved = signals.save();
              clock.advance(event.downMs);
              oracle.down(event.downMs);
              signals = new GoldenSignalsCollector({ slos: [slo], clock });
              expect(signals.restore(saved)).toEqual([slo.id]);
            }
          }
          for (const windowMs of lengths) {
            const { good, total, coverage } = measure(windowMs);
            const { outcomes, surely, possibly } = oracle.inside(windowMs, windowMs * 0.01 + 100);
            expect(total).toBeGreaterThanOrEqual(surely);
            expect(total).toBeLessThanOrEqual(possibly);
            expect(good).toBe(outcomes.slice(0, total).filter(Boolean).length);
            expect(coverage).toBeGreaterThanOrEqual(0);
            expect(coverage).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("loses at most 1 % of a window's edge, from 5 s to 30 d", () => {
    const clock = new ManualClock();
    const signals = new GoldenSignalsCollector({ slos: [slo], clock });
    const times: number[] = [];
    for (let step = 0; step < 40_000; step += 1) {
      clock.advance(67_777);
      times.push(clock.now());
      signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0 });
    }
    const now = clock.now();
    for (let windowMs = 5_000; windowMs <= 30 * DAY; windowMs = Math.round(windowMs * 1.07)) {
      const [answer] = signals.source.measureNow(slo, [{ start: now - windowMs, end: now }]);
      const within = (share: number): number => times.filter((time) => time >= now - windowMs * share).length;
      expect(answer?.total).toBeGreaterThanOrEqual(within(0.99));
      expect(answer?.total).toBeLessThanOrEqual(within(1.01));
    }
  });

  it("tells watched idleness from not having watched", () => {
    const clock = new ManualClock();
    const signals = new GoldenSignalsCollector({ slos: [slo], clock });
    const hour = (): unknown =>
      signals.source.measureNow(slo, [{ start: clock.now() - 3_600_000, end: clock.now() }])[0];
    expect(hour()).toEqual({ good: 0, total: 0, coverage: 0 });
    clock.advance(1_800_000);
    expect(hour()).toEqual({ good: 0, total: 0, coverage: 0.5 });
    clock.advance(3_600_000);
    expect(hour()).toEqual({ good: 0, total: 0, coverage: 1 });
  });

  it("is as it was after a clock jumped a year ahead and was set right again", () => {
    const clock = new ManualClock();
    const signals = new GoldenSignalsCollector({ slos: [slo], clock });
    const ask = (): unknown => signals.source.measureNow(slo, [{ start: clock.now() - DAY, end: clock.now() }])[0];
    clock.advance(DAY);
    signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0 });
    clock.advance(DAY / 2);
    const before = ask();
    clock.stepWall(365 * DAY);
    expect(ask()).toMatchObject({ total: 0 });
    clock.stepWall(-365 * DAY);
    expect(ask()).toEqual(before);
  });

  it.each([
    ["a year back", [-365 * DAY, 365 * DAY]],
    ["an hour ahead, a year back and a year ahead", [DAY / 24, -365 * DAY, 365 * DAY, -DAY / 24]],
    ["a year back, an hour back, and both ahead", [-365 * DAY, -DAY / 24, 365 * DAY, DAY / 24]],
    ["an hour back, a year ahead, and both undone", [-DAY / 24, 365 * DAY, DAY / 24, -365 * DAY]],
  ])("is as it was after a clock jumped %s, and was set right again", (_, steps) => {
    const clock = new ManualClock();
    const signals = new GoldenSignalsCollector({ slos: [slo], clock });
    const ask = (): unknown => signals.source.measureNow(slo, [{ start: clock.now() - DAY, end: clock.now() }])[0];
    clock.advance(DAY);
    signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0 });
    clock.advance(DAY / 2);
    const before = ask();
    for (const ms of steps) {
      clock.stepWall(ms);
      ask();
    }
    expect(ask()).toEqual(before);
  });

  it("takes a step ahead that undoes none back for a gap", () => {
    const clock = new ManualClock();
    const signals = new GoldenSignalsCollector({ slos: [slo], clock });
    const ask = (): unknown => signals.source.measureNow(slo, [{ start: clock.now() - DAY, end: clock.now() }])[0];
    signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0 });
    clock.advance(DAY / 4);
    clock.stepWall(-DAY / 2);
    expect(ask()).toMatchObject({ total: 1 });
    clock.stepWall(DAY);
    expect(ask()).toMatchObject({ total: 0 });
  });

  it("keeps its memory whatever the traffic", () => {
    const clock = new ManualClock();
    const signals = new GoldenSignalsCollector({ slos: [slo], clock });
    const lengthAfter = (requests: number): number => {
      for (let request = 0; request < requests; request += 1) {
        clock.advance(26);
        signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0.001 });
      }
      return JSON.parse(signals.save(), (key, value: unknown) =>
        key === "counts" ? (value as number[]).length : value,
      ).slos[slo.id].history.tiers.reduce((sum: number, tier: { counts: number }) => sum + tier.counts, 0) as number;
    };
    clock.advance(40 * DAY);
    const first = lengthAfter(1_000);
    expect(lengthAfter(100_000)).toBe(first);
    expect(first).toBeLessThan(4_100);
  });
});
