import { describe, expect, it } from "vitest";

import { CpuPressureExperiment, MemoryPressureExperiment } from "../../../src/chaos/experiments/pressure.ts";
import { probe } from "../../../src/chaos/probes.ts";
import type { Pressure, PressureSource } from "../../../src/ports/pressure.ts";

import { passing, runnerOf } from "../support.ts";

const FINE = [probe("fine", () => true)];

/** Remembers what is on, and all that was asked of it. */
class Remembered implements PressureSource {
  readonly on = new Map<string, Pressure>();
  readonly asked: unknown[] = [];
  refuses: Error | undefined;

  async start(id: string, pressure: Pressure): Promise<void> {
    this.asked.push(pressure);
    if (this.refuses !== undefined) throw this.refuses;
    this.on.set(id, pressure);
  }

  async stop(id: string): Promise<boolean> {
    this.asked.push("stop");
    return this.on.delete(id);
  }
}

const common = { name: "a", duration: "5s", steadyState: FINE };

describe("experiments with pressure", () => {
  it("put it on the one process, and take it off", async () => {
    const { runner, clock } = await runnerOf();
    const source = new Remembered();
    const cpu = new CpuPressureExperiment({ ...common, source, host: "web-1", workers: 2, share: 0.25 });
    const memory = new MemoryPressureExperiment({ ...common, source, bytes: 1_000_000 });
    const reports = [await passing(clock, runner.run(cpu)), await passing(clock, runner.run(memory))];
    expect(reports.map(({ outcome, injections }) => [outcome, injections[0]?.message, injections[0]?.undo])).toEqual([
      ["completed", "process/web-1 has 2 busy threads, 25 % of the time", "done"],
      ["completed", "process/here has 1000000 bytes less memory", "done"],
    ]);
    expect(source.asked).toEqual([
      { kind: "cpu", workers: 2, share: 0.25 },
      "stop",
      { kind: "memory", bytes: 1_000_000 },
      "stop",
    ]);
    expect(source.on.size).toBe(0);
  });

  it("fail where the source refuses, and undo all the same", async () => {
    const { runner, clock } = await runnerOf();
    const source = new Remembered();
    source.refuses = new Error("no room");
    const report = await passing(clock, runner.run(new MemoryPressureExperiment({ ...common, source, bytes: 1 })));
    expect(report).toMatchObject({ outcome: "failed", injections: [{ result: "failed", undo: "done" }] });
    expect(source.asked.at(-1)).toBe("stop");
  });

  it("are never two on one process at the same time", async () => {
    const { runner, clock } = await runnerOf({ maxRuns: 2 });
    const source = new Remembered();
    const cpu = runner.run(new CpuPressureExperiment({ ...common, source }));
    const later = passing(clock, cpu, {
      onStep: (passedMs) => {
        if (passedMs === 1_000) second = runner.run(new MemoryPressureExperiment({ ...common, source, bytes: 1 }));
      },
    });
    let second: ReturnType<typeof runner.run> | undefined;
    await later;
    expect(await second).toMatchObject({ outcome: "refused", reasons: [{ code: "no_targets" }] });
  });

  const source = new Remembered();
  it.each<[string, () => unknown, RegExp]>([
    ["no source", () => new CpuPressureExperiment({ ...common } as never), /source: is missing/],
    ["what is no source", () => new CpuPressureExperiment({ ...common, source: {} as never }), /no method start/],
    ["no worker", () => new CpuPressureExperiment({ ...common, source, workers: 0 }), /workers: 0 is out of range/],
    ["a share of nothing", () => new CpuPressureExperiment({ ...common, source, share: 0 }), /share: 0 is no share/],
    ["no bytes", () => new MemoryPressureExperiment({ ...common, source, bytes: 0.5 }), /bytes: 0.5 is out of range/],
    ["a misspelt option", () => new MemoryPressureExperiment({ ...common, source, byte: 1 } as never), /"bytes"/],
  ])("refuse %s", (_title, make, message) => {
    expect(make).toThrow(message);
  });
});
