import { expect, test } from "vitest";
import { median, paired, type Batch } from "../../bench/support/paired.ts";

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
