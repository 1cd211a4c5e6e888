import { syncBuiltinESMExports } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import threads, { type Worker } from "node:worker_threads";

import { afterEach, describe, expect, it } from "vitest";

import { ProcessPressure, type ProcessPressureOptions } from "../../../src/adapters/pressure/index.ts";
import { eventually } from "../../http/matrix/eventually.ts";
import { cleanEnvironment, ROOT, runNode } from "../../support/spawn.ts";

const MEBIBYTE = 1_048_576;

let sources: ProcessPressure[] = [];
afterEach(async () => {
  for (const source of sources) for (const id of ["a", "b", "c"]) await source.stop(id);
  sources = [];
});

function sourceOf(options: ProcessPressureOptions = {}): ProcessPressure {
  const source = new ProcessPressure(options);
  sources.push(source);
  return source;
}

/** Seconds of processor time that this process takes until it has taken `enough`, or `mostMs` have passed. */
async function cpuSeconds(mostMs: number, enough = Infinity): Promise<number> {
  const before = process.cpuUsage();
  const until = performance.now() + mostMs;
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    if (seconds >= enough || performance.now() >= until) return seconds;
    await sleep(20);
  }
}

describe("pressure on the processor", () => {
  it("is really there, and gone when it is stopped", async () => {
    const source = sourceOf({ maxWorkers: 2 });
    await source.start("a", { kind: "cpu", workers: 2, share: 1 });
    expect(source.threads).toBe(2);
    // However crowded the machine is, half a second of work is done some time.
    expect(await cpuSeconds(15_000, 0.5)).toBeGreaterThanOrEqual(0.5);
    expect(await source.stop("a")).toBe(true);
    expect(source.threads).toBe(0);
    expect(await source.stop("a")).toBe(false);
    // Two busy threads would take up to 1 s of it; one of them at least half.
    expect(await cpuSeconds(500)).toBeLessThan(0.25);
  });

  it("leaves the rest of each period free", async () => {
    const source = sourceOf();
    await source.start("a", { kind: "cpu", workers: 1, share: 0.2 });
    expect(await cpuSeconds(10_000, 0.1)).toBeGreaterThanOrEqual(0.1);
    // A share of 0.2 of a second, and room for what else this process does: far from the whole second.
    expect(await cpuSeconds(1_000)).toBeLessThan(0.7);
  });

  it("is never more than its cap, whoever asks", async () => {
    const source = sourceOf({ maxWorkers: 2 });
    await source.start("a", { kind: "cpu", workers: 1, share: 0.01 });
    const refusal = source.start("b", { kind: "cpu", workers: 2, share: 0.01 });
    await expect(refusal).rejects.toMatchObject({
      code: "adapter",
      retryable: false,
      message: "pressure could not put pressure on: 2 busy threads are asked for, 1 are there, and 2 are the most",
    });
    expect(source.threads).toBe(1);
    await source.start("a", { kind: "cpu", workers: 2, share: 0.01 });
    expect(source.threads).toBe(2);
  });

  it("is never more than its cap, though many ask at the same time", async () => {
    const source = sourceOf({ maxWorkers: 1 });
    const starts = ["a", "b", "c"].map((id) => source.start(id, { kind: "cpu", workers: 1, share: 0.01 }));
    const ends = await Promise.allSettled(starts);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(source.threads).toBe(1);
  });

  it("ends by itself after the longest time, whoever has forgotten it, and counts no more", async () => {
    const source = sourceOf({ longest: "300ms", maxWorkers: 1 });
    await source.start("a", { kind: "cpu", workers: 1, share: 1 });
    await eventually(() => source.threads === 0, "the thread to end");
    expect(await cpuSeconds(500)).toBeLessThan(0.25);
    await source.start("b", { kind: "cpu", workers: 1, share: 0.01 });
    expect(await source.stop("a")).toBe(false);
  });

  it("ends the threads it has, when there cannot be all of them", async () => {
    const made: Worker[] = [];
    const { Worker: Real } = threads;
    class Scarce extends Real {
      constructor(...given: ConstructorParameters<typeof Real>) {
        if (made.length === 1) throw Object.assign(new Error("no more"), { code: "ERR_WORKER_INIT_FAILED" });
        super(...given);
        made.push(this);
      }
    }
    const source = sourceOf({ maxWorkers: 3 });
    try {
      threads.Worker = Scarce;
      syncBuiltinESMExports();
      const refusal = source.start("a", { kind: "cpu", workers: 3, share: 0.01 });
      await expect(refusal).rejects.toThrow("ERR_WORKER_INIT_FAILED");
    } finally {
      threads.Worker = Real;
      syncBuiltinESMExports();
    }
    expect(made.map(({ threadId }) => threadId)).toEqual([-1]);
    expect(source.threads).toBe(0);
    await source.start("a", { kind: "cpu", workers: 3, share: 0.01 });
    expect(source.threads).toBe(3);
  });
});

