import { describe, expect, test } from "vitest";

import { Events, type ListenerFailure } from "../../src/core/events.ts";

interface Payloads {
  paid: number;
  error: string;
}

function make(): { events: Events<Payloads>; told: string[]; failures: ListenerFailure[] } {
  const failures: ListenerFailure[] = [];
  const events = new Events<Payloads>({ onListenerError: (failure) => failures.push(failure) });
  return { events, told: [], failures };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("listeners are told in the order in which they came", () => {
  const { events, told } = make();
  for (const name of ["a", "b", "c"]) events.on("paid", (amount) => told.push(`${name}${String(amount)}`));
  events.emit("paid", 1);
  expect(told).toEqual(["a1", "b1", "c1"]);
  expect(events.listenerCount("paid")).toBe(3);
});

test.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("bad");
    },
  ],
  ["rejects", () => Promise.reject(new Error("bad"))],
  [
    "returns a thenable that fails",
    () => ({ then: (_: unknown, fail: (error: Error) => void) => fail(new Error("bad")) }),
  ],
  [
    "returns a thenable that throws",
    () => ({
      get then(): never {
        throw new Error("bad");
      },
    }),
  ],
])("a listener that %s stops nobody and is reported", async (_, listener) => {
  const { events, told, failures } = make();
  events.on("paid", () => told.push("before"));
  events.on("paid", listener);
  events.on("paid", () => told.push("after"));
  events.emit("paid", 1);
  await settle();
  expect(told).toEqual(["before", "after"]);
  expect(failures).toEqual([{ event: "paid", error: new Error("bad") }]);
});

test("what is no function is no listener", () => {
  const { events } = make();
  for (const listen of [
    () => events.on("paid", 5 as never),
    () => events.on("paid", undefined as never),
    () => events.on("paid", {} as never),
  ]) {
    expect(listen).toThrow(/^on: (?:5|undefined|a mapping) is no listener to "paid"; give a function$/);
  }
  expect(events.listenerCount("paid")).toBe(0);
});

test("where all events are known by name, nobody listens to another one", () => {
  const [events, told] = [new Events<Payloads>({ names: ["paid", "refunded"] }), [] as number[]];
  events.on("paid", (amount) => told.push(amount));
  events.emit("paid", 5);
  expect(told).toEqual([5]);
  expect(() => events.on("piad" as "paid", () => undefined)).toThrow(
    'on: "piad" is no event; did you mean "paid"? allowed: paid, refunded',
  );
  expect(() => new Events<Payloads>({ names: [] }).once("paid", () => undefined)).toThrow(
    'on: "paid" is no event; there is none',
  );
});

test("an event named error is like any other, with listeners or without", () => {
  const { events, told } = make();
  events.emit("error", "nobody listens");
  events.on("error", (text) => told.push(text));
  events.emit("error", "heard");
  expect(told).toEqual(["heard"]);
});

test.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("worse");
    },
  ],
  ["rejects", () => Promise.reject(new Error("worse"))],
])("a reporter that %s harms nobody", async (_, onListenerError) => {
  const events = new Events<Payloads>({ onListenerError: onListenerError });
  const unhandled: unknown[] = [];
  const note = (error: unknown): number => unhandled.push(error);
  process.on("unhandledRejection", note);
  events.on("paid", () => Promise.reject(new Error("async")));
  events.on("paid", () => {
    throw new Error("sync");
  });
  expect(() => events.emit("paid", 1)).not.toThrow();
  await settle();
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

test("a listener may take itself away while it is told", () => {
  const { events, told } = make();
  const off = events.on("paid", () => {
    told.push("self");
    off();
  });
  events.on("paid", () => told.push("other"));
  events.emit("paid", 1);
  events.emit("paid", 2);
  expect(told).toEqual(["self", "other", "other"]);
});

test("one that was taken away by another is not told any more, at once", () => {
  const { events, told } = make();
  events.on("paid", () => off());
  const off = events.on("paid", () => told.push("gone"));
  events.on("paid", () => told.push("there"));
  events.emit("paid", 1);
  expect(told).toEqual(["there"]);
});

test("one that is added while others are told hears of the next event", () => {
  const { events, told } = make();
  events.once("paid", () => events.on("paid", (amount) => told.push(String(amount))));
  events.on("paid", () => undefined);
  events.emit("paid", 1);
  events.emit("paid", 2);
  expect(told).toEqual(["2"]);
});

test("a listener for once is told once, even by an event within the event", () => {
  const { events, told } = make();
  const again = events.on("paid", () => {
    again();
    events.emit("paid", 2);
  });
  events.once("paid", (amount) => told.push(`once ${String(amount)}`));
  events.on("paid", (amount) => told.push(`each ${String(amount)}`));
  events.emit("paid", 1);
  expect(told).toEqual(["once 2", "each 2", "each 1"]);
});

test("nobody is left after clear", () => {
  const { events, told } = make();
  events.on("paid", () => told.push("x"));
  events.clear();
  events.emit("paid", 1);
  expect([told, events.listenerCount("paid")]).toEqual([[], 0]);
});

describe("a listener that fails where nobody is told", () => {
  const warned = async (events: Events<Payloads>, emit: () => void): Promise<readonly Error[]> => {
    const heard: Error[] = [];
    const hear = (warning: Error): number => heard.push(warning);
    // Node's own listener would write to the terminal of the tests.
    const others = process.listeners("warning");
    process.removeAllListeners("warning");
    process.on("warning", hear);
    emit();
    await settle();
    process.off("warning", hear);
    for (const other of others) process.on("warning", other);
    expect(events.listenerCount("paid")).toBeGreaterThan(0);
    return heard;
  };

  test("makes the process warn of it: once, twice, four times, eight times", async () => {
    const events = new Events<Payloads>();
    events.on("paid", async () => {
      throw new Error("my bug");
    });
    const heard = await warned(events, () => {
      for (let count = 0; count < 10; count += 1) events.emit("paid", count);
    });
    expect(heard.map(({ message }) => message)).toEqual([
      'a listener to "paid" failed: my bug',
      'a listener to "paid" failed (2 times by now): my bug',
      'a listener to "paid" failed (4 times by now): my bug',
      'a listener to "paid" failed (8 times by now): my bug',
    ]);
    expect(heard[0]).toMatchObject({ name: "NinesWarning", code: "NINES_LISTENER" });
    expect((heard[0] as { detail?: string }).detail).toMatch(/events\.test\.ts[\s\S]*Give onListenerError or a logger/);
  });

  test("is warned of for itself, whatever it throws", async () => {
    const events = new Events<Payloads>();
    for (const thrown of ["a text", undefined]) {
      events.on("paid", () => ({ then: (_: unknown, fail: (error: unknown) => void) => fail(thrown) }));
    }
    const heard = await warned(events, () => events.emit("paid", 1));
    expect(heard.map(({ message }) => message)).toEqual([
      'a listener to "paid" failed: it threw a text',
      'a listener to "paid" failed: it threw undefined',
    ]);
  });

  test.each<[string, () => void]>([
    [
      "cannot be warned",
      () => {
        throw new Error("no warnings");
      },
    ],
    ["knows no warnings", undefined as never],
  ])("harms no process that %s", (_, emitWarning) => {
    const before = process.emitWarning;
    Object.assign(process, { emitWarning });
    try {
      const events = new Events<Payloads>();
      events.on("paid", () => {
        throw new Error("my bug");
      });
      expect(() => events.emit("paid", 1)).not.toThrow();
    } finally {
      Object.assign(process, { emitWarning: before });
    }
  });
});
