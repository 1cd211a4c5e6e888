import { describe, expect, test } from "vitest";

import { askStore, DEEPEST_KEPT, readMapping } from "../../src/core/ask.ts";
import { AdapterError, invalid, isReliabilityError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";

const asking = { adapter: "incident store", operation: "commit", timeoutMs: 500 } as const;

describe("a store that is asked", () => {
  test("answers", async () => {
    await expect(askStore(async () => 5, { ...asking, clock: new ManualClock() })).resolves.toBe(5);
  });

  test("and hangs is given up, and told so by its signal", async () => {
    const clock = new ManualClock();
    let seen: AbortSignal | undefined;
    const call = ({ signal }: { signal: AbortSignal }) => new Promise<never>(() => (seen = signal));
    const asked = askStore(call, { ...asking, clock });
    const failed = expect(asked).rejects.toMatchObject({
      code: "timeout",
      message: "the incident store's commit did not finish within 500 ms",
      context: { operation: "the incident store's commit", timeoutMs: 500 },
    });
    clock.advance(500);
    await failed;
    expect(seen?.aborted).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  test("is told at once that nobody waits, and whoever gave up hears of it what the store says", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const call = ({ signal }: { signal: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      });
    const asked = askStore(call, { ...asking, clock: new ManualClock(), signal: controller.signal });
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    const kept = askStore(async () => "kept", { ...asking, clock: new ManualClock(), signal: controller.signal });
    await expect(kept).resolves.toBe("kept");
  });

  test("fails in our words, with the foreign ones as the cause alone", async () => {
    const cause = Object.assign(new RangeError("password=1"), { code: "ECONNRESET" });
    const asked = askStore(() => Promise.reject(cause), { ...asking, clock: new ManualClock() });
    await expect(asked).rejects.toMatchObject({
      ...{ code: "adapter", adapter: "incident store", operation: "commit", retryable: true, cause },
      message: "incident store could not commit: it failed with RangeError (ECONNRESET)",
    });
  });

  test.each([
    ["an error of ours", invalid("a", "b")],
    ["what its own signal was aborted with", new DOMException("over", "AbortError")],
  ])("passes on %s as it is", async (_, error) => {
    await expect(askStore(() => Promise.reject(error), { ...asking, clock: new ManualClock() })).rejects.toBe(error);
  });

  test("that fails otherwise while nobody waits any more is told of as a failure", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const asked = askStore(() => Promise.reject(new Error("disk")), { ...asking, clock: new ManualClock(), signal });
    await expect(asked).rejects.toSatisfy((error) => error instanceof AdapterError && isReliabilityError(error));
  });
});

describe("a line that must be a mapping", () => {
  const read = (text: string): object => readMapping(text, "line 3", (message, cause) => new Error(message, { cause }));
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

  test("is read", () => {
    expect(read('{"a":[1]}')).toEqual({ a: [1] });
    expect(read(nested(DEEPEST_KEPT))).toBeInstanceOf(Array);
  });

  test.each([
    [5 as unknown as string, "line 3 is 5, not a text"],
    [nested(DEEPEST_KEPT + 1), "line 3 is more than 500 lists and mappings deep"],
    ["{", "line 3 is not JSON"],
    ["null", "line 3 is null, not a mapping"],
    ["5", "line 3 is 5, not a mapping"],
  ])("is not %s", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test("keeps why it is not JSON", () => {
    expect(() => read("{")).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) as unknown }));
  });
});
