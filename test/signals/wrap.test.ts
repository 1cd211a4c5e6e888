import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { samples } from "./reading.ts";

let clock: ManualClock;
let signals: GoldenSignalsCollector;
const unhandled = vi.fn();

beforeEach(() => {
  clock = new ManualClock();
  signals = new GoldenSignalsCollector({ clock, buckets: [1] });
  unhandled.mockClear();
  process.on("unhandledRejection", unhandled);
});

afterEach(() => {
  process.off("unhandledRejection", unhandled);
});

/** How often each outcome came. */
async function outcomes(): Promise<Record<string, number>> {
  const counts = await samples(signals, "operation_duration_seconds_count");
  return Object.fromEntries(
    Object.entries(counts).map(([labels, count]) => [/outcome="(\w+)"/.exec(labels)?.[1] ?? "", count]),
  );
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe("a wrapped function", () => {
  it("has its this, its arguments, its result, its name and its length", async () => {
    function total(this: { prices: number[] }, factor: number, plus = 0): number {
      return this.prices.reduce((sum, price) => sum + price) * factor + plus;
    }
    const shop = {
      prices: [1, 2],
      total: signals.wrap(total),
    };
    expect(shop.total(2, 1)).toBe(7);
    expect([shop.total.name, shop.total.length]).toEqual(["total", 1]);
    expect(Object.keys(await samples(signals, "operation_duration_seconds_count"))).toEqual([
      'kind="job",operation="total",outcome="ok"',
    ]);
  });

  it("throws the very thing that it threw", async () => {
    const thrown = [new Error("no"), "text", undefined, null, new DOMException("left", "AbortError")];
    for (const error of thrown) {
      const wrapped = signals.wrap(
        () => {
          throw error as Error;
        },
        { operation: "x" },
      );
      let caught: unknown = "nothing";
      try {
        wrapped();
      } catch (was) {
        caught = was;
      }
      expect(caught).toBe(error);
    }
    expect(await outcomes()).toEqual({ error: 4, aborted: 1 });
  });

  it("gives back the very promise, and lasts until it is settled", async () => {
    let resolve: (value: string) => void = () => undefined;
    const promise = new Promise<string>((settle) => (resolve = settle));
    const wrapped = signals.wrap(() => promise, { operation: "x" });
    expect(wrapped()).toBe(promise);
    clock.advance(2_000);
    expect(await samples(signals, "operations_in_flight")).toEqual({ 'kind="job",operation="x"': 1 });
    resolve("done");
    expect(await promise).toBe("done");
    expect(await samples(signals, "operations_in_flight")).toEqual({ 'kind="job",operation="x"': 0 });
    expect(Object.values(await samples(signals, "operation_duration_seconds_sum"))).toEqual([2]);
  });

  it("rejects as it did, and makes no unhandled rejection of its own", async () => {
    const error = new Error("no");
    const wrapped = signals.wrap(async () => Promise.reject(error), { operation: "x" });
    await expect(wrapped()).rejects.toBe(error);
    await turn();
    expect(unhandled).not.toHaveBeenCalled();
    expect(await outcomes()).toEqual({ error: 1 });
  });

  it("does not run a query that only runs when it is awaited", async () => {
    let runs = 0;
    const query = {
      where: () => query,
      then: (resolve: (rows: number[]) => void) => {
        runs += 1;
        resolve([1]);
      },
    };
    const find = signals.wrap(() => query, { operation: "find" });
    expect(find()).toBe(query);
    await turn();
    expect(runs).toBe(0);
    expect(await find().where()).toEqual([1]);
    expect(runs).toBe(1);
    expect(await outcomes()).toEqual({ ok: 2 });
  });

  it("does not run one that is a promise with a then of its own either, and sees its end", async () => {
    let runs = 0;
    class Query extends Promise<string> {
      static override get [Symbol.species](): PromiseConstructor {
        return Promise;
      }
      override then: Promise<string>["then"] = (...handlers) => {
        runs += 1;
        return super.then(...handlers);
      };
    }
    let resolve: (value: string) => void = () => undefined;
    const query = new Query((settle) => (resolve = settle));
    void signals.wrap(() => query, { operation: "x" })();
    expect(runs).toBe(0);
    resolve("rows");
    await turn();
    expect(await outcomes()).toEqual({ ok: 1 });
  });

  it("may be a generator, of which the making is recorded", async () => {
    const count = signals.wrap(function* count(to: number) {
      for (let value = 0; value < to; value += 1) yield value;
    });
    expect([...count(3)]).toEqual([0, 1, 2]);
    expect(await outcomes()).toEqual({ ok: 1 });
  });

  it("fails by a rule, which is asked for what it returned or resolved to", async () => {
    const countsAsError = (status: number): boolean => status >= 500;
    const sync = signals.wrap((status: number) => status, { operation: "x", countsAsError });
    const later = signals.wrap((status: number) => Promise.resolve(status), { operation: "x", countsAsError });
    expect([sync(200), sync(500), await later(503), await later(204)]).toEqual([200, 500, 503, 204]);
    expect(await outcomes()).toEqual({ ok: 2, error: 2 });
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("rule");
      },
    ],
    ["rejects", () => Promise.reject(new Error("rule"))],
    ["forgets to return", () => undefined],
  ])("is well where its rule %s, which is a fault", async (_what, rule) => {
    const wrapped = signals.wrap(() => 7, { operation: "x", countsAsError: rule as () => boolean });
    expect(wrapped()).toBe(7);
    await turn();
    expect(await outcomes()).toEqual({ ok: 1 });
    expect(await samples(signals, "nines_rejected_values_total")).toEqual({ 'reason="fault"': 1 });
    expect(unhandled).not.toHaveBeenCalled();
  });

  it.each<[string, unknown, object, string]>([
    ["has no name", () => 1, {}, "operation: the function has no name"],
    ["is none", 7, { operation: "x" }, "fn: 7 is not a function"],
  ])("is refused where it %s", (_what, fn, options, message) => {
    expect(() => signals.wrap(fn as () => number, options)).toThrow(message);
  });
});
