import { describe, expect, it } from "vitest";

import { AdapterError, ConfigurationError, TimeoutError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { attemptOnce, type AttemptOptions } from "../../src/runbook/performing/attempt.ts";
import type { PerformContext, Performed } from "../../src/runbook/performing/performing.ts";
import { Redactor } from "../../src/runbook/redact/redactor.ts";
import { settingsOf } from "./performing.ts";
import { ticks } from "./support.ts";

type Perform = (context: PerformContext) => Promise<Performed>;

/** One attempt at a step that does `perform`, by a clock that stands. */
function attempting(perform: Perform, more: Partial<AttemptOptions> = {}, secrets: readonly string[] = []) {
  const clock = new ManualClock();
  const controller = new AbortController();
  const told: string[] = [];
  const ended = attemptOnce(
    { shown: [], redactor: new Redactor(secrets), perform },
    {
      ...{ number: 2, key: "RUN-0001/a", timeoutMs: 5_000, isDryRun: false, signal: controller.signal },
      ...{ settings: settingsOf({ clock }), maxOutput: 1_000 },
      onText: (stream, text) => void told.push(`${stream}: ${text}`),
      ...more,
    },
  );
  return { ended, clock, told, cancel: () => controller.abort(new Error("enough")) };
}

const nothing = { text: "", bytes: 0, isCut: false };
const attempt = { number: 2, durationMs: 0, stdout: nothing, stderr: nothing };
const thrown =
  (error: Error): Perform =>
  () =>
    Promise.reject(error);

describe("an attempt at a step", () => {
  it.each<[string, Performed, boolean, object]>([
    ["that is done succeeded", { isDone: true }, false, { status: "succeeded" }],
    ["that is done dry is dry", { isDone: true }, true, { status: "dry" }],
    [
      "that is done may say why",
      { isDone: true, reason: "the answer was too long to be read", httpStatus: 200 },
      false,
      { status: "succeeded", reason: "the answer was too long to be read", httpStatus: 200 },
    ],
  ])("%s", async (_title, performed, isDryRun, expected) => {
    const { ended } = attempting(async () => performed, { isDryRun });
    expect(await ended).toStrictEqual({ attempt: { ...attempt, ...expected }, isWorthAnother: false });
  });

  it("that is not done failed, and another may help; all that is known of it is kept", async () => {
    const facts = {
      ...{ exitCode: 3, httpStatus: 500, signal: "SIGTERM", url: "https://job/tok-12345" },
      leftovers: [{ pid: 7, command: "sleep tok-12345", ended: false }],
    };
    const perform = async () => ({ isDone: false, reason: "exit code 3 of tok-12345", ...facts });
    expect(await attempting(perform, {}, ["tok-12345"]).ended).toStrictEqual({
      attempt: {
        ...{ ...attempt, status: "failed", reason: "exit code 3 of [redacted]" },
        ...{ ...facts, url: "https://job/[redacted]" },
        leftovers: [{ pid: 7, command: "sleep [redacted]", ended: false }],
      },
      isWorthAnother: true,
    });
  });

  it("that left nothing and says nothing has no more than it failed", async () => {
    const { ended } = attempting(async () => ({ isDone: false, leftovers: [] }));
    expect(await ended).toStrictEqual({
      attempt: { ...attempt, status: "failed", reason: "failed" },
      isWorthAnother: true,
    });
  });

  it.each<[unknown, string, boolean]>([
    [new RangeError("no more replicas"), "RangeError: no more replicas", true],
    [new RangeError("RangeError"), "RangeError", true],
    ["no", "threw string", true],
    [undefined, "threw undefined", true],
    [Object.assign(new Error("no"), { code: "ENOENT" }), "Error: no (ENOENT)", true],
    [Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" }), "Error: ENOENT: no such file", true],
    [
      new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) }),
      "TypeError: fetch failed (ECONNREFUSED)",
      true,
    ],
    [
      Object.assign(new Error("a", { cause: Object.assign(new Error("b"), { code: "INNER" }) }), { code: "OUTER" }),
      "Error: a (INNER)",
      true,
    ],
    [new TimeoutError("to ask", 5), "to ask did not finish within 5 ms", true],
    [new ConfigurationError([{ path: ["a"], message: "is missing" }]), "a: is missing", true],
    [new AdapterError("down", { adapter: "far", operation: "ask", retryable: true }), "far could not ask: down", true],
    [
      new AdapterError("no such program", { adapter: "far", operation: "begin", retryable: false }),
      "far could not begin: no such program",
      false,
    ],
  ])("that throws %s failed: %s", async (error, reason, isWorthAnother) => {
    expect(await attempting(thrown(error as Error)).ended).toStrictEqual({
      attempt: { ...attempt, status: "failed", reason },
      isWorthAnother,
    });
  });

  it("that throws at once failed as well", async () => {
    const perform = (): never => {
      throw new Error("tok-12345");
    };
    expect((await attempting(perform, {}, ["tok-12345"]).ended).attempt.reason).toBe("Error: [redacted]");
  });

  it("has no longer a reason than two thousand characters", async () => {
    const reason = async (length: number): Promise<string | undefined> =>
      (await attempting(async () => ({ isDone: false, reason: "x".repeat(length) })).ended).attempt.reason;
    expect(await reason(2_000)).toBe("x".repeat(2_000));
    expect(await reason(2_001)).toBe(`${"x".repeat(1_999)}…`);
  });

  it("gets what it is to know, and what it writes is kept and told", async () => {
    const contexts: PerformContext[] = [];
    const { ended, told } = attempting(
      async (context) => {
        contexts.push(context);
        context.stdout.push("out tok-12345 out");
        context.stderr.push("err");
        return { isDone: true };
      },
      { maxOutput: 8 },
      ["tok-12345"],
    );
    expect((await ended).attempt).toMatchObject({
      stdout: { text: "ou\n... 10 characters left out ...\nd] out", bytes: 17, isCut: true },
      stderr: { text: "err", bytes: 3, isCut: false },
    });
    // What may become a secret is held back until it is known to be none.
    expect(told).toEqual(["stdout: out [redacted] ou", "stderr: err", "stdout: t"]);
    expect(contexts).toMatchObject([{ attempt: 2, isDryRun: false, key: "RUN-0001/a" }]);
    expect(contexts[0]?.signal.aborted).toBe(false);
  });
});