describe("pressure on memory", () => {
  it("is really there, and given back when it is stopped", async () => {
    const source = sourceOf();
    const before = process.memoryUsage.rss();
    await source.start("a", { kind: "memory", bytes: 200 * MEBIBYTE });
    const during = process.memoryUsage.rss();
    expect(during - before).toBeGreaterThan(190 * MEBIBYTE);
    expect(await source.stop("a")).toBe(true);
    expect(during - process.memoryUsage.rss()).toBeGreaterThan(150 * MEBIBYTE);
    expect(source.threads).toBe(0);
  });

  it("is never more than its share of what is free", async () => {
    const source = sourceOf({ maxMemoryShare: 0.25, freeBytes: () => 40 * MEBIBYTE });
    await expect(source.start("a", { kind: "memory", bytes: 10 * MEBIBYTE + 1 })).rejects.toThrow(
      "10485761 bytes are asked for, and 10485760 are the most with what is free now",
    );
    expect(source.threads).toBe(0);
    await source.start("a", { kind: "memory", bytes: 10 * MEBIBYTE });
    expect(source.threads).toBe(1);
  });

  it("is never more than its share, though many ask at the same time or one after the other", async () => {
    const source = sourceOf({ maxMemoryShare: 0.5, freeBytes: () => 2 * MEBIBYTE });
    const starts = ["a", "b", "c"].map((id) => source.start(id, { kind: "memory", bytes: MEBIBYTE }));
    const ends = await Promise.allSettled(starts);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    // Of the 3 MiB that would be free without it, half may be taken.
    await expect(source.start("b", { kind: "memory", bytes: MEBIBYTE / 2 + 1 })).rejects.toThrow("524288 are the most");
    await source.start("b", { kind: "memory", bytes: MEBIBYTE / 2 });
  });

  it("knows what the system says is free: a tebibyte is refused", async () => {
    await expect(sourceOf().start("a", { kind: "memory", bytes: 2 ** 40 })).rejects.toThrow("are the most");
  });
});

describe("a source of pressure", () => {
  it("does not begin what is stopped meanwhile, or whose signal has aborted", async () => {
    const source = sourceOf();
    const starting = source.start("a", { kind: "memory", bytes: 100 * MEBIBYTE });
    const stopping = source.stop("a");
    await expect(starting).rejects.toThrow("it was stopped");
    await stopping;
    expect(source.threads).toBe(0);
    const ending = new AbortController();
    const aborted = source.start("a", { kind: "cpu", workers: 1, share: 0.1 }, { signal: ending.signal });
    ending.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    expect(source.threads).toBe(0);
    await expect(
      source.start("a", { kind: "cpu", workers: 1, share: 0.1 }, { signal: AbortSignal.abort(new Error("before")) }),
    ).rejects.toThrow("before");
    expect(source.threads).toBe(0);
  });

  it("does not keep its process alive, and ends with it", async () => {
    const url = pathToFileURL(join(ROOT, "src", "adapters", "pressure", "index.ts")).href;
    const text = `
      import { ProcessPressure } from ${JSON.stringify(url)};
      const source = new ProcessPressure();
      await source.start("a", { kind: "cpu", workers: 1, share: 1 });
      await source.start("b", { kind: "memory", bytes: 50_000_000 });
      console.log(source.threads);
    `;
    const flags = ["--import", "tsx", "--input-type=module", "--eval", text];
    expect(await runNode(flags, { env: cleanEnvironment() })).toEqual({ code: 0, stdout: "2\n", stderr: "" });
  });

  it.each<[string, ProcessPressureOptions, RegExp]>([
    ["no thread", { maxWorkers: 0 }, /maxWorkers: 0 is out of range/],
    ["all memory", { maxMemoryShare: 1 }, /maxMemoryShare: 1 is out of range/],
    ["no end", { longest: "2d" }, /longest: "2d" is out of range/],
    ["a misspelt option", { maxWorker: 1 } as never, /did you mean "maxWorkers"/],
  ])("refuses %s", (_title, options, message) => {
    expect(() => new ProcessPressure(options)).toThrow(message);
  });
});
