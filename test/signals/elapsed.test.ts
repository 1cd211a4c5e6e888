import { describe, expect, test } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { ElapsedTime, type ElapsedState, MOST_GAPS } from "../../src/signals/elapsed.ts";

const [MINUTE, HOUR] = [60_000, 3_600_000];

describe("a line of watched time with more gaps than are kept", () => {
  test.each([
    ["ten minutes of each hour", () => 10 * MINUTE, () => 50 * MINUTE],
    [
      "runs and pauses of all lengths",
      (run: number) => (1 + (run % 7)) * MINUTE,
      (run: number) => (2 + (run % 31)) * MINUTE,
    ],
  ])("finds what is some age ago to 1 %: %s", (_, upMs, downMs) => {
    const runs: { readonly from: number; readonly until: number }[] = [];
    let saved: ElapsedState | undefined;
    let wall = Date.UTC(2026, 0, 1);
    let elapsed: ElapsedTime | undefined;
    let clock = new ManualClock(wall);
    for (let run = 0; run < 1_500; run += 1) {
      clock = new ManualClock(wall);
      elapsed = new ElapsedTime(clock);
      if (saved !== undefined) elapsed.restore(saved);
      clock.advance(upMs(run));
      runs.push({ from: wall, until: clock.now() });
      saved = elapsed.save();
      expect(saved.gaps.length).toBeLessThanOrEqual(MOST_GAPS);
      wall = clock.now() + downMs(run);
    }
    const now = elapsed!.now();
    const watchedSince = (at: number): number =>
      runs.reduce((sum, { from, until }) => sum + Math.max(0, until - Math.max(from, at)), 0);
    const oldest = clock.now() - runs[0]!.from;
    for (let ageMs = HOUR / 2; ageMs < oldest; ageMs *= 1.1) {
      const off = Math.abs(now - elapsed!.position(now, ageMs) - watchedSince(clock.now() - ageMs));
      expect(off, `${String(Math.round(ageMs / HOUR))} h ago`).toBeLessThanOrEqual(0.01 * ageMs);
    }
  });
});