describe("an attempt that takes too long", () => {
  /** Ends `afterMs` after it was told to. */
  const slow =
    (clock: () => ManualClock, afterMs: number): Perform =>
    ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          clock().schedule(() => resolve({ isDone: false, signal: "SIGKILL", reason: String(signal.reason) }), afterMs);
        });
      });
  const slowly = (afterMs: number, more: Partial<AttemptOptions> = {}) => {
    const made: { clock?: ManualClock } = {};
    const all = attempting(
      slow(() => made.clock as ManualClock, afterMs),
      more,
    );
    made.clock = all.clock;
    return all;
  };

  it("is ended when its time is up, and not before", async () => {
    const { ended, clock } = slowly(100);
    let isOver = false;
    void ended.then(() => (isOver = true));
    clock.advance(4_999);
    await ticks(20);
    expect(isOver).toBe(false);
    clock.advance(101);
    expect(await ended).toStrictEqual({
      attempt: {
        ...{ ...attempt, durationMs: 5_100, signal: "SIGKILL", status: "timed_out", reason: "took longer than 5 s" },
      },
      isWorthAnother: true,
    });
  });

  it("is left where it does not end within 220 ms after that", async () => {
    const { ended, clock } = slowly(1_000);
    clock.advance(5_000);
    await ticks(20);
    let isOver = false;
    void ended.then(() => (isOver = true));
    clock.advance(219);
    await ticks(20);
    expect(isOver).toBe(false);
    clock.advance(1);
    expect(await ended).toStrictEqual({
      attempt: {
        ...{ ...attempt, durationMs: 5_220, status: "timed_out" },
        reason: "took longer than 5 s; it did not end when it was told to",
      },
      isWorthAnother: true,
    });
  });

  it("or is cancelled ends as what came first says", async () => {
    const { ended, clock, cancel } = slowly(100);
    clock.advance(4_990);
    cancel();
    clock.advance(20);
    await ticks(20);
    clock.advance(80);
    const { attempt: made, isWorthAnother } = await ended;
    expect([made.status, made.reason, made.durationMs, isWorthAnother]).toEqual([
      ...["cancelled", "was cancelled", 5_090, false],
    ]);
  });

  it("or is cancelled hears why", async () => {
    const reasons: string[] = [];
    const { ended, cancel } = attempting(({ signal }) => {
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          reasons.push(String(signal.reason));
          resolve({ isDone: true });
        });
      });
    });
    cancel();
    expect((await ended).attempt.status).toBe("cancelled");
    expect(reasons).toEqual(["Error: enough"]);
  });

  it("hears that its time is up", async () => {
    const reasons: string[] = [];
    const { ended, clock } = attempting(({ signal }) => {
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          reasons.push(String(signal.reason));
          resolve({ isDone: false });
        });
      });
    });
    clock.advance(5_000);
    await ended;
    expect(reasons).toEqual(["Error: the step's time is up"]);
  });

  it("is not begun if it was cancelled before", async () => {
    let begun = 0;
    const perform: Perform = async () => {
      begun += 1;
      return { isDone: true };
    };
    const { ended } = attempting(perform, { signal: AbortSignal.abort() });
    expect(await ended).toStrictEqual({
      attempt: { ...attempt, status: "cancelled", reason: "was cancelled" },
      isWorthAnother: false,
    });
    expect(begun).toBe(0);
  });

  it("leaves no timer behind when it has ended", async () => {
    const clock = new ManualClock();
    const waiting = new Set<object>();
    const counted = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      schedule: (callback: () => void, ms: number) => {
        const timer = {};
        waiting.add(timer);
        const stop = clock.schedule(callback, ms);
        return () => {
          waiting.delete(timer);
          stop();
        };
      },
    };
    const settings = settingsOf({ clock: counted });
    await attempting(async () => ({ isDone: true }), { settings }).ended;
    await attempting(async () => ({ isDone: true }), { settings, signal: AbortSignal.abort() }).ended;
    expect(waiting.size).toBe(0);
  });
});
