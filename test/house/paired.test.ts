import { expect, test } from "vitest";
import { alternate, lehmer, median, paired, shuffled, spread, type Batch } from "../../bench/support/paired.ts";

/** Work that takes a known time on a clock of its own. */
function workbench(): { now: () => number; work: (nsPerOperation: () => number) => Batch } {
  let timeMs = 0;
  return {
    now: () => timeMs,
    work: (nsPerOperation) => (iterations) => {
      timeMs += (nsPerOperation() * iterations) / 1e6;
    },
  };
}

test("two costs are measured as what they are", async () => {
  const { now, work } = workbench();
  const figures = await paired(
    work(() => 100),
    work(() => 250),
    { now },
  );
  expect(figures.ours).toBeCloseTo(100, 6);
  expect(figures.peer).toBeCloseTo(250, 6);
});

test("a disturbance of some rounds changes neither figure", async () => {
  const { now, work } = workbench();
  let batches = 0;
  const disturbed = (nanoseconds: number) => work(() => (++batches % 5 === 0 ? 50 : 1) * nanoseconds);
  const figures = await paired(disturbed(100), disturbed(250), { now, rounds: 101 });
  expect(figures.ours).toBeCloseTo(100, 6);
  expect(figures.peer).toBeCloseTo(250, 6);
});

test("any number of contestants is measured, with what comes before a batch left out", async () => {
  const { now, work } = workbench();
  let prepared = 0;
  const times = await alternate(
    {
      ours: { batch: work(() => 100) },
      peer: { batch: work(() => 250) },
      floor: {
        batch: work(() => 40),
        before: () => {
          prepared += 1;
          void work(() => 1e9)(1);
        },
      },
    },
    { now, rounds: 7, iterations: 10 },
  );
  expect(Object.values(times).map((values) => values.length)).toEqual([7, 7, 7]);
  expect(median(times.ours)).toBeCloseTo(100, 6);
  expect(median(times.peer)).toBeCloseTo(250, 6);
  expect(median(times.floor)).toBeCloseTo(40, 6);
  expect(prepared).toBe(7);
});

test("a first call that is slow does not decide how long a batch is", async () => {
  const { now, work } = workbench();
  const batches: number[] = [];
  let calls = 0;
  const times = await alternate(
    {
      ours: {
        batch: (iterations) => {
          batches.push(iterations);
          return work(() => (calls++ === 0 ? 1e8 : 100))(iterations);
        },
      },
    },
    { now, rounds: 1, batchMs: 4 },
  );
  expect(batches.at(-1)).toBe(40_000);
  expect(median(times.ours)).toBeCloseTo(100, 6);
});

test("all orders come up, and the same ones in each run", () => {
  const orders = (): string[] => {
    const chance = lehmer();
    return Array.from({ length: 100 }, () => shuffled(["a", "b", "c"], chance).join(""));
  };
  expect(new Set(orders()).size).toBe(6);
  expect(orders()).toEqual(orders());
});

test("a spread is the median and the quartiles", () => {
  expect(spread([5, 1, 4, 2, 3])).toBe("3 (2 to 4)");
});

test("work that does nothing is refused", async () => {
  const { now, work } = workbench();
  const nothing = paired(
    work(() => 0),
    work(() => 1),
    { now },
  );
  await expect(nothing).rejects.toThrow("it does no work");
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[], NaN],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});
