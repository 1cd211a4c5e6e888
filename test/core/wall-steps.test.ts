import { expect, test } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { steadyClock } from "../../src/core/time/steady-clock.ts";
import { WallSteps } from "../../src/core/time/wall-steps.ts";

test("a step of the wall clock is told once, and drift is none", () => {
  const clock = new ManualClock();
  const steps = new WallSteps(clock);
  clock.advance(5_000);
  clock.stepWall(900);
  expect(steps.look()).toBe(0);
  clock.stepWall(-3_600_000);
  clock.advance(60_000);
  expect([steps.look(), steps.look()]).toEqual([-3_600_000, 0]);
  clock.stepWall(1_000);
  expect([steps.look(), steps.look()]).toEqual([1_000, 0]);
});

test("a steady clock goes on from where it was, in whole milliseconds, however the wall clock is set", () => {
  const clock = new ManualClock(1_000);
  const steady = steadyClock(clock);
  clock.stepWall(-3_600_000);
  clock.advance(500.7);
  expect([steady.now(), steady.monotonic()]).toEqual([1_500, 500.7]);
  let rang = false;
  const cancel = steady.schedule(() => (rang = true), 10);
  cancel();
  clock.advance(20);
  expect(rang).toBe(false);
});
