import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Objective, type ObjectiveInput } from "../../src/core/objective.ts";

test.each<[ObjectiveInput, string, string, number]>([
  ["99.9%", "99.9%", "0.001", 0.001],
  ["99.95%", "99.95%", "0.0005", 0.0005],
  ["99.99 %", "99.99%", "0.0001", 0.0001],
  [" 99.999% ", "99.999%", "0.00001", 0.00001],
  ["99.9999999%", "99.9999999%", "0.000000001", 1e-9],
  [99.9, "99.9%", "0.001", 0.001],
  [0.999, "99.9%", "0.001", 0.001],
  ["0.999", "99.9%", "0.001", 0.001],
  ["99.90", "99.9%", "0.001", 0.001],
  [0.5, "50%", "0.5", 0.5],
  [50, "50%", "0.5", 0.5],
  ["1%", "1%", "0.99", 0.99],
  ["0.5%", "0.5%", "0.995", 0.995],
  [1e-9, "0.0000001%", "0.999999999", 0.999999999],
  [1e-7, "0.00001%", "0.9999999", 0.9999999],
  [1, "100%", "0", 0],
  [100, "100%", "0", 0],
  ["100.000%", "100%", "0", 0],
])("%j is %s and leaves a budget of %s", (input, percentText, budgetText, budgetRatio) => {
  const objective = Objective.parse(input);
  expect(objective.percentText).toBe(percentText);
  expect(objective.budgetText).toBe(budgetText);
  expect(objective.budgetRatio).toBe(budgetRatio);
  expect(JSON.stringify({ objective })).toBe(JSON.stringify({ objective: percentText }));
});

test.each<[unknown, string]>([
  ["", '"" is not an objective; write a percentage such as 99.9%'],
  ["three nines", '"three nines" is not an objective'],
  ["99,9%", "is not an objective"],
  ["-1%", "is not an objective"],
  ["99.9%%", "is not an objective"],
  ["1e2", "is not an objective"],
  ["99.", "is not an objective"],
  [NaN, "NaN is not an objective"],
  [Infinity, "Infinity is not an objective"],
  [null, "null is not an objective"],
  [{}, "a mapping is not an objective"],
  ["9".repeat(41), "is not an objective"],
  ["0%", "out of range; an objective is above 0% and at most 100%"],
  [0, "0 is out of range"],
  ["100.1%", "out of range"],
  [101, "101 is out of range"],
  [10, "10 could be a percentage or a ratio; write 10% if it is a percentage"],
  [1.5, "1.5 could be a percentage or a ratio"],
  ["99.99999999%", "has more digits than nines keeps: at most 7 after the point"],
  [0.1 + 0.2, "0.30000000000000004 has more digits than nines keeps: at most 9 after the point"],
  [1e-13, "is not an objective"],
  [[99.9] as never, "a list of 1 is not an objective"],
])("%j is refused: %s", (input, message) => {
  expect(() => Objective.parse(input as never, "target")).toThrow(
    expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }),
  );
  expect(() => Objective.parse(input as never, "target")).toThrow(/^target: /);
});

test.each([0, -1, 0.5, 1_000_000_001, NaN])("%s parts per billion are refused", (parts) => {
  expect(() => Objective.fromPartsPerBillion(parts)).toThrow("partsPerBillion: ");
});

test("is taken as it is where it is one already", () => {
  const objective = Objective.parse("99.9%");
  expect(Objective.parse(objective)).toBe(objective);
});

test("has up to forty characters", () => {
  expect(Objective.parse(`99.9${"0".repeat(35)}%`).percentText).toBe("99.9%");
  expect(() => Objective.parse(`99.9${"0".repeat(36)}%`)).toThrow("is not an objective");
});

test("100% has no budget to measure against", () => {
  for (const some of ["99.9%", "99.9999999%"]) {
    const objective = Objective.parse(some);
    expect(objective.withBudget()).toBe(objective);
  }
  expect(() => Objective.parse("100%").withBudget()).toThrow(/^objective: 100% leaves no error budget/);
  expect(() => Objective.parse("100%").withBudget("target")).toThrow("target: 100% leaves no error budget");
});

describe("whatever its digits, an objective", () => {
  const parts = fc.integer({ min: 1, max: 999_999_999 });

  test("is read back from its text, as a percentage and as a ratio", () => {
    fc.assert(
      fc.property(parts, (partsPerBillion) => {
        const objective = Objective.fromPartsPerBillion(partsPerBillion);
        expect(Objective.parse(objective.percentText).partsPerBillion).toBe(partsPerBillion);
        expect(Objective.parse(objective.ratioText).partsPerBillion).toBe(partsPerBillion);
        expect(Objective.parse(objective.ratio).partsPerBillion).toBe(partsPerBillion);
        expect(Number(objective.budgetText)).toBe(objective.budgetRatio);
      }),
    );
  });

  test("has a budget in lowest terms, which is the promise of its complement", () => {
    fc.assert(
      fc.property(parts, (partsPerBillion) => {
        const objective = Objective.fromPartsPerBillion(partsPerBillion);
        const [numerator, denominator] = objective.budgetFraction;
        expect(BigInt(numerator) * 1_000_000_000n).toBe(BigInt(1_000_000_000 - partsPerBillion) * BigInt(denominator));
        expect(objective.complement().ratioText).toBe(objective.budgetText);
        expect(objective.complement().complement().partsPerBillion).toBe(partsPerBillion);
      }),
    );
  });
});
