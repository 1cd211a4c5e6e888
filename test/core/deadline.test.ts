import { describe, expect, it, vi } from "vitest";

import { withDeadline } from "../../src/core/deadline.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";

const options = (clock: ManualClock) => ({ clock, timeoutMs: 100, operation: "to wait" });

describe("a call with a deadline", () => {
  it("gives what the call gives, and leaves no timer", async () => {
    const clock = new ManualClock();
    expect(await withDeadline(() => Promise.resolve(7), options(clock))).toBe(7);
    expect(await withDeadline(() => 8, options(clock))).toBe(8);
    expect(clock.pendingTimers).toBe(0);
  });

  it("rejects with what the call throws or rejects with", async () => {
    const clock = new ManualClock();
    const thrown = new Error("thrown");
    const throwing = (): never => {
      throw thrown;
    };
    await expect(withDeadline(throwing, options(clock))).rejects.toBe(thrown);
    await expect(withDeadline(() => Promise.reject(thrown), options(clock))).rejects.toBe(thrown);
    expect(clock.pendingTimers).toBe(0);
  });

  it("gives up at the deadline, tells the call, and ignores what it does later", async () => {
    const clock = new ManualClock();
    let inner: AbortSignal | undefined;
    let late: (error: Error) => void = () => undefined;
    const waiting = withDeadline((signal) => {
      inner = signal;
      return new Promise((_resolve, reject) => {
        late = reject;
      });
    }, options(clock));
    const refused = expect(waiting).rejects.toMatchObject({
      code: "timeout",
      message: "to wait did not finish within 100 ms",
    });
    clock.advance(100);
    await refused;
    expect(inner?.aborted).toBe(true);
    late(new Error("too late"));
    await new Promise(setImmediate);
  });

  it("keeps the process alive until then, unless told", async () => {
    const clock = new ManualClock();
    const schedule = vi.spyOn(clock, "schedule");
    await withDeadline(() => 1, options(clock));
    await withDeadline(() => 1, { ...options(clock), keepAlive: false });
    expect((schedule.mock.calls as unknown[][]).map((call) => call[2])).toEqual([
      { keepAlive: true },
      { keepAlive: false },
    ]);
  });

  it("ends early by its signal, and does not even begin if that is aborted", async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const waiting = withDeadline(() => new Promise(() => undefined), { ...options(clock), signal: controller.signal });
    const reason = new Error("never mind");
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    let begun = false;
    const begin = (): void => {
      begun = true;
    };
    await expect(withDeadline(begin, { ...options(clock), signal: controller.signal })).rejects.toBe(reason);
    expect({ begun, timers: clock.pendingTimers }).toEqual({ begun: false, timers: 0 });
  });
});
