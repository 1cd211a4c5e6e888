import { describe, expect, it } from "vitest";
import fc from "fast-check";

import {
  ClockSkewExperiment,
  type ClockSkewOptions,
  SkewedClock,
} from "../../../src/chaos/experiments/skewed-clock.ts";
import { probe } from "../../../src/chaos/probes.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";

import { passing, runnerOf } from "../support.ts";

const FINE = [probe("fine", () => true)];

function experimentOf(clocks: readonly SkewedClock[], more: Partial<ClockSkewOptions> = {}): ClockSkewExperiment {
  return new ClockSkewExperiment({ name: "wrong", clocks, offset: "-5m", duration: "10s", steadyState: FINE, ...more });
}

describe("a skewed clock", () => {
  it("is right until it is skewed, then wrong in the time of day alone", () => {
    const truth = new ManualClock(1_000_000);
    const clock = new SkewedClock({ name: "a", clock: truth });
    expect(clock.now()).toBe(1_000_000);
    clock.skew("x", { offsetMs: 60_000 });
    expect([clock.now(), clock.monotonic(), clock.skewMs]).toEqual([1_060_000, 0, 60_000]);
    let rang = 0;
    clock.schedule(() => (rang += 1), 1_000);
    const cancel = clock.schedule(() => (rang += 1), 1_000);
    cancel();
    truth.advance(999);
    expect(rang).toBe(0);
    truth.advance(1);
    expect(rang).toBe(1);
    expect(clock.unskew("x")).toBe(true);
    expect(clock.unskew("x")).toBe(false);
    expect(clock.now()).toBe(truth.now());
  });

  it("drifts by elapsed time, whatever happens to the clock below, and can be changed while it runs", () => {
    const truth = new ManualClock(0);
    const clock = new SkewedClock({ name: "a", clock: truth });
    clock.skew("x", { offsetMs: 0, drift: 0.1 });
    truth.advance(1_000);
    truth.stepWall(-5_000);
    expect(clock.now() - truth.now()).toBe(100);
    clock.skew("x", { offsetMs: -7, drift: -0.5 });
    expect(clock.now() - truth.now()).toBe(-7);
    truth.advance(1_000);
    expect(clock.now() - truth.now()).toBe(-507);
  });

  it("adds skews up, and is right again when all are taken away in any order", () => {
    const skews = fc.array(
      fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.double({ min: -0.5, max: 1, noNaN: true })),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(skews, fc.nat(100_000), fc.infiniteStream(fc.nat()), (all, passedMs, order) => {
        const truth = new ManualClock(1e12);
        const clock = new SkewedClock({ name: "a", clock: truth });
        all.forEach(([offsetMs, drift], index) => {
          clock.skew(String(index), { offsetMs, drift });
        });
        truth.advance(passedMs);
        const expected = all.reduce((sum, [offsetMs, drift]) => sum + offsetMs + drift * passedMs, 0);
        expect(Math.abs(clock.now() - truth.now() - expected)).toBeLessThanOrEqual(0.51);
        const left = all.map((_, index) => String(index));
        while (left.length > 0) {
          const [id] = left.splice((order.next().value as number) % left.length, 1);
          clock.unskew(id!);
        }
        expect(clock.now()).toBe(truth.now());
      }),
    );
  });
});

describe("an experiment on clocks", () => {
  it("makes one of two wrong for its time, and right again", async () => {
    const { runner, clock } = await runnerOf();
    const clocks = ["a", "b"].map((name) => new SkewedClock({ name, clock }));
    const seen: number[][] = [];
    const report = await passing(clock, runner.run(experimentOf(clocks)), {
      onStep: () => seen.push(clocks.map(({ skewMs }) => skewMs).sort((a, b) => a - b)),
    });
    expect(report).toMatchObject({
      outcome: "completed",
      blastRadius: { targets: 2 },
      injections: [{ message: expect.stringMatching(/^clock\/[ab] is 5 min behind$/), undo: "done" }],
    });
    expect(seen).toContainEqual([-300_000, 0]);
    expect(seen).not.toContainEqual([-300_000, -300_000]);
    expect(clocks.map(({ skewMs }) => skewMs)).toEqual([0, 0]);
  });

  it("takes two clocks for two targets: two runs strike both of them at the same time", async () => {
    const { runner, clock } = await runnerOf({ maxRuns: 2, blastRadius: { maxTargets: 2 } });
    const clocks = ["a", "b"].map((name) => new SkewedClock({ name, clock }));
    const runs = [{ offset: "1m", drift: 0.5 }, { offset: "-1m" }].map((more) =>
      runner.run(experimentOf(clocks, { ...more, blastRadius: { maxTargets: 2 } })),
    );
    let most = 0;
    const reports = await passing(clock, Promise.all(runs), {
      onStep: () => (most = Math.max(most, clocks.filter(({ skewMs }) => skewMs !== 0).length)),
    });
    expect(most).toBe(2);
    expect(new Set(reports.flatMap(({ injections }) => injections.map(({ target }) => target))).size).toBe(2);
    expect(reports[0]?.injections[0]?.message).toMatch(/1 min ahead, and drifts by 500 ms a second/);
    expect(clocks.map(({ skewMs }) => skewMs)).toEqual([0, 0]);
  });

  it("undoes what was never done, was done before, or is of a clock that is gone", () => {
    const clock = new SkewedClock({ name: "a", clock: new ManualClock() });
    const experiment = experimentOf([clock]);
    const injection = { id: "1", kind: "clock-skew", target: "clock/a", details: { clock: "a" } };
    experiment.undo(injection);
    experiment.inject(injection);
    experiment.undo(injection);
    experiment.undo(injection);
    experiment.undo({ ...injection, details: { clock: "gone" } });
    expect(clock.skewMs).toBe(0);
  });

  const one = [new SkewedClock({ name: "a" })];
  it.each<[string, Partial<ClockSkewOptions>, RegExp]>([
    ["no clock", { clocks: [] }, /clocks: a list of 0 is no list of clocks/],
    ["a clock that cannot be skewed", { clocks: [new ManualClock()] as never }, /has no method skew/],
    ["two of one name", { clocks: [...one, ...one] }, /same name/],
    ["an offset that is none", { offset: "soon" }, /"soon" is not a duration/],
    ["no skew at all", { offset: "-0s" }, /is nothing, and there is no drift/],
    ["eleven years", { offset: "-11y" }, /more than ten years/],
    ["a clock that runs backwards", { drift: -1 }, /drift: -1 is out of range/],
    ["a misspelt option", { ofset: "5m" } as never, /did you mean "offset"/],
  ])("refuses %s", (_title, options, message) => {
    expect(() => experimentOf(one, options)).toThrow(message);
  });
});
