import { afterEach, describe, expect, test, vi } from "vitest";

import { systemClock } from "../../src/core/time/clock.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { steadyClock } from "../../src/core/time/steady-clock.ts";
import { runNode } from "../support/spawn.ts";

describe("the system's clock", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("tells the wall's time, and elapsed time that never runs backwards", () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
    const first = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first);
  });

  test("calls back once, after the delay", () => {
    vi.useFakeTimers();
    const callback = vi.fn();
    systemClock.schedule(callback, 1_000);
    vi.advanceTimersByTime(999);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test("waits longer than a timer of the engine can", () => {
    vi.useFakeTimers();
    const callback = vi.fn();
    const delayMs = 2 * 2 ** 31 + 500;
    systemClock.schedule(callback, delayMs);
    vi.advanceTimersByTime(delayMs - 1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test.each([0, 1_500, 2 ** 31 + 1_500])("can be cancelled, %s ms into a long wait", (afterMs) => {
    vi.useFakeTimers();
    const callback = vi.fn();
    const cancel = systemClock.schedule(callback, 2 ** 31 + 10_000);
    vi.advanceTimersByTime(afterMs);
    cancel();
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    [undefined, 1],
    [{}, 1],
    [{ keepAlive: false }, 1],
    [{ keepAlive: true }, 0],
  ])("lets a process end while it waits, unless it is told otherwise: %j", (options, times) => {
    const unref = vi.fn();
    const setting = vi.spyOn(globalThis, "setTimeout").mockReturnValue({ unref } as never);
    systemClock.schedule(() => undefined, 5, options);
    setting.mockRestore();
    expect(unref).toHaveBeenCalledTimes(times);
  });

  test("waits where a timer is a mere number, as in a browser", () => {
    const setting = vi.spyOn(globalThis, "setTimeout").mockReturnValue(7 as never);
    expect(() => systemClock.schedule(() => undefined, 5)).not.toThrow();
    setting.mockRestore();
  });

  test("keeps no process alive", async () => {
    const code = `import { systemClock } from "./src/core/time/clock.ts"; systemClock.schedule(() => {}, 2 ** 40);`;
    const { code: exit, stderr } = await runNode(["--import", "tsx", "--input-type=module", "-e", code], {
      timeout: 15_000,
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });
});

describe("a steady clock", () => {
  test("goes on as time passes, whatever is done to the clock on the wall", () => {
    const clock = new ManualClock(10_000);
    clock.advance(500);
    const steady = steadyClock(clock);
    expect([steady.now(), steady.monotonic()]).toEqual([10_500, 500]);
    clock.stepWall(-5_000);
    clock.advance(250.75);
    expect([steady.now(), steady.monotonic()]).toEqual([10_750, 750.75]);
    clock.stepWall(60_000);
    expect(steady.now()).toBe(10_750);
  });

  test("has the timers of the other one", () => {
    const clock = new ManualClock(0);
    const steady = steadyClock(clock);
    const [first, second] = [vi.fn(), vi.fn()];
    steady.schedule(first, 10);
    steady.schedule(second, 10)();
    expect(clock.pendingTimers).toBe(1);
    clock.advance(10);
    expect([first, second].map((callback) => callback.mock.calls.length)).toEqual([1, 0]);
    const asked = vi.fn(() => () => undefined);
    steadyClock({ ...systemClock, schedule: asked }).schedule(first, 5, { keepAlive: true });
    expect(asked).toHaveBeenCalledWith(first, 5, { keepAlive: true });
  });
});

describe("a manual clock", () => {
  test("moves both times when it is told to", () => {
    const clock = new ManualClock(1_000);
    clock.advance(500);
    expect([clock.now(), clock.monotonic()]).toEqual([1_500, 500]);
    clock.stepWall(-700);
    expect([clock.now(), clock.monotonic()]).toEqual([800, 500]);
  });

  test("fires timers in order, each at its time, those that they set included", () => {
    const clock = new ManualClock(0);
    const fired: string[] = [];
    const at = (name: string, delayMs: number): void => {
      clock.schedule(() => fired.push(`${name}@${String(clock.monotonic())}`), delayMs);
    };
    at("late", 30);
    at("early", 10);
    at("also early", 10);
    clock.schedule(() => at("chained", 5), 20);
    clock.advance(29);
    expect(fired).toEqual(["early@10", "also early@10", "chained@25"]);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1);
    expect(fired.at(-1)).toBe("late@30");
  });

  test("does not fire what was cancelled, even by another timer of the same instant", () => {
    const clock = new ManualClock(0);
    const second = vi.fn();
    let cancel = (): void => undefined;
    clock.schedule(() => cancel(), 10);
    cancel = clock.schedule(second, 10);
    clock.advance(10);
    expect(second).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
  });

  test("does not run backwards when a timer lets time pass", () => {
    const clock = new ManualClock(0);
    clock.schedule(() => clock.advance(100), 10);
    clock.advance(20);
    expect(clock.monotonic()).toBe(110);
  });

  test.each([-1, NaN, Infinity])("cannot let %s ms pass", (ms) => {
    expect(() => new ManualClock().advance(ms)).toThrow(`ms: ${String(ms)} ms cannot pass; write a number from 0`);
  });
});
