import { describe, expect, it } from "vitest";

import { countedHistory, type HistoryOptions } from "../../src/budget/history.ts";
import type { TimeRange } from "../../src/core/time/window.ts";
import type { Slo } from "../../src/slo/model.ts";

const START = Date.UTC(2026, 0, 1);
const SECONDS = START / 1_000;
const slos = [{ id: "shop/availability" } as Slo];

/** What was asked of the source, from the start of the range. */
async function asked(range: TimeRange, options: Pick<HistoryOptions, "points" | "at">): Promise<number[][]> {
  const ranges: TimeRange[] = [];
  const measure: HistoryOptions["measure"] = async (_, all) => {
    ranges.push(...all);
    return all.map(() => ({ good: 1, total: 2, coverage: 1 }));
  };
  const [history] = await countedHistory(range, { slos, measure, ...options });
  expect(history?.points).toEqual(ranges.map(({ end }) => ({ at: end, good: 1, total: 2 })));
  return ranges.map(({ start, end }) => [start - range.start, end - range.start]);
}

describe("the steps of a history", () => {
  const range = { start: START, end: START + 60 };

  it("fill the range, as far as it has come", async () => {
    const ends = [0, 10, 20, 30, 40, 50, 60];
    const steps = ends.slice(1).map((end, index) => [ends[index], end]);
    expect(await asked(range, { points: 6, at: START + 1_000 })).toEqual(steps);
    expect(await asked(range, { points: 6, at: START + 60 })).toEqual(steps);
    expect(await asked(range, { points: 6, at: START + 25 })).toEqual([...steps.slice(0, 2), [20, 25]]);
    expect(await asked(range, { points: 6, at: START + 20 })).toEqual(steps.slice(0, 2));
  });

  it("may be a thousand", async () => {
    expect(await asked({ start: START, end: START + 1_000 }, { points: 1_000, at: START + 1_000 })).toHaveLength(1_000);
  });

  it("are none in the future, and then nobody is asked", async () => {
    const measure = (): Promise<never> => Promise.reject(new Error("asked"));
    expect(await countedHistory(range, { slos, points: 6, at: START, measure })).toEqual([
      { slo: "shop/availability", points: [] },
    ]);
  });

  it("are none of a source that fails, whether or not somebody wants to hear of it", async () => {
    const failing = { slos, points: 6, at: START + 60, measure: () => Promise.reject(new TypeError("a secret")) };
    const told: unknown[] = [];
    const expected = [{ slo: "shop/availability", points: [], reason: "TypeError" }];
    expect(await countedHistory(range, failing)).toEqual(expected);
    expect(await countedHistory(range, { ...failing, onFailure: (slo) => told.push(slo.id) })).toEqual(expected);
    expect(told).toEqual(["shop/availability"]);
  });

  it("are none where the source has left them out", async () => {
    const measure: HistoryOptions["measure"] = async () => [{ good: 1, total: 2, coverage: 1 }];
    const [history] = await countedHistory(range, { slos, points: 6, at: START + 60, measure });
    expect(history?.points).toEqual([{ at: START + 10, good: 1, total: 2 }]);
  });
});

describe("a history's range", () => {
  const ask = (range: object, at = START) =>
    countedHistory(range as TimeRange, { slos: [], points: 1, at, measure: () => Promise.resolve([]) });

  it.each([
    [{ start: 5, end: 5 }, "from 5 to 5"],
    [{ start: -Infinity, end: 5 }, "from -Infinity to 5"],
    [{ start: 5, end: Infinity }, "from 5 to Infinity"],
    [{ start: NaN, end: 5 }, "from NaN to 5"],
    [{ start: "1", end: 5 }, 'from "1" to 5'],
  ])("is refused as %j", async (range, from) => {
    await expect(ask(range)).rejects.toThrow(
      expect.objectContaining({
        code: "configuration",
        message: `range: ${from} is none; write start and end as epoch milliseconds, the start first`,
      }),
    );
  });

  it.each([
    ["start", { start: SECONDS, end: START }, SECONDS],
    ["end", { start: 0, end: SECONDS }, SECONDS],
    ["end", { start: 0, end: 9e15 }, undefined],
  ])("is refused by its %s: %j", async (field, range, seconds) => {
    const said = seconds === undefined ? "9000000000000000 is not a time in epoch milliseconds" : String(seconds);
    await expect(ask(range)).rejects.toThrow(`range.${field}: ${said}`);
  });

  it("may lie in the seventies where the clock stands there", async () => {
    expect(await ask({ start: SECONDS, end: SECONDS + 60 }, SECONDS + 60)).toEqual([]);
  });
});
