import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { SampleBook } from "../../../src/capacity/series/book.ts";
import type { CapacitySample } from "../../../src/capacity/series/samples.ts";
import { refusal } from "./made-up.ts";

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
    expect(refusal(() => kept.add([wide(1_000, 1)]))).toContain("have 1,001 metrics; a service has at most 1,000");
    expect(kept.metrics).toHaveLength(1_000);
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
