import { describe, expect, it } from "vitest";

import type { ProcessProbe, ProcessSample } from "../../src/ports/process-probe.ts";
import type { MetricValue } from "../../src/signals/metric.ts";
import { processMetrics } from "../../src/signals/process-metrics.ts";
import { Saturation } from "../../src/signals/saturation.ts";
import { ManualClock } from "../../src/testing/index.ts";

const BASIC: ProcessSample = {
  cpuSeconds: 2,
  cpuCores: 4,
  memoryBytes: 300,
  memoryLimitBytes: 1_000,
  heapUsedBytes: 100,
  eventLoopActiveSeconds: 3,
  eventLoopIdleSeconds: 7,
  eventLoopDelaySeconds: { p50: 0.001, p99: 0.002, max: 0.003 },
};

/** A saturation over a probe that says `sample`, and how often the probe was asked, and refused. */
function saturationOf(sample: (atMs: number) => ProcessSample) {
  const clock = new ManualClock();
  const counts = { asked: 0, rejected: 0, closed: 0 };
  const probe: ProcessProbe = {
    sample: () => {
      counts.asked += 1;
      return sample(clock.monotonic());
    },
    close: () => (counts.closed += 1),
  };
  const saturation = new Saturation({ probe, clock, onRejected: () => (counts.rejected += 1) });
  return { saturation, clock, counts };
}

/** Every sample as `name{labels} value`. */
function exposed(saturation: Saturation): string[] {
  return processMetrics(saturation).flatMap(({ name, values }) =>
    (values() as MetricValue[]).map(({ labels, value }) => `${name}${JSON.stringify(labels)} ${String(value)}`),
  );
}

describe("the metrics of the process", () => {
  it("of a probe that tells everything", () => {
    const { saturation } = saturationOf(() => ({
      ...BASIC,
      gcSeconds: { minor: 0.5, major: 0.25 },
      gcPauseMaxSeconds: 0.125,
      activeResources: { Timeout: 2, TCPSocketWrap: 5 },
    }));
    expect(exposed(saturation)).toEqual([
      "service_cpu_seconds_total{} 2",
      "service_memory_bytes{} 300",
      "service_heap_used_bytes{} 100",
      "service_event_loop_active_seconds_total{} 3",
      'service_event_loop_delay_seconds{"stat":"p50"} 0.001',
      'service_event_loop_delay_seconds{"stat":"p99"} 0.002',
      'service_event_loop_delay_seconds{"stat":"max"} 0.003',
      'service_gc_pause_seconds_total{"kind":"minor"} 0.5',
      'service_gc_pause_seconds_total{"kind":"major"} 0.25',
      "service_gc_pause_max_seconds{} 0.125",
      'service_active_resources{"type":"TCPSocketWrap"} 5',
      'service_active_resources{"type":"Timeout"} 2',
    ]);
  });

  it("of a probe that cannot tell of garbage collection and resources are left out, as is what is no number", () => {
    const { saturation } = saturationOf(() => ({ ...BASIC, heapUsedBytes: NaN, memoryLimitBytes: NaN }));
    const names = exposed(saturation).map((line) => line.split("{")[0]);
    expect(names).toEqual([
      "service_cpu_seconds_total",
      "service_memory_bytes",
      "service_event_loop_active_seconds_total",
      "service_event_loop_delay_seconds",
      "service_event_loop_delay_seconds",
      "service_event_loop_delay_seconds",
    ]);
    expect(saturation.read()).toEqual({});
  });

  it("say how several processes become one: counters and sizes add up, what is late or longest is the worst", () => {
    const { saturation } = saturationOf(() => BASIC);
    const worst = processMetrics(saturation).filter(({ aggregator }) => aggregator === "max");
    expect(worst.map(({ name }) => name)).toEqual(["service_event_loop_delay_seconds", "service_gc_pause_max_seconds"]);
    expect(processMetrics(saturation).filter(({ aggregator }) => aggregator === "sum")).toHaveLength(6);
  });

  it("keep at most 20 types of resources, the rest under other", () => {
    const types = Array.from({ length: 30 }, (_, index) => [`Type${String(index)}`, index + 1] as const);
    const { saturation } = saturationOf(() => ({
      ...BASIC,
      activeResources: { ...Object.fromEntries(types), other: 100 },
    }));
    const lines = exposed(saturation).filter((line) => line.startsWith("service_active_resources"));
    expect(lines).toHaveLength(20);
    expect(lines[0]).toBe('service_active_resources{"type":"Type29"} 30');
    // 1 + 2 + ... + 11, and the 100 that had that name before.
    expect(lines[19]).toBe('service_active_resources{"type":"other"} 166');
  });

  it("of one scrape come from one reading, and those of the next from another", () => {
    const { saturation, clock, counts } = saturationOf(() => BASIC);
    clock.advance(15_000);
    counts.asked = 0;
    exposed(saturation);
    saturation.read();
    expect(counts.asked).toBe(1);
    clock.advance(10);
    exposed(saturation);
    expect(counts.asked).toBe(2);
  });

  it("of a probe that throws are none, and that is counted once a scrape", () => {
    const { saturation, clock, counts } = saturationOf(() => {
      throw new Error("EMFILE");
    });
    clock.advance(15_000);
    counts.rejected = 0;
    expect(exposed(saturation)).toEqual([]);
    expect(saturation.read()).toEqual({});
    expect(counts.rejected).toBe(1);
  });
});

describe("the saturation of the process", () => {
  it("is a share of the time between two readings, whoever took those", () => {
    let used = 0;
    const { saturation, clock } = saturationOf((atMs) => ({
      ...BASIC,
      cpuSeconds: used * 2,
      eventLoopActiveSeconds: used,
      eventLoopIdleSeconds: atMs / 1_000 - used,
    }));
    expect(saturation.read()).toEqual({ memory: 0.3 });
    // One second in four is busy; CPU time is twice that, on 4 cores. Scrapers come in pairs, 1 s apart.
    for (const seconds of [14, 1, 14, 1]) {
      clock.advance(seconds * 1_000);
      used += seconds / 4;
      expect(saturation.read()).toEqual({ memory: 0.3, cpu: 0.125, event_loop: 0.25 });
    }
  });

  it("is at most 1, also where a probe says more", () => {
    const { saturation } = saturationOf(() => ({ ...BASIC, memoryBytes: 1_500 }));
    expect(saturation.read()).toEqual({ memory: 1 });
  });

  it("is asked of nobody without a probe", () => {
    const saturation = new Saturation({ probe: undefined, clock: new ManualClock(), onRejected: () => undefined });
    expect(exposed(saturation)).toEqual([]);
    expect(saturation.read()).toEqual({});
  });
});
