import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { describe, expect, it } from "vitest";

import { EventLoopDelay } from "../../../src/adapters/process/event-loop-delay.ts";
import { GarbageCollection } from "../../../src/adapters/process/garbage-collection.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (options?: { type: "minor" }) => void;

/** Seconds that a test may jump over. */
function stopwatch(): { now: () => number; advance: (seconds: number) => void } {
  let time = 0;
  return { now: () => time, advance: (seconds) => (time += seconds * 1_000) };
}

async function block(ms: number): Promise<void> {
  await sleep(30);
  const until = performance.now() + ms;
  while (performance.now() < until);
  await sleep(30);
}

describe("the delay of the event loop", () => {
  it("tells a spike to every scraper for a minute, and to none after two", async () => {
    const { now, advance } = stopwatch();
    const delay = new EventLoopDelay(now);
    await block(300);
    // Two scrapers, each once in 30 s; the minute is over between them.
    for (const seconds of [59, 2, 28, 2, 28]) {
      advance(seconds);
      expect(delay.read().max).toBeGreaterThan(0.25);
    }
    advance(10);
    expect(delay.read().max).toBeLessThan(0.25);
    delay.close();
  });

  it("tells who comes seldom what was since the last time", async () => {
    const { now, advance } = stopwatch();
    const delay = new EventLoopDelay(now);
    advance(600);
    delay.read();
    await block(300);
    advance(600);
    expect(delay.read().max).toBeGreaterThan(0.25);
    advance(600);
    expect(delay.read().max).toBeLessThan(0.25);
    delay.close();
  });
});

describe("garbage collection", () => {
  it("adds up by kind, and never goes back", async () => {
    const collection = new GarbageCollection();
    await sleep(10);
    const kinds = ["minor", "minor", "minor", "major", "major"] as const;
    let before = collection.read().gcSeconds;
    for (const kind of kinds) {
      const least = before?.[kind] ?? Infinity;
      // Node tells of it in a later turn, and V8 may do nothing of the kind while it is marking: asked again until it has.
      const grown = (): number => {
        const seconds = collection.read().gcSeconds?.[kind] ?? 0;
        if (seconds > least) return seconds;
        if (kind === "minor") collect({ type: "minor" });
        else collect();
        return seconds;
      };
      await expect.poll(grown, { timeout: 10_000, interval: 10 }).toBeGreaterThan(least);
      const after = collection.read().gcSeconds;
      for (const other of ["minor", "major"] as const)
        expect(after?.[other]).toBeGreaterThanOrEqual(before?.[other] ?? Infinity);
      before = after;
    }
    const after = collection.read().gcSeconds;
    expect(Object.keys(after ?? {})).toEqual(["minor", "major", "incremental", "weakcb"]);
    collection.close();
  });

  it("tells the longest pause to every scraper for a minute, and to none after two", async () => {
    const { now, advance } = stopwatch();
    const collection = new GarbageCollection(now);
    const ballast = Array.from({ length: 200_000 }, (_, index) => ({ index }));
    collect();
    expect(ballast).toHaveLength(200_000);
    // Node tells of it in a later turn.
    const told = (): number => collection.read().gcPauseMaxSeconds ?? 0;
    await expect.poll(told, { timeout: 10_000, interval: 10 }).toBeGreaterThan(0.000_5);
    const longest = told();
    for (const seconds of [59, 2, 28, 2, 28]) {
      advance(seconds);
      expect(collection.read().gcPauseMaxSeconds).toBeGreaterThanOrEqual(longest);
    }
    advance(10);
    const rest = collection.read().gcPauseMaxSeconds ?? NaN;
    expect(rest).toBeLessThan(longest);
    collection.close();
  });

  it("hears nothing any more when it is closed", async () => {
    const collection = new GarbageCollection();
    collection.close();
    const before = collection.read();
    collect();
    await sleep(10);
    expect(collection.read()).toEqual(before);
  });
});
