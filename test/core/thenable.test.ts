import { describe, expect, test } from "vitest";

import { atOnce, handled, isThenable, quietly } from "../../src/core/thenable.ts";
import { repeat } from "../../src/core/repeat.ts";
import { Turns } from "../../src/core/turns.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { giveWay } from "../../src/core/give-way.ts";

const touchy = {
  get then(): never {
    throw new Error("do not ask");
  },
};

test("a promise is one of any make, and what cannot be asked is none", () => {
  const own = { then: () => undefined };
  expect([Promise.resolve(), own, Object.create(own) as unknown].map(isThenable)).toEqual([true, true, true]);
  expect([null, undefined, "then", { then: 5 }, {}, touchy, () => undefined].some(isThenable)).toBe(false);
  expect(isThenable(Object.assign(() => undefined, own))).toBe(false);
});

describe("an answer that must be there at once", () => {
  test("is given back, and a promise is refused without leaving its rejection to nobody", async () => {
    expect(atOnce(5)).toBe(5);
    expect(atOnce(null)).toBe(null);
    expect(() => atOnce(Promise.reject(new Error("later")))).toThrow(
      "it answered with a promise; it must answer at once",
    );
    await giveWay();
  });
});

describe("what comes of a value later", () => {
  test("is told, though telling fails", async () => {
    const told: unknown[] = [];
    handled(Promise.reject(new Error("a")), (error) => {
      told.push((error as Error).message);
      throw new Error("nobody handles this");
    });
    handled(touchy, (error) => told.push((error as Error).message));
    for (const value of [5, null, { then: 5 }, Promise.resolve(1)]) handled(value, (error) => told.push(error));
    handled(Promise.reject(new Error("nobody wants to know")));
    await giveWay();
    expect(told).toEqual(["do not ask", "a"]);
  });

  test("is nobody's to handle where a function of somebody else is called", async () => {
    quietly(() => {
      throw new Error("at once");
    });
    quietly(() => Promise.reject(new Error("later")));
    await giveWay();
  });
});

describe("work in turns", () => {
  test("on one thing is done one after the other, however it ends, and on others side by side", async () => {
    const turns = new Turns();
    const log: string[] = [];
    const work =
      (name: string, fails = false) =>
      async (): Promise<string> => {
        log.push(`${name} begins`);
        await giveWay();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const all = [turns.take("x", work("a", true)), turns.take("x", work("b")), turns.take("y", work("c"))];
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(log.indexOf("a ends")).toBeLessThan(log.indexOf("b begins"));
    expect(log.indexOf("c begins")).toBeLessThan(log.indexOf("a ends"));
    await expect(turns.take("x", work("d"))).resolves.toBe("d");
  });

  test("waits for what was asked for before, though something before that has ended", async () => {
    const turns = new Turns();
    const log: string[] = [];
    let finish = (): void => undefined;
    const first = turns.take("x", async () => log.push("a"));
    const second = turns.take("x", async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      log.push("b");
    });
    await first;
    const third = turns.take("x", async () => log.push("c"));
    await giveWay();
    expect(log).toEqual(["a"]);
    finish();
    await Promise.all([second, third]);
    expect(log).toEqual(["a", "b", "c"]);
  });
});

describe("a thing that is done again and again", () => {
  test("waits from the end of the one before, goes on after a failure, and ends when it is cancelled", async () => {
    const clock = new ManualClock();
    const errors: unknown[] = [];
    let [count, every] = [0, 10];
    const task = async (): Promise<void> => {
      count += 1;
      if (count === 2) throw new Error("once");
    };
    const cancel = repeat(task, { clock, firstMs: 3, everyMs: () => every, onError: (error) => errors.push(error) });
    clock.advance(2);
    expect(count).toBe(0);
    clock.advance(1);
    await giveWay();
    every = 20;
    clock.advance(10);
    await giveWay();
    expect([count, errors]).toEqual([2, [new Error("once")]]);
    clock.advance(19);
    expect(count).toBe(2);
    clock.advance(1);
    await giveWay();
    cancel();
    expect(clock.pendingTimers).toBe(0);
    clock.advance(100);
    expect(count).toBe(3);
  });

  test("is not begun again when it was cancelled while it ran", async () => {
    const clock = new ManualClock();
    let finish = (): void => undefined;
    const task = (): Promise<void> => new Promise((resolve) => (finish = resolve));
    const cancel = repeat(task, { clock, firstMs: 0, everyMs: () => 1, onError: () => undefined });
    clock.advance(0);
    cancel();
    finish();
    await giveWay();
    expect(clock.pendingTimers).toBe(0);
  });
});

test("a clock by hand lets a timer be called off alone, and no time, or all of it, pass", () => {
  const clock = new ManualClock(1_000);
  const fired: string[] = [];
  const off = clock.schedule(() => fired.push("a"), 5);
  clock.schedule(() => fired.push("b"), 5);
  off();
  clock.advance(0);
  clock.advance(5);
  expect([fired, clock.now(), clock.monotonic()]).toEqual([["b"], 1_005, 5]);
  for (const ms of [-1, NaN, Infinity]) {
    expect(() => {
      clock.advance(ms);
    }).toThrow(`ms: ${String(ms)} ms cannot pass`);
  }
});
