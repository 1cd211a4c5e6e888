import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { SampleBook } from "../../../src/capacity/series/book.ts";
import type { CapacitySample } from "../../../src/capacity/series/samples.ts";

import { refusal } from "../../support/refusal.ts";

const book = (samples: readonly CapacitySample[], most = 1_000): SampleBook => {
  const made = new SampleBook(most);
  made.add(samples);
  return made;
};

describe("samples become values of each metric", () => {
  test("what was not measured is left out, and NaN kept to be told", () => {
    const kept = book([
      { timestamp: 1, cpu: 0.5, memory: null, queue: undefined },
      { timestamp: 2, cpu: NaN, memory: 7 },
    ]);
    expect(kept.metrics).toEqual(["cpu", "memory"]);
    expect(kept.points("cpu")).toEqual([
      { at: 1, value: 0.5 },
      { at: 2, value: NaN },
    ]);
    expect(kept.points("memory")).toEqual([{ at: 2, value: 7 }]);
    expect(kept.points("queue")).toEqual([]);
    expect(kept.points("toString")).toEqual([]);
  });

  test("a Date, text without a zone and a number are the same time", () => {
    const at = Date.UTC(2026, 10, 28, 14);
    const kept = book([
      { timestamp: at, cpu: 1 },
      { timestamp: new Date(at), cpu: 2 },
      { timestamp: "2026-11-28 14:00", cpu: 3 },
    ]);
    expect(kept.points("cpu").map((point) => point.at)).toEqual([at, at, at]);
  });

  test.each([
    ["no list", { timestamp: 1 }, "samples: a mapping is no list of samples"],
    ["no sample", [{ timestamp: 1 }, 7], "samples[1]: 7 is no sample; write { timestamp, cpu: 0.4, ... }"],
    ["nothing", [{ timestamp: 1 }, null], "samples[1]: null is no sample; write { timestamp, cpu: 0.4, ... }"],
    ["no time", [{ cpu: 1 }], "samples[0].timestamp: undefined is no time"],
    [
      "text for a number",
      [{ timestamp: 1 }, { timestamp: 1 }, { timestamp: 1 }, { timestamp: 1, cpu: "40 %" }],
      'samples[3].cpu: "40 %" is no number; leave it out, or write null, where it was not measured',
    ],
    ["a flag", [{ timestamp: 1, up: true }], "samples[0].up: true is no number"],
  ])("%s is refused by its place, and nothing is added", (_, samples, message) => {
    const kept = book([{ timestamp: 0, cpu: 5 }]);
    expect(refusal(() => kept.add(samples as CapacitySample[]))).toContain(message);
    expect(kept.entries()).toEqual([["cpu", [{ at: 0, value: 5 }]]]);
  });

  test("of a thousand metrics and one none are taken", () => {
    const wide = (from: number, count: number): CapacitySample => ({
      timestamp: 0,
      ...Object.fromEntries(Array.from({ length: count }, (_, place) => [`m${String(from + place)}`, 1])),
    });
    const kept = book([wide(0, 1_000)]);
    expect(refusal(() => kept.add([wide(1_000, 1)]))).toBe("samples: have 1,001 metrics; a service has at most 1,000");
    expect(kept.metrics).toHaveLength(1_000);
  });

  test("that fit come back as they came, and of more the latest in the order of time", () => {
    const at = (...times: number[]): CapacitySample[] => times.map((timestamp) => ({ timestamp, cpu: timestamp }));
    const told = (kept: SampleBook): readonly number[] => kept.points("cpu").map((point) => point.at);
    expect(told(book(at(3, 1, 2), 3))).toEqual([3, 1, 2]);
    expect(told(book(at(3, 1, 2, 4), 3))).toEqual([2, 3, 4]);
    expect(book(at(3, 1, 2, 4), 3).entries()).toEqual([["cpu", [2, 3, 4].map((time) => ({ at: time, value: time }))]]);
  });

  test("each change has another revision, what is refused none", () => {
    const kept = new SampleBook(9);
    expect(kept.revision).toBe(0);
    kept.add([{ timestamp: 1, cpu: 1 }]);
    expect(kept.revision).toBe(1);
    refusal(() => kept.add([{ timestamp: 2, cpu: "1" }]));
    expect(kept.revision).toBe(1);
    kept.add([]);
    expect(kept.revision).toBe(2);
  });

  test("what is handed out is not what is kept", () => {
    const kept = book([{ timestamp: 1, cpu: 1 }]);
    (kept.points("cpu") as unknown[]).length = 0;
    (kept.entries()[0]![1] as unknown[]).length = 0;
    expect(kept.points("cpu")).toEqual([{ at: 1, value: 1 }]);
  });

  test.each<[string, number[], boolean]>([
    ["all in seconds", [1_780_272_000, 1_780_272_060], true],
    ["out of order", [1_780_272_060, 1_780_272_000], true],
    ["one alone", [1_780_272_000], true],
    ["one of them in milliseconds", [1_780_272_000, 1_780_272_000_000], false],
    ["one of them in milliseconds, before the other", [1_780_272_000_000, 1_780_272_000], false],
    ["one of them at the beginning of time", [0, 1_780_272_000], false],
    ["eleven years apart", [1_400_000_000, 1_780_272_000], false],
  ])("times that may be in seconds: %s", (_, times, refused) => {
    const add = (): void => new SampleBook(9).add(times.map((timestamp) => ({ timestamp, cpu: 1 })));
    if (refused)
      expect(refusal(add)).toBe(
        "samples[0].timestamp: 1780272000 is 1970-01-21T14:31:12.000Z in milliseconds; was it meant in seconds?",
      );
    else expect(add).not.toThrow();
    // Beside a time that says what it is, none is.
    expect(() =>
      new SampleBook(9).add([
        ...times.map((timestamp) => ({ timestamp, cpu: 1 })),
        { timestamp: "2026-11-28", cpu: 1 },
      ]),
    ).not.toThrow();
  });

  test("law: however they come, the latest are kept and no more than fit", () => {
    const batches = fc.array(fc.array(fc.nat(10_000), { maxLength: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 20 }), (list, most) => {
        const kept = new SampleBook(most);
        for (const batch of list) kept.add(batch.map((timestamp) => ({ timestamp, cpu: timestamp })));
        const latest = list
          .flat()
          .sort((a, b) => b - a)
          .slice(0, most);
        expect(
          kept
            .points("cpu")
            .map(({ at }) => at)
            .sort((a, b) => b - a),
        ).toEqual(latest);
        expect(kept.entries().every(([, points]) => points.length <= most)).toBe(true);
      }),
    );
  });
});
