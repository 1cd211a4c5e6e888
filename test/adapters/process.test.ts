import { once } from "node:events";
import { createServer } from "node:net";

import { describe, expect, it } from "vitest";

import { nodeProcessProbe } from "../../src/adapters/process/index.ts";

describe("the probe of this process", () => {
  it("tells figures that are all finite and not negative, before and after it is closed", () => {
    const probe = nodeProcessProbe();
    for (let reading = 0; reading < 2; reading += 1) {
      const { eventLoopDelaySeconds, gcSeconds, activeResources, ...rest } = probe.sample();
      const groups = [rest, eventLoopDelaySeconds, gcSeconds, activeResources].map((group) =>
        Object.values(group ?? {}),
      );
      expect(groups.map(({ length }) => length > 0)).toEqual([true, true, true, true]);
      for (const value of groups.flat()) expect(typeof value === "number" && value >= 0 && value < Infinity).toBe(true);
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

  it("counts what keeps the process busy, by Node's names", async () => {
    const probe = nodeProcessProbe();
    const count = (type: string): number => probe.sample().activeResources?.[type] ?? 0;
    const servers = count("TCPServerWrap");
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    expect(count("TCPServerWrap") - servers).toBe(1);
    // In one turn: vitest has timers of its own, which come and go.
    const before = count("Timeout");
    const timers = [1, 2, 3].map(() => setTimeout(() => undefined, 60_000));
    expect(count("Timeout") - before).toBe(3);
    for (const timer of timers) clearTimeout(timer);
    expect(count("Timeout")).toBe(before);
    server.close();
    await once(server, "close");
    probe.close();
  });
});
