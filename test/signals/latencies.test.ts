import { describe, expect, it } from "vitest";

import { Latencies } from "../../src/signals/latencies.ts";

const MINUTE = 60_000;
const BOUNDS = [0.1, 0.2, 0.4];

/** Latencies of requests that are timed one by one, in seconds. */
function watched(): { latencies: Latencies; record: (position: number, seconds: number, times?: number) => void } {
  // The total, a cell for each bound, and one for what is above the last.
  const page = new Float64Array(BOUNDS.length + 2);
  const latencies = new Latencies(BOUNDS, () => [{ page, offset: 0 }]);
  return {
    latencies,
    record: (position, seconds, times = 1) => {
      latencies.reach(position);
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
      (page[1 + (bucket === -1 ? BOUNDS.length : bucket)] as number) += times;
    },
  };
}

describe("latencies of late", () => {
  it("are interpolated within their bucket", () => {
    const { latencies, record } = watched();
    record(0, 0.05, 50);
    record(0, 0.15, 50);
    expect(latencies.quantileMs(0.25, 0)).toBeCloseTo(50, 9);
    expect(latencies.quantileMs(0.75, 0)).toBeCloseTo(150, 9);
  });

  it("are the last bound where they lie above it", () => {
    const { latencies, record } = watched();
    record(0, 9);
    expect(latencies.quantileMs(0.5, 0)).toBe(400);
  });

  it("are those since then, to the minute", () => {
    const { latencies, record } = watched();
    for (let minute = 0; minute < 120; minute += 1) record(minute * MINUTE + 1, minute < 90 ? 0.3 : 0.05);
    latencies.reach(120 * MINUTE);
    expect(latencies.quantileMs(0.95, 90 * MINUTE)).toBeLessThanOrEqual(100);
    expect(latencies.quantileMs(0.95, 80 * MINUTE)).toBeGreaterThan(200);
  });

  it("are unknown after a silence: what came before it is not of late", () => {
    const { latencies, record } = watched();
    record(0, 0.3, 100);
    latencies.reach(180 * MINUTE);
    expect(latencies.quantileMs(0.95, 120 * MINUTE)).toBeUndefined();
    record(180 * MINUTE + 1, 0.05);
    expect(latencies.quantileMs(0.95, 120 * MINUTE)).toBeLessThanOrEqual(100);
  });

  it("are unknown of longer ago than is remembered", () => {
    const { latencies, record } = watched();
    for (let minute = 0; minute < 300; minute += 1) record(minute * MINUTE, 0.05);
    expect(latencies.quantileMs(0.5, 250 * MINUTE)).toBeDefined();
    expect(latencies.quantileMs(0.5, 100 * MINUTE)).toBeUndefined();
  });
});
