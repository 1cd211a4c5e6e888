import { describe, expect, it } from "vitest";

import { nodeProcessProbe } from "../../src/adapters/process/index.ts";

describe("the probe of this process", () => {
  it("tells figures that are all finite and not negative, before and after it is closed", () => {
    const probe = nodeProcessProbe();
    for (let reading = 0; reading < 2; reading += 1) {
      const { eventLoopDelaySeconds, ...rest } = probe.sample();
      for (const value of [...Object.values(rest), ...Object.values(eventLoopDelaySeconds)]) {
        expect(Number.isFinite(value) && value >= 0).toBe(true);
      }
      expect(rest.memoryBytes).toBeLessThanOrEqual(rest.memoryLimitBytes);
      expect(rest.cpuCores).toBeGreaterThanOrEqual(1);
      probe.close();
    }
  });

  it("sees an event loop that is blocked", async () => {
    const probe = nodeProcessProbe();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const until = performance.now() + 120;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(probe.sample().eventLoopDelaySeconds.max).toBeGreaterThan(0.08);
    probe.close();
  });
});
