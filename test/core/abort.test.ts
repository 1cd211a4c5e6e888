import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";

import { abortable, firstOf, isAborted, onAbort, pause, whenAborted } from "../../src/core/abort.ts";
import { withDeadline } from "../../src/core/deadline.ts";
import type { Clock } from "../../src/core/time/clock.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

it("is told whether a signal is aborted, if there is one", () => {
  const controller = new AbortController();
  expect([isAborted(undefined), isAborted(controller.signal)]).toEqual([false, false]);
  controller.abort();
  expect(isAborted(controller.signal)).toBe(true);
});

describe("waiting for a signal", () => {
  it("adds one listener, however many wait, and takes it away after the last of them", () => {
    const { signal } = new AbortController();
    const callback = (): void => undefined;
    const releases = Array.from({ length: 50 }, () => onAbort(signal, callback));
    expect(listeners(signal)).toBe(1);
    releases.slice(1).forEach((release) => release());
    expect(listeners(signal)).toBe(1);
    releases.forEach((release) => release());
    expect(listeners(signal)).toBe(0);
  });

  it("calls each once, in their order, and none that has let go, even within the calls", () => {
    const controller = new AbortController();
    const { signal } = controller;
    const told: string[] = [];
    onAbort(signal, () => told.push("a"));
    const release = onAbort(signal, () => told.push("never"));
    onAbort(signal, () => {
      told.push("b");
      releaseLast();
      onAbort(signal, () => told.push("at once"));
    });
    const releaseLast = onAbort(signal, () => told.push("not any more"));
    release();
    controller.abort();
    onAbort(signal, () => told.push("late"));
    expect(told).toEqual(["a", "b", "at once", "late"]);
    expect(listeners(signal)).toBe(0);
  });

  it("takes nobody else's place away when it lets go twice", () => {
    const controller = new AbortController();
    const told: string[] = [];
    const release = onAbort(controller.signal, () => told.push("never"));
    release();
    onAbort(controller.signal, () => told.push("other"));
    release();
    expect(listeners(controller.signal)).toBe(1);
    controller.abort();
    expect(told).toEqual(["other"]);
  });

  it("may be a promise, which can be let go of", async () => {
    const controller = new AbortController();
    const { promise } = whenAborted(controller.signal);
    const other = whenAborted(controller.signal);
    expect(listeners(controller.signal)).toBe(1);
    other.release();
    controller.abort();
    await expect(promise).resolves.toBeUndefined();
    const { signal } = new AbortController();
    whenAborted(signal).release();
    expect(listeners(signal)).toBe(0);
    whenAborted(undefined).release();
  });

  it("is shared by everything that waits, and ends with it", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const clock = new ManualClock();
    const never = new Promise<never>(() => undefined);
    const waits = [
      ...Array.from({ length: 20 }, () => pause(clock, 1_000, { signal })),
      ...Array.from({ length: 20 }, () => abortable(never, signal)),
      ...Array.from({ length: 20 }, () => whenAborted(signal).promise),
      ...Array.from({ length: 20 }, () =>
        withDeadline(() => never, { clock, timeoutMs: 1_000, operation: "wait", signal }),
      ),
    ];
    expect(listeners(signal)).toBe(1);
    controller.abort(new Error("enough"));
    const ends = await Promise.allSettled(waits);
    expect(ends.filter(({ status }) => status === "rejected")).toHaveLength(40);
    expect(listeners(signal)).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("a pause", () => {
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("lasts as long as it is told, without a signal too", async () => {
    for (const signal of [undefined, new AbortController().signal]) {
      const clock = new ManualClock();
      const over: string[] = [];
      const waiting = pause(clock, 1_000, { signal }).then(() => over.push("over"));
      clock.advance(999);
      await settle();
      expect(over).toEqual([]);
      clock.advance(1);
      await waiting;
      expect(over).toEqual(["over"]);
      expect(clock.pendingTimers).toBe(0);
      if (signal !== undefined) expect(listeners(signal)).toBe(0);
    }
    const clock = new ManualClock();
    const waiting = pause(clock, 5);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(5);
    await expect(waiting).resolves.toBeUndefined();
  });

  it("ends when its signal aborts, and does not begin where it has", async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const over: string[] = [];
    const waiting = pause(clock, 1_000, { signal: controller.signal }).then(() => over.push("over"));
    await settle();
    expect(over).toEqual([]);
    controller.abort();
    await waiting;
    expect(clock.pendingTimers).toBe(0);
    const later = pause(clock, 1_000, { signal: controller.signal });
    expect(clock.pendingTimers).toBe(0);
    await later;
  });

  it.each([
    [{}, false],
    [{ keepAlive: false }, false],
    [{ keepAlive: true }, true],
  ])("keeps a process alive only where it is told: %j", (options, keepAlive) => {
    const asked: unknown[] = [];
    const schedule: Clock["schedule"] = (_, delayMs, more) => {
      asked.push(delayMs, more);
      return () => undefined;
    };
    void pause({ now: () => 0, monotonic: () => 0, schedule }, 7, options);
    expect(asked).toEqual([7, { keepAlive }]);
  });
});

describe("the first of several signals", () => {
  it.each([0, 1])("aborts with the reason of signal %s, and leaves no listener on them", (index) => {
    const controllers = [new AbortController(), new AbortController()];
    const { signal, release } = firstOf(...controllers.map((one) => one.signal), undefined);
    expect(signal.aborted).toBe(false);
    const reason = new Error("enough");
    controllers[index]?.abort(reason);
    controllers[1 - index]?.abort(new Error("late"));
    expect(signal.reason).toBe(reason);
    release();
    expect(controllers.map((one) => listeners(one.signal))).toEqual([0, 0]);
  });

  it("is aborted at once if one of them is, and forgets them when it is released", () => {
    const reason = new Error("before");
    expect(firstOf(AbortSignal.abort(reason)).signal.reason).toBe(reason);
    const controller = new AbortController();
    const { signal, release } = firstOf(controller.signal);
    expect(listeners(controller.signal)).toBe(1);
    release();
    expect(listeners(controller.signal)).toBe(0);
    controller.abort();
    expect(signal.aborted).toBe(false);
  });
});
